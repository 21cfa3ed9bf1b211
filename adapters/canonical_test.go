package adapters

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// variant writes the members in another order, with other blanks, other escapes,
// texts padded and in another Unicode form.
func variant(t *rapid.T, members map[string]any) string {
	names := []string{}
	for name := range members {
		names = append(names, name)
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	blank := func() string { return rapid.SampledFrom([]string{"", " ", "\n\t", "\r\n  "}).Draw(t, "blank") }
	var value func(v any) string
	value = func(v any) string {
		switch v := v.(type) {
		case string:
			form := rapid.SampledFrom([]norm.Form{norm.NFC, norm.NFD}).Draw(t, "form")
			pad := rapid.SampledFrom([]string{"", " ", "\u00a0", "\u3000 "}).Draw(t, "pad")
			text, _ := json.Marshal(pad + form.String(v) + pad)
			if rapid.Bool().Draw(t, "escaped") {
				return strconv.QuoteToASCII(pad + form.String(v) + pad)
			}
			return string(text)
		case []any:
			items := []string{}
			for _, item := range v {
				items = append(items, blank()+value(item)+blank())
			}
			return "[" + strings.Join(items, ",") + "]"
		case map[string]any:
			return variant(t, v)
		}
		text, _ := json.Marshal(v)
		return string(text)
	}
	parts := []string{}
	for _, name := range names {
		parts = append(parts, blank()+strconv.Quote(name)+blank()+":"+blank()+value(members[name])+blank())
	}
	return blank() + "{" + strings.Join(parts, ",") + "}" + blank()
}

func TestEqualQuestionsAreEqualBytes(t *testing.T) {
	op := operation[question]()
	names := []string{"Nguyễn Văn Thử", "Đặng Thị Hòa", "Lý Ỷ Ờ", "O’Brien-Ngô", "Trương Ước Ữ"}
	rapid.Check(t, func(t *rapid.T) {
		members := map[string]any{"citizenId": "001099000001", "fullName": rapid.SampledFrom(names).Draw(t, "name")}
		if rapid.Bool().Draw(t, "more") {
			members["dateOfBirth"] = "1990-05"
			members["limit"] = rapid.IntRange(1, 10).Draw(t, "limit")
			members["tags"] = []any{"ổ", "b\"\\c/"}
			members["sex"] = map[string]any{"code": "1", "name": "Nữ"}
		}
		one, faults := op.Parse([]byte(variant(t, members)))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		other, faults := op.Parse([]byte(variant(t, members)))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if string(one.Canonical) != string(other.Canonical) || one.Subject != other.Subject {
			t.Fatalf("two forms of one question:\n%s\n%s", one.Canonical, other.Canonical)
		}
		var got map[string]any
		if err := json.Unmarshal(one.Canonical, &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(members) {
			t.Fatalf("%d members, want %d: %s", len(got), len(members), one.Canonical)
		}
	})
}

func TestOtherQuestionsAreOtherBytes(t *testing.T) {
	op := operation[question]()
	seen := map[string]string{}
	for _, rest := range []string{``, `,"limit":1`, `,"limit":2`, `,"tags":[]`, `,"tags":["a"]`, `,"tags":["a","b"]`, `,"tags":["b","a"]`,
		`,"tags":["a\",\"b"]`, `,"dateOfBirth":"1990"`, `,"dateOfBirth":"1990-05"`, `,"sex":{"code":"1"}`, `,"sex":{"code":"01"}`} {
		in, faults := op.Parse([]byte(`{"citizenId":"001099000001","fullName":"A"` + rest + `}`))
		if len(faults) > 0 {
			t.Fatalf("%s: %v", rest, faults)
		}
		if before, taken := seen[string(in.Canonical)]; taken {
			t.Errorf("%q and %q have one form", before, rest)
		}
		seen[string(in.Canonical)] = rest
	}
}

func TestEqualNumbersAreEqualBytes(t *testing.T) {
	type measured struct {
		Share float64 `json:"share" lgsp:"required" vi:"Tỷ lệ" en:"Share"`
		Limit int     `json:"limit,omitempty"`
	}
	op := operation[measured]()
	for want, forms := range map[string][]string{
		`{"share":1}`:               {`{"share":1}`, `{"share":1.0}`, `{"share":1e0}`, `{"share":10E-1}`},
		`{"share":0}`:               {`{"share":0}`, `{"share":-0}`, `{"share":-0.0}`, `{"share":0e9}`},
		`{"share":0.1,"limit":0}`:   {`{"share":0.10,"limit":0}`, `{"share":1e-1,"limit":-0}`},
		`{"share":-2.5,"limit":-7}`: {`{"share":-2.5,"limit":-7}`, `{"limit":-7,"share":-25e-1}`},
	} {
		for _, form := range forms {
			in, faults := op.Parse([]byte(form))
			if len(faults) > 0 || string(in.Canonical) != want {
				t.Errorf("%s: %s, want %s (%v)", form, in.Canonical, want, faults)
			}
		}
	}
	if _, faults := op.Parse([]byte(`{"share":1e999}`)); len(faults) != 1 {
		t.Errorf("number beyond all bounds: faults %v, want one", faults)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"citizenId":"001099000001","fullName":"Nguyễn Văn Thử"}`,
		`{"oldCitizenId":"019900001","fullName":"A\u0323","dateOfBirth":"1990-05","limit":-0,"tags":[" a ","\u0000"],"sex":{"code":"1"},"share":1e3}`,
		`{"a":[[[[`, `{"limit":1,"limit":2}`, `{} {}`, "\"\xff\"", `{"fullName":"\ud800"}`, ``,
	} {
		f.Add([]byte(seed))
	}
	type asked struct {
		CitizenID    CitizenID    `json:"citizenId,omitempty" lgsp:"subject,one=identifier"`
		OldCitizenID OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"subject,one=identifier"`
		FullName     PersonName   `json:"fullName" lgsp:"required"`
		DateOfBirth  Date         `json:"dateOfBirth,omitempty"`
		Limit        int          `json:"limit,omitempty"`
		Tags         []string     `json:"tags,omitempty" vi:"Nhãn" en:"Tags"`
		Sex          Code         `json:"sex,omitzero"`
		Share        float64      `json:"share,omitempty" vi:"Tỷ lệ" en:"Share"`
		Content      []byte       `json:"content,omitempty"`
	}
	op := operation[asked]()
	f.Fuzz(func(t *testing.T, body []byte) {
		in, faults := op.Parse(body)
		if len(faults) > 0 {
			if in.Canonical != nil {
				t.Errorf("faults and an input: %q", body)
			}
			return
		}
		again, faults := op.Parse(in.Canonical)
		if len(faults) > 0 || string(again.Canonical) != string(in.Canonical) || again.Subject != in.Subject {
			t.Errorf("%q became %q, then %q (%v)", body, in.Canonical, again.Canonical, faults)
		}
		if err := json.Unmarshal(in.Canonical, new(asked)); err != nil {
			t.Errorf("accepted question cannot be read: %v", err)
		}
		if in.Subject == "" {
			t.Errorf("%q: nobody is asked about", body)
		}
	})
}
