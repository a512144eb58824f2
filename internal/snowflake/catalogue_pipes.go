package snowflake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// PipeStatus is what SYSTEM$PIPE_STATUS tells of a pipe (T12).
type PipeStatus struct {
	Pipe sqltext.Name
	// State is the execution state: RUNNING, PAUSED, STOPPED_CLONED, …
	State        string
	PendingFiles int64
	// Err is why this pipe's status could not be read; only its owner or a holder of MONITOR may.
	Err error
}

// Quiet says whether the pipe takes in no files.
func (s PipeStatus) Quiet() bool { return s.Err == nil && s.State != "RUNNING" && s.State != "" }

// PipePause is a schema's own setting of whether its pipes are paused (T13).
type PipePause struct {
	// Set says that the schema has a setting of its own, and Paused what that is.
	Set, Paused bool
}

// PipePauseOf reads whether a schema pauses its pipes.
func (c *Client) PipePauseOf(ctx context.Context, database, schema sqltext.Ident) (PipePause, error) {
	ref := SchemaRef(database, schema)
	settings, err := selectRows(ctx, c, "parameters of "+ref.String(),
		"SHOW PARAMETERS LIKE 'PIPE_EXECUTION_PAUSED' IN SCHEMA "+ref.SQL(), func(b *binder) PipePause {
			own := b.need("level") == "SCHEMA"
			return PipePause{Set: own, Paused: own && b.flag("value")}
		})
	if err != nil || len(settings) == 0 {
		return PipePause{}, err
	}
	return settings[0], nil
}

// PipeStatuses asks for the states of many pipes in few statements, in the order given. A pipe that cannot be asked
// does not hide the others: its Err is set. The error is for failures that concern all.
func (c *Client) PipeStatuses(ctx context.Context, pipes []sqltext.Name) ([]PipeStatus, error) {
	texts, err := c.evaluate(ctx, len(pipes), func(i int) string {
		return "SYSTEM$PIPE_STATUS(" + sqltext.Literal(pipes[i].SQL()) + ")"
	})
	if err != nil {
		return nil, fmt.Errorf("read pipe states: %w", err)
	}
	statuses := make([]PipeStatus, len(pipes))
	for i, text := range texts {
		statuses[i] = pipeStatusOf(pipes[i], text)
	}
	return statuses, nil
}

func pipeStatusOf(pipe sqltext.Name, text evaluated) PipeStatus {
	status := PipeStatus{Pipe: pipe, Err: text.err}
	if status.Err != nil {
		return status
	}
	var printed struct {
		ExecutionState   string
		PendingFileCount int64
	}
	if err := json.Unmarshal([]byte(text.value), &printed); err != nil {
		status.Err = fmt.Errorf("read state of pipe %s: %w", pipe, err)
	}
	status.State, status.PendingFiles = printed.ExecutionState, printed.PendingFileCount
	return status
}

// evaluated is the value of one expression, or why it has none.
type evaluated struct {
	value string
	err   error
}

// batchSize is how many expressions go into one SELECT.
const batchSize = 25

// evaluate computes n independent expressions, many in one SELECT. Where a SELECT fails it is halved, so that one bad
// expression does not hide the rest. Failures that are not the expressions' fault end it all.
func (c *Client) evaluate(ctx context.Context, n int, expression func(i int) string) ([]evaluated, error) {
	results := make([]evaluated, n)
	indexes := make([]int, n)
	for i := range indexes {
		indexes[i] = i
	}
	batches := slices.Collect(slices.Chunk(indexes, batchSize))
	err := each(ctx, len(batches), func(ctx context.Context, b int) error {
		return c.evaluateBatch(ctx, batches[b], expression, results)
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// evaluateBatch fills in the results of one batch, by halves where the whole fails.
func (c *Client) evaluateBatch(ctx context.Context, batch []int, expression func(int) string, results []evaluated) error {
	rows, err := c.Query(ctx, selectOf(batch, expression))
	switch {
	case err == nil && len(rows) != 1:
		return errMalformed
	case err == nil:
		for column, i := range batch {
			results[i].value = rows[0].String(fmt.Sprintf("c%d", column))
		}
		return nil
	case concernsAll(err):
		return err
	case len(batch) == 1:
		results[batch[0]].err = err
		return nil
	}
	half := len(batch) / 2
	return errors.Join(
		c.evaluateBatch(ctx, batch[:half], expression, results),
		c.evaluateBatch(ctx, batch[half:], expression, results),
	)
}

// selectOf makes one SELECT of a batch, with a column name for each expression.
func selectOf(batch []int, expression func(int) string) string {
	var text strings.Builder
	text.WriteString("SELECT ")
	for column, i := range batch {
		if column > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "%s AS C%d", expression(i), column)
	}
	return text.String()
}

// concernsAll says whether an error has nothing to do with what the statement asked for.
func concernsAll(err error) bool {
	switch ClassOf(err) {
	case Unavailable, Throttled, SessionLost, LoginRefused, Timeout, Canceled:
		return true
	case None, Privilege, NotFound, AlreadyExists, Syntax, ConcurrentChange, Other:
	}
	return HasNumber(err, NumberNoWarehouse)
}
