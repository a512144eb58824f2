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
