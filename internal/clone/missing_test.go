package clone

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// patchy is a source of which a clone lacks much.
func patchy() []string {
	return []string{
		"CREATE TABLE ACME.PUBLIC.T (A NUMBER)", "CREATE SCHEMA ACME.ASIDE", "CREATE TABLE ACME.ASIDE.X (A NUMBER)",
		"CREATE STAGE ACME.PUBLIC.G URL = 's3://landing/x/' STORAGE_INTEGRATION = LANDING", "CREATE STAGE ACME.PUBLIC.I",
		"CREATE EXTERNAL TABLE ACME.PUBLIC.E WITH LOCATION = @ACME.PUBLIC.G/e/ FILE_FORMAT = (TYPE = PARQUET) AUTO_REFRESH = FALSE",
		"CREATE PIPE ACME.PUBLIC.P AS COPY INTO ACME.PUBLIC.T FROM @ACME.PUBLIC.I",
		"CREATE HYBRID TABLE ACME.PUBLIC.H (ID NUMBER PRIMARY KEY)",
		"CREATE SECRET ACME.PUBLIC.SEC TYPE = GENERIC_STRING SECRET_STRING = 'x'",
		"CREATE FUNCTION ACME.PUBLIC.J(A NUMBER) RETURNS NUMBER LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'm.f' IMPORTS = ('@ACME.PUBLIC.I/m.py')",
		"CREATE FUNCTION ACME.PUBLIC.J(A VARCHAR) RETURNS VARCHAR AS 'A'",
		"CREATE TASK ACME.PUBLIC.K WAREHOUSE = PROD_WH SCHEDULE = '60 MINUTE' AS DELETE FROM ACME.PUBLIC.T",
		"CREATE DATABASE ROLE ACME.LOW",
	}
}

// reasons are the missing objects with their codes.
func (w *world) reasons() []string {
	var found []string
	for _, note := range w.run.State.Report.Missing {
		found = append(found, note.Code+" "+note.Kind+" "+note.Name)
	}
	slices.Sort(found)
	return found
}

func TestEachMissingObjectHasItsReason(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", patchy()...)
	w.run.Spec.Source.Schemas = &v1alpha1.SchemaSelection{Exclude: []v1alpha1.Pattern{"ASIDE"}}
	w.run.Spec.Source.IgnoreHybridTables = true
	if err := w.upTo(t, v1alpha1.StepTransferOwnership); err != nil {
		t.Fatal(err)
	}
	w.admin(t, "USE ROLE PROD_ADMIN", "CREATE TABLE ACME.PUBLIC.LATER (A NUMBER)")
	if err := w.step(t, validate{}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"CREATED_LATER TABLE ACME.PUBLIC.LATER", "HYBRID_IGNORED HYBRID TABLE ACME.PUBLIC.H", "INTERNAL_STAGE STAGE ACME.PUBLIC.I",
		"NEVER_CLONED EXTERNAL TABLE ACME.PUBLIC.E", "PIPE_ON_INTERNAL_STAGE PIPE ACME.PUBLIC.P",
		"STAGED_CODE FUNCTION ACME.PUBLIC.J(NUMBER)", "UNDOCUMENTED SECRET ACME.PUBLIC.SEC", "UNSELECTED SCHEMA ACME.ASIDE",
	}
	expectStrings(t, "missing", w.reasons(), want...)
	if !w.run.State.Complete.Holds || w.run.State.Summary.Missing != 0 {
		t.Errorf("complete: %+v, %d missing", w.run.State.Complete, w.run.State.Summary.Missing)
	}
	for _, reason := range want {
		code, _, _ := strings.Cut(reason, " ")
		if Advice(code) == "" {
			t.Errorf("nothing says what to do about %s", code)
		}
	}
	tables := w.run.State.Report.Inventory[slices.IndexFunc(w.run.State.Report.Inventory, func(c KindCount) bool { return c.Kind == "TABLE" })]
	if tables != (KindCount{Kind: "TABLE", Source: 2, Clone: 1, Missing: 1}) {
		t.Errorf("tables: %+v", tables)
	}
}

func TestWhatSwitchesBringAlongIsNotMissing(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", patchy()...)
	w.turnOn(t, "cloneSecrets", "cloneStagedHandlers") // U4, U6
	w.run.Spec.Source.IncludeInternalStages = true
	if err := w.upTo(t, v1alpha1.StepApplyRBACMappings); err != nil {
		t.Fatal(err)
	}
	expectStrings(t, "missing", w.reasons(), "NEVER_CLONED EXTERNAL TABLE ACME.PUBLIC.E", "PIPE_ON_INTERNAL_STAGE PIPE ACME.PUBLIC.P")
}

