package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// switchDeduplicate is the one switch of the wire itself.
const switchDeduplicate = "deduplicate"

// SetSwitch sets a switch by its name: "deduplicate" of the server, or one of
// the account, to "true" or "false". The error is about name or value.
func (s *Server) SetSwitch(name, value string) error {
	if strings.EqualFold(name, switchDeduplicate) {
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("set switch %s: %w", name, err)
		}
		s.SetDeduplicate(on)
		return nil
	}
	return s.account.SetSwitch(name, value)
}

// adminSwitch is a switch as the admin API writes it.
type adminSwitch struct {
	Name string `json:"name"`
	// Fact is the id in docs/snowflake-facts.md of what is not documented.
	Fact    string `json:"fact,omitempty"`
	Value   bool   `json:"value"`
	Default bool   `json:"default"`
}

// adminSwitches lists all switches, the server's own first.
func (s *Server) adminSwitches(*http.Request) (any, error) {
	list := []adminSwitch{{Name: switchDeduplicate, Value: !s.repeats.Load(), Default: true}}
	for _, known := range s.account.Switches() {
		list = append(list, adminSwitch{Name: known.Name, Fact: known.Fact, Value: known.On})
	}
	return list, nil
}

func (s *Server) adminSetSwitches(r *http.Request) (any, error) {
	var wanted map[string]string
	if err := readBody(r, &wanted); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if err := s.SetSwitch(name, wanted[name]); err != nil {
			return nil, err
		}
	}
	return s.adminSwitches(r)
}
