package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write into the page what its examples print now")

const (
	page = "../../docs/repointing.md"
	// An example is a console block: the command with its input, what it prints, and its exit code.
	consoleStart, consoleEnd = "```console\n", "```\n"
	prompt                   = "$ "
	exitCodePrompt           = "$ echo $?\n"
)

func TestTheExamplesOfTheDocumentationAreTrue(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(content), consoleStart)
	if len(parts) < 15 {
		t.Errorf("%d examples: some were not read", len(parts)-1)
	}
	for i, part := range parts[1:] {
		example, rest, found := strings.Cut(part, consoleEnd)
		if !found {
			t.Fatalf("example %d has no end", i+1)
		}
		got, err := replay(example)
		if err != nil {
			t.Fatalf("example %d: %v:\n%s", i+1, err, example)
		}
		if diff := cmp.Diff(example, got); diff != "" && !*update {
			t.Errorf("example %d prints something else (-page +program):\n%s", i+1, diff)
		}
		parts[i+1] = got + consoleEnd + rest
	}
	if *update {
		if err := os.WriteFile(page, []byte(strings.Join(parts, consoleStart)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// replay runs an example and returns it as it should read.
func replay(example string) (string, error) {
	head, rest, _ := strings.Cut(example, "\n")
	line, isCommand := strings.CutPrefix(head, prompt+"kubectl snowclone ")
	line, mark, hasInput := strings.Cut(line, " <<'")
	mark, isQuoted := strings.CutSuffix(mark, "'")
	if !isCommand || !hasInput || !isQuoted {
		return "", errors.New("it is not $ kubectl snowclone … <<'MARK'")
	}
	input, rest, hasEnd := strings.Cut(rest, "\n"+mark+"\n")
	if !hasEnd {
		return "", fmt.Errorf("its input does not end in a line %s", mark)
	}
	arguments, err := words(line)
	if err != nil {
		return "", err
	}
	var printed strings.Builder
	code := run(arguments, strings.NewReader(input+"\n"), &printed, &printed)
	text := head + "\n" + input + "\n" + mark + "\n" + printed.String()
	if strings.Contains(rest, exitCodePrompt) {
		text += fmt.Sprintf("%s%d\n", exitCodePrompt, code)
	}
	return text, nil
}

// words cuts a command line as a shell does, which is asked for nothing but single quotes here.
func words(line string) ([]string, error) {
	pieces := strings.Split(line, "'")
	if len(pieces)%2 == 0 {
		return nil, errors.New("a quote is not closed")
	}
	const blank = "\x00"
	for i := range pieces {
		if i%2 == 0 {
			pieces[i] = strings.ReplaceAll(pieces[i], " ", blank)
		}
	}
	return strings.FieldsFunc(strings.Join(pieces, ""), func(r rune) bool { return string(r) == blank }), nil
}
