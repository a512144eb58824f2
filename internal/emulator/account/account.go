package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Names of the roles that every account has.
const (
	roleAccountAdmin  = "ACCOUNTADMIN"
	roleSecurityAdmin = "SECURITYADMIN"
	roleUserAdmin     = "USERADMIN"
	roleSysAdmin      = "SYSADMIN"
	rolePublic        = "PUBLIC"
)

// systemUser is the user as whom scripts are loaded.
const systemUser = "SNOWFLAKE"

// Account is one Snowflake account in memory. Its methods may be called from
// many goroutines; one statement runs at a time.
type Account struct {
	mu       sync.Mutex
	name     string
	now      func() time.Time
	switches Switches

	// root is the account as an object: it holds the account's objects and the
	// privileges granted on the account.
	root *object
	// public is the role that every user and role has.
	public *object
	// usage is the shared database SNOWFLAKE, which is in no list.
	usage *object

	nextID      int64
	nextSession int64
	// tick counts statements, so that moments have an order even when the
	// clock stands still.
	tick int64
	// changes counts changes to the catalogue; caches are keyed by it.
	changes int64

	parameters map[string]string
	sessions   map[int64]*Session
	// transactions are those that are open, of all sessions.
	transactions map[*transaction]bool
	history      []*historyEntry
	byQueryID    map[string]*historyEntry
	// historyText is what the texts in history take, in bytes.
	historyText int
	// runs and alertRuns are the runs of tasks and alerts, oldest first.
	runs      []*taskRun
	alertRuns []*alertRun
	origins   []*Origin
	trusted   map[trustedToken]string
	rowCap    int
	canceler  func(queryID string) bool
}

// New makes an account with the system roles and nothing else.
func New(o Options) *Account {
	a := &Account{
		name: o.Name, now: o.Now, switches: o.Switches,
		parameters: map[string]string{}, sessions: map[int64]*Session{}, transactions: map[*transaction]bool{},
		byQueryID: map[string]*historyEntry{}, trusted: map[trustedToken]string{},
		rowCap: showCap,
	}
	if a.name == "" {
		a.name = "EMULATOR"
	}
	if a.now == nil {
		a.now = time.Now //nolint:forbidigo // the one place where the real clock comes in
	}
	a.root = &object{kind: kindAccount, name: a.name, children: map[childKey]*object{}}
	a.addSystemRoles()
	return a
}

// addSystemRoles makes the roles of a new account and the user that loads
// scripts.
func (a *Account) addSystemRoles() {
	roles := map[string]*object{}
	for _, name := range []string{roleAccountAdmin, roleSecurityAdmin, roleUserAdmin, roleSysAdmin, rolePublic} {
		roles[name] = a.newObject(kindRole, a.root, name, &roleDetail{})
	}
	a.public = roles[rolePublic]
	admin := roles[roleAccountAdmin]
	a.usage = &object{kind: kindDatabase, name: snowflakeDatabase, parent: a.root, detail: &databaseDetail{}}
	a.usage.addGrant(grant{privilege: "USAGE", grantee: admin, created: a.now()})
	addMember(roles[roleSecurityAdmin], admin, nil, a.now())
	addMember(roles[roleSysAdmin], admin, nil, a.now())
	addMember(roles[roleUserAdmin], roles[roleSecurityAdmin], nil, a.now())
	a.grantSystemPrivileges(roles)
	user := a.newObject(kindUser, a.root, systemUser, &userDetail{defaultRole: roleAccountAdmin})
	user.owner = nil
	addMember(admin, user, nil, a.now())
}

// grantSystemPrivileges gives the system roles the account privileges that
// they have in every account (P10, P17).
func (a *Account) grantSystemPrivileges(roles map[string]*object) {
	initial := map[string][]string{
		roleAccountAdmin:  kindAccount.privileges,
		roleSecurityAdmin: {"MANAGE GRANTS", "CREATE ROLE", "CREATE USER"},
		roleUserAdmin:     {"CREATE ROLE", "CREATE USER"},
		roleSysAdmin:      {"CREATE DATABASE", "CREATE WAREHOUSE"},
	}
	for name, privileges := range initial {
		for _, p := range privileges {
			if name == roleAccountAdmin && p == "MANAGE GRANTS" {
				continue
			}
			a.root.addGrant(grant{privilege: p, grantee: roles[name], created: a.now()})
		}
	}
}

// Load runs the statements of a script one by one as ACCOUNTADMIN in a session
// of its own. It stops at the first bad one and reports it as
// "name:line:column: …"; what ran before stays.
func (a *Account) Load(ctx context.Context, name, script string) error {
	statements, err := sql.Split(script)
	if err != nil {
		if at, ok := errors.AsType[*sql.SyntaxError](err); ok {
			name = fmt.Sprintf("%s:%d:%d", name, at.Line, at.Pos+1)
		}
		return fmt.Errorf("%s: %w", name, syntaxError(err))
	}
	s, err := a.OpenSession(systemUser, Context{Role: roleAccountAdmin}, nil)
	if err != nil {
		return fmt.Errorf("load %s: %w", name, err)
	}
	defer s.Close()
	for _, st := range statements {
		if _, err := s.Execute(ctx, Request{SQL: st.Text}); err != nil {
			return fmt.Errorf("%s:%d:%d: %w", name, st.Line, st.Col, err)
		}
	}
	return nil
}

// OnCancel installs the function that SYSTEM$CANCEL_QUERY calls to stop a
// statement. It answers whether the statement was running. The account's lock
// is held while it runs, so it must not call back.
func (a *Account) OnCancel(cancel func(queryID string) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.canceler = cancel
}

// SetShowCap changes the number of rows beyond which SHOW fails or cuts off
// (S3), which is 10,000 in Snowflake.
func (a *Account) SetShowCap(rows int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rowCap = rows
}

// Origins lists who created what, oldest first, objects since dropped
// included.
func (a *Account) Origins() []Origin {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Origin, len(a.origins))
	for i, o := range a.origins {
		out[i] = *o
	}
	return out
}

// changed notes that the catalogue differs from what caches were made of.
func (a *Account) changed() { a.changes++ }
