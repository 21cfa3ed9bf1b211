package adapters

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// ErrTokenRefused is how a question tells LoggedIn that the system no longer knows its
// token. It never leaves LoggedIn.
var ErrTokenRefused = errors.New("token refused")

// Login gets a token from a system, and how long it holds.
type Login func(ctx context.Context, c *Conn, call Call) (token string, life time.Duration, err error)

// LoggedIn asks with the session's token, logging in where there is none. Systems end
// tokens at will, so one that is refused is replaced once; such a question has had no
// effect, so repeating it is safe.
func (c *Conn) LoggedIn(ctx context.Context, call Call, login Login, ask func(token string) error) error {
	for range 2 {
		token, err := c.session.Token(ctx, c.now, func(ctx context.Context) (string, time.Duration, error) { return login(ctx, c, call) })
		if errors.Is(err, ErrTokenRefused) { // a login has none yet: it is the credentials
			return Fail(ErrRejected, "", "login refused")
		}
		if err != nil {
			return err
		}
		if err = ask(token); !errors.Is(err, ErrTokenRefused) {
			return err
		}
		c.session.Forget(token)
	}
	return Fail(ErrRejected, "", "token refused, a fresh one too")
}

// maxToken bounds what a system may give out as a token.
const maxToken = 8 << 10

// UsableToken tells whether a token can stand in a header as it is: visible ASCII.
func UsableToken(token string) bool {
	unusable := func(r rune) bool { return r <= ' ' || r > '~' }
	return token != "" && len(token) <= maxToken && strings.IndexFunc(token, unusable) < 0
}

// Session holds the token a system gave us, for as long as it holds. Concurrent
// users wait for one login.
type Session struct {
	mu      sync.Mutex
	busy    chan struct{} // closed when the login under way has ended
	token   string
	expires time.Time
}

// Token returns the held token or logs in. A login that fails is not repeated
// for those who waited for it: they log in themselves, under their own deadline.
func (s *Session) Token(ctx context.Context, now func() time.Time, login func(context.Context) (token string, life time.Duration, err error)) (string, error) {
	for {
		s.mu.Lock()
		if s.token != "" && now().Before(s.expires) {
			defer s.mu.Unlock()
			return s.token, nil
		}
		if wait := s.busy; wait != nil {
			s.mu.Unlock()
			select {
			case <-wait:
				continue
			case <-ctx.Done():
				return "", netFailure(ctx, ctx.Err())
			}
		}
		s.busy = make(chan struct{})
		s.mu.Unlock()
		return s.login(ctx, now, login)
	}
}

// login logs in and lets those who wait go on, also where the login panics.
func (s *Session) login(ctx context.Context, now func() time.Time, login func(context.Context) (string, time.Duration, error)) (token string, err error) {
	var life time.Duration
	failed := true
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !failed {
			// Renewed a tenth early, so that no token ends on its way.
			s.token, s.expires = token, now().Add(life-life/10)
		}
		close(s.busy)
		s.busy = nil
	}()
	token, life, err = login(ctx)
	failed = err != nil
	return token, err
}

// Forget drops a token the system refused, unless a newer one is held already.
func (s *Session) Forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == token {
		s.token = ""
	}
}
