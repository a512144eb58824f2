package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// kubectl runs the real kubectl against one cluster.
type kubectl struct {
	path       string
	kubeconfig string
}

// command prepares a call.
func (k kubectl) command(ctx context.Context, arguments ...string) *exec.Cmd {
	return exec.CommandContext(ctx, k.path, append([]string{"--kubeconfig", k.kubeconfig}, arguments...)...)
}

// run returns what a call printed; the error holds what it complained of.
func (k kubectl) run(ctx context.Context, arguments ...string) (string, error) {
	return k.feed(ctx, "", arguments...)
}

// feed is run with something on standard input.
func (k kubectl) feed(ctx context.Context, input string, arguments ...string) (string, error) {
	cmd := k.command(ctx, arguments...)
	var out, complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, strings.TrimSpace(complaint.String()))
	}
	return out.String(), nil
}

// show runs a call as a user would, and shows it with its output.
func (k kubectl) show(ctx context.Context, c *console, arguments ...string) error {
	c.command(append([]string{"kubectl"}, arguments...)...)
	out, err := k.run(ctx, arguments...)
	c.output(out)
	return err
}
