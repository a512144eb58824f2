package account

import (
	"slices"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// policyReferences lists where policies are set: on one entity, or wherever
// one policy is (I10). Rows need a right on the policy.
func (sc *scope) policyReferences(args arguments) (query.Relation, error) {
	s := newSheet(TypeSelect, policyReferenceColumns)
	if name, ok := args.text("POLICY_NAME", -1); ok {
		parts, err := sql.ParseName(name)
		if err != nil {
			return nil, err
		}
		full, err := sc.qualify(parts)
		if err != nil {
			return nil, err
		}
		policy := sc.lookup(kindMaskingPolicy, full)
		if policy == nil || !sc.mayApply(policy) {
			return nil, sc.a.errNotFound("Policy", quoteName(full))
		}
		sc.a.walk(sc.a.root, func(o *object) { sc.addReferences(s, o, policy) })
		return sortedRelation(s)
	}
	name, _ := args.text("REF_ENTITY_NAME", 0)
	domain, _ := args.text("REF_ENTITY_DOMAIN", 1)
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	o, err := sc.entity(sql.Upper(domain), parts)
	if err != nil {
		return nil, err
	}
	sc.addReferences(s, o, nil)
	return sortedRelation(s)
}

// entity finds what a reference function is asked about.
func (sc *scope) entity(domain string, parts []string) (*object, error) {
	if domain == "TABLE" || domain == "VIEW" {
		return sc.anyRelation(parts)
	}
	return sc.find(kindOf(domain), parts, nil)
}

// mayApply reports whether the roles see where a policy is set (I10).
func (sc *scope) mayApply(policy *object) bool {
	return sc.rights.has(policy, "APPLY") || sc.rights.global("APPLY "+policy.kind.words)
}

// addReferences adds the policies on an object, or one of them.
func (sc *scope) addReferences(s *sheet, o *object, only *object) {
	add := func(use *policyUse, column any, args any) {
		if use == nil || only != nil && use.policy != only || !sc.mayApply(use.policy) {
			return
		}
		p := use.policy.path()
		s.add(p[0], p[1], p[2], use.policy.kind.grantedOn, databaseName(o), schemaName(o), o.name,
			relationDomain(o), column, args, nil, nil, nil, "ACTIVE")
	}
	for _, c := range o.columnsOf() {
		add(c.policy, c.name, c.policy.arguments())
		add(c.projection, c.name, nil)
	}
	for _, a := range o.attached {
		if a.what.kind != kindMetricFunction {
			add(&policyUse{policy: a.what}, nil, listOrNull(a.columns))
		}
	}
	switch d := o.detail.(type) {
	case *tableDetail:
		add(d.rowAccess, nil, d.rowAccess.arguments())
	case *viewDetail:
		add(d.rowAccess, nil, d.rowAccess.arguments())
	case *tagDetail:
		for _, p := range d.policies {
			add(&policyUse{policy: p}, nil, nil)
		}
	}
}

// relationDomain is TABLE or VIEW for relations, else the kind.
func relationDomain(o *object) string {
	switch {
	case o.kind == kindView || o.kind == kindMaterializedView:
		return o.kind.words
	case slices.Contains(tableKinds, o.kind):
		return "TABLE"
	}
	return o.kind.words
}

// listOrNull prints names as a list; NULL for none.
func listOrNull(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return jsonList(list)
}

// sortedRelation orders the rows of a sheet by their cells, for a map gave
// them.
func sortedRelation(s *sheet) (query.Relation, error) {
	slices.SortFunc(s.Rows, func(x, y []*string) int {
		return slices.CompareFunc(x, y, compareText)
	})
	return sheetRelation(s)
}

// compareText orders texts, NULL first.
func compareText(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case *a < *b:
		return -1
	case *a > *b:
		return 1
	}
	return 0
}

// tagReferences lists the tags that act on an object: its own and those that
// it inherits, nearest first.
func (sc *scope) tagReferences(args arguments) (query.Relation, error) {
	name, _ := args.text("OBJECT_NAME", 0)
	domain, _ := args.text("OBJECT_DOMAIN", 1)
	domain = sql.Upper(domain)
	if !slices.Contains(tagDomains, domain) && (domain != "PIPE" || sc.a.switches.TagReferencesRefusePipes) {
		return nil, errInvalidValue(domain, "OBJECT_DOMAIN")
	}
	if k := kindOf(domain); k != nil && k.routine {
		o, err := sc.ddlObject(k, name) // With the types of its arguments (G5).
		if err != nil {
			return nil, err
		}
		s := newSheet(TypeSelect, tagReferenceColumns)
		addTags(s, o, o, nil, map[*object]bool{})
		return sheetRelation(s)
	}
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	s := newSheet(TypeSelect, tagReferenceColumns)
	if domain != "COLUMN" {
		o, err := sc.entity(domain, parts)
		if err != nil {
			return nil, err
		}
		addTags(s, o, o, nil, map[*object]bool{})
		return sheetRelation(s)
	}
	o, err := sc.anyRelation(parts[:len(parts)-1])
	if err != nil {
		return nil, err
	}
	c, err := o.column(lastPart(parts))
	if err != nil {
		return nil, err
	}
	addColumnTags(s, o, c)
	return sheetRelation(s)
}

// tagDomains are the domains that TAG_REFERENCES takes; TABLE stands for all that
// is like a table (I11).
var tagDomains = []string{
	"ACCOUNT", "ALERT", "BACKUP POLICY", "BACKUP SET", "COLUMN", "COMPUTE POOL", "CORTEX AGENT", "CORTEX SEARCH SERVICE",
	"DATABASE", "DATABASE ROLE", "FUNCTION", "INTEGRATION", "NETWORK POLICY", "PROCEDURE", "ROLE", "SCHEMA", "SHARE",
	"STAGE", "STREAM", "TABLE", "TASK", "USER", "WAREHOUSE",
}

// tagReferencesAllColumns lists the tags on every column of a table.
func (sc *scope) tagReferencesAllColumns(args arguments) (query.Relation, error) {
	name, _ := args.text("OBJECT_NAME", 0)
	parts, err := sql.ParseName(name)
	if err != nil {
		return nil, err
	}
	o, err := sc.anyRelation(parts)
	if err != nil {
		return nil, err
	}
	s := newSheet(TypeSelect, tagReferenceColumns)
	for _, c := range o.columnsOf() {
		addColumnTags(s, o, c)
	}
	return sheetRelation(s)
}

// addColumnTags adds the tags of a column and those that it inherits.
func addColumnTags(s *sheet, o *object, c *column) {
	seen := map[*object]bool{}
	for _, u := range c.tags {
		seen[u.tag] = true
		addTag(s, u, "COLUMN", o, c)
	}
	addTags(s, o, o, c, seen)
}

// addTags adds the tags of an object and of what holds it, each tag once.
func addTags(s *sheet, holder, o *object, c *column, seen map[*object]bool) {
	for ; holder != nil; holder = holder.parent {
		for _, u := range holder.tags {
			if !seen[u.tag] {
				seen[u.tag] = true
				addTag(s, u, relationDomain(holder), o, c)
			}
		}
	}
}

// addTag adds one row of TAG_REFERENCES.
func addTag(s *sheet, u tagUse, level string, o *object, c *column) {
	p := u.tag.path()
	domain, columnName := relationDomain(o), any(nil)
	if c != nil {
		domain, columnName = "COLUMN", c.name
	}
	method := "MANUAL"
	if level != domain {
		method = "INHERITED"
	}
	s.add(p[0], p[1], p[2], u.value, level, textCell(databaseName(o)), textCell(schemaName(o)), o.name, domain, columnName, method)
}
