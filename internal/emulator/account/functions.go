package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// call is the body of a scalar function.
type call = func(context.Context, []query.Value) (query.Value, error)

// builtin is a function that needs the account.
type builtin struct {
	min, max int
	returns  sql.Type
	run      func(*scope, []query.Value) (query.Value, error)
}

// builtins are the context functions, SYSTEM$ functions and GET_DDL.
var builtins map[string]builtin

func init() {
	text := func(f func(*scope) string) builtin {
		return builtin{returns: sql.VarcharType, run: func(sc *scope, _ []query.Value) (query.Value, error) {
			return textOrNull(f(sc)), nil
		}}
	}
	builtins = map[string]builtin{
		"CURRENT_ROLE":              text(func(sc *scope) string { return sc.session.role.name }),
		"CURRENT_USER":              text(func(sc *scope) string { return sc.session.user.name }),
		"CURRENT_ACCOUNT":           text(func(sc *scope) string { return sc.a.name }),
		"CURRENT_ACCOUNT_NAME":      text(func(sc *scope) string { return sc.a.name }),
		"CURRENT_ORGANIZATION_NAME": text(func(*scope) string { return "EMULATOR" }),
		"CURRENT_REGION":            text(func(*scope) string { return "AWS_US_WEST_2" }),
		"CURRENT_DATABASE":          text(func(sc *scope) string { return sc.database }),
		"CURRENT_SCHEMA":            text(func(sc *scope) string { return sc.schema }),
		"CURRENT_WAREHOUSE":         text(func(sc *scope) string { return sc.session.warehouse }),
		"CURRENT_SESSION":           text(func(sc *scope) string { return itoa(int(sc.session.id)) }),
		"CURRENT_VERSION":           text(func(*scope) string { return "10.4.1" }),
		"CURRENT_CLIENT":            text(func(*scope) string { return "Emulator" }),
		"CURRENT_IP_ADDRESS":        text(func(*scope) string { return "127.0.0.1" }),
		"CURRENT_SECONDARY_ROLES":   text(secondaryRoles),
		"CURRENT_AVAILABLE_ROLES":   text(availableRoles),
		"CURRENT_TRANSACTION":       text(currentTransaction),
		"CURRENT_SCHEMAS":           text(func(sc *scope) string { return fmt.Sprintf("[%q]", sc.database+"."+sc.schema) }),
		"CURRENT_TIMESTAMP": {0, 1, sql.TimestampLTZType, func(sc *scope, _ []query.Value) (query.Value, error) {
			return currentMoment(sc), nil
		}},

		"IS_ROLE_IN_SESSION":            {1, 1, sql.BooleanType, isRoleInSession},
		"IS_DATABASE_ROLE_IN_SESSION":   {1, 1, sql.BooleanType, isDatabaseRoleInSession},
		"LAST_QUERY_ID":                 {0, 1, sql.VarcharType, lastQueryID},
		"GET_DDL":                       {2, 3, sql.VarcharType, getDDL},
		"SYSTEM$PIPE_STATUS":            {1, 1, sql.VarcharType, onText((*scope).pipeStatus)},
		"SYSTEM$PIPE_FORCE_RESUME":      {1, 2, sql.VarcharType, onText((*scope).forceResume)},
		"SYSTEM$STREAM_HAS_DATA":        {1, 1, sql.BooleanType, streamHasData},
		"SYSTEM$TASK_DEPENDENTS_ENABLE": {1, 1, sql.VarcharType, onText((*scope).enableTaskGraph)},
		"SYSTEM$CANCEL_QUERY":           {1, 1, sql.VarcharType, onText((*scope).cancelQuery)},
		"SYSTEM$GET_TAG":                {3, 3, sql.VarcharType, getTag},
		"SYSTEM$SEND_EMAIL":             {3, 5, sql.BooleanType, nil},
		"SYSTEM$WAIT":                   {1, 2, sql.VarcharType, nil},
		"SYSTEM$ABORT_SESSION":          {1, 1, sql.VarcharType, nil},
	}
}

// Function resolves context functions, SYSTEM$ functions and functions of
// users.
func (c *catalog) Function(name []string, args []query.Passed) (query.Function, error) {
	if len(name) == 1 {
		if b, ok := builtins[name[0]]; ok && len(args) >= b.min && len(args) <= b.max {
			return c.sc.builtin(b), nil
		}
	}
	o, err := c.sc.userFunction(name, typed(args), false)
	if c.sc.resolving != nil && (err != nil || o == nil && len(name) > 1) {
		c.sc.resolving.function(name, err)
		return query.Function{}, nil
	}
	if err != nil {
		return query.Function{}, err
	}
	if o == nil {
		return query.Function{}, query.ErrUnknownFunction
	}
	return c.sc.callable(o), nil
}

// typed are arguments of which only the types are known.
func typed(args []query.Passed) []argument {
	out := make([]argument, len(args))
	for i, a := range args {
		out[i] = argument{name: a.Name, typ: a.Type}
	}
	return out
}

// builtin gives a builtin the form that queries call.
func (sc *scope) builtin(b builtin) query.Function {
	f := query.Function{Returns: b.returns}
	if b.run != nil {
		f.Call = func(_ context.Context, args []query.Value) (query.Value, error) { return b.run(sc, args) }
	}
	return f
}

// textOrNull is a text, or NULL for an empty one.
func textOrNull(s string) query.Value {
	if s == "" {
		return query.NullValue
	}
	return query.StringOf(s)
}

// onText makes a builtin of a function on the text of the first argument.
func onText(f func(*scope, string) (string, error)) func(*scope, []query.Value) (query.Value, error) {
	return func(sc *scope, args []query.Value) (query.Value, error) {
		text, err := f(sc, args[0].String())
		return query.StringOf(text), err
	}
}

