package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// applyRBACMappings opens the clone: access roles to functional roles and, last of all, USAGE on the database. Nobody
// has that before, so that nobody gets in before the clone was found valid.
type applyRBACMappings struct{}

func (applyRBACMappings) Name() v1alpha1.StepName { return v1alpha1.StepApplyRBACMappings }

func (s applyRBACMappings) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	roles, err := r.accessRoles(ctx)
	if err != nil {
		return Outcome{}, err
	}
	admitted, err := r.admissions(ctx, roles)
	if err != nil {
		return Outcome{}, err
	}
	r.State.Report.Access = admitted.notes
	held, err := s.dismiss(ctx, r, own, admitted)
	if err != nil {
		return Outcome{}, err
	}
	usage, err := s.usage(ctx, r, own, roles)
	if err != nil {
		return Outcome{}, err
	}
	statements := slices.Concat(admitted.missing(held), usage)
	done, err := r.sendMissing(ctx, own, statements)
	if err != nil {
		return Outcome{}, err
	}
	if done < len(statements) {
		return Wait(0, fmt.Sprintf("%d grants are still to be made", len(statements)-done)), nil
	}
	return Done(admitted.describe()), nil
}

// admission is an access role for a functional role.
type admission struct {
	role snowflake.Grantee
	to   sqltext.Ident
}

// admissions say who gets in.
type admissions struct {
	target sqltext.Ident
	roles  []accessRole
	// places says where each access role stands, by the names that a mapping table may give it.
	places map[string]int
	// list is what is granted, in the order in which it was asked for; asked says what is in it.
	list  []admission
	asked map[admission]bool
	// revoked are those that a row of the mapping table takes back.
	revoked map[admission]bool
	// absent are the functional roles that do not exist.
	absent map[sqltext.Ident]bool
	// holders are those that hold an access role by right, whoever gets in.
	holders map[string]bool
	// notes are what was asked for and nobody can give; noted says what is in them.
	notes []ObjectNote
	noted map[ObjectNote]bool
}

// admissions are what the spec and its mapping table ask for.
func (r *Run) admissions(ctx context.Context, roles []accessRole) (*admissions, error) {
	a := &admissions{
		target: r.Target, roles: roles, places: placesOf(r.Target, roles), asked: map[admission]bool{},
		revoked: map[admission]bool{}, absent: map[sqltext.Ident]bool{}, holders: holdersOf(r, roles), noted: map[ObjectNote]bool{},
	}
	for _, mapping := range r.mappingsInForce() {
		for _, text := range mapping.GrantTo {
			functional, err := sqltext.ParseIdent(string(text))
			if err != nil {
				return nil, Terminalf(v1alpha1.ReasonStatementFailed, "access.mappings: grantTo: %w", err)
			}
			for _, role := range rolesOfMapping(mapping, roles) {
				a.admit(role, functional)
			}
			a.absent[functional] = true // Until it is found: also where the mapping selects no schema.
		}
	}
	rows, err := r.mappingRows(ctx)
	if err != nil {
		return nil, err
	}
	a.addRows(r, rows)
	a.list = slices.DeleteFunc(a.list, func(one admission) bool { return a.revoked[one] })
	return a, a.look(ctx, r)
}

// admit asks for an access role for a functional role.
func (a *admissions) admit(role accessRole, functional sqltext.Ident) {
	one := admission{role.role, functional}
	if !a.asked[one] {
		a.asked[one] = true
		a.list = append(a.list, one)
	}
	a.absent[functional] = true
}

// note remarks on something that was asked for, once.
func (a *admissions) note(code, name, text string) {
	one := ObjectNote{Kind: string(snowflake.KindRole), Name: name, Code: code, Note: text}
	if !a.noted[one] {
		a.noted[one] = true
		a.notes = append(a.notes, one)
	}
}

// look finds out which of the functional roles exist. One that does not keeps nobody else out: it is reported.
func (a *admissions) look(ctx context.Context, r *Run) error {
	var names []sqltext.Ident
	for name := range a.absent {
		names = append(names, name)
	}
	slices.Sort(names)
	found, err := gather(ctx, r, names, r.Snowflake.FindRole)
	if err != nil {
		return err
	}
	for i, name := range names {
		isAccessRole := slices.ContainsFunc(a.roles, func(one accessRole) bool { return one.role == snowflake.AccountRole(name) })
		switch {
		case isAccessRole:
			a.note(codeAccessRole, name.String(), "it is an access role of the clone and cannot get in by another; take it out of the mappings")
			continue
		case found[i] != nil:
			delete(a.absent, name)
			continue
		}
		a.note(codeNoFunctionalRole, name.String(), "the role does not exist; create it, or take it out of the mappings")
	}
	return nil
}

// holdersOf are the pairs of an access role and who holds it by right: the next higher access role of the same schema,
// and the operator's role, which makes account roles and so may hold them.
func holdersOf(r *Run, roles []accessRole) map[string]bool {
	holders := map[string]bool{}
	for i, role := range roles {
		holders[role.role.SQL()+" "+snowflake.AccountRole(r.Role).SQL()] = true
		if !isLowest(roles, i) {
			holders[roles[i-1].role.SQL()+" "+role.role.SQL()] = true
		}
	}
	return holders
}

