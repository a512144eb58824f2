package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Unresolved is a name in the code of an object that does not resolve for the
// role that would run it, or a statement there that does not compile.
type Unresolved struct {
	// Kind is the object's kind as SHOW GRANTS spells it, for example TASK.
	Kind string
	// Object is the qualified name, with argument types for routines.
	Object string
	// Part is where in the object it stands: query, body, condition, action or
	// copy.
	Part string
	// Line and Column are where the name stands in that part, from 1. They are
	// those of the statement where the name was not found in it.
	Line, Column int
	// Code, State and Message are the error that running it would give.
	Code    int
	State   string
	Message string
}

// String prints the finding as one line.
func (u Unresolved) String() string {
	return fmt.Sprintf("%s %s %s:%d:%d: %06d (%s): %s", u.Kind, u.Object, u.Part, u.Line, u.Column, u.Code, u.State,
		strings.ReplaceAll(u.Message, "\n", " "))
}

// Unresolved compiles all code in a database with the rights of the roles that
// would run it, runs nothing, and lists what does not resolve, by object. It
// reads the queries of views and dynamic tables, SQL functions and procedures,
// tasks, alerts, policies and pipes. Text that a procedure puts together at run
// time is not known and left out; caller's-rights procedures are read as if
// their owner called them where they live. The name is in stored form or in any
// case; that the database does not exist is an error.
func (a *Account) Unresolved(database string) ([]Unresolved, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	db, err := a.databaseNamed(database)
	if err != nil {
		return nil, fmt.Errorf("resolve names: %w", err)
	}
	a.tick++ // What views were compiled to before may be out of date.
	found := []Unresolved{}
	for _, schema := range db.ofKind(kindSchema) {
		for _, o := range schema.sorted(func(*object) bool { return true }) {
			r := &resolver{a: a, o: o, made: map[string]bool{}}
			r.object()
			found = append(found, r.found...)
		}
	}
	return found, nil
}

// resolver reads the code of one object.
type resolver struct {
	a *Account
	o *object
	// part, text and base say what is read: text starts at base in the part.
	part string
	text string
	base sql.Pos
	// from is where in text the names that are read begin.
	from sql.Pos
	// used are the tokens of text that have been reported.
	used map[int]bool
	// open is set when something that the text reads is missing: then not every
	// error means what it says.
	open bool
	// made are the tables that the code itself creates, by full name.
	made  map[string]bool
	found []Unresolved
}

// object reads the code that the object has.
func (r *resolver) object() {
	if r.o.owner == nil {
		return
	}
	switch d := r.o.detail.(type) {
	case *viewDetail:
		r.query("query", d.body)
	case *tableDetail:
		if d.dynamic != nil {
			r.query("query", d.dynamic.body)
		}
	case *routineDetail:
		r.routine(d)
	case *taskDetail:
		r.condition(d.condition)
		r.code("body", d.definition, nil)
	case *alertDetail:
		r.code("condition", d.condition, nil)
		r.code("action", d.action, nil)
	case *policyDetail:
		r.expression("body", d.body, d.params)
	case *pipeDetail:
		r.pipe(d)
	}
}

// begin turns to a part of the object.
func (r *resolver) begin(part, text string) {
	r.part, r.text, r.base, r.used = part, text, sql.Pos{Line: 1}, map[int]bool{}
	r.from, r.open = sql.Pos{}, false
}

// scope is where the object's code resolves: with its owner's rights, where it
// lives (C24).
func (r *resolver) scope() *scope {
	s := r.a.ownerSession(r.o, "")
	s.began = r.a.now()
	sc := s.placeOf(r.o)()
	sc.resolving = r
	return sc
}

// callers reports whether the code runs with its caller's rights.
func (r *resolver) callers() bool {
	if r.o == nil {
		return false
	}
	d, ok := r.o.detail.(*routineDetail)
	return ok && d.executeAs == "CALLER"
}

// report notes an error at a place in the text.
func (r *resolver) report(line, column int, err error) {
	known, ok := clientError(err).(*Error) //nolint:errorlint // never wrapped
	if !ok || known.Code == 2 || known.Code == 2211 && r.callers() {
		return // What the emulator cannot do says nothing of names, and the caller's variables are not known.
	}
	kind, name := r.whose()
	if line == 1 {
		column += r.base.Column
	}
	u := Unresolved{
		Kind: kind, Object: name, Part: r.part, Line: r.base.Line + line - 1, Column: column + 1,
		Code: known.Code, State: known.State, Message: known.Message,
	}
	if !slices.Contains(r.found, u) {
		r.found = append(r.found, u)
	}
}

// whose are kind and name of the object whose code is read; none for a
// statement of a client.
func (r *resolver) whose() (kind, name string) {
	switch {
	case r.o == nil:
		return "", ""
	case r.o.kind.routine:
		return r.o.kind.grantedOn, r.o.signature()
	}
	return r.o.kind.grantedOn, r.o.qualified()
}

// name notes an error about a name, where that stands next.
func (r *resolver) name(name []string, err error) {
	line, column := r.place(name)
	r.report(line, column, err)
}

// place finds a name among the tokens of the text, each place once. A name that
// is not there is where the text starts.
func (r *resolver) place(name []string) (line, column int) {
	tokens, err := sql.Lex(r.text)
	if err != nil {
		return 1, 0
	}
	for i, t := range tokens {
		early := t.Line < r.from.Line || t.Line == r.from.Line && t.Col <= r.from.Column
		if !r.used[i] && !early && namedAt(tokens[i:], name) {
			r.used[i] = true
			return t.Line, t.Col - 1
		}
	}
	return tokens[0].Line, tokens[0].Col - 1
}

// namedAt reports whether tokens start with a name, in parts or in a string.
func namedAt(tokens []sql.Token, name []string) bool {
	if tokens[0].Kind == sql.String || tokens[0].Kind == sql.Stage {
		parts, err := sql.ParseName(strings.TrimPrefix(tokens[0].Value, "@"))
		return err == nil && slices.Equal(parts, name)
	}
	for i, part := range name {
		at := 2 * i
		if at >= len(tokens) || tokens[at].Kind != sql.Ident && tokens[at].Kind != sql.QuotedIdent || tokens[at].Value != part {
			return false
		}
		if i > 0 && !tokens[at-1].IsOp(".") {
			return false
		}
	}
	after := 2*len(name) - 1
	return after >= len(tokens) || !tokens[after].IsOp(".")
}

// doubtful are the errors that may come of a table whose columns are not known:
// ambiguous names, numbers of columns, and what must be grouped.
var doubtful = []int{979, 2028, 2057}

// fail notes an error of compiling the text, where its message says.
func (r *resolver) fail(err error) {
	if err == nil || err == errReported { //nolint:errorlint // never wrapped
		return
	}
	known, ok := clientError(err).(*Error) //nolint:errorlint // never wrapped
	if !ok || r.open && slices.Contains(doubtful, known.Code) {
		return
	}
	line, column := 1, 0
	if at := errorPlace.FindStringSubmatch(known.Message); at != nil {
		line, _ = parseInt(at[1])
		column, _ = parseInt(at[2])
	} else if c, err := newCursor(r.text); err == nil {
		line, column = c.Peek().Line, c.Peek().Col-1
	}
	r.report(line, column, known)
}
