package account

import (
	"slices"
	"strings"
)

// showAccountObjects are objects of the account, and schemas.
var showAccountObjects = []showing{
	{
		words: "DATABASE ROLES", kinds: []*kind{kindDatabaseRole},
		columns: "created_on:time name is_default is_current is_inherited granted_to_roles:number " +
			"granted_to_database_roles:number granted_database_roles:number owner comment owner_role_type",
		row: databaseRoleRow,
	},
	{
		words: "DATABASES", kinds: []*kind{kindDatabase}, strict: true, history: true,
		columns: "created_on:time name is_default is_current origin owner comment options retention_time kind owner_role_type",
		row:     databaseRow,
	},
	{
		words: "SCHEMAS", kinds: []*kind{kindSchema}, strict: true, history: true,
		columns: "created_on:time name is_default is_current database_name owner comment options retention_time owner_role_type",
		row:     schemaRow,
	},
	{
		words: "ROLES", kinds: []*kind{kindRole},
		columns: "created_on:time name is_default is_current is_inherited assigned_to_users:number granted_to_roles:number " +
			"granted_roles:number owner comment",
		row: roleRow,
	},
	{
		words: "USERS", kinds: []*kind{kindUser},
		columns: "name created_on:time login_name display_name first_name last_name email mins_to_unlock days_to_expiry " +
			"comment disabled must_change_password snowflake_lock default_warehouse default_namespace default_role " +
			"default_secondary_roles ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login:time " +
			"expires_at_time:time locked_until_time:time has_password has_rsa_public_key type has_mfa",
		row: userRow,
	},
	{
		words: "WAREHOUSES", kinds: []*kind{kindWarehouse},
		columns: "name state type size min_cluster_count:number max_cluster_count:number started_clusters:number " +
			"running:number queued:number is_default is_current auto_suspend:number auto_resume available provisioning " +
			"quiescing other created_on:time resumed_on:time updated_on:time owner comment enable_query_acceleration " +
			"query_acceleration_max_scale_factor:number resource_monitor actives:number pendings:number failed:number " +
			"suspended:number uuid scaling_policy owner_role_type resource_constraint",
		row: warehouseRow,
	},
	{
		words: "STORAGE INTEGRATIONS", kinds: []*kind{kindIntegration},
		columns: "name type category enabled comment created_on:time", row: integrationRow,
	},
	{
		words: "INTEGRATIONS", kinds: []*kind{kindIntegration},
		columns: "name type category enabled comment created_on:time", row: integrationRow,
	},
	{
		words: "EXTERNAL VOLUMES", kinds: []*kind{kindVolume}, columns: "name allow_writes comment",
		row: func(_ *statement, o *object) []any {
			return []any{o.name, strings.ToLower(o.detail.(*plainDetail).props.text("ALLOW_WRITES", "TRUE")), o.comment}
		},
	},
	{
		words: "RESOURCE MONITORS", kinds: []*kind{kindMonitor},
		columns: "name credit_quota used_credits remaining_credits level frequency start_time end_time notify_at " +
			"suspend_at suspend_immediately_at created_on:time owner comment notify_users",
		row: func(_ *statement, o *object) []any {
			p := o.detail.(*plainDetail).props
			return []any{
				o.name, p.text("CREDIT_QUOTA", ""), "0.00", p.text("CREDIT_QUOTA", ""), nil, p.text("FREQUENCY", "MONTHLY"),
				nil, nil, nil, nil, nil, o.created.at, o.ownerName(), o.comment, "",
			}
		},
	},
}

func databaseRow(st *statement, o *object) []any {
	options, kindWord, origin := "", "STANDARD", o.importedFrom()
	if o.isTransient() {
		options = "TRANSIENT"
	}
	if origin != "" {
		kindWord = "IMPORTED DATABASE"
	}
	return []any{
		o.created.at, o.name, "N", yesNo(o.name == st.session.database), origin, o.ownerName(), o.comment, options,
		itoa(st.a.retentionDays(o)), kindWord, o.ownerRoleType(),
	}
}

