package clone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// A listing ends at 10,000 rows, for some kinds with an error and for others without a word (S3).
func TestTenThousandAndOneTablesInASchema(t *testing.T) {
	t.Parallel()
	const tables, views, procedures = 10_001, 100, 30
	if testing.Short() {
		t.Skip("it takes half a minute")
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
	w.mustIsolate(t)
	if n := w.run.State.Summary.Objects; n != tables+views+procedures {
		t.Errorf("%d objects are in the clone, want %d", n, tables+views+procedures)
	}
	if n := w.run.State.Summary.GrantsRevoked; n < 2*tables+views {
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
