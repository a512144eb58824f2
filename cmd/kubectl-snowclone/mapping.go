package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// mappings are those of the flags, that of --from and --to first. With --jsonl each line has one of its own instead.
func (f *rewriteFlags) mappings() ([]sqltext.Mapping, error) {
	var mappings []sqltext.Mapping
	if !f.jsonl {
		first, err := parseMapping("--from", f.from, "--to", f.to)
		if err != nil {
			return nil, err
		}
		mappings = append(mappings, first)
	}
	for _, text := range f.maps {
		from, to, err := cutMapping(text)
		if err != nil {
			return nil, err
		}
		mapping, err := parseMapping("--map", from, "--map", to)
		if err != nil {
			return nil, err
		}
		mappings = append(mappings, mapping)
	}
	return mappings, checkMappings(mappings)
}

// cutMapping cuts A=B at the equals sign that stands outside of quotes.
func cutMapping(text string) (from, to string, err error) {
	for _, token := range sqltext.Lex(text) {
		if token.Text == "=" {
			return text[:token.Start], text[token.Start+1:], nil
		}
	}
	return "", "", fmt.Errorf("--map %q: write SOURCE=TARGET, as in --map RAW=RAW_DEV", text)
}

// parseMapping reads two SQL identifiers, each from the flag named.
func parseMapping(fromFlag, from, toFlag, to string) (sqltext.Mapping, error) {
	source, err := parseDatabase(fromFlag, from)
	if err != nil {
		return sqltext.Mapping{}, err
	}
	target, err := parseDatabase(toFlag, to)
	if err != nil {
		return sqltext.Mapping{}, err
	}
	if source == target {
		return sqltext.Mapping{}, fmt.Errorf("%s %s: that is the source's own name: name the clone", toFlag, to)
	}
	return sqltext.Mapping{From: source, To: target}, nil
}

// parseDatabase reads an SQL identifier. The shell takes quotes away, which is what most mistakes come from.
func parseDatabase(flag, text string) (sqltext.Ident, error) {
	ident, err := sqltext.ParseIdent(text)
	if err != nil {
		return "", fmt.Errorf(`%s: %w: write a plain name, or the name in double quotes inside single ones: '"my db"'`, flag, err)
	}
	return ident, nil
}

// checkMappings refuses a source that becomes two databases.
func checkMappings(mappings []sqltext.Mapping) error {
	for i, mapping := range mappings {
		same := func(other sqltext.Mapping) bool { return other.From == mapping.From }
		if slices.ContainsFunc(mappings[:i], same) {
			return fmt.Errorf("--map %s: database %s is mapped twice: leave one of the two out", mapping.From.SQL(), mapping.From)
		}
	}
	return nil
}

// withDatabases adds the mapping of a line, whose source and target are names as the catalogue stores them.
func withDatabases(options sqltext.Options, source, target string) (sqltext.Options, error) {
	if source == "" || target == "" {
		return options, errors.New(`"source" and "target" are needed: give both databases, as the catalogue names them`)
	}
	if source == target {
		return options, fmt.Errorf(`"target": %s is the "source" itself: name the clone`, target)
	}
	own := sqltext.Mapping{From: sqltext.Ident(source), To: sqltext.Ident(target)}
	options.Mappings = append([]sqltext.Mapping{own}, options.Mappings...)
	return options, checkMappings(options.Mappings)
}
