package main

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/snowclone-dev/snowclone/internal/clone"
)

const checkManifest = `
apiVersion: snowclone.dev/v1alpha1
kind: SnowflakeClone
metadata: {name: customer360}
spec:
  source: {database: PRODUCTION_DB}
  target: {database: DEV_CUSTOMER360_DB}
  ttl: 168h
`

// healed are the statements that the check asks for.
var healed = []string{
	`GRANT ROLE ETL_ADMIN TO ROLE SNOWCLONE_OPERATOR`,
}

func (w *checkWorld) apply(t *testing.T, manifest string) {
	t.Helper()
	obj := &unstructured.Unstructured{}
	must(t, yaml.UnmarshalStrict([]byte(manifest), &obj.Object))
	must(t, w.api.Create(t.Context(), obj))
}

func TestCheckSaysWhatIsMissingUntilNothingIs(t *testing.T) {
	t.Parallel()
	w := newCheckWorld(t)
	code, text, stderr := w.check(t, checkManifest)
	if code != exitReview {
		t.Fatalf("exit code %d, want %d: %s%s", code, exitReview, text, stderr)
	}
	compareWithPage(t, text)
	statements := grantsOf(text)
	if len(statements) == 0 {
		t.Fatalf("no statement is printed:\n%s", text)
	}
	must(t, w.account.Load(t.Context(), "grants", "USE ROLE ACCOUNTADMIN;\n"+strings.Join(statements, "\n")))
	code, text, stderr = w.check(t, checkManifest)
	if code != exitClean || !strings.HasSuffix(text, "It can be cloned.\n") {
		t.Errorf("after the statements were run: exit code %d\n%s%s", code, text, stderr)
	}
}

// grantsOf are the statements that a check printed.
func grantsOf(text string) []string {
	var statements []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "GRANT ") {
			statements = append(statements, line)
		}
	}
	return statements
}

// usingPage is where the output of the check is shown.
const usingPage = "../../docs/using.md"

// compareWithPage checks that the page shows what is printed, and writes it with -update.
func compareWithPage(t *testing.T, printed string) {
	t.Helper()
	const start = consoleStart + prompt + "kubectl snowclone check -f clone.yaml\n"
	content, err := os.ReadFile(usingPage)
	must(t, err)
	before, rest, found := strings.Cut(string(content), start)
	shown, after, closed := strings.Cut(rest, consoleEnd)
	if !found || !closed {
		t.Fatalf("%s shows no check", usingPage)
	}
	if diff := cmp.Diff(shown, printed); diff != "" {
		if *update {
			must(t, os.WriteFile(usingPage, []byte(before+start+printed+consoleEnd+after), 0o600))
			return
		}
		t.Errorf("the page shows something else (-page +printed):\n%s", diff)
	}
}

