package sqltext

import (
	"slices"
	"sort"
)

// Node is an object and the names that it needs.
type Node struct {
	Name Name
	// Needs may hold names of anything; outer parts that are empty are those of
	// the node's own name. Names that no node has do not matter.
	Needs []Name
}

// Order returns the indices of nodes so that each comes after those that it
// needs, and otherwise in the order given. Nodes that need each other in a
// circle cannot be ordered: each such group is returned in cycles, and its
// members stand in the order given, after everything outside that they need.
func Order(nodes []Node) (order []int, cycles [][]int) {
	o := orderer{
		needs:   edges(nodes),
		number:  make([]int, len(nodes)),
		lowest:  make([]int, len(nodes)),
		pending: make([]bool, len(nodes)),
	}
	for i := range nodes {
		if o.number[i] == 0 {
			o.visit(i)
		}
	}
	return o.order, o.cycles
}

// edges returns for every node the indices of the nodes that it needs.
func edges(nodes []Node) [][]int {
	index := make(map[Name]int, len(nodes))
	for i, n := range nodes {
		index[n.Name] = i
	}
	needs := make([][]int, len(nodes))
	for i, n := range nodes {
		for _, name := range n.Needs {
			if k, ok := index[name.within(n.Name)]; ok {
				needs[i] = append(needs[i], k)
			}
		}
	}
	return needs
}

// within fills in the outer parts of a name from that of the object that uses
// it: views and functions resolve names in the schema that holds them (C24).
func (n Name) within(holder Name) Name {
	if n.Schema == "" {
		n.Schema = holder.Schema
		n.Database = holder.Database
	}
	if n.Database == "" {
		n.Database = holder.Database
	}
	return n
}

// orderer finds the strongly connected groups of a graph by Tarjan's method,
// with a stack of its own: a chain of ten thousand views must not cost a
// goroutine's stack.
type orderer struct {
	needs          [][]int
	number, lowest []int
	pending        []bool
	count          int
	group          []int
	order          []int
	cycles         [][]int
}

// call is a node whose needs are being visited, next is the one to go on with.
type call struct{ node, next int }

func (o *orderer) visit(root int) {
	calls := []call{o.enter(root)}
	for len(calls) > 0 {
		c := &calls[len(calls)-1]
		if c.next == len(o.needs[c.node]) {
			calls = calls[:len(calls)-1]
			o.leave(c.node)
			if len(calls) > 0 {
				o.lower(calls[len(calls)-1].node, o.lowest[c.node])
			}
			continue
		}
		need := o.needs[c.node][c.next]
		c.next++
		switch {
		case o.number[need] == 0:
			calls = append(calls, o.enter(need))
		case o.pending[need]:
			o.lower(c.node, o.number[need])
		}
	}
}

func (o *orderer) enter(node int) call {
	o.count++
	o.number[node], o.lowest[node], o.pending[node] = o.count, o.count, true
	o.group = append(o.group, node)
	return call{node: node}
}

func (o *orderer) lower(node, to int) {
	o.lowest[node] = min(o.lowest[node], to)
}

// leave closes the group that a node is the root of.
func (o *orderer) leave(node int) {
	if o.lowest[node] != o.number[node] {
		return
	}
	from := len(o.group) - 1
	for o.group[from] != node {
		from--
	}
	members := append([]int(nil), o.group[from:]...)
	o.group = o.group[:from]
	sort.Ints(members)
	for _, m := range members {
		o.pending[m] = false
	}
	o.order = append(o.order, members...)
	if len(members) > 1 || o.needsItself(node) {
		o.cycles = append(o.cycles, members)
	}
}

func (o *orderer) needsItself(node int) bool {
	return slices.Contains(o.needs[node], node)
}
