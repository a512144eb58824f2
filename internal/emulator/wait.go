package emulator

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// waitStatement is a statement that does nothing but wait.
var waitStatement = regexp.MustCompile(
	`(?is)^\s*(?:SELECT|CALL)\s+(SYSTEM\$WAIT\s*\(\s*(\d{1,9})\s*(?:,\s*'(\w+)'\s*)?\))\s*;?\s*$`)

// waitUnits are the units of SYSTEM$WAIT.
var waitUnits = map[string]time.Duration{
	"SECONDS": time.Second, "MILLISECONDS": time.Millisecond,
	"MINUTES": time.Minute, "HOURS": time.Hour, "DAYS": 24 * time.Hour,
}

// wait is a call of SYSTEM$WAIT.
type wait struct {
	call   string
	amount int
	unit   string
}

// parseWait reads a statement that does nothing but wait, and tells whether it
// is one.
func parseWait(text string) (wait, bool) {
	parts := waitStatement.FindStringSubmatch(text)
	if parts == nil {
		return wait{}, false
	}
	w := wait{call: strings.ToUpper(parts[1]), unit: orElse(strings.ToUpper(parts[3]), "SECONDS")}
	amount, err := strconv.Atoi(parts[2])
	w.amount = amount
	return w, err == nil && waitUnits[w.unit] > 0
}

// result is what the call answers.
func (w wait) result() *account.Result {
	text := fmt.Sprintf("waited %d %s", w.amount, strings.ToLower(w.unit))
	return &account.Result{
		Columns:       []account.Column{{Name: w.call, Type: "text", Length: int64(len(text))}},
		Rows:          [][]*string{{&text}},
		StatementType: account.TypeSelect,
	}
}

// runOne executes a single statement. SYSTEM$WAIT is served here: within the
// account it would keep all other statements waiting.
func (s *Server) runOne(ctx context.Context, in *session, request account.Request) (*account.Result, error) {
	if w, waits := parseWait(request.SQL); waits && !request.DescribeOnly {
		if err := s.clock.wait(ctx, time.Duration(w.amount)*waitUnits[w.unit]); err != nil {
			return nil, err
		}
		return w.result(), nil
	}
	result, err := in.Execute(ctx, request)
	return result, statementError(ctx, err)
}
