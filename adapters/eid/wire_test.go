package eid

import (
	"errors"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/oauth"
)

var (
	atLevel2 = IdentityQuestion{CitizenID: "001099000001", ACRValues: "LoA2"}
	given    = ConsentQuestion{CitizenID: "001099000001", Code: "ZC01000001", Purpose: "one-stop"}
)

func TestEveryIdentityAnswerIsClassified(t *testing.T) {
	for name, tt := range map[string]struct {
		body     string
		verified bool
		kind     error
	}{
		"yes":                     {`{"ketQua":1,"mucDoDinhDanh":2,"thoiDiem":"20261101080000"}`, true, nil},
		"yes in texts":            {`{"ketQua":"1","mucDoDinhDanh":"2"}`, true, nil},
		"yes that names whom":     {`{"ketQua":1,"mucDoDinhDanh":2,"SoDinhDanh":"001099000001"}`, true, nil},
		"yes at a lower level":    {`{"ketQua":1,"mucDoDinhDanh":1}`, false, nil},
		"locked":                  {`{"ketQua":2,"mucDoDinhDanh":2}`, false, nil},
		"locked without level":    {`{"ketQua":2}`, false, nil},
		"yes without level":       {`{"ketQua":1}`, false, adapters.ErrMalformed},
		"yes at no level":         {`{"ketQua":1,"mucDoDinhDanh":0}`, false, adapters.ErrMalformed},
		"yes beyond all levels":   {`{"ketQua":1,"mucDoDinhDanh":3}`, false, adapters.ErrMalformed},
		"locked at no level":      {`{"ketQua":2,"mucDoDinhDanh":9}`, false, adapters.ErrMalformed},
		"yes of another":          {`{"ketQua":1,"mucDoDinhDanh":2,"soDinhDanh":"001099000002"}`, false, adapters.ErrMalformed},
		"no such account":         {`{"ketQua":0}`, false, adapters.ErrNotFound},
		"refused":                 {`{"ketQua":8}`, false, adapters.ErrRefusedInput},
		"fault of its own":        {`{"ketQua":"9"}`, false, adapters.ErrUnavailable},
		"state of a consent code": {`{"ketQua":3,"mucDoDinhDanh":2}`, false, adapters.ErrRejected},
		"refusal of a consent":    {`{"ketQua":4}`, false, adapters.ErrRejected},
		"undocumented":            {`{"ketQua":"E77"}`, false, adapters.ErrRejected},
		"no verdict":              {`{"mucDoDinhDanh":2}`, false, adapters.ErrMalformed},
		"verdict null":            {`{"ketQua":null,"mucDoDinhDanh":2}`, false, adapters.ErrMalformed},
		"verdict true":            {`{"ketQua":true,"mucDoDinhDanh":2}`, false, adapters.ErrMalformed},
		"time of another form":    {`{"ketQua":1,"mucDoDinhDanh":2,"thoiDiem":"08:00"}`, false, adapters.ErrMalformed},
		"list":                    {`[]`, false, adapters.ErrMalformed},
		"truncated":               {`{"ketQua":1,`, false, adapters.ErrMalformed},
		"nothing":                 {``, false, adapters.ErrMalformed},
	} {
		got, err := readIdentity(adaptertest.Answer(200, tt.body), atLevel2)
		if !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) || err == nil && (got.Verified != tt.verified || got.Negative() == tt.verified) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestHigherLevelThanAskedIsAYes(t *testing.T) {
	got, err := readIdentity(adaptertest.Answer(200, `{"ketQua":1,"mucDoDinhDanh":2}`), IdentityQuestion{CitizenID: "001099000001", ACRValues: "LoA1"})
	if err != nil || !got.Verified || got.LoAs != "LoA2" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEveryConsentAnswerIsClassified(t *testing.T) {
	for name, tt := range map[string]struct {
		body     string
		verified bool
		kind     error
	}{
		"valid":               {`{"ketQua":1,"hieuLucDen":"20261101081500","thoiDiem":"20261101080000"}`, true, nil},
		"valid without times": {`{"ketQua":"1"}`, true, nil},
		"expired":             {`{"ketQua":2,"hieuLucDen":"20261001081500","thoiDiem":"20261101080000"}`, false, nil},
		"used":                {`{"ketQua":3}`, false, nil},
		"valid but over":      {`{"ketQua":1,"hieuLucDen":"20261101075959","thoiDiem":"20261101080000"}`, false, adapters.ErrMalformed},
		"end without a time":  {`{"ketQua":1,"hieuLucDen":"20261101081500"}`, false, adapters.ErrMalformed},
		"of another citizen":  {`{"ketQua":4}`, false, adapters.ErrNoMatch},
		"for another purpose": {`{"ketQua":5}`, false, adapters.ErrNoMatch},
		"unknown":             {`{"ketQua":0}`, false, adapters.ErrNotFound},
		"answer of another":   {`{"ketQua":1,"soDinhDanh":"001099000002"}`, false, adapters.ErrMalformed},
		"undocumented":        {`{"ketQua":7}`, false, adapters.ErrRejected},
		"no verdict":          {`{"hieuLucDen":"20261101081500"}`, false, adapters.ErrMalformed},
		"text":                {`"1"`, false, adapters.ErrMalformed},
	} {
		got, err := readConsent(adaptertest.Answer(200, tt.body), given)
		if !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) || err == nil && (got.Verified != tt.verified || got.Negative() == tt.verified) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestEveryErrorStatusIsClassified(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   error
	}{
		"scope":             {403, `{"error":"insufficient_scope"}`, adapters.ErrRejected},
		"bad request":       {400, `{"error":"invalid_request"}`, adapters.ErrRejected},
		"refused in 200":    {200, `{"error":"access_denied"}`, adapters.ErrRejected},
		"busy":              {200, `{"error":"temporarily_unavailable"}`, adapters.ErrUnavailable},
		"throttled":         {429, `{"error":"slow_down"}`, adapters.ErrUnavailable},
		"down":              {502, `<html>`, adapters.ErrUnavailable},
		"no such address":   {404, `<html>`, adapters.ErrRejected},
		"elsewhere":         {302, ``, adapters.ErrMalformed},
		"page":              {200, `<html>`, adapters.ErrMalformed},
		"verdict":           {200, `{"ketQua":1}`, nil},
		"error of no shape": {200, `{"error":{"a":1}}`, nil}, // refused for want of a verdict
	} {
		if err := oauth.Fault(adaptertest.Answer(tt.status, tt.body)); !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzIdentityAnswer(f *testing.F) {
	f.Add(`{"soDinhDanh":"001099000001","ketQua":1,"mucDoDinhDanh":2,"thoiDiem":"20261101080000"}`)
	f.Add(`{"ketQua":"2","mucDoDinhDanh":"1"}`)
	f.Add(`{"ketQua":0}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readIdentity(adaptertest.Answer(200, body), atLevel2)
		if err != nil {
			return
		}
		if got.AccountStatus.Code == "" || got.Verified && got.LoAs != "LoA2" {
			t.Errorf("%+v for %q", got, body)
		}
		adaptertest.Writable(t, got)
	})
}

func FuzzConsentAnswer(f *testing.F) {
	f.Add(`{"soDinhDanh":"001099000001","ketQua":1,"hieuLucDen":"20261101081500","thoiDiem":"20261101080000"}`)
	f.Add(`{"ketQua":"3"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readConsent(adaptertest.Answer(200, body), given)
		if err != nil {
			return
		}
		if got.ConsentStatus.Code == "" || got.Verified != (got.ConsentStatus.Code == good) {
			t.Errorf("%+v for %q", got, body)
		}
		adaptertest.Writable(t, got)
	})
}
