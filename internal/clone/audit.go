package clone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// AuditLog is the log of clones and of their steps that is kept in Snowflake: two tables and three views over them. It
// is no stage and holds up none: what it cannot write now, it writes later. All errors have the reason AuditFailed and
// say what to do.
type AuditLog struct {
	// Snowflake is a session pool of the clone's connection, and Role the role that it logs in with.
	Snowflake *snowflake.Client
	Role      sqltext.Ident
	// Database and Schema hold the log. Stored names.
	Database, Schema sqltext.Ident
	// Source and Target are the clone's, and Policy its connection's: the log is kept in none that they speak of.
	Source, Target sqltext.Ident
	Policy         v1alpha1.ConnectionPolicy
}

// Prepare makes the tables of the log that are missing. What is there is left as it is: a table is never replaced.
func (l AuditLog) Prepare(ctx context.Context) error {
	if err := l.checkPlace(ctx); err != nil {
		return err
	}
	tables, err := l.Snowflake.Tables(ctx, snowflake.InSchema(l.Database, l.Schema))
	if err != nil {
		return l.failed("look for the audit tables", err)
	}
	for _, table := range auditTables() {
		if slices.ContainsFunc(tables, func(found snowflake.Table) bool { return found.Name.Object == table.name }) {
			continue
		}
		statement := snowflake.CreateTableIfMissing(l.name(table.name), table.allColumns(), table.comment)
		if err := l.Snowflake.Exec(ctx, statement); err != nil {
			return l.failed("create audit table "+l.name(table.name).String(), err, l.rightsOnPlace()...)
		}
	}
	return nil
}

// PrepareViews makes the views over the tables that are missing.
func (l AuditLog) PrepareViews(ctx context.Context) error {
	if err := l.checkNames(); err != nil {
		return err
	}
	views, err := l.Snowflake.Views(ctx, snowflake.InSchema(l.Database, l.Schema))
	if err != nil {
		return l.failed("look for the audit views", err)
	}
	for _, view := range auditViews() {
		if slices.ContainsFunc(views, func(found snowflake.View) bool { return found.Name.Object == view.name }) {
			continue
		}
		query := strings.NewReplacer("{{RUNS}}", l.name(auditRuns).SQL(), "{{STEPS}}", l.name(auditSteps).SQL()).Replace(view.query)
		if err := l.Snowflake.Exec(ctx, snowflake.CreateViewIfMissing(l.name(view.name), view.comment, query)); err != nil {
			return l.failed("create audit view "+l.name(view.name).String(), err,
				slices.Concat(l.rightsOnPlace(), l.rightsOnTable(auditRuns), l.rightsOnTable(auditSteps))...)
		}
	}
	return nil
}

// Write brings rows into the log, so that each is there once however often it is written. Rows that are there already
// are not written again.
func (l AuditLog) Write(ctx context.Context, runs []AuditRun, steps []AuditStep) error {
	if err := l.checkNames(); err != nil {
		return err
	}
	runText, err := auditText(runs)
	if err != nil {
		return err
	}
	stepText, err := auditText(steps)
	if err != nil {
		return err
	}
	// The steps come first, so that a run that is told to be over has all of them.
	for i, text := range []string{stepText, runText} {
		table := auditTables()[i]
		if text == noAuditRows {
			continue
		}
		if err := l.Snowflake.Exec(ctx, table.merge(l.name(table.name)).SQL(), text); err != nil {
			return l.failed("write to audit table "+l.name(table.name).String(), err,
				slices.Concat(l.rightsOnPlace(), l.rightsOnTable(table.name))...)
		}
	}
	return nil
}

// name is the name of one of the log's tables or views.
func (l AuditLog) name(object sqltext.Ident) sqltext.Name {
	return sqltext.Name{Database: l.Database, Schema: l.Schema, Object: object}
}

// checkNames refuses to write where no log may be: the manifest of a clone must not make the operator write to what is
// production's.
func (l AuditLog) checkNames() error {
	why := ""
	isSource := func(pattern v1alpha1.Pattern) bool { return pattern != "*" && Match(pattern, l.Database) }
	switch {
	case l.Database == l.Source:
		why = "is the source"
	case l.Database == l.Target:
		why = "is the clone itself"
	case slices.ContainsFunc(l.Policy.Sources, isSource):
		why = "is among the connection's policy.sources"
	case MatchAny(l.Policy.Protected, l.Database):
		why = "is protected by the connection's policy"
	default:
		return nil
	}
	return auditError("spec.audit.database: %s %s; choose another database", l.Database, why)
}

