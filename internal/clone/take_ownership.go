package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// takeOwnership makes the operator's role the owner of everything in the clone. The children of a cloned database stay
// with the roles that own their originals (C16), so that nobody but those could change their definitions.
type takeOwnership struct{}

func (takeOwnership) Name() v1alpha1.StepName { return v1alpha1.StepTakeOwnership }

func (takeOwnership) Run(ctx context.Context, r *Run) (Outcome, error) {
	if !r.HandedOver.IsZero() {
		return Skip("The clone was handed over before, its owners stay"), nil
	}
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	move := ownershipMove{run: r, own: own, to: r.Role}
	left, err := move.apply(ctx)
	if err != nil {
		return Outcome{}, err
	}
	if left > 0 {
		return Wait(0, fmt.Sprintf("%d kinds of objects are still to be taken over", left)), nil
	}
	return Done(fmt.Sprintf("Role %s owns everything in %s", r.Role, r.Target)), nil
}

// transferOwnership hands everything in the clone to the role that is to own it in the end. The database itself stays
// with the operator's role, which could otherwise neither prove that it is its own nor drop it.
type transferOwnership struct{}

func (transferOwnership) Name() v1alpha1.StepName { return v1alpha1.StepTransferOwnership }

func (transferOwnership) Run(ctx context.Context, r *Run) (Outcome, error) {
	owner, other, err := r.owner()
	if err != nil {
		return Outcome{}, err
	}
	if !other {
		return Skip(fmt.Sprintf("Role %s stays the owner", r.Role)), nil
	}
	role, err := r.Snowflake.FindRole(ctx, owner)
	if err != nil {
		return Outcome{}, err
	}
	if role == nil {
		return Outcome{}, Terminalf(v1alpha1.ReasonMissingPrivileges,
			"access.owner: role %s does not exist; create it or name another", owner)
	}
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	move := ownershipMove{run: r, own: own, to: owner}
	left, err := move.apply(ctx)
	if err != nil {
		return Outcome{}, err
	}
	if left > 0 {
		return Wait(0, fmt.Sprintf("%d kinds of objects are still to be handed over", left)), nil
	}
	return Done(fmt.Sprintf("Role %s owns everything in %s", owner, r.Target)), nil
}

// ownershipMove moves the ownership of everything in the clone to one role.
type ownershipMove struct {
	run *Run
	own *Owned
	to  sqltext.Ident
}

// move is one statement's work.
type move struct {
	what       string
	statements []string
}

// apply moves what another role owns, schemas first, and says how much is left for another call. Grants stay where they
// are: other stages decide about them.
func (m ownershipMove) apply(ctx context.Context) (left int, err error) {
	schemas, err := m.schemas(ctx)
	if err != nil {
		return 0, err
	}
	kinds, err := m.kinds(ctx)
	if err != nil {
		return 0, err
	}
	total := len(schemas) + len(kinds)
	done, err := m.make(ctx, schemas)
	if err == nil && done == len(schemas) {
		var more int
		more, err = m.make(ctx, kinds)
		done += more
	}
	m.run.Progress(done, total)
	return total - done, err
}

// make sends the statements of moves, moves side by side and each one's statements in order.
func (m ownershipMove) make(ctx context.Context, moves []move) (int, error) {
	return forEach(ctx, m.run, moves, func(ctx context.Context, one move) error {
		for _, statement := range one.statements {
			if err := m.own.Exec(ctx, statement); err != nil {
				return fmt.Errorf("give %s to role %s: %w", one.what, m.to, err)
			}
		}
		return nil
	})
}

// schemas are the schemas and the database roles of others. One by one: there are few.
func (m ownershipMove) schemas(ctx context.Context) ([]move, error) {
	schemas, err := m.run.Snowflake.Schemas(ctx, m.run.Target)
	if err != nil {
		return nil, err
	}
	var moves []move
	for _, schema := range schemas {
		if schema.Owner != string(m.to) {
			moves = append(moves, m.single(schema.Object))
		}
	}
	if m.to != m.run.Role {
		return moves, nil // Database roles stay with the operator, who manages them.
	}
	roles, err := m.run.Snowflake.DatabaseRoles(ctx, m.run.Target)
	if err != nil {
		return nil, err
	}
	for _, role := range roles {
		if role.Owner != string(m.to) {
			moves = append(moves, m.single(role.Object))
		}
	}
	return moves, nil
}

// single moves one object.
func (m ownershipMove) single(object snowflake.Object) move {
	return move{
		what: object.String(),
		statements: []string{
			snowflake.GrantOwnership(snowflake.On(object.ObjectRef), snowflake.AccountRole(m.to), snowflake.CopyGrants),
		},
	}
}

// kinds are the objects in schemas, in bulk where Snowflake allows it (P1, P2): a whole kind in one statement, which
// also keeps task graphs whole (P3).
func (m ownershipMove) kinds(ctx context.Context) ([]move, error) {
	inventory, err := m.run.Snowflake.Inventory(ctx, snowflake.InDatabase(m.run.Target))
	if err != nil {
		return nil, err
	}
	var moves []move
	for _, kind := range snowflake.SchemaKinds() {
		others := slices.DeleteFunc(inventory[kind], func(o snowflake.Object) bool { return o.Owner == string(m.to) })
		if len(others) == 0 || kind.Info().NoOwnership {
			continue
		}
		some, err := m.kind(ctx, kind, others)
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			// Materialized views move with the views, and so on: the statement is the same (P4).
			if !slices.ContainsFunc(moves, func(other move) bool { return other.what == one.what }) {
				moves = append(moves, one)
			}
		}
	}
	return moves, nil
}

// kind are the moves for the objects of a kind that others own.
func (m ownershipMove) kind(ctx context.Context, kind snowflake.Kind, others []snowflake.Object) ([]move, error) {
	switch {
	case kind.Info().NoBulkOwnership:
		var moves []move
		for _, object := range others {
			moves = append(moves, m.pipe(object))
		}
		return moves, nil
	case kind.Info().Overloaded:
		if moved, err := m.routinesMoved(ctx, others); moved || err != nil {
			return nil, err
		}
	}
	return []move{m.bulk(kind.OwnershipKind())}, nil
}

// routinesMoved says whether the routines, whose listing does not tell their owners, were moved already: they move all
// in one statement, so one of them speaks for all.
func (m ownershipMove) routinesMoved(ctx context.Context, routines []snowflake.Object) (bool, error) {
	for _, one := range []snowflake.Object{routines[0], routines[len(routines)-1]} {
		owner, err := m.run.Snowflake.OwnerOf(ctx, one.ObjectRef)
		if err != nil || owner.Name != m.to {
			return false, err
		}
	}
	return true, nil
}

// bulk moves all objects of a kind.
func (m ownershipMove) bulk(kind snowflake.Kind) move {
	return move{
		what: "all " + strings.ToLower(kind.Plural()),
		statements: []string{snowflake.GrantOwnership(
			snowflake.OnAll(kind, snowflake.InDatabase(m.run.Target)), snowflake.AccountRole(m.to), snowflake.CopyGrants)},
	}
}

// pipe moves one object that has no bulk form. A pipe must be paused for it (P2).
func (m ownershipMove) pipe(object snowflake.Object) move {
	one := m.single(object)
	if object.Kind == snowflake.KindPipe {
		one.statements = append([]string{snowflake.PausePipe(object.Name, true)}, one.statements...)
	}
	return one
}
