package v1alpha1_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

var restConfig *rest.Config

func TestMain(m *testing.M) { os.Exit(runWithAPIServer(m)) }

func runWithAPIServer(m *testing.M) int {
	environment := &envtest.Environment{
		CRDDirectoryPaths:     []string{filepath.Join("..", "..", "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true,
	}
	config, err := environment.Start()
	if err != nil {
		println("start the API server (make test builds it and sets KUBEBUILDER_ASSETS):", err.Error())
		return 1
	}
	defer func() {
		if err := environment.Stop(); err != nil {
			println("stop the API server:", err.Error())
		}
	}()
	restConfig = config
	return m.Run()
}

func newClient(t *testing.T) client.Client {
	t.Helper()
	c, err := client.New(restConfig, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// object makes an unstructured object of a kind from the YAML of its spec.
func object(t *testing.T, kind, spec string) *unstructured.Unstructured {
	t.Helper()
	fields := map[string]any{}
	if err := yaml.Unmarshal([]byte(spec), &fields); err != nil {
		t.Fatalf("test manifest: %v", err)
	}
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": fields}}
	obj.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	obj.SetNamespace("default")
	obj.SetGenerateName("case-")
	return obj
}

func create(t *testing.T, obj *unstructured.Unstructured) error {
	t.Helper()
	c := client.WithFieldValidation(newClient(t), metav1.FieldValidationStrict)
	return c.Create(t.Context(), obj)
}

// expectRefusal fails the test unless err says every wanted text; no wanted text means that err must be nil.
func expectRefusal(t *testing.T, reason string, err error, want ...string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Errorf("%s: refused: %v", reason, err)
		}
		return
	}
	if err == nil {
		t.Fatalf("%s: accepted, want a refusal that says %q", reason, want)
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%s: refusal %q does not say %q", reason, err, text)
		}
	}
}

func TestTheAPIServerJudgesClones(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		spec   string
		want   []string
	}{
		"the shortest manifest": {
			reason: "eight lines are enough",
			spec:   "{source: {database: PRODUCTION_DB}, target: {database: DEV_DB}, ttl: 168h}",
		},
		"no target": {
			reason: "the connection's template names the target",
			spec:   "{source: {database: PRODUCTION_DB}}",
		},
		"no source": {
			reason: "there is nothing to clone",
			spec:   "{target: {database: DEV_DB}}",
			want:   []string{"spec.source", "Required value"},
		},
		"target is source": {
			reason: "a clone of itself would be a replacement",
			spec:   "{source: {database: PRODUCTION_DB}, target: {database: PRODUCTION_DB}}",
			want:   []string{"target.database must differ from source.database"},
		},
		"target is source in another case": {
			reason: "unquoted identifiers fold (N1)",
			spec:   "{source: {database: PRODUCTION_DB}, target: {database: production_db}}",
			want:   []string{"target.database must differ from source.database"},
		},
		"target is source in quotes": {
			reason: "a quoted identifier in upper case is the same as the bare one (N1)",
			spec:   `{source: {database: production_db}, target: {database: '"PRODUCTION_DB"'}}`,
			want:   []string{"target.database must differ from source.database"},
		},
		"target differs from source only by quoted case": {
			reason: "quoted identifiers are exact (N1)",
			spec:   `{source: {database: PRODUCTION_DB}, target: {database: '"production_db"'}}`,
		},
		"source starts with a digit": {
			reason: "such a name needs quotes",
			spec:   "{source: {database: 1DB}}",
			want:   []string{"spec.source.database", "must be a Snowflake identifier"},
		},
		"target has a hyphen": {
			reason: "such a name needs quotes",
			spec:   "{source: {database: PRODUCTION_DB}, target: {database: DEV-DB}}",
			want:   []string{"spec.target.database", "must be a Snowflake identifier"},
		},
		"target tries to smuggle SQL": {
			reason: "user text never reaches SQL unquoted",
			spec:   `{source: {database: PRODUCTION_DB}, target: {database: 'X; DROP DATABASE PRODUCTION_DB'}}`,
			want:   []string{"spec.target.database", "must be a Snowflake identifier"},
		},
		"a quoted name with a lone quote": {
			reason: "a quote inside quotes is written twice",
			spec:   `{source: {database: '"A"B"'}}`,
			want:   []string{"spec.source.database", "must be a Snowflake identifier"},
		},
		"ttl and expiresAt": {
			reason: "two ends of life contradict each other",
			spec:   "{source: {database: A}, ttl: 1h, expiresAt: '2030-01-01T00:00:00Z'}",
			want:   []string{"set ttl or expiresAt, not both"},
		},
		"ttl in days": {
			reason: "Kubernetes durations have no days",
			spec:   "{source: {database: A}, ttl: 7d}",
			want:   []string{"spec.ttl", "ttl must be a duration"},
		},
		"ttl of a second": {
			reason: "a clone needs longer than that to be made",
			spec:   "{source: {database: A}, ttl: 1s}",
			want:   []string{"spec.ttl", "ttl must be a duration from 10s"},
		},
		"negative ttl": {
			reason: "time does not run backwards",
			spec:   "{source: {database: A}, ttl: -1h}",
			want:   []string{"spec.ttl", "ttl must be a duration"},
		},
		"at and before": {
			reason: "the clone is of one moment",
			spec:   "{source: {database: A, at: {offset: 1h}, before: {offset: 2h}}}",
			want:   []string{"set source.at or source.before, not both"},
		},
		"two moments in one": {
			reason: "the clone is of one moment",
			spec:   "{source: {database: A, at: {offset: 1h, statement: 01b-2}}}",
			want:   []string{"spec.source.at"},
		},
		"no moment at all": {
			reason: "at without a moment means nothing",
			spec:   "{source: {database: A, at: {}}}",
			want:   []string{"spec.source.at"},
		},
		"an unknown field": {
			reason: "a typing error must not be ignored",
			spec:   "{source: {database: A}, tll: 1h}",
			want:   []string{"unknown field", "tll"},
		},
		"roles without the schema in their name": {
			reason: "all schemas would share one role",
			spec:   "{source: {database: A}, access: {roles: {namePattern: 'X_{{LEVEL}}'}}}",
			want:   []string{"namePattern must contain {{SCHEMA}} and {{LEVEL}}"},
		},
		"a masking rule without target": {
			reason: "the rule would mask nothing and look as if it did",
			spec:   "{source: {database: A}, masking: [{policy: G.P.MASK}]}",
			want:   []string{"spec.masking[0]"},
		},
		"a masking policy without schema": {
			reason: "the name would depend on the session",
			spec:   "{source: {database: A}, masking: [{policy: MASK_EMAIL, columns: ['*.*.EMAIL']}]}",
			want:   []string{"must be a fully qualified name"},
		},
		"too many statements at once": {
			reason: "a warehouse runs eight at a time (L1)",
			spec:   "{source: {database: A}, parallelism: 1000}",
			want:   []string{"spec.parallelism"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			expectRefusal(t, tc.reason, create(t, object(t, "SnowflakeClone", tc.spec)), tc.want...)
		})
	}
}