// checkPlace looks whether the log's schema can be seen, and is not in a clone: that one will be dropped.
func (l AuditLog) checkPlace(ctx context.Context) error {
	if err := l.checkNames(); err != nil {
		return err
	}
	run := strings.Join(l.rightsOnPlace(), "; ")
	database, err := l.Snowflake.FindDatabase(ctx, l.Database)
	switch {
	case err != nil:
		return l.failed("look for audit database "+l.Database.String(), err)
	case database == nil:
		return auditError("spec.audit.database: %s does not exist or is not visible to role %s; create it, or run %s",
			l.Database, l.Role, run)
	case hasAnyMarker(database.Comment):
		return auditError("spec.audit.database: %s is a clone and will be dropped; choose another database", l.Database)
	}
	schemas, err := l.Snowflake.Schemas(ctx, l.Database)
	if err != nil {
		return l.failed("look for the schemas of audit database "+l.Database.String(), err, l.rightsOnPlace()...)
	}
	if !slices.ContainsFunc(schemas, func(found snowflake.Schema) bool { return found.Name.Schema == l.Schema }) {
		return auditError("spec.audit.schema: %s does not exist or is not visible to role %s; create it, or run %s",
			sqltext.Name{Schema: l.Database, Object: l.Schema}, l.Role, run)
	}
	return nil
}

// rightsOnPlace are the statements that let the operator make the log.
func (l AuditLog) rightsOnPlace() []string {
	role := snowflake.AccountRole(l.Role)
	onSchema := []string{snowflake.PrivilegeUsage, "CREATE TABLE", "CREATE VIEW"}
	return []string{
		snowflake.GrantPrivileges(onSchema[:1], snowflake.On(snowflake.DatabaseRef(l.Database)), role),
		snowflake.GrantPrivileges(onSchema, snowflake.On(snowflake.SchemaRef(l.Database, l.Schema)), role),
	}
}

// rightsOnTable are the statements that let the operator write to a table that somebody else has made.
func (l AuditLog) rightsOnTable(table sqltext.Ident) []string {
	rights := []string{snowflake.PrivilegeSelect, snowflake.PrivilegeInsert, snowflake.PrivilegeUpdate}
	on := snowflake.On(snowflake.ObjectRef{Kind: snowflake.KindTable, Name: l.name(table)})
	return []string{snowflake.GrantPrivileges(rights, on, snowflake.AccountRole(l.Role))}
}

// failed says what went wrong and, where it is a matter of rights, what to run.
func (l AuditLog) failed(doing string, err error, grants ...string) error {
	switch class := snowflake.ClassOf(err); {
	case len(grants) > 0 && (class == snowflake.Privilege || class == snowflake.NotFound):
		return &Error{
			Reason: v1alpha1.ReasonAuditFailed, Err: err,
			Message: fmt.Sprintf("%s: %v; run %s", doing, err, strings.Join(grants, "; ")),
		}
	case class == snowflake.Syntax:
		return auditError("%s: %w; rename or drop what has its name and other columns", doing, err)
	}
	return auditError("%s: %w", doing, err)
}

// auditError is a failure of the log. It is always tried again.
func auditError(format string, args ...any) error {
	return Transientf(v1alpha1.ReasonAuditFailed, format, args...)
}

// noAuditRows is the text of no rows at all.
const noAuditRows = "[]"

// auditText is rows as the JSON that is bound to a statement, each with its digest.
func auditText[T AuditRun | AuditStep](rows []T) (string, error) {
	texts := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		text, err := json.Marshal(row)
		if err != nil {
			return "", auditError("write down an audit row: %w", err)
		}
		sum := sha256.Sum256(text)
		digest := fmt.Sprintf(`,"%s":"%s"}`, auditDigest, hex.EncodeToString(sum[:16]))
		texts[i] = append(text[:len(text)-1:len(text)-1], digest...)
	}
	text, err := json.Marshal(texts)
	if err != nil {
		return "", auditError("write down the audit rows: %w", err)
	}
	return string(text), nil
}
