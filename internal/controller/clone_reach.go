package controller

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// link is the way to the account in which a clone lives, proved to be the one that it is bound to.
type link struct {
	client *snowflake.Client
	names  names
	// serverTime is Snowflake's clock when the session was asked who it is.
	serverTime time.Time
}

// reach makes sure that the clone may use its connection and that the connection leads where the clone lives, and binds
// the clone to account and role at its first step. The policy is judged only for making a clone: taking one down is
// what nobody wants to forbid. The error is a *clone.Error, or trouble with the API server.
func (r *cloneReconciler) reach(ctx context.Context, work task, making bool) (*link, error) {
	key := connectionKey(work.obj, r.options.OperatorNamespace)
	if work.connection == nil {
		return nil, errNoConnection(key)
	}
	found, err := namesOf(work.obj, &work.connection.Spec)
	if err != nil {
		return nil, err
	}
	if err := r.checkUse(ctx, work, found, making); err != nil {
		return nil, err
	}
	// Of a connection that is going away, the last that its probe saw is that its Secret went before it.
	if work.connection.DeletionTimestamp.IsZero() {
		if err := checkUsable(work.connection); err != nil {
			return nil, err
		}
	}
	session, err := r.connect(ctx, work.connection, work.obj.Spec.Warehouse)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.options.Grace)
	defer cancel()
	identity, err := session.Probe(ctx)
	if err != nil {
		return nil, clone.Classify(fmt.Errorf("log in with connection %s: %w", key, err))
	}
	if identity.Role != string(found.role) {
		return nil, errOtherRole(key, identity.Role, found.role)
	}
	if err := bind(work.obj, key.String(), identity); err != nil {
		return nil, err
	}
	return &link{client: session, names: found, serverTime: identity.ServerTime}, nil
}

// errOtherRole says that a session does not have the role of its connection.
func errOtherRole(connection types.NamespacedName, got string, want sqltext.Ident) error {
	return clone.Terminalf(v1alpha1.ReasonLoginRefused,
		"connection %s logs in with role %s instead of %s; grant that role to its user", connection, got, want)
}

// bind ties a clone to the account and role of its first session, and refuses every other from then on: what looks like
// the clone's database there is not.
func bind(obj *v1alpha1.SnowflakeClone, connection string, identity snowflake.Identity) error {
	bound, account := obj.Status.Connection, accountOf(identity)
	if bound == nil || !isMade(&obj.Status) && !hasBegun(&obj.Status) {
		obj.Status.Connection = &v1alpha1.BoundConnection{Name: connection, Account: account, Role: identity.Role}
		return nil
	}
	if bound.Account != account || bound.Role != identity.Role {
		return errConnectionChanged(bound, connection, account, identity.Role)
	}
	bound.Name = connection
	return nil
}

func errConnectionChanged(bound *v1alpha1.BoundConnection, connection, account, role string) error {
	return clone.Terminalf(v1alpha1.ReasonConnectionChanged, "connection %s leads to account %s with role %s, and this "+
		"clone was made in account %s with role %s; nothing is done until it leads there again",
		connection, account, sqltext.Ident(role), bound.Account, sqltext.Ident(bound.Role))
}

// checkProbed compares the account and role that a finished clone is bound to with what the connection's own probe saw
// last, without a word from Snowflake: an outage leaves a finished clone Ready.
func checkProbed(work task) error {
	bound := work.obj.Status.Connection
	if bound == nil || work.connection == nil || work.connection.Status.Probe == nil {
		return nil
	}
	probe := work.connection.Status.Probe
	if probe.Account == "" || probe.Account == bound.Account && probe.Role == bound.Role {
		return nil
	}
	return errConnectionChanged(bound, keyOf(work.connection).String(), probe.Account, probe.Role)
}

// checkUse judges whether the clone may use its connection. A clone that is taken down may use the one that it was made
// with, whatever has become of its policy; another one must admit its namespace.
func (r *cloneReconciler) checkUse(ctx context.Context, work task, found names, making bool) error {
	if making {
		return r.checkPolicy(ctx, work, found)
	}
	if bound := work.obj.Status.Connection; bound != nil && bound.Name == keyOf(work.connection).String() {
		return nil
	}
	return admit(ctx, r.client, work.connection, work.obj.Namespace)
}

// checkPolicy judges what needs no Snowflake: who may use the connection, and for what.
func (r *cloneReconciler) checkPolicy(ctx context.Context, work task, found names) error {
	if err := admit(ctx, r.client, work.connection, work.obj.Namespace); err != nil {
		return err
	}
	asked := request{obj: work.obj, policy: work.connection.Spec.Policy, names: found, now: work.now}
	if asked.policy.MaxClones > 0 && !isMade(&work.obj.Status) {
		peers, err := r.peers(ctx, work)
		if err != nil {
			return err
		}
		asked.peers = peers
	}
	return asked.check()
}

// peers counts the other clones of the connection that have a place before this one.
func (r *cloneReconciler) peers(ctx context.Context, work task) (int, error) {
	list := &v1alpha1.SnowflakeCloneList{}
	if err := r.client.List(ctx, list, client.MatchingFields{byConnection: keyOf(work.connection).String()}); err != nil {
		return 0, fmt.Errorf("count the clones of connection %s: %w", keyOf(work.connection), err)
	}
	n := 0
	for i := range list.Items {
		if takesPlaceBefore(&list.Items[i], work.obj) {
			n++
		}
	}
	return n, nil
}
