package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnifiedDiffIsWhatDiffPrints(t *testing.T) {
	t.Parallel()
	numbers := strings.Join(strings.Split("0123456789abcdefghij", ""), "\n") + "\n"
	edited := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(numbers) }
	cases := map[string]struct{ reason, before, after, want string }{
		"no change":           {"there is nothing to print", numbers, numbers, ""},
		"one line":            {"the number one is left out", "a\n", "b\n", "@@ -1 +1 @@\n-a\n+b\n"},
		"neighbours":          {"what goes stands before what comes", "a\nb\n", "c\nd\n", "@@ -1,2 +1,2 @@\n-a\n-b\n+c\n+d\n"},
		"surroundings":        {"three lines on each side", numbers, edited("9", "x"), "@@ -7,7 +7,7 @@\n 6\n 7\n 8\n-9\n+x\n a\n b\n c\n"},
		"changes that touch":  {"six lines between share a hunk", numbers, edited("1", "x", "8", "y"), "@@ -1,12 +1,12 @@\n 0\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n 9\n a\n b\n"},
		"changes apart":       {"seven do not", numbers, edited("0", "x", "8", "y"), "@@ -1,4 +1,4 @@\n-0\n+x\n 1\n 2\n 3\n@@ -6,7 +6,7 @@\n 5\n 6\n 7\n-8\n+y\n 9\n a\n b\n"},
		"no line end":         {"it is said behind each such line", "a\nb", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
		"context without end": {"also where it did not change", "a\nb", "c\nb", "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n"},
		"carriage returns":    {"they belong to the line", "a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
		"a name in two lines": {"the lines between are one change", "a\nb\nc\n", "a\nx\ny\nc\n", "@@ -1,3 +1,4 @@\n a\n-b\n+x\n+y\n c\n"},
		"a line more":         {"nothing goes", "a\na\n", "a\na\na\n", "@@ -1,2 +1,3 @@\n a\n a\n+a\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := c.want
			if want != "" {
				want = "--- f\n+++ f\n" + want
			}
			if diff := cmp.Diff(want, unifiedDiff("f", c.before, c.after)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func TestADiffAppliedIsTheNewText(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		before, after := randomTexts(random)
		got, err := applied(unifiedDiff("f", before, after), before)
		if err != nil || got != after {
			t.Fatalf("got %q, %v, of the diff from %q to %q:\n%s", got, err, before, after, unifiedDiff("f", before, after))
		}
	}
}

// randomTexts makes a text of few different lines, and another with some of them changed, doubled or gone.
func randomTexts(random *rand.Rand) (before, after string) {
	line := func() string { return string(rune('a'+random.IntN(3))) + "\n" }
	var old, changed strings.Builder
	sameLength := random.IntN(2) == 0
	for range 1 + random.IntN(40) {
		text := line()
		old.WriteString(text)
		switch choice := random.IntN(20); {
		case choice == 0:
			text = line()
		case choice == 1 && !sameLength:
			text += line()
		case choice == 2 && !sameLength:
			text = ""
		}
		changed.WriteString(text)
	}
	before, after = old.String(), changed.String()
	if random.IntN(2) == 0 {
		before, after = strings.TrimSuffix(before, "\n"), strings.TrimSuffix(after, "\n")
	}
	return before, after
}

// applied does what patch does, without any tolerance.
func applied(diff, before string) (string, error) {
	old := strings.SplitAfter(before, "\n")
	diff = strings.ReplaceAll(diff, "\n\\ No newline at end of file\n", "\x00")
	lines := strings.SplitAfter(strings.ReplaceAll(diff, "\x00", "\x00\n"), "\n")
	var text strings.Builder
	at := 0
	for _, line := range lines {
		line = strings.TrimSuffix(strings.Replace(line, "\x00\n", "\x00", 1), "\x00")
		switch {
		case line == "" || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "+++ "):
		case line[0] == '@':
			var from, count int
			if n, _ := fmt.Sscanf(line, "@@ -%d,%d", &from, &count); n == 2 && count == 0 {
				from++
			}
			for ; at < from-1; at++ {
				text.WriteString(old[at])
			}
		case line[0] == '+':
			text.WriteString(line[1:])
		case at >= len(old) || line[1:] != old[at]:
			return "", fmt.Errorf("line %d is not %q", at+1, line[1:])
		default:
			at++
			if line[0] == ' ' {
				text.WriteString(line[1:])
			}
		}
	}
	return text.String() + strings.Join(old[at:], ""), nil
}
