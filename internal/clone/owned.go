package clone

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// errNotOurs is why a statement was not sent: what it would change is not proved to be ours.
var errNotOurs = errors.New("not proved to be ours")

// Owned is a database that was proved to be the one this object made. It is the only way by which a stage changes
// anything inside the target, and the only place from which DROP, RENAME and REVOKE are sent. A proof is good for one
// time slice; what cannot be undone proves again.
type Owned struct {
	run      *Run
	database *snowflake.Database
}

// Own proves that the target is the database this object made. The error is terminal when it is not.
func (r *Run) Own(ctx context.Context) (*Owned, error) { return r.own(ctx, r.Target) }

// own proves it for the target under the name that it has at the moment: its own, or the one of a drop under way.
func (r *Run) own(ctx context.Context, name sqltext.Ident) (*Owned, error) {
	database, err := r.Snowflake.FindDatabase(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("look for database %s: %w", name, err)
	}
	if database == nil {
		return nil, Terminalf(v1alpha1.ReasonTargetGone,
			"database %s is gone: it was dropped or renamed without the operator; delete this object, or undrop the database", name)
	}
	if err := r.prove(database); err != nil {
		return nil, err
	}
	return &Owned{run: r, database: database}, nil
}

// prove says why a live database is not the one that this object made, or nil. All of it must hold at once: the marker
// alone could have been copied by hand, the name and the role alone could be another clone's.
func (r *Run) prove(database *snowflake.Database) error {
	refuse := func(format string, args ...any) error {
		return Terminalf(v1alpha1.ReasonTargetNotOurs, "database %s is left alone: %s; "+
			"delete this object with deletionPolicy Retain to let go of it", database.Name.Database, fmt.Sprintf(format, args...))
	}
	recorded := r.State.Database
	switch {
	case database.Name.Database == r.Source:
		return refuse("it is the source")
	case MatchAny(r.Policy.Protected, database.Name.Database):
		return refuse("the connection's policy protects it")
	case !r.Marker.In(database.Comment):
		return refuse("its comment does not hold this object's marker")
	case database.Owner != string(r.Role):
		return refuse("role %s owns it, not %s", database.Owner, r.Role)
	case recorded != nil && !sameMoment(recorded.CreatedOn.Time, database.CreatedOn):
		return refuse("it was created on %s, and the clone on %s",
			database.CreatedOn.UTC().Format(time.RFC3339Nano), recorded.CreatedOn.UTC().Format(time.RFC3339Nano))
	}
	return nil
}

// sameMoment compares times at the precision to which a status keeps them.
func sameMoment(a, b time.Time) bool {
	return a.Truncate(time.Microsecond).Equal(b.Truncate(time.Microsecond))
}

// Database is the row of SHOW DATABASES that was proved to be ours.
func (o *Owned) Database() *snowflake.Database { return o.database }

// Exec changes something inside the target. Statements that destroy have methods of their own here, which prove or
// check what they are given: Exec refuses them, whatever the caller was thinking.
func (o *Owned) Exec(ctx context.Context, statement string) error {
	if word := destructiveWord(statement); word != "" {
		return fmt.Errorf("%s does not belong here: %w", word, errNotOurs)
	}
	return o.run.Snowflake.Exec(ctx, statement)
}

