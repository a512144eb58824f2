package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// lost is what an object loses when it is given a new text, and must be given back.
type lost struct {
	statements []string
	// note says what cannot be given back; "" where all can.
	note string
}

// lostWith reads what the statement for a new text takes from an object: a pipe is made anew without grants and tags, a
// dynamic table that is altered loses the parameters that its text does not tell (R4).
func (r *Run) lostWith(ctx context.Context, ref snowflake.ObjectRef) (lost, error) {
	switch ref.Kind {
	case snowflake.KindDynamicTable:
		parameters, err := r.Snowflake.OwnParameters(ctx, ref)
		return lost{statements: parametersAgain(ref, parameters, nil)}, err
	case snowflake.KindPipe:
		return r.lostWithGrants(ctx, ref)
	default:
		return lost{}, nil
	}
}

// lostWithGrants reads the grants and tags of an object that is to be made anew.
func (r *Run) lostWithGrants(ctx context.Context, ref snowflake.ObjectRef) (lost, error) {
	grants, err := r.Snowflake.GrantsOn(ctx, ref)
	if err != nil {
		return lost{}, err
	}
	tags, err := r.lostTags(ctx, ref)
	tags.statements = append(regrants(ref, grants), tags.statements...)
	return tags, err
}

// lostTags reads the tags of an object that is to be made anew. Snowflake does not document for every kind of object that
// it tells the tags (I11): where it refuses to, the object is made anew without them, and the note says so.
func (r *Run) lostTags(ctx context.Context, ref snowflake.ObjectRef) (lost, error) {
	tags, err := r.ownTags(ctx, ref)
	switch class := snowflake.ClassOf(err); {
	case class == snowflake.Other || class == snowflake.Syntax:
		return lost{note: fmt.Sprintf("its tags, if it had any, are lost: %v", err)}, nil
	case err != nil || len(tags) == 0:
		return lost{}, err
	default:
		return lost{statements: []string{snowflake.SetTags(ref, tags)}}, nil
	}
}

// parametersAgain are the statements that give an object the parameters that it lacks, for each of those that were its own.
func parametersAgain(ref snowflake.ObjectRef, wanted, there []snowflake.OwnParameter) []string {
	has := map[snowflake.OwnParameter]bool{}
	for _, parameter := range there {
		has[parameter] = true
	}
	var statements []string
	for _, parameter := range wanted {
		if !has[parameter] {
			statements = append(statements, snowflake.SetParameter(ref, parameter))
		}
	}
	return statements
}

// restoreReplaced gives dynamic tables the parameters of their originals, and routines their tags, where the call that
// gave them a new text may not have lived to do so: the journal knows nothing of what they were before.
func (r *Run) restoreReplaced(ctx context.Context, own *Owned, pass *repointPass) error {
	if !r.HandedOver.IsZero() {
		return nil
	}
	for _, object := range pass.plan.objects {
		if !object.finished() || pass.journal.entries[object.ref.String()].Before != "" {
			continue
		}
		var err error
		switch object.ref.Kind {
		case snowflake.KindDynamicTable:
			err = r.restoreParameters(ctx, own, object.ref)
		case snowflake.KindProcedure, snowflake.KindFunction:
			err = r.restoreTags(ctx, own, object.ref)
		default:
		}
		if err != nil {
			return fmt.Errorf("restore what %s had: %w", object.ref, err)
		}
	}
	return nil
}

// restoreParameters gives an object the parameters of its original that it lacks.
func (r *Run) restoreParameters(ctx context.Context, own *Owned, ref snowflake.ObjectRef) error {
	original := ref
	original.Name.Database = r.Source
	wanted, err := r.Snowflake.OwnParameters(ctx, original)
	if snowflake.ClassOf(err) == snowflake.NotFound || err == nil && len(wanted) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	there, err := r.Snowflake.OwnParameters(ctx, ref)
	if err != nil {
		return err
	}
	for _, statement := range parametersAgain(ref, wanted, there) {
		if err := own.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// lackingIntegrations are the clauses for the integrations that a pipe has and the clauses of its text do not name.
func lackingIntegrations(there string, pipe snowflake.Pipe) string {
	named := map[string]bool{}
	for _, token := range sqltext.Lex(there) {
		if token.Kind == sqltext.Word {
			named[sqltext.Fold(token.Text)] = true
		}
	}
	clauses := ""
	if pipe.ErrorIntegration != "" && !named["ERROR_INTEGRATION"] {
		clauses += " ERROR_INTEGRATION = " + sqltext.Ident(pipe.ErrorIntegration).SQL()
	}
	if pipe.Integration != "" && !named["INTEGRATION"] {
		clauses += " INTEGRATION = " + sqltext.Literal(pipe.Integration)
	}
	return clauses
}
