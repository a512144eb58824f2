package clone

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// takeOwnership makes the operator's role the owner of everything in the clone. The children of a cloned database stay
// with the roles that own their originals (C16), so that nobody but those could change their definitions. First of all it
// takes the cloned database roles from their holders.
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
	if err := r.dismissMembers(ctx, own); err != nil {
		return Outcome{}, err
	}
	move := ownershipMove{run: r, own: own, to: r.Role}
	return move.apply(ctx)
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
	return move.apply(ctx)
}
