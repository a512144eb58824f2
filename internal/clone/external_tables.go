package clone

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of the notes on external tables.
const (
	codeMadeAnew = "MADE_ANEW"
	codeRefused  = "REFUSED"
)

// makeExternalTables makes the external tables of the source anew in the clone, which Snowflake leaves out, if the spec
// asks for it, and says how many are left for another call. Views read them, so that they come first. One that is refused
// holds up no other: it is named, and the validation finds it missing.
func (r *Run) makeExternalTables(ctx context.Context, own *Owned, rewriter *rewriter) (left int, err error) {
	if r.Spec.ExternalTables.Mode != v1alpha1.ExternalTablesRecreate {
		r.State.Report.ExternalTables, r.State.Summary.ExternalTables = nil, 0
		return 0, nil
	}
	missing, err := r.missingExternalTables(ctx)
	if err != nil {
		return 0, err
	}
	var (
		mutex   sync.Mutex
		refused []ObjectNote
	)
	dealt, err := forEach(ctx, r, missing, func(ctx context.Context, table snowflake.ObjectRef) error {
		err := r.makeExternalTable(ctx, own, rewriter, table)
		if judged := Classify(err); err == nil || !judged.Terminal {
			return err
		}
		mutex.Lock()
		defer mutex.Unlock()
		refused = append(refused, noteOn(r.twin(table), codeRefused, fmt.Sprintf("%v; %s", err, r.advice(err))))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(missing) - dealt, r.recordExternalTables(ctx, refused)
}

// recordExternalTables lists the external tables that are in the clone, and those that were refused.
func (r *Run) recordExternalTables(ctx context.Context, refused []ObjectNote) error {
	tables, err := r.Snowflake.ExternalTables(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return err
	}
	notes := refused
	r.State.Summary.ExternalTables = 0
	for _, table := range tables {
		if r.isTheirs(table.CreatedOn) {
			continue
		}
		r.State.Summary.ExternalTables++
		notes = append(notes, noteOn(table.ObjectRef, codeMadeAnew, "reads "+table.Location+" and does not refresh by itself"))
	}
	slices.SortFunc(notes, func(a, b ObjectNote) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name)) })
	r.State.Report.ExternalTables = notes
	return nil
}

// missingExternalTables are the source's external tables that the clone lacks, those last that were refused before. What
// was made after the moment that was cloned is not of it.
func (r *Run) missingExternalTables(ctx context.Context) ([]snowflake.ObjectRef, error) {
	absent, err := r.absent(ctx, snowflake.KindExternalTable)
	if err != nil {
		return nil, err
	}
	before := map[string]bool{}
	for _, note := range r.State.Report.ExternalTables {
		before[note.Name] = note.Code == codeRefused
	}
	var untried, refused []snowflake.ObjectRef
	for _, table := range absent {
		switch code, _ := r.absentByTime(table); {
		case code == codeCreatedLater:
		case before[label(r.twin(table.ObjectRef))]:
			refused = append(refused, table.ObjectRef)
		default:
			untried = append(untried, table.ObjectRef)
		}
	}
	return append(untried, refused...), nil
}

// twin is what an object of the source is called in the clone.
func (r *Run) twin(ref snowflake.ObjectRef) snowflake.ObjectRef {
	ref.Name = r.inTarget(ref.Name)
	return ref
}

// makeExternalTable makes one external table from the definition of its original, over the clone's stage. It does not
// refresh by itself, which would take notifications from the source's storage. Grants that are to stay are made later,
// like those of all that was made anew.
func (r *Run) makeExternalTable(ctx context.Context, own *Owned, rewriter *rewriter, table snowflake.ObjectRef) error {
	twin := r.twin(table)
	results, err := r.Snowflake.DDL(ctx, []snowflake.ObjectRef{table})
	if err != nil {
		return err
	}
	if results[0].Err != nil {
		return results[0].Err
	}
	statement, err := externalTableStatement(rewriter, twin.Name, results[0].Text)
	if err != nil {
		return Terminalf(v1alpha1.ReasonRepointFailed, "make %s: %w", twin, err)
	}
	if err := own.Exec(ctx, statement); err != nil {
		if snowflake.ClassOf(err) == snowflake.AlreadyExists {
			err = lookAgain(err)
		}
		return fmt.Errorf("make %s: %w", twin, err)
	}
	if err := r.restoreTags(ctx, own, twin); err != nil {
		return fmt.Errorf("restore the tags of %s: %w", twin, err)
	}
	return nil
}

// externalTableStatement is the statement that makes an external table in the clone.
func externalTableStatement(rewriter *rewriter, name sqltext.Name, text string) (string, error) {
	result, err := rewriter.rewrite(name, sqltext.Definition{Kind: sqltext.ExternalTable, Text: text})
	if err != nil {
		return "", err
	}
	text = withoutNotifications(qualified(result.Text, name))
	header, err := sqltext.ParseHeader(text)
	if err != nil {
		return "", err
	}
	if header, err = sqltext.ParseHeader(withoutValue(text, header.NameEnd)); err != nil {
		return "", err
	}
	return header.Rebuild(header.Opening("CREATE"), name, "")
}