func TestTheAPIServerJudgesConnections(t *testing.T) {
	const policy = "policy: {sources: [PRODUCTION_DB]}"
	for name, tc := range map[string]struct {
		reason string
		spec   string
		want   []string
	}{
		"key pair": {
			reason: "the usual way to log in",
			spec:   "{account: org-acc, user: U, role: R, auth: {keyPair: {secretRef: {name: s}}}, " + policy + "}",
		},
		"workload identity without a secret": {
			reason: "an empty object is enough",
			spec:   "{account: org-acc, role: R, auth: {workloadIdentity: {}}, " + policy + "}",
		},
		"no way to log in": {
			reason: "there is no anonymous login",
			spec:   "{account: org-acc, user: U, role: R, auth: {}, " + policy + "}",
			want:   []string{"spec.auth"},
		},
		"two ways to log in": {
			reason: "which one would it be?",
			spec: "{account: org-acc, user: U, role: R, auth: {keyPair: {secretRef: {name: s}}, oauth: {secretRef: {name: s}}}, " +
				policy + "}",
			want: []string{"spec.auth"},
		},
		"no sources": {
			reason: "no database may be cloned unless it is listed",
			spec:   "{account: org-acc, user: U, role: R, auth: {workloadIdentity: {}}, policy: {}}",
			want:   []string{"spec.policy.sources"},
		},
		"account as a URL": {
			reason: "people paste what the browser shows",
			spec:   "{account: 'https://org-acc.example.com', role: R, auth: {workloadIdentity: {}}, " + policy + "}",
			want:   []string{"account must be an account identifier"},
		},
		"a token path elsewhere": {
			reason: "the operator's other files are nobody's business",
			spec:   "{account: a, role: R, auth: {workloadIdentity: {tokenPath: /etc/passwd}}, " + policy + "}",
			want:   []string{"tokenPath must lie below /var/run/secrets"},
		},
		"a selector that is not asked for": {
			reason: "from: Same with a selector contradicts itself",
			spec: "{account: a, role: R, auth: {workloadIdentity: {}}, allowedNamespaces: {from: Same, selector: {}}, " +
				policy + "}",
			want: []string{"set allowedNamespaces.selector if and only if from is Selector"},
		},
		"a target template that names all clones alike": {
			reason: "the second clone would find the first one's database",
			spec:   "{account: a, role: R, auth: {workloadIdentity: {}}, policy: {sources: ['*'], targetTemplate: DEV}}",
			want:   []string{"targetTemplate must contain {{NAME}}"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			expectRefusal(t, tc.reason, create(t, object(t, "SnowflakeConnection", tc.spec)), tc.want...)
		})
	}
}

