package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/controller"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// checkPrinter writes what a check found.
type checkPrinter struct {
	// key is the clone's namespace and name.
	key string
	out io.Writer
}

// checkAnswer is what a check found, as JSON.
type checkAnswer struct {
	// CanBeCloned says whether nothing is in the way.
	CanBeCloned bool   `json:"canBeCloned"`
	Clone       string `json:"clone"`
	*controller.Preview
}

func (p checkPrinter) print(format string, found *controller.Preview) error {
	if format == outputJSON {
		encoder := newEncoder(p.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(checkAnswer{CanBeCloned: found.CanBeCloned(), Clone: p.key, Preview: found})
	}
	_, err := io.WriteString(p.out, p.text(found))
	return err
}

// text is the result for people: what is asked for, what is in the way, what helps, and what will be missing.
func (p checkPrinter) text(found *controller.Preview) string {
	var text strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&text, "%-12s %s\n", name, value)
		}
	}
	line("clone", p.key)
	line("connection", found.Connection)
	if found.Role != "" {
		line("account", fmt.Sprintf("%s, role %s", found.Account, sqltext.Ident(found.Role)))
	}
	line("source", sourceLine(found))
	line("database", sqltext.Ident(found.Database).String())
	line("policy", map[bool]string{true: "allows it", false: "does not allow it"}[found.Allowed])
	line("time travel", timeTravelLine(found.Examination))
	list(&text, "In the way", messages(found.Problems))
	list(&text, "Statements that give the role what it lacks", terminated(found.Grants))
	list(&text, "The clone will not have", described(found.LeftOut))
	list(&text, "Tables with little history", described(found.ShortHistory))
	list(&text, "To know", found.Notes)
	verdict := "It can be cloned."
	if !found.CanBeCloned() {
		verdict = "It cannot be cloned yet."
	}
	return text.String() + "\n" + verdict + "\n"
}

// sourceLine names the source and counts what is in it.
func sourceLine(found *controller.Preview) string {
	if found.Source == "" {
		return ""
	}
	total := 0
	var parts []string
	for _, kind := range snowflake.SchemaKinds() {
		if n := found.Objects[string(kind)]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%s %d", kind, n))
		}
	}
	name := sqltext.Ident(found.Source).String()
	if total == 0 {
		return name
	}
	return fmt.Sprintf("%s, %d objects: %s", name, total, strings.Join(parts, ", "))
}

// timeTravelLine says what moment is cloned, and how far back one may lie.
func timeTravelLine(found clone.Examination) string {
	switch {
	case found.Objects == nil:
		return ""
	case found.Moment != nil:
		return fmt.Sprintf("as of %s; the source keeps %d days", found.Moment.UTC().Format(time.RFC3339), found.RetentionDays)
	}
	return fmt.Sprintf("not asked for; the source keeps %d days", found.RetentionDays)
}

// messages are the problems in words.
func messages(problems []clone.Problem) []string {
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = problem.Reason + ": " + problem.Message
	}
	return lines
}

// terminated are statements that can be copied and run.
func terminated(statements []string) []string {
	lines := make([]string, len(statements))
	for i, statement := range statements {
		lines[i] = statement + ";"
	}
	return lines
}

// described are remarks on objects, by kind and name.
func described(notes []clone.ObjectNote) []string {
	lines := make([]string, len(notes))
	for i, note := range notes {
		lines[i] = fmt.Sprintf("%s %s  %s: %s", note.Kind, note.Name, note.Code, note.Note)
	}
	slices.Sort(lines)
	return lines
}

// list writes lines under a heading, and nothing where there are none.
func list(text *strings.Builder, heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(text, "\n%s (%d)\n", heading, len(lines))
	for _, line := range lines {
		text.WriteString("  " + strings.ReplaceAll(line, "\n", "\n    ") + "\n")
	}
}
