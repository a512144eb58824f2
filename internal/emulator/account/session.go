package account

import (
	"fmt"
	"maps"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Session is one logged-in session. Its methods may be called from many
// goroutines.
type Session struct {
	account *Account
	id      int64
	user    *object
	role    *object
	// secondary is whether all roles of the user are active beside the primary
	// one.
	secondary bool
	warehouse string
	// serverless sessions, those of tasks without a warehouse, need none.
	serverless bool
	database   string
	schema     string
	parameters map[string]string
	variables  map[string]query.Value
	// began is when the statement that runs started.
	began time.Time
	// bound are the binds of the statement that runs.
	bound map[string]query.Value
	// readStreams are the streams that the statement that runs reads.
	readStreams []*streamDetail
	// results are the answers of earlier statements, for RESULT_SCAN.
	results map[string]*Result
	order   []string
	// keptCells is the size of the results together.
	keptCells int
	lastID    string
	closed    bool
	// open is the transaction that BEGIN started; nil outside one.
	open *transaction
	// computes is set when the statement that runs calls a table function that
	// needs a warehouse.
	computes bool
}

// OpenSession starts a session for a user that has been authenticated. What
// the context leaves empty comes from the user's defaults. A role that the user
// lacks is 390189, a database, schema or warehouse that cannot be used 390201,
// and a parameter that must keep its default here 000002.
func (a *Account) OpenSession(user string, want Context, params map[string]string) (*Session, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.root.lookup(kindUser, user, 0)
	if u == nil {
		return nil, errBadPassword()
	}
	if err := checkAllFixed(params); err != nil {
		return nil, err
	}
	d := u.detail.(*userDetail)
	a.nextSession++
	s := &Session{
		account: a, id: a.nextSession, user: u, secondary: a.switches.DefaultSecondaryRolesAll,
		parameters: map[string]string{}, variables: map[string]query.Value{}, results: map[string]*Result{},
	}
	if d.defaultSecondary != nil {
		s.secondary = *d.defaultSecondary
	}
	if err := s.openRole(want.Role, d.defaultRole); err != nil {
		return nil, err
	}
	if err := s.openContext(want, d); err != nil {
		return nil, err
	}
	for name, value := range params {
		s.parameters[sql.Upper(name)] = value
	}
	a.sessions[s.id] = s
	return s, nil
}

// openRole takes the wanted role or else the default; without either the
// session has PUBLIC.
func (s *Session) openRole(want, fallback string) error {
	s.role = s.account.public
	if want == "" {
		if role := s.account.root.lookup(kindRole, fallback, 0); role != nil && s.mayUse(role) {
			s.role = role
		}
		return nil
	}
	role := s.account.root.lookup(kindRole, want, 0)
	if role == nil || !s.mayUse(role) {
		return &Error{Code: 390189, State: "08004", Message: fmt.Sprintf(
			"Role '%s' specified in the connect string does not exist or not authorized. "+
				"Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.", want)}
	}
	s.role = role
	return nil
}

// mayUse reports whether the session's user may take on the role.
func (s *Session) mayUse(role *object) bool {
	return role == s.account.public || reaches(s.user, role)
}

// openContext sets warehouse, database and schema.
func (s *Session) openContext(want Context, d *userDetail) error {
	sc := s.scope()
	if want.Warehouse != "" {
		w := s.account.root.lookup(kindWarehouse, want.Warehouse, 0)
		if w == nil || !sc.rights.any(w) {
			return errConnectString("warehouse")
		}
	}
	s.warehouse = want.Warehouse
	if s.warehouse == "" {
		s.warehouse = d.defaultWarehouse
	}
	if want.Database == "" {
		s.openNamespace(d.defaultNamespace)
		return nil
	}
	if _, err := sc.databaseNamed(want.Database); err != nil {
		return errConnectString("database")
	}
	s.database = want.Database
	s.defaultSchema()
	if want.Schema == "" {
		return nil
	}
	if _, err := sc.schemaNamed([]string{want.Database, want.Schema}); err != nil {
		return errConnectString("schema")
	}
	s.schema = want.Schema
	return nil
}

// openNamespace sets the user's default database and schema where they exist.
func (s *Session) openNamespace(namespace string) {
	name, err := sql.ParseName(namespace)
	if err != nil {
		return
	}
	sc := s.scope()
	if _, err := sc.databaseNamed(name[0]); err != nil {
		return
	}
	s.database = name[0]
	s.defaultSchema()
	if len(name) == 2 {
		if _, err := sc.schemaNamed(name); err == nil {
			s.schema = name[1]
		}
	}
}

// defaultSchema makes PUBLIC the current schema if the database has one.
func (s *Session) defaultSchema() {
	s.schema = ""
	db := s.account.root.lookup(kindDatabase, s.database, 0)
	if db != nil && db.lookup(kindSchema, "PUBLIC", 0) != nil {
		s.schema = "PUBLIC"
	}
}

// errConnectString refuses a login into a missing container.
func errConnectString(what string) *Error {
	return &Error{Code: 390201, State: "08004", Message: fmt.Sprintf(
		"The requested %s does not exist or not authorized.", what)}
}

// scope is where the session's statements resolve.
func (s *Session) scope() *scope {
	return &scope{
		a: s.account, session: s, role: s.role, rights: s.rights(),
		database: s.database, schema: s.schema,
	}
}

// rights are those of the primary role and, with secondary roles, of all roles
// of the user.
func (s *Session) rights() *rights {
	if s.secondary {
		return s.account.rightsOf(s.role, s.user)
	}
	return s.account.rightsOf(s.role)
}

// ID is the number of the session, unique in the account.
func (s *Session) ID() int64 { return s.id }

// User is the name of the session's user.
func (s *Session) User() string {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	return s.user.name
}

// Context is the session's current role, warehouse and container.
func (s *Session) Context() Context {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	return Context{Role: s.role.name, Warehouse: s.warehouse, Database: s.database, Schema: s.schema}
}

// ChangedParameters are those that the session or its account has set, with
// the values that hold for this session.
func (s *Session) ChangedParameters() map[string]string {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	changed := maps.Clone(s.account.parameters)
	if changed == nil {
		changed = map[string]string{}
	}
	maps.Copy(changed, s.parameters)
	return changed
}

// Parameter is the value of one session parameter that holds for this session;
// "" where there is no such parameter.
func (s *Session) Parameter(name string) string {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	for _, set := range []map[string]string{s.parameters, s.account.parameters} {
		if value, found := set[name]; found {
			return value
		}
	}
	return sessionParameters[name].value
}

// Close ends the session: its temporary objects are gone. Closing twice is no
// error.
func (s *Session) Close() {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.forget()
	delete(s.account.sessions, s.id)
	s.dropTemporary()
}

// dropTemporary drops the session's temporary objects.
func (s *Session) dropTemporary() {
	for _, db := range s.account.root.ofKind(kindDatabase) {
		for _, schema := range db.ofKind(kindSchema) {
			for _, o := range schema.sorted(func(o *object) bool { return o.session == s.id }) {
				s.account.remove(o)
			}
		}
	}
}
