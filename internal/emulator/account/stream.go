package account

import (
	"context"
	"crypto/sha1" //nolint:gosec // For ids, not for secrets.
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// streamDetail is what only streams have.
type streamDetail struct {
	source *object
	// sourceType is as SHOW STREAMS prints it: Table, View, Stage, ….
	sourceType string
	mode       string // DEFAULT, APPEND_ONLY or INSERT_ONLY
	// offset is the moment since which changes are handed out.
	offset cut
	// initial hands out what the source held when the stream was made.
	initial bool
	stale   bool
}

// streamSources maps the words after ON to kinds and SHOW's spelling.
var streamSources = []struct {
	words string
	kind  *kind
	label string
}{
	{"EXTERNAL TABLE", kindExternalTable, "External Table"},
	{"DYNAMIC TABLE", kindDynamicTable, "Dynamic Table"},
	{"EVENT TABLE", kindEventTable, "Event Table"},
	{"TABLE", kindTable, "Table"},
	{"VIEW", kindView, "View"},
	{"STAGE", kindStage, "Stage"},
}

// createStream runs CREATE STREAM (T1).
func (st *statement) createStream(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	var tags []tagUse
	if _, err := st.acceptTags(&tags); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindStream)
	}
	copyGrants := st.c.Accept("COPY", "GRANTS") && st.a.switches.StreamCopyGrants // U9
	if err := st.c.Expect("ON"); err != nil {
		return nil, err
	}
	d := &streamDetail{mode: "DEFAULT"}
	if err := st.streamSource(d); err != nil {
		return nil, err
	}
	if err := st.streamOffset(d); err != nil {
		return nil, err
	}
	props, _, err := st.optionsToEnd("APPEND_ONLY INSERT_ONLY SHOW_INITIAL_ROWS COMMENT")
	if err != nil {
		return nil, err
	}
	if err := d.set(props); err != nil {
		return nil, err
	}
	return st.installStream(cr, d, installing{copyGrants: copyGrants, props: props, tags: tags})
}

// installing is what a statement says about an object beside its detail.
type installing struct {
	copyGrants bool
	props      properties
	tags       []tagUse
}

// installStream turns change tracking on where it is off, which takes the
// source's owner (T3), and puts the stream into its place.
func (st *statement) installStream(cr *creation, d *streamDetail, in installing) (*Result, error) {
	s, err := st.slot(cr, kindStream)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if err := st.enableTracking(d.source); err != nil {
		return nil, err
	}
	o := st.install(s, kindStream, d, in.copyGrants)
	o.comment = in.props.text("COMMENT", "")
	for _, t := range in.tags {
		o.setTag(t)
	}
	return created(o)
}

// streamSource reads what the stream is on: SELECT on it is needed, and on a
// stage READ or USAGE.
func (st *statement) streamSource(d *streamDetail) error {
	for _, src := range streamSources {
		if !st.c.Accept(names(src.words)...) {
			continue
		}
		name, err := st.c.Name()
		if err != nil {
			return err
		}
		need := []string{"SELECT"}
		if src.kind == kindStage {
			need = []string{"READ", "USAGE"}
		}
		if d.source, err = st.permitted(src.kind, name, need...); err != nil {
			return err
		}
		d.sourceType = src.label
		return checkStreamSource(d.source)
	}
	return st.c.Unexpected()
}

// checkStreamSource refuses what no stream can be on: a materialized view, and
// a stage without a directory table (T1).
func checkStreamSource(o *object) error {
	if o.kind == kindMaterializedView {
		return errUnsupported("stream on a materialized view")
	}
	if d, ok := o.detail.(*stageDetail); ok && !d.directory {
		return errUnsupported("stream on a stage without a directory table")
	}
	return nil
}

// streamOffset reads AT or BEFORE. Another stream's offset can be taken only
// when it is on the same source (T2).
func (st *statement) streamOffset(d *streamDetail) error {
	d.offset = cut{at: st.created.at, tick: st.created.tick}
	if !st.c.Looking("AT") && !st.c.Looking("BEFORE") {
		return nil
	}
	t, err := sql.ParseTravel(st.c)
	if err != nil {
		return err
	}
	if t.Kind == "STREAM" {
		return st.otherOffset(d, t)
	}
	if d.offset, err = st.travel(t); err != nil {
		return err
	}
	return st.a.reachable(d.source, d.offset)
}

// otherOffset takes the offset of another stream (T2, T5).
func (st *statement) otherOffset(d *streamDetail, t sql.Travel) error {
	v, err := st.constant(t.Value)
	if err != nil {
		return err
	}
	name, err := sql.ParseName(v.String())
	if err != nil {
		return err
	}
	other, err := st.permitted(kindStream, name, "SELECT")
	if err != nil {
		return err
	}
	from := other.detail.(*streamDetail)
	if from.source != d.source {
		return sqlError(2204, "42601", "Stream '%s' is not on the same source object.", other.plainName())
	}
	d.offset = from.offset
	return nil
}

