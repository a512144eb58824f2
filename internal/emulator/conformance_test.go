package emulator_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// fact is one documented behaviour and the statements that show it.
type fact struct {
	// id names the facts of docs/snowflake-facts.md that are shown, with blanks
	// between them. A word in small letters is no fact of the list.
	id string
	// name says what is so, and reason why it matters.
	name, reason string
	switches     account.Switches
	// setup is a script that runs first, as ACCOUNTADMIN.
	setup string
	show  func(*world)
}

// allFacts are the facts that are shown.
func allFacts() []fact {
	return slices.Concat(cloneFacts, cloneStateFacts, travelFacts, grantFacts, futureFacts, ownershipFacts, nameFacts, showFacts,
		viewFacts, policyFacts, streamFacts, taskFacts, pipeFacts, routineFacts, ddlFacts, catalogFacts, dropFacts, errorFacts,
		limitFacts, transactionFacts, resultFacts, raceFacts, protocolFacts, namingFacts, kindFacts, refusalFacts, rightsFacts, scriptFacts, codeFacts)
}

// unshown are the facts that an emulator cannot show, and why.
var unshown = map[string]string{
	"A4":  "credits are attributed to queries, and the emulator bills nothing",
	"A6":  "bytes that a clone pins are billed, and the emulator stores rows in memory",
	"E3":  "the SQL API is another protocol, which the emulator does not serve",
	"G16": "what a definition of more than 1 MB is answered with is documented nowhere",
	"G18": "no page says, so whatever GET_DDL prints of them is a guess",
	"L1":  "no warehouse is ever full: a statement of one holds the account and waits for no other",
	"L3":  "the emulator bills nothing",
	"R10": "how a client replaces text is up to the client",
	"S7":  "every change is seen at once by all: the account answers one statement at a time",
	"X10": "classification reads data and learns, which is the service's own",
}

// TestConformance shows every fact through the real driver, each on an account
// of its own. With -v it lists the facts that are shown, those that cannot be,
// and how many there are of each.
func TestConformance(t *testing.T) {
	t.Parallel()
	facts := allFacts()
	t.Run("facts", func(t *testing.T) {
		t.Parallel()
		for _, f := range facts {
			t.Run(strings.ReplaceAll(f.id, " ", "_")+"_"+f.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, f.switches)
				w.load(f.setup)
				f.show(w)
				if t.Failed() {
					t.Log(f.reason)
				}
			})
		}
	})
	t.Run("coverage", func(t *testing.T) { checkCoverage(t, facts) })
}

// checkCoverage demands that every fact of the list is shown, or says why not.
func checkCoverage(t *testing.T, facts []fact) {
	t.Helper()
	known := knownFacts(t)
	shown := map[string]bool{}
	for _, f := range facts {
		for id := range strings.FieldsSeq(f.id) {
			shown[id] = true
			if id != strings.ToLower(id) && !known[id] {
				t.Errorf("%s is shown and does not stand in docs/snowflake-facts.md", id)
			}
		}
	}
	listed, apart := 0, 0
	cited := citations(t)
	for _, id := range slices.Sorted(maps.Keys(known)) {
		reason, excused := unshown[id]
		switch {
		case shown[id] && excused:
			t.Errorf("%s is shown and listed as what cannot be", id)
		case excused:
			listed++
			t.Logf("%s is not shown: %s", id, reason)
		case !shown[id] && cited[id] != "":
			apart++
			t.Logf("%s is shown apart, in %s", id, cited[id])
		case !shown[id]:
			t.Errorf("%s is neither shown nor listed as what cannot be", id)
		}
	}
	t.Logf("%d facts: %d shown by %d cases through the driver, %d by other tests of the emulator, %d that an emulator cannot show",
		len(known), len(known)-listed-apart, len(facts), apart, listed)
}

// factCited is a fact in a comment.
var factCited = regexp.MustCompile(`//.*\b([A-Z][1-9][0-9]?)\b`)

// citations tells which other test of the emulator says that it shows a fact.
func citations(t *testing.T) map[string]string {
	t.Helper()
	cited := map[string]string{}
	files, err := filepath.Glob("*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range factCited.FindAllStringSubmatch(string(text), -1) {
			cited[match[1]] = file
		}
	}
	return cited
}

// factRow is a row of the list of facts.
var factRow = regexp.MustCompile(`(?m)^\| ([A-Z][0-9]+) \|`)

// knownFacts are the ids of the list of facts.
func knownFacts(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../docs/snowflake-facts.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, row := range factRow.FindAllStringSubmatch(string(text), -1) {
		known[row[1]] = true
	}
	return known
}
