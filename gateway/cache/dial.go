package cache

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Time limits towards Redis. It stands on the same network and is only worth having while it is much quicker than a
// national system.
const (
	dialTimeout = 500 * time.Millisecond
	ioTimeout   = 150 * time.Millisecond
)

// redisForm is what an address scheme stands for.
type redisForm struct {
	tls, sentinel, cluster bool
	port                   string // where none is given
}

func redisForms(scheme string) (redisForm, bool) {
	bare, secure := strings.CutPrefix(scheme, "rediss")
	if !secure {
		bare, _ = strings.CutPrefix(scheme, "redis")
	}
	switch {
	case !strings.HasPrefix(scheme, "redis"):
		return redisForm{}, false
	case bare == "":
		return redisForm{tls: secure, port: "6379"}, true
	case bare == "-sentinel":
		return redisForm{tls: secure, sentinel: true, port: "26379"}, true
	case bare == "-cluster":
		return redisForm{tls: secure, cluster: true, port: "6379"}, true
	}
	return redisForm{}, false
}

// Dial makes a client, without connecting yet, from one of
//
//	redis://[user:password@]host[:port][/database]
//	redis-sentinel://[user:password@]host[:port],host[:port]…/master[/database]
//	redis-cluster://[user:password@]host[:port],host[:port]…
//
// and the same with rediss for TLS. User and password are those of the data nodes and percent-encoded. The error names
// every fault but quotes nothing of the address, because a misplaced character can make any part of it the password.
func Dial(address string) (redis.UniversalClient, error) {
	o, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	return redis.NewUniversalClient(o), nil
}

func parseAddress(address string) (*redis.UniversalOptions, error) {
	scheme, rest, ok := strings.Cut(address, "://")
	form, known := redisForms(scheme)
	if !ok || !known {
		return nil, errors.New("redis address: must start with redis://, redis-sentinel:// or redis-cluster://, or the same with rediss for TLS")
	}
	o := baseOptions(form)
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("redis address: "+format, args...))
	}
	if strings.ContainsAny(rest, "?#") {
		fault("parameters are not supported; percent-encode ? and # in a password")
		rest, _, _ = strings.Cut(rest, "?")
		rest, _, _ = strings.Cut(rest, "#")
	}
	authority, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		parseUser(o, authority[:at], fault)
		authority = authority[at+1:]
	}
	parseHosts(o, form, authority, fault)
	parsePath(o, form, path, fault)
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return o, nil
}

func baseOptions(form redisForm) *redis.UniversalOptions {
	o := &redis.UniversalOptions{
		IsClusterMode: form.cluster,
		DialTimeout:   dialTimeout, DialerRetries: 1,
		ReadTimeout: ioTimeout, WriteTimeout: ioTimeout, PoolTimeout: ioTimeout,
		MaxRetries:            -1, // the cache goes on without Redis sooner than it tries twice
		ContextTimeoutEnabled: true,
		PipelinePoolSize:      -1, // one writer needs no pool of its own
		DisableIdentity:       true,
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	}
	if form.tls {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return o
}

func parseUser(o *redis.UniversalOptions, user string, fault func(string, ...any)) {
	name, password, _ := strings.Cut(user, ":")
	var err1, err2 error
	o.Username, err1 = url.PathUnescape(name)
	o.Password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		fault("user or password is not percent-encoded correctly")
	}
	if o.Username != "" && o.Password == "" {
		fault("a user is given without a password")
	}
}

func parseHosts(o *redis.UniversalOptions, form redisForm, authority string, fault func(string, ...any)) {
	hosts := strings.Split(authority, ",")
	if len(hosts) > 1 && !form.sentinel && !form.cluster {
		fault("several hosts need redis-sentinel:// or redis-cluster://")
	}
	for i, h := range hosts {
		host, port, err := net.SplitHostPort(h)
		if err != nil {
			host, port = strings.Trim(h, "[]"), form.port
			if strings.Contains(host, ":") && !strings.HasPrefix(h, "[") {
				fault("host %d: an IPv6 address must stand in brackets", i+1)
			}
		}
		if host == "" || strings.ContainsAny(host, "@ []") {
			fault("host %d: is missing or not a host name", i+1)
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			fault("host %d: port is not a number from 1 to 65535", i+1)
		}
		o.Addrs = append(o.Addrs, net.JoinHostPort(host, port))
	}
}

func parsePath(o *redis.UniversalOptions, form redisForm, path string, fault func(string, ...any)) {
	database := path
	if form.sentinel {
		o.MasterName, database, _ = strings.Cut(path, "/")
		if o.MasterName == "" {
			fault("the name of the master is missing after the hosts")
		}
	}
	if database == "" {
		return
	}
	if form.cluster {
		fault("a cluster has no numbered databases")
		return
	}
	n, err := strconv.ParseUint(database, 10, 15)
	if err != nil {
		fault("database is not a number")
	}
	o.DB = int(n)
}
