package server

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// open builds the parts from the leaves up.
func (s *Server) open(systems []catalog.Entry, l listeners) error {
	steps := []func() error{
		s.openDataDir, s.openStore,
		// What a site must have prepared: all that is missing is named at once.
		func() error {
			return errors.Join(s.openKeys(), s.openAgencies(), s.openIssuers(), s.openSystems(systems))
		},
		s.openVerifier, s.openRedis, s.openJournal,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			l.close()
			return err
		}
	}
	s.shed = limits.NewConcurrency(s.config.MaxInFlight)
	s.shedStrangers = limits.NewConcurrency(max(16, s.config.MaxInFlight/16))
	s.gauges()
	return nil
}

// openDataDir takes the folder for this process alone: two journals in one
// folder would be neither's.
func (s *Server) openDataDir() error {
	if err := os.MkdirAll(s.config.DataDir, 0o700); err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(s.config.DataDir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open data folder: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		lock.Close()
		return fmt.Errorf("open data folder: %s is used by another process; stop it or set LGSP_DATA_DIR", s.config.DataDir)
	}
	s.lock = lock
	return nil
}

func (s *Server) openStore() (err error) {
	s.store, err = OpenStore(s.config, s.log.Logger)
	return err
}

func (s *Server) openVerifier() (err error) {
	s.verifier, err = auth.NewVerifier(auth.VerifierConfig{PublicURL: s.Addresses.Public, Keys: s.keys, Registry: s.registry,
		Revoked: s.revoked, Now: time.Now, External: s.issuers})
	return err
}

// openSystems loads the policies and puts the catalogue's guards in force. From
// then on no set of policies becomes current whose routes the guards refuse.
func (s *Server) openSystems(entries []catalog.Entry) error {
	descriptions := make([]adapters.System, 0, len(entries))
	for _, e := range entries {
		descriptions = append(descriptions, e.System)
	}
	secrets, missing := s.secrets(descriptions)
	missing = errors.Join(missing, s.openPeers(descriptions))
	tokenURL := s.config.NDXPTokenURL
	if tokenURL == "" && s.Addresses.Sandbox != "" {
		tokenURL = s.Addresses.Sandbox + "/ndxp/token"
	}
	s.catalog = catalog.New(catalog.Options{
		Systems: descriptions, Secrets: secrets, NDXPTokenURL: tokenURL, DialTLS: s.dialTLS, Now: time.Now,
		Attempted: func(system, operation, endpoint string, err error, took time.Duration) {
			outcome := "ok"
			if err != nil {
				outcome = problem.Of(err, system).Code
			}
			s.metrics.Attempt(system, operation, endpoint, outcome, took)
		},
		Changed: func(name, from, to string) {
			s.metrics.Breaker(name, to)
			if from == "" {
				return // a new one
			}
			s.log.Warn("circuit breaker changed", "breaker", name, "from", from, "to", to)
		},
	})
	files := policies.Defaults()
	if s.config.Policies != "" {
		var err error
		if files, err = policies.ReadDir(s.config.Policies); err != nil {
			return errors.Join(missing, err)
		}
	}
	described := s.catalog.Systems()
	var faults policies.Faults
	s.policies, faults = policies.NewLive(files, lookup.Vocabulary(described), func(set *policies.Set) error {
		all, err := settings(set, described, s.Addresses.Sandbox)
		if err != nil {
			return err
		}
		return s.catalog.Configure(all)
	})
	s.warn(faults)
	return errors.Join(missing, faults.Err())
}

