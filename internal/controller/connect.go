package controller

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Keys of the Secrets that a connection refers to.
const (
	secretPrivateKey = "private-key"
	secretPassphrase = "passphrase"
	secretToken      = "token"
)

// connector opens the way to Snowflake for a connection. The Secret is read from the API server each time, and a
// fingerprint tells the pools whether it changed; what it held last is used only for taking down what is left when both
// are gone.
type connector struct {
	live          client.Reader
	pools         *snowflake.Pools
	allowInsecure bool
	// farewells and clock are nil where nothing is taken down.
	farewells *farewells
	clock     clock.PassiveClock
}

// client gives the pool of a connection, with the warehouse of the clone where it names one. No login happens here. The
// error is an *clone.Error, terminal where the connection or its Secret must be corrected.
func (c connector) client(
	ctx context.Context, connection *v1alpha1.SnowflakeConnection, warehouse v1alpha1.Identifier,
) (*snowflake.Client, error) {
	spec := connection.Spec
	settings := snowflake.Connection{Account: spec.Account, User: spec.User, Warehouse: string(spec.Warehouse)}
	if warehouse != "" {
		settings.Warehouse = string(warehouse)
	}
	role, err := sqltext.ParseIdent(string(spec.Role))
	if err != nil {
		return nil, clone.Terminalf(v1alpha1.ReasonCredentialsInvalid, "spec.role of connection %s: %w", keyOf(connection), err)
	}
	// As written, so that the server folds what is bare and keeps what is quoted.
	settings.Role = role.String()
	if endpoint := spec.Endpoint; endpoint != nil {
		settings.Host, settings.Port, settings.Scheme = endpoint.Host, int(endpoint.Port), "https"
		if endpoint.Scheme == v1alpha1.SchemeHTTP {
			settings.Scheme = "http"
		}
	}
	if settings.Scheme == "http" && !c.allowInsecure {
		return nil, clone.Terminalf(v1alpha1.ReasonNotSupported, "spec.endpoint.scheme of connection %s: HTTP sends "+
			"credentials in the clear; use HTTPS, or run the operator with --allow-insecure-endpoints", keyOf(connection))
	}
	if settings.Auth, err = c.credential(ctx, connection); err != nil {
		return nil, err
	}
	opened, err := c.pools.Client(ctx, string(connection.UID), settings)
	if err != nil {
		return nil, clone.Terminalf(v1alpha1.ReasonCredentialsInvalid, "connection %s: %w", keyOf(connection), err)
	}
	return opened, nil
}

// credential makes the credential of a connection. One that is being deleted, or is gone, has the one that it had last
// where its Secret is gone too.
func (c connector) credential(ctx context.Context, connection *v1alpha1.SnowflakeConnection) (snowflake.Auth, error) {
	auth, err := c.auth(ctx, connection)
	if c.farewells == nil {
		return auth, err
	}
	now := c.clock.Now()
	if err == nil {
		c.farewells.keep(connection, auth, now)
		return auth, nil
	}
	if last, known := c.farewells.auth(connection, now); known {
		return last, nil
	}
	return auth, err
}

// auth makes the credential of a connection.
func (c connector) auth(ctx context.Context, connection *v1alpha1.SnowflakeConnection) (snowflake.Auth, error) {
	switch auth := connection.Spec.Auth; {
	case auth.WorkloadIdentity != nil:
		return snowflake.WorkloadIdentity(auth.WorkloadIdentity.TokenPath), nil
	case auth.KeyPair != nil:
		data, err := c.secret(ctx, connection, auth.KeyPair.SecretRef.Name, secretPrivateKey)
		if err != nil {
			return snowflake.Auth{}, err
		}
		pair, err := snowflake.KeyPair(data[secretPrivateKey], data[secretPassphrase])
		if err != nil {
			return snowflake.Auth{}, clone.Terminalf(v1alpha1.ReasonCredentialsInvalid, "Secret %s/%s, key %s: %w; replace it",
				connection.Namespace, auth.KeyPair.SecretRef.Name, secretPrivateKey, err)
		}
		return pair, nil
	case auth.OAuth != nil:
		token, err := c.token(ctx, connection, auth.OAuth)
		return snowflake.OAuth(token), err
	case auth.ProgrammaticAccessToken != nil:
		token, err := c.token(ctx, connection, auth.ProgrammaticAccessToken)
		return snowflake.ProgrammaticAccessToken(token), err
	}
	return snowflake.Auth{}, clone.Terminalf(v1alpha1.ReasonCredentialsInvalid,
		"spec.auth of connection %s names no way to log in; set one", keyOf(connection))
}

// token reads a token out of a Secret.
func (c connector) token(
	ctx context.Context, connection *v1alpha1.SnowflakeConnection, auth *v1alpha1.TokenAuth,
) (string, error) {
	data, err := c.secret(ctx, connection, auth.SecretRef.Name, secretToken)
	return string(data[secretToken]), err
}

// secret reads a Secret in the connection's namespace that must have a key.
func (c connector) secret(
	ctx context.Context, connection *v1alpha1.SnowflakeConnection, name, key string,
) (map[string][]byte, error) {
	secret := &corev1.Secret{}
	err := c.live.Get(ctx, types.NamespacedName{Namespace: connection.Namespace, Name: name}, secret)
	switch {
	case apierrors.IsNotFound(err):
		return nil, clone.Terminalf(v1alpha1.ReasonCredentialsInvalid,
			"Secret %s/%s of the connection does not exist; create it with the key %s", connection.Namespace, name, key)
	case err != nil:
		return nil, fmt.Errorf("read Secret %s/%s: %w", connection.Namespace, name, err)
	case len(secret.Data[key]) == 0:
		return nil, clone.Terminalf(v1alpha1.ReasonCredentialsInvalid,
			"Secret %s/%s of the connection has no key %s; add it", connection.Namespace, name, key)
	}
	return secret.Data, nil
}

// secretNames are the Secrets that a connection refers to.
func secretNames(connection *v1alpha1.SnowflakeConnection) []string {
	switch auth := connection.Spec.Auth; {
	case auth.KeyPair != nil:
		return []string{auth.KeyPair.SecretRef.Name}
	case auth.OAuth != nil:
		return []string{auth.OAuth.SecretRef.Name}
	case auth.ProgrammaticAccessToken != nil:
		return []string{auth.ProgrammaticAccessToken.SecretRef.Name}
	}
	return nil
}

// accountOf is the account of a session as locator.region, which no other account shares.
func accountOf(identity snowflake.Identity) string {
	if identity.Region == "" {
		return identity.Account
	}
	return identity.Account + "." + identity.Region
}

// keyOf is an object's namespace and name.
func keyOf(obj client.Object) types.NamespacedName { return client.ObjectKeyFromObject(obj) }
