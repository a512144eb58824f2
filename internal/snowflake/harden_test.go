package snowflake

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
)

// lockedBuffer is a log that many goroutines write to.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestTheDriverNeitherProbesItsHostNorReportsOnIt(t *testing.T) {
	newTestPools(t)
	for name, want := range driverSettings {
		if got := os.Getenv(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestTheDriversLogHoldsNeitherStatementsNorSecrets(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	var log lockedBuffer
	if err := harden(slog.NewTextHandler(&log, nil)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := harden(nil); err != nil {
			t.Error(err)
		}
	})
	f.answer = func(fakeQuery) fakeReply { return fakeReply{Code: "002003", Message: "no such thing"} }
	if err := client.Exec(t.Context(), "GRANT SOMETHING_QUITE_PRIVATE", "a bind"); err == nil {
		t.Error("no error")
	}
	if !strings.Contains(log.String(), "no such thing") {
		t.Errorf("the driver's errors do not reach the log: %q", log.String())
	}
	for _, private := range []string{"QUITE_PRIVATE", "a bind", "a-token-of-some-length", "session-1"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log tells %q:\n%s", private, log.String())
		}
	}
}