// qualified writes the stages that an external table names in full, and the file formats, which are named in strings: what
// is left out is the table's own schema or database, and not the session's.
func qualified(text string, home sqltext.Name) string {
	references := sqltext.References(sqltext.Definition{Kind: sqltext.ExternalTable, Text: text})
	for _, reference := range slices.Backward(references) {
		name := reference.Name
		inString := reference.Start > 0 && text[reference.Start-1] == '\''
		if name.Database != "" || reference.Position != sqltext.AtStage && !inString {
			continue
		}
		name.Database, name.Schema = home.Database, cmp.Or(name.Schema, home.Schema)
		full := name.SQL()
		if inString {
			full = strings.Trim(sqltext.Literal(full), "'")
		}
		text = text[:reference.Start] + full + text[reference.End:]
	}
	return text
}

// withoutNotifications turns AUTO_REFRESH off in the statement that creates an external table, and leaves out the topic or
// the integration by which it would hear of new files.
func withoutNotifications(text string) string {
	var clauses externalClauses
	depth, clause := 0, ""
	for _, token := range sqltext.Lex(text) {
		switch {
		case token.Kind == sqltext.Space || token.Kind == sqltext.Comment:
			continue
		case token.Text == "(":
			depth++
		case token.Text == ")":
			depth--
		case depth == 0:
			clause = clauses.see(token, clause)
		}
	}
	return clauses.apply(text)
}

// withoutValue leaves the column VALUE out of the columns behind an external table's name: every such table has it without
// being told, and may not be told.
func withoutValue(text string, behind int) string {
	columns := columnsBehind(text, behind)
	for i, column := range columns {
		if column.text != "VALUE VARIANT" {
			continue
		}
		switch {
		case len(columns) == 1: // A list of columns must not be empty.
			return text[:column.start-1] + text[column.end+1:]
		case i == 0:
			return text[:column.start] + text[column.end+1:]
		default:
			return text[:column.start-1] + text[column.end:]
		}
	}
	return text
}

// columnsBehind are the elements of a list in parentheses, each with its place between the commas and its words in upper
// case; none where no such list stands there.
func columnsBehind(text string, behind int) []textEdit {
	var reader columnReader
	for _, token := range sqltext.Lex(text[behind:]) {
		if token.Kind == sqltext.Space || token.Kind == sqltext.Comment {
			continue
		}
		if done := reader.read(token.Text, behind+token.Start); done {
			return reader.columns
		}
	}
	return nil
}

// columnReader cuts a list in parentheses into its elements.
type columnReader struct {
	columns []textEdit
	depth   int
	from    int
	words   []string
}

// read takes in one token and says whether the list is at its end, or was none.
func (c *columnReader) read(token string, start int) (done bool) {
	switch {
	case c.depth == 0:
		c.depth, c.from = 1, start+1
		return token != "("
	case c.depth == 1 && (token == "," || token == ")"):
		c.columns = append(c.columns, textEdit{c.from, start, strings.Join(c.words, " ")})
		c.words, c.from = nil, start+1
		return token == ")"
	case token == "(":
		c.depth++
	case token == ")":
		c.depth--
	}
	c.words = append(c.words, sqltext.Fold(token))
	return false
}

// externalClauses are edits of an external table's statement, each a part of the text and what takes its place.
type externalClauses struct {
	edits []textEdit
	// off says that AUTO_REFRESH was found, format where FILE_FORMAT stands.
	off    bool
	format int
	// channel is where a clause began that names a channel of notifications, and goes altogether.
	channel int
}

// textEdit is a part of a text, by bytes, and what takes its place.
type textEdit struct {
	start, end int
	text       string
}

// see looks at a token outside of parentheses, given the word that the clause began with, and returns that for the next.
func (c *externalClauses) see(token sqltext.Token, clause string) string {
	word, end := sqltext.Fold(token.Text), token.Start+len(token.Text)
	switch {
	case word == "=": // Without it, the word before is a name and opens no clause.
		return clause + "="
	case clause == "AUTO_REFRESH=":
		c.edits = append(c.edits, textEdit{token.Start, end, "FALSE"})
		c.off = true
	case clause == "AWS_SNS_TOPIC=", clause == "INTEGRATION=":
		c.edits = append(c.edits, textEdit{c.channel, end, ""})
	case word == "AWS_SNS_TOPIC", word == "INTEGRATION":
		c.channel = token.Start
		return word
	case word == "AUTO_REFRESH":
		return word
	case word == "FILE_FORMAT" && c.format == 0:
		c.format = token.Start
	}
	return ""
}

// apply makes the edits.
func (c *externalClauses) apply(text string) string {
	if !c.off && c.format > 0 {
		c.edits = append(c.edits, textEdit{c.format, c.format, "AUTO_REFRESH = FALSE "})
	}
	slices.SortFunc(c.edits, func(a, b textEdit) int { return cmp.Compare(b.start, a.start) })
	for _, edit := range c.edits {
		text = text[:edit.start] + edit.text + text[edit.end:]
	}
	return text
}
