package account

import (
	"fmt"
	"testing"
	"time"
)

// TestCloneLeavesSourceAlone checks the database that is cloned before and
// after a clone is made, changed and dropped.
func TestCloneLeavesSourceAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Switches{})
	w.load(shop)
	before, err := w.account.Fingerprint("SHOP")
	if err != nil {
		t.Fatal(err)
	}
	w.run("CREATE DATABASE D CLONE SHOP", "ALTER TABLE D.SALES.CUSTOMERS ADD COLUMN X NUMBER", "UPDATE D.SALES.CUSTOMERS SET NAME = 'Zed'",
		"GRANT SELECT ON ALL TABLES IN DATABASE D TO ROLE PUBLIC", "REVOKE SELECT ON TABLE D.SALES.CUSTOMERS FROM ROLE READER",
		"ALTER TABLE D.SALES.CUSTOMERS RENAME COLUMN EMAIL TO MAIL", "DROP SCHEMA D.SALES", "DROP DATABASE D")
	after, err := w.account.Fingerprint("SHOP")
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Error("the source changed while its clone did")
	}
}

// TestCloneIsFast guards the time of a clone of 600 objects, which tests and
// the demo make often.
func TestCloneIsFast(t *testing.T) {
	w := newWorld(t, Switches{})
	w.run("CREATE DATABASE BIG")
	for i := range 300 {
		w.run(fmt.Sprintf("CREATE TABLE BIG.PUBLIC.T%d (A NUMBER, B VARCHAR, C DATE)", i),
			fmt.Sprintf("CREATE VIEW BIG.PUBLIC.V%d AS SELECT A, B FROM T%d", i, i))
	}
	start := time.Now()
	w.run("CREATE DATABASE CLONED CLONE BIG")
	if took := time.Since(start); took > 200*time.Millisecond {
		t.Errorf("a clone of 600 objects took %v", took)
	}
}
