package snowflake

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// QuotedIgnoreCase says whether what was compiled in a database may have been compiled with quoted identifiers folded like
// bare ones: whether QUOTED_IDENTIFIERS_IGNORE_CASE is on for the account or for the database (N5). This client's own
// sessions have it off.
func (c *Client) QuotedIgnoreCase(ctx context.Context, database sqltext.Ident) (bool, error) {
	account, err := c.quotedIgnoreCaseIn(ctx, "ACCOUNT")
	switch {
	case err != nil:
		return false, err
	case len(account) == 0:
		return false, fmt.Errorf("read whether quoted identifiers fold in the account: %w", errMalformed)
	case account[0]:
		return true, nil
	}
	own, err := c.quotedIgnoreCaseIn(ctx, InDatabase(database).SQL())
	return len(own) > 0 && own[0], err
}

// quotedIgnoreCaseIn reads the parameter of the account or of an object.
func (c *Client) quotedIgnoreCaseIn(ctx context.Context, where string) ([]bool, error) {
	return selectRows(ctx, c, "whether quoted identifiers fold in "+where,
		"SHOW PARAMETERS LIKE 'QUOTED_IDENTIFIERS_IGNORE_CASE' IN "+where, func(b *binder) bool {
			b.require("value")
			return b.flag("value")
		})
}

// OwnParameter is a parameter that is set on an object itself.
type OwnParameter struct {
	Name  string
	Value int
}

// ownParameters are the parameters of tables that bare numbers set.
var ownParameters = []string{"DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS"}

// OwnParameters reads how long a table of any kind keeps its history, where that is set on the table itself: its definition
// need not tell.
func (c *Client) OwnParameters(ctx context.Context, ref ObjectRef) ([]OwnParameter, error) {
	rows, err := c.Query(ctx, "SHOW PARAMETERS LIKE '%DATA%TIME_IN_DAYS' IN TABLE "+ref.SQL())
	if err != nil {
		return nil, fmt.Errorf("read the parameters of %s: %w", ref, err)
	}
	var found []OwnParameter
	for _, row := range rows {
		level, name := row.String("level"), row.String("key")
		if level != string(KindTable) && level != string(ref.Kind) || !slices.Contains(ownParameters, name) {
			continue
		}
		value, err := strconv.Atoi(row.String("value"))
		if err != nil {
			return nil, fmt.Errorf("read the parameters of %s: %w", ref, err)
		}
		found = append(found, OwnParameter{Name: name, Value: value})
	}
	return found, nil
}
