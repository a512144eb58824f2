package account

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxText is the length of a text column without a limit.
const maxText = 16777216

// textColumn is a column of text.
func textColumn(name string) Column {
	return Column{Name: name, Type: "text", Length: maxText, Nullable: true}
}

// timeColumn is a column of moments in local time.
func timeColumn(name string) Column {
	return Column{Name: name, Type: "timestamp_ltz", Precision: 0, Scale: 3, Nullable: true}
}

// fixedColumn is a column of whole numbers.
func fixedColumn(name string) Column {
	return Column{Name: name, Type: "fixed", Precision: 38, Scale: 0, Nullable: true}
}

// sheet builds a result row by row.
type sheet struct {
	Result
}

// newSheet makes an empty result. Columns are given by name; a name that ends
// in ":time" is a moment, one in ":number" a whole number, all else text.
func newSheet(statementType int64, columns string) *sheet {
	s := &sheet{Result{StatementType: statementType, Rows: [][]*string{}}}
	for name := range strings.FieldsSeq(columns) {
		switch base, typ, _ := strings.Cut(name, ":"); typ {
		case "time":
			s.Columns = append(s.Columns, timeColumn(base))
		case "number":
			s.Columns = append(s.Columns, fixedColumn(base))
		default:
			s.Columns = append(s.Columns, textColumn(base))
		}
	}
	return s
}

// add appends a row. Cells may be strings, integers, booleans, moments,
// pointers to strings, or nil for NULL. Missing cells are NULL.
func (s *sheet) add(cells ...any) {
	row := make([]*string, len(s.Columns))
	for i, cell := range cells {
		row[i] = encode(cell)
	}
	s.Rows = append(s.Rows, row)
}

// encode writes a cell as the driver reads it.
func encode(cell any) *string {
	var text string
	switch v := cell.(type) {
	case nil:
		return nil
	case *string:
		return v
	case string:
		text = v
	case int:
		text = strconv.Itoa(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case bool:
		text = strconv.FormatBool(v)
	case time.Time:
		if v.IsZero() {
			return nil
		}
		text = fmt.Sprintf("%d.%09d", v.Unix(), v.Nanosecond())
	default:
		text = fmt.Sprint(v)
	}
	return &text
}

// result is the finished sheet.
func (s *sheet) result() *Result { return &s.Result }

// statusResult is the one row that DDL answers (M1, M2).
func statusResult(text string) *Result {
	s := newSheet(TypeDDL, "status")
	s.add(text)
	return s.result()
}

// done is the answer of most statements that change something (M1).
func done() (*Result, error) {
	return statusResult("Statement executed successfully."), nil
}

// affected is the answer of bulk grants (M1).
func affected(n int) (*Result, error) {
	return statusResult(fmt.Sprintf("Statement executed successfully. %d objects affected.", n)), nil
}

// created is the answer of CREATE (M2, M3).
func created(o *object) (*Result, error) {
	return statusResult(fmt.Sprintf("%s %s successfully created.", o.kind.label, o.name)), nil
}

// existed is the answer of CREATE … IF NOT EXISTS on what exists (C9).
func existed(name string) (*Result, error) {
	return statusResult(name + " already exists, statement succeeded."), nil
}

// yesNo spells a flag as Y or N.
func yesNo(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

// onOff spells a flag as ON or OFF.
func onOff(b bool) string {
	if b {
		return "ON"
	}
	return "OFF"
}

// yesNoWord spells a flag as YES or NO.
func yesNoWord(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}
