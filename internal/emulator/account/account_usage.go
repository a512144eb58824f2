package account

import (
	"slices"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// The shared database that every account has, as far as it is known here. No
// SHOW lists it.
const (
	snowflakeDatabase = "SNOWFLAKE"
	accountUsage      = "ACCOUNT_USAGE"
)

// usageView is one view of ACCOUNT_USAGE: it shows what was so some time ago.
type usageView struct {
	columns string
	lag     time.Duration
	// fill adds what is older than the moment.
	fill func(*scope, time.Time, *sheet)
}

// The columns of the views.
const (
	dependencyColumns = "REFERENCED_DATABASE REFERENCED_SCHEMA REFERENCED_OBJECT_NAME REFERENCED_OBJECT_ID:number " +
		"REFERENCED_OBJECT_DOMAIN REFERENCING_DATABASE REFERENCING_SCHEMA REFERENCING_OBJECT_NAME REFERENCING_OBJECT_ID:number " +
		"REFERENCING_OBJECT_DOMAIN DEPENDENCY_TYPE"
	storageColumns = "ID:number TABLE_NAME TABLE_SCHEMA_ID:number TABLE_SCHEMA TABLE_CATALOG_ID:number TABLE_CATALOG " +
		"CLONE_GROUP_ID:number IS_TRANSIENT ACTIVE_BYTES:number TIME_TRAVEL_BYTES:number FAILSAFE_BYTES:number " +
		"RETAINED_FOR_CLONE_BYTES:number DELETED TABLE_CREATED:time TABLE_DROPPED:time COMMENT"
)

// usageViews are the views that are known, with their lag at its longest (A1,
// A3, A5).
var usageViews map[string]usageView

func init() {
	usageViews = map[string]usageView{
		"OBJECT_DEPENDENCIES":   {dependencyColumns, 3 * time.Hour, fillDependencies},
		"TABLE_STORAGE_METRICS": {storageColumns, 90 * time.Minute, fillStorage},
		"QUERY_HISTORY":         {historyColumns, 45 * time.Minute, fillQueryHistory},
	}
}

// usageRelation resolves SNOWFLAKE.ACCOUNT_USAGE.name for who has imported
// privileges on the database, ACCOUNTADMIN at first.
func (sc *scope) usageRelation(full []string) (query.Relation, error) {
	view, ok := usageViews[full[2]]
	if !ok || !sc.rights.has(sc.a.usage, "USAGE") {
		return nil, sc.a.errNotFound("Object", quoteName(full))
	}
	fill := func(sc *scope, _ *object, s *sheet) { view.fill(sc, sc.a.now().Add(-view.lag), s) }
	return &catalogRelation{sc: sc, view: catalogView{columns: view.columns, fill: fill}}, nil
}

// fillQueryHistory lists the statements that had ended by then.
func fillQueryHistory(sc *scope, until time.Time, s *sheet) {
	for _, e := range slices.Backward(sc.a.history) {
		if !e.end.at.IsZero() && !e.end.at.After(until) {
			e.addTo(s, sc.a.now())
		}
	}
}

// fillStorage lists the tables that stood by then, dropped ones included.
func fillStorage(sc *scope, until time.Time, s *sheet) {
	for _, db := range slices.Concat(sc.a.root.ofKind(kindDatabase), dropped(sc.a.root, kindDatabase)) {
		for _, schema := range slices.Concat(db.ofKind(kindSchema), dropped(db, kindSchema)) {
			for _, o := range slices.Concat(schema.ofKind(tableKinds...), dropped(schema, tableKinds...)) {
				if !o.created.at.After(until) {
					o.addStorage(s)
				}
			}
		}
	}
}

// dropped lists children that were dropped.
func dropped(o *object, kinds ...*kind) []*object {
	return slices.DeleteFunc(slices.Clone(o.graveyard), func(c *object) bool { return !slices.Contains(kinds, c.kind) })
}

// addStorage adds the row of one table. The bytes of a clone are its
// original's until its rows change (A3); how many a row has is an estimate.
func (o *object) addStorage(s *sheet) {
	d, ok := o.detail.(*tableDetail)
	if !ok || o.session != 0 {
		return
	}
	active := 0
	if o.cloneGroup == 0 || d.changed != o.created {
		active = rowBytes(d.rows)
	}
	past := 0
	for _, v := range d.past {
		past += rowBytes(v.rows)
	}
	s.add(o.id, o.name, o.parent.id, schemaName(o), o.database().id, databaseName(o), o.group(), yesNoWord(o.isTransient()),
		active, past, 0, 0, !o.alive(), o.created.at, o.dropped.at, textCell(o.comment))
}

// group is the id of the oldest ancestor of a table, itself where it is no
// clone.
func (o *object) group() int64 {
	if o.cloneGroup != 0 {
		return o.cloneGroup
	}
	return o.id
}

// rowBytes estimates what rows take.
func rowBytes(rows [][]query.Value) int {
	n := 0
	for _, row := range rows {
		for _, v := range row {
			n += len(v.String())
		}
	}
	return n
}

// fillDependencies lists what depends on what, for what stood by then (A1).
// Procedures and tasks are not in it.
func fillDependencies(sc *scope, until time.Time, s *sheet) {
	for _, db := range sc.a.root.ofKind(kindDatabase) {
		for _, schema := range db.ofKind(kindSchema) {
			for _, o := range schema.ofKind(kindView, kindMaterializedView, kindDynamicTable, kindStream, kindStage) {
				if o.created.at.After(until) {
					continue
				}
				for _, on := range sc.dependsOn(o) {
					addDependency(s, o, on)
				}
			}
		}
	}
}

// dependsOn lists what an object refers to: by name, or by id.
func (sc *scope) dependsOn(o *object) []*object {
	switch d := o.detail.(type) {
	case *viewDetail:
		return sc.queried(o, d.query)
	case *tableDetail:
		return sc.queried(o, d.dynamic.query)
	case *streamDetail:
		return []*object{d.source}
	case *stageDetail:
		if i := sc.a.root.lookup(kindIntegration, d.integration, 0); i != nil {
			return []*object{i}
		}
	}
	return nil
}

// queried lists the relations that a stored query names, as far as its owner
// can resolve them.
func (sc *scope) queried(o *object, q *sql.Query) []*object {
	inner := sc.within(o)
	plan, err := inner.compile(q)
	if err != nil {
		return nil
	}
	var out []*object
	for _, name := range plan.References() {
		if on, err := inner.anyRelation(name); err == nil && !slices.Contains(out, on) {
			out = append(out, on)
		}
	}
	slices.SortFunc(out, compareObjects)
	return out
}

// addDependency adds one row.
func addDependency(s *sheet, o, on *object) {
	how := "BY_NAME"
	switch o.kind {
	case kindStream, kindStage:
		how = "BY_ID"
	case kindMaterializedView:
		how = "BY_NAME_AND_ID"
	}
	s.add(textCell(databaseName(on)), textCell(schemaName(on)), on.name, on.id, on.kind.words, databaseName(o), schemaName(o), o.name, o.id,
		o.kind.words, how)
}

// objectReferences is GET_OBJECT_REFERENCES: the tables and views that a view
// stands on, directly or not (A2).
func (sc *scope) objectReferences(args arguments) (query.Relation, error) {
	var name []string
	for i, key := range []string{"DATABASE_NAME", "SCHEMA_NAME", "OBJECT_NAME"} {
		text, _ := args.text(key, i)
		part, err := sql.ParseName(text)
		if err != nil {
			return nil, err
		}
		name = append(name, part...)
	}
	o, err := sc.permitted(kindView, name, "SELECT")
	if err != nil {
		return nil, err
	}
	s := newSheet(TypeSelect, "DATABASE_NAME SCHEMA_NAME VIEW_NAME REFERENCED_DATABASE_NAME REFERENCED_SCHEMA_NAME "+
		"REFERENCED_OBJECT_NAME REFERENCED_OBJECT_TYPE")
	if err := sc.addReferenced(s, o, o, map[*object]bool{}); err != nil {
		return nil, err
	}
	return sortedRelation(s)
}

// addReferenced adds what a view names and what that stands on. Secure views
// are for their owners, and materialized ones are not supported.
func (sc *scope) addReferenced(s *sheet, view, o *object, seen map[*object]bool) error {
	d, ok := o.detail.(*viewDetail)
	if !ok {
		return nil
	}
	if d.materialized != nil {
		return errUnsupported("GET_OBJECT_REFERENCES of a materialized view")
	}
	if d.secure && !sc.rights.owns(o) {
		return errPrivilege(o)
	}
	if _, err := sc.expand(o, d); err != nil {
		return err
	}
	for _, on := range sc.queried(o, d.query) {
		if seen[on] {
			continue
		}
		seen[on] = true
		typ := "TABLE"
		if _, isView := on.detail.(*viewDetail); isView {
			typ = "VIEW"
		}
		s.add(databaseName(view), schemaName(view), view.name, databaseName(on), schemaName(on), on.name, typ)
		if err := sc.addReferenced(s, view, on, seen); err != nil {
			return err
		}
	}
	return nil
}

// grantUsageDatabase gives or takes imported privileges on SNOWFLAKE.
func (st *statement) grantUsageDatabase(to *object, give bool) (*Result, error) {
	if !st.rights.manage {
		return nil, errPrivilegeOn("database", snowflakeDatabase)
	}
	if give {
		st.a.usage.addGrant(grant{privilege: "USAGE", grantee: to, created: st.a.now()})
		return done()
	}
	st.a.usage.dropGrants(func(g grant) bool { return g.grantee == to })
	return done()
}
