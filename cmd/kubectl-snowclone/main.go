// Command kubectl-snowclone is the kubectl plugin of Snowclone: `kubectl snowclone …` when it stands on the PATH.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes. Scripts depend on them: none is ever given another meaning.
const (
	exitClean   = 0 // nothing is left for a person
	exitFailed  = 1 // the command line, the input or the output is at fault
	exitReview  = 3 // a person has to look at something
	exitRefused = 4 // a definition was left untouched because it cannot be rewritten safely
)

// run executes one command line and returns the program's exit code.
func run(arguments []string, stdin io.Reader, stdout, stderr io.Writer) int {
	code := exitClean
	root := rootCommand(&code)
	root.SetArgs(arguments)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		// Nobody can be told when the standard error is closed; the exit code still is.
		_, _ = fmt.Fprintf(stderr, "error: %v\n", err)
		return exitFailed
	}
	return code
}

// rootCommand makes the plugin's commands, which put their exit code where code points unless they fail.
func rootCommand(code *int) *cobra.Command {
	root := &cobra.Command{
		Use:         "kubectl-snowclone",
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl snowclone"},
		Short:       "Look into Snowclone, the operator that clones Snowflake databases",
		Version:     version(),
		// Errors are one line that names the next action; a page of usage would hide it.
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return fmt.Errorf("%w: see `%s --help`", err, command.CommandPath())
	})
	root.AddCommand(rewriteCommand(code), checkCommand(code))
	return root
}

// release is the version of a released build: -ldflags "-X main.release=v1.2.3".
var release string

// version is the release, or what the Go toolchain knows of the source that the program was built from.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
