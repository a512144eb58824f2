package emulator

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
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

// generation is how long a query generates rows: what GENERATOR(TIMELIMIT => n)
// says where there is no ROWCOUNT that is reached before. Several generators run
// side by side.
func generation(text string) time.Duration {
	tokens, err := sql.Lex(text)
	if err != nil || !generates(tokens[0]) {
		return 0
	}
	var longest time.Duration
	for i, t := range tokens {
		if t.Is("GENERATOR") && tokens[i+1].IsOp("(") {
			longest = max(longest, timeLimit(tokens[i+2:]))
		}
	}
	return longest
}

// generates reports whether a statement with this first word runs a query.
func generates(first sql.Token) bool {
	return first.Is("SELECT") || first.Is("WITH") || first.Is("INSERT") || first.IsOp("(")
}

// timeLimit reads TIMELIMIT among the arguments with which the tokens begin.
func timeLimit(tokens []sql.Token) time.Duration {
	var limit time.Duration
	for i, t := range tokens {
		switch {
		case t.Is("ROWCOUNT"):
			return 0
		case t.IsOp(")"):
			return limit
		case t.Is("TIMELIMIT") && i+2 < len(tokens):
			if seconds, err := strconv.ParseUint(tokens[i+2].Text, 10, 31); err == nil {
				limit = time.Duration(seconds) * time.Second
			}
		}
	}
	return limit
}

// runOne executes a single statement. SYSTEM$WAIT is served here, and the time
// that GENERATOR takes: within the account they would keep all other statements
// waiting.
func (s *Server) runOne(ctx context.Context, in *session, request account.Request) (*account.Result, error) {
	if w, waits := parseWait(request.SQL); waits && !request.DescribeOnly {
		if err := s.clock.wait(ctx, time.Duration(w.amount)*waitUnits[w.unit]); err != nil {
			return nil, err
		}
		return w.result(), nil
	}
	if !request.DescribeOnly {
		if err := s.clock.wait(ctx, generation(request.SQL)); err != nil {
			return nil, err
		}
	}
	result, err := in.Execute(ctx, request)
	if err != nil {
		return result, statementError(ctx, err)
	}
	return result.Indent(in.Parameter("JSON_INDENT")), nil
}
