package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// script writes a script file and returns its path.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "account.sql")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheProgramTellsWhereItServesAndStopsWhenAsked(t *testing.T) {
	t.Parallel()
	address := filepath.Join(t.TempDir(), "address")
	ctx, stop := context.WithCancel(t.Context())
	output := &stopper{stop: stop}
	args := []string{"--script", script(t, "CREATE DATABASE A;"), "--address-file", address, "--latency", "1ms"}
	if err := run(ctx, args, output); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(address)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("ready on "+string(written), output.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheProgramServesItsAdminAPIApartWhenAsked(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	output := &stopper{stop: stop}
	if err := run(ctx, []string{"--admin-listen", "127.0.0.1:0"}, output); err != nil {
		t.Fatal(err)
	}
	if said := output.String(); !strings.Contains(said, ", admin API on http://127.0.0.1:") {
		t.Errorf("the program said %q", said)
	}
}

// stopper stops the program once it has said something.
type stopper struct {
	bytes.Buffer

	stop context.CancelFunc
}

func (s *stopper) Write(text []byte) (int, error) {
	defer s.stop()
	return s.Buffer.Write(text)
}

func TestTheProgramRefusesWhatItCannotServe(t *testing.T) {
	t.Parallel()
	bad := script(t, "CREATE DATABASE A;\n  FROBNICATE;\n")
	cases := map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"a bad script":         {"the first bad statement is named", []string{"--script", bad}, bad + ":2:3: 001003 (42000)"},
		"a missing script":     {"the file is named", []string{"--script", "/nowhere.sql"}, "/nowhere.sql"},
		"a bad address":        {"it cannot be listened on", []string{"--listen", "nowhere:-1"}, "listen"},
		"a bad admin address":  {"it cannot be listened on", []string{"--admin-listen", "nowhere:-1"}, "listen for the admin API"},
		"an unknown flag":      {"there is no such flag", []string{"--colour"}, "colour"},
		"an extra argument":    {"there are no arguments", []string{"now"}, `"now"`},
		"an impossible folder": {"the address cannot be written", []string{"--address-file", "/nowhere/x"}, "address file"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := run(ctx, c.args, &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q in it", c.reason, err, c.want)
			}
		})
	}
}

// BenchmarkTheDemoAccountIsServed measures from the start to the first login.
func BenchmarkTheDemoAccountIsServed(b *testing.B) {
	for b.Loop() {
		ctx, stop := context.WithCancel(b.Context())
		if err := run(ctx, []string{"--script", "../../hack/demo/production.sql"}, &stopper{stop: stop}); err != nil {
			b.Fatal(err)
		}
	}
}
