package snowflake

import (
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// CreateStream is the statement that makes a stream (T1), from what SHOW STREAMS tells of one.
type CreateStream struct {
	Name sqltext.Name
	// On is what the stream watches, SourceType the kind of it as SHOW STREAMS prints it: Table, View, Stage, …
	On         sqltext.Name
	SourceType string
	// Mode is DEFAULT, APPEND_ONLY or INSERT_ONLY.
	Mode    string
	Comment string
	Tags    []TagValue
}

// streamSources are the words of CREATE STREAM … ON by the words of SHOW STREAMS.
var streamSources = map[string]string{
	"TABLE": "TABLE", "VIEW": "VIEW", "STAGE": "STAGE", "EXTERNAL TABLE": "EXTERNAL TABLE", "EVENT TABLE": "EVENT TABLE",
	"DYNAMIC TABLE": "DYNAMIC TABLE",
}

// ReplaceSQL is CREATE OR REPLACE STREAM. It is atomic: an old stream of the name stays when it fails (R3), and its
// offset is lost when it succeeds (T5). The grammar has COPY GRANTS; whether it does anything is not documented (U9).
func (s CreateStream) ReplaceSQL() (string, error) {
	on, known := streamSources[strings.ToUpper(s.SourceType)]
	if !known || s.On.Object == "" {
		return "", fmt.Errorf("stream %s watches %s %q, which cannot be named in a statement", s.Name, s.SourceType, s.On)
	}
	statement := "CREATE OR REPLACE STREAM " + s.Name.SQL()
	if len(s.Tags) > 0 {
		statement += " WITH TAG (" + tagList(s.Tags) + ")"
	}
	statement += " COPY GRANTS ON " + on + " " + s.On.SQL()
	switch s.Mode {
	case "APPEND_ONLY":
		statement += " APPEND_ONLY = TRUE"
	case "INSERT_ONLY":
		statement += " INSERT_ONLY = TRUE"
	}
	if s.Comment != "" {
		statement += " COMMENT = " + sqltext.Literal(s.Comment)
	}
	return statement, nil
}
