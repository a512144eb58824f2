package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// childProcesses returns the processes that this one started, but for those that are known. It finds the control
// plane's, whose ids envtest keeps to itself.
func childProcesses(known []int) ([]int, error) {
	parents, err := parentsOfAll()
	if err != nil {
		return nil, fmt.Errorf("find the control plane's processes: %w", err)
	}
	var children []int
	for id, parent := range parents {
		if parent == os.Getpid() && !slices.Contains(known, id) {
			children = append(children, id)
		}
	}
	// The API server was started after etcd and goes before it.
	slices.Sort(children)
	slices.Reverse(children)
	return children, nil
}

// parentsOfAll maps each process to its parent, from /proc, or from ps where there is none.
func parentsOfAll() (map[int]int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(files) == 0 {
		return parentsFromPS()
	}
	parents := map[int]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // It ended in the meantime.
		}
		// The name, in parentheses, may hold anything; the state and the parent follow the last one.
		id, rest, _ := strings.Cut(string(text), " ")
		fields := strings.Fields(rest[strings.LastIndex(rest, ")")+1:])
		if len(fields) > 1 {
			parents[number(id)] = number(fields[1])
		}
	}
	return parents, nil
}

// parentsFromPS asks ps.
func parentsFromPS() (map[int]int, error) {
	out, err := exec.Command("ps", "-A", "-o", "pid=", "-o", "ppid=").Output() //nolint:noctx // It ends at once.
	if err != nil {
		return nil, fmt.Errorf("run ps: %w", err)
	}
	parents := map[int]int{}
	for line := range bytes.Lines(out) {
		if fields := strings.Fields(string(line)); len(fields) == 2 {
			parents[number(fields[0])] = number(fields[1])
		}
	}
	return parents, nil
}

// number reads a process id; what is none becomes 0, which is nobody's.
func number(text string) int {
	id, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return id
}
