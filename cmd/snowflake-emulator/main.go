// Command snowflake-emulator serves an emulated Snowflake account that the
// Snowflake drivers log in to, loaded from plain SQL scripts. It is meant for
// demonstrations and tests; nothing that it holds outlives it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/snowclone-dev/snowclone/internal/emulator"
	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "snowflake-emulator:", err)
		os.Exit(1)
	}
}

// settings are what the flags say.
type settings struct {
	account     string
	scripts     []string
	listen      string
	addressFile string
	latency     time.Duration
	longPoll    time.Duration
	admin       bool
	adminListen string
}

// parse reads the flags. Usage and mistakes are written to output.
func parse(args []string, output io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("snowflake-emulator", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&s.account, "account", "EMULATOR", "`name` of the account, as CURRENT_ACCOUNT() answers")
	flags.Func("script", "SQL `file` to run as ACCOUNTADMIN before the first login; may be repeated", func(file string) error {
		s.scripts = append(s.scripts, file)
		return nil
	})
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to serve on; port 0 takes a free one")
	flags.StringVar(&s.addressFile, "address-file", "", "`file` to write host:port to when ready")
	flags.DurationVar(&s.latency, "latency", 0, "time by which every statement is delayed")
	flags.DurationVar(&s.longPoll, "long-poll", emulator.DefaultLongPoll, "time for which a request for the result of a running statement is held")
	flags.BoolVar(&s.admin, "admin", true, "serve the admin API under /admin/")
	flags.StringVar(&s.adminListen, "admin-listen", "", "`address` to serve the admin API on, and there only")
	if err := flags.Parse(args); err != nil {
		return settings{}, fmt.Errorf("parse flags: %w", err)
	}
	if flags.NArg() > 0 {
		return settings{}, fmt.Errorf("parse flags: unexpected argument %q", flags.Arg(0))
	}
	return s, nil
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, output io.Writer) error {
	s, err := parse(args, output)
	if err != nil {
		return err
	}
	clock := emulator.NewClock(nil)
	served := account.New(account.Options{Name: s.account, Now: clock.Now})
	if err := load(ctx, served, s.scripts); err != nil {
		return err
	}
	running, err := emulator.Listen(emulator.Options{
		Account: served, Clock: clock, LongPoll: s.longPoll, Admin: s.admin && s.adminListen == "",
	}, s.listen)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if s.adminListen != "" {
		err = running.ListenAdmin(s.adminListen)
	}
	if err == nil {
		err = announce(running, s, output)
	}
	if err != nil {
		return errors.Join(err, running.Close())
	}
	<-ctx.Done()
	return running.Close()
}

// load runs the scripts. The first bad statement is reported by file, line and
// column.
func load(ctx context.Context, into *account.Account, scripts []string) error {
	for _, file := range scripts {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read script: %w", err)
		}
		if err := into.Load(ctx, file, string(text)); err != nil {
			return fmt.Errorf("load script: %w", err)
		}
	}
	return nil
}

// announce sets the latency and says where the server is.
func announce(running *emulator.Running, s settings, output io.Writer) error {
	if s.latency > 0 {
		if err := running.SetLatency(emulator.Latency{Delay: s.latency}); err != nil {
			return fmt.Errorf("set latency: %w", err)
		}
	}
	address := fmt.Sprintf("%s:%d", running.Host, running.Port)
	if s.addressFile != "" {
		if err := writeWhole(s.addressFile, address); err != nil {
			return err
		}
	}
	ready := "ready on " + address
	if s.adminListen != "" {
		ready += ", admin API on " + running.AdminURL
	}
	if _, err := fmt.Fprintln(output, ready); err != nil {
		return fmt.Errorf("announce the address: %w", err)
	}
	return nil
}

// writeWhole writes the file so that whoever waits for it never reads half.
func writeWhole(file, text string) error {
	draft, err := os.CreateTemp(filepath.Dir(file), ".address-*")
	if err != nil {
		return fmt.Errorf("write address file: %w", err)
	}
	_, err = draft.WriteString(text + "\n")
	err = errors.Join(err, draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write address file: %w", err), os.Remove(draft.Name()))
	}
	return nil
}
