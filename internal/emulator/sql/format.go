package sql

import (
	"fmt"
	"slices"
	"strings"
)

// Format prints an expression with every operator in parentheses, so that two expressions that mean the same by
// structure print the same. Columns are printed by column, or by name when it is nil. Queries inside are told apart by
// their position only.
func Format(e Expr, column func(*ColumnRef) string) string {
	f := formatter{column: column}
	if column == nil {
		f.column = func(c *ColumnRef) string { return FormatName(c.Name) }
	}
	f.expr(e)
	return f.String()
}

type formatter struct {
	strings.Builder
	column func(*ColumnRef) string
}

func (f *formatter) text(parts ...string) {
	for _, part := range parts {
		f.WriteString(part)
	}
}

func (f *formatter) expr(e Expr) {
	switch e := e.(type) {
	case nil:
	case *Literal:
		f.literal(e)
	case *Interval:
		f.text("INTERVAL '", e.Text, "'")
	case *ColumnRef:
		f.text(f.column(e))
	case *Positional:
		f.text(FormatName(append(slices.Clip(e.Table), fmt.Sprintf("$%d", e.Index))))
	case *VariableRef:
		f.text("$", e.Name)
	case *BindRef:
		f.text(":", e.Name)
	case *StageRef:
		f.text("@", e.Path)
	case *Star:
		f.text(FormatName(e.Table), "*")
	case *Call:
		f.call(e)
	default:
		f.operator(e)
	}
}

func (f *formatter) literal(e *Literal) {
	switch e.Kind {
	case NullLiteral:
		f.text("NULL")
	case StringLiteral:
		f.text("'", strings.ReplaceAll(e.Text, "'", "''"), "'")
	default:
		f.text(e.Text)
	}
}

func (f *formatter) operator(e Expr) {
	switch e := e.(type) {
	case *Unary:
		f.wrap(e.Op+" ", e.X)
	case *Binary:
		f.wrap("", e.L, " "+e.Op+" ", e.R)
	case *Case:
		f.caseExpr(e)
	case *Cast:
		f.wrap("", e.X, "::"+e.Type.String()+tryMark(e.Try))
	case *Collate:
		f.wrap("", e.X, " COLLATE "+e.Name)
	case *Path:
		f.path(e)
	case *Array:
		f.text("[")
		f.list(e.Items)
		f.text("]")
	case *Object:
		f.object(e)
	case *Tuple:
		f.text("(")
		f.list(e.Items)
		f.text(")")
	case *Lambda:
		f.wrap(strings.Join(e.Params, ",")+" -> ", e.Body)
	default:
		f.predicate(e)
	}
}

func tryMark(try bool) string {
	if try {
		return "?"
	}
	return ""
}

func (f *formatter) predicate(e Expr) {
	switch e := e.(type) {
	case *In:
		f.text("(")
		f.expr(e.X)
		f.text(not(e.Not), " IN (")
		f.list(e.List)
		f.query(e.Query)
		f.text("))")
	case *Between:
		f.wrap("", e.X, not(e.Not)+" BETWEEN ", e.Low, " AND ", e.High)
	case *Like:
		f.text("(")
		f.expr(e.X)
		f.text(not(e.Not), " ", e.Op, " ", e.Quant, "(")
		f.list(e.Patterns)
		f.query(e.Query)
		f.text(") ESCAPE ")
		f.expr(e.Escape)
		f.text(")")
	case *Is:
		f.wrap("", e.X, " IS"+not(e.Not)+" "+e.What)
	case *IsDistinct:
		f.wrap("", e.L, " IS"+not(e.Not)+" DISTINCT FROM ", e.R)
	case *Exists:
		f.query(e.Query)
	case *Subquery:
		f.query(e.Query)
	case *Quantified:
		f.wrap("", e.L, fmt.Sprintf(" %s ALL=%t ", e.Op, e.All))
		f.query(e.Query)
	}
}

func not(is bool) string {
	if is {
		return " NOT"
	}
	return ""
}

// wrap prints strings and expressions in turn, in parentheses.
func (f *formatter) wrap(parts ...any) {
	f.text("(")
	for _, part := range parts {
		if text, ok := part.(string); ok {
			f.text(text)
			continue
		}
		if e, ok := part.(Expr); ok {
			f.expr(e)
		}
	}
	f.text(")")
}

func (f *formatter) list(items []Expr) {
	for i, item := range items {
		if i > 0 {
			f.text(", ")
		}
		f.expr(item)
	}
}

func (f *formatter) query(q *Query) {
	if q != nil {
		fmt.Fprintf(f, "query@%d:%d", q.Line, q.Column)
	}
}

func (f *formatter) caseExpr(e *Case) {
	f.text("CASE ")
	f.expr(e.Operand)
	for _, when := range e.Whens {
		f.wrap("WHEN ", when.Cond, " THEN ", when.Result)
	}
	f.wrap("ELSE ", e.Else)
}

func (f *formatter) path(e *Path) {
	f.expr(e.X)
	for _, step := range e.Steps {
		if step.Index != nil {
			f.text("[")
			f.expr(step.Index)
			f.text("]")
			continue
		}
		f.text(":\"", step.Field, `"`)
	}
}

func (f *formatter) object(e *Object) {
	f.text("{")
	for _, field := range e.Fields {
		f.text("'", field.Key, "': ")
		f.expr(field.Value)
		f.text(", ")
	}
	if e.Star != nil {
		f.expr(e.Star)
	}
	f.text("}")
}

func (f *formatter) call(e *Call) {
	f.text(FormatName(e.Name), "(")
	if e.Distinct {
		f.text("DISTINCT ")
	}
	for i, arg := range e.Args {
		if i > 0 {
			f.text(", ")
		}
		if arg.Name != "" {
			f.text(arg.Name, " => ")
		}
		f.expr(arg.Value)
	}
	f.text(")", e.Nulls)
	f.order(" WITHIN GROUP", e.Order)
	if e.Over != nil {
		f.window(e.Over)
	}
}

func (f *formatter) order(label string, items []OrderItem) {
	if len(items) == 0 {
		return
	}
	f.text(label, " ORDER BY")
	for _, item := range items {
		f.wrap("", item.Expr, fmt.Sprintf(" %t %t", item.Desc, item.NullsFirst))
	}
}

func (f *formatter) window(w *Window) {
	f.text(" OVER (PARTITION BY ")
	f.list(w.Partition)
	f.order("", w.Order)
	if w.Frame != nil {
		f.text(" ", w.Frame.Unit)
		f.bound(w.Frame.Start)
		f.bound(w.Frame.End)
	}
	f.text(")")
}

func (f *formatter) bound(b Bound) {
	f.wrap("", b.Offset, fmt.Sprintf(" %t %t", b.Unbounded, b.Following))
}
