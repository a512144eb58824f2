package snowflake

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"

	sf "github.com/snowflakedb/gosnowflake/v2"
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

func TestTheDriverLogsNothing(t *testing.T) {
	f := newFake(t)
	client := f.client(t)
	var log lockedBuffer
	sf.GetLogger().SetOutput(&log)
	t.Cleanup(func() { sf.GetLogger().SetOutput(os.Stderr) })
	f.answer = func(fakeQuery) fakeReply { return fakeReply{Code: "002003", Message: "no such thing"} }
	if err := client.Exec(t.Context(), "GRANT SOMETHING_QUITE_PRIVATE", "a bind"); err == nil {
		t.Error("no error")
	}
	if log.String() != "" {
		t.Errorf("the driver logs:\n%s", log.String())
	}
	if err := sf.GetLogger().SetLogLevel("error"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sf.GetLogger().SetLogLevel("off"); err != nil {
			t.Error(err)
		}
	})
	if sf.GetLogger().Error("aloud"); !strings.Contains(log.String(), "aloud") {
		t.Error("what the driver logs would not have been seen here")
	}
}
