package script

import "github.com/snowclone-dev/snowclone/internal/emulator/sql"

// Walk calls visit for a statement and then for those inside it, in the order in which they are written.
func Walk(s Statement, visit func(Statement)) {
	visit(s)
	for _, inner := range inside(s) {
		Walk(inner, visit)
	}
}

// inside lists the statements directly inside another.
func inside(s Statement) []Statement {
	switch s := s.(type) {
	case *Block:
		out := append(append([]Statement{}, s.Declarations...), s.Body...)
		for _, h := range s.Handlers {
			out = append(out, h.Body...)
		}
		return out
	case *If:
		return insideBranches(s.Branches, s.Else)
	case *Case:
		return insideBranches(s.Branches, s.Else)
	case *For:
		return s.Body
	case *ForEach:
		return s.Body
	case *Loop:
		return s.Body
	case *Cursor:
		if s.Query != nil {
			return []Statement{s.Query}
		}
	case *ResultSet:
		return notNil(s.Query)
	case *Assign:
		return notNil(s.Query)
	}
	return nil
}

func notNil(s Statement) []Statement {
	if s == nil {
		return nil
	}
	return []Statement{s}
}

func insideBranches(branches []Branch, rest []Statement) []Statement {
	var out []Statement
	for _, b := range branches {
		out = append(out, b.Body...)
	}
	return append(out, rest...)
}

// Expressions lists the expressions of a statement itself. One that is a query as well, for a result set, is left to
// the query.
func Expressions(s Statement) []sql.Expr {
	var out []sql.Expr
	switch s := s.(type) {
	case *Variable:
		out = append(out, s.Init)
	case *Assign:
		if s.Query == nil {
			out = append(out, s.Value)
		}
	case *If:
		out = whens(s.Branches)
	case *Case:
		out = append(whens(s.Branches), s.Operand)
	case *For:
		out = append(out, s.Start, s.End)
	case *Loop:
		out = append(out, s.While, s.Until)
	case *Return:
		out = append(out, s.Value)
	case *Open:
		out = s.Using
	case *Dynamic:
		out = append(append(out, s.Text), s.Using...)
	}
	var given []sql.Expr
	for _, e := range out {
		if e != nil {
			given = append(given, e)
		}
	}
	return given
}

func whens(branches []Branch) []sql.Expr {
	out := make([]sql.Expr, len(branches))
	for i, b := range branches {
		out[i] = b.When
	}
	return out
}

// Declared lists the names that a statement declares, or that a loop has for itself.
func Declared(s Statement) []string {
	switch s := s.(type) {
	case *Variable:
		return []string{s.Name}
	case *ResultSet:
		return []string{s.Name}
	case *Cursor:
		return []string{s.Name}
	case *Exception:
		return []string{s.Name}
	case *For:
		return []string{s.Name}
	case *ForEach:
		return []string{s.Name}
	}
	return nil
}
