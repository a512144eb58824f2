package controller

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// maxMessage bounds messages of conditions, events and steps, in bytes.
const maxMessage = 1024

// situation is an object's state in a nutshell, from which its kstatus conditions follow. At most one of ready, working
// and stalled is set; none of them says that nothing is done and nothing is expected, as for a suspended object.
type situation struct {
	// ready says that the object is as it should be.
	ready bool
	// reason and message of the Ready condition.
	reason, message string
	// working is the reason of Reconciling.
	working string
	// progress is the message of Reconciling; that of Ready when empty.
	progress string
	// stalled is the reason of Stalled, whose message is that of Ready.
	stalled string
}

// setConditions writes Ready, and writes or removes Reconciling and Stalled.
func setConditions(conditions *[]metav1.Condition, s situation, generation int64, now time.Time) {
	set := conditionSetter{conditions: conditions, generation: generation, now: now}
	set.to(v1alpha1.ReadyCondition, s.ready, s.reason, s.message)
	set.only(s.working != "", v1alpha1.ReconcilingCondition, s.working, orElse(s.progress, s.message))
	set.only(s.stalled != "", v1alpha1.StalledCondition, s.stalled, s.message)
}

// conditionSetter writes conditions that share a generation and a moment.
type conditionSetter struct {
	conditions *[]metav1.Condition
	generation int64
	now        time.Time
}

// to writes a condition that is always there.
func (c conditionSetter) to(kind string, holds bool, reason, message string) {
	status := metav1.ConditionFalse
	if holds {
		status = metav1.ConditionTrue
	}
	apimeta.SetStatusCondition(c.conditions, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: sentence(message),
		ObservedGeneration: c.generation, LastTransitionTime: metav1.NewTime(c.now),
	})
}

// only writes a condition that is there only while it is true.
func (c conditionSetter) only(holds bool, kind, reason, message string) {
	if !holds {
		apimeta.RemoveStatusCondition(c.conditions, kind)
		return
	}
	c.to(kind, true, reason, message)
}

// sentence makes one line of a text: capital first, no full stop, at most maxMessage bytes cut between characters. A
// first word that is a field or an identifier keeps its case.
func sentence(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "..") {
		text = strings.TrimSuffix(text, ".")
	}
	word, _, _ := strings.Cut(text, " ")
	if first, size := utf8.DecodeRuneInString(text); isPlainWord(word) {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	return cut(text, maxMessage)
}

// isPlainWord says whether a word consists of small letters, perhaps with a colon or a comma behind it.
func isPlainWord(word string) bool {
	word = strings.TrimRight(word, ":,;")
	return word != "" && strings.IndexFunc(word, func(c rune) bool { return !unicode.IsLower(c) }) < 0
}

// cut shortens a text to a number of bytes without splitting a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// orElse is the value, or the fallback where it is empty.
func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
