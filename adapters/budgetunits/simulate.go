package budgetunits

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// catalogue is the simulated catalogue: the units by their code.
type catalogue map[string]synthetic.BudgetUnit

// Simulate makes the catalogue of a world, spoken to in both ways. The clock does
// not matter to it.
func Simulate(w *synthetic.World, _ func() time.Time) simulator.Simulator {
	units := catalogue{}
	for _, u := range w.BudgetUnits() {
		units[u.Code] = u
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /"+operation, units.serveREST)
	mux.HandleFunc("POST /"+protocolSOAP, units.serveSOAP)
	// A closed unit of the old order has a value for everything.
	closed := simulator.First(slices.Values(w.BudgetUnits()), func(u synthetic.BudgetUnit) bool { return !u.Closed.IsZero() && u.CommuneCode != "" })
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: map[string]simulator.Samples{
		"unit-lookup": {OK: Question{UnitCode(closed.Code)}, NotFound: Question{"0000000"}},
	}}
}

func (units catalogue) serveREST(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "unit-lookup")
	var q struct {
		Code string `json:"maSo"`
	}
	if !simulator.ReadJSON(w, r, &q) {
		q.Code = ""
	}
	result, message, record := units.find(q.Code)
	reply := map[string]any{"maKetQua": result, "moTa": message, "duLieu": nil}
	if record != nil {
		reply["duLieu"] = record
	}
	simulator.JSON(w, reply)
}

func (units catalogue) serveSOAP(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "unit-lookup")
	q, refusal := soap.ReadRequest(r)
	if refusal == nil && (q.Namespace != namespace || q.Body.Name != operation) {
		refusal = &soap.Fault{Code: soap.CodeClient, String: "Dịch vụ không tồn tại"}
	}
	if refusal != nil {
		soap.WriteFault(w, refusal)
		return
	}
	result, message, record := units.find(q.Body.Child("maSo").Text)
	reply := soap.Node(operation+"Response", soap.Leaf("maKetQua", result), soap.Leaf("moTa", message))
	if record != nil {
		unit := soap.Node("duLieu")
		for _, name := range slices.Sorted(maps.Keys(record)) {
			unit.Children = append(unit.Children, soap.Leaf(name, record[name]))
		}
		reply.Children = append(reply.Children, unit)
	}
	soap.WriteAnswer(w, "dv", namespace, reply)
}

// find answers a question; the record is nil where there is none.
func (units catalogue) find(code string) (result, message string, record map[string]string) {
	if len(code) != 7 {
		return "02", "Mã số không hợp lệ", nil
	}
	u, ok := units[code]
	if !ok {
		return "01", "Không tìm thấy đơn vị", nil
	}
	return "00", "Thành công", show(u)
}

func show(u synthetic.BudgetUnit) map[string]string {
	status := "A"
	if !u.Closed.IsZero() {
		status = "I"
	}
	return map[string]string{
		"MA_DVQHNS": u.Code, "TEN_DVQHNS": u.Name, "MA_DVQHNS_CHA": u.Parent, "TYPE_DVQHNS": u.Type, "MA_LOAIDV": u.Category,
		"MA_CAP": u.Level, "MA_CHUONG": u.Chapter, "MA_TINH": "01", "MA_HUYEN": u.DistrictCode, "MA_XA": u.CommuneCode, "CAN_CU": u.Basis,
		"NGAY_HL": u.Effective.Slashed(), "NGAY_PS": u.Created.Slashed(), "NGAY_SD": u.Changed.Slashed(), "TRANG_THAI": status,
		"ngayDong": u.Closed.Slashed(), "maDonViTiepNhan": u.Receiver,
	}
}