func TestAnOverloadThatIsMissingIsNamedByItsArguments(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", "CREATE FUNCTION ACME.PUBLIC.J(A VARCHAR) RETURNS VARCHAR AS 'A'",
		"CREATE FUNCTION ACME.PUBLIC.J(A NUMBER) RETURNS NUMBER AS 'A'", "CREATE DATABASE ROLE ACME.LOW", "CREATE SEQUENCE ACME.PUBLIC.S")
	if err := w.upTo(t, v1alpha1.StepTransferOwnership); err != nil {
		t.Fatal(err)
	}
	w.operator(t, "DROP FUNCTION ACME_DEV.PUBLIC.J(NUMBER)", "DROP DATABASE ROLE ACME_DEV.LOW", "DROP SEQUENCE ACME_DEV.PUBLIC.S")
	expectReason(t, w.step(t, validate{}), v1alpha1.ReasonObjectsMissing, true, "3 objects", "onMissing: Warn")
	expectStrings(t, "missing", w.reasons(), "UNEXPLAINED FUNCTION ACME.PUBLIC.J(NUMBER)", "UNEXPLAINED DATABASE ROLE ACME.LOW",
		"UNEXPLAINED SEQUENCE ACME.PUBLIC.S")
	w.run.Spec.Validation.OnMissing = v1alpha1.ValidationWarn
	if err := w.step(t, validate{}); err != nil {
		t.Fatal(err)
	}
	if w.run.State.Complete.Holds || w.run.State.Summary.Missing != 3 {
		t.Errorf("complete: %+v, %d missing", w.run.State.Complete, w.run.State.Summary.Missing)
	}
	w.run.HandedOver = time.Now()
	w.run.Spec.Validation.OnMissing = v1alpha1.ValidationFail
	if err := w.step(t, validate{}); err != nil {
		t.Errorf("what users dropped in their clone keeps it from Ready: %v", err)
	}
}

func TestWhatTheOperatorHadNoRightToCloneIsMissingForThatReason(t *testing.T) {
	t.Parallel()
	w := hostileWorld(t, "ACME", "ACME_DEV", "CREATE TABLE ACME.PUBLIC.T (A NUMBER)", "CREATE TABLE ACME.PUBLIC.MINE (A NUMBER)",
		"USE ROLE ACCOUNTADMIN", "CREATE ROLE HERMIT", "GRANT OWNERSHIP ON TABLE ACME.PUBLIC.MINE TO ROLE HERMIT REVOKE CURRENT GRANTS")
	for _, step := range NewPipeline() {
		if step.Name() == v1alpha1.StepPreflight {
			continue // It would not let this pass.
		}
		if err := w.step(t, step); err != nil {
			if step.Name() != v1alpha1.StepValidate {
				t.Fatalf("%s: %v", step.Name(), err)
			}
			expectReason(t, err, v1alpha1.ReasonObjectsMissing, true, "ACME.PUBLIC.MINE", "lacks a right")
			expectStrings(t, "missing", w.reasons(), "NO_PRIVILEGE TABLE ACME.PUBLIC.MINE")
			return
		}
	}
	t.Error("the clone is open although a table was left out")
}

func TestWhatTheMomentLeavesOutHasItsReason(t *testing.T) {
	t.Parallel()
	now := time.Now()
	run := func(change func(*Run)) *Run {
		r := &Run{State: &State{SourceTime: new(metav1.NewTime(now)), Database: &v1alpha1.DatabaseStatus{CreatedOn: metav1.NewMicroTime(now)}}}
		r.Spec.Source.At = &v1alpha1.TimeTravelPoint{Timestamp: r.State.SourceTime}
		if change != nil {
			change(r)
		}
		return r
	}
	object := func(kind snowflake.Kind, created time.Time) snowflake.Object {
		return snowflake.Object{ObjectRef: snowflake.ObjectRef{Kind: kind, Name: name("ACME", "S", "X")}, CreatedOn: created}
	}
	before := now.Add(-time.Hour)
	for what, tc := range map[string]struct {
		run    *Run
		object snowflake.Object
		facts  absenceFacts
		want   string
	}{
		"a task":                 {run: run(nil), object: object(snowflake.KindTask, before), want: codeTaskInTravel},
		"a table made later":     {run: run(nil), object: object(snowflake.KindTable, now.Add(time.Minute)), want: codeCreatedLater},
		"a table of short reach": {run(func(r *Run) { r.Spec.Source.IgnoreTablesWithInsufficientDataRetention = true }), object(snowflake.KindTable, before), absenceFacts{}, codeRetention},
		"by a statement": {run(func(r *Run) {
			r.Spec.Source.At = &v1alpha1.TimeTravelPoint{Statement: "01a"}
			r.State.SourceTime = nil
		}), object(snowflake.KindTable, before), absenceFacts{}, codeTimeTravel},
		"a temporary table": {&Run{State: &State{}}, object(snowflake.KindTable, before),
			absenceFacts{temporary: map[sqltext.Name]bool{name("ACME", "S", "X"): true}}, codeTemporary},
		"an Iceberg table of another catalogue": {&Run{State: &State{}}, object(snowflake.KindIcebergTable, before),
			absenceFacts{externalTables: map[sqltext.Name]bool{name("ACME", "S", "X"): true}}, codeCatalog},
		"anything else": {&Run{State: &State{}}, object(snowflake.KindView, before), absenceFacts{}, codeUnexplained},
	} {
		t.Run(what, func(t *testing.T) {
			if code, note := tc.run.whyAbsent(tc.object, tc.facts); code != tc.want || note == "" {
				t.Errorf("%s (%s), want %s", code, note, tc.want)
			}
		})
	}
}

func name(database, schema, object sqltext.Ident) sqltext.Name {
	return sqltext.Name{Database: database, Schema: schema, Object: object}
}
