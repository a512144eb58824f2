package account

import (
	"slices"
	"time"
)

// membership is one role granted to a role, database role or user.
type membership struct {
	role    *object // the role that is granted
	to      *object // who has it
	by      *object // the role that granted it; nil for the system
	created time.Time
}

// roleDetail is what only roles and database roles have.
type roleDetail struct {
	roles   []membership // roles granted to this one
	members []membership // who has this one
}

// userDetail is what only users have.
type userDetail struct {
	roles                                              []membership
	defaultRole, defaultWarehouse, defaultNamespace    string
	defaultSecondary                                   *bool // nil when never set
	login, display, first, last, email, password, kind string
	keys                                               [2]string // base64 of DER, as RSA_PUBLIC_KEY and RSA_PUBLIC_KEY_2
	tokens                                             map[string]accessToken
	disabled                                           bool
	identityType, issuer, subject                      string
}

// accessToken is a programmatic access token of a user.
type accessToken struct {
	name    string
	created time.Time
}

// rolesOf lists the memberships of a role or user.
func rolesOf(o *object) []membership {
	switch d := o.detail.(type) {
	case *roleDetail:
		return d.roles
	case *userDetail:
		return d.roles
	}
	return nil
}

// addMember grants role to a role or user. Granting twice changes nothing.
func addMember(role, to, by *object, now time.Time) {
	m := membership{role: role, to: to, by: by, created: now}
	if slices.ContainsFunc(rolesOf(to), func(x membership) bool { return x.role == role }) {
		return
	}
	switch d := to.detail.(type) {
	case *roleDetail:
		d.roles = append(d.roles, m)
	case *userDetail:
		d.roles = append(d.roles, m)
	}
	rd := role.detail.(*roleDetail)
	rd.members = append(rd.members, m)
}

// removeMember takes role from a role or user.
func removeMember(role, to *object) {
	gone := func(m membership) bool { return m.role == role && m.to == to }
	switch d := to.detail.(type) {
	case *roleDetail:
		d.roles = slices.DeleteFunc(d.roles, gone)
	case *userDetail:
		d.roles = slices.DeleteFunc(d.roles, gone)
	}
	rd := role.detail.(*roleDetail)
	rd.members = slices.DeleteFunc(rd.members, gone)
}

// reach adds to set the role and every role that it has, directly or not.
func reach(set map[*object]bool, role *object) {
	if set[role] {
		return
	}
	set[role] = true
	for _, m := range rolesOf(role) {
		reach(set, m.role)
	}
}

// reaches reports whether role has other, directly, through others, or by
// being it.
func reaches(role, other *object) bool {
	set := map[*object]bool{}
	reach(set, role)
	return set[other]
}

// rights are what a set of roles may do.
type rights struct {
	account *Account
	roles   map[*object]bool
	// manage caches whether the roles have MANAGE GRANTS.
	manage bool
}

// rightsOf computes the rights of roles, PUBLIC included. A nil role counts
// for nothing.
func (a *Account) rightsOf(roles ...*object) *rights {
	r := &rights{account: a, roles: map[*object]bool{}}
	reach(r.roles, a.public)
	for _, role := range roles {
		if role != nil {
			reach(r.roles, role)
		}
	}
	r.manage = r.global("MANAGE GRANTS")
	return r
}

// owns reports whether one of the roles owns the object.
func (r *rights) owns(o *object) bool { return o.owner != nil && r.roles[o.owner] }

// has reports whether the roles hold the privilege on the object; its owner
// holds them all.
func (r *rights) has(o *object, privilege string) bool {
	return r.owns(o) || privilege != "OWNERSHIP" && r.granted(o, privilege)
}

// granted reports whether the privilege was granted to one of the roles.
func (r *rights) granted(o *object, privilege string) bool {
	for i := range o.grants {
		if o.grants[i].privilege == privilege && r.roles[o.grants[i].grantee] {
			return true
		}
	}
	return false
}

// any reports whether the roles hold any privilege on the object.
func (r *rights) any(o *object) bool {
	if r.owns(o) {
		return true
	}
	for i := range o.grants {
		if r.roles[o.grants[i].grantee] {
			return true
		}
	}
	return false
}

// global reports whether the roles hold a privilege on the account.
func (r *rights) global(privilege string) bool { return r.granted(r.account.root, privilege) }

// uses reports whether the roles may use a container and all above it.
func (r *rights) uses(o *object) bool {
	for p := o; p != nil && p.kind != kindAccount; p = p.parent {
		if !r.has(p, "USAGE") {
			return false
		}
	}
	return true
}

// sees reports whether SHOW lists the object (S1): MANAGE GRANTS sees all.
// Inside a database the containers must be usable as well.
func (r *rights) sees(o *object) bool {
	if r.manage {
		return true
	}
	return r.any(o) && (!o.kind.inSchema() || r.uses(o.parent))
}
