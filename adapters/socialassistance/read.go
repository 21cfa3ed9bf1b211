package socialassistance

import (
	"errors"
	"regexp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// verdict is what every answer says about itself.
type verdict struct {
	ErrorCode wire.Text `json:"error_code"`
	Message   wire.Text `json:"message"`
}

// rows is an answer with data; a refusal may also come without result.
type rows[T any] struct {
	verdict
	Result *struct {
		verdict
		Data wire.List[T] `json:"data"`
	} `json:"result"`
}

// refusals classify an error by its message, because no code but 0 is documented. The
// wording is assumed.
var refusals = wire.Phrases{
	wire.Said(`acceptkey`, adapters.ErrRejected, "system refuses our key"),
	wire.Said(`khong co quyen`, adapters.ErrRejected, "system refuses our access"),
	wire.Said(`loi he thong`, adapters.ErrUnavailable, "system reports a fault of its own"),
	wire.Said(`qua tai`, adapters.ErrUnavailable, "system reports that it is overloaded"),
	wire.Said(`khong tim thay`, adapters.ErrNotFound, ""),
	wire.Said(`khong ton tai`, adapters.ErrRefusedInput, "system does not know a code"),
	wire.Said(`khong hop le|khong dung dinh dang`, adapters.ErrRefusedInput, "system refuses a value"),
	wire.Said(`bat buoc`, adapters.ErrRefusedInput, "system misses a value"),
}

// existing says that the same is there already; the wording is assumed.
var existing = regexp.MustCompile(`da ton tai`)

// fault is the error an answer reports of itself, nil if it reports none.
func (v verdict) fault() error {
	switch v.ErrorCode {
	case "0":
		return nil
	case "":
		return adapters.Malformed("no error_code")
	}
	return refusals.Failure(v.ErrorCode, v.Message)
}

// readReceipt reads the answer to a submission.
func readReceipt(body []byte, code string) (Receipt, error) {
	var v verdict
	if err := adapters.DecodeJSON(body, &v); err != nil {
		return Receipt{}, err
	}
	err := v.fault()
	repeated := err != nil && v.ErrorCode != "" && v.Message.Says(existing)
	if err != nil && !repeated {
		return Receipt{}, err
	}
	return Receipt{DossierCode: code, AlreadyReceived: repeated}, nil
}

// readRows reads the rows of an answer with data.
func readRows[T any](body []byte) ([]T, error) {
	var a rows[T]
	if err := adapters.DecodeJSON(body, &a); err != nil {
		return nil, err
	}
	if a.Result != nil {
		return a.Result.Data, a.Result.fault()
	}
	if err := a.fault(); err != nil {
		return nil, err
	}
	return nil, adapters.Malformed("success without a result")
}

// readDossiers reads a list. That there are no rows is an answer too. Rows of
// another commune are nobody's business who asked for this one.
func readDossiers(body []byte, asked adapters.CommuneCode) (Dossiers, error) {
	held, err := readRows[heldDossier](body)
	switch {
	case errors.Is(err, adapters.ErrNotFound):
		return Dossiers{Dossiers: []HeldDossier{}}, nil
	case err != nil:
		return Dossiers{}, err
	case len(held) > maxRows: // the caller can ask for fewer days
		return Dossiers{}, adapters.Fail(adapters.ErrRefusedInput, "", "more dossiers in the window than are given out at once")
	}
	v := wire.Values{Layouts: layouts}
	list := Dossiers{Dossiers: make([]HeldDossier, 0, len(held))}
	for i := range held {
		n := &held[i]
		if n.MaXa != wire.Text(asked) || n.MaHuyen != "" {
			return Dossiers{}, adapters.Malformed("dossier of another commune, or of none")
		}
		list.Dossiers = append(list.Dossiers, HeldDossier{Dossier: n.dossier(&v), DueOn: v.Date("ngayHenTra", n.NgayHenTra),
			FinishedOn:  v.Date("ngayKetThucXuLy_ThucTe", n.NgayKetThucThucTe),
			BankAccount: string(n.SoTaiKhoan), BankName: string(n.NganHang)})
	}
	return wire.Whole(&v, list)
}

// readBeneficiary reads the record of the person asked for.
func readBeneficiary(body []byte, asked BeneficiaryQuestion) (Beneficiary, error) {
	found, err := readRows[nationalBeneficiary](body)
	switch {
	case err != nil:
		return Beneficiary{}, err
	case len(found) == 0:
		return Beneficiary{}, adapters.Fail(adapters.ErrNotFound, "", "")
	case len(found) > 1 || string(found[0].SoDinhDanh) != asked.number():
		return Beneficiary{}, adapters.Malformed("record of another person, or without its key")
	}
	n, v := found[0], wire.Values{Layouts: layouts}
	return wire.Whole(&v, Beneficiary{
		CitizenID: asked.CitizenID, OldCitizenID: asked.OldCitizenID, Code: v.Require("maDoiTuong", n.MaDoiTuong),
		Category: wire.Code(n.LoaiDoiTuong, categories), DisabilityKind: wire.Code(n.DangKhuyetTat, kinds),
		DisabilityDegree: wire.Code(n.MucDoKhuyetTat, degrees), Allowance: v.Count("mucTroCap", n.MucTroCap),
		StartedOn: v.Date("ngayHuong", n.NgayHuong), StoppedOn: v.Date("ngayDung", n.NgayDung),
		PayingOffice: string(n.CoQuanChiTra), Status: wire.Code(n.TrangThai, states),
	})
}
