package account

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/query"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// checkParams refuses arguments of one name, and one without a default after
// one that has it (N6).
func checkParams(params []param) error {
	for i, p := range params {
		if slices.ContainsFunc(params[:i], func(x param) bool { return x.name == p.name }) {
			return sqlError(2025, "42S21", "duplicate argument name '%s'", p.name)
		}
		if i > 0 && params[i-1].fallback != "" && p.fallback == "" {
			return sqlError(1007, "22023", "argument '%s' without a default stands after one that has it", p.name)
		}
	}
	return nil
}

// checkImports finds the stages of staged code.
func (st *statement) checkImports(imports []string) error {
	for _, path := range imports {
		if !strings.HasPrefix(path, "@") {
			return errInvalidValue(path, "IMPORTS")
		}
		if err := st.checkStage(strings.TrimPrefix(path, "@")); err != nil {
			return err
		}
	}
	return nil
}

// checkRemote demands that the integration of an external function allows its
// address.
func (st *statement) checkRemote(d *routineDetail) error {
	integration, err := st.accountObject(kindIntegration, d.integration)
	if err != nil {
		return err
	}
	p, ok := integration.detail.(*plainDetail).props.get("API_ALLOWED_PREFIXES")
	if ok && !slices.ContainsFunc(p.list, func(prefix string) bool { return strings.HasPrefix(d.url, prefix) }) {
		return errInvalidValue(d.url, "URL")
	}
	return nil
}

// checkAnswer demands that what an expression answers is of a type, or can be
// told to be by nobody. Numbers, texts and truth values do not become one
// another.
func checkAnswer(x *query.Expression, want sql.Type) error {
	got := x.Type()
	if got.Name == want.Name || !isPlain(got.Name) || !isPlain(want.Name) {
		return nil
	}
	return sqlError(2023, "22000", "Expression type does not match: expecting %s but got %s", want, got)
}

// isPlain reports whether values of a type become no other type by themselves.
func isPlain(typ string) bool { return slices.Contains(names("NUMBER VARCHAR BOOLEAN"), typ) }
