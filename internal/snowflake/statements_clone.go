package snowflake

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Moment is a point in the source's history: exactly one of Timestamp, Offset and Statement.
type Moment struct {
	// Before takes the state just before the moment; else the change made at the moment is included (C6).
	Before bool
	// Timestamp is taken to the millisecond.
	Timestamp time.Time
	// Offset is how far back from now, at least a second.
	Offset time.Duration
	// Statement is the ID of a query not older than 14 days.
	Statement string
}

// queryID is the shape of a query ID.
var queryID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// SQL is the AT or BEFORE clause. A timestamp is cast explicitly: a bare string would be read in UTC and may fall out
// of retention (C6).
func (m Moment) SQL() (string, error) {
	var arguments []string
	if !m.Timestamp.IsZero() {
		text := m.Timestamp.UTC().Format("2006-01-02 15:04:05.000 -0700")
		arguments = append(arguments, "TIMESTAMP => "+sqltext.Literal(text)+"::TIMESTAMP_LTZ")
	}
	if m.Offset != 0 {
		if m.Offset < time.Second {
			return "", fmt.Errorf("time travel offset %s is below one second", m.Offset)
		}
		arguments = append(arguments, fmt.Sprintf("OFFSET => -%d", int64(m.Offset/time.Second)))
	}
	if m.Statement != "" {
		if !queryID.MatchString(m.Statement) {
			return "", fmt.Errorf("time travel statement %.70q is not a query ID", m.Statement)
		}
		arguments = append(arguments, "STATEMENT => "+sqltext.Literal(m.Statement))
	}
	if len(arguments) != 1 {
		return "", errors.New("time travel takes exactly one of timestamp, offset and statement")
	}
	word := "AT"
	if m.Before {
		word = "BEFORE"
	}
	return word + " (" + arguments[0] + ")", nil
}

// TagValue is a tag and its value.
type TagValue struct {
	Tag sqltext.Name
	// Value has at most 256 characters (L11).
	Value string
}

// CloneDatabase is the statement that makes a clone.
type CloneDatabase struct {
	Source, Target sqltext.Ident
	// Transient must be set when the source is transient (C12), and may be set to save Fail-safe storage.
	Transient bool
	// Moment is nil for now.
	Moment *Moment
	// IgnoreInsufficientRetention skips tables whose history does not reach the moment (C41).
	IgnoreInsufficientRetention bool
	// IgnoreHybridTables leaves hybrid tables out.
	IgnoreHybridTables bool
	// IncludeInternalStages takes internal stages along.
	IncludeInternalStages bool
	// RetentionDays is the clone's own Time Travel; nil for the account's default.
	RetentionDays *int
	// Comment carries our marker: the proof that the database is ours.
	Comment string
	Tags    []TagValue
}

// SQL is the statement (C1, C2). It never says OR REPLACE, which drops, nor IF NOT EXISTS, which adopts.
func (s CloneDatabase) SQL() (string, error) {
	if s.Source == "" || s.Target == "" || s.Source == s.Target {
		return "", fmt.Errorf("clone database %s: source and target must be two databases", s.Source)
	}
	words := []string{"CREATE", "DATABASE", s.Target.SQL(), "CLONE", s.Source.SQL()}
	if s.Transient {
		words[1] = "TRANSIENT DATABASE"
	}
	if s.Moment != nil {
		moment, err := s.Moment.SQL()
		if err != nil {
			return "", fmt.Errorf("clone database %s: %w", s.Source, err)
		}
		words = append(words, moment)
	}
	for _, clause := range []struct {
		on   bool
		text string
	}{
		{s.IgnoreInsufficientRetention, "IGNORE TABLES WITH INSUFFICIENT DATA RETENTION"},
		{s.IgnoreHybridTables, "IGNORE HYBRID TABLES"},
		{s.IncludeInternalStages, "INCLUDE INTERNAL STAGES"},
	} {
		if clause.on {
			words = append(words, clause.text)
		}
	}
	return strings.Join(append(words, s.properties()...), " "), nil
}

// properties are the clauses behind the CLONE part (C2).
func (s CloneDatabase) properties() []string {
	var words []string
	if s.RetentionDays != nil {
		words = append(words, fmt.Sprintf("DATA_RETENTION_TIME_IN_DAYS = %d", *s.RetentionDays))
	}
	if s.Comment != "" {
		words = append(words, "COMMENT = "+sqltext.Literal(s.Comment))
	}
	if len(s.Tags) > 0 {
		words = append(words, "WITH TAG ("+tagList(s.Tags)+")")
	}
	return words
}

// tagList prints tags and values.
func tagList(tags []TagValue) string {
	printed := make([]string, len(tags))
	for i, tag := range tags {
		printed[i] = tag.Tag.SQL() + " = " + sqltext.Literal(tag.Value)
	}
	return strings.Join(printed, ", ")
}
