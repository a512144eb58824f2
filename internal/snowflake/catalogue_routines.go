package snowflake

import (
	"context"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// VisibleRoutine is a procedure or function on which the role has some privilege: INFORMATION_SCHEMA shows no other, and
// does not honour MANAGE GRANTS (I1). SHOW tells neither owner nor, for procedures, language.
type VisibleRoutine struct {
	ObjectRef
	// Owner is the owning role as stored.
	Owner string
	// Language is in upper case: SQL, JAVASCRIPT, PYTHON, JAVA, SCALA.
	Language string
}

// routineViews names the views and the prefix of their columns (I6).
var routineViews = map[Kind]string{KindProcedure: "PROCEDURE", KindFunction: "FUNCTION"}

// VisibleRoutines lists the procedures or the functions of a database on which the role has a privilege itself or by a
// role that it inherits. It needs a warehouse and USAGE on the database.
func (c *Client) VisibleRoutines(ctx context.Context, kind Kind, database sqltext.Ident) ([]VisibleRoutine, error) {
	word, ok := routineViews[kind]
	if !ok {
		return nil, fmt.Errorf("list visible routines: %s is no kind of routine", kind)
	}
	statement := fmt.Sprintf("SELECT %[1]s_SCHEMA AS ROUTINE_SCHEMA, %[1]s_NAME AS ROUTINE_NAME, %[1]s_OWNER AS ROUTINE_OWNER, "+
		"%[1]s_LANGUAGE AS ROUTINE_LANGUAGE, ARGUMENT_SIGNATURE FROM %[2]s WHERE %[1]s_CATALOG = %[3]s",
		word, informationView(database, word+"S"), sqltext.Literal(string(database)))
	return selectRows(ctx, c, "routines of "+database.String(), statement, func(b *binder) VisibleRoutine {
		routine := VisibleRoutine{
			ObjectRef: ObjectRef{Kind: kind, Name: sqltext.Name{
				Database: database, Schema: sqltext.Ident(b.need("routine_schema")), Object: sqltext.Ident(b.need("routine_name")),
			}},
			Owner: b.text("routine_owner"), Language: b.text("routine_language"),
		}
		// The signature has no name before it and no type behind it, which is the rest of what SHOW GRANTS prints.
		if _, arguments, err := sqltext.ParseSignature("ROUTINE" + b.need("argument_signature") + ":X"); err == nil {
			routine.Arguments = arguments
		} else if b.err == nil {
			b.err = fmt.Errorf("read arguments: %w", err)
		}
		return routine
	})
}
