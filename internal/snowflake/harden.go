package snowflake

import (
	"fmt"
	"log/slog"
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

// hardenOnce guards the driver's process-wide settings.
var hardenOnce sync.Once

// Harden makes the driver's process-wide settings: no platform detection, no telemetry, and a log that is silent or
// goes to the handler. NewPools calls it; only the first call of a process counts.
func Harden(log slog.Handler) error {
	var err error
	hardenOnce.Do(func() { err = harden(log) })
	return err
}

func harden(log slog.Handler) error {
	for name, value := range driverSettings {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("set %s for the Snowflake driver: %w", name, err)
		}
	}
	level := "off"
	if log != nil {
		level = "error"
		if bridge, ok := sf.GetLogger().(sf.SFSlogLogger); ok {
			if err := bridge.SetHandler(log); err != nil {
				return fmt.Errorf("set the log of the Snowflake driver: %w", err)
			}
		}
	}
	if err := sf.GetLogger().SetLogLevel(level); err != nil {
		return fmt.Errorf("set the log level of the Snowflake driver: %w", err)
	}
	return nil
}
