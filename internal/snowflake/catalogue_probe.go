package snowflake

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Identity is what a session says of itself.
type Identity struct {
	// Account is the account's locator, Region its region as the server spells them.
	Account, Region string
	// Version is the server's release.
	Version string
	// User, Role and Warehouse are those in force, stored form.
	User, Role, Warehouse string
	// ServerTime is the server's clock when it answered.
	ServerTime time.Time
}

// Probe logs in if need be and asks who and where we are. It needs no warehouse.
func (c *Client) Probe(ctx context.Context) (Identity, error) {
	const statement = `SELECT CURRENT_ACCOUNT() AS ACCOUNT, CURRENT_REGION() AS REGION, CURRENT_VERSION() AS VERSION, ` +
		`CURRENT_USER() AS "USER", CURRENT_ROLE() AS "ROLE", CURRENT_WAREHOUSE() AS WAREHOUSE, ` +
		`CURRENT_TIMESTAMP() AS SERVER_TIME`
	found, err := selectRows(ctx, c, "session", statement, func(b *binder) Identity {
		b.require("server_time")
		return Identity{
			Account:    b.need("account"),
			Region:     b.text("region"),
			Version:    b.text("version"),
			User:       b.need("user"),
			Role:       b.need("role"),
			Warehouse:  b.text("warehouse"),
			ServerTime: b.row.Time("server_time"),
		}
	})
	switch {
	case err != nil:
		return Identity{}, err
	case len(found) != 1 || found[0].ServerTime.IsZero():
		return Identity{}, fmt.Errorf("read session: %w", errMalformed)
	}
	return found[0], nil
}

// ServerTime is the server's clock, to measure how far ours is off.
func (c *Client) ServerTime(ctx context.Context) (time.Time, error) {
	identity, err := c.Probe(ctx)
	return identity.ServerTime, err
}

// errMalformed is the cause where an answer has not the shape that it should have.
var errMalformed = errors.New("the answer is not of the expected shape")
