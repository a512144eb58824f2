package clone

import (
	"context"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of the paths that lead by way of a name in a definition.
const (
	codeReference       = "REFERENCE"
	codeCodeString      = "CODE_STRING"
	codeDynamicBase     = "DYNAMIC_TABLE_BASE"
	codePipeTarget      = "PIPE_TARGET"
	codePipeStage       = "PIPE_STAGE"
	codeSequenceDefault = "SEQUENCE_DEFAULT"
	codeForeignKey      = "FOREIGN_KEY"
	codePolicy          = "POLICY"
	codeTag             = "TAG"
	codeReviewed        = "REVIEWED_REFERENCE"
)

// leakingDefinitions finds definitions that name the source: by the grammar, or in what is SQL in a string of code. What
// spec.repoint.reviewed accepts is no leak, and is listed among what the clone shares with its source.
func (r *Run) leakingDefinitions(ctx context.Context) ([]ObjectNote, error) {
	texts, unread, err := r.definitions(ctx)
	if err != nil {
		return nil, err
	}
	rewriter, err := r.rewriter(ctx)
	if err != nil {
		return nil, err
	}
	found := unread
	for _, text := range texts {
		if text.ref.Kind == snowflake.KindTable {
			continue // The default of a column: the table's own definition has it.
		}
		for _, note := range rewriter.leaksIn(text.ref, text.text) {
			found = r.leak(found, text.ref, note)
		}
	}
	return found, nil
}

// leakingServices finds search services that read the source. Whether a clone has any is not documented (U4), and no
// statement gives one another query.
func (r *Run) leakingServices(ctx context.Context) ([]ObjectNote, error) {
	services, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target), snowflake.KindCortexSearchService)
	if err != nil {
		return nil, err
	}
	var refs []snowflake.ObjectRef
	for _, service := range services[snowflake.KindCortexSearchService] {
		if !r.isTheirs(service.CreatedOn) {
			refs = append(refs, service.ObjectRef)
		}
	}
	return r.leakingTexts(ctx, refs, func(snowflake.Kind) sqltext.Kind { return sqltext.Script })
}

// leakingTables finds tables whose definitions name the source: a foreign key, a policy, a tag, or a sequence of a
// default that was not mapped (C23, C27, C28).
func (r *Run) leakingTables(ctx context.Context) ([]ObjectNote, error) {
	kinds := []snowflake.Kind{
		snowflake.KindTable, snowflake.KindDynamicTable, snowflake.KindIcebergTable, snowflake.KindEventTable, snowflake.KindHybridTable,
		snowflake.KindExternalTable,
	}
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target), kinds...)
	if err != nil {
		return nil, err
	}
	var refs []snowflake.ObjectRef
	for _, kind := range kinds {
		for _, object := range inventory[kind] {
			// Dynamic tables are listed to be told apart from Iceberg tables; their definitions are read elsewhere.
			if kind != snowflake.KindDynamicTable && !r.isTheirs(object.CreatedOn) {
				refs = append(refs, object.ObjectRef)
			}
		}
	}
	return r.leakingTexts(ctx, refs, func(kind snowflake.Kind) sqltext.Kind {
		if kind == snowflake.KindExternalTable {
			return sqltext.ExternalTable
		}
		return sqltext.Table
	})
}

// leakingTexts finds the objects whose definitions, each read as the kind of text that it is, name the source.
func (r *Run) leakingTexts(
	ctx context.Context, refs []snowflake.ObjectRef, kindOf func(snowflake.Kind) sqltext.Kind,
) ([]ObjectNote, error) {
	results, err := r.Snowflake.DDL(ctx, refs)
	if err != nil {
		return nil, err
	}
	rewriter, err := r.rewriter(ctx)
	if err != nil {
		return nil, err
	}
	var (
		found  []ObjectNote
		unread []snowflake.DDLResult
	)
	for _, result := range results {
		if result.Err != nil {
			unread = append(unread, result)
			continue
		}
		text := sqltext.Definition{Kind: kindOf(result.Ref.Kind), Text: result.Text}
		for _, note := range rewriter.leaksIn(result.Ref, text) {
			found = r.leak(found, result.Ref, note)
		}
	}
	notes, err := r.unreadable(ctx, unread)
	return append(found, notes...), err
}

// leaksIn are the names in a definition that lead to a database which is mapped to another, each once.
func (w *rewriter) leaksIn(ref snowflake.ObjectRef, text sqltext.Definition) []ObjectNote {
	var found []ObjectNote
	seen := map[string]bool{}
	for _, reference := range w.references(text) {
		if !isMappedFrom(w.options.Mappings, reference.Name.Database) {
			continue
		}
		code := leakCode(ref.Kind, text, reference)
		if key := code + " " + reference.Name.SQL(); !seen[key] {
			seen[key] = true
			found = append(found, noteOn(ref, code, fmt.Sprintf("names %s in line %d", reference.Name, reference.Line)))
		}
	}
	return found
}

// leakCode says what sort of path a name is.
func leakCode(kind snowflake.Kind, text sqltext.Definition, reference sqltext.Reference) string {
	switch {
	case !reference.Certain:
		return codeCodeString
	case reference.Position == sqltext.AtSequence && kind == snowflake.KindTable:
		return codeSequenceDefault
	case kind == snowflake.KindDynamicTable:
		return codeDynamicBase
	case kind == snowflake.KindPipe && reference.Position == sqltext.AtStage:
		return codePipeStage
	case kind == snowflake.KindPipe:
		return codePipeTarget
	}
	return assignmentCode(text.Text[:reference.Start])
}

// assignmentCode tells by the words in front of a name whether it is a policy, a tag or a foreign key that it names.
func assignmentCode(before string) string {
	words := strings.Fields(sqltext.Fold(before))
	if len(words) == 0 {
		return codeReference
	}
	last := words[len(words)-1]
	if strings.HasPrefix(last, "(") && len(words) > 1 {
		last = words[len(words)-2] // TAG (db.schema.tag = …
	}
	switch {
	case last == "POLICY":
		return codePolicy
	case last == "REFERENCES":
		return codeForeignKey
	case last == "TAG" || strings.HasPrefix(last, "TAG("):
		return codeTag
	}
	return codeReference
}
