package v1alpha1_test

import "testing"

func TestTheAPIServerJudgesWhatTheDeeperStepsAreAskedFor(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		fields string
		want   []string
	}{
		"a literal": {
			reason: "it is rewritten in all objects",
			fields: "repoint: {literals: [{text: PRODUCTION_DB}]}",
		},
		"a literal in some objects": {
			reason: "patterns of schema.object",
			fields: `repoint: {literals: [{text: "any 'text' at all", objects: ["SALES.LOAD_*", '"odd schema".*']}]}`,
		},
		"a literal without text": {
			reason: "an empty literal is everywhere",
			fields: `repoint: {literals: [{text: ""}]}`,
			want:   []string{"spec.repoint.literals[0].text", "at least 1 char"},
		},
		"a literal twice": {
			reason: "two rules for one literal contradict each other",
			fields: "repoint: {literals: [{text: A}, {text: A, objects: ['*.*']}]}",
			want:   []string{"spec.repoint.literals[1]", "Duplicate value"},
		},
		"a literal in an object without a schema": {
			reason: "objects live in schemas",
			fields: "repoint: {literals: [{text: A, objects: [LOAD]}]}",
			want:   []string{"must be a pattern of schema.object"},
		},
		"reviewed objects": {
			reason: "patterns of schema.object",
			fields: `repoint: {reviewed: ["SALES.LOAD_*", "*.*"]}`,
		},
		"a reviewed object of three parts": {
			reason: "the database is the clone",
			fields: `repoint: {reviewed: [DEV.SALES.LOAD]}`,
			want:   []string{"spec.repoint.reviewed[0]", "must be a pattern of schema.object"},
		},
		"a reviewed object twice": {
			reason: "it is a set",
			fields: `repoint: {reviewed: [A.B, A.B]}`,
			want:   []string{"spec.repoint.reviewed[1]", "Duplicate value"},
		},
		"external tables made anew": {
			reason: "Snowflake clones none",
			fields: "externalTables: {mode: Recreate}",
		},
		"external tables in another way": {
			reason: "there are two ways",
			fields: "externalTables: {mode: Copy}",
			want:   []string{"spec.externalTables.mode", `"Leave", "Recreate"`},
		},
		"a row access rule": {
			reason: "a policy, tables and columns",
			fields: `rowAccess: [{policy: GOV.P.ROWS_OF, tables: ["*.ORDERS"], columns: [REGION, '"lower case"']}]`,
		},
		"a row access rule without columns": {
			reason: "a policy looks at columns",
			fields: `rowAccess: [{policy: GOV.P.ROWS_OF, tables: ["*.ORDERS"], columns: []}]`,
			want:   []string{"spec.rowAccess[0].columns", "at least 1 item"},
		},
		"a row access rule without tables": {
			reason: "a policy guards tables",
			fields: `rowAccess: [{policy: GOV.P.ROWS_OF, columns: [REGION]}]`,
			want:   []string{"spec.rowAccess[0].tables", "Required value"},
		},
		"a row access policy without a schema": {
			reason: "the session has no schema",
			fields: `rowAccess: [{policy: ROWS_OF, tables: ["*.ORDERS"], columns: [REGION]}]`,
			want:   []string{"spec.rowAccess[0].policy", "must be a fully qualified name"},
		},
		"a mapping table": {
			reason: "a fully qualified name",
			fields: `access: {mappingTable: 'ADMIN.CLONES."role map"'}`,
		},
		"a mapping table without a database": {
			reason: "the session has none",
			fields: "access: {mappingTable: CLONES.ROLE_MAP}",
			want:   []string{"spec.access.mappingTable", "must be a fully qualified name"},
		},
		"a mapping table that smuggles SQL": {
			reason: "user text never reaches SQL unquoted",
			fields: `access: {mappingTable: "A.B.C; DROP TABLE X"}`,
			want:   []string{"spec.access.mappingTable", "must be a fully qualified name"},
		},
		"a gate for what needs a review": {
			reason: "grave findings keep the clone from Ready",
			fields: "validation: {onReview: Fail}",
		},
		"another gate": {
			reason: "there are two actions",
			fields: "validation: {onReview: Ignore}",
			want:   []string{"spec.validation.onReview", `"Fail", "Warn"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec := "source: {database: PRODUCTION_DB}\n" + tc.fields
			expectRefusal(t, tc.reason, create(t, object(t, "SnowflakeClone", spec)), tc.want...)
		})
	}
}
