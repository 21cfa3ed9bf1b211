package server

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

// replicas are two gateways with one Redis, one set of keys, one registry and
// one sandbox.
func replicas(t *testing.T, url string, options ...func(*config.Config)) (first, second *world) {
	t.Helper()
	shared := t.TempDir()
	common := func(c *config.Config) {
		c.RedisURL, c.KeysDir, c.PublicURL = url, filepath.Join(shared, "keys"), "https://bus.example"
	}
	first = startServer(t, append(options, common)...)
	second = startServer(t, append(options, common, func(c *config.Config) {
		c.Agencies, c.SandboxURL = filepath.Join(first.s.DemoDir(), "agencies.yaml"), first.s.Addresses.Sandbox
	})...)
	return first, second
}

func redisClient(t *testing.T, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

func TestReplicaAnswersWhatAnotherAsked(t *testing.T) {
	t.Parallel()
	server := testredis.Own(t)
	first, second := replicas(t, server.URL)
	client := redisClient(t, server.URL)
	personal := question{system: "population", operation: "citizen-verify"}
	public := question{system: "business-registration", operation: "enterprise-lookup"}
	secret := map[string]bool{centre: true}
	for i, q := range []question{personal, public, {system: "land", operation: "parcel-lookup"}} {
		values(t, first.must(q).body, secret)
		values(t, first.sample(q.system, q.operation, "ok"), secret)
		eventually(t, "the record is in Redis", func() bool { return len(client.Keys(t.Context(), "lgsp:c:*").Val()) == i+1 })
	}
	for _, q := range []question{personal, public} {
		if got := second.must(q).header.Get("Cache-Status"); !strings.HasPrefix(got, "lgsp; hit; ttl=") {
			t.Errorf("%s: the second answers with %s", q.operation, got)
		}
		if n := first.calls(q.system, q.operation); n != 1 {
			t.Errorf("%s: %d calls, want 1", q.operation, n)
		}
	}
	personal.agency = ward
	if got := second.must(personal).header.Get("Cache-Status"); !strings.HasPrefix(got, "lgsp; fwd=miss") {
		t.Errorf("a personal record crossed agencies: %s", got)
	}
	if n := first.calls(personal.system, personal.operation); n != 2 {
		t.Errorf("%d calls, want one for each agency", n)
	}
	nothingReadable(t, client, secret)
}

// nothingReadable looks through all that Redis holds.
func nothingReadable(t *testing.T, client *redis.Client, secret map[string]bool) {
	t.Helper()
	for _, word := range []string{"citizenId", "fullName", "exists", "taxCode", "population", "business", "parcel"} {
		secret[word] = true
	}
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) < 3 {
		t.Fatalf("Redis holds %d keys: %v", len(keys), err)
	}
	for _, key := range keys {
		value := stored(t, client, key)
		if found := leaked(key+"\n"+value, secret); len(found) > 0 {
			t.Errorf("Redis shows %q", found)
		}
		if ttl := client.TTL(t.Context(), key).Val(); ttl <= 0 {
			t.Errorf("a value in Redis has no end: %v", ttl)
		}
	}
}

// stored is what lies in Redis under a name, as text.
func stored(t *testing.T, client *redis.Client, key string) (text string) {
	t.Helper()
	var err error
	switch kind := client.Type(t.Context(), key).Val(); kind {
	case "string":
		text, err = client.Get(t.Context(), key).Result()
	case "set":
		var members []string
		members, err = client.SMembers(t.Context(), key).Result()
		text = strings.Join(members, "\n")
	case "hash":
		var fields map[string]string
		fields, err = client.HGetAll(t.Context(), key).Result()
		text = fmt.Sprint(fields)
	default:
		t.Fatalf("%s holds a %s", key, kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestLostRedisCostsNoRequestAndComesBackByItself(t *testing.T) {
	t.Parallel()
	server := testredis.Own(t)
	w := startServer(t, func(c *config.Config) { c.RedisURL = server.URL })
	ready := func(status, redis string) func() bool {
		return func() bool {
			req, err := http.NewRequest(http.MethodGet, w.s.Addresses.API+"/readyz", nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := w.try(req)
			return err == nil && got.status == http.StatusOK && strings.Contains(got.body, `"status":"`+status+`"`) &&
				strings.Contains(got.body, `"redis":{"status":"`+redis+`"`)
		}
	}
	eventually(t, "ready with Redis", ready("ready", "up"))
	forced := http.Header{"Cache-Control": {"no-cache"}}
	l := w.load(question{system: "population", operation: "citizen-verify"}, question{system: "population", operation: "citizen-verify", agency: ward, header: forced},
		question{system: "business-registration", operation: "enterprise-lookup", header: forced}, question{system: "shared-catalogues", operation: "catalogues"})
	for range 2 {
		server.Kill()
		eventually(t, "degraded without Redis", ready("degraded", "down"))
		server.Restart()
		eventually(t, "ready again", ready("ready", "up"))
	}
	l.end(t)
	client := redisClient(t, server.URL)
	w.must(question{system: "business-registration", operation: "enterprise-lookup", header: forced})
	eventually(t, "records reach Redis again", func() bool { return len(client.Keys(t.Context(), "lgsp:c:*").Val()) > 0 })
}

func TestReadinessTellsStrangersNoInternalAddress(t *testing.T) {
	t.Parallel()
	const unreachable = "127.0.0.1:1"
	w := startServer(t, func(c *config.Config) { c.RedisURL = "redis://" + unreachable })
	url := w.s.Addresses.API + "/readyz"
	eventually(t, "degraded without Redis", func() bool { return strings.Contains(w.get(url), `"degraded"`) })
	if body := w.get(url); strings.Contains(body, unreachable) || strings.Contains(body, "dial") || !strings.Contains(body, "see the log") {
		t.Errorf("it says %s", body)
	}
	w.close()
	if !strings.Contains(w.logged.String(), unreachable) {
		t.Error("the log does not say which Redis")
	}
}
