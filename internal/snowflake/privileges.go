package snowflake

// Privileges that the operator names itself, in the words of GRANT.
const (
	PrivilegeAll          = "ALL PRIVILEGES"
	PrivilegeOwnership    = "OWNERSHIP"
	PrivilegeUsage        = "USAGE"
	PrivilegeMonitor      = "MONITOR"
	PrivilegeModify       = "MODIFY"
	PrivilegeOperate      = "OPERATE"
	PrivilegeSelect       = "SELECT"
	PrivilegeInsert       = "INSERT"
	PrivilegeUpdate       = "UPDATE"
	PrivilegeDelete       = "DELETE"
	PrivilegeTruncate     = "TRUNCATE"
	PrivilegeReferences   = "REFERENCES"
	PrivilegeRead         = "READ"
	PrivilegeWrite        = "WRITE"
	PrivilegeApply        = "APPLY"
	PrivilegeCreateSchema = "CREATE SCHEMA"

	// PrivilegeCreateDatabase, PrivilegeCreateRole, PrivilegeManageGrants and the others below are on the account.
	PrivilegeCreateDatabase     = "CREATE DATABASE"
	PrivilegeCreateRole         = "CREATE ROLE"
	PrivilegeManageGrants       = "MANAGE GRANTS"
	PrivilegeExecuteTask        = "EXECUTE TASK"
	PrivilegeExecuteManagedTask = "EXECUTE MANAGED TASK"
	PrivilegeExecuteAlert       = "EXECUTE ALERT"
	PrivilegeApplyMaskingPolicy = "APPLY MASKING POLICY"
	PrivilegeApplyTag           = "APPLY TAG"
)
