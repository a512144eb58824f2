package snowflake

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// showServer plays the rules of SHOW for one database: at most limit rows, an error or a silent cut beyond, and a
// cursor that goes on behind the first row of its name (S2, S3, S4).
type showServer struct {
	limit int
	// fails makes too many rows an error; else the rest is cut off.
	fails bool
	// objects holds, by schema, the arguments column of each function; several may have one name.
	objects map[string][]string

	mu         sync.Mutex
	statements []string
}

var showPattern = regexp.MustCompile(
	`^SHOW (SCHEMAS|USER FUNCTIONS) IN (DATABASE "D"|SCHEMA "D"\."(\w+)")(?: LIMIT (\d+))?(?: FROM '(.*)')?$`)

func (s *showServer) answer(q fakeQuery) fakeReply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements = append(s.statements, q.SQL)
	match := showPattern.FindStringSubmatch(q.SQL)
	if match == nil {
		return fakeReply{Code: "001003", Message: q.SQL}
	}
	rows := s.rows(match[1], match[3])
	if from := match[5]; from != "" {
		first := slices.IndexFunc(rows, func(r []string) bool { return strings.HasPrefix(r[1], from) })
		rows = rows[first+1:]
	}
	limit := s.limit
	if n, err := strconv.Atoi(match[4]); err == nil {
		limit = min(limit, n)
	} else if len(rows) > limit && s.fails {
		return fakeReply{Code: "000090", Message: "too many rows"}
	}
	return textRows([]string{"created_on", "name", "database_name", "schema_name", "catalog_name", "arguments"},
		rows[:min(len(rows), limit)])
}

// rows lists schemas, or the functions of one schema or of all.
func (s *showServer) rows(what, schema string) [][]string {
	var rows [][]string
	for _, name := range slices.Sorted(mapKeys(s.objects)) {
		if what == "SCHEMAS" {
			rows = append(rows, []string{"", name, "D", "", "", ""})
			continue
		}
		if schema != "" && schema != name {
			continue
		}
		for _, signature := range s.objects[name] {
			object, _, _ := strings.Cut(signature, "(")
			rows = append(rows, []string{"", object, "", name, "D", signature})
		}
	}
	return rows
}

func mapKeys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// textRows is a result of text columns.
func textRows(columns []string, rows [][]string) fakeReply {
	var types []map[string]any
	for _, name := range columns {
		types = append(types, map[string]any{"name": name, "type": "text", "nullable": true})
	}
	if rows == nil {
		rows = [][]string{}
	}
	return fakeReply{Data: map[string]any{
		"rowtype": types, "rowset": rows, "total": len(rows), "returned": len(rows),
		"queryId": "01-show", "queryResultFormat": "json", "statementTypeId": 0x4400,
	}}
}

// signatures makes n functions, every third with an overload.
func signatures(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("F%03d() RETURN VARCHAR", i))
		if i%3 == 0 {
			all = append(all, fmt.Sprintf("F%03d(NUMBER, DEFAULT VARCHAR) RETURN VARCHAR", i))
		}
	}
	return all
}

func TestListingsAreCompleteBeyondTheCap(t *testing.T) {
	objects := map[string][]string{"A": signatures(17), "B": signatures(4), "C": nil, "Z": signatures(5)}
	var want []string
	for _, schema := range []string{"A", "B", "Z"} {
		for _, signature := range objects[schema] {
			object, _, _ := strings.Cut(signature, "(")
			arguments := "()"
			if strings.Contains(signature, "NUMBER") {
				arguments = "(NUMBER, VARCHAR)"
			}
			want = append(want, `"D"."`+schema+`"."`+object+`"`+arguments)
		}
	}
	for _, fails := range []bool{true, false} {
		for _, limit := range []int{5, 6, 7, 8, 20, 32, 33, 1000} {
			t.Run(fmt.Sprintf("limit %d, error %v", limit, fails), func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				server := &showServer{limit: limit, fails: fails, objects: objects}
				f.answer = server.answer
				client := f.client(t, func(o *PoolsOptions) { o.ShowLimit = limit })
				functions, err := client.Functions(t.Context(), InDatabase("D"))
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, function := range functions {
					got = append(got, function.SQL())
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("functions (-want +got):\n%s", diff)
				}
				if limit == 1000 && len(server.statements) != 1 {
					t.Errorf("%d statements where one is enough", len(server.statements))
				}
			})
		}
	}
}

