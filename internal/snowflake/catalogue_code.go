package snowflake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Routine is a row of SHOW USER PROCEDURES or SHOW USER FUNCTIONS. The listing does not tell the owner: ask GrantsOn.
type Routine struct {
	Object
	// Signature is the arguments column as printed.
	Signature string
	Secure    bool
	// Language is set for functions only.
	Language string
	// TableFunction, External and Metric are set for functions only.
	TableFunction, External, Metric bool
}

// Procedure is a stored procedure.
type Procedure struct{ Routine }

// Function is a user-defined function.
type Function struct{ Routine }

func routineOf(b *binder, kind Kind) Routine {
	return Routine{
		Object:        objectOf(b, kind),
		Signature:     b.text("arguments"),
		Secure:        b.flag("is_secure"),
		Language:      b.text("language"),
		TableFunction: b.flag("is_table_function"),
		External:      b.flag("is_external_function"),
		Metric:        b.flag("is_data_metric"),
	}
}

// Procedures lists stored procedures without Snowflake's own.
func (c *Client) Procedures(ctx context.Context, scope Scope) ([]Procedure, error) {
	return list(ctx, c, KindProcedure, scope, func(b *binder) Procedure {
		return Procedure{Routine: routineOf(b, KindProcedure)}
	})
}

// Functions lists user-defined functions without Snowflake's own.
func (c *Client) Functions(ctx context.Context, scope Scope) ([]Function, error) {
	return list(ctx, c, KindFunction, scope, func(b *binder) Function {
		return Function{Routine: routineOf(b, KindFunction)}
	})
}

// Stream is a row of SHOW STREAMS.
type Stream struct {
	Object
	// Source is the object that the stream watches, parsed (N2). Zero when the stream is invalid and tells none.
	Source sqltext.Name
	// SourceText is the same as printed.
	SourceText string
	// SourceType is Table, View, External Table, Stage, …
	SourceType string
	BaseTables string
	// Mode is DEFAULT, APPEND_ONLY or INSERT_ONLY.
	Mode  string
	Stale bool
	// StaleAfter is when it becomes stale unless it is read; zero when not known.
	StaleAfter    time.Time
	InvalidReason string
}

// Streams lists streams.
func (c *Client) Streams(ctx context.Context, scope Scope) ([]Stream, error) {
	return list(ctx, c, KindStream, scope, func(b *binder) Stream {
		stream := Stream{
			Object:        objectOf(b, KindStream),
			SourceText:    b.need("table_name"),
			SourceType:    b.text("source_type"),
			BaseTables:    b.text("base_tables"),
			Mode:          b.text("mode"),
			Stale:         b.flag("stale"),
			StaleAfter:    b.row.Time("stale_after"),
			InvalidReason: b.name("invalid_reason"),
		}
		if name, err := sqltext.ParseName(stream.SourceText); err == nil {
			stream.Source = name
		}
		return stream
	})
}

// Task is a row of SHOW TASKS.
type Task struct {
	Object
	// Warehouse is empty for serverless tasks.
	Warehouse  sqltext.Ident
	Schedule   string
	Definition string
	// Condition is the WHEN expression.
	Condition string
	// Predecessors are the tasks after which this one runs; none for a root.
	Predecessors []sqltext.Name
	// FinalizedRoot is the root that this task finalizes; zero for others.
	FinalizedRoot sqltext.Name
	Started       bool
	// ErrorIntegration and SuccessIntegration are the notification channels that the task reports to; "" without one.
	ErrorIntegration, SuccessIntegration string
	Config                               string
	AllowOverlapping                     bool
}

// Tasks lists tasks.
func (c *Client) Tasks(ctx context.Context, scope Scope) ([]Task, error) {
	return list(ctx, c, KindTask, scope, func(b *binder) Task {
		return Task{
			Object:             objectOf(b, KindTask),
			Warehouse:          sqltext.Ident(b.name("warehouse")),
			Schedule:           b.name("schedule"),
			Definition:         b.need("definition"),
			Condition:          b.name("condition"),
			Predecessors:       predecessorsOf(b),
			FinalizedRoot:      finalizedRootOf(b),
			Started:            b.need("state") == "started",
			ErrorIntegration:   b.name("error_integration"),
			SuccessIntegration: b.name("success_integration"),
			Config:             b.name("config"),
			AllowOverlapping:   b.flag("allow_overlapping_execution"),
		}
	})
}