// set applies the properties of CREATE STREAM.
func (d *streamDetail) set(props properties) error {
	appendOnly, err := props.flag("APPEND_ONLY", false)
	if err != nil {
		return err
	}
	insertOnly, err := props.flag("INSERT_ONLY", false)
	if err != nil {
		return err
	}
	external := d.sourceType == "External Table"
	switch {
	case insertOnly != external || appendOnly && d.sourceType != "Table" && d.sourceType != "View": // T1
		return errUnsupported("mode of stream on " + d.sourceType)
	case appendOnly:
		d.mode = "APPEND_ONLY"
	case insertOnly:
		d.mode = "INSERT_ONLY"
	}
	d.initial, err = props.flag("SHOW_INITIAL_ROWS", false)
	return err
}

// enableTracking turns on change tracking of the source, and for a view of all
// that it reads. Where it is off, only the owner can.
func (st *statement) enableTracking(o *object) error {
	switch d := o.detail.(type) {
	case *tableDetail:
		if d.tracking || o.kind == kindExternalTable {
			return nil
		}
		if err := st.demand(o, "OWNERSHIP"); err != nil {
			return err
		}
		d.tracking = true
	case *viewDetail:
		return st.enableViewTracking(o, d)
	}
	return nil
}

// enableViewTracking turns on change tracking of a view and all that it reads.
func (st *statement) enableViewTracking(o *object, d *viewDetail) error {
	if d.tracking {
		return nil
	}
	plan, err := st.expand(o, d)
	if err != nil {
		return err
	}
	if err := st.demand(o, "OWNERSHIP"); err != nil {
		return err
	}
	for _, name := range plan.References() {
		base, err := st.within(o).anyRelation(name)
		if err != nil {
			return err
		}
		if err := st.enableTracking(base); err != nil {
			return err
		}
	}
	d.tracking = true
	return nil
}

// alterStream runs ALTER STREAM. It cannot change the source.
func (st *statement) alterStream() (*Result, error) {
	o, err := st.target(kindStream)
	if o == nil || err != nil {
		return orDone(err)
	}
	return st.setOrUnsetComment(o)
}

// isStale reports whether the stream can no longer be read: its source is gone
// or was replaced, or its offset is out of reach (T4).
func (a *Account) isStale(d *streamDetail) bool {
	return d.stale || !d.source.alive() || a.now().After(a.staleAfter(d))
}

// staleAfter is when a stream that is never read becomes stale.
func (a *Account) staleAfter(d *streamDetail) time.Time {
	days := max(a.retentionDays(d.source), 14)
	return d.offset.at.Add(time.Duration(days) * 24 * time.Hour)
}

// streamRelation is a stream as a query reads it.
type streamRelation struct {
	sc *scope
	o  *object
	d  *streamDetail
}

// readStream gives the changes of a stream. A stale one cannot be read (T4).
func (sc *scope) readStream(o *object, d *streamDetail) (query.Relation, error) {
	if sc.a.isStale(d) {
		return nil, &Error{Code: 91901, State: "22000", Message: "Base table '" + d.source.plainName() +
			"' dropped or recreated, or its data retention exceeded: cannot read from stream '" + o.name + "', which is stale."}
	}
	if sc.session != nil && sc.depth == 0 {
		sc.session.readStreams = append(sc.session.readStreams, d)
	}
	return &streamRelation{sc: sc, o: o, d: d}, nil
}

// metadataColumns are what a stream adds to the columns of its source.
var metadataColumns = []query.Column{
	{Name: "METADATA$ACTION", Type: sql.VarcharType},
	{Name: "METADATA$ISUPDATE", Type: sql.BooleanType},
	{Name: "METADATA$ROW_ID", Type: sql.VarcharType},
}

// Columns lists the source's columns and the stream's own.
func (r *streamRelation) Columns() []query.Column {
	columns := queryShape(r.d.source.columnsOf())
	if r.d.source.kind == kindStage {
		columns = slices.Clone(directoryColumns)
	}
	return append(columns, metadataColumns...)
}

// directoryColumns are those of a stage's directory table.
var directoryColumns = []query.Column{
	{Name: "RELATIVE_PATH", Type: sql.VarcharType, Nullable: true},
	{Name: "SIZE", Type: sql.Type{Name: "NUMBER", Precision: 38}, Nullable: true},
	{Name: "LAST_MODIFIED", Type: sql.TimestampTZType, Nullable: true},
	{Name: "MD5", Type: sql.VarcharType, Nullable: true},
	{Name: "ETAG", Type: sql.VarcharType, Nullable: true},
	{Name: "FILE_URL", Type: sql.VarcharType, Nullable: true},
}

