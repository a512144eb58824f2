package controller

import (
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestPolicy(t *testing.T) {
	type policy = v1alpha1.ConnectionPolicy
	week := &metav1.Duration{Duration: 168 * time.Hour}
	for name, tc := range map[string]struct {
		reason string
		change func(*v1alpha1.SnowflakeClone)
		policy policy
		source sqltext.Ident
		target sqltext.Ident
		peers  int
		want   []string // the reason, then what the message says
	}{
		"a listed source to a free name": {reason: "the main path", policy: policy{Sources: []v1alpha1.Pattern{"production_db"}}},
		"everything listed leaves names for clones": {
			reason: "a lone * names no database", policy: policy{Sources: []v1alpha1.Pattern{"*"}},
		},
		"a source that is not listed": {
			reason: "no source may be cloned unless it is listed", policy: policy{Sources: []v1alpha1.Pattern{"SALES_*"}},
			want: []string{v1alpha1.ReasonPolicyViolation, "spec.source.database", "PRODUCTION_DB", "policy.sources"},
		},
		"a quoted source is not its folded namesake": {
			reason: "names are compared as stored", source: "production_db",
			policy: policy{Sources: []v1alpha1.Pattern{"PRODUCTION_DB"}},
			want:   []string{v1alpha1.ReasonPolicyViolation, `"production_db"`},
		},
		"a protected target": {
			reason: "deny wins over an allowed target", target: "PRODUCTION_COPY",
			policy: policy{Sources: []v1alpha1.Pattern{"PRODUCTION_DB"}, Targets: []v1alpha1.Pattern{"*"}, Protected: []v1alpha1.Pattern{"prod*"}},
			want:   []string{v1alpha1.ReasonPolicyViolation, "spec.target.database", "protected"},
		},
		"a target that is a possible source": {
			reason: "a clone would pass for production", target: "SALES_DB",
			policy: policy{Sources: []v1alpha1.Pattern{"PRODUCTION_DB", "SALES_*"}},
			want:   []string{v1alpha1.ReasonPolicyViolation, "spec.target.database", "policy.sources"},
		},
		"a target that is the source": {
			reason: "CEL cannot see what a template makes", target: "PRODUCTION_DB",
			policy: policy{Sources: []v1alpha1.Pattern{"*"}}, want: []string{v1alpha1.ReasonPolicyViolation, "is the source"},
		},
		"a target that is not listed": {
			reason: "targets are listed here",
			policy: policy{Sources: []v1alpha1.Pattern{"PRODUCTION_DB"}, Targets: []v1alpha1.Pattern{"QA_*"}},
			want:   []string{v1alpha1.ReasonPolicyViolation, "policy.targets", "QA_*"},
		},
		"no end to its life": {
			reason: "the policy asks for one", policy: policy{Sources: []v1alpha1.Pattern{"*"}, RequireTTL: true},
			want: []string{v1alpha1.ReasonPolicyViolation, "spec.ttl", "requireTTL"},
		},
		"too long a life": {
			reason: "the policy bounds it", policy: policy{Sources: []v1alpha1.Pattern{"*"}, MaxTTL: week},
			change: func(obj *v1alpha1.SnowflakeClone) { obj.Spec.TTL = &metav1.Duration{Duration: 169 * time.Hour} },
			want:   []string{v1alpha1.ReasonPolicyViolation, "spec.ttl", "maxTTL"},
		},
		"an end too far away": {
			reason: "the policy bounds it", policy: policy{Sources: []v1alpha1.Pattern{"*"}, MaxTTL: week},
			change: func(obj *v1alpha1.SnowflakeClone) {
				obj.Spec.ExpiresAt = new(metav1.NewTime(noon.Add(169 * time.Hour)))
			},
			want: []string{v1alpha1.ReasonPolicyViolation, "spec.expiresAt", "maxTTL"},
		},
		"one clone too many": {
			reason: "the policy bounds their number", policy: policy{Sources: []v1alpha1.Pattern{"*"}, MaxClones: 2}, peers: 2,
			want: []string{v1alpha1.ReasonPolicyViolation, "maxClones"},
		},
		"a clone that exists is not put out": {
			reason: "the bound may have been lowered", policy: policy{Sources: []v1alpha1.Pattern{"*"}, MaxClones: 1}, peers: 2,
			change: func(obj *v1alpha1.SnowflakeClone) { obj.Status.Database = &v1alpha1.DatabaseStatus{Name: "DEV"} },
		},
		"a refresh": {
			reason: "this version cannot, and says so before anything is done", policy: policy{Sources: []v1alpha1.Pattern{"*"}},
			change: func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Refresh = &v1alpha1.RefreshSpec{Schedule: "0 4 * * *"} },
			want:   []string{v1alpha1.ReasonNotSupported, "spec.refresh", "remove it"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			if tc.change != nil {
				tc.change(obj)
			}
			found := names{source: "PRODUCTION_DB", target: "DEV_DB", role: "OPERATOR"}
			if tc.source != "" {
				found.source = tc.source
			}
			if tc.target != "" {
				found.target = tc.target
			}
			err := request{obj: obj, policy: tc.policy, names: found, peers: tc.peers, now: noon}.check()
			expectRefusal(t, tc.reason, err, tc.want...)
		})
	}
}

