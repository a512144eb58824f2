package sqltext

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLex(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		text   string
		want   []Token
	}{
		"a statement": {
			"the common tokens", `select "a""b", 'it''s' -- x`,
			[]Token{{Word, "select", 0}, {Space, " ", 6}, {QuotedIdent, `"a""b"`, 7}, {Operator, ",", 13}, {Space, " ", 14}, {String, "'it''s'", 15}, {Space, " ", 22}, {Comment, "-- x", 23}},
		},
		"a backslash protects a quote": {
			"strings know escapes", `'a\'b' 'c\\'`,
			[]Token{{String, `'a\'b'`, 0}, {Space, " ", 6}, {String, `'c\\'`, 7}},
		},
		"a dollar string has no escapes": {
			"$$ … $$ is raw", `$$a'\$b$$`,
			[]Token{{DollarString, `$$a'\$b$$`, 0}},
		},
		"three kinds of comments": {
			"-- and // end with the line, /* */ does not nest", "//a\n/*b/*c*/--d",
			[]Token{{Comment, "//a", 0}, {Space, "\n", 3}, {Comment, "/*b/*c*/", 4}, {Comment, "--d", 12}},
		},
		"signs before words": {
			"binds, variables, casts and assignments", "a:b ::c :1 $x $1 &y := $",
			[]Token{{Word, "a", 0}, {Bind, ":b", 1}, {Space, " ", 3}, {Operator, "::", 4}, {Word, "c", 6}, {Space, " ", 7}, {Bind, ":1", 8}, {Space, " ", 10}, {Variable, "$x", 11}, {Space, " ", 13}, {Variable, "$1", 14}, {Space, " ", 16}, {Variable, "&y", 17}, {Space, " ", 19}, {Operator, ":=", 20}, {Space, " ", 22}, {Other, "$", 23}},
		},
		"a stage with a path": {
			"the slashes open no comment", "@a.b/c//d/*e f",
			[]Token{{StageSign, "@", 0}, {Word, "a", 1}, {Operator, ".", 2}, {Word, "b", 3}, {StagePath, "/c//d/*e", 4}, {Space, " ", 12}, {Word, "f", 13}},
		},
		"a table's stage": {
			"a percent sign belongs to it", "@%t/x",
			[]Token{{StageSign, "@", 0}, {Operator, "%", 1}, {Word, "t", 2}, {StagePath, "/x", 3}},
		},
		"numbers and dots": {
			"a dot before a letter joins names", "1.5e-3 1.e t1.2 1..2",
			[]Token{{Number, "1.5e-3", 0}, {Space, " ", 6}, {Number, "1", 7}, {Operator, ".", 8}, {Word, "e", 9}, {Space, " ", 10}, {Word, "t1", 11}, {Operator, ".", 13}, {Number, "2", 14}, {Space, " ", 15}, {Number, "1", 16}, {Operator, ".", 17}, {Operator, ".", 18}, {Number, "2", 19}},
		},
		"operators of several bytes": {
			"the longest is taken", "a->>b->c=>d||e!=f<>g",
			[]Token{{Word, "a", 0}, {Operator, "->>", 1}, {Word, "b", 4}, {Operator, "->", 5}, {Word, "c", 7}, {Operator, "=>", 8}, {Word, "d", 10}, {Operator, "||", 11}, {Word, "e", 13}, {Operator, "!=", 14}, {Word, "f", 16}, {Operator, "<>", 17}, {Word, "g", 19}},
		},
		"what the end cuts off": {
			"the lexer says so and does not fail", "a 'b",
			[]Token{{Word, "a", 0}, {Space, " ", 1}, {Unterminated, "'b", 2}},
		},
		"bytes of no token": {
			"each is one", "\x01\xff`",
			[]Token{{Other, "\x01", 0}, {Other, "\xff", 1}, {Other, "`", 2}},
		},
		"letters beyond ASCII": {
			"they belong to words", "été x",
			[]Token{{Word, "été", 0}, {Space, " ", 5}, {Word, "x", 6}},
		},
		"nothing": {"no token", "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, Lex(c.text)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestKeywordsAreFoundInAnyCase(t *testing.T) {
	t.Parallel()
	for text, key := range spellings {
		for _, word := range []string{text, lowerASCII(text), text[:1] + lowerASCII(text[1:])} {
			if got := keywordOf(word); got != key {
				t.Errorf("keywordOf(%q) = %d, want %d", word, got, key)
			}
		}
		if keywordOf(text+"X") == key {
			t.Errorf("keywordOf(%q) is a keyword", text+"X")
		}
	}
}
