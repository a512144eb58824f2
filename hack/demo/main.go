// Command demo shows Snowclone from end to end on one machine: a real API server and etcd, the operator, and the
// emulator in the place of a Snowflake account. It clones a production database, watches the fourteen steps, proves
// what it promises, lets a second clone expire, and stops everything that it started.
//
//	go run ./hack/demo
//
// It leaves with 1 when a proof fails and says what it saw instead.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// exitInterrupted is what shells expect of a program that was stopped by Ctrl-C.
const exitInterrupted = 130

// options are what the user can choose.
type options struct {
	// kubeconfig names a cluster to use instead of a control plane of the demo's own.
	kubeconfig string
	// assets is the folder with etcd, kube-apiserver, kube-controller-manager and kubectl.
	assets string
	// bin is the folder with operator and snowflake-emulator.
	bin string
	// latency is what the emulator adds to every statement.
	latency time.Duration
	// within is how soon after kubectl apply the first clone must be Ready. 0: no bound.
	within time.Duration
	// keep leaves everything up at the end.
	keep bool
}

func main() {
	o := parse(os.Args[1:])
	// A closed pipe, as of `make demo | head`, must not kill the demo before it has stopped what it started.
	ctx, release := signal.NotifyContext(context.Background(),
		os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	code := run(ctx, o)
	release()
	os.Exit(code)
}

// parse reads the flags.
func parse(arguments []string) options {
	var o options
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "use this cluster instead of starting one")
	flags.StringVar(&o.assets, "assets", defaultAssets(), "folder with the control plane's binaries")
	flags.StringVar(&o.bin, "bin", "bin", "folder with operator and snowflake-emulator")
	flags.DurationVar(&o.latency, "latency", 0, "what every statement of the emulated account takes longer")
	flags.DurationVar(&o.within, "within", 20*time.Second, "how soon the first clone must be Ready without latency; 0 for no bound")
	flags.BoolVar(&o.keep, "keep", false, "leave everything up at the end")
	_ = flags.Parse(arguments) // ExitOnError
	if assets, err := filepath.Abs(o.assets); err == nil && o.assets != "" {
		o.assets = assets // It is printed for use in other folders.
	}
	if o.latency > 0 {
		o.within = 0
	}
	return o
}

// defaultAssets is where make controlplane put the binaries, unless the environment names others.
func defaultAssets() string {
	built, err := filepath.Glob("bin/k8s/*/kube-apiserver")
	if named := os.Getenv("KUBEBUILDER_ASSETS"); named != "" || err != nil || len(built) == 0 {
		return named
	}
	return filepath.Dir(built[len(built)-1])
}

// run tells the story and returns the exit code.
func run(ctx context.Context, o options) int {
	c := newConsole(os.Stdout)
	d, err := newDemo(ctx, o, c)
	if err != nil {
		c.problem(err)
		return 1
	}
	err = d.tell()
	switch {
	case ctx.Err() != nil:
		c.note("interrupted: stopping what was started")
		d.close()
		return exitInterrupted
	case err != nil:
		c.problem(err)
		d.processes.showLog(c, "operator")
	default:
		c.success("everything shown above was checked: %s", c.elapsed())
	}
	if o.keep {
		err = errors.Join(err, d.leave())
	} else {
		d.close()
	}
	if err != nil {
		return 1
	}
	return 0
}

// demo is everything that runs, and what the parts need to know of each other.
type demo struct {
	options   options
	console   *console
	ctx       context.Context // One story, one context: it ends when a process ends by surprise.
	dir       string
	processes *processes
	cluster   *cluster
	account   *account
}

// newDemo makes the folder for logs, keys of the control plane and sockets.
func newDemo(ctx context.Context, o options, c *console) (*demo, error) {
	for _, program := range []string{"operator", "snowflake-emulator"} {
		if _, err := os.Stat(filepath.Join(o.bin, program)); err != nil {
			return nil, fmt.Errorf("%s is not built: run make build, or name its folder with --bin", program)
		}
	}
	dir, err := os.MkdirTemp("", "snowclone-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the demo: %w", err)
	}
	ctx, p := newProcesses(ctx, dir)
	return &demo{options: o, console: c, ctx: ctx, dir: dir, processes: p}, nil
}

// tell is the story, chapter by chapter.
func (d *demo) tell() error {
	chapters := []func() error{
		d.startCluster,
		d.startAccount,
		d.startOperator,
		d.cloneProduction,
		d.describeClone,
		d.proveClone,
		d.proveExpiry,
	}
	for _, chapter := range chapters {
		if err := chapter(); err != nil {
			// A process that ended by surprise explains more than what broke because of it.
			return errors.Join(err, context.Cause(d.ctx))
		}
	}
	return nil
}

// close stops what was started, the last first, and removes the folder.
func (d *demo) close() {
	if d.cluster != nil {
		d.cluster.clear(d.console)
	}
	d.processes.stop()
	if d.cluster != nil {
		d.cluster.stop(d.console)
	}
	if err := os.RemoveAll(d.dir); err != nil {
		d.console.problem(fmt.Errorf("remove the demo's folder: %w", err))
	}
}
