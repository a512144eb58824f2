package account

import (
	"encoding/json"
	"slices"
	"strings"
)

// showSchemaObjects are the other objects of schemas.
var showSchemaObjects = []showing{
	{
		words: "STREAMS", kinds: []*kind{kindStream}, strict: true,
		columns: "created_on:time name database_name schema_name owner comment table_name source_type base_tables type stale " +
			"mode stale_after:time invalid_reason owner_role_type",
		row: streamRow,
	},
	{
		words: "TASKS", kinds: []*kind{kindTask}, strict: true,
		columns: "created_on:time name id database_name schema_name owner comment warehouse schedule predecessors state " +
			"definition condition allow_overlapping_execution error_integration last_committed_on:time last_suspended_on:time " +
			"owner_role_type config budget task_relations last_suspended_reason target_completion_interval success_integration",
		row: taskRow,
	},
	{
		words: "ALERTS", kinds: []*kind{kindAlert},
		columns: "created_on:time name database_name schema_name owner comment warehouse schedule state condition action owner_role_type",
		row: func(_ *statement, o *object) []any {
			d := o.detail.(*alertDetail)
			return []any{
				o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), o.comment, d.warehouse, d.schedule,
				startedWord(d.started), d.condition, d.action, o.ownerRoleType(),
			}
		},
	},
	{
		words: "PIPES", kinds: []*kind{kindPipe},
		columns: "created_on:time name database_name schema_name definition owner notification_channel comment integration " +
			"pattern error_integration owner_role_type invalid_reason kind",
		row: pipeRow,
	},
	{
		words: "STAGES", kinds: []*kind{kindStage},
		columns: "created_on:time name database_name schema_name url has_credentials has_encryption_key owner comment region " +
			"type cloud notification_channel storage_integration endpoint owner_role_type directory_enabled",
		row: stageRow,
	},
	{
		words: "SEQUENCES", kinds: []*kind{kindSequence},
		columns: "name database_name schema_name next_value:number interval:number created_on:time owner comment " +
			"owner_role_type ordered",
		row: func(_ *statement, o *object) []any {
			d := o.detail.(*sequenceDetail)
			return []any{
				o.name, databaseName(o), schemaName(o), d.next, d.step, o.created.at, o.ownerName(), o.comment,
				o.ownerRoleType(), yesNo(d.ordered),
			}
		},
	},
	{
		words: "FILE FORMATS", kinds: []*kind{kindFileFormat},
		columns: "created_on:time name database_name schema_name type owner comment format_options owner_role_type",
		row: func(_ *statement, o *object) []any {
			d := o.detail.(*plainDetail)
			return []any{
				o.created.at, o.name, databaseName(o), schemaName(o), d.category, o.ownerName(), o.comment,
				d.formatProperties(), o.ownerRoleType(),
			}
		},
	},
	{words: "MASKING POLICIES", kinds: []*kind{kindMaskingPolicy}, columns: policyColumns, row: policyRow},
	{words: "ROW ACCESS POLICIES", kinds: []*kind{kindRowAccessPolicy}, columns: policyColumns, row: policyRow},
	{
		words: "TAGS", kinds: []*kind{kindTag},
		columns: "created_on:time name database_name schema_name owner comment allowed_values owner_role_type propagate on_conflict",
		row: func(_ *statement, o *object) []any {
			var allowed any
			if list := o.detail.(*tagDetail).allowed; len(list) > 0 {
				allowed = jsonList(list)
			}
			return []any{o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), o.comment, allowed, o.ownerRoleType(), "NONE", nil}
		},
	},
	{
		words: "SECRETS", kinds: []*kind{kindSecret},
		columns: "created_on:time name schema_name database_name owner comment secret_type oauth_scopes owner_role_type",
		row: func(_ *statement, o *object) []any {
			return []any{
				o.created.at, o.name, schemaName(o), databaseName(o), o.ownerName(), o.comment,
				o.detail.(*plainDetail).category, nil, o.ownerRoleType(),
			}
		},
	},
	{
		words: "NETWORK RULES", kinds: []*kind{kindNetworkRule},
		columns: "created_on:time name database_name schema_name owner comment type mode entries_in_valuelist:number owner_role_type",
		row: func(_ *statement, o *object) []any {
			d := o.detail.(*plainDetail)
			list, _ := d.props.get("VALUE_LIST")
			return []any{
				o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), o.comment, d.category,
				d.props.text("MODE", "INGRESS"), len(list.list), o.ownerRoleType(),
			}
		},
	},
}

// policyColumns are the columns of SHOW for both kinds of policy.
const policyColumns = "created_on:time name database_name schema_name kind owner comment owner_role_type options"

func policyRow(_ *statement, o *object) []any {
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), o.kind.grantedOn, o.ownerName(), o.comment, o.ownerRoleType(), "",
	}
}

// jsonList prints texts as a JSON array.
func jsonList(list []string) string {
	if list == nil {
		list = []string{}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // Strings always marshal.
	}
	return string(text)
}

// startedWord is the state of a task or alert.
func startedWord(started bool) string {
	if started {
		return "started"
	}
	return "suspended"
}

