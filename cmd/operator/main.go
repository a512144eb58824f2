// Command operator is the Kubernetes operator that makes and removes clones of Snowflake databases.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

func main() {
	ctx := ctrl.SetupSignalHandler()
	err := run(ctx, os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "operator:", err)
		os.Exit(1)
	}
}

// closeTimeout is how long the sessions at Snowflake may take to log out.
const closeTimeout = 10 * time.Second

// run works until the context ends, or the lease is lost.
func run(ctx context.Context, arguments []string) (err error) {
	// Before anything of the driver runs: it would look for cloud metadata services and report on its host.
	if err := snowflake.Harden(); err != nil {
		return err
	}
	s, err := parse(arguments)
	if err != nil {
		return err
	}
	if s.version {
		fmt.Println(version())
		return nil
	}
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&s.log)))
	o, err := newOperator(ctx, s)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		err = errors.Join(err, o.pools.Close(closing))
	}()
	ctrl.Log.Info("Starting", "version", version(), "cluster", o.clusterUID)
	if err := o.manager.Start(ctx); err != nil {
		return fmt.Errorf("run the manager: %w", err)
	}
	return nil
}
