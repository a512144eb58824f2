package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// rewriteFlags are the flags of rewrite, as they were written.
type rewriteFlags struct {
	from, to   string
	maps       []string
	file       string
	output     string
	strings    string
	others     string
	objectType string
	language   string
	fold       bool
	jsonl      bool
}

const rewriteLong = `Shows what the operator would make of a definition or a script when it clones the
database --from as --to. Nothing is read from, or written to, Snowflake or Kubernetes.

Findings are written to the standard error as line:column: CLASS CODE context.
Probable is a name inside a string literal of code, which was rewritten. Report is
a place that was left for a person.

--type tells how the text is read: view, procedure, task body and so on, as named in
the message about one that is unknown. Without it the text is any number of statements.
With schema or database it is what GET_DDL prints of one, and each statement is read as
the object that it creates.

Exit codes: 0 nothing is left to review, 3 something is, 4 the definition was
refused and left as it is, 1 the command line or the input is at fault.`

const rewriteExample = `  # What becomes of a view; tell the type, as the operator knows it
  kubectl snowclone rewrite --from PRODUCTION_DB --to DEV_DB --type view -f view.sql

  # What changes in a script that names two databases, one of which needs quotes
  kubectl snowclone rewrite --from PRODUCTION_DB --to DEV_DB --map RAW='"raw dev"' -o diff <script.sql

  # What becomes of the objects of a schema, one by one
  kubectl snowclone rewrite --from PRODUCTION_DB --to DEV_DB --type schema -o diff -f schema.sql

  # Many definitions, one JSON object a line
  kubectl snowclone rewrite --jsonl -f definitions.jsonl`

// rewriteCommand makes the command `rewrite`.
func rewriteCommand(code *int) *cobra.Command {
	var f rewriteFlags
	command := &cobra.Command{
		Use:     "rewrite --from DATABASE --to DATABASE",
		Short:   "Preview how references to a database are repointed",
		Long:    rewriteLong,
		Example: rewriteExample,
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) (err error) {
			if err := f.check(command); err != nil {
				return err
			}
			*code, err = f.run(command)
			return err
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.from, "from", "", "source database, an SQL identifier: bare or in double quotes")
	flags.StringVar(&f.to, "to", "", "target database, an SQL identifier")
	flags.StringArrayVar(&f.maps, "map", nil, "further database and what it becomes, RAW=RAW_DEV; may be repeated")
	flags.StringVarP(&f.file, "filename", "f", "-", "file to read, - for the standard input")
	flags.StringVarP(&f.output, "output", "o", outputText, "what to print: text, diff or json; also jsonl with --type schema or database")
	flags.StringVar(&f.strings, "code-strings", "rewrite", "names inside string literals of code: rewrite or report")
	flags.StringVar(&f.others, "other-databases", "report", "references to databases that are not mapped: report or ignore")
	flags.StringVar(&f.objectType, "type", "", "what is read, such as view, procedure or task body (default script)")
	flags.StringVar(&f.language, "language", "", "language of a body without its CREATE statement: "+languageList()+" (default sql)")
	flags.BoolVar(&f.fold, "quoted-ignore-case", false, "the account folds quoted identifiers (QUOTED_IDENTIFIERS_IGNORE_CASE)")
	flags.BoolVar(&f.jsonl, "jsonl", false, "read and write many definitions, one JSON object a line")
	return command
}

// noArguments refuses arguments: a file is most likely what was meant.
func noArguments(_ *cobra.Command, arguments []string) error {
	if len(arguments) > 0 {
		return fmt.Errorf("unexpected argument %q: name a file with -f %s", arguments[0], arguments[0])
	}
	return nil
}

// lineFields are the flags that --jsonl has no use for, and what each line says instead.
var lineFields = []struct{ flag, field string }{
	{"from", "source"}, {"to", "target"}, {"type", "object_type"}, {"language", "language"},
}

// check refuses flags that do not go together.
func (f *rewriteFlags) check(command *cobra.Command) error {
	if f.jsonl {
		return f.checkLines(command.Flags().Changed)
	}
	for _, flag := range []string{"from", "to"} {
		if !command.Flags().Changed(flag) {
			return fmt.Errorf("--%s is missing: name both databases, as in --from PRODUCTION_DB --to DEV_DB", flag)
		}
	}
	if kind, err := parseType(f.objectType); err == nil && isContainer(kind) {
		return oneOf("-o", f.output, outputText, outputDiff, outputJSON, outputLines)
	}
	return oneOf("-o", f.output, outputText, outputDiff, outputJSON)
}

