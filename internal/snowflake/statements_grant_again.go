package snowflake

// GrantAgain makes a grant once more on an object that was made anew, with the grant option if it had that.
func GrantAgain(on ObjectRef, grant Grant) string {
	statement := GrantPrivileges([]string{grant.Privilege}, On(on), grant.Grantee)
	if grant.GrantOption {
		statement += " WITH GRANT OPTION"
	}
	return statement
}
