package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// probe finds out, before anybody gets in, what the roles that are to get in will see in the masked columns.
//
// That each policy is active on its column was read from the catalogue by now. What the policy makes of a value only
// its body decides, and no reading can tell. So each role is simulated (X11), on a bounded sample of each masked table,
// and so is PUBLIC, which every role inherits and nobody means to except. What the role sees must be what PUBLIC sees:
// then the policy makes no exception for it. Only hashes of what is seen are compared; no value leaves Snowflake.
//
// It is not proved that the policy hides anything at all, for that is its author's business; nor what a user sees who
// acts with several roles at once, or whom the policy knows by name; nor anything about rows that are not in the sample.
// Where Snowflake refuses the simulation (U17), and where a row access policy shows each role other rows, nothing is
// compared, and the report says so.
func (r *Run) probe(ctx context.Context, guards []*guard) error {
	for _, one := range guards {
		code, text := codeMasked, "by "+one.policy.String()
		if one.ofRows() {
			code = codeRowsGuarded
		}
		r.State.Report.Masking = append(r.State.Report.Masking, one.note(code, text))
	}
	consumers, err := r.consumers(ctx)
	if err != nil || len(consumers) == 0 {
		return err
	}
	probes := r.probesOf(guards, consumers)
	done, err := gather(ctx, r, probes[:min(len(probes), maxProbes)], r.probeTable)
	if err != nil {
		return err
	}
	for _, one := range probes[len(done):] {
		done = append(done, []ObjectNote{one.notProbed(fmt.Sprintf("only %d tables are probed in a run", maxProbes))})
	}
	notes := slices.Concat(done...)
	r.State.Report.Masking = slices.Concat(notes, r.State.Report.Masking)
	for _, note := range notes {
		if note.Code == codeRoleExcepted {
			return Terminalf(v1alpha1.ReasonMaskingFailed,
				"%s %s: %s; take the role off access.mappings or access.keepSourceGrants, mend the policy, or name the role in the "+
					"rule's exempt",
				note.Kind, note.Name, note.Note)
		}
	}
	return nil
}

// maxProbes bounds how many tables are probed in a run: a statement for PUBLIC and one for each role, all in one call.
const maxProbes = 100