// predecessorsOf reads a JSON array of qualified names.
func predecessorsOf(b *binder) []sqltext.Name {
	text := b.need("predecessors")
	if text == "" || b.err != nil {
		return nil
	}
	var printed []string
	if err := json.Unmarshal([]byte(text), &printed); err != nil {
		b.err = fmt.Errorf("read predecessors: %w", err)
		return nil
	}
	var names []sqltext.Name
	for _, one := range printed {
		name, err := sqltext.ParseName(one)
		if err != nil {
			b.err = fmt.Errorf("read predecessors: %w", err)
		}
		names = append(names, name)
	}
	return names
}

// finalizedRootOf reads the root that a finalizer task names in task_relations. Accounts print it or not.
func finalizedRootOf(b *binder) sqltext.Name {
	var relations struct{ FinalizedRootTask string }
	if json.Unmarshal([]byte(b.text("task_relations")), &relations) != nil || relations.FinalizedRootTask == "" {
		return sqltext.Name{}
	}
	name, err := sqltext.ParseName(relations.FinalizedRootTask)
	if err != nil {
		b.err = fmt.Errorf("read task_relations: %w", err)
	}
	return name
}

// Alert is a row of SHOW ALERTS.
type Alert struct {
	Object
	Warehouse         sqltext.Ident
	Schedule          string
	Started           bool
	Condition, Action string
}

// Alerts lists alerts.
func (c *Client) Alerts(ctx context.Context, scope Scope) ([]Alert, error) {
	return list(ctx, c, KindAlert, scope, func(b *binder) Alert {
		return Alert{
			Object:    objectOf(b, KindAlert),
			Warehouse: sqltext.Ident(b.name("warehouse")),
			Schedule:  b.name("schedule"),
			Started:   b.need("state") == "started",
			Condition: b.need("condition"),
			Action:    b.need("action"),
		}
	})
}

// Pipe is a row of SHOW PIPES. Whether it runs, PipeStatuses tells.
type Pipe struct {
	Object
	Definition          string
	Pattern             string
	NotificationChannel string
	Integration         string
	ErrorIntegration    string
	InvalidReason       string
}

// AutoIngest says whether the pipe is fed by a cloud's notifications.
func (p Pipe) AutoIngest() bool { return p.NotificationChannel != "" }

// Pipes lists pipes.
func (c *Client) Pipes(ctx context.Context, scope Scope) ([]Pipe, error) {
	return list(ctx, c, KindPipe, scope, func(b *binder) Pipe {
		return Pipe{
			Object:              objectOf(b, KindPipe),
			Definition:          b.need("definition"),
			Pattern:             b.name("pattern"),
			NotificationChannel: b.name("notification_channel"),
			Integration:         b.name("integration"),
			ErrorIntegration:    b.name("error_integration"),
			InvalidReason:       b.name("invalid_reason"),
		}
	})
}

// Stage is a row of SHOW STAGES.
type Stage struct {
	Object
	// URL is empty for internal stages.
	URL                string
	External           bool
	StorageIntegration string
	DirectoryEnabled   bool
}

// Stages lists named stages.
func (c *Client) Stages(ctx context.Context, scope Scope) ([]Stage, error) {
	return list(ctx, c, KindStage, scope, func(b *binder) Stage {
		return Stage{
			Object:             objectOf(b, KindStage),
			URL:                b.need("url"),
			External:           b.text("url") != "",
			StorageIntegration: b.name("storage_integration"),
			DirectoryEnabled:   b.flag("directory_enabled"),
		}
	})
}

// StageFormat reads the file format that a stage names (I12): the zero name where it names none. A stage that was dropped
// meanwhile names none.
func (c *Client) StageFormat(ctx context.Context, stage sqltext.Name) (sqltext.Name, error) {
	rows, err := c.Query(ctx, "DESCRIBE STAGE "+stage.SQL())
	switch {
	case ClassOf(err) == NotFound:
		return sqltext.Name{}, nil
	case err != nil:
		return sqltext.Name{}, fmt.Errorf("read the file format of stage %s: %w", stage, err)
	}
	for _, row := range rows {
		if row.String("property") != "FORMAT_NAME" || row.String("property_value") == "" {
			continue
		}
		name, err := sqltext.ParseName(row.String("property_value"))
		if err != nil {
			return sqltext.Name{}, fmt.Errorf("read the file format of stage %s: %w", stage, err)
		}
		return name, nil
	}
	return sqltext.Name{}, nil
}
