package drivinglicence

import (
	"errors"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

func TestSessionServesUntilItsTimeOrItsEnd(t *testing.T) {
	newBench(t).TestLogin(t, adaptertest.Login{Path: loginPath, Life: sessionLife, Operation: "licence-lookup",
		Refusal: adaptertest.Answers(200, `{"error_code":"02","result":"Phiên đã hết hạn"}`)})
}

func TestEachWrongCredentialIsRejected(t *testing.T) {
	b := newBench(t)
	for _, name := range b.System.Secrets {
		for _, value := range []string{"wrong", ""} {
			_, err := ask(t, b.Way.With(name, value), ok(b))
			own, told := errors.AsType[*adapters.Error](err)
			if !told || own.Kind != adapters.ErrRejected || own.Code != "1" || strings.Contains(err.Error(), "sandbox-") {
				t.Errorf("%q for %s: %v", value, name, err)
			}
		}
	}
}

func TestEveryLoginAnswerIsClassified(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   error
	}{
		"good":              {200, `{"error_code":0,"result":"ok","session":"abc"}`, nil},
		"success as a text": {200, `{"error_code":"00","session":"abc"}`, nil},
		"password wrong":    {200, `{"error_code":"1"}`, adapters.ErrRejected},
		"unknown user":      {200, `{"error_code":5}`, adapters.ErrRejected},
		"session ended":     {200, `{"error_code":2}`, adapters.ErrRejected},
		"undocumented":      {200, `{"error_code":"LOCKED"}`, adapters.ErrRejected},
		"busy":              {200, `{"error_code":"08"}`, adapters.ErrUnavailable},
		"no session":        {200, `{"error_code":0}`, adapters.ErrMalformed},
		"line break in it":  {200, `{"error_code":0,"session":"a\r\nb"}`, adapters.ErrMalformed},
		"session a list":    {200, `{"error_code":0,"session":["abc"]}`, adapters.ErrMalformed},
		"no code":           {200, `{"session":"abc"}`, adapters.ErrMalformed},
		"empty code":        {200, `{"error_code":"","session":"abc"}`, adapters.ErrMalformed},
		"forbidden":         {403, `{}`, adapters.ErrRejected},
		"down":              {502, `<html>`, adapters.ErrUnavailable},
	} {
		got, err := readSession(adaptertest.Answer(tt.status, tt.body))
		if !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) || errors.Is(err, adapters.ErrTokenRefused) || err == nil && got != "abc" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestSimulatorRefusesWhatTheRegisterDoes(t *testing.T) {
	b := newBench(t)
	session, _, err := login(t.Context(), b.Way.Conn, adapters.Call{})
	if err != nil {
		t.Fatal(err)
	}
	foreign := simulator.NewTokens(simulatedLife, b.Clock.Now).Issue()
	post := func(session, rest string) string {
		return b.Post(servicePath, "application/json", `{"session":"`+session+`",`+rest).Body.String()
	}
	const good = `"service":"traCuuGPLX","donViXuLy":"H26.11","SoGPLX":"999009000000","NgaySinh":"19900101"}`
	for _, tt := range []struct{ session, rest, code string }{
		{session, good, `"error_code":0`},
		{foreign, good, `"error_code":"02"`},
		{"", good, `"error_code":"02"`},
		{session, strings.Replace(good, "traCuuGPLX", "DanhSachHoSo", 1), `"error_code":3`},
		{session, strings.Replace(good, "H26.11", "", 1), `"error_code":"4"`},
		{session, strings.Replace(good, "19900101", "1990", 1), `"error_code":"4"`},
		{session, good[:20], `"error_code":4`},
	} {
		if got := post(tt.session, tt.rest); !strings.Contains(got, tt.code) {
			t.Errorf("%s: %s, want %s", tt.rest, got, tt.code)
		}
	}
	b.Clock.Advance(simulatedLife)
	if got := post(session, good); !strings.Contains(got, `"error_code":"02"`) {
		t.Errorf("an ended session gets %s", got)
	}
}
