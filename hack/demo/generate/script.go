package main

import (
	"fmt"
	"strings"
)

// script collects statements and remembers the first thing that went wrong, so that the code that writes reads like
// the script it writes.
type script struct {
	out strings.Builder
	err error
}

// section starts a chapter with a comment.
func (s *script) section(title string) {
	fmt.Fprintf(&s.out, "\n-- %s\n", title)
}

// statement adds one statement; the semicolon is added here.
func (s *script) statement(format string, args ...any) {
	fmt.Fprintf(&s.out, format, args...)
	s.out.WriteString(";\n")
}

// part adds a file of handwritten statements as it stands.
func (s *script) part(name string) {
	text, err := parts.ReadFile("parts/" + name)
	if err != nil {
		s.fail(fmt.Errorf("read the handwritten part %s: %w", name, err))
	}
	s.out.WriteString("\n")
	s.out.Write(text)
}

// text returns the script, or what went wrong on the way.
func (s *script) text() (string, error) {
	return strings.TrimPrefix(s.out.String(), "\n"), s.err
}

// fail keeps the first error.
func (s *script) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
