package controller

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

var update = flag.Bool("update", false, "rewrite the golden report with what is written now")

// fullReport is a clone with something in every list, and what its steps left behind.
func fullReport() (*v1alpha1.SnowflakeClone, *clone.State) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 22, hour, 0, 0, 0, time.UTC) }
	obj := &v1alpha1.SnowflakeClone{ObjectMeta: metav1.ObjectMeta{Namespace: "team-c360", Name: "customer360", Generation: 2}}
	obj.Spec.Source = v1alpha1.CloneSource{Database: "PRODUCTION_DB", Before: &v1alpha1.TimeTravelPoint{Timestamp: new(metav1.NewTime(at(3)))}}
	obj.Status.Run = &v1alpha1.RunStatus{Number: 2, StartedAt: new(metav1.NewTime(at(4)))}
	note := func(kind, name, code, text string) clone.ObjectNote {
		return clone.ObjectNote{Kind: kind, Name: name, Code: code, Note: text}
	}
	state := &clone.State{
		Database:   &v1alpha1.DatabaseStatus{Name: "DEV_C360", CreatedOn: metav1.NewMicroTime(at(4))},
		SourceTime: new(metav1.NewTime(at(3))),
		Isolated:   &clone.Verdict{Message: "2 paths lead from DEV_C360 to PRODUCTION_DB"},
		Complete:   &clone.Verdict{Holds: true, Message: "Every object of PRODUCTION_DB is in DEV_C360 or known to be left out (2)"},
		Summary:    v1alpha1.Summary{NeedsReview: 2, HighFindings: 1, Masked: 2},
	}
	state.Report = clone.Report{
		Inventory: []clone.KindCount{{Kind: "SCHEMA", Source: 2, Clone: 2}, {Kind: "TABLE", Source: 120, Clone: 118, Missing: 2}},
		Leaks: []clone.ObjectNote{
			note("VIEW", "DEV_C360.MARTS.V", "REFERENCE", "names PRODUCTION_DB.SALES.ORDERS in line 3"),
			note("STREAM", "DEV_C360.SALES.S", "STREAM_BASE", "watches PRODUCTION_DB.SALES.ORDERS"),
			note("TASK", "DEV_C360.SALES.T", "REFERENCE", "names PRODUCTION_DB.SALES.ORDERS in line 1"),
		},
		Failures: []clone.ObjectNote{note("VIEW", "DEV_C360.MARTS.V", "REFUSED", "002003 (02000): SQL compilation error:\nObject does not exist")},
		Missing: []clone.ObjectNote{
			note("EXTERNAL TABLE", "PRODUCTION_DB.LAKE.E", "NEVER_CLONED", "Snowflake clones no external tables"),
			note("SCHEMA", "PRODUCTION_DB.ARCHIVE", "UNSELECTED", "source.schemas leaves it out, with all that is in it"),
		},
		Review: []clone.ReviewItem{{
			ObjectNote: note("VIEW", "DEV_C360.MARTS.V", "DATA_LITERAL", "'from PRODUCTION_DB' AS ORIGIN"), Line: 2, Column: 9,
		}, {
			ObjectNote: note("PROCEDURE", "DEV_C360.SALES.P()", "BARE_LITERAL", "db := 'PRODUCTION_DB';"), Line: 4, Column: 7, High: true,
		}},
		CodeStrings: []clone.ReviewItem{{
			ObjectNote: note("PROCEDURE", "DEV_C360.SALES.P()", "CODE_STRING", "delete from PRODUCTION_DB.SALES.ORDERS"), Line: 5, Column: 12,
		}},
		Shared: []clone.ObjectNote{note("STAGE", "DEV_C360.SALES.G", "SHARED_STORAGE", "reads and writes s3://landing/, which is storage of PRODUCTION_DB.SALES.G")},
		Masking: []clone.ObjectNote{
			note("TABLE", "DEV_C360.HR.SITES", "NOT_PROBED", "it is empty"),
			note("COLUMN", "DEV_C360.HR.PEOPLE.NAME", "MASKED", "by GOVERNANCE.P.HIDE"), note("COLUMN", "DEV_C360.HR.PEOPLE.MAIL", "MASKED", "by GOVERNANCE.P.HIDE"),
		},
		Tags:    []clone.ObjectNote{note("TAG", "GOVERNANCE.TAGS.COST", "COST_TAG", "is 4711")},
		Streams: []clone.ObjectNote{note("STREAM", "DEV_C360.SALES.S", "OFFSET_RESET", "recreated on DEV_C360.SALES.ORDERS")},
		Iceberg: []clone.ObjectNote{note("ICEBERG TABLE", "DEV_C360.LAKE.I", "SHARED_BASE_LOCATION", "new files will land on volume VOL below i/, beside the source's")},
		Repointed: []clone.RepointedObject{
			{Kind: "VIEW", Name: "DEV_C360.MARTS.W", Action: clone.ActionRewritten, Certain: 2},
		},
	}
	return obj, state
}

func TestTheReportReadsWell(t *testing.T) {
	t.Parallel()
	const golden = "testdata/report.txt"
	obj, state := fullReport()
	got := reportForPeople(frontPageOf(obj, state), state.Report)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("text; -update rewrites it (-want +got):\n%s", diff)
	}
	if got := reportForPeople(frontPage{}, clone.Report{}); got != "Nothing to report.\n" {
		t.Errorf("an empty report says %q", got)
	}
}

func TestTheFrontPageKeepsTheVerdictsOfEarlierSteps(t *testing.T) {
	t.Parallel()
	obj, state := fullReport()
	state.Isolated, state.Complete = nil, nil
	set := conditionSetter{conditions: &obj.Status.Conditions, generation: 2, now: time.Now()}
	set.to(v1alpha1.IsolatedCondition, true, v1alpha1.ReasonIsolated, "No path leads back")
	set.generation = 1
	set.to(v1alpha1.CompleteCondition, true, v1alpha1.ReasonComplete, "All is there")
	want := []fact{{"isolated", "yes. No path leads back"}, {"complete", "not judged yet"}}
	if diff := cmp.Diff(want, verdictsOf(obj, state)[:2], cmp.AllowUnexported(fact{})); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