func schemaRow(st *statement, o *object) []any {
	d := o.detail.(*schemaDetail)
	var options []string
	if d.transient {
		options = append(options, "TRANSIENT")
	}
	if d.managed {
		options = append(options, "MANAGED ACCESS")
	}
	current := o.name == st.session.schema && o.parent.name == st.session.database
	return []any{
		o.created.at, o.name, "N", yesNo(current), o.parent.name, o.ownerName(), o.comment, strings.Join(options, ", "),
		itoa(st.a.retentionDays(o)), o.ownerRoleType(),
	}
}

// roleCounts counts users and roles that have a role, and roles that it has.
func roleCounts(o *object) (users, roles, databaseRoles, ownRoles, ownDatabaseRoles int) {
	d := o.detail.(*roleDetail)
	for _, m := range d.members {
		if !m.to.alive() {
			continue
		}
		switch m.to.kind {
		case kindUser:
			users++
		case kindRole:
			roles++
		default:
			databaseRoles++
		}
	}
	for _, m := range d.roles {
		switch {
		case !m.role.alive():
		case m.role.kind == kindRole:
			ownRoles++
		default:
			ownDatabaseRoles++
		}
	}
	return users, roles, databaseRoles, ownRoles, ownDatabaseRoles
}

func roleRow(st *statement, o *object) []any {
	users, roles, _, own, _ := roleCounts(o)
	isDefault := st.session.user.detail.(*userDetail).defaultRole == o.name
	return []any{
		o.created.at, o.name, yesNo(isDefault), yesNo(o == st.session.role),
		yesNo(o != st.session.role && st.rights.roles[o]), users, roles, own, o.ownerName(), o.comment,
	}
}

func databaseRoleRow(st *statement, o *object) []any {
	_, roles, databaseRoles, _, own := roleCounts(o)
	return []any{
		o.created.at, o.name, "N", "N", yesNo(st.rights.roles[o]), roles, databaseRoles, own, o.ownerName(), o.comment,
		o.ownerRoleType(),
	}
}

func userRow(_ *statement, o *object) []any {
	d := o.detail.(*userDetail)
	secondary := ""
	if d.defaultSecondary != nil {
		secondary = "[]"
		if *d.defaultSecondary {
			secondary = `["ALL"]`
		}
	}
	login, display := d.login, d.display
	if login == "" {
		login = o.name
	}
	if display == "" {
		display = o.name
	}
	key := d.keys[0] != "" || d.keys[1] != ""
	return []any{
		o.name, o.created.at, login, display, d.first, d.last, d.email, nil, nil, o.comment, d.disabled, false, false,
		d.defaultWarehouse, d.defaultNamespace, d.defaultRole, secondary, false, nil, nil, o.ownerName(), nil, nil, nil,
		d.password != "", key, d.kind, false,
	}
}

func warehouseRow(st *statement, o *object) []any {
	d := o.detail.(*warehouseDetail)
	state, suspendedOn := "STARTED", 0
	if d.suspended {
		state, suspendedOn = "SUSPENDED", 1
	}
	return []any{
		o.name, state, d.typ, d.size, d.minClusters, d.maxClusters, 1 - suspendedOn, 0, 0, "N",
		yesNo(o.name == st.session.warehouse), d.autoSuspend, d.autoResume, "", "", "", "", o.created.at, o.created.at,
		o.altered, o.ownerName(), o.comment, false, 8, "null", 0, 0, 0, suspendedOn, itoa(int(o.id)), "STANDARD",
		o.ownerRoleType(), nil,
	}
}

func integrationRow(_ *statement, o *object) []any {
	d := o.detail.(*plainDetail)
	return []any{o.name, d.props.text("TYPE", d.category), d.category, strings.ToLower(d.props.text("ENABLED", "FALSE")), o.comment, o.created.at}
}

// showVariables runs SHOW VARIABLES.
func (st *statement) showVariables() (*Result, error) {
	var like *string
	if st.c.Accept("LIKE") {
		text, err := st.c.String()
		if err != nil {
			return nil, err
		}
		like = &text
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	sheet := newSheet(TypeShow, "session_id:number created_on:time updated_on:time name value type comment")
	var keys []string
	for k := range st.session.variables {
		if like == nil || likeMatch(*like, k) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		sheet.add(st.session.id, nil, nil, k, st.session.variables[k].String(), "text", "")
	}
	return sheet.result(), nil
}
