package api

import (
	"net/http"
	"strings"
	"testing"
)

const (
	traceID = "0af7651916cd43dd8448eb211c80319c"
	spanID  = "b7ad6b7169203331"
)

func TestOnlyWellFormedTracesAreContinued(t *testing.T) {
	good := "00-" + traceID + "-" + spanID + "-01"
	for _, c := range []struct {
		value string
		want  bool
	}{
		{good, true}, {"00-" + traceID + "-" + spanID + "-00", true}, {"00-" + traceID + "-" + spanID + "-ff", true},
		{"", false}, {good + "-x", false}, {good[:54], false}, {" " + good, false}, {good + " ", false},
		{"01" + good[2:], false}, {"ff" + good[2:], false}, {strings.ToUpper(good), false},
		{"00_" + good[3:], false}, {good[:35] + "_" + good[36:], false}, {good[:52] + "_01", false},
		{"00-" + strings.Repeat("0", 32) + "-" + spanID + "-01", false}, {"00-" + traceID + "-" + strings.Repeat("0", 16) + "-01", false},
		{"00-" + strings.Replace(traceID, "0", "g", 1) + "-" + spanID + "-01", false}, {"00-" + traceID + "-" + spanID + "-0G", false},
		{"00-" + strings.Repeat("0", 31) + "1-" + strings.Repeat("0", 15) + "1-00", true},
	} {
		if got := validTraceparent(c.value); got != c.want {
			t.Errorf("%q: %v", c.value, got)
		}
	}
}

func TestTraceIsContinuedWithASpanOfOurs(t *testing.T) {
	given := http.Header{"Traceparent": {"00-" + traceID + "-" + spanID + "-01"}}
	one, two := traceparent(given), traceparent(given)
	if !validTraceparent(one) || one[:36] != given["Traceparent"][0][:36] || !strings.HasSuffix(one, "-01") {
		t.Errorf("%q does not continue %q", one, given["Traceparent"][0])
	}
	if one == two || strings.Contains(one, spanID) {
		t.Errorf("spans are not our own: %q, %q", one, two)
	}
	for name, h := range map[string]http.Header{"absent": {}, "malformed": {"Traceparent": {"x"}},
		"twice": {"Traceparent": {given["Traceparent"][0], given["Traceparent"][0]}}} {
		if got := traceparent(h); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzTraceparent(f *testing.F) {
	f.Add("00-" + traceID + "-" + spanID + "-01")
	f.Add("")
	f.Fuzz(func(t *testing.T, value string) {
		got := traceparent(http.Header{"Traceparent": {value}})
		if got == "" {
			return
		}
		if !validTraceparent(got) || got[:36] != value[:36] || got[52:] != value[52:] || strings.ContainsAny(got, "\r\n ") {
			t.Errorf("%q was continued as %q", value, got)
		}
	})
}
