package adapters

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// logins counts the logins and gives each its own token.
type logins struct {
	n    int
	took time.Duration
	life time.Duration
	err  error
}

func (l *logins) login(ctx context.Context) (string, time.Duration, error) {
	l.n++
	select {
	case <-time.After(l.took):
	case <-ctx.Done():
		return "", 0, ctx.Err()
	}
	return fmt.Sprint("token-", l.n), l.life, l.err
}

func TestManyWaitersCostOneLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Session
		l := &logins{took: time.Second, life: time.Hour}
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if token, err := s.Token(t.Context(), time.Now, l.login); token != "token-1" || err != nil {
					t.Errorf("got %q, %v", token, err)
				}
			})
		}
		all.Wait()
		if l.n != 1 {
			t.Errorf("%d logins", l.n)
		}
	})
}

func TestFailedLoginIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Session
		l := &logins{took: time.Second, life: time.Hour, err: ErrRejected}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := s.Token(t.Context(), time.Now, l.login); !errors.Is(err, ErrRejected) {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if l.n != 3 {
			t.Errorf("%d logins, want 3: each asker tries under its own deadline", l.n)
		}
		l.err = nil
		if token, err := s.Token(t.Context(), time.Now, l.login); token != "token-4" || err != nil {
			t.Errorf("after recovery: %q, %v", token, err)
		}
	})
}

func TestTokenIsRenewedATenthEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Session
		l := &logins{life: 100 * time.Second}
		for _, step := range []struct {
			after time.Duration
			n     int
		}{{0, 1}, {89 * time.Second, 1}, {2 * time.Second, 2}, {89 * time.Second, 2}} {
			time.Sleep(step.after) // the bubble's clock
			if _, err := s.Token(t.Context(), time.Now, l.login); err != nil || l.n != step.n {
				t.Errorf("after another %v: %d logins, want %d (%v)", step.after, l.n, step.n, err)
			}
		}
	})
}

func TestTokenWithoutALifeIsUsedOnce(t *testing.T) {
	var s Session
	l := &logins{}
	for range 2 {
		if _, err := s.Token(t.Context(), time.Now, l.login); err != nil {
			t.Fatal(err)
		}
	}
	if l.n != 2 {
		t.Errorf("%d logins, want 2", l.n)
	}
}

func TestOnlyTheHeldTokenIsForgotten(t *testing.T) {
	var s Session
	l := &logins{life: time.Hour}
	held := func() string {
		token, err := s.Token(t.Context(), time.Now, l.login)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	first := held()
	s.Forget("another")
	if held() != first {
		t.Error("a token was forgotten in another's name")
	}
	s.Forget(first)
	second := held()
	s.Forget(first) // a late refusal of the old one
	if second == first || held() != second {
		t.Errorf("held %q after %q was forgotten twice", held(), first)
	}
}

func TestWaiterLeavesWhenItsOwnContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Session
		l := &logins{took: time.Hour, life: time.Hour}
		go s.Token(t.Context(), time.Now, l.login)
		synctest.Wait()
		started := time.Now()
		patience, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Token(patience, time.Now, l.login); !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v, want ErrTimeout", err)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.Token(gone, time.Now, l.login); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		if waited := time.Since(started); waited != time.Second {
			t.Errorf("waited %v, want 1s", waited)
		}
	})
}

func TestLeaderWhoLeavesDoesNotTakeTheWaitersAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Session
		l := &logins{took: time.Second, life: time.Hour}
		ctx, leave := context.WithCancel(t.Context())
		go s.Token(ctx, time.Now, l.login)
		synctest.Wait()
		time.AfterFunc(time.Millisecond, leave)
		if token, err := s.Token(t.Context(), time.Now, l.login); token != "token-2" || err != nil {
			t.Errorf("got %q, %v", token, err)
		}
	})
}

func TestPanickingLoginLeavesNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Session
		leader := make(chan any)
		go func() {
			defer func() { leader <- recover() }()
			s.Token(t.Context(), time.Now, func(context.Context) (string, time.Duration, error) {
				time.Sleep(time.Second)
				panic("login")
			})
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		waiter := make(chan error)
		l := &logins{life: time.Hour}
		go func() {
			_, err := s.Token(ctx, time.Now, l.login)
			waiter <- err
		}()
		if got := <-leader; got != "login" {
			t.Errorf("the panic became %v", got)
		}
		if err := <-waiter; err != nil || l.n != 1 {
			t.Errorf("waiter got %v after %d logins", err, l.n)
		}
	})
}
