package account

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEverySwitchIsListedAndCanBeSet(t *testing.T) {
	t.Parallel()
	a := New(Options{})
	if want := reflect.TypeFor[Switches]().NumField(); len(switchTable) != want {
		t.Errorf("%d switches are listed, there are %d", len(switchTable), want)
	}
	for _, s := range a.Switches() {
		if s.On {
			t.Errorf("%s is on from the start", s.Name)
		}
		if err := a.SetSwitch(strings.ToUpper(s.Name), "true"); err != nil {
			t.Error(err)
		}
	}
	for _, s := range a.Switches() {
		if !s.On {
			t.Errorf("%s was set and is off", s.Name)
		}
	}
	want := reflect.New(reflect.TypeFor[Switches]()).Elem()
	for _, field := range want.Fields() {
		field.SetBool(true)
	}
	if diff := cmp.Diff(want.Interface(), a.switches); diff != "" {
		t.Errorf("all were set (-want +got):\n%s", diff)
	}
	if err := a.SetSwitch("colour", "true"); err == nil {
		t.Error("a switch that does not exist can be set")
	}
}

func TestEverySwitchIsInTheDocumentation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range switchTable {
		if row := "| `" + s.name + "` | " + s.fact; !strings.Contains(string(text), row) {
			t.Errorf("docs/emulator.md lacks a row that begins with %s", row)
		}
	}
}
