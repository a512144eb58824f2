package clone

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// moment is the point in time that the clone asks for, if any.
func (r *Run) moment() (point *v1alpha1.TimeTravelPoint, before bool) {
	if r.Spec.Source.Before != nil {
		return r.Spec.Source.Before, true
	}
	return r.Spec.Source.At, false
}

// checkTimeTravel fixes the moment that is cloned, once for the run, and checks that every table reaches back so far:
// one that does not makes the whole clone fail (C41). A clone that is there has left all that behind.
func (x *examiner) checkTimeTravel(ctx context.Context) error {
	if x.exists() {
		return nil
	}
	point, _ := x.moment()
	if point != nil && point.Timestamp == nil && x.hybrids > 0 && !x.Spec.Source.IgnoreHybridTables {
		// U11: it may also leave them out without a word.
		return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach,
			"source: %s has %d hybrid tables, which can be cloned as of a timestamp only; set source.ignoreHybridTables or "+
				"give a timestamp", x.Source, x.hybrids)
	}
	now, err := x.Snowflake.ServerTime(ctx)
	if err != nil {
		return fmt.Errorf("read Snowflake's clock: %w", err)
	}
	if point != nil {
		if err := x.fixMoment(point, now); err != nil {
			return err
		}
	}
	if moment := x.State.SourceTime; point != nil && moment != nil {
		x.found.Moment = &moment.Time
	}
	return x.checkReach(ctx, now)
}

// fixMoment turns the moment into a time that later calls use too. A statement's moment is Snowflake's to know.
func (r *Run) fixMoment(point *v1alpha1.TimeTravelPoint, now time.Time) error {
	if r.State.SourceTime != nil {
		return nil
	}
	switch {
	case point.Timestamp != nil:
		r.State.SourceTime = point.Timestamp.DeepCopy()
	case point.Offset != nil:
		at := metav1.NewTime(now.Add(-point.Offset.Duration))
		r.State.SourceTime = &at
	default:
		return nil
	}
	if r.State.SourceTime.After(now) {
		return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach, "source: %s lies in the future",
			r.State.SourceTime.UTC().Format(time.RFC3339))
	}
	return nil
}

// checkReach finds the tables whose history does not reach back to the moment. Where none is asked for it lists those
// that keep less history than the database, which nobody may know.
func (x *examiner) checkReach(ctx context.Context, now time.Time) error {
	moment := x.found.Moment
	if moment != nil && moment.Before(x.source.CreatedOn) {
		return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach, "source: %s was created on %s, after the moment asked for",
			x.Source, x.source.CreatedOn.UTC().Format(time.RFC3339))
	}
	tables, err := x.Snowflake.Tables(ctx, snowflake.InDatabase(x.Source))
	if err != nil {
		return fmt.Errorf("read the retention of tables: %w", err)
	}
	var short []string
	for _, table := range tables {
		if table.SearchOptimization && selected(x.Spec.Source.Schemas, table.Name.Schema) {
			x.searchOptimized++
		}
		reach := now.Add(-time.Duration(table.RetentionDays) * 24 * time.Hour)
		isShort := table.RetentionDays < x.source.RetentionDays
		note := fmt.Sprintf("it keeps %d days of history, the database %d", table.RetentionDays, x.source.RetentionDays)
		if moment != nil {
			isShort = table.CreatedOn.Before(*moment) && moment.Before(reach)
			note = fmt.Sprintf("its retention of %d days reaches back to %s", table.RetentionDays, reach.UTC().Format(time.RFC3339))
		}
		// A schema that is not selected is cloned with the others and dropped then: its tables count too.
		if isShort {
			short = append(short, fmt.Sprintf("%s (%d days)", table.Name, table.RetentionDays))
			x.found.ShortHistory = append(x.found.ShortHistory, noteOn(table.ObjectRef, "SHORT_RETENTION", note))
		}
	}
	if moment == nil || len(short) == 0 || x.Spec.Source.IgnoreTablesWithInsufficientDataRetention {
		return nil
	}
	return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach,
		"source: the retention of %d tables does not reach back to %s: %s; choose a later moment or set "+
			"source.ignoreTablesWithInsufficientDataRetention", len(short), moment.UTC().Format(time.RFC3339), named(short))
}
