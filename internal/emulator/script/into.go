package script

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// cutInto finds INTO and its variables in a query or CALL that starts at the mark, and puts blanks in their place, so that
// positions in the rest stay what they were.
func cutInto(c *sql.Cursor, mark int, s *SQL) (Statement, error) {
	end := c.Mark()
	defer c.Reset(end)
	c.Reset(mark)
	start := c.Peek().Start
	depth := 0
	for c.Mark() < end {
		t := c.Next()
		switch {
		case t.IsOp("("):
			depth++
		case t.IsOp(")"):
			depth--
		case depth == 0 && t.Is("INTO"):
			into, err := targets(c)
			if err != nil {
				return nil, err
			}
			last := c.PeekAt(-1)
			s.Into = into
			s.Text = blank(s.Text, t.Start-start, last.End-start)
			return s, nil
		}
	}
	return s, nil
}

// blank replaces part of a text by blanks and keeps its lines.
func blank(text string, from, to int) string {
	lines := func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}
	return text[:from] + strings.Map(lines, text[from:to]) + text[to:]
}

// targets reads the variables of INTO, with or without a colon.
func targets(c *sql.Cursor) ([]string, error) {
	var out []string
	for {
		c.AcceptOp(":")
		name, err := c.Ident()
		if err != nil {
			return nil, err
		}
		out = append(out, name)
		if !c.AcceptOp(",") {
			return slices.Clip(out), nil
		}
	}
}
