package main

import (
	"time"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

// proveExpiry lets a clone with a short life expire: its database goes, its object stays.
func (d *demo) proveExpiry() error {
	d.console.chapter("A clone that lives for 20 seconds")
	began := time.Now()
	manifest, err := d.writeManifest("shortlived.yaml")
	if err != nil {
		return err
	}
	if err := d.showAndApply(manifest); err != nil {
		return err
	}
	// An account that is slowed down enough does not make it in 20 seconds, and the clone expires half-made.
	clone, err := d.awaitClone("shortlived", func(clone *v1alpha1.SnowflakeClone) bool { return isReady(clone) || isExpired(clone) })
	if err != nil {
		return err
	}
	if isReady(clone) {
		d.console.note("%s is ready %s after kubectl apply; waiting for its end", shortDatabase, seconds(time.Since(began)))
	}
	if _, err := d.awaitClone("shortlived", isExpired); err != nil {
		return err
	}
	database, err := d.account.operator.FindDatabase(d.ctx, shortDatabase)
	if err != nil {
		return err
	}
	if database != nil {
		d.console.failed("%s expired but is still there", shortDatabase)
		return errNotProven
	}
	d.console.passed("%s is gone %s after kubectl apply, and its object stays to say so:", shortDatabase, seconds(time.Since(began)))
	if err := d.cluster.kubectl.show(d.ctx, d.console, "get", "snowflakeclones"); err != nil {
		return err
	}
	return d.proveSourceUntouched()
}
