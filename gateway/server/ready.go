package server

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/gateway/cache"
)

// check is the state of one dependency, as /readyz tells it.
type check struct {
	Status string `json:"status"` // up, down, off
	Detail string `json:"detail,omitempty"`
}

// alive answers as long as the process does.
func (s *Server) alive(c *gin.Context) {
	c.JSON(http.StatusOK, map[string]string{"status": "alive"})
}

// ready tells whether lookups can be answered. Without Redis they can, only
// slower: degraded. Without the audit they cannot.
func (s *Server) ready(c *gin.Context) {
	status, code := "ready", http.StatusOK
	// Anybody may ask, so causes, which hold internal addresses, are not told.
	redis := check{Status: string(s.cache.Health().State)}
	if redis.Status == string(cache.Down) {
		status, redis.Detail = "degraded", "cannot be reached; see the log"
	}
	// Known agencies and revocations stay in force; only new tokens wait for it.
	database := check{Status: "up"}
	if s.store.Health() != nil || s.revoked.Stale() {
		status, database = "degraded", check{Status: "down", Detail: "cannot be reached; see the log"}
	}
	audit := check{Status: "up"}
	if fault := s.journal.Health().Fault; fault != nil {
		status, code = "unavailable", http.StatusServiceUnavailable
		audit = check{Status: "down", Detail: "cannot be written; see the log"}
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(code, map[string]any{"status": status, "checks": map[string]check{
		"redis":    redis,
		"database": database,
		"audit":    audit,
		"policies": {Status: "up", Detail: s.policies.Current().Version()},
	}})
}
