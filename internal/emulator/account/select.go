package account

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// selectQuery runs a query. It needs a warehouse when it reads a table or a
// view, INFORMATION_SCHEMA included (I1, L2); a query of constants does not.
func (st *statement) selectQuery() (*Result, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	q, err := query.Parse(st.c)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	plan, err := st.compile(q)
	if err != nil {
		return nil, err
	}
	result := &Result{StatementType: TypeSelect, Columns: wireColumns(plan.Columns()), Rows: [][]*string{}}
	if st.req.DescribeOnly {
		return result, nil
	}
	if st.computes(plan) {
		if err := st.needWarehouse(); err != nil {
			return nil, err
		}
	}
	rows, err := plan.Rows(st.ctx)
	if err != nil {
		return nil, err
	}
	if result.Columns == nil {
		result.Columns = guessColumns(rows)
	}
	result.Rows = encodeRows(rows, result.Columns)
	return result, nil
}

// computes reports whether a query reads anything but constants and the results
// of earlier statements.
func (st *statement) computes(plan *query.Plan) bool {
	return len(plan.References()) > 0 || st.session.computes
}

// wireColumns gives columns the types of the wire.
func wireColumns(columns []query.Column) []Column {
	if columns == nil {
		return nil
	}
	out := make([]Column, len(columns))
	for i, c := range columns {
		out[i] = wireColumn(c.Name, c.Type)
		out[i].Nullable = c.Nullable
	}
	return out
}

// wireColumn describes one column of a type.
func wireColumn(name string, t sql.Type) Column {
	c := Column{Name: name, Type: "text", Length: maxText, Nullable: true}
	switch t.Name {
	case "NUMBER":
		c = Column{Name: name, Type: "fixed", Precision: int64(t.Precision), Scale: int64(t.Scale), Nullable: true}
	case "FLOAT", "DECFLOAT":
		c = Column{Name: name, Type: "real", Nullable: true}
	case "BOOLEAN", "DATE":
		c = Column{Name: name, Type: strings.ToLower(t.Name), Nullable: true}
	case "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		c = Column{Name: name, Type: strings.ToLower(t.Name), Scale: int64(t.Precision), Nullable: true}
	case "VARIANT", "ARRAY", "OBJECT":
		c = Column{Name: name, Type: strings.ToLower(t.Name), Nullable: true}
	case "MAP":
		c = Column{Name: name, Type: "object", Nullable: true}
	case "BINARY":
		c = Column{Name: name, Type: "binary", Length: int64(t.Length), Nullable: true}
	case "VARCHAR":
		c.Length = int64(t.Length)
	}
	return c
}

// guessColumns names the columns of a query whose shape is not known before it
// runs.
func guessColumns(rows [][]query.Value) []Column {
	if len(rows) == 0 {
		return []Column{textColumn("$1")}
	}
	out := make([]Column, len(rows[0]))
	for i := range out {
		out[i] = textColumn("$" + itoa(i+1))
	}
	return out
}

// encodeRows writes values as the driver reads them.
func encodeRows(rows [][]query.Value, columns []Column) [][]*string {
	out := make([][]*string, len(rows))
	for r, row := range rows {
		out[r] = make([]*string, len(row))
		for i, v := range row {
			out[r][i] = encodeValue(v, columns[i].Type)
		}
	}
	return out
}

// encodeValue writes one value for a column of the wire type.
func encodeValue(v query.Value, wire string) *string {
	if v.IsNull() {
		return nil
	}
	text := v.String()
	switch v.Kind() {
	case query.Bool:
		if wire == "boolean" {
			text = "0"
			if v.Bool() {
				text = "1"
			}
		}
	case query.Date:
		if wire == "date" {
			text = strconv.FormatInt(v.Time().Unix()/86400, 10)
		}
	case query.Time, query.TimestampNTZ, query.TimestampLTZ, query.TimestampTZ:
		if wire != "text" {
			text = encodeMoment(v)
		}
	case query.Variant:
		text = query.FormatJSON(v.JSON())
	default: // The text of the rest is the same everywhere.
	}
	return &text
}

// encodeMoment writes a time or timestamp as seconds and nanoseconds.
func encodeMoment(v query.Value) string {
	t := v.Time()
	text := fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond())
	if v.Kind() == query.TimestampTZ {
		_, offset := t.Zone()
		text += " " + itoa(offset/60+1440)
	}
	return text
}

// bind decodes the request's bindings.
func (st *statement) bind() error {
	return st.bindRow(0)
}

// bindRow decodes the bindings for one element of array bindings.
func (st *statement) bindRow(i int) error {
	st.session.bound = map[string]query.Value{}
	for name, b := range st.req.Bindings {
		text := b.Value
		if len(b.Values) > i {
			text = b.Values[i]
		}
		v, err := decodeBinding(b.Type, text)
		if err != nil {
			return err
		}
		st.session.bound[sql.Upper(name)] = v
	}
	if st.req.DescribeOnly {
		st.binding = st.bindUnset(st.session.bound)
	}
	return nil
}

