package socialassistance

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

var key = simulator.Secret("social-assistance", "acceptKey")

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

func TestBeneficiaryIsTheOneOfTheWorld(t *testing.T) {
	b := newBench(t)
	a := &authority{world: b.World}
	supported := 0
	for p := range b.World.People() {
		got, err := adaptertest.Ask[Beneficiary](t, b.Way, "beneficiary-lookup", a.question(p.Index))
		want, receives := b.World.Assistance(p.Index)
		if !receives {
			if !errors.Is(err, adapters.ErrNotFound) {
				t.Fatalf("person %d receives nothing: %+v, %v", p.Index, got, err)
			}
			continue
		}
		supported++
		if err != nil || got.StartedOn != adapters.Date(want.Since.String()) || got.StoppedOn != adapters.Date(want.Ended.String()) ||
			got.PayingOffice != "Ủy ban nhân dân "+want.Commune.CommuneName || got.Category.Name == "" || got.Allowance == nil || *got.Allowance != want.Allowance || got.Status.Name == "" ||
			(got.DisabilityKind != nil) != (want.Disability != 0) || string(got.CitizenID) != p.CitizenID {
			t.Errorf("person %d: %+v, %v", p.Index, got, err)
		}
	}
	if supported < 5 {
		t.Errorf("%d are supported", supported)
	}
}

