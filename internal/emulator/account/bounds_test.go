package account

import (
	"strings"
	"testing"
)

func TestASessionKeepsAsManyResultsAsItHasRoomFor(t *testing.T) {
	t.Parallel()
	s := &Session{results: map[string]*Result{}}
	large := &Result{Columns: make([]Column, 1), Rows: make([][]*string, keptCells/2)}
	for _, id := range []string{"a", "b", "c"} {
		s.keep(Request{QueryID: id}, large)
	}
	if s.results["a"] != nil || s.results["b"] == nil || s.results["c"] == nil || s.keptCells != keptCells {
		t.Errorf("of three results, of which two have room, %d are kept", len(s.results))
	}
	for range keptResults + 5 {
		s.keep(Request{QueryID: newUUID()}, &Result{})
	}
	if len(s.results) != keptResults || len(s.order) != keptResults || s.keptCells != 0 {
		t.Errorf("%d results of %d cells are kept, want %d", len(s.results), s.keptCells, keptResults)
	}
}

func TestTheHistoryKeepsAsMuchTextAsItHasRoomFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	long := "SELECT '" + strings.Repeat("x", 2*keptText) + "'"
	for range keptTexts/keptText + 10 {
		w.account.startHistory(w.session, &Request{QueryID: newUUID(), SQL: long})
	}
	if w.account.historyText > keptTexts || len(w.account.history) != len(w.account.byQueryID) {
		t.Errorf("%d statements of %d bytes are kept", len(w.account.history), w.account.historyText)
	}
	if last := w.account.history[len(w.account.history)-1]; len(last.text) != keptText {
		t.Errorf("the text of a long statement has %d bytes, want %d", len(last.text), keptText)
	}
}

func TestAContainerRemembersSoManyDroppedObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.run("CREATE DATABASE D", "CREATE TABLE KEPT (A NUMBER)")
	schema := w.account.root.lookup(kindDatabase, "D", 0).lookup(kindSchema, "PUBLIC", 0)
	for range keptDropped + 10 {
		w.account.remove(w.account.newObject(kindTable, schema, "T", &tableDetail{}))
	}
	schema.graveyard[len(schema.graveyard)-1].owner = w.session.role
	if n := len(schema.graveyard); n > keptDropped || n < keptDropped/2 {
		t.Errorf("%d dropped objects are remembered, want at most %d", n, keptDropped)
	}
	w.run("UNDROP TABLE T", "SELECT * FROM KEPT")
}

func TestThePastOfATableIsBoundedAndStreamsLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.run("CREATE DATABASE D", "CREATE TABLE T (A NUMBER, B NUMBER)", "CREATE STREAM S ON TABLE T",
		"INSERT INTO T SELECT SEQ4(), 0 FROM TABLE(GENERATOR(ROWCOUNT => 30))")
	d := w.account.root.lookup(kindDatabase, "D", 0).lookup(kindSchema, "PUBLIC", 0).lookup(kindTable, "T", 0).detail.(*tableDetail)
	w.run("CREATE STREAM LATER ON TABLE T")
	for range 3 * keptVersions {
		w.run("UPDATE T SET B = B + 1")
	}
	if n := len(d.lineage.first); n > 4*keptVersions*len(d.rows) || len(d.past) > 2*keptVersions+2 {
		t.Errorf("%d rows of %d versions are remembered for a table of %d rows", n, len(d.past), len(d.rows))
	}
	const kinds = "SELECT METADATA$ACTION, METADATA$ISUPDATE, COUNT(*) FROM "
	equal(t, "rows that came since", w.rows(kinds+"S GROUP BY 1, 2"), "INSERT 0 30")
	equal(t, "rows that were there", w.rows(kinds+"LATER GROUP BY 1, 2"), "INSERT 1 30", "DELETE 1 30")
	equal(t, "the past that is kept", w.rows("SELECT MAX(B) FROM T AT(OFFSET => -100)"), "503")
	w.fails(707, "Time travel data is not available", "SELECT MAX(B) FROM T AT(OFFSET => -550)")
	w.run("CREATE TABLE C CLONE T", "CREATE STREAM SC ON TABLE C", "UPDATE C SET B = 0 WHERE A = 1")
	equal(t, "a clone's rows are followed, too", w.rows("SELECT METADATA$ISUPDATE FROM SC"), "1", "1")
}

func TestAScriptThatCannotBeReadIsAnErrorWithItsPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	err := w.account.Load(t.Context(), "more.sql", "CREATE DATABASE D;\nSELECT $$ without end")
	if err == nil || !strings.HasPrefix(err.Error(), "more.sql:2:8: 001003") {
		t.Errorf("got %v", err)
	}
	if w.account.root.lookup(kindDatabase, "D", 0) != nil {
		t.Error("a statement of a script that cannot be read has run")
	}
}
