package emulator

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// Lives of the two tokens of a session, as Snowflake hands them out.
const (
	sessionTokenLife = time.Hour
	masterTokenLife  = 4 * time.Hour
)

// tombstoneLife is how long an ended session is still known as ended.
const tombstoneLife = 24 * time.Hour

// accountSession is a session within the account. *account.Session is one.
type accountSession interface {
	ID() int64
	Context() account.Context
	Parameter(name string) string
	ChangedParameters() map[string]string
	Execute(ctx context.Context, request account.Request) (*account.Result, error)
	Close()
}

// session is a session as the wire knows it.
type session struct {
	accountSession

	user string
	// echo holds the parameters that the client asked for at login.
	echo map[string]string

	// What follows is guarded by the mutex of sessions.
	closed  time.Time // zero while the session lives
	current token
	// previous is the token before the last renewal. Requests that were under
	// way with it are still served.
	previous token
	master   token
}

// token is a bearer's secret with the end of its life.
type token struct {
	secret  string
	expires time.Time
}

// lease is what a client gets at login and at each renewal.
type lease struct {
	sessionID       int64
	session, master string
}

// sessions are the sessions by their tokens.
type sessions struct {
	now func() time.Time

	mu       sync.Mutex
	bySecret map[string]*session // session tokens
	byMaster map[string]*session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, bySecret: map[string]*session{}, byMaster: map[string]*session{}}
}

// maxSessions is how many sessions are known at once, those that have ended
// included.
const maxSessions = 10_000

var errTooManySessions = connectionError(codeInternal, "SQL execution internal error:\ntoo many sessions are open")

// open registers a new session and returns its tokens. Sessions whose time is
// long over are forgotten; when there are too many, those that have ended. It
// is an error when too many are alive.
func (t *sessions) open(s *session) (lease, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep()
	if len(t.byMaster) >= maxSessions {
		t.forgetEnded()
	}
	if len(t.byMaster) >= maxSessions {
		return lease{}, errTooManySessions
	}
	return t.issue(s), nil
}

// forgetEnded forgets the sessions that have ended, and those that nobody can
// use any more.
func (t *sessions) forgetEnded() {
	for _, s := range t.byMaster {
		if !s.closed.IsZero() || !t.now().Before(s.master.expires) {
			t.forget(s)
		}
	}
}

// issue gives the session fresh tokens.
func (t *sessions) issue(s *session) lease {
	delete(t.bySecret, s.previous.secret)
	delete(t.byMaster, s.master.secret)
	s.previous = s.current
	s.current = token{secret: newSecret(), expires: t.now().Add(sessionTokenLife)}
	s.master = token{secret: newSecret(), expires: t.now().Add(masterTokenLife)}
	t.bySecret[s.current.secret] = s
	t.byMaster[s.master.secret] = s
	return lease{sessionID: s.ID(), session: s.current.secret, master: s.master.secret}
}

// sweep forgets sessions that ended or expired long ago.
func (t *sessions) sweep() {
	limit := t.now().Add(-tombstoneLife)
	for _, s := range t.byMaster {
		if s.master.expires.Before(limit) || (!s.closed.IsZero() && s.closed.Before(limit)) {
			t.forget(s)
		}
	}
}

func (t *sessions) forget(s *session) {
	delete(t.bySecret, s.previous.secret)
	delete(t.bySecret, s.current.secret)
	delete(t.byMaster, s.master.secret)
	if s.closed.IsZero() {
		s.Close()
	}
}

// authenticate finds the session of a session token, or says why there is
// none: 390104 for an unknown token, 390111 for a session that was ended,
// 390112 for a token that must be renewed.
func (t *sessions) authenticate(secret string) (*session, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, known := t.bySecret[secret]
	if !known || secret == "" {
		return nil, connectionError(codeInvalidToken, "Invalid session token.")
	}
	if !s.closed.IsZero() {
		return nil, errSessionGone
	}
	expires := s.current.expires
	if secret == s.previous.secret {
		expires = s.previous.expires
	}
	if !t.now().Before(expires) {
		return nil, errSessionExpired
	}
	return s, nil
}

var (
	errSessionGone    = connectionError(codeSessionGone, "Session no longer exists.  New login required to access the service.")
	errSessionExpired = connectionError(codeSessionExpired, "Session token has expired.  A new one must be requested.")
	errMasterExpired  = connectionError(codeMasterExpired, "Authentication token has expired.  The user must authenticate again.")
)

// renew exchanges a master token for fresh tokens: 390113 when it is not
// known, 390111 when its session was ended, 390114 when it has expired.
func (t *sessions) renew(master string) (lease, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, known := t.byMaster[master]
	switch {
	case !known:
		return lease{}, connectionError(codeMasterUnknown, "Authentication token was not found.  The user must authenticate again.")
	case !s.closed.IsZero():
		return lease{}, errSessionGone
	case !t.now().Before(s.master.expires):
		return lease{}, errMasterExpired
	}
	return t.issue(s), nil
}

// touch lengthens the life of the master token, as a heartbeat does.
func (t *sessions) touch(s *session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.master.expires = t.now().Add(masterTokenLife)
}

// end ends a session: its tokens are from now on those of an ended one. It
// tells whether the session was alive. What it holds in the account is left to
// the caller, since its statements may still run.
func (t *sessions) end(s *session) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.closed.IsZero() {
		return false
	}
	s.closed = t.now()
	return true
}

// expire ends the life of the session's tokens at once, and that of the master
// token when that is asked for.
func (t *sessions) expire(s *session, alsoMaster bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	over := t.now()
	s.current.expires, s.previous.expires = over, over
	if alsoMaster {
		s.master.expires = over
	}
}

// newSecret returns a token that cannot be guessed.
func newSecret() string {
	return "ver:1-hint:" + rand.Text() + rand.Text()
}
