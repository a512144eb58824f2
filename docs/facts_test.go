// Package docs_test holds the documentation to the code.
package docs_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	factID   = regexp.MustCompile(`\b[CGSIAPRTENLXMU][1-9][0-9]?\b`)
	factRow  = regexp.MustCompile(`(?m)^\| ([CGSIAPRTENLXMU][1-9][0-9]?) \|`)
	codeDirs = []string{"api", "cmd", "hack", "internal"}
)

func TestEveryFactCitedInTheCodeIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile("snowflake-facts.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, row := range factRow.FindAllStringSubmatch(string(text), -1) {
		if known[row[1]] {
			t.Errorf("fact %s is written down twice", row[1])
		}
		known[row[1]] = true
	}
	cited := 0
	for _, dir := range codeDirs {
		for path, comments := range commentsBelow(t, filepath.Join("..", dir)) {
			for _, id := range factID.FindAllString(comments, -1) {
				cited++
				if !known[id] {
					t.Errorf("%s cites %s, which snowflake-facts.md does not have", path, id)
				}
			}
		}
	}
	if cited == 0 {
		t.Error("no fact is cited at all: is the search broken?")
	}
}

// commentsBelow gathers the comments of each Go file below a folder.
func commentsBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found[path] = comments(source)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// comments joins the comments of one Go file.
func comments(source []byte) string {
	files := token.NewFileSet()
	var s scanner.Scanner
	s.Init(files.AddFile("", files.Base(), len(source)), source, nil, scanner.ScanComments)
	var text strings.Builder
	for {
		_, kind, literal := s.Scan()
		switch kind {
		case token.EOF:
			return text.String()
		case token.COMMENT:
			text.WriteString(literal + "\n")
		}
	}
}
