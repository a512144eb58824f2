package main

import (
	"errors"
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFlags(t *testing.T) {
	for name, tc := range map[string]struct {
		reason    string
		arguments []string
		namespace string
		check     func(settings) any
		want      any
		refused   string
	}{
		"the lease is asked for unless it is refused": {
			reason: "two operators must not work on one clone", arguments: []string{"--operator-namespace=ops"},
			check: func(s settings) any { return s.leaderElect }, want: true,
		},
		"the namespace of the pod is the operator's": {
			reason: "a Deployment sets it", namespace: "from-the-pod",
			check: func(s settings) any { return s.namespace }, want: "from-the-pod",
		},
		"the flag goes before the pod's namespace": {
			reason: "what was said last and clearest counts", namespace: "from-the-pod",
			arguments: []string{"--operator-namespace=ops"},
			check:     func(s settings) any { return s.namespace }, want: "ops",
		},
		"namespaces may come in a list and be repeated": {
			reason: "both are usual", arguments: []string{"--operator-namespace=ops", "--watch-namespaces=a, b", "--watch-namespaces=c"},
			check: func(s settings) any { return []string(s.watched) }, want: []string{"a", "b", "c"},
		},
		"plain HTTP is not admitted by itself": {
			reason: "credentials would go in the clear", arguments: []string{"--operator-namespace=ops"},
			check: func(s settings) any { return s.allowInsecure }, want: false,
		},
		"nothing can be worked on by nobody": {
			reason: "zero would be a hang", arguments: []string{"--operator-namespace=ops", "--max-concurrent-reconciles=0"},
			refused: "at least 1",
		},
		"a stray word is refused": {
			reason: "it is a mistyped flag", arguments: []string{"--operator-namespace=ops", "watch"}, refused: `"watch"`,
		},
		"help is no failure": {
			reason: "it was asked for", arguments: []string{"--help"}, refused: flag.ErrHelp.Error(),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("POD_NAMESPACE", tc.namespace)
			s, err := parse(tc.arguments)
			if tc.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tc.refused) {
					t.Fatalf("%s: error %v, want one that says %q", tc.reason, err, tc.refused)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, tc.check(s)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTheOperatorsOwnNamespaceIsAlwaysWatched(t *testing.T) {
	if all := watched(settings{namespace: "ops"}); all != nil {
		t.Errorf("without --watch-namespaces only %v are watched, want all", all)
	}
	only := watched(settings{namespace: "ops", watched: namespaces{"team"}})
	for _, name := range []string{"ops", "team"} {
		if _, ok := only[name]; !ok {
			t.Errorf("namespace %s is not watched", name)
		}
	}
}

func TestVersionIsPrintedWithoutACluster(t *testing.T) {
	if err := run(t.Context(), []string{"--version"}); err != nil {
		t.Error(err)
	}
}

func TestANamespaceMustComeFromSomewhere(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "")
	_, err := parse(nil)
	if err == nil || errors.Is(err, flag.ErrHelp) || !strings.Contains(err.Error(), "--operator-namespace") {
		t.Errorf("error %v, want one that names --operator-namespace", err)
	}
}
