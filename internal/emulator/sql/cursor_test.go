package sql

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func cursor(t *testing.T, src string) *Cursor {
	t.Helper()
	c, err := NewCursor(src)
	if err != nil {
		t.Fatalf("NewCursor(%q): %v", src, err)
	}
	return c
}

func TestName(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		src    string
		want   []string
		near   string
	}{
		"PartsFold":            {reason: "N1.", src: `db . "s.x" . T1 rest`, want: []string{"DB", "s.x", "T1"}},
		"DoubleDotIsPublic":    {reason: "N4.", src: "db..t", want: []string{"DB", "PUBLIC", "T"}},
		"IdentifierOfString":   {reason: "N3.", src: `identifier('db."s".t')`, want: []string{"DB", "s", "T"}},
		"IdentifierOfVariable": {reason: "N3.", src: "identifier($v)", want: []string{"FROM_V"}},
		"IdentifierOfBind":     {reason: "N3.", src: "IDENTIFIER(:p)", want: []string{"FROM_P"}},
		"ReservedWord":         {reason: "A reserved word names nothing unless quoted.", src: "db.select", near: "select"},
		"EmptyQuotes":          {reason: "An identifier has at least one character.", src: `""`, near: `""`},
		"BadIdentifierText":    {reason: "The text must be one name.", src: "identifier('a b')", near: "'a b'"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := cursor(t, tc.src)
			c.Lookup = func(t Token) (string, error) { return "from_" + t.Value, nil }
			got, err := c.Name()
			var syntax *SyntaxError
			if errors.As(err, &syntax) != (tc.near != "") || err != nil && syntax.Near != tc.near {
				t.Fatalf("%s: error %v, want near %q", tc.reason, err, tc.near)
			}
			if diff := cmp.Diff(tc.want, got); err == nil && diff != "" {
				t.Errorf("%s\n(-want +got)\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAcceptTakesTheWholeSequenceOrNothing(t *testing.T) {
	t.Parallel()
	c := cursor(t, `create or replace "VIEW" v`)
	if c.Accept("CREATE", "OR", "ALTER") {
		t.Fatal("accepted a sequence that is not there")
	}
	if !c.Accept("create", "OR", "REPLACE") {
		t.Fatal("did not accept the sequence that is there")
	}
	if c.Accept("VIEW") {
		t.Error("took a quoted identifier for a keyword")
	}
	if got := c.Rest(); got != `"VIEW" v` {
		t.Errorf("Rest() = %q", got)
	}
	if got := c.Text(0, c.Mark()); got != "create or replace" {
		t.Errorf("Text() = %q", got)
	}
}

func TestUnexpectedNamesLinePositionAndToken(t *testing.T) {
	t.Parallel()
	c := cursor(t, "select\n  foo")
	c.Next()
	if got, want := c.Unexpected().Error(), "syntax error line 2 at position 2 unexpected 'foo'."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c.Next()
	if got, want := c.Unexpected().Error(), "syntax error line 2 at position 5 unexpected '<EOF>'."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
