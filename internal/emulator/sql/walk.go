package sql

// Walk calls visit for an expression and those inside it, but not those of queries inside it. Where visit returns
// false, what is inside that expression is left out.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, inner := range inside(e) {
		Walk(inner, visit)
	}
}

// inside lists the expressions directly inside another. Some may be nil.
func inside(e Expr) []Expr {
	switch e := e.(type) {
	case *Unary:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.L, e.R}
	case *Case:
		return insideCase(e)
	case *Cast:
		return []Expr{e.X}
	case *In:
		return append([]Expr{e.X}, e.List...)
	case *Between:
		return []Expr{e.X, e.Low, e.High}
	case *Like:
		return append([]Expr{e.X, e.Escape}, e.Patterns...)
	case *Is:
		return []Expr{e.X}
	case *IsDistinct:
		return []Expr{e.L, e.R}
	case *Quantified:
		return []Expr{e.L}
	case *Tuple:
		return e.Items
	case *Call:
		return insideCall(e)
	}
	return insideData(e)
}

// insideData lists what is inside semi-structured expressions.
func insideData(e Expr) []Expr {
	switch e := e.(type) {
	case *Path:
		out := []Expr{e.X}
		for _, step := range e.Steps {
			out = append(out, step.Index)
		}
		return out
	case *Array:
		return e.Items
	case *Object:
		var out []Expr
		for _, field := range e.Fields {
			out = append(out, field.Value)
		}
		return out
	case *Lambda:
		return []Expr{e.Body}
	case *Collate:
		return []Expr{e.X}
	}
	return nil
}

func insideCase(e *Case) []Expr {
	out := []Expr{e.Operand, e.Else}
	for _, when := range e.Whens {
		out = append(out, when.Cond, when.Result)
	}
	return out
}

func insideCall(e *Call) []Expr {
	var out []Expr
	for _, arg := range e.Args {
		out = append(out, arg.Value)
	}
	out = append(out, orderExprs(e.Order)...)
	if e.Over != nil {
		out = append(out, e.Over.Partition...)
		out = append(out, orderExprs(e.Over.Order)...)
	}
	return out
}

func orderExprs(items []OrderItem) []Expr {
	var out []Expr
	for _, item := range items {
		out = append(out, item.Expr)
	}
	return out
}