// Rows lists what was inserted and deleted since the offset, as the session may
// see it.
func (r *streamRelation) Rows(ctx context.Context) ([][]query.Value, error) {
	rows, err := r.changes(ctx)
	if err != nil {
		return nil, err
	}
	switch d := r.d.source.detail.(type) {
	case *tableDetail:
		return r.sc.govern(ctx, r.d.source, d.columns, d.rowAccess, rows)
	case *viewDetail:
		return r.sc.govern(ctx, r.d.source, d.columns, d.rowAccess, rows)
	}
	return rows, nil
}

// changes lists what was inserted and deleted since the offset. A changed row is
// one of each, and marked as an update where a row can be followed: in tables
// with rows of their own. There are no files, so that nothing changes on a
// stage.
func (r *streamRelation) changes(ctx context.Context) ([][]query.Value, error) {
	d, isTable := r.d.source.detail.(*tableDetail)
	if isTable && d.dynamic == nil {
		before := d.asOf(r.d.offset)
		if r.d.initial {
			before.rows = nil
		}
		return d.changesSince(before, r.tableNow(d)).rows(r.d.mode == "DEFAULT"), nil
	}
	before, after, err := r.states(ctx)
	if err != nil {
		return nil, err
	}
	if r.d.initial {
		before = nil
	}
	inserted, deleted := difference(before, after)
	if r.d.mode != "DEFAULT" {
		deleted = nil
	}
	return append(withMetadata(inserted, "INSERT"), withMetadata(deleted, "DELETE")...), nil
}

// now is the moment as of which the session sees the stream: all of a
// transaction sees it as it was when the transaction began (T17). Nil stands for
// what there is.
func (r *streamRelation) now() *cut {
	if s := r.sc.session; s != nil && s.open != nil {
		return &cut{at: s.open.began.at, tick: s.open.began.tick}
	}
	return nil
}

// tableNow is the state of a table up to which the stream tells changes.
func (r *streamRelation) tableNow(d *tableDetail) version {
	latest := version{columns: d.columns, rows: d.rows}
	if now := r.now(); now != nil {
		v := d.asOf(*now)
		if slices.EqualFunc(v.columns, d.columns, func(x, y *column) bool { return x.name == y.name }) {
			return v
		}
	}
	return latest
}

// states are the rows of the source at the offset and now.
func (r *streamRelation) states(ctx context.Context) (before, after [][]query.Value, err error) {
	switch d := r.d.source.detail.(type) {
	case *tableDetail:
		return d.asOf(r.d.offset).rows, r.tableNow(d).rows, nil
	case *viewDetail:
		if before, err = r.viewRows(ctx, d, &r.d.offset); err != nil {
			return nil, nil, err
		}
		after, err = r.viewRows(ctx, d, r.now())
		return before, after, err
	}
	return nil, nil, nil
}

// viewRows runs the query of a view, with its tables as of a moment.
func (r *streamRelation) viewRows(ctx context.Context, d *viewDetail, past *cut) ([][]query.Value, error) {
	sc := *r.sc
	sc.past = past
	plan, err := sc.expand(r.d.source, d)
	if err != nil {
		return nil, err
	}
	return plan.Rows(ctx)
}

// difference compares two lists of rows, each row as often as it occurs.
func difference(before, after [][]query.Value) (inserted, deleted [][]query.Value) {
	count := map[string]int{}
	for _, row := range before {
		count[rowKey(row)]++
	}
	for _, row := range after {
		if key := rowKey(row); count[key] > 0 {
			count[key]--
		} else {
			inserted = append(inserted, row)
		}
	}
	for _, row := range before {
		if key := rowKey(row); count[key] > 0 {
			count[key]--
			deleted = append(deleted, row)
		}
	}
	return inserted, deleted
}

// rowKey prints a row so that equal rows have equal keys.
func rowKey(row []query.Value) string {
	var b strings.Builder
	for _, v := range row {
		if v.IsNull() {
			b.WriteString("\x00N")
		} else {
			b.WriteString("\x00V" + v.String())
		}
	}
	return b.String()
}

// withMetadata adds a stream's own columns.
func withMetadata(rows [][]query.Value, action string) [][]query.Value {
	out := make([][]query.Value, len(rows))
	for i, row := range rows {
		out[i] = append(slices.Clone(row), query.StringOf(action), query.BoolOf(false), query.StringOf(rowID(row)))
	}
	return out
}

// rowID stands for a row without telling what is in it: 40 hexadecimal digits,
// as Snowflake's.
func rowID(row []query.Value) string {
	return fmt.Sprintf("%x", sha1.Sum([]byte(rowKey(row)))) //nolint:gosec // It hides nothing from who wrote the row.
}

// consumeStreams moves the offsets of the streams that a DML statement read; in
// a transaction that happens when it is committed.
func (st *statement) consumeStreams() {
	if open := st.session.open; open != nil {
		open.consumed = append(open.consumed, st.session.readStreams...)
		return
	}
	for _, d := range st.session.readStreams {
		d.offset = cut{at: st.created.at, tick: st.created.tick}
		d.initial = false
	}
}
