package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SnowflakeConnectionSpec says how the operator logs in to an account, and what may be done through it.
type SnowflakeConnectionSpec struct {
	// Account identifier, such as myorg-account123.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_.-]+$')",message="account must be an account identifier such as myorg-account123, without a host name or protocol"
	Account string `json:"account"`

	// User to log in as. Not needed with workloadIdentity.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	User string `json:"user,omitempty"`

	// Role that the operator works with. It owns the clones.
	// +required
	Role Identifier `json:"role"`

	// Warehouse for the statements that need one.
	// +optional
	Warehouse Identifier `json:"warehouse,omitempty"`

	// Endpoint overrides the address that follows from the account, for private links and for an emulator.
	// +optional
	Endpoint *Endpoint `json:"endpoint,omitempty"`

	// Auth says how the operator proves who it is.
	// +required
	Auth ConnectionAuth `json:"auth"`

	// AllowedNamespaces says in which namespaces clones may use this connection. A connection called default in the
	// operator's namespace serves whom this admits.
	// +optional
	AllowedNamespaces AllowedNamespaces `json:"allowedNamespaces,omitzero"`

	// Policy bounds what clones may do through this connection.
	// +required
	Policy ConnectionPolicy `json:"policy"`
}

// Endpoint is an address of Snowflake.
type Endpoint struct {
	// Host name or IP address.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9._-]+$')",message="host must be a host name or IPv4 address without protocol, port or path"
	Host string `json:"host"`

	// Port of the address.
	// +optional
	// +default=443
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port,omitempty"`

	// Scheme is HTTPS, or HTTP for an emulator, which the operator refuses unless it runs with --allow-insecure-endpoints.
	// +optional
	// +default="HTTPS"
	Scheme EndpointScheme `json:"scheme,omitempty"`
}

// EndpointScheme is the protocol of an endpoint.
// +kubebuilder:validation:Enum=HTTPS;HTTP
type EndpointScheme string

// The protocols of an endpoint.
const (
	SchemeHTTPS EndpointScheme = "HTTPS"
	SchemeHTTP  EndpointScheme = "HTTP"
)

// ConnectionAuth says how the operator proves who it is, in exactly one way.
// +kubebuilder:validation:ExactlyOneOf=workloadIdentity;keyPair;oauth;programmaticAccessToken
type ConnectionAuth struct {
	// WorkloadIdentity logs in with the operator's own projected service-account token: there is no secret at all.
	// +optional
	WorkloadIdentity *WorkloadIdentityAuth `json:"workloadIdentity,omitempty"`

	// KeyPair logs in with a private RSA key.
	// +optional
	KeyPair *KeyPairAuth `json:"keyPair,omitempty"`

	// OAuth logs in with an access token of an OAuth provider.
	// +optional
	OAuth *TokenAuth `json:"oauth,omitempty"`

	// ProgrammaticAccessToken logs in with a token made by ALTER USER … ADD PROGRAMMATIC ACCESS TOKEN.
	// +optional
	ProgrammaticAccessToken *TokenAuth `json:"programmaticAccessToken,omitempty"`
}

// WorkloadIdentityAuth logs in with a projected service-account token.
type WorkloadIdentityAuth struct {
	// TokenPath of the token in the operator's file system, below /var/run/secrets.
	// +optional
	// +default="/var/run/secrets/snowclone.dev/token"
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/var/run/secrets/') && !self.contains('..')",message="tokenPath must lie below /var/run/secrets"
	TokenPath string `json:"tokenPath,omitempty"`
}

// KeyPairAuth logs in with a private RSA key.
type KeyPairAuth struct {
	// SecretRef names a Secret in the connection's namespace with the private key under private-key (PEM, PKCS#8 or
	// PKCS#1) and, if the key is encrypted, its passphrase under passphrase.
	// +required
	SecretRef SecretReference `json:"secretRef"`
}

// TokenAuth logs in with a token.
type TokenAuth struct {
	// SecretRef names a Secret in the connection's namespace with the token under token.
	// +required
	SecretRef SecretReference `json:"secretRef"`
}

