// Package config is the process's configuration: one strict YAML file, every key
// overridable by an environment variable, defaults in one place, and a Validate
// that reports every fault at once. Policies, agencies and keys are not
// configuration; it says where they lie.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// Config is how one process runs. The yaml name of a key is also, in upper case
// with underscores, its environment variable: dataDir is LGSP_DATA_DIR.
type Config struct {
	Listen        string `yaml:"listen"`        // agencies, health, documentation
	AdminListen   string `yaml:"adminListen"`   // metrics; never reachable through Listen
	SandboxListen string `yaml:"sandboxListen"` // the simulated systems, in embedded mode
	PublicURL     string `yaml:"publicUrl"`     // issuer of tokens and base of addresses; the same on all replicas
	TLSCert       string `yaml:"tlsCert"`
	TLSKey        string `yaml:"tlsKey"`

	DataDir    string `yaml:"dataDir"`    // journal, lock, addresses; one process each
	KeysDir    string `yaml:"keysDir"`    // key sets, shared by replicas
	Agencies   string `yaml:"agencies"`   // agencies file to take over at the start and whenever it changes; empty for none
	Issuers    string `yaml:"issuers"`    // file of external issuers, read at the start; empty for none
	Policies   string `yaml:"policies"`   // folder of policy files; empty for those shipped
	SecretsDir string `yaml:"secretsDir"` // one file per secret, <system>.<name>

	RedisURL      string `yaml:"redisUrl"`
	DatabaseURL   string `yaml:"databaseUrl"`   // PostgreSQL; empty for SQLite in the data folder
	SandboxURL    string `yaml:"sandboxUrl"`    // a sandbox that already runs
	SandboxPeople int    `yaml:"sandboxPeople"` // of the embedded sandbox
	NDXPTokenURL  string `yaml:"ndxpTokenUrl"`  // token endpoint of the shared national gateway

	CacheBytes  int64  `yaml:"cacheBytes"`  // records kept in this process
	MaxInFlight int    `yaml:"maxInFlight"` // requests at once; more are shed
	AgencyRate  int64  `yaml:"agencyRate"`  // requests a second of one agency on one system, where its rule says nothing
	LogLevel    string `yaml:"logLevel"`

	Embedded bool     `yaml:"-"` // the whole product on one machine, with sandbox and demonstration agencies
	Ignored  []string `yaml:"-"` // LGSP_ variables that name no setting, to be warned of
}

// Default is the embedded configuration, before file and environment.
func Default() Config {
	return Config{
		Listen: "127.0.0.1:8080", AdminListen: "127.0.0.1:8081", SandboxListen: "127.0.0.1:8090",
		SandboxPeople: 20_000, CacheBytes: 64 << 20, MaxInFlight: 4096, AgencyRate: 500, LogLevel: "info",
	}
}

// embeddedRate is AgencyRate on a machine of one's own, where a load test is
// among the first things to try.
const embeddedRate = 200_000

// Load reads defaults, then the file if there is one, then the environment. It
// reports every fault of all of them.
func Load(file string, embedded bool, environ []string) (Config, error) {
	c := Default()
	if c.Embedded = embedded; embedded {
		c.AgencyRate = embeddedRate
	}
	if file != "" {
		if err := c.read(file); err != nil {
			return c, err
		}
	}
	if err := c.overlay(environ); err != nil {
		return c, err
	}
	if err := c.locate(); err != nil {
		return c, err
	}
	return c, c.Validate()
}

// overlay applies LGSP_ variables. One that names no key is not an error, since
// the environment is shared by versions, but it is not passed over in silence.
func (c *Config) overlay(environ []string) error {
	keys := map[string]reflect.Value{}
	for key, field := range c.settings() {
		keys[variable(key)] = field
	}
	var faults []error
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "LGSP_") || value == "" {
			continue
		}
		field, ok := keys[name]
		if !ok {
			c.Ignored = append(c.Ignored, name)
			continue
		}
		if field.Kind() == reflect.String {
			field.SetString(value)
			continue
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || field.OverflowInt(n) {
			faults = append(faults, fmt.Errorf("%s: must be a whole number", name))
			continue
		}
		field.SetInt(n)
	}
	return errors.Join(faults...)
}

// variable is the environment variable of a key.
func variable(key string) string {
	var b strings.Builder
	b.WriteString("LGSP_")
	for _, r := range key {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

// locate fills in the folders that follow from others: the state folder of the
// XDG convention, and the keys inside it.
func (c *Config) locate() error {
	if c.DataDir == "" {
		state := os.Getenv("XDG_STATE_HOME")
		if state == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return fmt.Errorf("find a folder for data: set LGSP_DATA_DIR: %w", err)
			}
			state = filepath.Join(home, ".local", "state")
		}
		c.DataDir = filepath.Join(state, "lgsp")
	}
	if c.KeysDir == "" {
		c.KeysDir = filepath.Join(c.DataDir, "keys")
	}
	return nil
}

// DemoDir is where the keys of the demonstration agencies lie: beside their file.
func (c *Config) DemoDir() string {
	if c.Agencies != "" {
		return filepath.Dir(c.Agencies)
	}
	return filepath.Join(c.DataDir, "demo")
}

// Validate reports every fault. Production asks for what a demonstration makes
// up by itself.
func (c *Config) Validate() error {
	var faults []error
	fault := func(key, text string) {
		faults = append(faults, fmt.Errorf("%s (%s): %s", key, variable(key), text))
	}
	for key, address := range map[string]string{"listen": c.Listen, "adminListen": c.AdminListen, "sandboxListen": c.SandboxListen} {
		if _, _, err := net.SplitHostPort(address); err != nil {
			fault(key, "must be host:port")
		}
	}
	for key, address := range map[string]string{"publicUrl": c.PublicURL, "sandboxUrl": c.SandboxURL, "ndxpTokenUrl": c.NDXPTokenURL} {
		u, err := url.Parse(address)
		if address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(address, "/")) {
			fault(key, "must be an http or https address without query and trailing slash")
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		fault("tlsCert", "certificate and key go together")
	}
	if new(slog.Level).UnmarshalText([]byte(c.LogLevel)) != nil {
		fault("logLevel", "must be debug, info, warn or error")
	}
	for key, n := range map[string]int64{"cacheBytes": c.CacheBytes, "maxInFlight": int64(c.MaxInFlight), "agencyRate": c.AgencyRate, "sandboxPeople": int64(c.SandboxPeople)} {
		if n < 1 {
			fault(key, "must be at least 1")
		}
	}
	if !c.Embedded {
		c.validateProduction(fault)
	}
	return errors.Join(faults...)
}

func (c *Config) validateProduction(fault func(key, text string)) {
	required := []struct{ key, value, why string }{
		{"publicUrl", c.PublicURL, "must be set: the address agencies know, the same on all replicas"},
		{"policies", c.Policies, "must be set: the shipped policies point at the sandbox"},
		{"secretsDir", c.SecretsDir, "must be set: the folder of the national systems' credentials"},
	}
	for _, r := range required {
		if r.value == "" {
			fault(r.key, r.why)
		}
	}
	if c.SandboxURL != "" {
		fault("sandboxUrl", "must not be set in production")
	}
	if c.PublicURL != "" && !strings.HasPrefix(c.PublicURL, "https://") {
		fault("publicUrl", "must be https in production")
	}
}
