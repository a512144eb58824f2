package controller

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// names are the stored names that a clone is about.
type names struct {
	source, target, role sqltext.Ident
}

// namesOf reads the names out of the spec and the connection's. The target is the name of the database once there is
// one: a template that changes later renames nothing.
func namesOf(obj *v1alpha1.SnowflakeClone, connection *v1alpha1.SnowflakeConnectionSpec) (names, error) {
	var n names
	var err error
	if n.source, err = sqltext.ParseIdent(string(obj.Spec.Source.Database)); err != nil {
		return n, clone.Terminalf(v1alpha1.ReasonNotSupported, "spec.source.database: %w", err)
	}
	if n.role, err = sqltext.ParseIdent(string(connection.Role)); err != nil {
		return n, clone.Terminalf(v1alpha1.ReasonNotSupported, "spec.role of the connection: %w", err)
	}
	n.target, err = targetOf(obj, connection.Policy.TargetTemplate, n.source)
	return n, err
}

// targetOf is the name that the clone's database has, or is to have.
func targetOf(obj *v1alpha1.SnowflakeClone, template string, source sqltext.Ident) (sqltext.Ident, error) {
	if database := obj.Status.Database; database != nil {
		return sqltext.Ident(database.Name), nil
	}
	if intent := obj.Status.Intent; intent != nil && intent.Action == v1alpha1.IntentCreateDatabase {
		return sqltext.Ident(intent.Database), nil
	}
	if obj.Spec.Target.Database != "" {
		target, err := sqltext.ParseIdent(string(obj.Spec.Target.Database))
		if err != nil {
			return "", clone.Terminalf(v1alpha1.ReasonNotSupported, "spec.target.database: %w", err)
		}
		return target, nil
	}
	return renderTarget(obj, template, source)
}

// defaultTemplate is the CRD's default, for connections that were stored without it.
const defaultTemplate = "{{NAMESPACE}}_{{NAME}}"

// renderTarget makes a name of the connection's template.
func renderTarget(obj *v1alpha1.SnowflakeClone, template string, source sqltext.Ident) (sqltext.Ident, error) {
	text := strings.NewReplacer(
		"{{NAMESPACE}}", foldWord(obj.Namespace),
		"{{NAME}}", foldWord(obj.Name),
		"{{SOURCE}}", foldWord(string(source)),
		"{{ENVIRONMENT}}", foldWord(obj.Spec.Environment),
	).Replace(orElse(template, defaultTemplate))
	// Only what could have been written bare: a template is no place for names that need quotes.
	target, err := sqltext.ParseIdent(text)
	if err != nil || strings.HasPrefix(text, `"`) {
		return "", clone.Terminalf(v1alpha1.ReasonPolicyViolation,
			"the connection's policy.targetTemplate makes %q of this clone, which is no identifier; set spec.target.database", text)
	}
	return target, nil
}

// foldWord makes a word that can stand in an identifier.
func foldWord(text string) string {
	return sqltext.Fold(strings.NewReplacer("-", "_", ".", "_").Replace(text))
}

// connectionKey names the connection that a clone uses.
func connectionKey(obj *v1alpha1.SnowflakeClone, operatorNamespace string) types.NamespacedName {
	ref := obj.Spec.ConnectionRef
	if ref == nil {
		return types.NamespacedName{Namespace: operatorNamespace, Name: v1alpha1.DefaultConnectionName}
	}
	return types.NamespacedName{Namespace: orElse(ref.Namespace, obj.Namespace), Name: ref.Name}
}

// Limits of names in Kubernetes.
const (
	maxObjectName = 253
	maxLabelValue = 63
)

// reportName is the name of a clone's report.
func reportName(cloneName string) string {
	const suffix = "-report"
	return shorten(cloneName, maxObjectName-len(suffix)) + suffix
}

// shorten keeps a name within a limit, and apart from other long names by a hash of the whole.
func shorten(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:4])
	return fmt.Sprintf("%s-%s", strings.TrimRight(name[:limit-len(hash)-1], "-."), hash)
}
