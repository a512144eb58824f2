package snowflake

import (
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// SetPolicyBody gives a masking or row access policy a new expression. What it guards stays guarded.
func SetPolicyBody(policy ObjectRef, body string) string {
	return alter(policy) + " SET BODY -> " + body
}

// SetColumnDefaultSequence makes a sequence the default of a column: the one kind of default that ALTER can change, and
// the one that can lead back to the source (C23).
func SetColumnDefaultSequence(table sqltext.Name, column sqltext.Ident, sequence sqltext.Name) string {
	return "ALTER TABLE " + table.SQL() + " ALTER COLUMN " + column.SQL() + " SET DEFAULT " + sequence.SQL() + ".NEXTVAL"
}

// SetMaskingPolicy masks a column of a table or view, in place of another policy if there is one (X6). The conditional
// columns may be nil.
func SetMaskingPolicy(table ObjectRef, column sqltext.Ident, policy sqltext.Name, using []sqltext.Ident) string {
	statement := alter(table) + " MODIFY COLUMN " + column.SQL() + " SET MASKING POLICY " + policy.SQL()
	if len(using) > 0 {
		statement += " USING (" + identList(using) + ")"
	}
	return statement + " FORCE"
}

// AddRowAccessPolicy guards the rows of a table or view.
func AddRowAccessPolicy(table ObjectRef, policy sqltext.Name, columns []sqltext.Ident) string {
	return alter(table) + " ADD ROW ACCESS POLICY " + policy.SQL() + " ON (" + identList(columns) + ")"
}

// SwapRowAccessPolicy exchanges the policy of a table or view without leaving it unguarded for a moment (X6).
func SwapRowAccessPolicy(table ObjectRef, from, to sqltext.Name, columns []sqltext.Ident) string {
	return alter(table) + " DROP ROW ACCESS POLICY " + from.SQL() + ", ADD ROW ACCESS POLICY " + to.SQL() + " ON (" +
		identList(columns) + ")"
}
