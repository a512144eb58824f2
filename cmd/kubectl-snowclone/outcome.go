package main

import (
	"errors"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// outcome is what came of one definition.
type outcome struct {
	// before is the text that was read.
	before string
	sqltext.Result
	// refused is why the definition was left untouched, nil when it was not.
	refused *sqltext.RefusedError
}

// rewrite runs the rewriter. A refusal is an outcome and no error.
func rewrite(def sqltext.Definition, options sqltext.Options) (outcome, error) {
	result, err := sqltext.Rewrite(def, options)
	if refused, ok := errors.AsType[*sqltext.RefusedError](err); ok {
		return outcome{before: def.Text, refused: refused}, nil
	}
	return outcome{before: def.Text, Result: result}, err
}

// exitCode says whether somebody has to look.
func (o outcome) exitCode() int {
	needsReview := func(finding sqltext.Finding) bool { return finding.Class == sqltext.Report }
	switch {
	case o.refused != nil:
		return exitRefused
	case slices.ContainsFunc(o.Findings, needsReview):
		return exitReview
	}
	return exitClean
}