func TestWrongNameOrBirthIsNotFound(t *testing.T) {
	b := newBench(t)
	asked := b.Sim.Samples["beneficiary-lookup"].OK.(BeneficiaryQuestion)
	asked.DateOfBirth = "1990-01-01"
	for _, q := range []any{b.Sim.Samples["beneficiary-lookup"].NotFound, asked} {
		if _, err := adaptertest.Ask[any](t, b.Way, "beneficiary-lookup", q); !errors.Is(err, adapters.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
}

func TestDossiersOfACommuneAndPeriod(t *testing.T) {
	b := newBench(t)
	for _, d := range b.World.AssistanceDossiers() {
		on := adapters.Day(d.Received.Format(time.DateOnly))
		commune := adapters.CommuneCode(d.Assistance.Commune.CommuneCode)
		got := adaptertest.Get[Dossiers](t, b.Way, "dossiers-by-period", PeriodQuestion{CommuneCode: commune, From: on, To: on})
		i := slices.IndexFunc(got.Dossiers, func(h HeldDossier) bool { return h.Dossier.DossierCode == d.Code })
		if i < 0 {
			t.Fatalf("dossier %s is not among %d", d.Code, len(got.Dossiers))
		}
		held := got.Dossiers[i]
		if held.Dossier.Jurisdiction.CommuneCode != commune || held.Dossier.ReceivedAt != d.Received.Format(time.RFC3339) ||
			held.Dossier.Decision.DecidedOn != adapters.Date(d.Decided.String()) || held.FinishedOn != held.Dossier.Decision.DecidedOn ||
			len(held.Dossier.Attachments) != 1 || (len(held.Dossier.Results) == 1) == d.Decided.IsZero() {
			t.Errorf("dossier %s: %+v", d.Code, held)
		}
		p := b.World.Person(d.Applicant)
		want := adapters.NationalAddress{ProvinceCode: p.Permanent.ProvinceCode, DistrictCode: p.Permanent.DistrictCode, CommuneCode: p.Permanent.CommuneCode,
			Detail: p.Permanent.Detail, AsOf: "2026-11-01", Resident: true}.Address()
		if diff := cmp.Diff(want, held.Dossier.Applicant.PermanentResidence.Address); diff != "" {
			t.Errorf("dossier %s, residence (-want +got):\n%s", d.Code, diff)
		}
	}
	none, err := adaptertest.Ask[Dossiers](t, b.Way, "dossiers-by-period", PeriodQuestion{CommuneCode: "00004", From: "2020-01-01", To: "2020-01-10"})
	if err != nil || none.Dossiers == nil || len(none.Dossiers) != 0 {
		t.Errorf("period without dossiers: %+v, %v", none, err)
	}
}

func TestPeriodIsTenDaysAtMost(t *testing.T) {
	b := newBench(t)
	for body, field := range map[string]string{
		`{"communeCode":"00004","from":"2026-10-22","to":"2026-10-31"}`: "",
		`{"communeCode":"00004","from":"2026-10-22","to":"2026-11-01"}`: "to",
		`{"communeCode":"00004","from":"2026-10-22","to":"2026-10-21"}`: "to",
		`{"from":"2026-10-22","to":"2026-10-22"}`:                       "communeCode",
	} {
		if got := b.Faults(t, "dossiers-by-period", body); got != field {
			t.Errorf("%s: faults of %q", body, got)
		}
	}
}

func TestDossierHandedOverIsGivenOut(t *testing.T) {
	b := newBench(t)
	sent := b.Sim.Samples["dossier-push"].OK.(Dossier)
	for i, changed := range []bool{true, false, true} {
		if i == 2 {
			sent.HandlingOffice = "Phòng Thử Nghiệm"
		}
		receipt, err := adaptertest.Ask[Receipt](t, b.Way, "dossier-push", sent)
		if err != nil || receipt.DossierCode != sent.DossierCode || receipt.AlreadyReceived == changed {
			t.Errorf("receipt %d: %+v, %v", i, receipt, err)
		}
	}
	on := adapters.Day(sent.ReceivedAt[:10])
	got := adaptertest.Get[Dossiers](t, b.Way, "dossiers-by-period", PeriodQuestion{CommuneCode: sent.Jurisdiction.CommuneCode, From: on, To: on})
	i := slices.IndexFunc(got.Dossiers, func(h HeldDossier) bool { return h.Dossier.DossierCode == sent.DossierCode })
	if i < 0 || got.Dossiers[i].Dossier.HandlingOffice != sent.HandlingOffice {
		t.Errorf("dossier handed over is not among %+v", got.Dossiers)
	}
}

func TestProgressIsOfAKnownDossier(t *testing.T) {
	b := newBench(t)
	samples := b.Sim.Samples["progress-push"]
	for _, already := range []bool{false, true} {
		if receipt, err := adaptertest.Ask[Receipt](t, b.Way, "progress-push", samples.OK); err != nil || receipt.AlreadyReceived != already {
			t.Errorf("got %+v, %v", receipt, err)
		}
	}
	if _, err := adaptertest.Ask[any](t, b.Way, "progress-push", samples.NotFound); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("progress of an unknown dossier: %v", err)
	}
}

func TestKeyThatIsEchoedIsNotTold(t *testing.T) {
	b := newBench(t)
	echo := b.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		simulator.JSON(w, map[string]any{"error_code": key + "!", "message": string(body)})
	}))
	for operation, samples := range b.Sim.Samples {
		_, err := adaptertest.Ask[any](t, echo, operation, samples.OK)
		if !errors.Is(err, adapters.ErrRejected) || strings.Contains(err.Error(), key) {
			t.Errorf("%s: got %v, want ErrRejected without the key", operation, err)
		}
	}
}

func TestKeyIsInNoRecord(t *testing.T) {
	row := `{"AcceptKey":"` + key + `","maHoSo":"H1","maTTHC":"1.9","hoVaTen":"Lê Thị Mẫu","statusId":"4","ngayTiepNhan":"01/10/2026 08:00:00","maXa":"00004"}`
	w := newBench(t).Answering(t, 200, `{"result":{"error_code":0,"data":[`+row+`]}}`)
	got, err := adaptertest.Ask[map[string]any](t, w, "dossiers-by-period", PeriodQuestion{CommuneCode: "00004", From: "2026-10-01", To: "2026-10-01"})
	if text, _ := json.Marshal(got); err != nil || strings.Contains(string(text), key) {
		t.Errorf("record %s, %v", text, err)
	}
}

// asSeen records one request as the system sees it.
func asSeen(t *testing.T, operation string, input any) (request string, body map[string]any) {
	t.Helper()
	w, tap := newBench(t).Tap(t, adaptertest.Answers(http.StatusServiceUnavailable, ""))
	if _, err := adaptertest.Ask[any](t, w, operation, input); !errors.Is(err, adapters.ErrUnavailable) {
		t.Errorf("%s at night: %v, want ErrUnavailable", operation, err)
	}
	request, text, _ := strings.Cut(tap.Lines("Content-Type")[0], " {")
	if err := json.Unmarshal([]byte("{"+text), &body); err != nil {
		t.Error(err)
	}
	return request, body
}

