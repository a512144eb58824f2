package clone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// ownershipMove moves the ownership of everything in the clone to one role. Grants stay where they are: other stages
// decide about them.
type ownershipMove struct {
	run *Run
	own *Owned
	to  sqltext.Ident
	// counts are the objects of each kind that are there, whoever owns them.
	counts map[snowflake.Kind]int
	failed *failures
}

// failures collects what was refused, for the report.
type failures struct {
	mu    sync.Mutex
	notes []ObjectNote
}

// add notes a refusal and returns it.
func (f *failures) add(one move, err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.notes = append(f.notes, ObjectNote{Kind: string(one.kind), Name: one.name, Code: "REFUSED", Note: err.Error()})
	return err
}

// move is the work on one object, or on all objects of a kind.
type move struct {
	kind snowflake.Kind
	// name of the object, or of the scope of all objects.
	name       string
	statements []string
	// objects are those that a statement in bulk is about.
	objects []snowflake.Object
}

// apply moves what another role owns, schemas first. What cannot be moved hides nothing else: all is tried, and what is
// left is named.
func (m ownershipMove) apply(ctx context.Context) (Outcome, error) {
	m.counts, m.failed = map[snowflake.Kind]int{}, &failures{}
	containers, err := m.containers(ctx)
	if err != nil {
		return Outcome{}, err
	}
	objects, err := m.objects(ctx)
	if err != nil {
		return Outcome{}, err
	}
	total := len(containers) + len(objects)
	done, err := m.make(ctx, containers)
	if done == len(containers) {
		more, moreErr := m.make(ctx, objects)
		done, err = done+more, errors.Join(err, moreErr)
	}
	m.run.Progress(done, total)
	m.run.State.Report.Failures = m.failed.notes
	switch {
	case err != nil:
		return Outcome{}, err
	case total > 0:
		return Wait(0, fmt.Sprintf("Gave role %s %d of %d objects or kinds of objects", m.to, done, total)), nil
	}
	return Done(fmt.Sprintf("Role %s owns everything in %s: %s", m.to, m.run.Target, m.describe())), nil
}

// describe counts what is owned now.
func (m ownershipMove) describe() string {
	var parts []string
	for _, kind := range append([]snowflake.Kind{snowflake.KindSchema, snowflake.KindDatabaseRole}, snowflake.SchemaKinds()...) {
		if n := m.counts[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", kind, n))
		}
	}
	return strings.Join(parts, ", ")
}

// make sends the statements of moves, moves side by side and each one's statements in order.
func (m ownershipMove) make(ctx context.Context, moves []move) (int, error) {
	return forEach(ctx, m.run, moves, func(ctx context.Context, one move) error {
		err := m.send(ctx, one)
		if err != nil && len(one.objects) > 0 && isPartial(err) {
			return m.sendSingly(ctx, one, err)
		}
		if err != nil {
			return m.failed.add(one, err)
		}
		return nil
	})
}

func (m ownershipMove) send(ctx context.Context, one move) error {
	for _, statement := range one.statements {
		if err := m.own.Exec(ctx, statement); err != nil {
			return fmt.Errorf("give %s %s to role %s: %w", one.kind, one.name, m.to, err)
		}
	}
	return nil
}

// isPartial says whether a statement in bulk was refused for some of its objects, which may or may not have moved the
// others (P7).
func isPartial(err error) bool {
	return snowflake.HasNumber(err, snowflake.NumberGrantPartial) || snowflake.ClassOf(err) == snowflake.Privilege
}

// sendSingly moves one by one what a statement in bulk has left, so that one object that cannot be moved does not keep
// the others. Tasks are moved schema by schema at the least: one alone would lose its place in its graph (P3).
func (m ownershipMove) sendSingly(ctx context.Context, bulk move, cause error) error {
	var failed []error
	moves := m.bySchema(bulk)
	if bulk.kind != snowflake.KindTask {
		left, err := m.others(ctx, bulk.kind)
		if err != nil {
			return errors.Join(cause, err)
		}
		moves = nil
		for _, object := range left {
			moves = append(moves, m.single(object))
		}
	}
	for _, one := range moves {
		if err := m.send(ctx, one); err != nil {
			failed = append(failed, m.failed.add(one, err))
		}
	}
	return errors.Join(failed...)
}

// bySchema splits a statement on a whole kind by schema.
func (m ownershipMove) bySchema(bulk move) []move {
	var moves []move
	seen := map[sqltext.Ident]bool{}
	for _, object := range bulk.objects {
		schema := object.Name.Schema
		if !seen[schema] {
			seen[schema] = true
			moves = append(moves, m.bulk(bulk.kind, snowflake.InSchema(m.run.Target, schema), nil))
		}
	}
	return moves
}

// others are the objects of the kinds that a statement on a kind is about and that another role still owns.
func (m ownershipMove) others(ctx context.Context, kind snowflake.Kind) ([]snowflake.Object, error) {
	var left []snowflake.Object
	for _, one := range snowflake.SchemaKinds() {
		if one.OwnershipKind() != kind {
			continue
		}
		objects, err := m.run.Snowflake.Objects(ctx, one, snowflake.InDatabase(m.run.Target))
		if err != nil {
			return nil, err
		}
		objects, err = m.owned(ctx, one, objects)
		if err != nil {
			return nil, err
		}
		left = append(left, objects...)
	}
	return left, nil
}

// isMoved says whether the role owns an object already. A database role may have the same name.
func (m ownershipMove) isMoved(object snowflake.Object) bool {
	return ownerOf(object) == snowflake.AccountRole(m.to)
}