// expectRefusal fails the test unless err is terminal with a reason and a message that says all that is wanted; nothing
// wanted means that err must be nil.
func expectRefusal(t *testing.T, reason string, err error, want ...string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Errorf("%s: refused: %v", reason, err)
		}
		return
	}
	refused, ok := errors.AsType[*clone.Error](err)
	if !ok || !refused.Terminal || refused.Reason != want[0] {
		t.Fatalf("%s: got %v, want a terminal error with reason %s", reason, err, want[0])
	}
	for _, text := range want[1:] {
		if !strings.Contains(refused.Error(), text) {
			t.Errorf("%s: %q does not say %q", reason, refused, text)
		}
	}
}

func TestNames(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		target   v1alpha1.Identifier
		template string
		database *v1alpha1.DatabaseStatus
		want     sqltext.Ident
		refused  string
	}{
		"the target that is given":         {reason: "the user chose it", target: "dev_db", want: "DEV_DB"},
		"a quoted target":                  {reason: "it is taken exactly", target: `"dev-db"`, want: "dev-db"},
		"the default template":             {reason: "namespace and name", want: "TEAM_CUSTOMER_360"},
		"a template with all its words":    {reason: "each is folded", template: "{{ENVIRONMENT}}_{{SOURCE}}_{{NAME}}", want: "QA_1_PRODUCTION_DB_CUSTOMER_360"},
		"a template that makes no name":    {reason: "a digit begins no identifier", template: "1_{{NAME}}", refused: "policy.targetTemplate"},
		"the name of the database that is": {reason: "a template that changes renames nothing", template: "NEW_{{NAME}}", database: &v1alpha1.DatabaseStatus{Name: "OLD_ONE"}, want: "OLD_ONE"},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			obj.Spec.Environment = "qa-1"
			obj.Spec.Target.Database, obj.Status.Database = tc.target, tc.database
			found, err := namesOf(obj, &v1alpha1.SnowflakeConnectionSpec{
				Role: "operator", Policy: v1alpha1.ConnectionPolicy{TargetTemplate: tc.template},
			})
			if tc.refused != "" {
				expectRefusal(t, tc.reason, err, v1alpha1.ReasonPolicyViolation, tc.refused)
				return
			}
			if err != nil || found.target != tc.want || found.source != "PRODUCTION_DB" || found.role != "OPERATOR" {
				t.Errorf("%s: got %+v, %v, want target %s", tc.reason, found, err, tc.want)
			}
		})
	}
}

func TestTheConnectionOfAClone(t *testing.T) {
	for name, tc := range map[string]struct {
		ref  *v1alpha1.ConnectionReference
		want string
	}{
		"none is the operator's default":       {nil, "snowclone-system/default"},
		"a name is in the clone's namespace":   {&v1alpha1.ConnectionReference{Name: "own"}, "team/own"},
		"a namespace is where the user points": {&v1alpha1.ConnectionReference{Name: "a", Namespace: "b"}, "b/a"},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			obj.Spec.ConnectionRef = tc.ref
			if got := connectionKey(obj, "snowclone-system").String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestLongNamesStayWithinTheirLimits(t *testing.T) {
	long := strings.Repeat("a.", 126) + "b"
	other := strings.Repeat("a.", 126) + "c"
	if got := reportName(long); len(got) > maxObjectName || got == reportName(other) || !strings.HasSuffix(got, "-report") {
		t.Errorf("report of %s is %s (%d), of its neighbour %s", long, got, len(got), reportName(other))
	}
	if got := reportName("short"); got != "short-report" {
		t.Errorf("got %s", got)
	}
	if got := shorten(long, maxLabelValue); len(got) > maxLabelValue {
		t.Errorf("label %s has %d characters", got, len(got))
	}
}

func TestWhoComesFirst(t *testing.T) {
	at := func(uid string, minutes time.Duration, change func(*v1alpha1.SnowflakeClone)) *v1alpha1.SnowflakeClone {
		obj := newClone()
		obj.UID, obj.CreationTimestamp = types.UID(uid), metav1.NewTime(noon.Add(minutes*time.Minute))
		if change != nil {
			change(obj)
		}
		return obj
	}
	made := func(obj *v1alpha1.SnowflakeClone) { obj.Status.Database = &v1alpha1.DatabaseStatus{Name: "X"} }
	for name, tc := range map[string]struct {
		other *v1alpha1.SnowflakeClone
		want  bool
	}{
		"an older one that waits":          {at("a", -1, nil), true},
		"a younger one that waits":         {at("a", 1, nil), false},
		"a younger one with a database":    {at("a", 1, made), true},
		"one of the same age, by UID":      {at("a", 0, nil), true},
		"another of the same age, by UID":  {at("z", 0, nil), false},
		"itself":                           {at("m", -1, made), false},
		"a tombstone":                      {at("a", -1, func(obj *v1alpha1.SnowflakeClone) { made(obj); obj.Status.Dropped = &v1alpha1.DroppedStatus{} }), false},
		"an older one that is stalled":     {at("a", -1, func(obj *v1alpha1.SnowflakeClone) { obj.Status.Phase = v1alpha1.PhaseStalled }), false},
		"an older one that is on its way":  {at("a", -1, func(obj *v1alpha1.SnowflakeClone) { obj.DeletionTimestamp = new(metav1.NewTime(noon)) }), false},
		"a stalled one that has something": {at("a", 1, func(obj *v1alpha1.SnowflakeClone) { made(obj); obj.Status.Phase = v1alpha1.PhaseStalled }), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := takesPlaceBefore(tc.other, at("m", 0, nil)); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