func TestAPageOfOneNameIsAnErrorAndNotAnEndlessLoop(t *testing.T) {
	f := newFake(t)
	server := &showServer{limit: 2, objects: map[string][]string{"A": {"F() RETURN X", "F(A) RETURN X", "F(B) RETURN X"}}}
	f.answer = server.answer
	client := f.client(t, func(o *PoolsOptions) { o.ShowLimit = 2 })
	if _, err := client.Functions(t.Context(), InSchema("D", "A")); err == nil || !strings.Contains(err.Error(), "of one name") {
		t.Errorf("error %v, want one about the page", err)
	}
}

func TestALookupIsExactWhateverLIKEMatches(t *testing.T) {
	f := newFake(t)
	f.answer = func(q fakeQuery) fakeReply {
		if q.SQL != `SHOW DATABASES LIKE 'DEV_A\\\\'` && q.SQL != `SHOW DATABASES LIKE 'DEV_A'` {
			return fakeReply{Code: "001003", Message: q.SQL}
		}
		return textRows([]string{"created_on", "name", "owner", "comment", "options", "kind", "retention_time"}, [][]string{
			{"", "dev_a", "X", "", "", "STANDARD", "1"},
			{"", "DEVXA", "X", "", "", "STANDARD", "1"},
			{"2026-03-01 08:00:00.000 +0000", "DEV_A", "R", "ours", "TRANSIENT", "STANDARD", "7"},
		})
	}
	client := f.client(t)
	found, err := client.FindDatabase(t.Context(), "DEV_A")
	if err != nil || found == nil {
		t.Fatal(found, err)
	}
	if found.Name != (sqltext.Name{Database: "DEV_A"}) || found.Owner != "R" || found.Comment != "ours" ||
		!found.Transient || found.RetentionDays != 7 || found.CreatedOn.IsZero() {
		t.Errorf("found %+v", found)
	}
	absent, err := client.FindDatabase(t.Context(), `DEV_A\`)
	if absent != nil || err != nil {
		t.Errorf("found %v, %v; want nothing", absent, err)
	}
}

func TestOneBadObjectDoesNotHideTheDefinitionsOfTheRest(t *testing.T) {
	f := newFake(t)
	f.answer = func(q fakeQuery) fakeReply {
		if strings.Contains(q.SQL, `"BAD`) {
			return fakeReply{Code: "002003", Message: "no"}
		}
		var columns, cells []string
		for i, call := range regexp.MustCompile(`GET_DDL\('VIEW', '"D"\."S"\."(\w+)"', TRUE\)`).FindAllStringSubmatch(q.SQL, -1) {
			columns = append(columns, fmt.Sprintf("C%d", i))
			text := "create view " + call[1]
			if strings.HasPrefix(call[1], "HIDDEN") {
				text += " with masking policy #UNKNOWN_POLICY"
			}
			cells = append(cells, text)
		}
		return textRows(columns, [][]string{cells})
	}
	var refs []ObjectRef
	for i := range 60 {
		name := fmt.Sprintf("V%d", i)
		switch i {
		case 3, 27, 28, 59:
			name = "BAD" + name
		case 40:
			name = "HIDDEN" + name
		}
		refs = append(refs, ObjectRef{Kind: KindView, Name: name3("D", "S", name)})
	}
	refs[10] = ObjectRef{Kind: KindStage, Name: name3("D", "S", "STAGE")}
	results, err := f.client(t).DDL(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range results {
		name := string(refs[i].Name.Object)
		var want string
		switch {
		case result.Ref.Name != refs[i].Name:
			t.Errorf("result %d is of %s, want %s", i, result.Ref, refs[i])
		case strings.HasPrefix(name, "BAD"):
			want = "002003: no"
		case name == "STAGE":
			want = ErrNoDDL.Error()
		case strings.HasPrefix(name, "HIDDEN"):
			want = ErrHiddenParts.Error()
		case result.Err != nil || result.Text != "create view "+name:
			t.Errorf("%s: %q, %v", name, result.Text, result.Err)
		}
		if want != "" && (result.Text != "" || result.Err == nil || !strings.Contains(result.Err.Error(), want)) {
			t.Errorf("%s: %q, %v; want the error %q", name, result.Text, result.Err, want)
		}
	}
}

func TestALostServerEndsTheReadingOfDefinitions(t *testing.T) {
	f := newFake(t)
	f.answer = func(fakeQuery) fakeReply { return fakeReply{HTTP: 503} }
	_, err := f.client(t).DDL(t.Context(), []ObjectRef{{Kind: KindView, Name: name3("D", "S", "V")}})
	if ClassOf(err) != Unavailable {
		t.Errorf("%v of class %s, want Unavailable", err, ClassOf(err))
	}
}
