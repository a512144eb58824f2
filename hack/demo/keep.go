package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// leave says how to use what stays up, and writes a script that stops it.
func (d *demo) leave() error {
	if d.cluster == nil || d.account == nil {
		d.close()
		return nil // There is nothing to play with.
	}
	stop, err := d.writeStopScript()
	if err != nil {
		return err
	}
	path := ""
	if filepath.IsAbs(d.cluster.kubectl.path) {
		path = " PATH=" + filepath.Dir(d.cluster.kubectl.path) + ":$PATH"
	}
	d.console.chapter("Everything stays up. In a shell:")
	for _, line := range []string{
		"export KUBECONFIG=" + d.cluster.kubeconfig + path,
		"",
		"kubectl get snowflakeclones -o wide -w",
		`kubectl get configmap customer360-report -o jsonpath='{.data.report\.txt}'`,
		"kubectl delete snowflakeclone customer360",
		"",
		"curl -X POST http://" + d.account.address() + "/admin/script --data-binary @config/samples/account.sql   # what config/samples needs",
		"",
		"sh " + stop + "   # stops everything and removes " + d.dir,
	} {
		d.console.line(strings.TrimRight("  "+line, " "))
	}
	return nil
}

// stopFunction asks a process to end and waits until it has: an API server does not end without its etcd.
const stopFunction = `stop() {
  kill "$1" 2>/dev/null || return 0
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 1
  done
  kill -9 "$1"
}`

// writeStopScript writes a script that ends every process by its id.
func (d *demo) writeStopScript() (string, error) {
	lines := []string{"#!/bin/sh", "# Stops what `make demo KEEP=1` left up.", stopFunction}
	if d.cluster.own == nil {
		kubectl := fmt.Sprintf("'%s' --kubeconfig '%s' delete ", d.cluster.kubectl.path, d.cluster.kubeconfig)
		lines = append(lines,
			kubectl+"snowflakeclones --all -n "+cloneNamespace+" --timeout=30s",
			kubectl+"namespace "+operatorNamespace+" --wait=false",
			kubectl+"crd snowflakeclones.snowclone.dev snowflakeconnections.snowclone.dev --wait=false")
	}
	ids := d.processes.release()
	others, err := childProcesses(ids)
	if err != nil {
		return "", err
	}
	for _, id := range append(ids, others...) {
		lines = append(lines, fmt.Sprintf("stop %d", id))
	}
	lines = append(lines, "rm -rf '"+d.dir+"'")
	path := filepath.Join(d.dir, "stop")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o700); err != nil {
		return "", fmt.Errorf("write the script that stops everything: %w", err)
	}
	return path, nil
}