// isRoleInSession reports whether a role is active, itself or below one that
// is.
func isRoleInSession(sc *scope, args []query.Value) (query.Value, error) {
	role := sc.a.root.lookup(kindRole, args[0].String(), 0)
	return query.BoolOf(role != nil && sc.session.rights().roles[role]), nil
}

// isDatabaseRoleInSession does the same for a database role of the current
// database.
func isDatabaseRoleInSession(sc *scope, args []query.Value) (query.Value, error) {
	name, err := sql.ParseName(args[0].String())
	if err != nil {
		return query.NullValue, err
	}
	role, err := sc.databaseRole(name)
	return query.BoolOf(err == nil && sc.session.rights().roles[role]), nil
}

// lastQueryID is the id of an earlier statement of the session: -1 is the
// latest, 1 the first.
func lastQueryID(sc *scope, args []query.Value) (query.Value, error) {
	order := sc.session.order
	n := -1
	if len(args) == 1 {
		if _, err := fmt.Sscan(args[0].String(), &n); err != nil {
			return query.NullValue, errInvalidValue(args[0].String(), "LAST_QUERY_ID")
		}
	}
	i := n - 1
	if n < 0 {
		i = len(order) + n
	}
	if i < 0 || i >= len(order) {
		return query.NullValue, nil
	}
	return query.StringOf(order[i]), nil
}

// streamHasData is SYSTEM$STREAM_HAS_DATA. A call that answers FALSE keeps the
// stream fresh (T4).
func streamHasData(sc *scope, args []query.Value) (query.Value, error) {
	name, err := sql.ParseName(args[0].String())
	if err != nil {
		return query.NullValue, err
	}
	o, err := sc.permitted(kindStream, name, "SELECT")
	if err != nil {
		return query.NullValue, err
	}
	d := o.detail.(*streamDetail)
	inner := *sc
	inner.depth++ // Looking does not move the offset.
	if _, err := inner.readStream(o, d); err != nil {
		return query.NullValue, err
	}
	// What the session may not see is data all the same.
	rows, err := (&streamRelation{sc: &inner, o: o, d: d}).changes(context.Background())
	if err != nil {
		return query.NullValue, err
	}
	if len(rows) == 0 && sc.session.open == nil {
		d.offset = cut{at: sc.a.now(), tick: sc.a.tick}
	}
	return query.BoolOf(len(rows) > 0), nil
}

// enableTaskGraph is SYSTEM$TASK_DEPENDENTS_ENABLE (T7).
func (sc *scope) enableTaskGraph(name string) (string, error) {
	parts, err := sql.ParseName(name)
	if err != nil {
		return "", err
	}
	o, err := sc.object(kindTask, parts)
	if err != nil {
		return "", err
	}
	return "Statement executed successfully.", sc.enableDependents(o)
}

// cancelQuery is SYSTEM$CANCEL_QUERY.
func (sc *scope) cancelQuery(id string) (string, error) {
	if sc.a.canceler == nil || !sc.a.canceler(id) {
		return "", &Error{Code: 605, State: "57014", Message: "Identified SQL statement is not currently executing."}
	}
	return fmt.Sprintf("query [%s] terminated.", id), nil
}

// getTag is SYSTEM$GET_TAG('tag', 'object', 'domain').
func getTag(sc *scope, args []query.Value) (query.Value, error) {
	name, err := sql.ParseName(args[0].String())
	if err != nil {
		return query.NullValue, err
	}
	tag, err := sc.object(kindTag, name)
	if err != nil {
		return query.NullValue, err
	}
	uses, err := sc.tagsOn(args[1].String(), sql.Upper(args[2].String()))
	if err != nil {
		return query.NullValue, err
	}
	for _, u := range uses {
		if u.tag == tag {
			return query.StringOf(u.value), nil
		}
	}
	return query.NullValue, nil
}

// tagsOn lists the tags that act on an object or column, its own first and
// then those of what holds it.
func (sc *scope) tagsOn(name, domain string) ([]tagUse, error) {
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	var uses []tagUse
	if domain == "COLUMN" && len(parts) > 1 {
		table, err := sc.anyRelation(parts[:len(parts)-1])
		if err != nil {
			return nil, err
		}
		col, err := table.column(lastPart(parts))
		if err != nil {
			return nil, err
		}
		uses = slices.Clone(col.tags)
		parts = table.path()
		domain = table.kind.words
	}
	o, err := sc.find(kindOf(domain), parts, nil)
	if err != nil {
		return nil, err
	}
	for ; o != nil; o = o.parent {
		uses = append(uses, o.tags...)
	}
	return uses, nil
}

// kindOf finds a kind by its words; underscores may stand for blanks.
func kindOf(words string) *kind {
	words = strings.ReplaceAll(sql.Upper(words), "_", " ")
	for _, k := range kindsByLength {
		if k.words == words {
			return k
		}
	}
	return kindTable
}

// secondaryRoles is CURRENT_SECONDARY_ROLES.
func secondaryRoles(sc *scope) string {
	if !sc.session.secondary {
		return `{"roles":"","value":""}`
	}
	return `{"roles":"` + strings.Join(roleNames(sc.session.user), ",") + `","value":"ALL"}`
}

// availableRoles is CURRENT_AVAILABLE_ROLES.
func availableRoles(sc *scope) string {
	return `["` + strings.Join(roleNames(sc.session.user), `","`) + `"]`
}

// roleNames lists the account roles that a user has, directly or not.
func roleNames(user *object) []string {
	set := map[*object]bool{}
	reach(set, user)
	out := []string{rolePublic}
	for role := range set {
		if role.kind == kindRole && role.name != rolePublic {
			out = append(out, role.name)
		}
	}
	slices.Sort(out)
	return out
}
