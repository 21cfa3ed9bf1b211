package cache

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDialUnderstandsEveryForm(t *testing.T) {
	type target struct {
		Addrs        []string
		User, Master string
		DB           int
		TLS, Cluster bool
	}
	for address, want := range map[string]target{
		"redis://127.0.0.1":                              {Addrs: []string{"127.0.0.1:6379"}},
		"redis://cache:6380/3":                           {Addrs: []string{"cache:6380"}, DB: 3},
		"rediss://bus:s%2F%40%3A@cache/":                 {Addrs: []string{"cache:6379"}, User: "bus", TLS: true},
		"redis://[::1]:7000":                             {Addrs: []string{"[::1]:7000"}},
		"redis://[::1]":                                  {Addrs: []string{"[::1]:6379"}},
		"redis-sentinel://s1:26380,s2/main/2":            {Addrs: []string{"s1:26380", "s2:26379"}, Master: "main", DB: 2},
		"rediss-sentinel://:pw@s1/main":                  {Addrs: []string{"s1:26379"}, Master: "main", TLS: true},
		"redis-cluster://n1:7001,n2,[fd00::1]:7003":      {Addrs: []string{"n1:7001", "n2:6379", "[fd00::1]:7003"}, Cluster: true},
		"rediss-cluster://bus:pw@configuration-endpoint": {Addrs: []string{"configuration-endpoint:6379"}, User: "bus", TLS: true, Cluster: true},
	} {
		o, err := parseAddress(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		got := target{o.Addrs, o.Username, o.MasterName, o.DB, o.TLSConfig != nil, o.IsClusterMode}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", address, diff)
		}
	}
}

func TestDialNamesEveryFaultAndQuotesNoPassword(t *testing.T) {
	for address, want := range map[string][]string{
		"":                               {"must start with"},
		"hunter2@host:6379":              {"must start with"},
		"hunter2://host":                 {"must start with"},
		"redis:hunter2":                  {"must start with"},
		"redis-sentinel://u:hunter2@s:0": {"host 1: port", "master is missing"},
		"redis://u@h":                    {"without a password"},
		"redis://u:hunter2@":             {"host 1: is missing"},
		"redis://:hunter2%zz@h/x":        {"percent-encoded", "database is not a number"},
		"redis://:a@hunter2 @h:99999":    {"host 1: port"},
		"redis://:pa/hunter2@h":          {"host 1", "database is not a number"},
		"redis://h/1?password=hunter2":   {"parameters are not supported"},
		"redis://:pa#hunter2@h":          {"parameters are not supported", "host 1"},
		"redis://a,b:x":                  {"several hosts", "host 2: port"},
		"redis-cluster://n1,,n3/1":       {"host 2: is missing", "no numbered databases"},
		"redis://fd00::1":                {"brackets"},
		"redis://h/-1":                   {"database is not a number"},
	} {
		_, err := Dial(address)
		if err == nil {
			t.Errorf("%s: accepted", address)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not name %q", address, err, w)
			}
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error quotes the password: %v", address, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("redis-sentinel://u:p@s1:26380,s2/main/2")
	f.Add("rediss://[::1]:7000/3?x=y#z")
	f.Fuzz(func(t *testing.T, address string) {
		o, err := parseAddress(address)
		if err == nil && len(o.Addrs) == 0 {
			t.Error("accepted without a host")
		}
	})
}
