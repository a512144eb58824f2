package sqltext

import (
	"errors"
	"fmt"
	"strings"
)

// Rewrite makes a definition that names a mapping's source name its target, and
// changes nothing else by a byte.
//
// Names that the grammar defines are rewritten (Certain), names in string
// literals of code as Options.CodeStrings says (Probable), and what a person has
// to decide is left and reported. Rewrite never guesses half a definition: it
// fails with a *RefusedError, and changes nothing, where the text is malformed,
// hides policies (G13), cannot hold the target, or does not read back as
// intended.
func Rewrite(def Definition, opts Options) (Result, error) {
	if err := refusedAsWhole(def); err != nil {
		return Result{}, err
	}
	known := newNames(opts.Mappings, opts.QuotedIgnoreCase)
	if to, found := known.unwritable(); found {
		return Result{}, &RefusedError{Code: CodeNotEscapable, Reason: fmt.Sprintf("with QUOTED_IDENTIFIERS_IGNORE_CASE no identifier denotes the target %s", to)}
	}
	if !opts.ReportOthers && !known.in(def.Text) {
		return Result{Text: def.Text}, nil
	}
	a := newAnalysis(def, opts, known)
	text, err := a.rewritten()
	if err == nil && !known.chained {
		err = isStable(def, opts, known, text, a)
	}
	if err != nil {
		return Result{}, refused(err, a.root)
	}
	return Result{Text: text, Certain: a.certain, Probable: a.probable, Findings: a.findings()}, nil
}

// refusedAsWhole refuses text that no rewriting can make good.
func refusedAsWhole(def Definition) error {
	text := def.Text
	if strings.TrimSpace(text) == "" || hidesBody(def) {
		return &RefusedError{Code: CodeNotLexable, Reason: "the definition is empty or hidden from this role"}
	}
	const hidden = "#UNKNOWN_"
	if !strings.Contains(text, hidden) {
		return nil
	}
	toks, _ := meaningful(text, nil)
	for i := range toks {
		if isHiddenName(text, toks, i) {
			line, column := new(lineCounter).at(text, toks[i].start)
			return &RefusedError{
				Code: CodeUnknownPolicy, Line: line, Column: column,
				Reason: "a policy or tag is hidden: the role lacks APPLY on it",
			}
		}
	}
	return nil
}

// isHiddenName tells whether GET_DDL put the name at token i in the place of one
// that the role may not see (G13), with or without quotes.
func isHiddenName(text string, toks []token, i int) bool {
	name := text[toks[i].start:toks[i].end]
	switch {
	case toks[i].kind == QuotedIdent:
		name = strings.TrimSuffix(strings.TrimPrefix(name, `"#`), `"`)
	case toks[i].op == '#' && i+1 < len(toks):
		name = text[toks[i+1].start:toks[i+1].end]
	default:
		return false
	}
	return sameFolded("UNKNOWN_POLICY", name) || sameFolded("UNKNOWN_TAG", name)
}

// hidesBody tells whether a secure object was printed without its body, which only
// the owner gets (G4). The word stands at the beginning.
func hidesBody(def Definition) bool {
	const opening = 120
	switch def.Kind {
	case View, MaterializedView, Procedure, Function:
	default:
		return false
	}
	if !strings.Contains(foldASCII(def.Text[:min(len(def.Text), opening)]), "SECURE") {
		return false
	}
	h, err := ParseHeader(def.Text)
	return errors.Is(err, errNoBody) || err == nil && h.Secure && h.AsOffset >= 0 && strings.TrimSpace(h.Body()) == ""
}

// rewritten scans the definition and returns its text with the edits made.
func (a *analysis) rewritten() (string, error) {
	if err := a.run(); err != nil {
		return "", err
	}
	edits, err := a.root.allEdits()
	if err != nil {
		return "", err
	}
	if len(edits) == 0 {
		return a.root.text, nil
	}
	text := apply(a.root.text, edits)
	return text, a.root.verify(edits)
}

// isStable makes sure that a second pass finds nothing to do in a result.
func isStable(def Definition, opts Options, known *names, text string, first *analysis) error {
	if first.certain+first.probable == 0 || !known.in(text) {
		return nil
	}
	def.Text, opts.ReportOthers = text, false
	again := newAnalysis(def, opts, known)
	again.spare, again.hostSpare = first.spare, first.hostSpare
	if err := again.run(); err != nil {
		return first.root.refuse(CodeUnstable, 0, "the result cannot be read: "+err.Error())
	}
	if again.certain+again.probable > 0 {
		return first.root.refuse(CodeUnstable, 0, "a second pass would change the result again")
	}
	return nil
}

// refused turns the reason for refusing a definition into the exported error.
func refused(err error, root *layer) error {
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	line, column := new(lineCounter).at(root.text, r.offset)
	return &RefusedError{Code: r.code, Line: line, Column: column, Reason: r.reason}
}

// References lists the objects that a definition names, in the order of its
// text: what views are ordered by and leaks are found with. The name that a
// CREATE statement gives to its own object is not among them, nor are common
// table expressions. A definition that cannot be read has the references found
// before that place.
func References(def Definition) []Reference {
	return ReferencesWith(def, Options{})
}

// ReferencesWith does the same in an account whose Options.QuotedIgnoreCase is
// given. Other options say nothing about references.
func ReferencesWith(def Definition, opts Options) []Reference {
	a := newAnalysis(def, Options{}, newNames(nil, opts.QuotedIgnoreCase))
	a.collect = true
	// An error means that the text ends early; what was found still stands.
	_ = a.run()
	references := make([]Reference, len(a.references))
	for i, r := range a.references {
		found := r.Reference
		found.Start, found.End = r.layer.origin(r.span.start), r.layer.originEnd(r.span.end)
		found.Line, found.Column = a.root.lines.at(a.root.text, found.Start)
		references[i] = found
	}
	return references
}
