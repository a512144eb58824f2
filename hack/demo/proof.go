package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// proven is the row that only the clone has.
const (
	provenCustomer = 990001
	provenName     = "Only-In-The-Clone"
)

// errNotProven stands for what the console has told already.
var errNotProven = errors.New("a proof failed: see FAIL above")

// proveClone shows that the clone works by itself and leads nowhere else, and that production was left alone.
func (d *demo) proveClone() error {
	d.console.chapter("The proof")
	proofs := []func() error{
		d.proveClosed, d.openToAnalysts, d.proveSeparateData, d.proveNoReferences, d.proveCodeCompiles, d.proveSourceUntouched,
	}
	for _, proof := range proofs {
		if err := proof(); err != nil {
			return err
		}
	}
	return nil
}

// proveClosed shows that nobody gets into a clone unless its manifest says so, whatever they may do in production.
func (d *demo) proveClosed() error {
	_, err := d.account.analyst.Query(d.ctx, "SELECT * FROM "+targetDatabase+".REPORTING.CUSTOMER_DIRECTORY")
	switch {
	case err == nil:
		d.console.failed("DATA_ANALYST_ROLE reads the clone, which nobody gave it")
		return errNotProven
	case snowflake.ClassOf(err) != snowflake.NotFound:
		return fmt.Errorf("read the clone as DATA_ANALYST_ROLE: %w", err)
	}
	d.console.passed("DATA_ANALYST_ROLE, which reads production, cannot see the clone; let it in:")
	return nil
}

// openToAnalysts lets analysts in, as a user would: by changing the manifest.
func (d *demo) openToAnalysts() error {
	const change = `{"spec":{"access":{"mappings":[{"level":"READ","grantTo":["DATA_ANALYST_ROLE"]}]}}}`
	d.console.command("kubectl patch snowflakeclone customer360 --type=merge -p \\\n   '" + change + "'")
	out, err := d.cluster.kubectl.run(d.ctx, "patch", "snowflakeclone", "customer360", "--type=merge", "-p", change)
	d.console.output(out)
	if err != nil {
		return err
	}
	_, err = d.awaitClone("customer360", isReady)
	return err
}

// proveSeparateData writes a row into the clone and reads it, as an analyst, through a repointed view. The same view
// of production must not have it.
func (d *demo) proveSeparateData() error {
	table := sqltext.Name{Database: targetDatabase, Schema: "DATA", Object: "CUSTOMERS"}
	insert := fmt.Sprintf("INSERT INTO %s (CUSTOMER_ID, FIRST_NAME, LAST_NAME, COUNTRY_CODE) VALUES (%d, %s, 'Snowclone', 'SE')",
		table.SQL(), provenCustomer, sqltext.Literal(provenName))
	if err := d.account.operator.Exec(d.ctx, insert); err != nil {
		return fmt.Errorf("write a row into the clone: %w", err)
	}
	query := "SELECT FIRST_NAME FROM %s.REPORTING.CUSTOMER_DIRECTORY WHERE CUSTOMER_ID = " + fmt.Sprint(provenCustomer)
	rows, err := d.account.analyst.Query(d.ctx, fmt.Sprintf(query, targetDatabase))
	if err != nil {
		return fmt.Errorf("read the clone as DATA_ANALYST_ROLE: %w", err)
	}
	if len(rows) != 1 || rows[0].String("FIRST_NAME") != provenName {
		d.console.failed("DATA_ANALYST_ROLE reads %d such rows in %s.REPORTING.CUSTOMER_DIRECTORY, want 1", len(rows), targetDatabase)
		return errNotProven
	}
	d.console.passed("DATA_ANALYST_ROLE reads in %s.REPORTING.CUSTOMER_DIRECTORY a row that only the clone has", targetDatabase)
	rows, err = d.account.analyst.Query(d.ctx, fmt.Sprintf(query, sourceDatabase))
	if err != nil {
		return fmt.Errorf("read production as DATA_ANALYST_ROLE: %w", err)
	}
	if len(rows) != 0 {
		d.console.failed("%s has the row too", sourceDatabase)
		return errNotProven
	}
	return nil
}

