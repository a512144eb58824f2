package main

import (
	"os"
	"path/filepath"
	"testing"

	emulated "github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// The script is what users run, or give to the demo that was left up: it must fit the account that the samples speak of.
func TestWhatTheSamplesNeedCanBeMadeInTheDemosAccount(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "account.sql"))
	if err != nil {
		t.Fatal(err)
	}
	a := emulated.New(emulated.Options{Name: accountName})
	if err := a.Load(t.Context(), "production.sql", productionScript); err != nil {
		t.Fatal(err)
	}
	if err := a.Load(t.Context(), "account.sql", string(script)); err != nil {
		t.Error(err)
	}
}
