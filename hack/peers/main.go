// Command peers lets clients that this project did not write judge its Snowflake emulator: the own tests of
// gosnowflake, Snowflake's Go driver, that talk to a server, and snowflake-sdk, Snowflake's driver for Node.
//
//	go run -tags minicore_disabled ./hack/peers
//
// The emulator runs inside this program and ends with it. It leaves with 1 when a client disagrees. The lists of the
// driver's tests that must pass, and of those that cannot judge an emulator, stand beside this file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Stdout)
	release()
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// run lets every client judge, also when one of them has found a fault.
func run(ctx context.Context, out io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "snowclone-peers-")
	if err != nil {
		return fmt.Errorf("make a scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	judged, err := serve(ctx, folder, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, judged.Close()) }()
	inHurry, err := serve(ctx, filepath.Join(folder, "hurry"), hurried{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inHurry.Close()) }()
	return errors.Join(judgeByGo(ctx, out, judged, inHurry), judgeByNode(ctx, out, judged))
}
