package controller

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// turns lets one write an object's status at a time. The clone's controller reads the object, works and saves within one
// turn; whoever else writes the same object takes a turn of its own in between. Without that, every write of the others
// would make a save fail that came out of a long piece of work. What another process writes is told by the conflict.
type turns struct {
	mu   sync.Mutex
	held map[types.NamespacedName]*turn
}

// turn is one object's.
type turn struct {
	sync.Mutex

	// users hold it or wait for it.
	users int
}

func newTurns() *turns { return &turns{held: map[types.NamespacedName]*turn{}} }

// take waits for the turn of an object, and returns what ends it.
func (t *turns) take(key types.NamespacedName) (end func()) {
	t.mu.Lock()
	one := t.held[key]
	if one == nil {
		one = &turn{}
		t.held[key] = one
	}
	one.users++
	t.mu.Unlock()
	one.Lock()
	return func() {
		one.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if one.users--; one.users == 0 {
			delete(t.held, key)
		}
	}
}
