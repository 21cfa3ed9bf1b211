package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// controls is what stands below an underscore: what to try, what to break, what
// was received.
func (s *Sandbox) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_samples", s.getSamples)
	mux.HandleFunc("GET /_people", s.getPeople)
	mux.HandleFunc("GET /_calls/{system}", s.getCalls)
	mux.HandleFunc("GET /_faults", s.getFaults)
	mux.HandleFunc("DELETE /_faults", s.deleteFaults)
	mux.HandleFunc("GET /_faults/{system}", s.getFault)
	mux.HandleFunc("PUT /_faults/{system}", s.putFault)
	mux.HandleFunc("DELETE /_faults/{system}", s.deleteFault)
	return mux
}

// problem is one thing wrong with a request to the controls.
type problem struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// String names the member and the rule.
func (p problem) String() string { return p.Field + " " + p.Message }

// refuseRequest answers in the form of RFC 9457.
func refuseRequest(w http.ResponseWriter, status int, title string, found ...problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	writeJSON(w, struct {
		Title  string    `json:"title"`
		Status int       `json:"status"`
		Errors []problem `json:"errors,omitempty"`
	}{title, status, found})
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	writeJSON(w, v)
}

func writeJSON(w http.ResponseWriter, v any) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	// A client that left is the only way to fail here.
	_ = encoder.Encode(v)
}

func (s *Sandbox) getSamples(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(s.samples)
}

func (s *Sandbox) getCalls(w http.ResponseWriter, r *http.Request) {
	calls, err := s.Calls(r.PathValue("system"))
	if err != nil {
		refuseRequest(w, http.StatusNotFound, err.Error())
		return
	}
	answerJSON(w, calls)
}

func (s *Sandbox) getFaults(w http.ResponseWriter, _ *http.Request) {
	all := make(map[string]Fault, len(s.targets))
	for id, t := range s.targets {
		all[id] = t.get()
	}
	answerJSON(w, all)
}

func (s *Sandbox) getFault(w http.ResponseWriter, r *http.Request) {
	t, err := s.target(r.PathValue("system"))
	if err != nil {
		refuseRequest(w, http.StatusNotFound, err.Error())
		return
	}
	answerJSON(w, t.get())
}

func (s *Sandbox) putFault(w http.ResponseWriter, r *http.Request) {
	t, err := s.target(r.PathValue("system"))
	if err != nil {
		refuseRequest(w, http.StatusNotFound, err.Error())
		return
	}
	f, found := readFault(http.MaxBytesReader(w, r.Body, maxFaultText))
	if len(found) > 0 {
		refuseRequest(w, http.StatusBadRequest, "the fault cannot be set", found...)
		return
	}
	t.set(f)
	answerJSON(w, t.get())
}

func (s *Sandbox) deleteFault(w http.ResponseWriter, r *http.Request) {
	if err := s.ClearFault(r.PathValue("system")); err != nil {
		refuseRequest(w, http.StatusNotFound, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sandbox) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	s.ClearFaults()
	w.WriteHeader(http.StatusNoContent)
}

// person is somebody of the world, to try a look-up with.
type person struct {
	CitizenID    string           `json:"citizenId,omitempty"`
	OldCitizenID string           `json:"oldCitizenId,omitempty"`
	FullName     string           `json:"fullName"`
	DateOfBirth  string           `json:"dateOfBirth"`
	Address      adapters.Address `json:"address"`
}

const (
	defaultPage = 20
	maxPage     = 1000
)

func (s *Sandbox) getPeople(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	var found []problem
	from, ok := number(query.Get("from"), 0)
	if !ok {
		found = append(found, problem{"from", "must be a whole number from 0"})
	}
	n, ok := number(query.Get("n"), defaultPage)
	if !ok || n > maxPage {
		found = append(found, problem{"n", "must be a whole number from 0 to " + strconv.Itoa(maxPage)})
	}
	if len(found) > 0 {
		refuseRequest(w, http.StatusBadRequest, "the people cannot be listed", found...)
		return
	}
	from = min(from, s.world.Len())
	people := []person{}
	for i := from; i < min(from+n, s.world.Len()); i++ {
		people = append(people, describe(s.world.Person(i)))
	}
	answerJSON(w, map[string]any{"people": people})
}

// number reads a count; ok unless it is written wrong.
func number(text string, absent int) (n int, ok bool) {
	if text == "" {
		return absent, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0
}

// describe knows what no single record says: that a code without a district is
// one of today.
func describe(p synthetic.Person) person {
	address := adapters.NationalAddress{
		ProvinceCode: p.Current.ProvinceCode, ProvinceName: p.Current.ProvinceName, DistrictCode: p.Current.DistrictCode,
		CommuneCode: p.Current.CommuneCode, CommuneName: p.Current.CommuneName, Detail: p.Current.Detail, Resident: true,
	}
	if !p.Current.OldForm() {
		address.AsOf = adapters.Date(synthetic.Today.String())
	}
	return person{CitizenID: p.CitizenID, OldCitizenID: p.OldCitizenID, FullName: p.FullName(),
		DateOfBirth: p.Birth.String(), Address: address.Address()}
}
