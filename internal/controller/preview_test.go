package controller

import (
	"strings"
	"testing"

	"github.com/snowclone-dev/snowclone/internal/clone"
)

func TestTheReportListsTheStatementsThatAreMissing(t *testing.T) {
	t.Parallel()
	report := clone.Report{
		Grants:  []string{`GRANT SELECT ON ALL TABLES IN DATABASE "PROD" TO ROLE "OPERATOR"`},
		LeftOut: []clone.ObjectNote{{Kind: "TABLE", Name: "PROD.SALES.ORDERS", Code: "NO_PRIVILEGE", Note: "run GRANT"}},
	}
	text := reportForPeople(frontPage{}, report)
	for _, want := range []string{
		`  GRANT SELECT ON ALL TABLES IN DATABASE "PROD" TO ROLE "OPERATOR";` + "\n", "  NO_PRIVILEGE: grant the right", "    TABLE PROD.SALES.ORDERS  run GRANT\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q:\n%s", want, text)
		}
	}
	report.Missing = []clone.ObjectNote{{Kind: "STAGE", Name: "PROD.SALES.S", Code: "INTERNAL_STAGE"}}
	if text := reportForPeople(frontPage{}, report); strings.Contains(text, "NO_PRIVILEGE") {
		t.Errorf("what was foreseen is still listed beside what was found:\n%s", text)
	}
}
