package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/utils/clock"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/controller"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// checkFlags are the flags of `check`.
type checkFlags struct {
	file              string
	output            string
	connection        string
	operatorNamespace string
	allowInsecure     bool
	timeout           time.Duration
	cluster           clusterFlags
}

const checkLong = `Say what the operator would say of a clone, before anything is created.

The manifest is given to the API server for validation and defaults, and not stored. The SnowflakeConnection and its
Secret are read with your own rights, and Snowflake is asked what the operator's first step would ask: with the
connection's credentials, by the operator's own code. Nothing is changed anywhere. Of a file with several documents
each SnowflakeClone is checked by itself; the other kinds are passed over.

Exit codes: 0 the clone can be made, 3 something is in its way, 1 it cannot be found out.`

const checkExample = `  kubectl snowclone check -f clone.yaml
  kubectl snowclone check -f clone.yaml -n team-c360 --connection snowclone-system/default -o json
  kubectl get snowflakeclone customer360 -o yaml | kubectl snowclone check -f -`

// checkCommand makes the command `check`.
func checkCommand(code *int) *cobra.Command {
	f := &checkFlags{}
	command := &cobra.Command{
		Use:     "check -f FILE",
		Short:   "Say whether a clone can be made, what it would lack, and which grants are missing",
		Long:    checkLong,
		Example: checkExample,
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			var err error
			*code, err = f.run(command)
			return err
		},
	}
	flags := command.Flags()
	flags.StringVarP(&f.file, "filename", "f", "", "manifest with one or more SnowflakeClones; - reads the standard input (required)")
	flags.StringVarP(&f.output, "output", "o", outputText, "text or json")
	flags.StringVar(&f.connection, "connection", "", "SnowflakeConnection to use instead of spec.connectionRef, as name or namespace/name")
	flags.StringVar(&f.operatorNamespace, "operator-namespace", "snowclone-system", "namespace of the operator and of the default connection")
	flags.BoolVar(&f.allowInsecure, "allow-insecure-endpoints", false,
		"admit a connection over plain HTTP, which sends credentials in the clear: emulators only")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "how long the whole check may take")
	f.cluster.add(command)
	return command
}

func (f *checkFlags) run(command *cobra.Command) (int, error) {
	if f.output != outputText && f.output != outputJSON {
		return exitFailed, fmt.Errorf("-o %q: use one of %s, %s", f.output, outputText, outputJSON)
	}
	clones, err := f.read(command.InOrStdin())
	if err != nil {
		return exitFailed, err
	}
	ctx, stop := signal.NotifyContext(command.Context(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	code := exitClean
	var errs []error
	for i, obj := range clones {
		before := ""
		if i > 0 && f.output == outputText {
			before = "\n"
		}
		found, err := f.one(ctx, obj, command.OutOrStdout(), before)
		errs = append(errs, err)
		code = max(code, found)
	}
	return code, errors.Join(errs...)
}

// one checks a clone and prints what was found, behind what is to part it from the one before.
func (f *checkFlags) one(ctx context.Context, obj *v1alpha1.SnowflakeClone, out io.Writer, before string) (int, error) {
	found, err := f.check(ctx, obj)
	if err != nil {
		return exitFailed, err
	}
	p := checkPrinter{key: obj.Namespace + "/" + obj.Name, out: out}
	_, err = io.WriteString(out, before)
	if err = errors.Join(err, p.print(f.output, found)); err != nil {
		return exitFailed, fmt.Errorf("write the result: %w", err)
	}
	if !found.CanBeCloned() {
		return exitReview, nil
	}
	return exitClean, nil
}

// errNoFile is returned where nothing says what to check.
var errNoFile = errors.New("-f: name the manifest to check, or - for the standard input")

// read reads the clones of the manifest.
func (f *checkFlags) read(stdin io.Reader) ([]*v1alpha1.SnowflakeClone, error) {
	if f.file == "" {
		return nil, errNoFile
	}
	input := stdin
	if f.file != "-" {
		file, err := os.Open(f.file)
		if err != nil {
			return nil, fmt.Errorf("-f: %w", err)
		}
		defer file.Close()
		input = file
	}
	text, err := io.ReadAll(input)
	if err != nil {
		return nil, fmt.Errorf("-f: read the manifest: %w", err)
	}
	clones, err := parseClones(text)
	if err != nil {
		return nil, fmt.Errorf("-f %s: %w", f.file, err)
	}
	for _, obj := range clones {
		if f.connection != "" {
			obj.Spec.ConnectionRef = connectionNamed(f.connection)
		}
	}
	return clones, nil
}

// connectionNamed reads name or namespace/name.
func connectionNamed(text string) *v1alpha1.ConnectionReference {
	if namespace, name, both := strings.Cut(text, "/"); both {
		return &v1alpha1.ConnectionReference{Namespace: namespace, Name: name}
	}
	return &v1alpha1.ConnectionReference{Name: text}
}

// check asks the API server and Snowflake.
func (f *checkFlags) check(ctx context.Context, obj *v1alpha1.SnowflakeClone) (*controller.Preview, error) {
	cluster, err := f.cluster.connect()
	if err != nil {
		return nil, err
	}
	if err := cluster.complete(ctx, obj); err != nil {
		return nil, err
	}
	uid, err := cluster.uid(ctx)
	if err != nil {
		return nil, err
	}
	pools := snowflake.NewPools(snowflake.PoolsOptions{AllowInsecure: f.allowInsecure})
	found, err := controller.Previewer{
		API: cluster.api, OperatorNamespace: f.operatorNamespace, ClusterUID: uid,
		Pools: pools, AllowInsecureEndpoints: f.allowInsecure, Clock: clock.RealClock{},
	}.Preview(ctx, obj)
	return found, errors.Join(err, closePools(ctx, pools))
}

// closeTimeout bounds the logging out.
const closeTimeout = 5 * time.Second

// closePools logs the sessions out, in a time of its own: that of the check may be over.
func closePools(ctx context.Context, pools *snowflake.Pools) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	if err := pools.Close(ctx); err != nil {
		return fmt.Errorf("log out of Snowflake: %w", err)
	}
	return nil
}
