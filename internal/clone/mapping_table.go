package clone

import (
	"context"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// maxMappingRows bounds a table of access mappings: each row may be a grant for every clone.
const maxMappingRows = 10_000

// Codes of the report's remarks on access mappings.
const (
	codeNoAccessRole     = "NO_ACCESS_ROLE"
	codeNoFunctionalRole = "NO_FUNCTIONAL_ROLE"
	codeUnknownOperation = "UNKNOWN_OPERATION"
	codeUnknownIndicator = "UNKNOWN_INDICATOR"
	codeNoName           = "NO_NAME"
	codeAccessRole       = "ACCESS_ROLE"
)

// mappingRows reads the table of further mappings, if there is one.
func (r *Run) mappingRows(ctx context.Context) ([]snowflake.AccessMapping, error) {
	text := string(r.Spec.Access.MappingTable)
	if text == "" {
		return nil, nil
	}
	table, err := sqltext.ParseName(text)
	if err != nil || table.Database == "" {
		return nil, Terminalf(v1alpha1.ReasonNotSupported, "access.mappingTable: %q is no fully qualified name: database.schema.table", text)
	}
	rows, err := r.Snowflake.AccessMappings(ctx, table, maxMappingRows+1)
	switch class := snowflake.ClassOf(err); {
	case err != nil && (class == snowflake.Privilege || class == snowflake.NotFound):
		return nil, Terminalf(v1alpha1.ReasonMissingPrivileges, "access.mappingTable: %w; correct the name, or run %s",
			err, strings.Join(r.rightsToRead(table), "; "))
	case err != nil && class == snowflake.Syntax:
		return nil, Terminalf(v1alpha1.ReasonStatementFailed, "access.mappingTable: %w; it must have the columns SCHEMA_ROLE, "+
			"ENVIRONMENT, FUNCTIONAL_ROLE, OPERATION and EXECUTE_INDICATOR", err)
	case err != nil:
		return nil, fmt.Errorf("access.mappingTable: %w", err)
	case len(rows) > maxMappingRows:
		return nil, Terminalf(v1alpha1.ReasonNotSupported, "access.mappingTable: %s has more than %d rows; name a view of those in force",
			table, maxMappingRows)
	}
	return rows, nil
}

// rightsToRead are the statements that let the operator read a table.
func (r *Run) rightsToRead(table sqltext.Name) []string {
	to := snowflake.AccountRole(r.Role)
	usage, read := []string{snowflake.PrivilegeUsage}, []string{snowflake.PrivilegeSelect}
	return []string{
		snowflake.GrantPrivileges(usage, snowflake.On(snowflake.DatabaseRef(table.Database)), to),
		snowflake.GrantPrivileges(usage, snowflake.On(snowflake.SchemaRef(table.Database, table.Schema)), to),
		snowflake.GrantPrivileges(read, snowflake.On(snowflake.ObjectRef{Kind: snowflake.KindTable, Name: table}), to),
	}
}

// addRows merges the rows of the table into the admissions: those in force for the clone's environment. A row that says
// REVOKE wins over all that grant. What a row asks for and nobody can give is noted, and keeps out nobody else.
func (a *admissions) addRows(r *Run, rows []snowflake.AccessMapping) {
	for _, row := range rows {
		if !r.isInForce(row, a) {
			continue
		}
		functional := identOf(row.FunctionalRole)
		if functional == "" {
			a.note(codeNoName, row.SchemaRole, "the row names no functional role")
			continue
		}
		roles := a.rolesNamed(row.SchemaRole)
		if len(roles) == 0 {
			a.note(codeNoAccessRole, row.SchemaRole, fmt.Sprintf("the clone has no such access role for %s", functional))
		}
		for _, role := range roles {
			switch word(row.Operation) {
			case "GRANT":
				a.admit(role, functional)
			case "REVOKE":
				a.revoked[admission{role.role, functional}] = true
			default:
				a.note(codeUnknownOperation, row.SchemaRole, fmt.Sprintf("%q is neither GRANT nor REVOKE", row.Operation))
			}
		}
	}
}

// isInForce says whether a row is to be executed, for this environment.
func (r *Run) isInForce(row snowflake.AccessMapping, a *admissions) bool {
	environment := word(row.Environment)
	if environment != "" && environment != "*" && environment != word(r.Spec.Environment) {
		return false
	}
	switch word(row.Execute) {
	case "Y":
		return true
	case "N", "":
	default:
		a.note(codeUnknownIndicator, row.SchemaRole, fmt.Sprintf("EXECUTE_INDICATOR %q is neither Y nor N", row.Execute))
	}
	return false
}

// Placeholders of a table of mappings: the clone's database, and what tells its access roles apart.
const (
	markDatabase = "{{CLONE_DB}}"
	markSchema   = "{{SCHEMA}}"
	markLevel    = "{{LEVEL}}"
)

// rolesNamed are the access roles that a row names: with placeholders for what differs, and as people write the name of
// a database role too: with its database in front, and an underscore or a dot between.
func (a *admissions) rolesNamed(text string) []accessRole {
	text = strings.ReplaceAll(strings.TrimSpace(text), markDatabase, string(a.target))
	if !strings.Contains(text, markSchema) && !strings.Contains(text, markLevel) {
		if i, known := a.place(text); known {
			return a.roles[i : i+1]
		}
		return nil
	}
	var named []accessRole
	for i, role := range a.roles {
		name := strings.NewReplacer(markSchema, string(role.schema), markLevel, string(role.level)).Replace(text)
		if at, known := a.place(name); known && at == i {
			named = append(named, role)
		}
	}
	return named
}

// place finds an access role by one of its names, as stored or as written bare.
func (a *admissions) place(name string) (int, bool) {
	if i, known := a.places[name]; known {
		return i, true
	}
	i, known := a.places[sqltext.Fold(name)]
	return i, known
}

// placesOf says where each access role stands, by each of its names. Its own name goes before what others may be called.
func placesOf(target sqltext.Ident, roles []accessRole) map[string]int {
	places := map[string]int{}
	for i, role := range roles {
		places[string(target)+"_"+string(role.role.Name)] = i
		places[string(target)+"."+string(role.role.Name)] = i
	}
	for i, role := range roles {
		places[string(role.role.Name)] = i
	}
	return places
}

// identOf reads the name of a role in a table: as an identifier, or, where it is none, as it is stored.
func identOf(text string) sqltext.Ident {
	text = strings.TrimSpace(text)
	if name, err := sqltext.ParseIdent(text); err == nil {
		return name
	}
	return sqltext.Ident(text)
}

// word is a word of a table, so that it can be compared.
func word(text string) string { return sqltext.Fold(strings.TrimSpace(text)) }
