package controller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
)

// Preview is what the operator would say of a clone before it makes anything.
type Preview struct {
	// Connection is the SnowflakeConnection that is used, as namespace/name.
	Connection string `json:"connection"`
	// Account and Role of the session, as Snowflake reports them; empty when nobody logged in.
	Account string `json:"account,omitempty"`
	Role    string `json:"role,omitempty"`
	// Source is the stored name of the database to clone, Database that of the clone.
	Source   string `json:"source,omitempty"`
	Database string `json:"database,omitempty"`
	// Allowed says whether the connection admits the clone and its policy allows it; if not, the first problem says why.
	Allowed bool `json:"allowed"`

	clone.Examination
}

// CanBeCloned says whether nothing is in the way.
func (p *Preview) CanBeCloned() bool { return len(p.Problems) == 0 }

// Previewer asks on behalf of a user what the operator would find. It reads the API server with the user's rights, logs in
// to Snowflake as the operator does, and changes nothing.
type Previewer struct {
	// API reads the connection, its Secret and the other clones.
	API client.Reader
	// OperatorNamespace holds the default connection.
	OperatorNamespace string
	// ClusterUID tells this cluster from others; empty when it is not known, which matters only for clones that exist.
	ClusterUID string
	// Pools are the sessions. The caller closes them.
	Pools *snowflake.Pools
	// AllowInsecureEndpoints admits connections over plain HTTP: emulators only.
	AllowInsecureEndpoints bool
	// Clock is the machine's.
	Clock clock.PassiveClock
}

// errNotFromHere is why a connection cannot be used outside of the operator's pod.
var errNotFromHere = errors.New("it logs in by workload identity, with a token that only the operator's pod has: name a " +
	"connection with a key pair or a token, or create the clone and read its conditions")

// Preview examines a clone as the API server would store it, defaults and all. An error means that it cannot be found out;
// what is wrong with the clone itself are problems.
func (p Previewer) Preview(ctx context.Context, obj *v1alpha1.SnowflakeClone) (*Preview, error) {
	key := connectionKey(obj, p.OperatorNamespace)
	connection, err := findConnection(ctx, p.API, key)
	if err != nil {
		return nil, err
	}
	if connection == nil {
		return nil, errNoConnection(key)
	}
	found := &Preview{Connection: key.String()}
	n, err := namesOf(obj, &connection.Spec)
	if err != nil {
		return found, found.object(err)
	}
	found.Source, found.Database = string(n.source), string(n.target)
	if err := found.object(p.judge(ctx, obj, connection, n, found)); err != nil {
		return nil, err
	}
	found.Allowed = found.CanBeCloned()
	session, err := p.logIn(ctx, obj, connection, found)
	if err != nil {
		return nil, err
	}
	if found.Role != string(n.role) {
		return found, found.object(errOtherRole(key, found.Role, n.role))
	}
	examined, err := clone.Check(ctx, p.run(obj, connection, n, session))
	if err != nil {
		return nil, err
	}
	examined.Problems = slices.Concat(found.Problems, examined.Problems)
	examined.Notes = slices.Concat(found.Notes, examined.Notes)
	found.Examination = *examined
	return found, nil
}

// object makes a problem of what somebody must act upon, and leaves any other error.
func (p *Preview) object(err error) error {
	judged, ok := errors.AsType[*clone.Error](err)
	if !ok || !judged.Terminal {
		return err
	}
	p.Problems = append(p.Problems, clone.Problem{Reason: judged.Reason, Message: judged.Error()})
	return nil
}

// judge says whether the connection admits the clone and its policy allows it.
func (p Previewer) judge(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, connection *v1alpha1.SnowflakeConnection, n names, found *Preview,
) error {
	if err := admit(ctx, p.API, connection, obj.Namespace); err != nil {
		return err
	}
	asked := request{obj: obj, policy: connection.Spec.Policy, names: n, now: p.Clock.Now()}
	if asked.policy.MaxClones > 0 {
		peers, err := p.peers(ctx, obj, connection)
		if apierrors.IsForbidden(err) {
			found.Notes = append(found.Notes, fmt.Sprintf("you may not list the clones of all namespaces: whether "+
				"policy.maxClones %d is used up is not checked", asked.policy.MaxClones))
		} else if err != nil {
			return err
		}
		asked.peers = peers
	}
	return asked.check()
}

// peers counts the clones that take a place of policy.maxClones before this one.
func (p Previewer) peers(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, connection *v1alpha1.SnowflakeConnection,
) (int, error) {
	list := &v1alpha1.SnowflakeCloneList{}
	if err := p.API.List(ctx, list); err != nil {
		return 0, fmt.Errorf("count the clones of connection %s: %w", keyOf(connection), err)
	}
	latest := obj.DeepCopy()
	if latest.ResourceVersion == "" {
		// It is not stored yet, and comes behind all that are.
		latest.CreationTimestamp = metav1.NewTime(p.Clock.Now().Add(time.Hour))
	}
	n := 0
	for i := range list.Items {
		other := &list.Items[i]
		if connectionKey(other, p.OperatorNamespace) == keyOf(connection) && takesPlaceBefore(other, latest) {
			n++
		}
	}
	return n, nil
}

// logIn opens a session as the operator does.
func (p Previewer) logIn(
	ctx context.Context, obj *v1alpha1.SnowflakeClone, connection *v1alpha1.SnowflakeConnection, found *Preview,
) (*snowflake.Client, error) {
	if connection.Spec.Auth.WorkloadIdentity != nil {
		return nil, fmt.Errorf("connection %s cannot be used from here: %w", keyOf(connection), errNotFromHere)
	}
	opener := connector{live: p.API, pools: p.Pools, allowInsecure: p.AllowInsecureEndpoints}
	session, err := opener.client(ctx, connection, obj.Spec.Warehouse)
	switch {
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("%w: only those who may read the connection's Secret can check a clone from outside; "+
			"ask its administrator, or create the clone and read its conditions", err)
	case err != nil:
		return nil, err
	}
	identity, err := session.Probe(ctx)
	if err != nil {
		return nil, fmt.Errorf("log in with connection %s: %w", keyOf(connection), err)
	}
	found.Account, found.Role = accountOf(identity), identity.Role
	return session, nil
}

// run is what the first stage would see.
func (p Previewer) run(
	obj *v1alpha1.SnowflakeClone, connection *v1alpha1.SnowflakeConnection, n names, session *snowflake.Client,
) *clone.Run {
	return &clone.Run{
		Spec: *obj.Spec.DeepCopy(), Policy: *connection.Spec.Policy.DeepCopy(),
		Source: n.source, Target: n.target, Role: n.role,
		Marker: clone.Marker{
			ClusterUID: p.ClusterUID, UID: string(obj.UID), Namespace: obj.Namespace, Name: obj.Name,
		},
		Snowflake: session, Clock: p.Clock, Deadline: p.Clock.Now().Add(time.Hour),
		State: stateOf(obj, rowOf(&obj.Status, v1alpha1.StepPreflight), clone.Report{}),
	}
}
