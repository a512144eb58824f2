package clone

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// large asks for tests in the sizes at which Snowflake's own limits lie: make test-large.
const large = "SNOWCLONE_LARGE"

// A listing ends at 10,000 rows, for some kinds with an error and for others without a word (S3). Usually a tenth of it
// is tried, with an operator that believes in a tenth of the limit.
func TestTenThousandAndOneTablesInASchema(t *testing.T) {
	t.Parallel()
	const views, procedures = 100, 30
	tables, limit := 1_001, 1_000
	if os.Getenv(large) != "" {
		tables, limit = 10_001, 0
	}
	script := []string{"CREATE SCHEMA {{PROD}}.BIG"}
	for i := range tables {
		script = append(script, fmt.Sprintf("CREATE TABLE {{PROD}}.BIG.T%05d (A NUMBER)", i))
	}
	for i := range views {
		script = append(script, fmt.Sprintf("CREATE VIEW {{PROD}}.BIG.V%03d AS SELECT A FROM {{PROD}}.BIG.T%05d", i, tables-1-i))
	}
	for i := range procedures {
		script = append(script, fmt.Sprintf(
			"CREATE PROCEDURE {{PROD}}.BIG.P%02d() RETURNS NUMBER LANGUAGE SQL AS 'BEGIN DELETE FROM {{PROD}}.BIG.T%05d; RETURN 1; END'", i, tables-1-i))
	}
	script = append(script, "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {{PROD}}.BIG TO ROLE PROD_READER",
		"GRANT SELECT ON ALL VIEWS IN SCHEMA {{PROD}}.BIG TO ROLE ANALYST")
	w := hostileWorld(t, "BIGPROD", "BIGDEV", script...)
	w.showLimit(t, limit)
	w.mustIsolate(t)
	if n := w.run.State.Summary.Objects; int(n) != tables+views+procedures {
		t.Errorf("%d objects are in the clone, want %d", n, tables+views+procedures)
	}
	if n := w.run.State.Summary.GrantsRevoked; int(n) < 2*tables+views {
		t.Errorf("%d grants were revoked, want at least %d", n, 2*tables+views)
	}
	revokes := 0
	for _, entry := range w.server.Statements(0) {
		if strings.HasPrefix(entry.SQL, "REVOKE ") {
			revokes++
		}
	}
	if revokes > 100 {
		t.Errorf("%d statements revoked them, want few", revokes)
	}
	objects, err := w.client.Objects(t.Context(), snowflake.KindTable, snowflake.InDatabase("BIGDEV"))
	if err != nil || len(objects) != tables {
		t.Fatalf("%d tables are listed, want %d: %v", len(objects), tables, err)
	}
	if last := objects[tables-1]; last.Owner != "OPERATOR" {
		t.Errorf("the last table of all is owned by %s", last.Owner)
	}
}
