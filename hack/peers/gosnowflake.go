package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// driver is the driver whose tests are run, in the version of go.mod.
const driver = "github.com/snowflakedb/gosnowflake/v2"

// goTimeout bounds one run of the driver's tests.
const goTimeout = 5 * time.Minute

//go:embed gosnowflake.txt
var mustPassList string

//go:embed gosnowflake-waits.txt
var waitsList string

//go:embed gosnowflake-not-applicable.txt
var notApplicableList string

//go:embed gosnowflake-differs.txt
var differsList string

// keyPairTests are run once more with a login by key pair.
var keyPairTests = []string{"TestPing", "TestShowServerVersion", "TestDML", "TestAsyncModePing", "TestMultiStatementCountZero"}

// judgeByGo runs the driver's tests and tells how many passed. Those that wait run meanwhile, against another account.
func judgeByGo(ctx context.Context, out io.Writer, judged, inHurry *served) error {
	tests, err := buildDriverTests(ctx, judged)
	if err != nil {
		return err
	}
	mustPass, wait, differ := names(mustPassList), names(waitsList), names(differsList)
	waited := make(chan outcome, 1)
	go func() { waited <- tests.against(inHurry).run(ctx, wait) }()
	byPassword := tests.run(ctx, mustPass)
	byKey := tests.run(ctx, keyPairTests, "SNOWFLAKE_TEST_AUTHENTICATOR=SNOWFLAKE_JWT")
	differing, waiting := tests.run(ctx, differ), <-waited
	fmt.Fprintf(out, "gosnowflake: %d passed of %d that must pass, %d of %d again by key pair; %d passed of %d known to differ; %d not applicable\n",
		byPassword.passed()+waiting.passed(), len(mustPass)+len(wait), byKey.passed(), len(keyPairTests),
		differing.passed(), len(differ), len(names(notApplicableList)))
	for _, test := range differ {
		if differing.results[test] == "PASS" {
			fmt.Fprintf(out, "gosnowflake: %s passes now and belongs into gosnowflake.txt\n", test)
		}
	}
	return errors.Join(byPassword.verdict(out, mustPass), waiting.verdict(out, wait), byKey.verdict(out, keyPairTests))
}

// names reads a list of tests: a name at the beginning of each line, and comments that begin with #.
func names(list string) []string {
	var found []string
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); len(fields) > 0 && !strings.HasPrefix(fields[0], "#") {
			found = append(found, fields[0])
		}
	}
	return found
}

// driverTests is the driver's test program.
type driverTests struct {
	program string
	// source is the driver's folder, in which its tests expect to run.
	source string
	judged *served
}

func buildDriverTests(ctx context.Context, judged *served) (driverTests, error) {
	source, err := command(ctx, "go", "list", "-f", "{{.Dir}}", driver).Output()
	if err != nil {
		return driverTests{}, fmt.Errorf("find %s: %w", driver, err)
	}
	program := filepath.Join(judged.folder, "gosnowflake.test")
	build := command(ctx, "go", "test", "-tags", "minicore_disabled", "-c", "-o", program, driver)
	if said, err := build.CombinedOutput(); err != nil {
		return driverTests{}, fmt.Errorf("build the tests of %s: %w\n%s", driver, err, said)
	}
	return driverTests{program, strings.TrimSpace(string(source)), judged}, nil
}

// against is the same program for another account.
func (d driverTests) against(judged *served) driverTests {
	d.judged = judged
	return d
}

// run runs the tests. That some failed is no error: the outcome says so.
func (d driverTests) run(ctx context.Context, tests []string, environment ...string) outcome {
	pattern := "^(" + strings.Join(tests, "|") + ")$"
	cmd := command(ctx, d.program, "-test.v=test2json", "-test.run", pattern, "-test.timeout", goTimeout.String())
	cmd.Dir, cmd.Env = d.source, d.judged.environment(environment...)
	said, err := cmd.CombinedOutput()
	return outcome{results: results(said), said: said, err: err}
}

// outcome is what came of a run.
type outcome struct {
	results map[string]string // PASS, FAIL or SKIP by test
	said    []byte
	err     error
}

// resultLine is how a test's end is announced; the marker before it is what -test.v=test2json adds. Subtests have a
// slash in their names and do not match.
var resultLine = regexp.MustCompile(`\x16--- (PASS|FAIL|SKIP): (\w+) \(`)

func results(said []byte) map[string]string {
	found := map[string]string{}
	for _, match := range resultLine.FindAllSubmatch(said, -1) {
		found[string(match[2])] = string(match[1])
	}
	return found
}

func (o outcome) passed() int {
	n := 0
	for _, r := range o.results {
		if r == "PASS" {
			n++
		}
	}
	return n
}

// shownLines is how much of what a failed test said is repeated.
const shownLines = 12

// verdict is an error that names the tests that did not pass, whose words it repeats.
func (o outcome) verdict(out io.Writer, mustPass []string) error {
	var failed []string
	for _, test := range mustPass {
		if o.results[test] == "PASS" {
			continue
		}
		failed = append(failed, test)
		fmt.Fprintf(out, "--- %s: %s\n%s", test, orNone(o.results[test]), o.about(test))
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of the driver's tests did not pass: %s (%w)",
			len(failed), strings.Join(failed, ", "), errors.Join(errDisagrees, o.err))
	}
	return o.err
}

var errDisagrees = errors.New("a client disagrees with the emulator")

func orNone(result string) string {
	if result == "" {
		return "did not end"
	}
	return result
}

// about returns the last lines that a test wrote.
func (o outcome) about(test string) []byte {
	_, text, found := bytes.Cut(o.said, []byte("\x16=== RUN   "+test+"\n"))
	if !found {
		text = o.said
	}
	end := regexp.MustCompile(`\x16--- \w+: ` + test + ` \(`).FindIndex(text)
	if end != nil {
		text = text[:end[0]]
	}
	lines := slices.Collect(bytes.Lines(text))
	return bytes.Join(lines[max(0, len(lines)-shownLines):], nil)
}