func TestCheckAnswersInJSON(t *testing.T) {
	t.Parallel()
	w := newCheckWorld(t, healed...)
	code, text, stderr := w.check(t, checkManifest, "-o", "json")
	if code != exitClean {
		t.Fatalf("exit code %d: %s%s", code, text, stderr)
	}
	var answer struct {
		CanBeCloned             bool
		Clone, Database, Source string
		Objects                 map[string]int
		LeftOut                 []clone.ObjectNote
	}
	must(t, json.Unmarshal([]byte(text), &answer))
	if !answer.CanBeCloned || answer.Clone != "team-c360/customer360" || answer.Database != "DEV_CUSTOMER360_DB" ||
		answer.Source != "PRODUCTION_DB" || answer.Objects["TABLE"] != 2 {
		t.Errorf("answer: %+v", answer)
	}
	var codes []string
	for _, note := range answer.LeftOut {
		codes = append(codes, note.Code)
	}
	slices.Sort(codes)
	if diff := cmp.Diff([]string{"INTERNAL_STAGE", "PIPE_ON_INTERNAL_STAGE"}, codes); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

func TestCheckJudgesByThePolicyAndTheAPIServer(t *testing.T) {
	t.Parallel()
	w := newCheckWorld(t, healed...)
	change := func(from, to string) string { return strings.Replace(checkManifest, from, to, 1) }
	for name, tc := range map[string]struct {
		reason   string
		manifest string
		more     []string
		code     int
		says     []string
	}{
		"a target that the policy does not list": {
			"what the operator would refuse is refused here, in its words",
			change("DEV_CUSTOMER360_DB", "TEST_DB"), nil, exitReview,
			[]string{"does not allow it", "PolicyViolation: spec.target.database: TEST_DB is not among"},
		},
		"a source that the policy does not list": {
			"no source is allowed unless it is listed",
			change("PRODUCTION_DB", "SECRET_DB"), nil, exitReview,
			[]string{"SECRET_DB is not among the connection's policy.sources", "SourceNotFound: source.database: SECRET_DB does not exist"},
		},
		"a name from the template": {
			"the database that would be made is named",
			change("  target: {database: DEV_CUSTOMER360_DB}\n", ""), nil, exitReview,
			[]string{"_CUSTOMER360\n", "is not among the connection's policy.targets"},
		},
		"a life that is too long": {
			"limits of time are the policy's too", change("168h", "1000h"), nil, exitReview, []string{"longer than the connection's policy.maxTTL"},
		},
		"a manifest that the API server refuses": {
			"its rules are not written twice", change("ttl: 168h", "ttl: 168h\n  parallelism: 1000"), nil, exitFailed,
			[]string{"let the API server validate", "spec.parallelism"},
		},
		"a field with a typing error": {
			"it would be a default otherwise", change("ttl:", "tll:"), nil, exitFailed, []string{"unknown field"},
		},
		"another kind": {
			"only clones are checked", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}", nil, exitFailed,
			[]string{"it is no SnowflakeClone of snowclone.dev/v1alpha1: v1 ConfigMap"},
		},
		"nothing": {"there is nothing to check", "---\n# later\n---\n", nil, exitFailed, []string{"it is empty"}},
		"a clone without a name": {
			"the field is named", change("{name: customer360}", "{}"), nil, exitFailed, []string{"metadata.name"},
		},
		"several documents, of which the last is the one at fault": {
			"no document is passed over in silence",
			"---\n# a team\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\n" + checkManifest +
				"---\n" + change("DEV_CUSTOMER360_DB", "TEST_DB"),
			nil, exitReview,
			[]string{"It can be cloned.\n\nclone ", "TEST_DB is not among", "It cannot be cloned yet.\n"},
		},
		"several documents, of which one cannot be read": {
			"nothing is checked by halves", checkManifest + "---\n" + change("ttl:", "tll:"), nil, exitFailed, []string{"unknown field"},
		},
		"a connection that does not exist": {
			"nothing can be found out", checkManifest, []string{"--connection", "nobody"}, exitFailed,
			[]string{"SnowflakeConnection team-c360/nobody does not exist"},
		},
		"workload identity": {
			"only the pod has the token", checkManifest, []string{"--connection", w.operators + "/cloud"}, exitFailed,
			[]string{"snowclone-system/cloud cannot be used from here", "name a connection with a key pair or a token"},
		},
		"an unknown format": {"the known are listed", checkManifest, []string{"-o", "yaml"}, exitFailed, []string{`-o "yaml": use one of text, json`}},
		"no such kubeconfig": {
			"the API server is needed", checkManifest, []string{"--kubeconfig", "nowhere"}, exitFailed, []string{"find the API server"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := w.check(t, tc.manifest, tc.more...)
			if code != tc.code {
				t.Errorf("%s: exit code %d, want %d:\n%s%s", tc.reason, code, tc.code, stdout, stderr)
			}
			for _, text := range tc.says {
				if !strings.Contains(stdout+stderr, text) {
					t.Errorf("%s: does not say %q:\n%s%s", tc.reason, text, stdout, stderr)
				}
			}
		})
	}
}

func TestCheckCountsTheClonesOfTheConnection(t *testing.T) {
	t.Parallel()
	w := newCheckWorld(t, healed...)
	w.apply(t, strings.Replace(checkManifest, "{name: customer360}", "{name: first, namespace: "+w.team+"}", 1))
	connection := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "snowclone.dev/v1alpha1", "kind": "SnowflakeConnection",
		"metadata": map[string]any{"name": "default", "namespace": w.operators},
	}}
	must(t, w.api.Get(t.Context(), client.ObjectKeyFromObject(connection), connection))
	must(t, unstructured.SetNestedField(connection.Object, int64(1), "spec", "policy", "maxClones"))
	must(t, w.api.Update(t.Context(), connection))
	code, text, _ := w.check(t, strings.Replace(checkManifest, "DEV_CUSTOMER360_DB", "DEV_OTHER", 1))
	if code != exitReview || !strings.Contains(text, "policy.maxClones 1 is used up") {
		t.Errorf("exit code %d:\n%s", code, text)
	}
}

func TestCheckOfACloneThatExistsTakesItsSpecFromTheManifest(t *testing.T) {
	t.Parallel()
	w := newCheckWorld(t, healed...)
	w.apply(t, strings.Replace(checkManifest, "{name: customer360}", "{name: customer360, namespace: "+w.team+"}", 1))
	if code, text, stderr := w.check(t, strings.Replace(checkManifest, "168h", "24h", 1)); code != exitClean {
		t.Errorf("exit code %d:\n%s%s", code, text, stderr)
	}
	code, _, stderr := w.check(t, strings.Replace(checkManifest, "DEV_CUSTOMER360_DB", "DEV_OTHER", 1))
	if code != exitFailed || !strings.Contains(stderr, "target") {
		t.Errorf("exit code %d, %q: a name that cannot change was changed", code, stderr)
	}
}

func TestCheckNeedsTheRightToReadTheSecret(t *testing.T) {
	t.Parallel()
	w := newCheckWorld(t, healed...)
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: w.team},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"snowclone.dev"}, Resources: []string{"*"}, Verbs: []string{"get", "create"}}},
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: w.team},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "developer"}},
	}
	must(t, errors.Join(w.api.Create(t.Context(), role), w.api.Create(t.Context(), binding)))
	code, stdout, stderr := w.check(t, checkManifest, "--kubeconfig", w.user(t, "developer"))
	if code != exitFailed || !strings.Contains(stderr, "only those who may read the connection's Secret can check a clone from outside") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if strings.Contains(stdout+stderr, checkToken) {
		t.Error("the token was printed")
	}
}
