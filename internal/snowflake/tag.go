package snowflake

import (
	"context"
	"encoding/json"
)

// maxTagField bounds each field of a tag, so that the JSON of all three stays below the 2,000 characters that a
// QUERY_TAG may have (L7) even when every character is escaped.
const maxTagField = 100

// Tag says on whose behalf a statement runs. It is the QUERY_TAG of each statement, as JSON, and so can be found in
// QUERY_HISTORY and in the bill.
type Tag struct {
	// Clone is the UID of the SnowflakeClone, Run the number or id of its run, Step the step's name.
	Clone, Run, Step string
}

type tagKey struct{}

// WithTag makes every statement under the context carry the tag.
func WithTag(ctx context.Context, tag Tag) context.Context {
	return context.WithValue(ctx, tagKey{}, tag)
}

// queryTag is the QUERY_TAG for a context; empty without a tag.
func queryTag(ctx context.Context) (string, error) {
	tag, ok := ctx.Value(tagKey{}).(Tag)
	if !ok {
		return "", nil
	}
	text, err := json.Marshal(struct {
		App   string `json:"app"`
		Clone string `json:"clone,omitempty"`
		Run   string `json:"run,omitempty"`
		Step  string `json:"step,omitempty"`
	}{application, cutField(tag.Clone), cutField(tag.Run), cutField(tag.Step)})
	return string(text), err
}

// cutField keeps the first maxTagField characters.
func cutField(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), maxTagField)])
}
