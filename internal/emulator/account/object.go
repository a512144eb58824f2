package account

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// moment is a point in the life of the account. Ticks order statements that
// the clock does not tell apart.
type moment struct {
	at   time.Time
	tick int64
}

// object is anything that has a name and an owner. What only its kind has
// stands in detail.
type object struct {
	id     int64
	kind   *kind
	name   string
	args   []string // argument types of a routine, which belong to its name (N6)
	parent *object  // schema, database or account

	owner   *object // role or database role; nil for what nobody owns
	comment string
	created moment
	dropped moment
	// keptDays is for how long a dropped object can be restored.
	keptDays int
	altered  time.Time
	grants   []grant
	future   []futureGrant
	tags     []tagUse
	attached []attachment
	// cloneGroup is the id of the oldest ancestor of a cloned table; 0 for what
	// is no clone (A3).
	cloneGroup int64
	detail     any
	children   map[childKey]*object
	// graveyard holds dropped children, oldest first, for UNDROP and Time
	// Travel.
	graveyard []*object
	// session is the session that alone sees a temporary object.
	session int64
	origin  *Origin
	// params are parameters set on the object itself (C21).
	params map[string]string
}

// childKey is a name within a container. Kinds that share a namespace, such as
// tables and views, share space.
type childKey struct {
	space   string
	name    string
	args    string
	session int64
}

// key is the object's place in its parent.
func (o *object) key() childKey {
	return childKey{space: o.kind.space, name: o.name, args: strings.Join(o.args, ","), session: o.session}
}

// newObject makes an object and puts it into its parent. The owner is left to
// the caller.
func (a *Account) newObject(k *kind, parent *object, name string, detail any) *object {
	o := a.looseObject(k, parent, name, detail)
	a.attach(o)
	return o
}

// looseObject makes an object that is in no container yet.
func (a *Account) looseObject(k *kind, parent *object, name string, detail any) *object {
	a.nextID++
	now := a.now()
	o := &object{
		id: a.nextID, kind: k, name: name, parent: parent, detail: detail,
		created: moment{at: now, tick: a.tick}, altered: now,
	}
	if k.container {
		o.children = map[childKey]*object{}
	}
	return o
}

// attach puts an object into its parent.
func (a *Account) attach(o *object) {
	o.parent.children[o.key()] = o
	a.changed()
}

// rename gives an object another name, and with parent not nil another place.
func (a *Account) rename(o, parent *object, name string) {
	delete(o.parent.children, o.key())
	o.name = name
	if parent != nil {
		o.parent = parent
	}
	o.altered = a.now()
	a.attach(o)
}

// keptDropped is how many dropped objects a container remembers.
const keptDropped = 10_000

// remove drops an object. It stays in its parent's graveyard.
func (a *Account) remove(o *object) {
	delete(o.parent.children, o.key())
	o.dropped = moment{at: a.now(), tick: a.tick}
	o.keptDays = a.retentionDays(o)
	o.parent.graveyard = append(o.parent.graveyard, o)
	if n := len(o.parent.graveyard); n > keptDropped {
		o.parent.graveyard = slices.Clone(o.parent.graveyard[n-keptDropped*9/10:])
	}
	a.walk(o, func(c *object) {
		if c.origin != nil && c.dropped.at.IsZero() || c == o && c.origin != nil {
			c.origin.Dropped = o.dropped.at
		}
	})
	a.changed()
}

// alive reports whether the object and all that holds it exist.
func (o *object) alive() bool {
	for p := o; p != nil; p = p.parent {
		if !p.dropped.at.IsZero() {
			return false
		}
	}
	return true
}

// lookup finds a child by kind and name. Objects of another kind in the same
// name space are found, too.
func (o *object) lookup(k *kind, name string, session int64) *object {
	if session != 0 {
		if c := o.children[childKey{space: k.space, name: name, session: session}]; c != nil {
			return c
		}
	}
	return o.children[childKey{space: k.space, name: name}]
}

// sorted lists the children for which keep is true, ordered by name.
func (o *object) sorted(keep func(*object) bool) []*object {
	var out []*object
	for _, c := range o.children {
		if keep(c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, compareObjects)
	return out
}

// compareObjects orders objects by name, then arguments, then age.
func compareObjects(x, y *object) int {
	return cmp.Or(
		strings.Compare(x.name, y.name),
		slices.Compare(x.args, y.args),
		cmp.Compare(x.id, y.id),
	)
}

// ofKind lists the children of the given kinds by name.
func (o *object) ofKind(kinds ...*kind) []*object {
	return o.sorted(func(c *object) bool { return slices.Contains(kinds, c.kind) })
}

// database is the database that the object is or lies in; nil outside one.
func (o *object) database() *object {
	for p := o; p != nil; p = p.parent {
		if p.kind == kindDatabase {
			return p
		}
	}
	return nil
}

// schema is the schema that the object is or lies in; nil outside one.
func (o *object) schema() *object {
	for p := o; p != nil; p = p.parent {
		if p.kind == kindSchema {
			return p
		}
	}
	return nil
}

// path is the name from the database down, in stored form.
func (o *object) path() []string {
	var parts []string
	for p := o; p != nil && p.kind != kindAccount; p = p.parent {
		parts = append(parts, p.name)
	}
	slices.Reverse(parts)
	return parts
}

// qualified is the full name, each part quoted where it must be.
func (o *object) qualified() string { return quoteName(o.path()) }

// plainName is the full name as error texts print it.
func (o *object) plainName() string { return strings.Join(o.path(), ".") }

// ownerName is the owner as SHOW prints it, empty where nobody owns.
func (o *object) ownerName() string {
	if o.owner == nil {
		return ""
	}
	return o.owner.name
}

// ownerRoleType is ROLE or DATABASE_ROLE.
func (o *object) ownerRoleType() string {
	if o.owner == nil {
		return ""
	}
	return o.owner.kind.grantedOn
}
