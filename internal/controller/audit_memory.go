package controller

import (
	"crypto/sha256"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// auditMemory is what is known of one clone's log.
type auditMemory struct {
	uid types.UID
	// written is the digest of the rows that the log holds, since at.
	written [sha256.Size]byte
	at      time.Time
	// notBefore is when to try again after a failure, or when retry has changed.
	notBefore time.Time
	retry     string
	// leaving is since when the object waits for nothing but its log.
	leaving time.Time
}

// wait is how long the next write waits: after a failure, and while the clone is being worked on. An object that has begun
// to wait for nothing but its log is not kept waiting.
func (m *auditMemory) wait(obj *v1alpha1.SnowflakeClone, now time.Time) time.Duration {
	if asked := obj.Annotations[v1alpha1.RetryAnnotation]; asked != m.retry {
		m.retry = asked
		return 0
	}
	if isLeaving(obj) && m.leaving.IsZero() {
		m.leaving = now // Its time runs from here, and the first attempt of it is now.
		return 0
	}
	working := map[v1alpha1.Phase]bool{"": true, v1alpha1.PhasePending: true, v1alpha1.PhaseRunning: true, v1alpha1.PhaseDeleting: true}
	wait := m.notBefore.Sub(now)
	if working[obj.Status.Phase] && !isLeaving(obj) && !m.at.IsZero() {
		wait = max(wait, m.at.Add(auditEvery).Sub(now))
	}
	return wait
}

// recall is what is known of a clone's log. One of the same name made anew is another clone.
func (r *auditReconciler) recall(obj *v1alpha1.SnowflakeClone) *auditMemory {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.seen[keyOf(obj)]
	if known == nil || known.uid != obj.UID {
		known = &auditMemory{uid: obj.UID}
		r.seen[keyOf(obj)] = known
	}
	return known
}

// forget drops what is known of a clone that is gone.
func (r *auditReconciler) forget(key types.NamespacedName) {
	r.backoff.reset(key)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, key)
}

func (r *auditReconciler) isPrepared(place string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.prepared[place]
}

func (r *auditReconciler) setPrepared(place string, prepared bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if prepared {
		r.prepared[place] = true
		return
	}
	delete(r.prepared, place)
}
