package clone

import (
	"context"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// rewriter makes definitions name the clone, the way the spec asks for.
type rewriter struct {
	options  sqltext.Options
	literals []v1alpha1.LiteralRule
}

// rewriter reads what the rewriting depends on. The operator's sessions have QUOTED_IDENTIFIERS_IGNORE_CASE off, but
// definitions were compiled under the account's setting: where that is on, "prod" names PROD, and nothing can name a
// database with small letters (N5).
func (r *Run) rewriter(ctx context.Context) (*rewriter, error) {
	mappings, err := r.mappings()
	if err != nil {
		return nil, err
	}
	folds, err := r.Snowflake.QuotedIgnoreCase(ctx, r.Source)
	if snowflake.ClassOf(err) == snowflake.Privilege || snowflake.ClassOf(err) == snowflake.NotFound {
		return nil, Terminalf(v1alpha1.ReasonMissingPrivileges, "definitions cannot be read as they were meant: %w; "+
			"let role %s see parameter QUOTED_IDENTIFIERS_IGNORE_CASE", err, r.Role)
	}
	if err != nil {
		return nil, err
	}
	for _, mapping := range mappings {
		if folds && sqltext.Fold(string(mapping.To)) != string(mapping.To) {
			return nil, Terminalf(v1alpha1.ReasonRepointFailed, "parameter QUOTED_IDENTIFIERS_IGNORE_CASE is on, so that no "+
				"definition can name database %s; choose a name without small letters, or turn the parameter off", mapping.To)
		}
	}
	return &rewriter{
		options: sqltext.Options{
			Mappings: mappings, CodeStrings: sqltext.Mode(r.Spec.Repoint.CodeStrings), QuotedIgnoreCase: folds,
		},
		literals: r.Spec.Repoint.Literals,
	}, nil
}

// rewrite makes the text of an object name the clone.
func (w *rewriter) rewrite(name sqltext.Name, text sqltext.Definition) (sqltext.Result, error) {
	options := w.options
	for _, rule := range w.literals {
		if len(rule.Objects) == 0 || matchesObject(rule.Objects, name) {
			options.Allow = append(options.Allow, rule.Text)
		}
	}
	return sqltext.Rewrite(text, options)
}

// references lists what a definition names, as it was meant when it was compiled.
func (w *rewriter) references(text sqltext.Definition) []sqltext.Reference {
	return sqltext.ReferencesWith(text, w.options)
}

// mapped says whether a database is the source or the target of a mapping.
func (w *rewriter) mapped(database sqltext.Ident) bool {
	return slices.ContainsFunc(w.options.Mappings, func(mapping sqltext.Mapping) bool {
		return database == mapping.From || database == mapping.To
	})
}

// mappings are the databases whose names are repointed: the source, and those that the spec adds.
func (r *Run) mappings() ([]sqltext.Mapping, error) {
	mappings := []sqltext.Mapping{{From: r.Source, To: r.Target}}
	for _, one := range r.Spec.Repoint.Databases {
		from, err := sqltext.ParseIdent(string(one.From))
		if err != nil {
			return nil, Terminalf(v1alpha1.ReasonRepointFailed, "repoint.databases: from: %w", err)
		}
		to, err := sqltext.ParseIdent(string(one.To))
		if err != nil {
			return nil, Terminalf(v1alpha1.ReasonRepointFailed, "repoint.databases: to: %w", err)
		}
		mappings = append(mappings, sqltext.Mapping{From: from, To: to})
	}
	return mappings, nil
}

// mapped is the name that a name has in the clone: in a database that is mapped, that of the database to which it is.
func mapped(mappings []sqltext.Mapping, name sqltext.Name) sqltext.Name {
	for _, mapping := range mappings {
		if mapping.From == name.Database {
			name.Database = mapping.To
			break
		}
	}
	return name
}

// isReviewed says whether the spec accepts what was left in an object.
func (r *Run) isReviewed(ref snowflake.ObjectRef) bool {
	return matchesObject(r.Spec.Repoint.Reviewed, ref.Name)
}
