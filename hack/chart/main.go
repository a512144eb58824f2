// Command chart copies the generated manifests of config into the Helm chart: the CRDs as templates, because Helm never
// upgrades what lies in a chart's crds folder, and the operator's role, so that there is one source for both. It is run
// by make manifests in the root of the repository.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	crdBases = "config/crd/bases"
	role     = "config/rbac/role.yaml"
	roleName = "snowclone-operator"
	crdCopy  = "charts/snowclone/templates/crds"
	roleCopy = "charts/snowclone/templates/clusterrole.yaml"

	labels = "  labels:\n    {{- include \"snowclone.labels\" . | nindent 4 }}\n"
	keep   = "    {{- if .Values.crds.keep }}\n    helm.sh/resource-policy: keep\n    {{- end }}\n"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := copyCRDs(); err != nil {
		return err
	}
	return convert(role, roleCopy, roleTemplate)
}

// copyCRDs writes the folder anew, so that a kind that is gone leaves no template behind.
func copyCRDs() error {
	bases, err := filepath.Glob(filepath.Join(crdBases, "*.yaml"))
	if err != nil {
		return fmt.Errorf("list the CRDs: %w", err)
	}
	if len(bases) == 0 {
		return fmt.Errorf("%s has no CRD", crdBases)
	}
	if err := os.RemoveAll(crdCopy); err != nil {
		return fmt.Errorf("empty the chart's CRDs: %w", err)
	}
	if err := os.MkdirAll(crdCopy, 0o755); err != nil {
		return fmt.Errorf("make the folder of the chart's CRDs: %w", err)
	}
	for _, base := range bases {
		if err := convert(base, filepath.Join(crdCopy, filepath.Base(base)), crdTemplate); err != nil {
			return err
		}
	}
	return nil
}

// convert writes the template made of one manifest, with a note of where it comes from.
func convert(from, to string, template func(string) (string, error)) error {
	manifest, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read a manifest: %w", err)
	}
	text, err := template(escape(string(manifest)))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	note := fmt.Sprintf("{{- /* Made by hack/chart from %s. Do not edit. */ -}}\n", from)
	if err := os.WriteFile(to, []byte(note+text), 0o644); err != nil {
		return fmt.Errorf("write a template: %w", err)
	}
	return nil
}

// escape keeps Helm from reading the API's own {{NAME}} placeholders as actions.
func escape(manifest string) string {
	return strings.ReplaceAll(manifest, "{{", `{{ "{{" }}`)
}

// crdTemplate makes a CRD's manifest depend on crds.enabled and crds.keep.
func crdTemplate(manifest string) (string, error) {
	text, err := insert(manifest, "  annotations:\n", "", keep)
	if err != nil {
		return "", err
	}
	if text, err = insert(text, "  name: ", labels, ""); err != nil {
		return "", err
	}
	return "{{- if .Values.crds.enabled }}\n" + text + "{{- end }}\n", nil
}

// roleTemplate gives the role the name of the release.
func roleTemplate(manifest string) (string, error) {
	name := "  name: " + roleName + "\n"
	text, err := insert(manifest, name, labels, "")
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(text, name, "  name: {{ include \"snowclone.fullname\" . }}\n"), nil
}

// insert puts text before and after the first line that starts with the given words.
func insert(manifest, line, before, after string) (string, error) {
	head, tail, found := strings.Cut(manifest, "\n"+line)
	if !found {
		return "", fmt.Errorf("no line starts with %q", line)
	}
	return head + "\n" + before + line + after + tail, nil
}
