package controller

import (
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// farewellTime is for how long the way to Snowflake of a connection is known after its last use. A teardown that waits for
// its place among the drops of an hour uses it more often than that.
const farewellTime = 2 * time.Hour

// farewells know how connections logged in last, for the teardown of clones whose connection or Secret was deleted before
// them: when a namespace is deleted, nobody can say in which order its objects go. They are in memory alone, because a
// secret is to be written nowhere; an operator that was restarted since says what there is to do instead.
type farewells struct {
	mu    sync.Mutex
	known map[types.NamespacedName]*farewell
}

// farewell is the way to Snowflake of one connection.
type farewell struct {
	connection *v1alpha1.SnowflakeConnection
	auth       snowflake.Auth
	until      time.Time
}

func newFarewells() *farewells { return &farewells{known: map[types.NamespacedName]*farewell{}} }

// keep takes note of a connection and its credential, and forgets what nobody has used in a long time.
func (f *farewells) keep(connection *v1alpha1.SnowflakeConnection, auth snowflake.Auth, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, one := range f.known {
		if now.After(one.until) {
			delete(f.known, key)
		}
	}
	if one := f.known[keyOf(connection)]; one != nil && one.connection.UID == connection.UID && !connection.DeletionTimestamp.IsZero() {
		one.auth, one.until = auth, now.Add(farewellTime)
		return // What is known of it may be newer: the drops since it is gone.
	}
	f.known[keyOf(connection)] = &farewell{connection: connection.DeepCopy(), auth: auth, until: now.Add(farewellTime)}
}

// connection is one that is gone, as it was when it was used last; nil where it is not known.
func (f *farewells) connection(key types.NamespacedName, now time.Time) *v1alpha1.SnowflakeConnection {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.find(key, now)
	if one == nil {
		return nil
	}
	gone := one.connection.DeepCopy()
	gone.DeletionTimestamp = new(metav1.NewTime(now))
	return gone
}

// auth is the credential with which a connection that is being deleted, or is gone, logged in last.
func (f *farewells) auth(connection *v1alpha1.SnowflakeConnection, now time.Time) (snowflake.Auth, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.find(keyOf(connection), now)
	if one == nil || one.connection.UID != connection.UID || connection.DeletionTimestamp.IsZero() {
		return snowflake.Auth{}, false
	}
	return one.auth, true
}

// takePlace takes a place among the drops of a connection that is gone, or says how long to wait for one: its end is no way
// around the bound that its policy set.
func (f *farewells) takePlace(key types.NamespacedName, now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.find(key, now)
	if one == nil {
		return time.Second // Forgotten meanwhile: the next look says so.
	}
	var wait time.Duration
	one.connection.Status.Drops, wait = takePlace(one.connection.Status.Drops, one.connection.Spec.Policy.MaxDropsPerHour, now)
	return wait
}

// find gets what is known of a connection and notes the use. The caller holds the lock.
func (f *farewells) find(key types.NamespacedName, now time.Time) *farewell {
	one := f.known[key]
	if one == nil || now.After(one.until) {
		return nil
	}
	one.until = now.Add(farewellTime)
	return one
}