// consumers are the roles that are to get in, each with the schemas that it is to get into: the functional roles that the
// spec and its mapping table let in, in the order in which they are named, then those whose privileges the spec keeps, and
// the owner. Roles that do not exist are left out.
func (r *Run) consumers(ctx context.Context) (consumers, error) {
	roles, err := r.accessRoles(ctx)
	if err != nil {
		return nil, err
	}
	admitted, err := r.admissions(ctx, roles)
	if err != nil {
		return nil, err
	}
	schemas := map[snowflake.Grantee]sqltext.Ident{}
	for _, role := range roles {
		schemas[role.role] = role.schema
	}
	var found consumers
	for _, one := range admitted.list {
		if !admitted.absent[one.to] {
			found.add(one.to, schemas[one.role])
		}
	}
	kept, err := r.keptRoles(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range kept {
		found.add(one.role, one.schemas...)
	}
	if owner, other, err := r.owner(); err == nil && other {
		found.add(owner, schemasOf(roles)...)
	}
	// PUBLIC is what all others are compared with.
	return slices.DeleteFunc(found, func(one consumer) bool { return one.role == everybody }), nil
}

// consumer is a role that is to get into schemas of the clone.
type consumer struct {
	role    sqltext.Ident
	schemas []sqltext.Ident
}

// consumers are roles that are to get in, each once.
type consumers []consumer

// add lets a role into schemas.
func (c *consumers) add(role sqltext.Ident, schemas ...sqltext.Ident) {
	at := slices.IndexFunc(*c, func(one consumer) bool { return one.role == role })
	if at < 0 {
		at = len(*c)
		*c = append(*c, consumer{role: role})
	}
	for _, schema := range schemas {
		if !slices.Contains((*c)[at].schemas, schema) {
			(*c)[at].schemas = append((*c)[at].schemas, schema)
		}
	}
}

// tableProbe is a table with masked columns, and the roles that are to read it.
type tableProbe struct {
	table  *guard
	masks  []*guard
	roles  []sqltext.Ident
	byRows bool
}

// notProbed says that nothing is proved about the table, and why.
func (p tableProbe) notProbed(why string) ObjectNote {
	return noteOn(p.table.table, codeNotProbed, why)
}

// columns are the masked columns.
func (p tableProbe) columns() []sqltext.Ident {
	names := make([]sqltext.Ident, len(p.masks))
	for i, mask := range p.masks {
		names[i] = mask.column
	}
	return names
}

// probesOf groups the masked columns by table, in their order, with the roles that get into the table's schema.
func (r *Run) probesOf(guards []*guard, consumers consumers) []tableProbe {
	var probes []tableProbe
	at := map[sqltext.Name]int{}
	for _, one := range guards {
		i, known := at[one.table.Name]
		switch {
		case one.ofRows() && known:
			probes[i].byRows = true
		case one.ofRows():
		case known:
			probes[i].masks = append(probes[i].masks, one)
		default:
			at[one.table.Name] = len(probes)
			probes = append(probes, tableProbe{table: one, masks: []*guard{one}})
		}
	}
	for i := range probes {
		for _, one := range consumers {
			if slices.Contains(one.schemas, probes[i].table.table.Name.Schema) {
				probes[i].roles = append(probes[i].roles, one.role)
			}
		}
	}
	return slices.DeleteFunc(probes, func(p tableProbe) bool { return len(p.roles) == 0 })
}

// probeTable probes one table, and returns remarks on what is not as it should be.
func (r *Run) probeTable(ctx context.Context, probe tableProbe) ([]ObjectNote, error) {
	byRows, err := r.hasRowAccess(ctx, probe)
	if err != nil {
		return nil, err
	}
	if byRows {
		return []ObjectNote{probe.notProbed("its row access policy shows each role other rows")}, nil
	}
	everybodySees, err := r.Snowflake.Seen(ctx, everybody, probe.table.table.Name, probe.columns())
	if err != nil {
		return refusedProbe(probe, err)
	}
	if len(everybodySees[0]) == 0 {
		return []ObjectNote{probe.notProbed("it is empty")}, nil
	}
	var notes []ObjectNote
	for _, role := range probe.roles {
		some, err := r.probeRole(ctx, probe, role, everybodySees)
		if err != nil {
			return refusedProbe(probe, err)
		}
		notes = append(notes, some...)
	}
	return notes, nil
}

// hasRowAccess says whether a row access policy is on the table, from the source or by a rule.
func (r *Run) hasRowAccess(ctx context.Context, probe tableProbe) (bool, error) {
	if probe.byRows {
		return true, nil
	}
	references, err := r.Snowflake.PolicyReferences(ctx, probe.table.table.Name, probe.table.domain())
	return slices.ContainsFunc(references, func(one snowflake.PolicyReference) bool {
		return snowflake.KindOf(one.PolicyKind) == snowflake.KindRowAccessPolicy
	}), err
}

// probeRole compares what a role sees with what everybody sees. Where they differ, everybody is asked once more: a
// policy may mask at random, and a table may change meanwhile.
func (r *Run) probeRole(
	ctx context.Context, probe tableProbe, role sqltext.Ident, everybodySees [][]string,
) ([]ObjectNote, error) {
	sees, err := r.Snowflake.Seen(ctx, role, probe.table.table.Name, probe.columns())
	if err != nil {
		return nil, err
	}
	var notes []ObjectNote
	var again [][]string
	for i, mask := range probe.masks {
		if slices.Equal(sees[i], everybodySees[i]) || MatchAny(mask.exempt, role) {
			continue
		}
		if again == nil {
			if again, err = r.Snowflake.Seen(ctx, everybody, probe.table.table.Name, probe.columns()); err != nil {
				return nil, err
			}
		}
		if !slices.Equal(again[i], everybodySees[i]) {
			notes = append(notes, mask.note(codeNotProbed, "one and the same role sees something else each time"))
			continue
		}
		notes = append(notes, mask.note(codeRoleExcepted,
			fmt.Sprintf("role %s sees something else than everybody does: policy %s makes an exception for it", role, mask.policy)))
	}
	return notes, nil
}

// refusedProbe makes a remark of a refusal by Snowflake. Its text may hold a value of the table, so that its number
// alone is told. What may pass by itself is no refusal.
func refusedProbe(probe tableProbe, err error) ([]ObjectNote, error) {
	refusal, ok := errors.AsType[*snowflake.Error](err)
	if !ok || !Classify(err).Terminal {
		return nil, err
	}
	return []ObjectNote{probe.notProbed(
		fmt.Sprintf("Snowflake refuses to simulate a role on it, with error %06d", refusal.Number))}, nil
}
