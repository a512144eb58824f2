package clone

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/emulator"
)

func TestASourceThatNeverRestsEndsTheAttemptsUntilSomebodyAsks(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault emulator.Fault
		says  string
	}{
		"objects are replaced": {
			emulator.Fault{Code: 2002, State: "42710", Message: "SQL compilation error:\nObject 'T_SALES' already exists."}, "pause deployments",
		},
		"data changes": {
			emulator.Fault{Code: 707, State: "02000", Message: "Data is not available."},
			`ALTER DATABASE "PROD" SET DATA_RETENTION_TIME_IN_DAYS = 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			tc.fault.Kind, tc.fault.Match, tc.fault.Times = emulator.FaultError, "^CREATE DATABASE", maxConflicts
			if _, err := w.server.AddFault(tc.fault); err != nil {
				t.Fatal(err)
			}
			for range maxConflicts - 1 {
				expectReason(t, w.step(t, cloneDatabase{}), v1alpha1.ReasonSourceChanging, false, tc.says)
			}
			err := w.step(t, cloneDatabase{})
			expectReason(t, err, v1alpha1.ReasonSourceChanging, true, tc.says, fmt.Sprintf("attempt %d", maxConflicts), v1alpha1.RetryAnnotation, tc.fault.Message)
			if n := len(err.Error()); n > 1024 {
				t.Errorf("the message has %d bytes", n)
			}
			if err := w.step(t, cloneDatabase{}); err != nil || w.run.State.Conflicts != nil {
				t.Errorf("when it is asked for again: %v, conflicts %+v", err, w.run.State.Conflicts)
			}
			if n := creations(w, "DEV"); n != 1 {
				t.Errorf("the database was made %d times", n)
			}
		})
	}
}

func TestAttemptsThatTakeHoursAreNotMadeForDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fault := emulator.Fault{Kind: emulator.FaultError, Match: "^CREATE DATABASE", Code: 707, State: "02000", Message: "Data is not available."}
	if _, err := w.server.AddFault(fault); err != nil {
		t.Fatal(err)
	}
	for range leastConflict - 1 {
		expectReason(t, w.step(t, cloneDatabase{}), v1alpha1.ReasonSourceChanging, false)
		w.clock.SetTime(w.clock.Now().Add(conflictTime))
	}
	expectReason(t, w.step(t, cloneDatabase{}), v1alpha1.ReasonSourceChanging, true, "too often")
}

func TestWhatTimeTravelCannotReachIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run.Spec.Source.Before = &v1alpha1.TimeTravelPoint{Statement: "01b2c3d4-0000-0000-0000-000000000000"}
	fault := emulator.Fault{
		Kind: emulator.FaultError, Match: "^CREATE DATABASE", Code: 707, State: "02000",
		Message: "Time travel data is not available for table ORDERS. The requested time is either beyond the allowed time travel period or before the object creation time.",
	}
	if _, err := w.server.AddFault(fault); err != nil {
		t.Fatal(err)
	}
	expectReason(t, w.step(t, cloneDatabase{}), v1alpha1.ReasonTimeTravelOutOfReach, true, "table ORDERS", "source.ignoreTablesWithInsufficientDataRetention")
}

func TestATransientSchemaInAPermanentSourceIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fault := emulator.Fault{
		Kind: emulator.FaultError, Match: "^CREATE DATABASE", Code: 2120, State: "0A000",
		Message: "SQL compilation error: Transient object cannot be cloned to a permanent object.",
	}
	if _, err := w.server.AddFault(fault); err != nil {
		t.Fatal(err)
	}
	expectReason(t, w.step(t, cloneDatabase{}), v1alpha1.ReasonSourceNotCloneable, true, "target.transient")
}

func TestEveryClauseReachesTheStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "CREATE TAG GOVERNANCE.POLICIES.COST", "GRANT APPLY ON TAG GOVERNANCE.POLICIES.COST TO ROLE OPERATOR")
	days := int32(0)
	w.run.Spec.Source.At = &v1alpha1.TimeTravelPoint{Offset: &metav1.Duration{Duration: time.Second}}
	w.run.Spec.Source.IgnoreTablesWithInsufficientDataRetention = true
	w.run.Spec.Source.IgnoreHybridTables, w.run.Spec.Source.IncludeInternalStages = true, true
	w.run.Spec.Target.Transient, w.run.Spec.Target.DataRetentionDays = new(true), &days
	w.run.Spec.Target.Comment = "it's ours"
	w.run.Spec.Target.Tags = map[string]string{"GOVERNANCE.POLICIES.COST": "team's"}
	moment := metav1.NewTime(time.Date(2026, 3, 1, 6, 0, 0, 123e6, time.UTC))
	w.run.State.SourceTime = &moment
	text, err := w.run.cloneStatement(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, clause := range []string{
		`CREATE TRANSIENT DATABASE "DEV" CLONE "PROD" AT (TIMESTAMP => '2026-03-01 06:00:00.123 +0000'::TIMESTAMP_LTZ)`,
		"IGNORE TABLES WITH INSUFFICIENT DATA RETENTION", "IGNORE HYBRID TABLES", "INCLUDE INTERNAL STAGES",
		"DATA_RETENTION_TIME_IN_DAYS = 0", `'it''s ours [snowclone.dev`, `WITH TAG ("GOVERNANCE"."POLICIES"."COST" = 'team''s')`,
	} {
		if !strings.Contains(text, clause) {
			t.Errorf("the statement lacks %s:\n%s", clause, text)
		}
	}
}