// mappingsInForce are the mappings for the clone's environment.
func (r *Run) mappingsInForce() []v1alpha1.AccessMapping {
	return slices.DeleteFunc(slices.Clone(r.Spec.Access.Mappings), func(mapping v1alpha1.AccessMapping) bool {
		return mapping.Environment != "" && !strings.EqualFold(mapping.Environment, r.Spec.Environment)
	})
}

// rolesOfMapping are the access roles that a mapping selects.
func rolesOfMapping(mapping v1alpha1.AccessMapping, roles []accessRole) []accessRole {
	pattern := mapping.Schema
	if pattern == "" {
		pattern = "*"
	}
	return slices.DeleteFunc(slices.Clone(roles), func(role accessRole) bool {
		return role.level != mapping.Level || !Match(pattern, role.schema)
	})
}

// dismiss takes access roles from those whom neither the spec nor its mapping table names, or no longer: it is they that
// say who gets in. It returns who holds which.
func (applyRBACMappings) dismiss(ctx context.Context, r *Run, own *Owned, a *admissions) (map[admission]bool, error) {
	wanted := map[admission]bool{}
	for _, one := range a.list {
		wanted[one] = true
	}
	memberships, err := gather(ctx, r, a.roles, func(ctx context.Context, role accessRole) ([]snowflake.Membership, error) {
		return r.Snowflake.GrantsOf(ctx, role.role)
	})
	if err != nil {
		return nil, err
	}
	held := map[admission]bool{}
	var errs []error
	for i, role := range a.roles {
		for _, membership := range memberships[i] {
			one := admission{role.role, membership.Grantee.Name}
			if membership.Grantee.Kind == snowflake.GranteeRole && wanted[one] {
				held[one] = true
				continue
			}
			if a.holders[role.role.SQL()+" "+membership.Grantee.SQL()] {
				continue
			}
			errs = append(errs, own.RevokeAccessRole(ctx, role.role, membership.Grantee))
		}
	}
	return held, errors.Join(errs...)
}

// missing are the statements that let in who is not in yet.
func (a *admissions) missing(held map[admission]bool) []string {
	var statements []string
	for _, one := range a.list {
		if !held[one] && !a.absent[one.to] {
			statements = append(statements, snowflake.GrantRole(one.role, snowflake.AccountRole(one.to)))
		}
	}
	return statements
}

// describe says what was granted, which functional roles are missing, and how much of the mappings came to nothing.
func (a *admissions) describe() string {
	granted, others := 0, 0
	for _, one := range a.list {
		if !a.absent[one.to] {
			granted++
		}
	}
	var absent []string
	for _, note := range a.notes {
		if note.Code == codeNoFunctionalRole {
			absent = append(absent, note.Name)
		} else {
			others++
		}
	}
	text := "No functional role is let in"
	if granted > 0 {
		text = fmt.Sprintf("The clone is open, with %d access roles granted", granted)
	}
	if len(absent) > 0 {
		text += "; these functional roles do not exist: " + named(absent)
	}
	if others > 0 {
		text += fmt.Sprintf("; %d rows of access.mappingTable cannot be followed, see the report", others)
	}
	return text
}

// usage are the grants of USAGE on the database to those who lack it: to the lowest access role of each schema, which
// the higher ones hold, to the clone's owner, and to the roles whose privileges the spec keeps.
func (s applyRBACMappings) usage(ctx context.Context, r *Run, own *Owned, roles []accessRole) ([]string, error) {
	users, err := s.usersOfDatabase(ctx, r, roles)
	if err != nil {
		return nil, err
	}
	database := own.Database().Ref()
	grants, err := r.Snowflake.GrantsOn(ctx, database)
	if err != nil {
		return nil, err
	}
	has := map[snowflake.Grantee]bool{}
	for _, grant := range grants {
		if grant.Privilege == snowflake.PrivilegeUsage {
			has[grant.Grantee] = true
		}
	}
	var statements []string
	for _, user := range users {
		if !has[user] {
			statements = append(statements, snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, snowflake.On(database), user))
		}
	}
	return statements, nil
}

// usersOfDatabase are the grantees that need USAGE on the database.
func (applyRBACMappings) usersOfDatabase(ctx context.Context, r *Run, roles []accessRole) ([]snowflake.Grantee, error) {
	var users []snowflake.Grantee
	for i, role := range roles {
		if isLowest(roles, i) {
			users = append(users, role.role)
		}
	}
	owner, other, err := r.owner()
	if err != nil {
		return nil, err
	}
	if other {
		users = append(users, snowflake.AccountRole(owner))
	}
	kept, err := r.keptRoles(ctx)
	for _, one := range kept {
		if user := snowflake.AccountRole(one.role); !slices.Contains(users, user) {
			users = append(users, user)
		}
	}
	return users, err
}

// keptRoles are the roles whose privileges on the clone's objects the spec keeps, each with the schemas of the objects.
func (r *Run) keptRoles(ctx context.Context) ([]consumer, error) {
	if len(r.Spec.Access.KeepSourceGrants) == 0 {
		return nil, nil
	}
	grants, err := r.Snowflake.ObjectPrivileges(ctx, r.Target)
	if err != nil {
		return nil, err
	}
	var found consumers
	for _, grant := range grants {
		if name, err := sqltext.ParseName(grant.ObjectName); err == nil && r.keeps(grant.Grantee) {
			found.add(grant.Grantee.Name, name.Schema)
		}
	}
	return found, nil
}
