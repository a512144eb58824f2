package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// preflight finds out whether the clone can be made before anything is made: it only reads. What is missing is said all
// at once, in statements that somebody can run.
type preflight struct{}

func (preflight) Name() v1alpha1.StepName { return v1alpha1.StepPreflight }

func (preflight) Run(ctx context.Context, r *Run) (Outcome, error) {
	found, err := Check(ctx, r)
	if err != nil {
		return Outcome{}, err
	}
	r.State.Report.Grants, r.State.Report.LeftOut = boundedGrants(found.Grants), found.LeftOut
	if err := found.verdict(); err != nil {
		return Outcome{}, err
	}
	return Done(found.describe(r)), nil
}

// Examination is what can be said of a clone before anything is made.
type Examination struct {
	// Objects counts what is there to be cloned, by kind, such as TABLE. Kinds of which there is nothing are left out.
	Objects map[string]int `json:"objects,omitempty"`
	// Problems keep the clone from being made until somebody acts; none when it can be made.
	Problems []Problem `json:"problems,omitempty"`
	// Grants are the statements that give the operator's role what it lacks, without semicolons. Somebody with SECURITYADMIN
	// can run them as they are.
	Grants []string `json:"grants,omitempty"`
	// LeftOut lists the objects of the source that the clone will not have, each with the reason. Those that it lacks for
	// want of a privilege are a problem too; the others are not.
	LeftOut []ObjectNote `json:"leftOut,omitempty"`
	// Moment of the source's history that is cloned; nil for the present, and where only Snowflake knows it.
	Moment *time.Time `json:"moment,omitempty"`
	// ShortHistory lists the tables whose Time Travel reaches back less far than the moment, or, where none is asked for,
	// less far than the database's own.
	ShortHistory []ObjectNote `json:"shortHistory,omitempty"`
	// RetentionDays is how far the Time Travel of the source database reaches back.
	RetentionDays int64 `json:"retentionDays"`
	// Notes are remarks that keep nothing from being made, in whole sentences: costs above all.
	Notes []string `json:"notes,omitempty"`
}

// Problem is something that keeps a clone from being made until somebody acts.
type Problem struct {
	// Reason is one of the reasons in v1alpha1.
	Reason string `json:"reason"`
	// Message says what is wrong and what to do about it.
	Message string `json:"message"`
}

// Check says what the first stage would say of a clone: all that is in its way, and what it will not have. It changes
// nothing in Snowflake, and of the run only State.SourceTime. An error means that it cannot be found out; what is wrong
// with the clone itself are problems.
func Check(ctx context.Context, r *Run) (*Examination, error) {
	x := &examiner{Run: r, found: &Examination{}}
	for _, look := range []func(context.Context) error{
		x.checkSource, x.checkTarget, x.readRights, x.checkAccount, x.checkWarehouses,
	} {
		if err := x.note(look(ctx)); err != nil {
			return nil, err
		}
	}
	for _, look := range []func(context.Context) error{
		x.takeInventory, x.foresee, x.checkObjects, x.checkAccessRoles, x.checkTasks, x.checkTimeTravel, x.checkPolicies, x.checkTables, x.remark,
	} {
		if x.source == nil {
			break // Without a source there is nothing to look at.
		}
		if err := x.note(look(ctx)); err != nil {
			return nil, err
		}
	}
	x.conclude()
	return x.found, nil
}

// verdict is the error that the examination comes to, or nil. All that is wrong is in it, for as long as there is room.
func (e *Examination) verdict() error {
	if len(e.Problems) == 0 {
		return nil
	}
	messages := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		messages[i] = problem.Message
		if i < len(e.Problems)-1 {
			messages[i] = strings.TrimSuffix(problem.Message, ";") // What follows begins with one.
		}
	}
	return &Error{Reason: e.Problems[0].Reason, Terminal: true, Message: strings.Join(messages, "; also: ")}
}

// describe says what will be cloned.
func (e *Examination) describe(r *Run) string {
	total := 0
	var parts []string
	for _, kind := range snowflake.SchemaKinds() {
		if n := e.Objects[string(kind)]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ToLower(kind.Plural())))
		}
	}
	text := fmt.Sprintf("%s can be cloned: %d objects (%s)", r.Source, total, strings.Join(parts, ", "))
	if len(e.LeftOut) > 0 {
		text += fmt.Sprintf(", %d of which the clone will not have", len(e.LeftOut))
	}
	return text
}

// Limits of what a message and a report hold.
const (
	// maxNamed is how many objects a message names.
	maxNamed = 5
	// maxListed is how many bytes of statements a message lists: a condition has room for 1,024 in all.
	maxListed = 450
	// maxGrants is how many statements a report lists.
	maxGrants = 1000
)

// named lists the first few of many names.
func named(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
}

// listed lists as many statements as there is room for, whole ones only and at least one.
func listed(statements []string) string {
	var text strings.Builder
	for i, statement := range statements {
		if i > 0 && text.Len()+len(statement) > maxListed {
			fmt.Fprintf(&text, " and %d more, which the report lists", len(statements)-i)
			break
		}
		if i > 0 {
			text.WriteString(" ")
		}
		text.WriteString(statement + ";")
	}
	return text.String()
}

// boundedGrants is as many statements as a report has room for.
func boundedGrants(grants []string) []string {
	if len(grants) <= maxGrants {
		return grants
	}
	return append(slices.Clone(grants[:maxGrants]), fmt.Sprintf("-- and %d more", len(grants)-maxGrants))
}

// findSource finds the source and checks that it is of a kind that can be cloned (C11).
func (r *Run) findSource(ctx context.Context) (*snowflake.Database, error) {
	source, err := r.Snowflake.FindDatabase(ctx, r.Source)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look for the source: %w", err)
	case source == nil:
		return nil, Terminalf(v1alpha1.ReasonSourceNotFound,
			"source.database: %s does not exist or role %s may not see it; run GRANT USAGE ON DATABASE %s TO ROLE %s",
			r.Source, r.Role, r.Source.SQL(), r.Role.SQL())
	case source.DatabaseKind != "" && source.DatabaseKind != "STANDARD":
		return nil, Terminalf(v1alpha1.ReasonSourceNotCloneable,
			"source.database: %s is of kind %s, which Snowflake cannot clone", r.Source, source.DatabaseKind)
	case hasAnyMarker(source.Comment):
		return nil, Terminalf(v1alpha1.ReasonSourceNotCloneable,
			"source.database: %s is itself a clone made by Snowclone; clone its source instead", r.Source)
	}
	return source, nil
}

// targetExists is the error for a database in the way.
func targetExists(target *snowflake.Database) error {
	return Terminalf(v1alpha1.ReasonTargetExists,
		"target.database: %s exists, owned by role %s, and this object did not make it; nothing was done to it: "+
			"choose another name or drop it yourself", target.Name.Database, target.Owner)
}

// wanted is the objects of an inventory that lie in selected schemas.
func (r *Run) wanted(objects []snowflake.Object) []snowflake.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o snowflake.Object) bool {
		return !selected(r.Spec.Source.Schemas, o.Name.Schema)
	})
}

// owner is the role that is to own the clone's objects in the end, and whether that is another than the operator's.
func (r *Run) owner() (sqltext.Ident, bool, error) {
	if r.Spec.Access.Owner == "" {
		return r.Role, false, nil
	}
	owner, err := sqltext.ParseIdent(string(r.Spec.Access.Owner))
	if err != nil {
		return "", false, Terminalf(v1alpha1.ReasonStatementFailed, "access.owner: %w", err)
	}
	return owner, owner != r.Role, nil
}
