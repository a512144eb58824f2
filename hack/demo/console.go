package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// width is how long a line may be on a terminal.
const width = 100

// console writes the story. Its methods may be called from several goroutines.
type console struct {
	mu  sync.Mutex
	out io.Writer
	// terminal says that a person sits in front of it, colour that it can show colours.
	terminal, colour bool
	started          time.Time
}

// newConsole writes to a file, in colour when a person sits in front of it.
func newConsole(out *os.File) *console {
	info, err := out.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	colour := terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return &console{out: out, terminal: terminal, colour: colour, started: time.Now()}
}

// The colours, as terminals know them.
const (
	bold  = "\x1b[1m"
	dim   = "\x1b[2m"
	green = "\x1b[32m"
	red   = "\x1b[31m"
	reset = "\x1b[0m"
)

// paint wraps text in a colour where there are colours.
func (c *console) paint(colour, text string) string {
	if !c.colour {
		return text
	}
	return colour + text + reset
}

// line writes one line.
func (c *console) line(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintln(c.out, text)
}

// chapter opens a part of the story.
func (c *console) chapter(format string, args ...any) {
	c.line("\n" + c.paint(bold, fmt.Sprintf(format, args...)))
}

// note says what happened, and when.
func (c *console) note(format string, args ...any) {
	c.line(c.paint(dim, fmt.Sprintf("%6.1f s  ", time.Since(c.started).Seconds())) + fmt.Sprintf(format, args...))
}

// command shows what the demo types.
func (c *console) command(words ...string) {
	c.line(c.paint(bold, "$ "+strings.Join(words, " ")))
}

// output shows what a program printed. On a terminal long lines are cut, so that tables stay tables.
func (c *console) output(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		if c.terminal {
			line = cut(line, width)
		}
		c.line(line)
	}
}

// passed says that a proof held.
func (c *console) passed(format string, args ...any) {
	c.line(c.paint(green, "  ok  ") + fmt.Sprintf(format, args...))
}

// failed says that a proof did not hold, and what was seen.
func (c *console) failed(format string, args ...any) {
	c.line(c.paint(red, "FAIL  ") + fmt.Sprintf(format, args...))
}

// problem says what went wrong.
func (c *console) problem(err error) {
	c.line(c.paint(red, "demo: "+err.Error()))
}

// success closes the story.
func (c *console) success(format string, args ...any) {
	c.line("\n" + c.paint(green, fmt.Sprintf(format, args...)))
}

// elapsed is how long the demo has run.
func (c *console) elapsed() string { return seconds(time.Since(c.started)) }

// seconds writes a duration for people.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// cut shortens a line to so many characters.
func cut(line string, limit int) string {
	runes := []rune(line)
	if len(runes) <= limit {
		return line
	}
	return string(runes[:limit-1]) + "…"
}
