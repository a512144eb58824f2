package account

import (
	"cmp"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// copyInto reads COPY INTO t [(columns)] FROM {@stage | (SELECT … FROM @stage …)}
// and notes the options of COPY.
func (st *statement) copyInto(d *pipeDetail) error {
	if err := st.c.Expect("COPY", "INTO"); err != nil {
		return err
	}
	var err error
	if d.table, err = st.c.Name(); err != nil {
		return err
	}
	if st.c.LookingOp("(") {
		if _, err := st.identList(); err != nil {
			return err
		}
	}
	if err := st.c.Expect("FROM"); err != nil {
		return err
	}
	return st.copySource(d)
}

// copySource reads the stage and the options after it.
func (st *statement) copySource(d *pipeDetail) error {
	for depth := 0; !st.c.AtEnd(); {
		if depth == 0 && d.stage != "" && st.c.PeekAt(1).IsOp("=") {
			if err := st.copyOption(d); err != nil {
				return err
			}
			continue
		}
		t := st.c.Next()
		switch {
		case t.IsOp("("):
			depth++
		case t.IsOp(")"):
			depth--
		case d.stage != "":
		case t.Kind == sql.Stage:
			d.stage = t.Value
		case t.Kind == sql.String && strings.HasPrefix(t.Value, "@"):
			d.stage = strings.TrimPrefix(t.Value, "@")
		}
	}
	if d.stage == "" {
		return st.c.Unexpected()
	}
	return nil
}

// copyOption reads one KEY = VALUE of COPY.
func (st *statement) copyOption(d *pipeDetail) error {
	key := st.c.Next().Value
	st.c.Next()
	p, err := propertyValue(st.c)
	if err != nil {
		return err
	}
	p.key = key
	d.options = append(d.options, p)
	return nil
}

// checkCopy refuses the options of COPY that pipes do not have, and finds the
// file format and the integrations.
func (st *statement) checkCopy(d *pipeDetail) error {
	for _, p := range d.options {
		if err := st.checkCopyOption(p); err != nil {
			return err
		}
	}
	for _, key := range names("INTEGRATION ERROR_INTEGRATION") {
		if p, ok := d.props.get(key); ok {
			if err := st.checkUsable(kindIntegration, p.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkCopyOption checks one option of COPY.
func (st *statement) checkCopyOption(p property) error {
	switch p.key {
	case "FILES", "SIZE_LIMIT", "PURGE", "FORCE", "RETURN_FAILED_ONLY", "VALIDATION_MODE":
		return errUnsupported(p.key + " in a pipe")
	case "ON_ERROR":
		if sql.Upper(p.value) == "ABORT_STATEMENT" {
			return errUnsupported("ON_ERROR = ABORT_STATEMENT in a pipe")
		}
	case "FILE_FORMAT":
		return st.checkFormat(p)
	}
	return nil
}

// copyStatement runs COPY INTO as far as the emulator goes: names and rights
// are checked, and there are no files to load or to write.
func (st *statement) copyStatement() (*Result, error) {
	if st.c.PeekAt(1).Kind == sql.Stage {
		return nil, errUnsupported("COPY INTO a stage")
	}
	st.c.Reset(st.c.Mark() - 1)
	d := &pipeDetail{}
	if err := st.copyInto(d); err != nil {
		return nil, err
	}
	table, err := st.permitted(kindTable, d.table, "INSERT")
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(st.demand(table, "SELECT"), st.checkStage(d.stage), st.needWarehouse()); err != nil {
		return nil, err
	}
	return nil, errUnsupported("COPY INTO a table")
}

// resolvePipe checks table and stage in the schema of the pipe: INSERT and
// SELECT on the table, USAGE or READ on the stage.
func (st *statement) resolvePipe(d *pipeDetail, schema *object) error {
	inner := *st
	inner.scope = st.inSchema(schema)
	table, err := inner.permitted(kindTable, d.table, "INSERT")
	if err != nil {
		return err
	}
	if err := cmp.Or(inner.demand(table, "SELECT"), inner.checkStage(d.stage)); err != nil {
		return err
	}
	if stage := inner.stageOf(d.stage); stage != nil {
		d.stageKind = stage.detail.(*stageDetail)
	}
	return inner.checkCopy(d)
}
