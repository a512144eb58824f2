package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long a process may take to stop before it is killed.
const patience = 10 * time.Second

// processes are the programs that the demo started. When one of them ends by surprise, the demo's context ends too.
type processes struct {
	dir  string
	fail context.CancelCauseFunc

	mu      sync.Mutex
	started []*process
}

// process is one program.
type process struct {
	name     string
	log      string
	cmd      *exec.Cmd
	done     chan struct{} // closed when it has ended
	stopping bool          // guarded by processes.mu
}

// newProcesses returns a context that ends, with the reason, when a process ends by surprise.
func newProcesses(ctx context.Context, dir string) (context.Context, *processes) {
	ctx, fail := context.WithCancelCause(ctx)
	return ctx, &processes{dir: dir, fail: fail}
}

// start runs a program with its output in a log file of its name. It is put in a process group of its own, so that
// Ctrl-C reaches the demo alone, which then stops the programs in order.
func (p *processes) start(name string, cmd *exec.Cmd) (*process, error) {
	log, err := os.Create(p.logFile(name))
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	defer log.Close() // The child has a handle of its own.
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	started := &process{name: name, log: log.Name(), cmd: cmd, done: make(chan struct{})}
	p.mu.Lock()
	p.started = append(p.started, started)
	p.mu.Unlock()
	go p.watch(started)
	return started, nil
}

// watch waits for a program's end.
func (p *processes) watch(started *process) {
	err := started.cmd.Wait()
	close(started.done)
	p.mu.Lock()
	expected := started.stopping
	p.mu.Unlock()
	if !expected {
		p.fail(fmt.Errorf("%s ended by surprise (%w): %s", started.name, orEnded(err), lastLine(started.log)))
	}
}

// orEnded stands in for the error of a program that ended well.
func orEnded(err error) error {
	if err == nil {
		return os.ErrProcessDone
	}
	return err
}

// stopOne asks a program to end, and kills it when it does not.
func (p *processes) stopOne(one *process) {
	p.mu.Lock()
	one.stopping = true
	p.mu.Unlock()
	_ = one.cmd.Process.Signal(syscall.SIGTERM) // It may have ended already.
	select {
	case <-one.done:
	case <-time.After(patience):
		_ = one.cmd.Process.Kill()
		<-one.done
	}
}

// stop ends all programs, the last started first.
func (p *processes) stop() {
	p.mu.Lock()
	all := p.started
	p.started = nil
	p.mu.Unlock()
	for _, one := range slices.Backward(all) {
		p.stopOne(one)
	}
}

// release lets the programs run on when the demo ends, and returns their process ids, the last started first.
func (p *processes) release() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []int
	for _, one := range slices.Backward(p.started) {
		one.stopping = true
		select {
		case <-one.done:
		default:
			ids = append(ids, one.cmd.Process.Pid)
		}
	}
	return ids
}

// logFile is where a program's output goes.
func (p *processes) logFile(name string) string { return filepath.Join(p.dir, name+".log") }

// shownLines is how much of a log explains a failure.
const shownLines = 8

// showLog prints the end of a program's log, if it ran.
func (p *processes) showLog(c *console, name string) {
	text, err := os.ReadFile(p.logFile(name))
	if err != nil {
		return // It was never started.
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	c.line("the last lines of " + name + ":")
	for _, line := range lines[max(0, len(lines)-shownLines):] {
		c.line("  " + line)
	}
}

// lastLine returns the last line of a log.
func lastLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}
