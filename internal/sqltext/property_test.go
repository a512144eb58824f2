package sqltext

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seeds adds the input of every golden case, so that `go test` runs the
// properties over all of them.
func seeds(f *testing.F, add func(c *goldenCase)) {
	f.Helper()
	for _, cases := range readGoldenFiles(f) {
		for _, c := range cases {
			add(c)
		}
	}
}

// FuzzLex: the tokens' texts joined are the input.
func FuzzLex(f *testing.F) {
	seeds(f, func(c *goldenCase) { f.Add(c.def.Text) })
	for _, text := range []string{"", "\x00\xff", "'", `"`, "$$", "/*", "@", "@a.", ":", "&", "1e", "'\\", "//", "é\u00a0\ufeff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		for _, token := range Lex(text) {
			if token.Start != b.Len() || token.Text == "" {
				t.Fatalf("token %q starts at %d, want %d", token.Text, token.Start, b.Len())
			}
			b.WriteString(token.Text)
		}
		if b.String() != text {
			t.Fatalf("the tokens of %q join to %q", text, b.String())
		}
	})
}

// FuzzHost: the tokens of host languages cover the input as well.
func FuzzHost(f *testing.F) {
	seeds(f, func(c *goldenCase) { f.Add(c.def.Text) })
	for _, text := range []string{"`${`", "f'{", `"""`, "/[/", "'\\", "s\"$", "/*/", "`${`${`${`"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for lang := languageJavaScript; lang < languageOther; lang++ {
			at := 0
			for lex := (&hostLexer{text: text, language: lang}); lex.pos < len(text); {
				var token hostToken
				lex.next(&token)
				if token.start != at || token.end <= at || token.end > len(text) {
					t.Fatalf("language %d: token [%d, %d) after %d of %q", lang, token.start, token.end, at, text)
				}
				at = token.end
			}
		}
	})
}

// FuzzRewrite: a second pass does nothing, a refusal changes nothing, and
// rewriting back restores the names.
func FuzzRewrite(f *testing.F) {
	seeds(f, func(c *goldenCase) { f.Add(c.def.Text, string(c.def.Kind), c.def.Language) })
	f.Fuzz(func(t *testing.T, text, kind, lang string) {
		def := Definition{Kind: Kind(kind), Language: lang, Text: text}
		for _, to := range []Ident{"ZZ_9", "z'9\"\\"} {
			checkRewrite(t, def, optionsFor(to))
		}
		allowing := optionsFor("ZZ_9")
		allowing.Allow, allowing.QuotedIgnoreCase = []string{"PROD_DB", "PROD_DB.S", "ZZ_9", "ZZ_9.S"}, true
		checkRewrite(t, def, allowing)
		References(def)
		_, _ = ParseHeader(text)
	})
}

func optionsFor(to Ident) Options {
	return Options{Mappings: []Mapping{{"PROD_DB", to}}, ListCertain: true, ReportOthers: true}
}

func checkRewrite(t *testing.T, def Definition, opts Options) {
	t.Helper()
	result, err := Rewrite(def, opts)
	if err != nil {
		var refused *RefusedError
		if !errors.As(err, &refused) || result.Text != "" || refused.Code == "" || refused.Reason == "" {
			t.Fatalf("%q: %v with %+v", def.Text, err, result)
		}
		return
	}
	checkCounts(t, def.Text, result)
	again := def
	again.Text = result.Text
	second, err := Rewrite(again, opts)
	if err != nil || second.Text != result.Text || second.Certain+second.Probable > 0 {
		t.Fatalf("rewriting %q twice: %v\nonce  %q\ntwice %q", def.Text, err, result.Text, second.Text)
	}
	checkBack(t, def, again, opts)
}

func checkCounts(t *testing.T, text string, result Result) {
	t.Helper()
	counts := map[Class]int{}
	for _, f := range result.Findings {
		counts[f.Class]++
		if f.Line < 1 || f.Column < 1 || len([]rune(f.Context)) > contextSize {
			t.Fatalf("%q: finding %+v", text, f)
		}
	}
	if counts[Certain] != result.Certain || counts[Probable] != result.Probable {
		t.Fatalf("%q: %d certain and %d probable edits, but findings %v", text, result.Certain, result.Probable, counts)
	}
	if (result.Certain+result.Probable == 0) != (text == result.Text) {
		t.Fatalf("%q: %d edits make %q", text, result.Certain+result.Probable, result.Text)
	}
}

// checkBack rewrites a result back. The input comes back but for the case of
// bare names, provided that nothing in it was called like the target.
func checkBack(t *testing.T, def, rewritten Definition, opts Options) {
	t.Helper()
	m := opts.Mappings[0]
	if m.To.needsQuotes() || strings.Contains(foldASCII(def.Text), string(m.To)) {
		return
	}
	opts.Mappings, opts.ReportOthers = []Mapping{{m.To, m.From}}, false
	back, err := Rewrite(rewritten, opts)
	if err != nil {
		t.Fatalf("rewriting %q back: %v", rewritten.Text, err)
	}
	for _, f := range back.Findings {
		if f.Code == CodeSelfCopy {
			return
		}
	}
	if foldASCII(back.Text) == foldASCII(def.Text) {
		return
	}
	// A name that was spelled with escapes comes back without them. Then at least
	// the way there must lead to the same text again.
	again := def
	again.Text, opts.Mappings = back.Text, []Mapping{m}
	there, err := Rewrite(again, opts)
	if err != nil || !strings.Contains(def.Text, `\`) || foldASCII(there.Text) != foldASCII(rewritten.Text) {
		t.Fatalf("rewriting back: %v (-want +got):\n%s", err, cmp.Diff(def.Text, back.Text))
	}
}

// Everything outside the edited tokens is the same, byte for byte.
func TestOnlyTheNamesChange(t *testing.T) {
	t.Parallel()
	for _, cases := range readGoldenFiles(t) {
		for _, c := range cases {
			before, after := Lex(c.def.Text), Lex(c.lineEnds(c.out))
			if c.out == "" || c.def.Language != "" {
				continue
			}
			if len(before) != len(after) {
				t.Errorf("%s: %d tokens became %d", c.name, len(before), len(after))
				continue
			}
			for i, token := range before {
				if token.Text != after[i].Text && token.Kind != Word && token.Kind != QuotedIdent && token.Kind != String && token.Kind != DollarString {
					t.Errorf("%s: %q became %q", c.name, token.Text, after[i].Text)
				}
			}
		}
	}
}

func TestRewriteIsTotal(t *testing.T) {
	t.Parallel()
	// Every prefix of every input is malformed in its own way.
	for _, cases := range readGoldenFiles(t) {
		for _, c := range cases {
			for end := 0; end < len(c.def.Text); end += 7 {
				def := c.def
				def.Text = def.Text[:end]
				checkRewrite(t, def, optionsFor("ZZ_9"))
			}
		}
	}
}
