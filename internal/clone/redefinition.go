package clone

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// redefinition is how an object is given a new text.
type redefinition struct {
	statements []string
	// instead are sent where Snowflake does not know the first statement's feature: they keep less.
	instead []string
	// bare are sent where Snowflake refuses the first statement for an integration that the role may not use.
	bare []string
}

// redefinitionFacts are what the definitions of a database do not tell and their replacement must keep.
type redefinitionFacts struct {
	// tracked are the views that track their changes.
	tracked map[sqltext.Name]bool
	pipes   map[sqltext.Name]snowflake.Pipe
}

// redefinitionFacts reads them of the clone.
func (r *Run) redefinitionFacts(ctx context.Context) (redefinitionFacts, error) {
	tracked, err := r.trackedViews(ctx, r.Target)
	if err != nil {
		return redefinitionFacts{}, err
	}
	pipes, err := r.Snowflake.Pipes(ctx, snowflake.InDatabase(r.Target))
	facts := redefinitionFacts{tracked: tracked, pipes: map[sqltext.Name]snowflake.Pipe{}}
	for _, pipe := range pipes {
		facts.pipes[pipe.Name] = pipe
	}
	return facts, err
}

// errNoRedefinition is the cause where an object's text cannot be changed by any statement.
var errNoRedefinition = errors.New("no statement changes the text of such an object")

// The verbs of statements that give an object a new text.
const (
	verbReplace = "CREATE OR REPLACE"
	verbAlter   = "CREATE OR ALTER"
)

// redefine makes the statements that give an object a new definition: for each kind the one that keeps the most of its
// grants, tags, policies and state (R1–R4). The header is made anew from the object's own name: the one in a stored text
// may name another database, and running it would replace the original (C26).
func (f redefinitionFacts) redefine(ref snowflake.ObjectRef, text string) (redefinition, error) {
	header, err := sqltext.ParseHeader(text)
	if err != nil {
		return redefinition{}, Terminalf(v1alpha1.ReasonRepointFailed, "read the header of %s: %w", ref, err)
	}
	build := builder{header: header, ref: ref}
	var change redefinition
	switch ref.Kind {
	case snowflake.KindView:
		change.statements = build.statements(verbReplace, "COPY GRANTS COPY TAGS")
		if f.tracked[ref.Name] {
			change.statements = append(change.statements, snowflake.SetChangeTracking(ref, true))
		}
	case snowflake.KindMaterializedView:
		change.statements = build.statements(verbReplace, "COPY GRANTS")
	case snowflake.KindSemanticView:
		change.statements = []string{grantsCopied(build.statements(verbReplace, "")[0])}
	case snowflake.KindDynamicTable:
		rest := snowflake.SuspendDynamicTable(ref.Name)
		change.statements = append(build.statements(verbAlter, ""), rest)
		change.instead = append(build.statements(verbReplace, "COPY GRANTS COPY TAGS"), rest)
	case snowflake.KindProcedure, snowflake.KindFunction:
		change.statements, change.instead = build.statements(verbAlter, ""), build.statements(verbReplace, "COPY GRANTS")
	case snowflake.KindPipe:
		change = f.pipe(&build, text)
	case snowflake.KindMaskingPolicy, snowflake.KindRowAccessPolicy, snowflake.KindAggregationPolicy,
		snowflake.KindProjectionPolicy, snowflake.KindJoinPolicy, snowflake.KindPrivacyPolicy, snowflake.KindLifecyclePolicy:
		change.statements = []string{snowflake.SetPolicyBody(ref, header.Body())}
	default:
		return redefinition{}, fmt.Errorf("%s: %w", ref, errNoRedefinition)
	}
	if build.err != nil {
		return redefinition{}, Terminalf(v1alpha1.ReasonRepointFailed, "rebuild the definition of %s: %w", ref, build.err)
	}
	return change, nil
}

// pipe makes the statements that make a pipe anew, with the integrations that it has: what GET_DDL tells of a pipe is
// documented nowhere (G18). Where the operator's role may not use those, it is made without them.
func (f redefinitionFacts) pipe(build *builder, text string) redefinition {
	rest := snowflake.PausePipe(build.ref.Name, true)
	bare := append(build.statements(verbReplace, ""), rest)
	clauses := lackingIntegrations(text[build.header.NameEnd:build.header.AsOffset], f.pipes[build.ref.Name])
	if clauses == "" {
		return redefinition{statements: bare}
	}
	opening := build.header.Opening(verbReplace) + " " + build.ref.Name.SQL()
	full := opening + clauses + strings.TrimPrefix(bare[0], opening)
	return redefinition{statements: []string{full, rest}, bare: bare}
}

// builder builds statements from the header of a definition, and keeps the first error.
type builder struct {
	header sqltext.Header
	ref    snowflake.ObjectRef
	err    error
}

// statements is the definition with a verb of our own, for the object's own name, with clauses where the grammar wants them.
func (b *builder) statements(verb, clauses string) []string {
	statement, err := b.header.Rebuild(b.header.Opening(verb), b.ref.Name, clauses)
	if err != nil && b.err == nil {
		b.err = err
	}
	return []string{statement}
}

// grantsCopied is the statement that replaces a semantic view with COPY GRANTS at its end, where the grammar wants it.
func grantsCopied(statement string) string {
	last := sqltext.Token{}
	for _, token := range sqltext.Lex(statement) {
		if token.Kind == sqltext.Word && sqltext.Fold(token.Text) == "GRANTS" && sqltext.Fold(last.Text) == "COPY" {
			return statement
		}
		if token.Kind != sqltext.Space && token.Kind != sqltext.Comment {
			last = token
		}
	}
	if last.Text == ";" {
		statement = statement[:last.Start]
	}
	return statement + "\nCOPY GRANTS"
}
