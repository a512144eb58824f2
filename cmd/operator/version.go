package main

import "runtime/debug"

// release is the version of a released build: -ldflags "-X main.release=v1.2.3".
var release string

// version is the release, or what the Go toolchain knows of the source that the program was built from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return info.Main.Version + " " + setting.Value
		}
	}
	return info.Main.Version
}