// secrets are the credentials of the national systems: the sandbox's own where
// that is used, else one file each. Sandbox values are refused in production.
func (s *Server) secrets(systems []adapters.System) (map[string]map[string]string, error) {
	all := map[string]map[string]string{sandbox.NDXP: sandbox.GatewaySecrets()}
	for _, system := range systems {
		all[system.ID] = sandbox.Secrets(system)
	}
	if s.config.SecretsDir == "" {
		return all, nil
	}
	var faults []error
	for id, own := range all {
		for name := range own {
			value, err := s.readSecret(id + "." + name)
			if optional := id == sandbox.NDXP && name == "accessToken"; optional && errors.Is(err, fs.ErrNotExist) {
				err = nil // a site without a provincial gateway in front
			}
			own[name] = value
			faults = append(faults, err)
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all, errors.Join(faults...)
}

func (s *Server) readSecret(name string) (string, error) {
	file := filepath.Join(s.config.SecretsDir, name)
	text, err := os.ReadFile(file)
	switch value := strings.TrimSpace(string(text)); {
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	case value == "":
		return "", fmt.Errorf("read secret: %s is empty", file)
	case !s.config.Embedded && sandbox.IsSecret(value):
		return "", fmt.Errorf("read secret: %s holds the sandbox's value", file)
	default:
		return value, nil
	}
}

// openRedis opens what may share a Redis: records, and what the day's limits count.
func (s *Server) openRedis() (err error) {
	options := cache.Options{
		Secrets: keyRing{s.keys}, MaxBytes: s.config.CacheBytes, Now: time.Now, Log: s.log.Logger, FetchTimeout: maxFetch,
		OnStatus: func(status cache.Status) {
			s.log.Warn("redis changed", "state", string(status.State), "detail", status.Detail)
		},
	}
	daily := limits.DailyOptions{Now: time.Now, Log: s.log.Logger, Name: func(parts ...string) [32]byte { return s.cache.Key(parts...) }}
	if s.config.RedisURL != "" {
		client, err := cache.Dial(s.config.RedisURL)
		if err != nil {
			return err
		}
		options.Redis, daily.Redis, s.redis = client, client, client
	}
	if s.cache, err = cache.New(options); err != nil {
		return err
	}
	s.rates, s.daily = limits.New(0), limits.NewDaily(daily)
	return nil
}

// maxFetch bounds one shared call to a national system beyond any route's
// deadline, as the last resort.
const maxFetch = 5*time.Minute + 30*time.Second

func (s *Server) openJournal() (err error) {
	s.journal, err = audit.Open(s.journalDir(), audit.Options{Now: time.Now, Log: s.log.Logger})
	return err
}

func (s *Server) journalDir() string { return filepath.Join(s.config.DataDir, "audit") }

// gauges are figures that are asked for when operators look.
func (s *Server) gauges() {
	s.metrics.Gauge("lgsp_in_flight", "Requests being worked on.", func() float64 {
		return float64(s.shed.InFlight() + s.shedStrangers.InFlight())
	})
	s.metrics.Counter("lgsp_shed_total", "Requests refused because too many were in flight.", func() float64 {
		return float64(s.shed.Shed() + s.shedStrangers.Shed())
	})
	s.metrics.Gauge("lgsp_cache_bytes", "Records kept in this process.", func() float64 { return float64(s.cache.Stats().Bytes) })
	s.metrics.Gauge("lgsp_redis_up", "1 if Redis answers, 0 if it does not or is not used.", func() float64 {
		return one(s.cache.Health().State == cache.Up)
	})
	s.limitGauges()
	s.certificateGauges()
	s.metrics.Gauge("lgsp_database_up", "1 if the store of agencies and tokens can be written; if not, no new tokens are issued.", func() float64 {
		return one(s.store.Health() == nil)
	})
	s.metrics.Gauge("lgsp_audit_ok", "1 if the audit can be written; if not, nothing is answered.", func() float64 {
		return one(s.journal.Health().Fault == nil)
	})
}

// limitGauges tell of whom limits stopped, and how close the busiest come. Nobody is
// named: officials and clients are too many to be labels.
func (s *Server) limitGauges() {
	const refused, help = "lgsp_limited_total", "Questions refused by a limit: the rate, the calls of a day, people asked about by an official or a client; uncounted while Redis is away."
	for kind, count := range map[string]func(limits.DailyStats) uint64{
		"rate":         func(limits.DailyStats) uint64 { return s.rates.Refused() },
		"day":          func(d limits.DailyStats) uint64 { return d.Calls },
		"client-calls": func(d limits.DailyStats) uint64 { return d.ClientCalls },
		"official":     func(d limits.DailyStats) uint64 { return d.Officials },
		"client":       func(d limits.DailyStats) uint64 { return d.Clients },
		"uncounted":    func(d limits.DailyStats) uint64 { return d.Unsure },
	} {
		s.metrics.CounterOf(refused, help, "kind", kind, func() float64 { return float64(count(s.daily.Stats())) })
	}
	const busiest, share = "lgsp_people_busiest", "Largest share of its bound on people, 0 to 1, that any official or client has used today in this process's knowledge."
	s.metrics.GaugeOf(busiest, share, "who", "official", func() float64 { return s.daily.Stats().BusiestOfficial })
	s.metrics.GaugeOf(busiest, share, "who", "client", func() float64 { return s.daily.Stats().BusiestClient })
	s.metrics.Counter("lgsp_limits_alone_total", "Calls admitted within the day's quota beyond what Redis had granted, while it was away.", func() float64 {
		return float64(s.daily.Stats().Alone)
	})
	s.metrics.Gauge("lgsp_limits_shared", "1 if the limits of the day hold over all replicas, 0 if in this process alone: Redis is away or not used.", func() float64 {
		return one(s.daily.Stats().Shared)
	})
}

// certificateGauges tell how long the certificates hold that this process shows: to
// agencies, and to each national system, or the gateway in front of them, that wants one.
func (s *Server) certificateGauges() {
	shown := func(to string, leaf func() *x509.Certificate) {
		s.metrics.GaugeOf("lgsp_certificate_days_left", "Until the certificate ends that is shown to the agencies or to a national system.", "shown_to", to,
			func() float64 { return daysLeft(leaf()) })
	}
	if s.tls != nil {
		shown("agencies", s.tls.Leaf)
	}
	for system, peer := range s.peers {
		if peer.Leaf() != nil {
			shown(system, peer.Leaf)
		}
	}
}

// daysLeft is how long a certificate still holds.
func daysLeft(cert *x509.Certificate) float64 { return time.Until(cert.NotAfter).Hours() / 24 }

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
