package snowflake

import (
	"context"
	"fmt"

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