// SecretReference names a Secret in the connection's namespace.
type SecretReference struct {
	// Name of the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// AllowedNamespaces says which namespaces may use a connection.
// +kubebuilder:validation:XValidation:rule="(self.from == 'Selector') == has(self.selector)",message="set allowedNamespaces.selector if and only if from is Selector"
type AllowedNamespaces struct {
	// From is Same (only the connection's namespace), All, or Selector.
	// +optional
	// +default="Same"
	From NamespacesFrom `json:"from,omitempty"`

	// Selector of namespaces by their labels.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// NamespacesFrom says which namespaces are meant.
// +kubebuilder:validation:Enum=Same;All;Selector
type NamespacesFrom string

// The namespaces that may use a connection.
const (
	NamespacesSame     NamespacesFrom = "Same"
	NamespacesAll      NamespacesFrom = "All"
	NamespacesSelector NamespacesFrom = "Selector"
)

// ConnectionPolicy bounds what clones may do through a connection. What is denied anywhere is denied.
type ConnectionPolicy struct {
	// Sources lists patterns of databases that may be cloned. None may unless it is listed.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Sources []Pattern `json:"sources"`

	// Targets lists patterns of names that clones may have. Empty: any that is not a source and not protected.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Targets []Pattern `json:"targets,omitempty"`

	// Protected lists patterns of databases that are never the target of a clone and never dropped.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Protected []Pattern `json:"protected,omitempty"`

	// TargetTemplate makes the database's name for clones that give none, with {{NAMESPACE}}, {{NAME}}, {{SOURCE}} and
	// {{ENVIRONMENT}}, each folded to upper case with hyphens and dots as underscores.
	// +optional
	// +default="{{NAMESPACE}}_{{NAME}}"
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.contains('{{NAME}}')",message="targetTemplate must contain {{NAME}}, so that each clone has a name of its own"
	TargetTemplate string `json:"targetTemplate,omitempty"`

	// MaxTTL bounds ttl, expiresAt and the extend-until annotation, counted from the clone's creation.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]+(s|m|h))+$')",message="maxTTL must be a duration written with h, m and s, such as 720h"
	MaxTTL *metav1.Duration `json:"maxTTL,omitempty"`

	// RequireTTL refuses clones without ttl and expiresAt.
	// +optional
	RequireTTL bool `json:"requireTTL,omitempty"`

	// MaxClones bounds how many clones use this connection at once. 0: no bound.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000
	MaxClones int32 `json:"maxClones,omitempty"`

	// MaxDropsPerHour bounds how many databases are dropped through this connection in an hour.
	// +optional
	// +default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	MaxDropsPerHour int32 `json:"maxDropsPerHour,omitempty"`

	// RequiredMasking is applied to every clone. It can neither be left out nor overridden: where a clone's own rule names
	// another policy for a column, the one that is required here wins.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	RequiredMasking []MaskingRule `json:"requiredMasking,omitempty"`
}

// SnowflakeConnectionStatus is what the operator's probe saw.
type SnowflakeConnectionStatus struct {
	// ObservedGeneration is the generation of the spec that this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// Probe is what the last login saw.
	// +optional
	Probe *ProbeStatus `json:"probe,omitempty"`

	// Drops are the times of the last hour at which databases were dropped through this connection, oldest first.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=1000
	Drops []metav1.Time `json:"drops,omitempty"`

	// Conditions: Ready, Reconciling, Stalled.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// ProbeStatus is what a login saw.
type ProbeStatus struct {
	// At is when the probe was made.
	// +required
	At metav1.Time `json:"at"`

	// Account as Snowflake reported it.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	Account string `json:"account,omitempty"`

	// User as Snowflake reported it.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	User string `json:"user,omitempty"`

	// Role as Snowflake reported it.
	// +optional
	// +kubebuilder:validation:MaxLength=255
	Role string `json:"role,omitempty"`

	// CreateDatabase says whether the role may create databases.
	// +optional
	CreateDatabase bool `json:"createDatabase,omitempty"`

	// ManageGrants says whether the role holds MANAGE GRANTS.
	// +optional
	ManageGrants bool `json:"manageGrants,omitempty"`

	// ClockSkewSeconds is how far Snowflake's clock is ahead of the operator's.
	// +optional
	ClockSkewSeconds int64 `json:"clockSkewSeconds,omitempty"`
}

// SnowflakeConnection is an account of Snowflake, how the operator logs in to it, and what may be done through it.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=sfconn,categories=snowflake
// +kubebuilder:printcolumn:name="Account",type=string,JSONPath=`.spec.account`
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=`.spec.role`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type SnowflakeConnection struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec says how the operator logs in, and what may be done.
	// +required
	Spec SnowflakeConnectionSpec `json:"spec"`

	// Status is what the operator's probe saw.
	// +optional
	Status SnowflakeConnectionStatus `json:"status,omitzero"`
}

// SnowflakeConnectionList is a list of connections.
// +kubebuilder:object:root=true
type SnowflakeConnectionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SnowflakeConnection `json:"items"`
}
