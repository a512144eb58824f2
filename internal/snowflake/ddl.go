package snowflake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// DDLResult is the definition of one object.
type DDLResult struct {
	Ref ObjectRef
	// Text is the normalised CREATE statement (G7), its header fully qualified. Empty with Err.
	Text string
	// Err is why there is no text that may be used: no privilege (G4), no such object, a kind that GET_DDL does not know
	// (ErrNoDDL), or a text with parts left out (ErrHiddenParts).
	Err error
}

var (
	// ErrNoDDL is the cause where GET_DDL does not know the kind of object (G3).
	ErrNoDDL = errors.New("GET_DDL does not know this kind of object")
	// ErrHiddenParts is the cause where the text hides a policy or a tag that the role may not apply. Such a text must
	// never be run (G13).
	ErrHiddenParts = errors.New("the definition hides a policy or tag for lack of the APPLY privilege")
)

// DDL reads the definitions of many objects in few statements, in the order given. An object whose definition cannot
// be read does not hide the others: its Err is set. The error is for failures that concern all. It may need a
// warehouse (G17).
func (c *Client) DDL(ctx context.Context, refs []ObjectRef) ([]DDLResult, error) {
	results := make([]DDLResult, len(refs))
	var asked []int
	for i, ref := range refs {
		results[i].Ref = ref
		if ref.Kind.Info().DDL == "" {
			results[i].Err = fmt.Errorf("read definition of %s: %w", ref, ErrNoDDL)
			continue
		}
		asked = append(asked, i)
	}
	texts, err := c.evaluate(ctx, len(asked), func(i int) string { return getDDL(refs[asked[i]]) })
	if err != nil {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	for k, text := range texts {
		result := &results[asked[k]]
		result.Text, result.Err = usable(result.Ref, text)
	}
	return results, nil
}

// getDDL is the call for one object. Its name is a string that holds quoted identifiers (G6); TRUE asks for a
// qualified header (G1).
func getDDL(ref ObjectRef) string {
	return "GET_DDL(" + sqltext.Literal(ref.Kind.Info().DDL) + ", " + sqltext.Literal(ref.SQL()) + ", TRUE)"
}

// usable refuses texts with parts left out, and empty ones: so are definitions hidden from others than the owner (G4).
func usable(ref ObjectRef, text evaluated) (string, error) {
	switch {
	case text.err != nil:
		return "", fmt.Errorf("read definition of %s: %w", ref, text.err)
	case strings.Contains(text.value, "#UNKNOWN_POLICY"), strings.Contains(text.value, "#UNKNOWN_TAG"):
		return "", fmt.Errorf("read definition of %s: %w", ref, ErrHiddenParts)
	case strings.TrimSpace(text.value) == "":
		return "", fmt.Errorf("read definition of %s: %w", ref, errMalformed)
	}
	return text.value, nil
}