func TestQuestionsAsTheSystemSeesThem(t *testing.T) {
	request, body := asSeen(t, "dossiers-by-period", PeriodQuestion{CommuneCode: "00004", From: "2026-10-01", To: "2026-10-10"})
	want := map[string]any{"AcceptKey": key, "LoaiDuLieu": "100", "MaTinh": "01", "MaHuyen": "", "MaXa": "00004",
		"ThoiGianBatDau": "01/10/2026 00:00:00", "ThoiGianKetThuc": "10/10/2026 23:59:59"}
	if diff := cmp.Diff(want, body); diff != "" || request != "POST /DanhSachHoSo application/json" {
		t.Errorf("%s (-want +got):\n%s", request, diff)
	}
	for birth, wrote := range map[adapters.Date]string{"1950-02-01": "01/02/1950", "1950-02": "02/1950", "1950": "1950"} {
		_, body = asSeen(t, "beneficiary-lookup", BeneficiaryQuestion{OldCitizenID: "019900001", FullName: "Lê Thị Mẫu", DateOfBirth: birth})
		want = map[string]any{"AcceptKey": key, "soDinhDanh": "019900001", "hoTen": "Lê Thị Mẫu", "ngaySinh": wrote}
		if diff := cmp.Diff(want, body); diff != "" {
			t.Errorf("question (-want +got):\n%s", diff)
		}
	}
}

func TestProgressAsTheSystemSeesIt(t *testing.T) {
	request, body := asSeen(t, "progress-push", Progress{DossierCode: "H26.11-261001-9001", Status: adapters.Code{Code: "4"}, ProcessedAt: "2026-10-02T02:30:00Z",
		HandlerName: "Vũ Văn Mẫu", HandlerAccount: "vvmau", HandlerTitle: "Chuyên viên", HandlingOffice: "UBND", Note: "Thẩm định", StartedAt: "2026-10-01T08:00:00+07:00",
		DueAt: "2026-10-11T17:00:00+07:00", CreatedBy: "u1", CreatedAt: "2026-10-02T09:31:00+07:00", EditedBy: "u2", EditedAt: "2026-10-02T09:32:00+07:00"})
	want := map[string]any{"AcceptKey": key, "MaHoSo": "H26.11-261001-9001", "TaiKhoanXuLy": "vvmau", "NguoiXuLy": "Vũ Văn Mẫu", "ChucDanh": "Chuyên viên",
		"ThoiDiemXuLy": "02/10/2026 09:30:00", "DonViXuLy": "UBND", "NoiDungXuLy": "Thẩm định", "StatusId": "4", "NgayBatDau": "01/10/2026 08:00:00",
		"NgayKetThucTheoQuyDinh": "11/10/2026 17:00:00", "UseridCreated": "u1", "UseridEdited": "u2", "DateCreated": "02/10/2026 09:31:00", "DateEdited": "02/10/2026 09:32:00"}
	if diff := cmp.Diff(want, body); diff != "" || request != "POST /XuLyHoSo application/json" {
		t.Errorf("%s (-want +got):\n%s", request, diff)
	}
}

func TestGroundsOfAssistanceAreSensitive(t *testing.T) {
	sensitive := map[string]bool{}
	system := System()
	for i := range system.Operations {
		system.Operations[i].Output.Walk(func(path string, f *adapters.Field) {
			if f.Sensitivity == adapters.Sensitive {
				sensitive[path] = true
			}
		})
	}
	want := []string{"beneficiaryCategory", "disabilityDegree", "disabilityKind", "dossiers.dossier.applicant.ethnicity",
		"dossiers.dossier.decision.decisionAbstract", "monthlyAllowance"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(sensitive))); diff != "" {
		t.Errorf("sensitive members (-want +got):\n%s", diff)
	}
}