// containers are the schemas and the database roles of others. One by one: there are few.
func (m ownershipMove) containers(ctx context.Context) ([]move, error) {
	schemas, err := m.run.Snowflake.Schemas(ctx, m.run.Target)
	if err != nil {
		return nil, err
	}
	m.counts[snowflake.KindSchema] = len(schemas)
	var moves []move
	for _, schema := range schemas {
		if !m.isMoved(schema.Object) && !m.run.isTheirObject(schema.Object) {
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
	m.counts[snowflake.KindDatabaseRole] = len(roles)
	for _, role := range roles {
		if !m.isMoved(role.Object) {
			moves = append(moves, m.single(role.Object))
		}
	}
	return moves, nil
}

// single moves one object. A pipe must be paused for it (P2).
func (m ownershipMove) single(object snowflake.Object) move {
	one := move{
		kind: object.Kind, name: strings.TrimPrefix(object.String(), string(object.Kind)+" "),
		statements: []string{
			snowflake.GrantOwnership(snowflake.On(object.ObjectRef), snowflake.AccountRole(m.to), snowflake.CopyGrants),
		},
	}
	if object.Kind == snowflake.KindPipe {
		one.statements = append([]string{snowflake.PausePipe(object.Name, true)}, one.statements...)
	}
	return one
}

// bulk moves all objects of a kind in a scope.
func (m ownershipMove) bulk(kind snowflake.Kind, scope snowflake.Scope, objects []snowflake.Object) move {
	return move{
		kind: kind, name: "all in " + scope.SQL(), objects: objects,
		statements: []string{
			snowflake.GrantOwnership(snowflake.OnAll(kind, scope), snowflake.AccountRole(m.to), snowflake.CopyGrants),
		},
	}
}

// objects are the objects in schemas, in bulk where Snowflake allows it (P1, P2): a whole kind in one statement, which
// also keeps task graphs whole (P3). Materialized views move with the views, and so on: the statement is the same (P4).
func (m ownershipMove) objects(ctx context.Context) ([]move, error) {
	inventory, err := m.run.Snowflake.Inventory(ctx, snowflake.InDatabase(m.run.Target))
	if err != nil {
		return nil, err
	}
	var moves []move
	inBulk, spared := map[snowflake.Kind][]snowflake.Object{}, map[snowflake.Kind]bool{}
	for _, kind := range snowflake.SchemaKinds() {
		m.counts[kind] = len(inventory[kind])
		if kind.Info().NoOwnership {
			continue
		}
		left, err := m.owned(ctx, kind, inventory[kind])
		if err != nil {
			return nil, err
		}
		as := kind.OwnershipKind()
		for _, object := range left {
			if kind.Info().NoBulkOwnership || isMetric(object) {
				moves = append(moves, m.single(object))
				continue
			}
			inBulk[as] = append(inBulk[as], object)
		}
		spared[as] = spared[as] || slices.ContainsFunc(inventory[kind], m.run.isTheirObject)
	}
	for _, kind := range snowflake.SchemaKinds() {
		moves = append(moves, m.together(kind, inBulk[kind], spared[kind])...)
	}
	return moves, nil
}

// isMetric says whether a function is a data metric function, which statements in bulk leave out (P2): no other takes a
// table.
func isMetric(object snowflake.Object) bool {
	return object.Kind == snowflake.KindFunction && slices.ContainsFunc(object.Arguments, func(argument string) bool {
		return strings.HasPrefix(argument, "TABLE(")
	})
}

// together moves objects of a kind in one statement, or, where the clone's users have made some of the kind too, which are
// to be spared, one by one. Tasks move schema by schema then, and theirs go along where they stand beside the clone's own:
// one alone would lose its place in its graph (P3).
func (m ownershipMove) together(kind snowflake.Kind, objects []snowflake.Object, spare bool) []move {
	whole := m.bulk(kind, snowflake.InDatabase(m.run.Target), objects)
	switch {
	case len(objects) == 0:
		return nil
	case !spare:
		return []move{whole}
	case kind == snowflake.KindTask:
		return m.bySchema(whole)
	}
	moves := make([]move, len(objects))
	for i, object := range objects {
		moves[i] = m.single(object)
	}
	return moves
}

// owned are the objects of a kind that others own, its users' own work aside.
func (m ownershipMove) owned(ctx context.Context, kind snowflake.Kind, objects []snowflake.Object) ([]snowflake.Object, error) {
	objects = slices.DeleteFunc(slices.Clone(objects), m.run.isTheirObject)
	if !kind.Info().Overloaded || len(objects) == 0 {
		return slices.DeleteFunc(objects, m.isMoved), nil
	}
	// Listings of routines do not tell the owners. INFORMATION_SCHEMA does, of those on which there is a privilege: what it
	// leaves out is not the role's, nor the operator's to see.
	routines, err := m.run.Snowflake.VisibleRoutines(ctx, kind, m.run.Target)
	if err != nil {
		return nil, err
	}
	routines = slices.DeleteFunc(routines, func(one snowflake.VisibleRoutine) bool { return one.Owner != string(m.to) })
	mine := matchRoutines(objects, routines)
	var left []snowflake.Object
	for _, object := range objects {
		moved := mine.has(object.ObjectRef)
		if !moved && isMetric(object) {
			if moved, err = m.ownsMetric(ctx, object); err != nil {
				return nil, err
			}
		}
		if !moved {
			left = append(left, object)
		}
	}
	return left, nil
}

// ownsMetric says whether the role owns a data metric function, which INFORMATION_SCHEMA need not list.
func (m ownershipMove) ownsMetric(ctx context.Context, object snowflake.Object) (bool, error) {
	grants, err := m.run.Snowflake.GrantsOn(ctx, object.ObjectRef)
	return slices.ContainsFunc(grants, func(grant snowflake.Grant) bool {
		return grant.Privilege == snowflake.PrivilegeOwnership && grant.Grantee == snowflake.AccountRole(m.to)
	}), err
}