// checkLines does so for --jsonl.
func (f *rewriteFlags) checkLines(set func(flag string) bool) error {
	if set("output") && f.output != outputJSON {
		return fmt.Errorf("-o %s: --jsonl writes JSON only: leave -o out", f.output)
	}
	for _, one := range lineFields {
		if set(one.flag) {
			return fmt.Errorf("--%s: with --jsonl each line says it in %q: leave the flag out", one.flag, one.field)
		}
	}
	return nil
}

// run rewrites what the flags name, and returns the exit code.
func (f *rewriteFlags) run(command *cobra.Command) (int, error) {
	options, err := f.options()
	if err != nil {
		return exitFailed, err
	}
	input, closeInput, err := f.open(command.InOrStdin())
	if err != nil {
		return exitFailed, err
	}
	defer closeInput()
	if f.jsonl {
		return rewriteLines(input, command.OutOrStdout(), options)
	}
	return f.single(command, input, options)
}

// single rewrites one definition.
func (f *rewriteFlags) single(command *cobra.Command, input io.Reader, options sqltext.Options) (int, error) {
	kind, err := parseType(f.objectType)
	if err != nil {
		return exitFailed, fmt.Errorf("--type: %w", err)
	}
	text, err := io.ReadAll(input)
	if err != nil {
		return exitFailed, fmt.Errorf("-f: read the definition: %w", err)
	}
	p := printer{name: f.name(), stdout: command.OutOrStdout(), stderr: command.ErrOrStderr()}
	if isContainer(kind) {
		return f.objects(p, string(text), options)
	}
	def, err := definitionOf(kind, f.language, string(text))
	if err != nil {
		return exitFailed, fmt.Errorf("--language: %w", err)
	}
	done, err := rewrite(def, options)
	if err != nil {
		return exitFailed, err
	}
	if err := p.print(f.output, done); err != nil {
		return exitFailed, fmt.Errorf("write the result: %w", err)
	}
	return done.exitCode(), nil
}

// objects rewrites the objects of a schema or database.
func (f *rewriteFlags) objects(p printer, text string, options sqltext.Options) (int, error) {
	objects, err := rewriteObjects(text, options)
	if err != nil {
		return exitFailed, fmt.Errorf("%w: leave --type out to read the text as a script", err)
	}
	if err := p.objects(f.output, text, objects); err != nil {
		return exitFailed, fmt.Errorf("write the result: %w", err)
	}
	return exitCodeOf(objects), nil
}

// options are the rewriter's options.
func (f *rewriteFlags) options() (sqltext.Options, error) {
	options := sqltext.Options{CodeStrings: sqltext.RewriteStrings, ReportOthers: f.others == "report", QuotedIgnoreCase: f.fold}
	if err := oneOf("--code-strings", f.strings, "rewrite", "report"); err != nil {
		return options, err
	}
	if f.strings == "report" {
		options.CodeStrings = sqltext.ReportStrings
	}
	if err := oneOf("--other-databases", f.others, "report", "ignore"); err != nil {
		return options, err
	}
	mappings, err := f.mappings()
	options.Mappings = mappings
	return options, err
}

// oneOf refuses a flag's value that is not one of those given.
func oneOf(flag, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%s %q: use one of %s", flag, value, strings.Join(known, ", "))
}

// open returns what is to be read.
func (f *rewriteFlags) open(stdin io.Reader) (input io.Reader, closeInput func(), err error) {
	if f.file == stdinName {
		return stdin, func() {}, nil
	}
	file, err := os.Open(f.file)
	if err != nil {
		return nil, nil, fmt.Errorf("-f: %w", err)
	}
	// What is only read loses nothing when closing fails.
	return file, func() { _ = file.Close() }, nil
}

// stdinName stands for the standard input.
const stdinName = "-"

// name is what a diff calls the definition.
func (f *rewriteFlags) name() string {
	if f.file == stdinName {
		return "definition"
	}
	return f.file
}
