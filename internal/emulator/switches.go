package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// switchDeduplicate is the one switch of the wire itself.
const switchDeduplicate = "deduplicate"

// switches remembers how the account's switches were set from here; the
// account does not tell.
type switches struct {
	mu  sync.Mutex
	set map[string]string
}

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
	if err := s.account.SetSwitch(name, value); err != nil {
		return err
	}
	s.switches.mu.Lock()
	defer s.switches.mu.Unlock()
	if s.switches.set == nil {
		s.switches.set = map[string]string{}
	}
	s.switches.set[name] = value
	return nil
}

// adminSwitches lists the server's switch and those set through SetSwitch.
func (s *Server) adminSwitches(*http.Request) (any, error) {
	s.switches.mu.Lock()
	defer s.switches.mu.Unlock()
	list := map[string]string{switchDeduplicate: strconv.FormatBool(!s.repeats.Load())}
	maps.Copy(list, s.switches.set)
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