// proveNoReferences reads every definition of the clone.
func (d *demo) proveNoReferences() error {
	found, err := takeCensus(d.ctx, d.account.operator, targetDatabase)
	if err != nil {
		return err
	}
	if found.certain > 0 {
		d.console.failed("%d references to %s in %d definitions, the first in %s", found.certain, sourceDatabase, found.naming, found.first)
		return errNotProven
	}
	d.console.passed("0 references to %s are left in the %d definitions of %s", sourceDatabase, found.definitions, targetDatabase)
	return nil
}

// proveCodeCompiles compiles all code of the clone, as the roles that would run it. What does not compile in production
// either is not the clone's fault.
func (d *demo) proveCodeCompiles() error {
	before, err := d.account.compileAll(d.ctx, sourceDatabase)
	if err != nil {
		return err
	}
	broken := map[string]bool{}
	for _, one := range before {
		broken[one.inClone()] = true
	}
	after, err := d.account.compileAll(d.ctx, targetDatabase)
	if err != nil {
		return err
	}
	for _, one := range after {
		if !broken[one.inClone()] {
			d.console.failed("%s %s does not compile: %s", one.Kind, one.Object, one.Message)
			return errNotProven
		}
	}
	d.console.passed("every name in its views, routines, tasks, alerts, pipes and policies resolves for the role that runs it")
	return nil
}

// proveSourceUntouched compares the fingerprint of production with that from before.
func (d *demo) proveSourceUntouched() error {
	now, err := d.account.readFingerprint(d.ctx)
	if err != nil {
		return err
	}
	if now != d.account.fingerprint {
		d.console.failed("%s changed: its fingerprint was %s and is %s", sourceDatabase, d.account.fingerprint, now)
		return errNotProven
	}
	d.console.passed("%s is as it was: fingerprint %s", sourceDatabase, cut(now, 13))
	return nil
}

// showReport shows the beginning of the page that the operator writes for people.
func (d *demo) showReport() error {
	const lines = 40
	arguments := []string{"get", "configmap", "customer360-report", "-o", `jsonpath={.data.report\.txt}`}
	d.console.command("kubectl get configmap customer360-report -o 'jsonpath={.data.report\\.txt}' | head -" + fmt.Sprint(lines))
	text, err := d.cluster.kubectl.run(d.ctx, arguments...)
	if err != nil {
		return err
	}
	for i, line := range slices.Collect(strings.Lines(text)) {
		if i == lines {
			break
		}
		d.console.line(cut(strings.TrimRight(line, "\n"), width))
	}
	return nil
}

// describeClone shows the parts of kubectl describe that tell what was done.
func (d *demo) describeClone() error {
	d.console.chapter("What was done, in numbers and events")
	arguments := []string{"describe", "snowflakeclone", "customer360"}
	d.console.command("kubectl", strings.Join(arguments, " "))
	text, err := d.cluster.kubectl.run(d.ctx, arguments...)
	if err != nil {
		return err
	}
	for line := range strings.Lines(excerpt(text, "  Summary:", "Events:")) {
		d.console.line(cut(strings.TrimRight(line, "\n"), width))
	}
	return d.showReport()
}

// excerpt keeps the blocks that begin with one of the headings: the heading and the lines indented deeper than it.
func excerpt(text string, headings ...string) string {
	var blocks []string
	inside := -1
	for line := range strings.Lines(text) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case slices.ContainsFunc(headings, func(heading string) bool { return strings.HasPrefix(line, heading) }):
			inside = indent
			blocks = append(blocks, line)
		case inside >= 0 && indent > inside:
			blocks[len(blocks)-1] += line
		default:
			inside = -1
		}
	}
	return strings.Join(blocks, "  …\n")
}
