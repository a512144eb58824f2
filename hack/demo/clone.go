package main

import (
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// manifests are what the demo applies.
//
//go:embed manifests
var manifests embed.FS

// sample is the shortest clone that the project shows its users.
const sample = "config/samples/01-minimal.yaml"

// cloneProduction applies the first clone and watches it become Ready.
func (d *demo) cloneProduction() error {
	if err := d.applyConnection(); err != nil {
		return err
	}
	d.console.chapter("A clone of %s", sourceDatabase)
	watch, err := d.startKubectlWatch()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := d.showAndApply(sample); err != nil {
		return err
	}
	clone, err := d.awaitClone("customer360", isReady)
	d.processes.stopOne(watch)
	if err != nil {
		return err
	}
	return d.showSteps(clone, time.Since(began))
}

// applyConnection makes the namespace, the Secret and the connection, and waits for its probe.
func (d *demo) applyConnection() error {
	text, err := d.connectionManifest()
	if err != nil {
		return err
	}
	d.console.command("kubectl apply -f connection.yaml")
	out, err := d.cluster.kubectl.feed(d.ctx, text, "apply", "-f", "-")
	d.console.output(out)
	if err != nil {
		return err
	}
	return d.cluster.kubectl.show(d.ctx, d.console,
		"wait", "--for=condition=Ready", "snowflakeconnection/default", "-n", operatorNamespace, "--timeout=60s")
}

// connectionManifest fills in where the emulator listens and the operator's key.
func (d *demo) connectionManifest() (string, error) {
	parsed, err := template.ParseFS(manifests, "manifests/connection.yaml.tmpl")
	if err != nil {
		return "", fmt.Errorf("read the connection's manifest: %w", err)
	}
	var text strings.Builder
	err = parsed.Execute(&text, map[string]any{
		"Operator": operatorNamespace,
		"Account":  accountName, "Host": d.account.host, "Port": d.account.port,
		"Key": indented(string(d.account.secret)),
	})
	if err != nil {
		return "", fmt.Errorf("fill in the connection's manifest: %w", err)
	}
	return text.String(), nil
}

// indented puts text under a key of a manifest.
func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}

// writeManifest puts one of the demo's own manifests into its folder.
func (d *demo) writeManifest(name string) (string, error) {
	text, err := manifests.ReadFile("manifests/" + name)
	if err != nil {
		return "", fmt.Errorf("read the manifest %s: %w", name, err)
	}
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return "", fmt.Errorf("write the manifest %s: %w", name, err)
	}
	return path, nil
}

// showAndApply shows a manifest and applies it.
func (d *demo) showAndApply(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read a manifest: %w", err)
	}
	shown := strings.TrimPrefix(path, d.dir+"/")
	d.console.command("cat", shown)
	d.console.output(string(text))
	d.console.command("kubectl apply -f", shown)
	out, err := d.cluster.kubectl.run(d.ctx, "apply", "-f", path)
	d.console.output(out)
	return err
}

// awaitClone follows a clone until it is as wanted. A clone that stalls on the way is an error.
func (d *demo) awaitClone(name string, wanted func(*v1alpha1.SnowflakeClone) bool) (*v1alpha1.SnowflakeClone, error) {
	ctx, cancel := context.WithTimeout(d.ctx, cloneTimeout)
	defer cancel()
	clone, err := d.follow(ctx, name, wanted)
	if err != nil {
		return nil, fmt.Errorf("wait for %s: %w%s", name, err, d.lastSeen(name))
	}
	return clone, nil
}
