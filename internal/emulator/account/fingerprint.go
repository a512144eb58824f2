package account

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// Describe lists everything that makes a database what it is, one fact a line
// and sorted: definitions, owners, comments, tags, grants, future grants,
// states and rows. Two databases with the same lines behave alike. The name is
// in stored form; that a database does not exist is an error.
func (a *Account) Describe(database string) ([]string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	db, err := a.databaseNamed(database)
	if err != nil {
		return nil, fmt.Errorf("describe: %w", err)
	}
	l := &listing{a: a, printer: a.seeAll()}
	a.walk(db, l.object)
	slices.Sort(l.lines)
	return l.lines, nil
}

// databaseNamed finds a database for the admin API, by its stored name or in any case.
func (a *Account) databaseNamed(name string) (*object, error) {
	db := a.root.lookup(kindDatabase, name, 0)
	if db == nil {
		db = a.root.lookup(kindDatabase, sql.Upper(name), 0)
	}
	if db == nil {
		return nil, fmt.Errorf("database %s does not exist", name)
	}
	return db, nil
}

// Fingerprint is a hash over the lines of Describe.
func (a *Account) Fingerprint(database string) (string, error) {
	lines, err := a.Describe(database)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// listing gathers the lines of Describe.
type listing struct {
	a       *Account
	printer *ddl
	lines   []string
}

// seeAll prints the definition of anything, whoever owns it.
func (a *Account) seeAll() *ddl {
	return &ddl{sc: &scope{a: a, rights: a.allRights()}, qualified: true}
}

// allRights are those of every role together.
func (a *Account) allRights() *rights {
	all := map[*object]bool{}
	a.walk(a.root, func(o *object) {
		if o.kind == kindRole || o.kind == kindDatabaseRole {
			all[o] = true
		}
	})
	return &rights{account: a, roles: all, manage: true}
}

// add appends a line about an object.
func (l *listing) add(o *object, what, format string, args ...any) {
	name := o.qualified()
	if o.kind.routine {
		name += "(" + strings.Join(o.args, ", ") + ")"
	}
	l.lines = append(l.lines, fmt.Sprintf("%s %s %s %s", o.kind.words, name, what, fmt.Sprintf(format, args...)))
}

// object lists one object, without what lies in it.
func (l *listing) object(o *object) {
	if o.session != 0 {
		return
	}
	l.add(o, "owner", "%s", l.role(o.owner))
	if text := l.definition(o); text != "" {
		l.add(o, "definition", "%q", text)
	}
	if o.comment != "" {
		l.add(o, "comment", "%q", o.comment)
	}
	for _, key := range sortedKeys(o.params) {
		l.add(o, "parameter", "%s=%s", key, o.params[key])
	}
	for _, t := range o.tags {
		l.add(o, "tag", "%s=%q", t.tag.qualified(), t.value)
	}
	for _, g := range o.grants {
		l.add(o, "grant", "%s to %s by %s option %t", g.privilege, l.role(g.grantee), l.role(g.grantor), g.option)
	}
	for _, f := range o.future {
		l.add(o, "future grant", "%s on %s to %s", f.privilege, f.on.plural, l.role(f.grantee))
	}
	l.state(o)
}

// role names a role in full.
func (l *listing) role(o *object) string {
	if o == nil {
		return "nobody"
	}
	return o.kind.words + " " + granteeName(o)
}

// definition is the statement that makes the object, as far as GET_DDL or the
// properties tell.
func (l *listing) definition(o *object) string {
	switch d := o.detail.(type) {
	case *databaseDetail:
		return fmt.Sprintf("transient %t", d.transient)
	case *schemaDetail:
		return fmt.Sprintf("transient %t managed %t", d.transient, d.managed)
	case *roleDetail:
		return ""
	case *stageDetail:
		return fmt.Sprintf("url %s integration %s directory %t %s", d.url, d.integration, d.directory, printProperties(d.props))
	case *alertDetail:
		return fmt.Sprintf("warehouse %s schedule %s if %s then %s", d.warehouse, d.schedule, d.condition, d.action)
	case *plainDetail:
		return d.category + " " + printProperties(d.props)
	}
	return l.printer.object(o)
}

// printProperties prints properties in their order.
func printProperties(props properties) string {
	parts := make([]string, len(props))
	for i, p := range props {
		parts[i] = p.key + "=" + p.value
	}
	return strings.Join(parts, " ")
}

// state lists what definitions do not tell.
func (l *listing) state(o *object) {
	switch d := o.detail.(type) {
	case *roleDetail:
		for _, m := range d.members {
			l.add(o, "member", "%s", l.role(m.to))
		}
	case *tableDetail:
		l.table(o, d)
	case *viewDetail:
		l.add(o, "text", "%q", d.text)
		if d.materialized != nil {
			l.add(o, "state", "suspended %t base %s", d.materialized.suspended, d.materialized.base.qualified())
		}
	case *streamDetail:
		l.add(o, "state", "stale %t offset %s", l.a.isStale(d), d.offset.at.UTC().Format("2006-01-02T15:04:05.000Z"))
	case *taskDetail:
		l.add(o, "state", "%s", startedWord(d.started))
	case *alertDetail:
		l.add(o, "state", "%s", startedWord(d.started))
	case *pipeDetail:
		l.add(o, "state", "%s", l.a.pipeState(o))
	}
}

// table lists the state and the rows of a table.
func (l *listing) table(o *object, d *tableDetail) {
	l.add(o, "state", "tracking %t recluster %t", d.tracking, !d.noRecluster)
	if d.dynamic != nil {
		l.add(o, "state", "%s", d.dynamic.schedulingState())
	}
	for _, row := range d.rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = "NULL"
			if !v.IsNull() {
				cells[i] = fmt.Sprintf("%q", v.String())
			}
		}
		l.add(o, "row", "(%s)", strings.Join(cells, ", "))
	}
}
