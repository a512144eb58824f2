package snowflake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// sampleRows bounds how many rows of a table Seen looks at.
const sampleRows = 200

// Seen tells what a role sees in columns of a table or view, without letting a value out of Snowflake: for each column,
// in the order given, the hashes of the values of up to 200 rows, sorted. It simulates the role (X11), so that nobody
// has to hold it. Which rows it looks at is Snowflake's choice: two calls look at the same ones as a rule, and not by
// contract. It needs a warehouse, OWNERSHIP of the table, and APPLY on its policies. The text of an error may hold a
// value; its number does not.
func (c *Client) Seen(
	ctx context.Context, role sqltext.Ident, table sqltext.Name, columns []sqltext.Ident,
) ([][]string, error) {
	rows, err := c.Query(ctx, seenAs(role, table, columns))
	if err != nil {
		return nil, err
	}
	seen := make([][]string, len(columns))
	for i := range columns {
		for _, row := range rows {
			seen[i] = append(seen[i], row.String(fmt.Sprintf("c%d", i)))
		}
		slices.Sort(seen[i])
	}
	return seen, nil
}

// seenAs is the question of Seen.
func seenAs(role sqltext.Ident, table sqltext.Name, columns []sqltext.Ident) string {
	hashes := make([]string, len(columns))
	for i, column := range columns {
		hashes[i] = fmt.Sprintf("HASH(%s) AS C%d", column.SQL(), i)
	}
	return fmt.Sprintf("EXECUTE USING POLICY_CONTEXT(CURRENT_ROLE => %s) AS SELECT %s FROM (SELECT %s FROM %s LIMIT %d)",
		sqltext.Literal(string(role)), strings.Join(hashes, ", "), identList(columns), table.SQL(), sampleRows)
}

// PolicyArgument is an argument of a policy.
type PolicyArgument struct {
	Name sqltext.Ident
	// Type is the bare word of its data type, as INFORMATION_SCHEMA.COLUMNS has it: TEXT, NUMBER, TIMESTAMP_NTZ.
	Type string
}

// Arguments reads the signature of a policy. The first argument of a masking policy is the column that it masks.
func (b PolicyBody) Arguments() ([]PolicyArgument, error) {
	_, types, err := sqltext.ParseSignature("POLICY" + b.Signature + ":X")
	if err != nil {
		return nil, fmt.Errorf("read the arguments of a policy: %w", err)
	}
	names := argumentNames(b.Signature)
	if len(names) != len(types) {
		return nil, fmt.Errorf("read the arguments %s of a policy: %w", b.Signature, errMalformed)
	}
	arguments := make([]PolicyArgument, len(types))
	for i, word := range types {
		arguments[i] = PolicyArgument{Name: names[i], Type: BareType(word)}
	}
	return arguments, nil
}

// argumentNames are the names in "(VAL VARCHAR, "odd name" NUMBER(38,0))".
func argumentNames(signature string) []sqltext.Ident {
	var names []sqltext.Ident
	depth, first := 0, false
	for _, token := range sqltext.Lex(signature) {
		text := token.Text
		switch {
		case text == "(":
			depth++
			first = depth == 1
		case text == ")":
			depth--
		case text == "," && depth == 1:
			first = true
		case first && (token.Kind == sqltext.Word || token.Kind == sqltext.QuotedIdent):
			if name, err := sqltext.ParseIdent(text); err == nil {
				names = append(names, name)
			}
			first = false
		}
	}
	return names
}

// BareType is the word by which INFORMATION_SCHEMA.COLUMNS names a data type: without its length, and TEXT for strings.
func BareType(word string) string {
	bare, _, _ := strings.Cut(sqltext.Fold(word), "(")
	switch bare = strings.TrimSpace(bare); bare {
	case "VARCHAR", "STRING", "CHAR", "CHARACTER":
		return "TEXT"
	case "DECIMAL", "NUMERIC", "INT", "INTEGER":
		return "NUMBER"
	case "DOUBLE", "REAL":
		return "FLOAT"
	default:
		return bare
	}
}