func streamRow(st *statement, o *object) []any {
	d := o.detail.(*streamDetail)
	stale := st.a.isStale(d)
	source, reason := d.source.qualified(), "N/A"
	if stale {
		reason = "Stale"
	}
	base := source
	if v, ok := d.source.detail.(*viewDetail); ok {
		base = strings.Join(st.baseTables(d.source, v), ",")
	}
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), o.ownerName(), o.comment, source, d.sourceType, base, "DELTA",
		stale, d.mode, st.a.staleAfter(d), reason, o.ownerRoleType(),
	}
}

// baseTables lists the tables that a view reads, directly or through views, as
// the text names them, whatever anybody may see.
func (sc *scope) baseTables(o *object, d *viewDetail) []string {
	inner := sc.within(o)
	inner.rights = sc.a.allRights()
	plan, err := inner.compile(d.query)
	if err != nil {
		return nil
	}
	var out []string
	for _, name := range plan.References() {
		base, err := inner.anyRelation(name)
		if err != nil {
			continue
		}
		if v, ok := base.detail.(*viewDetail); ok {
			out = append(out, inner.baseTables(base, v)...)
		} else {
			out = append(out, base.qualified())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func taskRow(st *statement, o *object) []any {
	d := o.detail.(*taskDetail)
	after := qualifiedNames(d.after)
	integration := func(key string) any {
		if v := d.props.text(key, ""); v != "" {
			return v
		}
		return "null"
	}
	return []any{
		o.created.at, o.name, taskID(o), databaseName(o), schemaName(o), o.ownerName(), o.comment, d.warehouse,
		textCell(d.schedule), jsonList(after), startedWord(d.started), d.definition, textCell(d.condition),
		lower(d.props.text("ALLOW_OVERLAPPING_EXECUTION", "false")), integration("ERROR_INTEGRATION"), d.committedOn, d.suspendedOn,
		o.ownerRoleType(), textCell(d.config), nil, st.taskRelations(o, d, after), textCell(d.suspendReason),
		textCell(d.props.text("TARGET_COMPLETION_INTERVAL", "")), integration("SUCCESS_INTEGRATION"),
	}
}

// textCell is a text, or NULL for an empty one.
func textCell(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// qualifiedNames lists full names.
func qualifiedNames(objects []*object) []string {
	out := []string{}
	for _, o := range objects {
		out = append(out, o.qualified())
	}
	return out
}

// taskRelations is the task_relations column.
func (st *statement) taskRelations(o *object, d *taskDetail, after []string) string {
	relations := map[string]any{"Predecessors": after}
	if d.finalizes != nil {
		relations["FinalizedRootTask"] = d.finalizes.qualified()
	}
	for _, c := range o.parent.ofKind(kindTask) {
		if c.detail.(*taskDetail).finalizes == o {
			relations["FinalizerTask"] = c.qualified()
		}
	}
	text, err := json.Marshal(relations)
	if err != nil {
		return "{}" // Texts always marshal.
	}
	return string(text)
}

func pipeRow(st *statement, o *object) []any {
	d := o.detail.(*pipeDetail)
	var channel, reason any
	if d.autoIngest {
		channel = notificationChannel(o)
	}
	if err := st.within(o).pipeProblem(d); err != nil {
		reason = err.Error()
	}
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), d.definition, o.ownerName(), channel, o.comment,
		textCell(d.props.text("INTEGRATION", "")), patternOf(d.definition), textCell(d.props.text("ERROR_INTEGRATION", "")),
		o.ownerRoleType(), reason, "STAGE",
	}
}

// pipeProblem says why a pipe could not load, with its owner's rights.
func (sc *scope) pipeProblem(d *pipeDetail) error {
	if _, err := sc.permitted(kindTable, d.table, "INSERT"); err != nil {
		return err
	}
	return sc.checkStage(d.stage)
}

// patternOf is the PATTERN of a COPY statement; NULL without one.
func patternOf(definition string) any {
	c, err := newCursor(definition)
	if err != nil {
		return nil
	}
	for c.Peek().Text != "" {
		if c.Next().Is("PATTERN") && c.AcceptOp("=") {
			return c.Next().Value
		}
	}
	return nil
}

func stageRow(_ *statement, o *object) []any {
	d := o.detail.(*stageDetail)
	typ, cloud := "INTERNAL", any(nil)
	if d.external() {
		typ, cloud = "EXTERNAL", cloudOf(d.url)
	}
	_, credentials := d.props.get("CREDENTIALS")
	return []any{
		o.created.at, o.name, databaseName(o), schemaName(o), d.url, yesNo(credentials), "N", o.ownerName(), o.comment, nil,
		typ, cloud, nil, textCell(d.integration), textCell(d.props.text("ENDPOINT", "")), o.ownerRoleType(), yesNo(d.directory),
	}
}

// cloudOf tells the cloud of a stage by its URL.
func cloudOf(url string) string {
	switch {
	case strings.HasPrefix(url, "gcs:"):
		return "GCP"
	case strings.HasPrefix(url, "azure:"):
		return "AZURE"
	}
	return "AWS"
}
