package clone

import (
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of what the report says about policies.
const (
	codeMasked        = "MASKED"
	codeRowsGuarded   = "ROWS_GUARDED"
	codePolicyRefused = "POLICY_REFUSED"
	codeRoleExcepted  = "ROLE_EXCEPTED"
	codeNotProbed     = "NOT_PROBED"
)

// guard is a policy that is to be on a column, or on the rows of a table.
type guard struct {
	// table is the table or view, of kind TABLE or VIEW: so ALTER names all their kinds.
	table  snowflake.ObjectRef
	column sqltext.Ident // Empty for rows.
	policy sqltext.Name
	// columns are those that the policy looks at beside the masked one, in the order of its arguments.
	columns []sqltext.Ident
	// exempt are the roles that the policy is known to except.
	exempt []v1alpha1.Pattern

	// active says that the policy is in place. Else statement puts it there, unless refusal says why none can.
	active             bool
	status             string
	statement, refusal string
	// err is what came of the statement.
	err error
}

// ofRows says whether it guards rows and not a column.
func (g *guard) ofRows() bool { return g.column == "" }

// kind is the kind of policy.
func (g *guard) kind() snowflake.Kind {
	if g.ofRows() {
		return snowflake.KindRowAccessPolicy
	}
	return snowflake.KindMaskingPolicy
}

// domain is the word for the table's kind in POLICY_REFERENCES (I10).
func (g *guard) domain() string { return string(g.table.Kind) }

// label names the column or the table.
func (g *guard) label() string {
	if g.ofRows() {
		return g.table.Name.String()
	}
	return g.table.Name.String() + "." + g.column.String()
}

// String says what is to be done.
func (g *guard) String() string {
	if g.ofRows() {
		return fmt.Sprintf("guard the rows of %s with %s", g.label(), g.policy)
	}
	return fmt.Sprintf("mask %s with %s", g.label(), g.policy)
}

// note is a remark on it.
func (g *guard) note(code, text string) ObjectNote {
	kind := "COLUMN"
	if g.ofRows() {
		kind = string(g.table.Kind)
	}
	return ObjectNote{Kind: kind, Name: g.label(), Code: code, Note: text}
}

// find looks for the guard among the uses of its policy.
func (g *guard) find(uses []snowflake.PolicyReference) {
	for _, use := range uses {
		if use.Entity != g.table.Name || use.Column != g.column || use.Tag != (sqltext.Name{}) {
			continue
		}
		sameColumns := slices.Equal(use.Arguments, g.columns) || !g.ofRows() && use.Arguments == nil
		if g.active = sameColumns && use.Status == snowflake.PolicyActive; use.Status != snowflake.PolicyActive {
			g.status = ", its status is " + use.Status
		}
	}
}

// conflictWith says how another policy on the same table excludes this one (X8).
func (g *guard) conflictWith(other snowflake.PolicyReference) string {
	switch {
	case g.ofRows() && slices.Contains(g.columns, other.Column):
		return fmt.Sprintf("column %s is masked by %s", other.Column, other.Policy)
	case !g.ofRows() && other.Column == "" && slices.Contains(other.Arguments, g.column):
		return fmt.Sprintf("row access policy %s looks at the column", other.Policy)
	}
	return ""
}

// openGuards are those that are not in place.
func openGuards(guards []*guard) []*guard {
	return slices.DeleteFunc(slices.Clone(guards), func(g *guard) bool { return g.active })
}

// countMasked is how many columns are masked.
func countMasked(guards []*guard) int32 {
	n := int32(0)
	for _, one := range guards {
		if one.active && !one.ofRows() {
			n++
		}
	}
	return n
}
