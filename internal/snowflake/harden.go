package snowflake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	sf "github.com/snowflakedb/gosnowflake/v2"
)

// driverSettings are environment variables without which the driver probes cloud metadata services before the first
// login, and reports on its host.
var driverSettings = map[string]string{
	"SNOWFLAKE_DISABLE_PLATFORM_DETECTION":  "true",
	"SF_TELEMETRY_DISABLE_CONNECTION_SHAPE": "true",
}

// Harden makes the driver's process-wide settings: no platform detection, no telemetry, no log. What goes wrong comes back
// as errors; a log of the driver's would tell it twice. NewPools calls it; only the first call of a process counts.
var Harden = sync.OnceValue(func() error {
	for name, value := range driverSettings {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("set %s for the Snowflake driver: %w", name, err)
		}
	}
	log := sf.GetLogger()
	if err := errors.Join(log.SetLogLevel("off"), sf.SetLogger(silentLog{log})); err != nil {
		return fmt.Errorf("silence the log of the Snowflake driver: %w", err)
	}
	return nil
})

// silentLog is a log that is off. The driver's own, though off, gathers the fields of an entry that it then drops, several
// times for each statement: a fifth of all that a statement allocates.
type silentLog struct{ sf.SFLogger }

// WithContext gathers nothing.
func (l silentLog) WithContext(context.Context) sf.LogEntry { return l }
