package snowflake

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

func TestArgumentsOfPoliciesAreReadFromTheirSignatures(t *testing.T) {
	t.Parallel()
	for signature, want := range map[string][]PolicyArgument{
		"(VAL VARCHAR)":                         {{"VAL", "TEXT"}},
		"(VAL NUMBER(38,0), VISIBILITY STRING)": {{"VAL", "NUMBER"}, {"VISIBILITY", "TEXT"}},
		`("odd, name" TIMESTAMP_NTZ(9), B DATE)`: {
			{"odd, name", "TIMESTAMP_NTZ"}, {"B", "DATE"},
		},
	} {
		got, err := PolicyBody{Signature: signature}.Arguments()
		if err != nil {
			t.Errorf("%s: %v", signature, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", signature, diff)
		}
	}
}

func TestWhatARoleSeesIsAskedWithoutAValueLeavingSnowflake(t *testing.T) {
	t.Parallel()
	want := `EXECUTE USING POLICY_CONTEXT(CURRENT_ROLE => 'it''s me') AS SELECT HASH("A") AS C0, HASH("b c") AS C1 ` +
		`FROM (SELECT "A", "b c" FROM "D"."S"."T" LIMIT 200)`
	if got := seenAs("it's me", name3("D", "S", "T"), []sqltext.Ident{"A", "b c"}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
