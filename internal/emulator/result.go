package emulator

import (
	"errors"
	"fmt"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// abortsAfter is the number of seconds after which, as the answers in progress
// say, a statement without client is aborted.
const abortsAfter = 300

// progressData is the answer about a statement that has not ended.
type progressData struct {
	QueryID          string  `json:"queryId"`
	GetResultURL     string  `json:"getResultUrl"`
	QueryAbortsAfter int     `json:"queryAbortsAfterSecs"`
	ProgressDesc     *string `json:"progressDesc"`
}

// resultData is the answer about a statement that has ended well.
type resultData struct {
	Parameters         []parameter  `json:"parameters"`
	RowType            []rowType    `json:"rowtype"`
	RowSet             [][]*string  `json:"rowset"`
	Total              int          `json:"total"`
	Returned           int          `json:"returned"`
	QueryID            string       `json:"queryId"`
	SQLState           string       `json:"sqlState"`
	DatabaseProvider   *string      `json:"databaseProvider"`
	FinalDatabaseName  *string      `json:"finalDatabaseName"`
	FinalSchemaName    *string      `json:"finalSchemaName"`
	FinalWarehouseName *string      `json:"finalWarehouseName"`
	FinalRoleName      string       `json:"finalRoleName"`
	NumberOfBinds      int          `json:"numberOfBinds"`
	ArrayBindSupported bool         `json:"arrayBindSupported"`
	StatementTypeID    int64        `json:"statementTypeId"`
	Version            int          `json:"version"`
	SendResultTime     int64        `json:"sendResultTime"`
	QueryResultFormat  string       `json:"queryResultFormat"`
	ResultIDs          string       `json:"resultIds,omitempty"`
	ResultTypes        string       `json:"resultTypes,omitempty"`
	QueryContext       queryContext `json:"queryContext"`

	// What follows is there when the rest of the rows comes in chunks.
	Chunks       []chunk           `json:"chunks,omitempty"`
	ChunkHeaders map[string]string `json:"chunkHeaders,omitempty"`
	MasterKey    string            `json:"qrmk,omitempty"`
}

// queryContext is what clients keep for the service and send back with the next
// statement, to read what they have written to hybrid tables.
type queryContext struct {
	Entries []contextEntry `json:"entries"`
}

// contextEntry is one entry of it. The content is opaque to clients, and the
// emulator, which has one state for all, needs none.
type contextEntry struct {
	ID        int64  `json:"id"`
	Timestamp int64  `json:"timestamp"` // microseconds since 1970
	Priority  int64  `json:"priority"`
	Context   string `json:"context"`
}

// rowType describes a column on the wire.
type rowType struct {
	Name       string  `json:"name"`
	Database   string  `json:"database"`
	Schema     string  `json:"schema"`
	Table      string  `json:"table"`
	Type       string  `json:"type"`
	Nullable   bool    `json:"nullable"`
	Precision  *int64  `json:"precision"`
	Scale      *int64  `json:"scale"`
	Length     *int64  `json:"length"`
	ByteLength *int64  `json:"byteLength"`
	Collation  *string `json:"collation"`
}

// newRowType fills in the fields that belong to the column's type; Snowflake
// leaves the others null.
func newRowType(c account.Column) rowType {
	column := rowType{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
	switch c.Type {
	case "text", "binary":
		column.Length, column.ByteLength = &c.Length, &c.Length
	case "fixed", "time", "timestamp_ntz", "timestamp_ltz", "timestamp_tz":
		column.Precision, column.Scale = &c.Precision, &c.Scale
	}
	return column
}

// inProgress answers that the client must ask again for the result.
func (q *query) inProgress() envelope {
	number, message := codeInProgress, "Query execution in progress"
	if q.async {
		number, message = codeInProgressAsync, "Query execution in progress. Asynchronous execution was requested"
	}
	code := formatCode(number)
	return envelope{
		Data: progressData{
			QueryID:          q.id,
			GetResultURL:     fmt.Sprintf("/queries/%s/result", q.id),
			QueryAbortsAfter: abortsAfter,
		},
		Code: &code, Message: &message, Success: true,
	}
}

// answer is the result or the error of a query that has ended. Address is that
// of the server, for the client to fetch chunks from.
func (s *Server) answer(q *query, address string) envelope {
	o := q.outcome
	if o.err != nil {
		return failure(o.err, q.id)
	}
	if o.result == nil {
		return failure(errors.New("the statement has neither result nor error"), q.id)
	}
	data := resultData{
		Parameters: q.session.parameterList(),
		RowType:    make([]rowType, 0, len(o.result.Columns)),
		RowSet:     o.result.Rows[:o.parts.inline],
		Total:      len(o.result.Rows), Returned: len(o.result.Rows),
		QueryID: q.id, SQLState: "00000",
		FinalDatabaseName: optional(o.context.Database), FinalSchemaName: optional(o.context.Schema),
		FinalWarehouseName: optional(o.context.Warehouse), FinalRoleName: o.context.Role,
		NumberOfBinds: max(o.result.Binds, len(q.request.Bindings)), ArrayBindSupported: len(q.request.Bindings) > 0,
		StatementTypeID: o.result.StatementType, Version: 1,
		SendResultTime: s.clock.Now().UnixMilli(), QueryResultFormat: "json",
		QueryContext: queryContext{[]contextEntry{{Timestamp: o.finished.UnixMicro()}}},
	}
	o.parts.offer(&data, address)
	for _, c := range o.result.Columns {
		data.RowType = append(data.RowType, newRowType(c))
	}
	if data.RowSet == nil {
		data.RowSet = [][]*string{}
	}
	data.ResultIDs, data.ResultTypes = o.childIDs()
	return success(data)
}

// optional is nil for an empty text: what is not set is null on the wire.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
