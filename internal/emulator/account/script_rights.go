package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// ownerMayRun refuses what an owner's-rights procedure must not do: see or
// change the session of its caller (C43).
func ownerMayRun(c *sql.Cursor) error {
	switch word := c.Peek().Value; word {
	case "USE", "SET", "UNSET":
		return errStatementType(word)
	case "ALTER":
		if c.Looking("ALTER", "SESSION") {
			return errStatementType("ALTER_SESSION")
		}
	case "SHOW":
		return ownerMayShow(c)
	case "CREATE":
		for n := 1; n < 4; n++ {
			if t := c.PeekAt(n); t.Is("TEMPORARY") || t.Is("TEMP") {
				return errStatementType("temporary TABLE")
			}
		}
	}
	return nil
}

// ownerMayShow refuses SHOW of what belongs to the session or its user.
func ownerMayShow(c *sql.Cursor) error {
	next := c.PeekAt(2)
	scoped := next.Kind == sql.Ident && slices.Contains([]string{"IN", "ON", "TO", "OF", "FOR"}, next.Value)
	switch {
	case c.Looking("SHOW", "VARIABLES"):
		return errStatementType("SHOW VARIABLE")
	case c.Looking("SHOW", "PARAMETERS") && (!scoped || c.PeekAt(3).Is("SESSION")):
		return errStatementType("SHOW PARAMETER")
	case c.Looking("SHOW", "GRANTS") && !scoped:
		return errStatementType("SHOW GRANT")
	}
	return nil
}

// ownerMayTell refuses GET_DDL in an owner's-rights procedure that another
// calls (G15).
func (sc *scope) ownerMayTell() error {
	if sc.script == nil || !sc.script.owner || sc.session.rights().roles[sc.role] {
		return nil
	}
	return errStatementType("GET_DDL")
}

// errStatementType says that a procedure must not run such a statement.
func errStatementType(what string) *Error {
	return &Error{Code: 90236, State: "42601", Message: "Stored procedure execution error: Unsupported statement type '" + what + "'."}
}
