package controller

import (
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
)

// counted is the value of a metric with labels, in the order of their names; 0 where there is none.
func (w *world) counted(name string, labels ...string) float64 {
	w.t.Helper()
	families, err := w.registry.Gather()
	w.must(err)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, metric := range family.GetMetric() {
			var values []string
			for _, label := range metric.GetLabel() {
				values = append(values, label.GetValue())
			}
			if slices.Equal(values, labels) {
				return metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + float64(metric.GetHistogram().GetSampleCount())
			}
		}
	}
	return 0
}

// hasDatabase says whether the account has a database.
func (w *world) hasDatabase(name string) bool {
	w.t.Helper()
	_, err := w.account.Fingerprint(name)
	return err == nil
}

// fingerprint tells every state of a database from every other.
func (w *world) fingerprint(name string) string {
	w.t.Helper()
	found, err := w.account.Fingerprint(name)
	w.must(err)
	return found
}

// query runs one statement as a user with a role and returns its first column.
func (w *world) query(user, role, statement string) ([]string, error) {
	w.t.Helper()
	session, err := w.account.OpenSession(user, account.Context{Role: role, Warehouse: "OPERATOR_WH"}, nil)
	w.must(err)
	defer session.Close()
	result, err := session.Execute(w.t.Context(), account.Request{SQL: statement, QueryID: "test"})
	if err != nil {
		return nil, err
	}
	var cells []string
	for _, row := range result.Rows {
		for i, column := range result.Columns {
			if strings.EqualFold(column.Name, "name") && row[i] != nil {
				cells = append(cells, *row[i])
			}
		}
	}
	return cells, nil
}

// canRead says whether the analyst may read the orders of a database.
func (w *world) canRead(database string) bool {
	w.t.Helper()
	_, err := w.query("ANALYST_USER", "ANALYST", "SELECT ID FROM "+database+".SALES.ORDERS")
	return err == nil
}

// roles are the account roles with a prefix.
func (w *world) roles(prefix string) []string {
	w.t.Helper()
	names, err := w.query("OPERATOR_USER", "OPERATOR", "SHOW ROLES LIKE '"+prefix+"%'")
	w.must(err)
	return names
}

// createDatabase begins the statements that make databases, and not those that make database roles.
const createDatabase = `CREATE DATABASE "`

// sent are the statements that reached the account and begin with a text.
func (w *world) sent(prefix string) []string {
	var found []string
	for _, entry := range w.server.Statements(0) {
		if entry.Executed && entry.Code == 0 && strings.HasPrefix(entry.SQL, prefix) {
			found = append(found, entry.SQL)
		}
	}
	return found
}
