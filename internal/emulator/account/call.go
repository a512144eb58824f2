package account

import (
	"cmp"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// call runs CALL: the name must resolve and be usable; the emulator runs no
// procedures.
func (st *statement) call() (*Result, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	mark := st.c.Mark()
	if _, err := st.c.Parenthesised(); err != nil {
		return nil, err
	}
	st.c.Reset(mark + 1)
	args := 0
	if !st.c.LookingOp(")") {
		exprs, err := sql.ParseExprs(st.c)
		if err != nil {
			return nil, err
		}
		args = len(exprs)
	}
	if err := cmp.Or(st.c.ExpectOp(")"), st.end()); err != nil {
		return nil, err
	}
	if b, ok := builtins[name[0]]; ok && len(name) == 1 && b.run == nil {
		return nil, errUnsupported("CALL " + name[0])
	}
	o, err := st.userFunction(name, args, kindProcedure)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, sqlError(2140, "42601", "Unknown function %s", quoteName(name))
	}
	if err := st.needWarehouse(); err != nil {
		return nil, err
	}
	return nil, errUnsupported("running the procedure " + o.signature())
}

// execute runs EXECUTE IMMEDIATE of a text and EXECUTE TASK.
func (st *statement) execute() (*Result, error) {
	switch {
	case st.c.Accept("TASK"):
		return st.executeTask()
	case st.c.Accept("IMMEDIATE"):
		return st.executeImmediate()
	case st.c.Accept("USING"):
		return st.executeUsing()
	}
	return nil, st.c.Unexpected()
}

// executeImmediate runs the one statement in a text. Scripting blocks are not
// run.
func (st *statement) executeImmediate() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	e, err := sql.ParseExpr(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	text, err := st.constant(e)
	if err != nil {
		return nil, err
	}
	c, err := sql.NewCursor(text.String())
	if err != nil {
		return nil, err
	}
	if c.Looking("DECLARE") || c.Looking("BEGIN") && !c.PeekAt(1).IsOp(";") && c.PeekAt(1).Kind != sql.EOF {
		return nil, errUnsupported("Snowflake Scripting block")
	}
	inner := *st
	inner.c, inner.req.SQL = c, text.String()
	c.Lookup = inner.lookupText
	return inner.dispatch()
}
