package clone

import (
	"os"
	"runtime/debug"
	"testing"
)

// gcPercent lets the heap grow fivefold between collections: each test is a world of its own that is thrown away, and a
// third of the processor's time went into collecting them.
const gcPercent = 400

func TestMain(m *testing.M) {
	debug.SetGCPercent(gcPercent)
	os.Exit(m.Run())
}
