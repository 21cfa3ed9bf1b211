package adapters

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
)

// verdict is an answer that may say no; the method is on the pointer.
type verdict struct {
	Name string `json:"name,omitempty"`
}

func (v *verdict) Negative() bool { return v.Name == "" }

func TestLookupHandsOverTheQuestionAndTheRecord(t *testing.T) {
	type named struct {
		Name string `json:"name" lgsp:"required"`
	}
	op := Lookup(Operation{ID: "ask"}, func(_ context.Context, _ *Conn, call Call, in named) (verdict, error) {
		if in.Name == "none" {
			return verdict{}, ErrNotFound
		}
		return verdict{Name: call.Agency + in.Name[:1]}, nil
	})
	if op.Kind != KindLookup || op.Version != "1" {
		t.Errorf("made a %s of version %s", op.Kind, op.Version)
	}
	ask := func(body string) (Record, error) {
		in, faults := op.Parse([]byte(body))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return op.Invoke(t.Context(), nil, Call{Agency: "H26."}, in)
	}
	record, err := ask(`{"name":" xyz "}`)
	if err != nil || string(record.JSON) != `{"name":"H26.x"}` || record.Negative {
		t.Errorf("got %s, %v, %v", record.JSON, record.Negative, err)
	}
	if record, err = ask(`{"name":"none"}`); !errors.Is(err, ErrNotFound) || record.JSON != nil {
		t.Errorf("got %s, %v", record.JSON, err)
	}
}

func TestNegativeAnswerIsMarked(t *testing.T) {
	op := Lookup(Operation{ID: "ask"}, func(context.Context, *Conn, Call, struct{}) (verdict, error) { return verdict{}, nil })
	in, _ := op.Parse([]byte(`{}`))
	if record, err := op.Invoke(t.Context(), nil, Call{}, in); err != nil || !record.Negative {
		t.Errorf("got %+v, %v", record, err)
	}
}

func TestRecordThatCannotBeWrittenIsNoRecord(t *testing.T) {
	type odd struct {
		Row map[string]*string `json:"row" vi:"Dòng" en:"Row"`
		Bad jsonFails          `json:"name"`
	}
	op := Lookup(Operation{ID: "ask"}, func(context.Context, *Conn, Call, struct{}) (odd, error) { return odd{}, nil })
	in, _ := op.Parse([]byte(`{}`))
	if record, err := op.Invoke(t.Context(), nil, Call{}, in); err == nil || record.JSON != nil {
		t.Errorf("got %s, %v", record.JSON, err)
	}
}

type jsonFails string

func (jsonFails) MarshalJSON() ([]byte, error) { return nil, errors.New("cannot be written") }

var _ json.Marshaler = jsonFails("")

func TestOperationIsFoundByItsId(t *testing.T) {
	s := System{Operations: []Operation{{ID: "a"}, {ID: "b"}}}
	if op, ok := s.Operation("b"); !ok || op != &s.Operations[1] {
		t.Error("b is not found")
	}
	if _, ok := s.Operation("c"); ok {
		t.Error("c is found")
	}
}

func TestSubjectMakesAnOperationPersonal(t *testing.T) {
	type about struct {
		CitizenID CitizenID `json:"citizenId" lgsp:"required,subject"`
	}
	defer func() {
		if recover() == nil {
			t.Error("an operation about a person was accepted as not personal")
		}
	}()
	Lookup(Operation{ID: "ask"}, func(context.Context, *Conn, Call, about) (struct{}, error) { return struct{}{}, nil })
}
