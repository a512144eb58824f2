package clone

import (
	"context"
	"fmt"
	"strings"
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
// one that does not makes the whole clone fail (C41).
func (r *Run) checkTimeTravel(
	ctx context.Context, source *snowflake.Database, inventory map[snowflake.Kind][]snowflake.Object,
) error {
	point, _ := r.moment()
	if point == nil {
		return nil
	}
	if len(inventory[snowflake.KindHybridTable]) > 0 && point.Timestamp == nil && !r.Spec.Source.IgnoreHybridTables {
		return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach,
			"source: %s has hybrid tables, which can be cloned as of a timestamp only; set source.ignoreHybridTables or "+
				"give a timestamp", r.Source)
	}
	now, err := r.Snowflake.ServerTime(ctx)
	if err != nil {
		return fmt.Errorf("read Snowflake's clock: %w", err)
	}
	if err := r.fixMoment(point, now); err != nil || r.State.SourceTime == nil {
		return err
	}
	return r.checkReach(ctx, source, now)
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

// maxNamed is how many objects a message names.
const maxNamed = 5

// checkReach finds the tables whose retention does not reach back to the moment.
func (r *Run) checkReach(ctx context.Context, source *snowflake.Database, now time.Time) error {
	moment := r.State.SourceTime.Time
	if moment.Before(source.CreatedOn) {
		return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach, "source: %s was created on %s, after the moment asked for",
			r.Source, source.CreatedOn.UTC().Format(time.RFC3339))
	}
	if r.Spec.Source.IgnoreTablesWithInsufficientDataRetention {
		return nil
	}
	tables, err := r.Snowflake.Tables(ctx, snowflake.InDatabase(r.Source))
	if err != nil {
		return fmt.Errorf("read the retention of tables: %w", err)
	}
	var short []string
	for _, table := range tables {
		reach := now.Add(-time.Duration(table.RetentionDays) * 24 * time.Hour)
		if table.CreatedOn.Before(moment) && moment.Before(reach) {
			short = append(short, fmt.Sprintf("%s (%d days)", table.Name, table.RetentionDays))
		}
	}
	if len(short) == 0 {
		return nil
	}
	return Terminalf(v1alpha1.ReasonTimeTravelOutOfReach,
		"source: the retention of %d tables does not reach back to %s: %s; choose a later moment or set "+
			"source.ignoreTablesWithInsufficientDataRetention", len(short), moment.UTC().Format(time.RFC3339), named(short))
}

// named lists the first few of many names.
func named(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
}
