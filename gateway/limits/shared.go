package limits

import (
	"cmp"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed quota.lua
var quotaLua string

//go:embed people.lua
var peopleLua string

var (
	quotaScript  = redis.NewScript(quotaLua)
	peopleScript = redis.NewScript(peopleLua)
)

// tripFor bounds one question to Redis.
const tripFor = 300 * time.Millisecond

// errAway is the answer of a Redis that is known to be away, without asking it.
var errAway = errors.New("redis is away")

// shared is the Redis in which replicas count together. One failed question is enough to leave it alone, so that a Redis
// that hangs costs one request its patience and not all of them; only the keeper then speaks to it, until it answers.
type shared struct {
	client redis.UniversalClient
	name   func(parts ...string) [32]byte
	me     string // this process, since it started
	log    *slog.Logger
	away   atomic.Bool
}

func newShared(o DailyOptions) *shared {
	return &shared{client: o.Redis, name: o.Name, me: rand.Text(), log: cmp.Or(o.Log, slog.New(slog.DiscardHandler))}
}

// usable is false without Redis and while it is away.
func (s *shared) usable() bool { return s != nil && !s.away.Load() }

func (s *shared) run(script *redis.Script, keys []string, args ...any) ([]int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), tripFor)
	defer cancel()
	reply, err := script.Run(ctx, s.client, keys, args...).Int64Slice()
	if err != nil && s.away.CompareAndSwap(false, true) {
		s.log.Warn("redis lost, limits of the day hold in each process alone", slog.String("error", err.Error()))
	}
	return reply, err
}

// probe puts a question like the real ones, which a Redis that only answers pings would refuse.
func (s *shared) probe() bool {
	_, err := s.run(quotaScript, []string{s.key("q", "probe")}, s.me, 0, 0, 0, 0, 0, 0, time.Minute.Milliseconds())
	if err == nil && s.away.CompareAndSwap(true, false) {
		s.log.Info("redis answers again, limits of the day hold over all replicas")
	}
	return err == nil
}

// key is where something lies in Redis. Only its kind can be read.
func (s *shared) key(kind string, parts ...string) string {
	hash := s.name(append([]string{"limits", kind}, parts...)...)
	return "lgsp:" + kind + ":" + base64.RawURLEncoding.EncodeToString(hash[:16])
}

func (s *shared) quotaKey(day string, name quotaName) string {
	return s.key("q", day, name.agency, name.system, name.rule)
}

// askQuota puts the question of quota.lua. Who asks holds the account's lock. The name is made each time: when the key
// behind it is replaced, all replicas go over to the new name together.
func (s *shared) askQuota(a *account, quota, need int64, more bool) (granted, left int64, err error) {
	if s.away.Load() {
		return 0, 0, errAway
	}
	share := 0
	if more {
		share = 1
	}
	reply, err := s.run(quotaScript, []string{s.quotaKey(a.day.name, a.name)}, s.me, quota, a.mine, a.told, a.seen, need, share, a.day.life(a.of.now()).Milliseconds())
	if err != nil {
		return 0, 0, err
	}
	return reply[0], reply[1], nil
}

// askPeople puts the question of people.lua. The sets of one client lie together, as a cluster demands of what one
// script touches. A person goes by another hash in every client and on every day.
func (s *shared) askPeople(t *day, c *crowd, now time.Time) (refused Bound, officials, clients int64, err error) {
	who := s.name("limits", "client", t.name, c.client.Agency, c.client.Client)
	official := s.name("limits", "official", t.name, c.client.Agency, c.client.Client, c.official.Official)
	person := s.name("limits", "person", t.name, c.client.Agency, c.client.Client, c.client.Subject)
	client := "lgsp:p:{" + base64.RawURLEncoding.EncodeToString(who[:16]) + "}"
	reply, err := s.run(peopleScript, []string{client + ":" + base64.RawURLEncoding.EncodeToString(official[:16]), client},
		person[:8], c.most.Official, c.officials, c.most.Client, c.clients, t.life(now).Milliseconds())
	if err != nil {
		return Unbound, 0, 0, err
	}
	return [...]Bound{Unbound, PeopleOfOfficial, PeopleOfClient}[reply[0]], reply[1], reply[2], nil
}
