package sqltext

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		// nodes is a list of "name: need need".
		nodes  string
		order  string
		cycles [][]int
	}{
		"independent objects keep their order": {"the order is stable", "A:|B:|C:", "ABC", nil},
		"what is needed comes first":           {"CREATE VIEW compiles its query (R7)", "A: B|B: C|C:", "CBA", nil},
		"a diamond":                            {"each once", "A: B C|B: D|C: D|D:", "DBCA", nil},
		"needs of anything else do not matter": {"tables are there already", "A: X Y.Z B|B: X", "BA", nil},
		"a circle is reported":                 {"it cannot be ordered", "A: B|B: A|C: A", "ABC", [][]int{{0, 1}}},
		"an object that needs itself":          {"a circle of one", "A: A|B:", "AB", [][]int{{0}}},
		"two circles":                          {"each is a group", "A: B|B: A|C: D A|D: C", "ABCD", [][]int{{0, 1}, {2, 3}}},
		"nothing":                              {"an empty list", "", "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nodes := nodesOf(t, c.nodes)
			order, cycles := Order(nodes)
			var got strings.Builder
			for _, i := range order {
				got.WriteString(string(nodes[i].Name.Object))
			}
			if got.String() != c.order {
				t.Errorf("%s: order %s, want %s", c.reason, got.String(), c.order)
			}
			if diff := cmp.Diff(c.cycles, cycles); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.reason, diff)
			}
		})
	}
}

func nodesOf(t *testing.T, text string) []Node {
	t.Helper()
	var nodes []Node
	for item := range strings.SplitSeq(text, "|") {
		name, needs, _ := strings.Cut(item, ":")
		if name == "" {
			continue
		}
		n := Node{Name: Name{"DB", "S", Ident(name)}}
		for need := range strings.FieldsSeq(needs) {
			parsed, err := ParseName(need)
			if err != nil {
				t.Fatal(err)
			}
			n.Needs = append(n.Needs, parsed)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func TestOrderOfALongChain(t *testing.T) {
	t.Parallel()
	const n = 20000
	nodes := make([]Node, n)
	for i := range nodes {
		nodes[i].Name = Name{"DB", "S", Ident(strings.Repeat("X", i%7) + string(rune('A'+i%26)) + itoa(i))}
	}
	for i := range n - 1 {
		nodes[i].Needs = []Name{nodes[i+1].Name}
	}
	order, cycles := Order(nodes)
	if len(order) != n || order[0] != n-1 || order[n-1] != 0 || cycles != nil {
		t.Errorf("%d ordered, first %d, cycles %v", len(order), order[0], cycles)
	}
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + string(rune('0'+i%10))
}