// decodeBinding reads a value in the driver's encoding: moments are
// nanoseconds since 1970, dates milliseconds.
func decodeBinding(typ string, text *string) (query.Value, error) {
	if text == nil {
		return query.NullValue, nil
	}
	switch typ {
	case "FIXED":
		if d, ok := query.ParseDecimal(*text); ok {
			return query.NumberOf(d), nil
		}
	case "REAL":
		if f, err := strconv.ParseFloat(*text, 64); err == nil {
			return query.FloatOf(f), nil
		}
	case "BOOLEAN":
		if b, err := strconv.ParseBool(*text); err == nil {
			return query.BoolOf(b), nil
		}
	case "TEXT":
		return query.StringOf(*text), nil
	case "BINARY":
		return query.Cast(query.StringOf(*text), sql.BinaryType)
	case "DATE", "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		return decodeMoment(typ, *text)
	default:
		return query.StringOf(*text), nil
	}
	return query.NullValue, &Error{Code: 100038, State: "22018", Message: fmt.Sprintf("%s value '%s' is not recognized", typ, *text)}
}

// decodeMoment reads a date, time or timestamp. Moments are nanoseconds since
// 1970, of which 64 bits hold only some centuries; dates are milliseconds.
func decodeMoment(typ, text string) (query.Value, error) {
	number, offset, _ := strings.Cut(text, " ")
	count, ok := new(big.Int).SetString(number, 10)
	unit := int64(time.Second)
	if typ == "DATE" {
		unit = int64(time.Second / time.Millisecond)
	}
	var rest big.Int
	if ok {
		count, _ = count.DivMod(count, big.NewInt(unit), &rest)
	}
	if !ok || !count.IsInt64() || !inYears(count.Int64()) {
		return query.NullValue, &Error{Code: 100035, State: "22007", Message: fmt.Sprintf("Timestamp '%s' is not recognized", text)}
	}
	t := time.Unix(count.Int64(), rest.Int64()*(int64(time.Second)/unit)).UTC()
	switch typ {
	case "DATE":
		return query.DateOf(t), nil
	case "TIME":
		return query.TimeOf(t), nil
	case "TIMESTAMP_NTZ":
		return query.NTZOf(t), nil
	case "TIMESTAMP_TZ":
		minutes, _ := strconv.Atoi(offset)
		return query.TZOf(t.In(time.FixedZone("", (minutes-1440)*60))), nil
	}
	return query.LTZOf(t), nil
}

// inYears reports whether a moment in seconds since 1970 is in a year that
// Snowflake has, 0 to 99999.
func inYears(seconds int64) bool {
	return seconds >= -62_167_219_200 && seconds < 3_093_527_980_800
}

// itoa prints a number.
func itoa(n int) string { return strconv.Itoa(n) }

// constants reads one value or a list in parentheses, none of which may read a
// table.
func (st *statement) constants(many bool) ([]query.Value, error) {
	if err := st.bind(); err != nil {
		return nil, err
	}
	exprs, err := st.expressions(many)
	if err != nil {
		return nil, err
	}
	out := make([]query.Value, len(exprs))
	for i, e := range exprs {
		v, err := st.constant(e)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// expressions reads one expression or a list in parentheses.
func (st *statement) expressions(many bool) ([]sql.Expr, error) {
	if !many {
		e, err := sql.ParseExpr(st.c)
		return []sql.Expr{e}, err
	}
	if err := st.c.ExpectOp("("); err != nil {
		return nil, err
	}
	list, err := sql.ParseExprs(st.c)
	if err != nil {
		return nil, err
	}
	return list, st.c.ExpectOp(")")
}

// constant evaluates an expression that reads nothing.
func (sc *scope) constant(e sql.Expr) (query.Value, error) {
	x, err := query.CompileExpr(e, nil, &catalog{sc}, sc.binds())
	if err != nil {
		return query.NullValue, err
	}
	return x.Eval(context.Background(), nil)
}

// parseInt reads a whole number.
func parseInt(text string) (int, error) { return strconv.Atoi(text) }

// decodeCell reads a cell of a result.
func decodeCell(c Column, cell *string) (query.Value, error) {
	if cell == nil {
		return query.NullValue, nil
	}
	switch c.Type {
	case "date":
		days, err := strconv.ParseInt(*cell, 10, 64)
		return query.DateOf(time.Unix(days*86400, 0).UTC()), err
	case "time", "timestamp_ltz", "timestamp_ntz", "timestamp_tz":
		return decodeWireMoment(c.Type, *cell)
	case "boolean":
		return query.BoolOf(*cell == "1"), nil
	case "variant", "array", "object":
		j, err := query.ParseJSON(*cell)
		return query.VariantOf(j), err
	}
	return query.Cast(query.StringOf(*cell), typeOfWire(c))
}

// decodeWireMoment reads seconds and nanoseconds, and for a TIMESTAMP_TZ the
// offset.
func decodeWireMoment(typ, text string) (query.Value, error) {
	number, offset, _ := strings.Cut(text, " ")
	var seconds, nanos int64
	if _, err := fmt.Sscanf(number, "%d.%d", &seconds, &nanos); err != nil {
		return query.NullValue, fmt.Errorf("read moment %q: %w", text, err)
	}
	t := time.Unix(seconds, nanos).UTC()
	switch typ {
	case "time":
		return query.TimeOf(t), nil
	case "timestamp_ntz":
		return query.NTZOf(t), nil
	case "timestamp_tz":
		minutes, _ := strconv.Atoi(offset)
		return query.TZOf(t.In(time.FixedZone("", (minutes-1440)*60))), nil
	}
	return query.LTZOf(t), nil
}
