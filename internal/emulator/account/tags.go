package account

import (
	"cmp"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// tagUse is a tag with its value on an object or column.
type tagUse struct {
	tag   *object
	value string
}

// tagDetail is what only tags have.
type tagDetail struct {
	allowed []string
	// policies are masking policies set on the tag, one per data type (X7).
	policies []*object
}

// setTag sets a tag, in place of an earlier value.
func (o *object) setTag(t tagUse) { o.tags = withTag(o.tags, t) }

// withTag adds or replaces a tag in a list.
func withTag(list []tagUse, t tagUse) []tagUse {
	list = withoutTag(list, t.tag)
	return append(list, t)
}

// withoutTag removes a tag from a list, which stays as it is.
func withoutTag(list []tagUse, tag *object) []tagUse {
	return slices.DeleteFunc(slices.Clone(list), func(t tagUse) bool { return t.tag == tag })
}

// tagUse finds a tag, checks that the role may apply it (X5) and that it
// allows the value.
func (st *statement) tagUse(name []string, value string) (tagUse, error) {
	tag, err := st.object(kindTag, name)
	if err != nil {
		return tagUse{}, err
	}
	if !st.rights.has(tag, "APPLY") && !st.rights.global("APPLY TAG") {
		return tagUse{}, errPrivilege(tag)
	}
	allowed := tag.detail.(*tagDetail).allowed
	if len(allowed) > 0 && !slices.Contains(allowed, value) {
		return tagUse{}, sqlError(391818, "22023", "The value '%s' is not allowed for tag '%s'.", value, tag.name)
	}
	if len(value) > 256 { // L11
		return tagUse{}, sqlError(391819, "22023", "The value of tag '%s' is longer than 256 characters.", tag.name)
	}
	return tagUse{tag: tag, value: value}, nil
}

// alterTags runs SET TAG and UNSET TAG on an object.
func (st *statement) alterTags(o *object) (*Result, error) {
	list, err := st.changeTags(o.tags)
	if err != nil {
		return nil, err
	}
	if err := st.end(); err != nil {
		return nil, err
	}
	if !st.mayTag(o) {
		return nil, errPrivilege(o)
	}
	o.tags = list
	st.touch(o)
	return done()
}

// mayTag reports whether the role may set tags on the object: its owner may,
// and so may who has APPLY TAG on the account.
func (st *statement) mayTag(o *object) bool {
	return st.rights.owns(o) || st.rights.global("APPLY TAG")
}

// changeTags reads SET TAG t = 'v', … or UNSET TAG t, … and answers the list
// as it is to be.
func (st *statement) changeTags(list []tagUse) ([]tagUse, error) {
	set := st.c.AcceptAny("SET", "UNSET") == "SET"
	if err := st.c.Expect("TAG"); err != nil {
		return nil, err
	}
	change := st.removeTag
	if set {
		change = st.addTag
	}
	for {
		var err error
		if list, err = change(list); err != nil {
			return nil, err
		}
		if !st.c.AcceptOp(",") {
			return list, nil
		}
	}
}

// addTag reads t = 'v' and adds it to the list.
func (st *statement) addTag(list []tagUse) ([]tagUse, error) {
	use, err := st.tagAssignment()
	if err != nil {
		return nil, err
	}
	return withTag(list, use), nil
}

// removeTag reads the name of a tag and takes it from the list.
func (st *statement) removeTag(list []tagUse) ([]tagUse, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	tag, err := st.object(kindTag, name)
	if err != nil {
		return nil, err
	}
	return withoutTag(list, tag), nil
}

// createTag runs CREATE TAG.
func (st *statement) createTag(cr *creation) (*Result, error) {
	if err := st.header(cr); err != nil {
		return nil, err
	}
	d := &tagDetail{}
	var err error
	if st.c.Accept("ALLOWED_VALUES") {
		if d.allowed, err = st.stringList(); err != nil {
			return nil, err
		}
	}
	props, _, err := st.optionsToEnd("COMMENT PROPAGATE ON_CONFLICT")
	if err != nil {
		return nil, err
	}
	return st.createSimple(cr, kindTag, d, props)
}

// stringList reads 'a', 'b', ….
func (st *statement) stringList() ([]string, error) {
	var out []string
	for {
		text, err := st.c.String()
		if err != nil {
			return nil, err
		}
		out = append(out, text)
		if !st.c.AcceptOp(",") {
			return out, nil
		}
	}
}

// createSimple finishes CREATE for a kind that needs nothing but its place.
func (st *statement) createSimple(cr *creation, k *kind, detail any, props properties) (*Result, error) {
	s, err := st.slot(cr, k)
	if err != nil {
		return nil, err
	}
	if s.keep {
		return existed(s.name)
	}
	if s.old != nil {
		if err := st.checkDrop(s.old, false); err != nil {
			return nil, err
		}
	}
	o := st.install(s, k, detail, false)
	o.comment = props.text("COMMENT", "")
	return created(o)
}

// alterTag runs ALTER TAG.
func (st *statement) alterTag() (*Result, error) {
	tag, err := st.target(kindTag)
	if tag == nil || err != nil {
		return orDone(err)
	}
	d := tag.detail.(*tagDetail)
	switch {
	case st.c.Accept("RENAME", "TO"):
		return st.renameTo(tag)
	case st.c.Looking("SET", "MASKING"), st.c.Looking("UNSET", "MASKING"):
		return st.alterTagPolicies(tag, d)
	case st.c.Accept("ADD", "ALLOWED_VALUES"):
		return st.alterAllowed(tag, func(v string) { d.allowed = append(d.allowed, v) })
	case st.c.Accept("DROP", "ALLOWED_VALUES"):
		return st.alterAllowed(tag, func(v string) {
			d.allowed = slices.DeleteFunc(d.allowed, func(x string) bool { return x == v })
		})
	case st.c.Accept("UNSET", "ALLOWED_VALUES"):
		return st.ownerChange(tag, func() { d.allowed = nil })
	}
	return st.setOrUnsetComment(tag)
}

// orDone answers a statement with IF EXISTS whose object is missing.
func orDone(err error) (*Result, error) {
	if err != nil {
		return nil, err
	}
	return done()
}

// alterAllowed adds or drops allowed values.
func (st *statement) alterAllowed(tag *object, change func(string)) (*Result, error) {
	values, err := st.stringList()
	if err != nil {
		return nil, err
	}
	return st.ownerChange(tag, func() {
		for _, v := range values {
			change(v)
		}
	})
}

// ownerChange makes a change that needs nothing but OWNERSHIP, at the end of
// the statement.
func (st *statement) ownerChange(o *object, change func()) (*Result, error) {
	return st.changeWith(o, change, "OWNERSHIP")
}

// changeWith makes a change that needs one of the privileges.
func (st *statement) changeWith(o *object, change func(), privileges ...string) (*Result, error) {
	if err := st.end(); err != nil {
		return nil, err
	}
	if err := st.demand(o, privileges...); err != nil {
		return nil, err
	}
	change()
	st.touch(o)
	return done()
}

// setOrUnsetComment runs SET COMMENT = '…', UNSET COMMENT and the tags of an
// object.
func (st *statement) setOrUnsetComment(o *object) (*Result, error) {
	switch {
	case st.c.Looking("SET", "TAG"), st.c.Looking("UNSET", "TAG"):
		return st.alterTags(o)
	case st.c.Accept("SET"):
		props, err := readProperties(st.c, names("COMMENT"))
		if err != nil || len(props) == 0 {
			return nil, cmp.Or(err, st.c.Unexpected())
		}
		return st.changeWith(o, func() { o.comment = props.text("COMMENT", "") }, commentPrivileges(o)...)
	case st.c.Accept("UNSET", "COMMENT"):
		return st.changeWith(o, func() { o.comment = "" }, commentPrivileges(o)...)
	}
	return nil, st.c.Unexpected()
}

// alterTagPolicies runs SET MASKING POLICY p [, MASKING POLICY q] [FORCE] and
// UNSET MASKING POLICY on a tag: one policy per data type (X7).
func (st *statement) alterTagPolicies(tag *object, d *tagDetail) (*Result, error) {
	set := st.c.AcceptAny("SET", "UNSET") == "SET"
	policies, err := st.policyList()
	if err != nil {
		return nil, err
	}
	force := st.c.Accept("FORCE")
	if err := st.end(); err != nil {
		return nil, err
	}
	if !st.rights.global("APPLY MASKING POLICY") && !st.rights.owns(tag) {
		return nil, errPrivilege(tag)
	}
	if !set {
		d.policies = slices.DeleteFunc(d.policies, func(p *object) bool { return slices.Contains(policies, p) })
		st.touch(tag)
		return done()
	}
	for _, p := range policies {
		if err := d.addPolicy(p, force); err != nil {
			return nil, err
		}
	}
	st.touch(tag)
	return done()
}

// addPolicy sets a masking policy on a tag.
func (d *tagDetail) addPolicy(p *object, force bool) error {
	typ := p.detail.(*policyDetail).params[0].typ.Name
	i := slices.IndexFunc(d.policies, func(x *object) bool {
		return x.detail.(*policyDetail).params[0].typ.Name == typ
	})
	switch {
	case i < 0:
		d.policies = append(d.policies, p)
	case force || d.policies[i] == p:
		d.policies[i] = p
	default:
		return sqlError(3593, "0A000", "Tag already has a masking policy for the data type %s. Use FORCE to replace it.", typ)
	}
	return nil
}

// policyList reads MASKING POLICY p, MASKING POLICY q, ….
func (st *statement) policyList() ([]*object, error) {
	var out []*object
	for {
		if err := st.c.Expect("MASKING", "POLICY"); err != nil {
			return nil, err
		}
		p, err := st.policyNamed(kindMaskingPolicy)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		if !st.c.AcceptOp(",") {
			return out, nil
		}
	}
}

// policyNamed reads the name of a policy that the role may apply.
func (st *statement) policyNamed(k *kind) (*object, error) {
	name, err := st.c.Name()
	if err != nil {
		return nil, err
	}
	p, err := st.object(k, name)
	if err != nil {
		return nil, err
	}
	if !st.rights.has(p, "APPLY") && !st.rights.global("APPLY "+k.words) {
		return nil, errPrivilege(p)
	}
	return p, nil
}

// isTagClause reports whether SET TAG or UNSET TAG stands at the cursor.
func isTagClause(c *sql.Cursor) bool { return c.Looking("SET", "TAG") || c.Looking("UNSET", "TAG") }
