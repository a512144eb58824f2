package controller

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

func TestEventsFollowFromTheStatus(t *testing.T) {
	refused := clone.Terminalf(v1alpha1.ReasonSourceNotFound, "source.database: X does not exist")
	lost := clone.Transientf(v1alpha1.ReasonSnowflakeUnavailable, "no answer")
	see := func(o observation) func(*v1alpha1.SnowflakeClone) {
		return func(obj *v1alpha1.SnowflakeClone) {
			o.step, o.total, o.began, o.now = v1alpha1.StepPreflight, 14, noon, noon
			record(obj, o)
		}
	}
	for name, tc := range map[string]struct {
		reason string
		before []func(*v1alpha1.SnowflakeClone)
		after  func(*v1alpha1.SnowflakeClone)
		want   []string
	}{
		"a stage is done": {
			reason: "people follow the pipeline", after: see(observation{outcome: clone.Done("looks good")}),
			want: []string{"Normal StepSucceeded Step Preflight: Looks good"},
		},
		"a stage is skipped": {
			reason: "people ask why", after: see(observation{outcome: clone.Skip("no need")}),
			want: []string{"Normal StepSkipped Step Preflight: No need"},
		},
		"a stage goes on": {reason: "nothing has happened", after: see(observation{outcome: clone.Wait(0, "working")})},
		"the last stage is done": {
			reason: "the clone can be used", after: see(observation{place: 13, outcome: clone.Done("all in")}),
			want: []string{"Normal StepSucceeded Step Preflight: All in", "Normal Ready The clone is ready for use"},
		},
		"somebody must act": {
			reason: "with the next action", after: see(observation{err: refused}),
			want: []string{"Warning SourceNotFound source.database: X does not exist"},
		},
		"somebody must still act": {
			reason: "once is enough", before: []func(*v1alpha1.SnowflakeClone){see(observation{err: refused})},
			after: see(observation{err: refused}),
		},
		"it is tried again": {
			reason: "an outage is worth knowing", after: see(observation{err: lost}),
			want: []string{"Warning SnowflakeUnavailable No answer"},
		},
		"it is tried again and again": {
			reason: "once is enough", before: []func(*v1alpha1.SnowflakeClone){see(observation{err: lost})},
			after: see(observation{err: lost}),
		},
		"the time is over": {
			reason: "before the drop", after: func(obj *v1alpha1.SnowflakeClone) {
				obj.Status.ExpiresAt = new(metav1.NewTime(noon))
				recordTeardown(obj, clone.Wait(0, ""), nil, noon)
			},
			want: []string{"Normal Expiring The clone's time was over at 2026-03-01T12:00:00Z, its database is going to be dropped"},
		},
		"the database is dropped": {
			reason: "and can be brought back",
			before: []func(*v1alpha1.SnowflakeClone){func(obj *v1alpha1.SnowflakeClone) {
				obj.Status.Database = &v1alpha1.DatabaseStatus{Name: "DEV"}
				recordTeardown(obj, clone.Wait(0, ""), nil, noon)
			}},
			after: func(obj *v1alpha1.SnowflakeClone) {
				obj.Status.Dropped = &v1alpha1.DroppedStatus{
					At: metav1.NewTime(noon), UndropBefore: new(metav1.NewTime(noon.Add(time.Hour))), As: "DEV__DROPPED",
				}
				recordTombstone(obj, noon)
			},
			want: []string{"Normal DatabaseDropped Database DEV was dropped and can be undropped before 2026-03-01T13:00:00Z as DEV__DROPPED"},
		},
		"it is suspended": {
			reason: "people wonder why nothing happens",
			after:  func(obj *v1alpha1.SnowflakeClone) { recordSuspended(obj, false, noon) },
			want:   []string{"Normal Suspended Suspended: nothing is changed in Snowflake until spec.suspend is false"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			for _, change := range tc.before {
				change(obj)
			}
			before := obj.Status.DeepCopy()
			tc.after(obj)
			var got []string
			for _, e := range eventsOf(before, &obj.Status) {
				got = append(got, e.kind+" "+e.reason+" "+sentence(e.message))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestBackoffDoublesUpToABound(t *testing.T) {
	b := newBackoff(func() float64 { return 1 })
	key := types.NamespacedName{Name: "a"}
	var got []string
	for range 12 {
		got = append(got, b.next(key).String())
	}
	want := []string{"1s", "2s", "4s", "8s", "16s", "32s", "1m4s", "2m8s", "4m16s", "5m0s", "5m0s", "5m0s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("delays (-want +got):\n%s", diff)
	}
	b.reset(key)
	if got := b.next(key); got != time.Second {
		t.Errorf("after a success the delay is %s, want 1s", got)
	}
	b.random = func() float64 { return 0 }
	if got := b.next(types.NamespacedName{Name: "b"}); got != time.Second/2 {
		t.Errorf("the shortest first delay is %s, want 500ms", got)
	}
}

func TestAReportFitsIntoItsConfigMap(t *testing.T) {
	var report clone.Report
	for i := range 20_000 {
		report.Repointed = append(report.Repointed, clone.RepointedObject{
			Kind: "VIEW", Name: fmt.Sprintf("DEV.ANALYTICS.V_%d", i), Note: strings.Repeat("ö", 20),
			Before: strings.Repeat("a", 64), After: strings.Repeat("b", 64),
		})
	}
	report.Leaks = []clone.ObjectNote{{Kind: "VIEW", Name: "DEV.A.V", Code: "REFERENCE", Note: "names PRODUCTION_DB"}}
	data, err := reportData(frontPage{}, report)
	if err != nil {
		t.Fatal(err)
	}
	if size := len(data[reportJSON]) + len(data[reportText]); size > 900_000 {
		t.Errorf("the report has %d bytes", size)
	}
	var read clone.Report
	if err := json.Unmarshal([]byte(data[reportJSON]), &read); err != nil {
		t.Fatal(err)
	}
	want := []clone.CutList{{List: "Repointed", Kept: len(read.Repointed), LeftOut: 20_000 - len(read.Repointed)}}
	if diff := cmp.Diff(want, read.Cut); diff != "" {
		t.Errorf("what is said of the cut (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(report.Leaks, read.Leaks); diff != "" {
		t.Errorf("leaks (-want +got):\n%s", diff)
	}
	if first, _, _ := strings.Cut(data[reportText], "\n"); first != "Lists that did not fit into the report (1)" {
		t.Errorf("the text begins with %q", first)
	}
}

func TestAReportLosesHashesBeforeEntriesAndForgetsCutsThatAreMended(t *testing.T) {
	t.Parallel()
	var report clone.Report
	for i := range 3_000 {
		report.Repointed = append(report.Repointed, clone.RepointedObject{
			Kind: "VIEW", Name: fmt.Sprintf("DEV.ANALYTICS.V_%d", i), Action: clone.ActionRewritten,
			Before: strings.Repeat("a", 64), After: strings.Repeat("b", 64),
		})
	}
	report.Cut = []clone.CutList{{List: "Streams", Kept: 7, LeftOut: 7}}
	data, err := reportData(frontPage{}, report)
	if err != nil {
		t.Fatal(err)
	}
	var read clone.Report
	if err := json.Unmarshal([]byte(data[reportJSON]), &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Repointed) != 3_000 || read.Repointed[0].Before != "" || len(read.Cut) != 0 {
		t.Errorf("%d objects, hash %q, cuts %v; want all of them, without hashes and cuts", len(read.Repointed), read.Repointed[0].Before, read.Cut)
	}
}

func TestAChangedSpecBeginsANewRun(t *testing.T) {
	pipeline := clone.NewPipeline()
	finished := func() *v1alpha1.SnowflakeClone {
		obj := newClone()
		obj.Status = v1alpha1.SnowflakeCloneStatus{}
		if err := beginRun(obj, pipeline, noon); err != nil {
			t.Fatal(err)
		}
		for i := range obj.Status.Steps {
			obj.Status.Steps[i].State = v1alpha1.StepSucceeded
		}
		obj.Status.Run.CompletedAt = new(metav1.NewTime(noon))
		return obj
	}
	for name, tc := range map[string]struct {
		reason string
		change func(*v1alpha1.SnowflakeClone)
		want   int64
	}{
		"a mapping that was added": {"somebody is to get in", func(obj *v1alpha1.SnowflakeClone) {
			obj.Generation++
			obj.Spec.Access.Mappings = []v1alpha1.AccessMapping{{Level: v1alpha1.LevelRead, GrantTo: []v1alpha1.Identifier{"R"}}}
		}, 2},
		"a longer life": {"no stage works for it", func(obj *v1alpha1.SnowflakeClone) {
			obj.Generation++
			obj.Spec.TTL = &metav1.Duration{Duration: time.Hour}
		}, 1},
		"a default that a newer version knows": {"nobody changed the spec", func(obj *v1alpha1.SnowflakeClone) {
			obj.Spec.Environment = "DEFAULT"
		}, 1},
		"nothing": {"nothing", func(*v1alpha1.SnowflakeClone) {}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			obj := finished()
			tc.change(obj)
			if err := beginRun(obj, pipeline, noon); err != nil {
				t.Fatal(err)
			}
			stage, _ := pipeline.Next(obj.Status.Steps)
			if run := obj.Status.Run; run.Number != tc.want || (stage != nil) != (tc.want > 1) || run.Generation != obj.Generation {
				t.Errorf("%s: run %+v, next stage %v, want run %d", tc.reason, run, stage, tc.want)
			}
			if len(obj.Status.History) != int(tc.want)-1 {
				t.Errorf("%s: history %+v", tc.reason, obj.Status.History)
			}
		})
	}
}

func TestADatabaseThatIsRetainedHalfMadeIsCalledSo(t *testing.T) {
	t.Parallel()
	status := &v1alpha1.SnowflakeCloneStatus{Progress: "Repoint 7/14", Run: &v1alpha1.RunStatus{}}
	if message := databaseRetained(status).message; !strings.Contains(message, "not finished and may still lead to its source (Repoint 7/14)") {
		t.Errorf("half made: %q", message)
	}
	status.Run.CompletedAt = new(metav1.NewTime(noon))
	if message := databaseRetained(status).message; strings.Contains(message, "not finished") {
		t.Errorf("finished: %q", message)
	}
}