// ExecAll makes changes that do no harm when they are made twice, such as grants, each independent of the others. Where
// there is nothing to look at that would tell what is done already, it goes on from the progress that was recorded. It
// returns how many of them are made.
func (o *Owned) ExecAll(ctx context.Context, statements []string) (int, error) {
	from := 0
	if state := o.run.State; state.Total == len(statements) {
		from = min(state.Done, len(statements))
	}
	done, err := forEach(ctx, o.run, statements[from:], func(ctx context.Context, statement string) error {
		if err := o.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
	if err != nil {
		return from, err
	}
	o.run.Progress(from+done, len(statements))
	return from + done, nil
}

// quotedName matches a quoted identifier: whatever stands in one is no keyword.
var quotedName = regexp.MustCompile(`"(?:[^"]|"")*"`)

// destructiveWord is the word that makes a statement destructive, or "". It is a net below our own builders, which put
// the verb first and, in ALTER, right behind the name.
func destructiveWord(statement string) string {
	words := strings.Fields(quotedName.ReplaceAllString(statement, `""`))
	if len(words) == 0 {
		return ""
	}
	switch first := sqltext.Fold(words[0]); first {
	case "DROP", "REVOKE", "UNDROP", "TRUNCATE", "DELETE":
		return first
	case "ALTER":
		return destructiveAlter(words[1:])
	case "CREATE":
		return destructiveReplace(words[1:])
	}
	return ""
}

// destructiveReplace looks at what a CREATE OR REPLACE would drop: what holds data, a whole container or a plain table.
func destructiveReplace(words []string) string {
	if len(words) < 3 || sqltext.Fold(words[0]) != "OR" || sqltext.Fold(words[1]) != "REPLACE" {
		return ""
	}
	kind := sqltext.Fold(words[2])
	if kind == "TRANSIENT" && len(words) > 3 {
		kind = sqltext.Fold(words[3])
	}
	switch kind {
	case "DATABASE", "SCHEMA", "TABLE":
		return "OR REPLACE " + kind
	}
	return ""
}

// destructiveAlter looks at the verb of an ALTER statement: the word behind the name.
func destructiveAlter(words []string) string {
	for i, word := range words {
		if !strings.HasPrefix(word, `"`) || i+1 >= len(words) {
			continue
		}
		if verb := sqltext.Fold(words[i+1]); verb == "RENAME" || verb == "SWAP" {
			return verb
		}
		return ""
	}
	return ""
}

// contains checks that an object lies in the target.
func (o *Owned) contains(name sqltext.Name) error {
	if name.Database != o.database.Name.Database {
		return fmt.Errorf("%s is not in database %s: %w", name, o.database.Name.Database, errNotOurs)
	}
	return nil
}

// DropSchema drops a schema of the target, with all that is in it.
func (o *Owned) DropSchema(ctx context.Context, schema sqltext.Ident) error {
	if err := o.run.Snowflake.Exec(ctx, snowflake.DropSchema(o.database.Name.Database, schema)); err != nil {
		return fmt.Errorf("drop schema %s, which source.schemas leaves out: %w; select it too if something needs it",
			schema, lookAgain(err))
	}
	return nil
}

// DropTask drops a task of the target.
func (o *Owned) DropTask(ctx context.Context, task sqltext.Name) error {
	if err := o.contains(task); err != nil {
		return err
	}
	if err := o.run.Snowflake.Exec(ctx, snowflake.Drop(snowflake.ObjectRef{Kind: snowflake.KindTask, Name: task})); err != nil {
		return fmt.Errorf("drop task %s: %w", task, lookAgain(err))
	}
	return nil
}

// DropDatabaseRole drops a database role of the target that this object made.
func (o *Owned) DropDatabaseRole(ctx context.Context, role snowflake.DatabaseRole) error {
	if err := o.contains(role.Name); err != nil {
		return err
	}
	if !o.run.Marker.In(role.Comment) {
		return fmt.Errorf("%s: its comment does not hold this object's marker: %w", role, errNotOurs)
	}
	if err := o.run.Snowflake.Exec(ctx, snowflake.DropRole(snowflake.RoleOfDatabase(role.Name.Database, role.Name.Object))); err != nil {
		return fmt.Errorf("drop %s: %w", role, lookAgain(err))
	}
	return nil
}

// Revoke takes privileges on an object of the target from a grantee.
func (o *Owned) Revoke(ctx context.Context, privileges []string, on snowflake.ObjectRef, from snowflake.Grantee) error {
	if err := o.contains(on.Name); err != nil {
		return err
	}
	return o.revoke(ctx, snowflake.RevokePrivileges(privileges, snowflake.On(on), from))
}

// RevokeAll takes privileges on all objects of a kind in the target, or in one of its schemas, from a grantee.
func (o *Owned) RevokeAll(
	ctx context.Context, privileges []string, on snowflake.Kind, in snowflake.Scope, from snowflake.Grantee,
) error {
	if err := o.contains(sqltext.Name{Database: in.Database}); err != nil {
		return err
	}
	return o.revoke(ctx, snowflake.RevokePrivileges(privileges, snowflake.OnAll(on, in), from))
}

// RevokeFuture takes a future privilege in the target or one of its schemas from its grantee.
func (o *Owned) RevokeFuture(ctx context.Context, grant snowflake.FutureGrant) error {
	if err := o.contains(sqltext.Name{Database: grant.Scope.Database}); err != nil {
		return err
	}
	return o.revoke(ctx,
		snowflake.RevokeFuture([]string{grant.Privilege}, grant.Kind, grant.Scope, grant.Grantee))
}

// RevokeRole takes a database role of the target from whom it was granted to.
func (o *Owned) RevokeRole(ctx context.Context, role sqltext.Ident, from snowflake.Grantee) error {
	return o.revoke(ctx, snowflake.RevokeRole(snowflake.RoleOfDatabase(o.database.Name.Database, role), from))
}

// RevokeAccessRole takes an access role of the clone from whom it was granted to.
func (o *Owned) RevokeAccessRole(ctx context.Context, role, from snowflake.Grantee) error {
	if role.Kind == snowflake.GranteeDatabaseRole {
		return o.RevokeRole(ctx, role.Name, from)
	}
	found, err := o.run.Snowflake.FindRole(ctx, role.Name)
	if err != nil {
		return err
	}
	if found == nil || !o.run.Marker.In(found.Comment) {
		return fmt.Errorf("%s: its comment does not hold this object's marker: %w", role, errNotOurs)
	}
	return o.revoke(ctx, snowflake.RevokeRole(role, from))
}

// revoke sends a REVOKE that one of the methods above made.
func (o *Owned) revoke(ctx context.Context, statement string) error {
	if err := o.run.Snowflake.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// renameTo renames the target, after proving once more that it is ours.
func (o *Owned) renameTo(ctx context.Context, name sqltext.Ident) error {
	again, err := o.run.own(ctx, o.database.Name.Database)
	if err != nil {
		return err
	}
	if err := o.run.Snowflake.Exec(ctx, snowflake.RenameDatabase(again.database.Name.Database, name)); err != nil {
		return fmt.Errorf("rename database %s to %s: %w", o.database.Name.Database, name, lookAgain(err))
	}
	return nil
}

// drop drops the target, after proving once more that it is ours.
func (o *Owned) drop(ctx context.Context) error {
	again, err := o.run.own(ctx, o.database.Name.Database)
	if err != nil {
		return err
	}
	if err := o.run.Snowflake.Exec(ctx, snowflake.DropDatabase(again.database.Name.Database)); err != nil {
		return fmt.Errorf("drop database %s: %w", again.database.Name.Database, lookAgain(err))
	}
	return nil
}

// dropAccountRole drops an account role that this object, or an earlier one of its name and target, made.
func (r *Run) dropAccountRole(ctx context.Context, role snowflake.Role) error {
	if !r.madeRole(role.Comment) {
		return fmt.Errorf("role %s: its comment does not hold this object's marker: %w", role.Name, errNotOurs)
	}
	if role.Owner != string(r.Role) {
		return fmt.Errorf("role %s: role %s owns it: %w", role.Name, role.Owner, errNotOurs)
	}
	if err := r.Snowflake.Exec(ctx, snowflake.DropRole(snowflake.AccountRole(role.Name.Object))); err != nil {
		return fmt.Errorf("drop role %s: %w", role.Name, lookAgain(err))
	}
	return nil
}
