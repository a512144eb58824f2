package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// stageDetail is what only stages have.
type stageDetail struct {
	url, integration string
	directory        bool
	props            properties
}

// external reports whether the stage lies outside Snowflake.
func (d *stageDetail) external() bool { return d.url != "" }

// stageOptions are the properties of stages.
const stageOptions = "URL STORAGE_INTEGRATION CREDENTIALS ENCRYPTION FILE_FORMAT COPY_OPTIONS DIRECTORY COMMENT ENDPOINT " +
	"USE_PRIVATELINK_ENDPOINT AWS_ACCESS_POINT_ARN"

// createStage runs CREATE STAGE.
func (st *statement) createStage(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	if st.c.Looking("CLONE") {
		return st.createClone(cr, kindStage)
	}
	props, tags, err := st.optionsToEnd(stageOptions)
	if err != nil {
		return nil, err
	}
	d := &stageDetail{}
	if err := st.setStage(d, props); err != nil {
		return nil, err
	}
	r, err := st.createSimple(cr, kindStage, d, props)
	if err != nil {
		return nil, err
	}
	if o, err := st.object(kindStage, cr.name); err == nil && o.detail == any(d) {
		for _, t := range tags {
			o.setTag(t)
		}
	}
	return r, nil
}

// setStage applies properties; the integration must be usable and a named file
// format must exist.
func (st *statement) setStage(d *stageDetail, props properties) error {
	if p, ok := props.get("STORAGE_INTEGRATION"); ok {
		o, err := st.accountObject(kindIntegration, foldName(p.value))
		if err != nil {
			return err
		}
		if err := st.demand(o, "USAGE"); err != nil {
			return err
		}
		d.integration = o.name
	}
	if p, ok := props.get("FILE_FORMAT"); ok {
		if err := st.checkFormat(p); err != nil {
			return err
		}
	}
	if p, ok := props.get("URL"); ok && !isStageURL(p.value) {
		return sqlError(1008, "22023", "invalid URL prefix found in: '%s'", p.value)
	}
	d.url = props.text("URL", d.url)
	if p, ok := props.get("DIRECTORY"); ok {
		d.directory = slices.ContainsFunc(p.list, func(item string) bool {
			return strings.Contains(sql.Upper(item), "ENABLE") && strings.Contains(sql.Upper(item), "TRUE")
		})
	}
	d.props = d.props.with(props)
	return nil
}

// isStageURL reports whether a place outside Snowflake is one that stages know.
func isStageURL(url string) bool {
	scheme, _, ok := strings.Cut(url, "://")
	return ok && slices.Contains(names("s3 s3gov s3china s3compat gcs azure"), scheme)
}

// checkFormat resolves FILE_FORMAT = (FORMAT_NAME = 'x') or FILE_FORMAT = x.
func (st *statement) checkFormat(p property) error {
	name, _ := formatOf(p)
	if name == "" && p.list == nil {
		name = p.value
	}
	if name == "" {
		return nil
	}
	parts, err := sql.ParseName(name)
	if err != nil {
		return err
	}
	_, err = st.permitted(kindFileFormat, parts, "USAGE")
	return err
}

// alterStage runs ALTER STAGE.
func (st *statement) alterStage() (*Result, error) {
	o, err := st.target(kindStage)
	if o == nil || err != nil {
		return orDone(err)
	}
	d := o.detail.(*stageDetail)
	switch {
	case st.c.Accept("RENAME", "TO"):
		return st.renameTo(o)
	case st.c.Accept("REFRESH"):
		return st.changeWith(o, func() {}, "WRITE")
	case isTagClause(st.c):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		props, err := st.propertiesToSet(names(stageOptions))
		if err != nil {
			return nil, err
		}
		if p, ok := props.get("URL"); ok && !d.external() {
			return nil, errInvalidValue(p.value, p.key) // A stage within Snowflake stays there.
		}
		next := *d
		if err := st.setStage(&next, props); err != nil {
			return nil, err
		}
		return st.ownerChange(o, func() {
			*d = next
			o.comment = props.text("COMMENT", o.comment)
		})
	}
	return st.setOrUnsetComment(o)
}

// stageName is the name of a stage in a path: what stands before the first
// slash outside quotes.
func stageName(path string) string {
	path = strings.TrimPrefix(path, "@")
	quoted := false
	for i := range len(path) {
		switch path[i] {
		case '"':
			quoted = !quoted
		case '/':
			if !quoted {
				return path[:i]
			}
		}
	}
	return path
}

// stageOf finds the named stage of a path such as @db.s.stage/x, whatever the
// rights; nil when there is none.
func (sc *scope) stageOf(path string) *object {
	name, err := sql.ParseName(stageName(strings.Trim(path, "'")))
	if err != nil {
		return nil
	}
	full, err := sc.qualify(name)
	if err != nil {
		return nil
	}
	return sc.lookup(kindStage, full)
}

// checkStage checks that a stage may be read. The user's own stage and tables'
// stages are always there.
func (sc *scope) checkStage(name string) error {
	if strings.HasPrefix(name, "~") {
		return nil
	}
	name = stageName(name)
	if table, ok := cutTableStage(name); ok {
		parts, err := sql.ParseName(table)
		if err != nil {
			return err
		}
		_, err = sc.object(kindTable, parts)
		return err
	}
	parts, err := sql.ParseName(name)
	if err != nil {
		return err
	}
	o, err := sc.object(kindStage, parts)
	if err != nil {
		return err
	}
	if o.detail.(*stageDetail).external() {
		return sc.demand(o, "USAGE")
	}
	return sc.demand(o, "READ")
}

// cutTableStage takes the % out of the name of a table's stage.
func cutTableStage(name string) (string, bool) {
	before, after, ok := strings.Cut(name, "%")
	return before + after, ok
}
