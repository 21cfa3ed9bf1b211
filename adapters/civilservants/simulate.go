package civilservants

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// city is the unit whose servants the world has.
const city = "H26"

// object is a JSON object of a message. Those that are kept are never changed.
type object = map[string]any

// database is the simulated database: the world's files, and over them those that
// messages have changed.
type database struct {
	world   *synthetic.World
	units   map[string]bool
	changed simulator.Inbox[string, object] // by org_Code and staff number; nil where deleted
}

// Simulate makes the database of a world. The clock does not matter to it.
func Simulate(w *synthetic.World, _ func() time.Time) simulator.Simulator {
	db := &database{world: w, units: units()}
	mux := http.NewServeMux()
	for message := range aboutBlock {
		mux.HandleFunc("POST "+messagePath+strings.ToLower(message), db.serve("profile-sync", func(q request) (object, string) {
			return nil, db.apply(message, q)
		}))
	}
	mux.HandleFunc("POST "+lookupPath, db.serve("profile-lookup", db.lookUp))
	return simulator.Simulator{Handler: mux, Samples: samples(w)}
}

// units are the codes of the catalogue of agencies, of which the sandbox has two levels.
func units() map[string]bool {
	known := map[string]bool{}
	for _, c := range synthetic.Catalogues() {
		switch c.Code {
		case "qlvanbandieuhanhcap1":
			for _, row := range c.Rows {
				known[row[0]] = true
			}
		case "qlvanbandieuhanhcap2":
			for _, row := range c.Rows {
				known[row[1]] = true
			}
		}
	}
	return known
}

// request is a message as the database sees it.
type request struct {
	org, sender, action, number string
	file                        object
}

func (q request) key() string { return q.org + "_" + q.number }

// serve checks the credentials and opens the envelope; handle answers with a file
// to show, or with the text of a refusal.
func (db *database) serve(operation string, handle func(request) (object, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		simulator.Received(r, operation)
		if !simulator.IsSecret(r.Header.Get("Authorization"), id, "authorization") {
			simulator.Status(w, http.StatusUnauthorized, object{"message": "Không được xác thực"})
			return
		}
		var found object
		q, refusal := db.open(w, r)
		if refusal == "" {
			found, refusal = handle(q)
		}
		reply := object{"message": refusal, "err_code": 1, "transaction_id": transactionID()}
		if refusal == "" {
			reply["message"], reply["err_code"] = "Thành công", 0
		}
		if found != nil {
			reply["jsonContent"] = sealed(found)
		}
		simulator.JSON(w, reply)
	}
}

const wrongStructure = "Sai cấu trúc JSON"

func (db *database) open(w http.ResponseWriter, r *http.Request) (q request, refusal string) {
	var e struct {
		Org     string `json:"org_Code"`
		Content []byte `json:"jsonContent"` // JSON has bytes as base64
	}
	var c struct {
		Data struct {
			Header struct{ Sender_Code, Action_Type *string }
			Body   struct{ HOSO_CBCCVC object }
		}
	}
	if !simulator.ReadJSON(w, r, &e) || json.Unmarshal(e.Content, &c) != nil || c.Data.Header.Sender_Code == nil || c.Data.Header.Action_Type == nil {
		return q, wrongStructure
	}
	q = request{org: e.Org, sender: *c.Data.Header.Sender_Code, action: *c.Data.Header.Action_Type, file: c.Data.Body.HOSO_CBCCVC}
	q.number, _ = q.file["SoHieuCBCCVC_BNDP"].(string)
	switch {
	case !db.units[q.org] || !db.units[q.sender]:
		return q, "Mã đơn vị không tồn tại trong danh mục đơn vị"
	case q.org != city || q.sender != city && !strings.HasPrefix(q.sender, city+"."):
		return q, "Tài khoản không được phép cập nhật dữ liệu của đơn vị"
	case q.number == "":
		return q, "SoHieuCBCCVC_BNDP không được để trống"
	}
	return q, ""
}

func (db *database) lookUp(q request) (object, string) {
	found, changed := db.changed.Find(q.key())
	if !changed {
		found = db.original(q)
	}
	switch {
	case q.action != lookupVerb:
		return nil, "Action_Type không hợp lệ"
	case found == nil:
		return nil, "Số hiệu CBCCVC không tồn tại: " + q.number
	}
	return found, ""
}

// original is the file of the world, nil where it has none.
func (db *database) original(q request) object {
	if s, ok := db.world.ServantByNumber(q.number); ok && q.org == city {
		return show(db.world, s)
	}
	return nil
}

// apply does what a message says, whole or not at all, and answers with the text
// of a refusal.
func (db *database) apply(message string, q request) string {
	if q.action != "EDIT" && q.action != "DEL" && (q.action != "ADD" || message != "M0001") {
		return "Action_Type không có hoặc không phải ADD, EDIT, DEL"
	}
	if refusal := unfit(message, q); refusal != "" {
		return refusal
	}
	refusal := ""
	db.changed.Change(q.key(), func(before object, known bool) (after object, _ bool) {
		if !known {
			before = db.original(q)
		}
		switch {
		case q.action == "ADD" && before != nil:
			refusal = "Số hiệu CBCCVC đã tồn tại: " + q.number
		case q.action != "ADD" && before == nil:
			refusal = "Số hiệu CBCCVC không tồn tại: " + q.number
		case q.action != "DEL":
			after = merged(before, q.file)
		case message != "M0001":
			after = maps.Clone(before)
			delete(after, aboutBlock[message])
		}
		return after, refusal == ""
	})
	return refusal
}

// merged replaces what is given: texts and lists, and of blocks what is in them.
func merged(before, given object) object {
	after := maps.Clone(before)
	if after == nil {
		after = object{}
	}
	for name, value := range given {
		if block, nested := value.(object); nested {
			old, _ := after[name].(object)
			value = merged(old, block)
		}
		after[name] = value
	}
	return after
}

// sealed is the content of an answer with a file.
func sealed(file object) string {
	text, err := json.Marshal(object{"Data": object{"Header": object{"Sender_Code": "G09", "Action_Type": lookupVerb}, "Body": object{"HOSO_CBCCVC": file}}})
	if err != nil {
		panic(fmt.Sprintf("civilservants: simulated file: %v", err)) // made of texts only
	}
	return base64.StdEncoding.EncodeToString(text)
}

// transactionID is a random UUID.
func transactionID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
