package clone

import "testing"

func TestAMarkerProvesOneObjectOnly(t *testing.T) {
	t.Parallel()
	ours := Marker{ClusterUID: "c1", UID: "u1", Namespace: "team", Name: "dev"}
	for name, tc := range map[string]struct {
		reason           string
		comment          string
		proves, succeeds bool
	}{
		"our own": {
			reason: "we wrote it", comment: ours.On(""), proves: true, succeeds: true,
		},
		"our own behind the user's words": {
			reason: "people give comments", comment: ours.On("For the C360 team"), proves: true, succeeds: true,
		},
		"an earlier object of our name": {
			reason:   "it is gone, and what it left is ours to clear away, not to use",
			comment:  Marker{ClusterUID: "c1", UID: "u0", Namespace: "team", Name: "dev"}.On(""),
			succeeds: true,
		},
		"the same object name in another cluster": {
			reason:  "two clusters share an account",
			comment: Marker{ClusterUID: "c2", UID: "u1", Namespace: "team", Name: "dev"}.On(""),
		},
		"another object of our cluster": {
			reason:  "its database is not ours",
			comment: Marker{ClusterUID: "c1", UID: "u2", Namespace: "team", Name: "other"}.On(""),
		},
		"a UID that begins with ours": {
			reason:  "the whole UID is compared",
			comment: Marker{ClusterUID: "c1", UID: "u11", Namespace: "team", Name: "dev2"}.On(""),
		},
		"a cluster that begins with ours": {
			reason:  "the whole UID is compared",
			comment: Marker{ClusterUID: "c11", UID: "u1", Namespace: "team", Name: "dev"}.On(""),
		},
		"a comment without marker": {reason: "somebody's database", comment: "production"},
		"no comment":               {reason: "somebody's database"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ours.In(tc.comment); got != tc.proves {
				t.Errorf("%s: In = %v, want %v", tc.reason, got, tc.proves)
			}
			if got := ours.SucceedsOneIn(tc.comment); got != tc.succeeds {
				t.Errorf("%s: SucceedsOneIn = %v, want %v", tc.reason, got, tc.succeeds)
			}
		})
	}
}

func TestAMarkerWithoutUIDProvesNothing(t *testing.T) {
	t.Parallel()
	var none Marker
	if none.In(none.On("")) || none.SucceedsOneIn(none.On("")) {
		t.Error("the empty marker was found in its own comment")
	}
}