func TestSourceAndTargetCannotChange(t *testing.T) {
	const before = "{source: {database: A}, target: {database: B}, ttl: 1h}"
	for name, tc := range map[string]struct {
		reason string
		change func(spec map[string]any)
		want   []string
	}{
		"ttl": {
			reason: "people lengthen the life of a clone",
			change: func(spec map[string]any) { spec["ttl"] = "2h" },
		},
		"suspend": {
			reason: "suspension is an edit of the spec",
			change: func(spec map[string]any) { spec["suspend"] = true },
		},
		"source": {
			reason: "the clone would no longer be what its status says",
			change: func(spec map[string]any) { spec["source"] = map[string]any{"database": "C"} },
			want:   []string{"source is immutable"},
		},
		"target": {
			reason: "the old database would be forgotten",
			change: func(spec map[string]any) { spec["target"] = map[string]any{"database": "C"} },
			want:   []string{"target.database is immutable"},
		},
		"a transient database": {
			reason: "no statement makes one of another, and Ready would speak of what is not so",
			change: func(spec map[string]any) { spec["target"] = map[string]any{"database": "B", "transient": true} },
			want:   []string{"target.transient is immutable"},
		},
		"comment and retention": {
			reason: "they are set when the database is made",
			change: func(spec map[string]any) {
				spec["target"] = map[string]any{"database": "B", "comment": "new", "dataRetentionDays": 3}
			},
			want: []string{"target.comment is immutable", "target.dataRetentionDays is immutable"},
		},
		"no target any more": {
			reason: "the old database would be forgotten",
			change: func(spec map[string]any) { delete(spec, "target") },
			want:   []string{"target.database is immutable"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			obj := object(t, "SnowflakeClone", before)
			if err := create(t, obj); err != nil {
				t.Fatal(err)
			}
			tc.change(obj.Object["spec"].(map[string]any))
			expectRefusal(t, tc.reason, newClient(t).Update(t.Context(), obj), tc.want...)
		})
	}
}

func TestTheRecordedDatabaseIsWrittenOnce(t *testing.T) {
	c := newClient(t)
	obj := object(t, "SnowflakeClone", "{source: {database: A}}")
	if err := create(t, obj); err != nil {
		t.Fatal(err)
	}
	setStatus := func(status map[string]any) error {
		obj.Object["status"] = status
		return c.Status().Update(context.Background(), obj)
	}
	record := func(name string, run int64) map[string]any {
		return map[string]any{
			"database": map[string]any{"name": name, "createdOn": "2026-01-01T00:00:00.000000Z"},
			"run":      map[string]any{"number": run},
		}
	}
	if err := setStatus(record("DEV", 1)); err != nil {
		t.Fatalf("first record: %v", err)
	}
	expectRefusal(t, "another database in the same run", setStatus(record("OTHER", 1)), "written once in a run")
	expectRefusal(t, "a status without its database", setStatus(map[string]any{}), "written once in a run")
	expectRefusal(t, "a new run has a new database", setStatus(record("OTHER", 2)))
}
