package controller

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// checkConditions holds the conditions of an object to numbered rules. It stands at the end of every test that has
// written some.
func checkConditions(t *testing.T, generation int64, conditions []metav1.Condition) {
	t.Helper()
	ready := apimeta.FindStatusCondition(conditions, v1alpha1.ReadyCondition)
	reconciling := apimeta.FindStatusCondition(conditions, v1alpha1.ReconcilingCondition)
	stalled := apimeta.FindStatusCondition(conditions, v1alpha1.StalledCondition)
	rules := []struct {
		rule string
		kept bool
	}{
		{"1: Ready is always there", ready != nil},
		{"2: Ready True goes with neither Reconciling nor Stalled",
			ready == nil || ready.Status != metav1.ConditionTrue || reconciling == nil && stalled == nil},
		{"3: Stalled goes with Ready False", stalled == nil || ready != nil && ready.Status == metav1.ConditionFalse},
		{"4: Reconciling goes with Ready False", reconciling == nil || ready != nil && ready.Status == metav1.ConditionFalse},
		{"5: an object is not Reconciling and Stalled at once", reconciling == nil || stalled == nil},
		{"6: Reconciling is True or absent", reconciling == nil || reconciling.Status == metav1.ConditionTrue},
		{"7: Stalled is True or absent", stalled == nil || stalled.Status == metav1.ConditionTrue},
		{"8: Stalled says what Ready says", stalled == nil || ready == nil || stalled.Message == ready.Message},
		{"9: Ready, Reconciling and Stalled speak of this generation",
			isOf(generation, ready) && isOf(generation, reconciling) && isOf(generation, stalled)},
	}
	for _, r := range rules {
		if !r.kept {
			t.Errorf("conditions break rule %s:\n%s", r.rule, describe(conditions))
		}
	}
	for _, condition := range conditions {
		checkMessage(t, condition)
	}
}

// checkMessage holds a condition's words to what people and programs expect of them.
func checkMessage(t *testing.T, c metav1.Condition) {
	t.Helper()
	switch {
	case c.Message == "":
		t.Errorf("condition %s breaks rule 10: a condition says something", c.Type)
	case len(c.Message) > maxMessage || !utf8.ValidString(c.Message):
		t.Errorf("condition %s breaks rule 11: a message has at most %d bytes of UTF-8", c.Type, maxMessage)
	case strings.Contains(c.Message, "\n"):
		t.Errorf("condition %s breaks rule 12: a message is one line: %q", c.Type, c.Message)
	case strings.HasSuffix(c.Message, ".") && !strings.HasSuffix(c.Message, ".."):
		t.Errorf("condition %s breaks rule 13: a message ends without a full stop: %q", c.Type, c.Message)
	case c.LastTransitionTime.IsZero():
		t.Errorf("condition %s breaks rule 14: it says since when it holds", c.Type)
	}
}

func isOf(generation int64, c *metav1.Condition) bool {
	return c == nil || c.ObservedGeneration == generation
}

// describe prints conditions for people.
func describe(conditions []metav1.Condition) string {
	var lines []string
	for _, c := range conditions {
		lines = append(lines, string(c.Status)+" "+c.Type+"/"+c.Reason+": "+c.Message)
	}
	return strings.Join(lines, "\n")
}

func TestASentence(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, text, want string
	}{
		"begins with a capital":       {"people read it", "clone A to B: no", "Clone A to B: no"},
		"ends without a full stop":    {"it stands in a table", "It is done.", "It is done"},
		"keeps an ellipsis":           {"it says that there is more", "Cut here...", "Cut here..."},
		"is one line":                 {"kubectl prints it in a column", "SQL compilation error:\n  syntax error\t", "SQL compilation error: syntax error"},
		"keeps the case of a field":   {"it must be found in the manifest", "spec.ttl: too long", "spec.ttl: too long"},
		"keeps the case of a word":    {"an identifier would be another one", "mixedCase is gone", "mixedCase is gone"},
		"is valid UTF-8":              {"the API refuses anything else", "a\xffb", "a?b"},
		"of nothing is nothing":       {"there is nothing to say", "", ""},
		"keeps a number at its start": {"it is Snowflake's", "003001 (42501): no", "003001 (42501): no"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, sentence(tc.text)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestALongMessageIsCutBetweenCharacters(t *testing.T) {
	got := sentence(strings.Repeat("ä", maxMessage))
	if len(got) > maxMessage || !utf8.ValidString(got) || !strings.HasSuffix(got, "…") {
		t.Errorf("got %d bytes, valid %v, end %q", len(got), utf8.ValidString(got), got[len(got)-6:])
	}
}

func TestConditionsKeepTheirTimeWhileTheyHold(t *testing.T) {
	var conditions []metav1.Condition
	s := situation{reason: "A", message: "First", working: "A"}
	setConditions(&conditions, s, 1, noon)
	s.message, s.reason = "Second", "B"
	setConditions(&conditions, s, 2, noon.Add(time.Hour))
	ready := apimeta.FindStatusCondition(conditions, v1alpha1.ReadyCondition)
	if !ready.LastTransitionTime.Time.Equal(noon) || ready.Message != "Second" || ready.ObservedGeneration != 2 {
		t.Errorf("Ready is %+v, want it False since noon, with the second message", ready)
	}
	checkConditions(t, 2, conditions)
}

// noon is when the tests happen.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
