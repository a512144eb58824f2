package controller

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
)

func TestDecide(t *testing.T) {
	type change func(*v1alpha1.SnowflakeClone)
	made := func(obj *v1alpha1.SnowflakeClone) {
		obj.Status.Database = &v1alpha1.DatabaseStatus{Name: "DEV", CreatedOn: metav1.NewMicroTime(noon.Add(-time.Hour))}
	}
	intends := func(action v1alpha1.IntentAction) change {
		return func(obj *v1alpha1.SnowflakeClone) {
			obj.Status.Intent = &v1alpha1.Intent{Action: action, Database: "DEV"}
		}
	}
	dropped := func(obj *v1alpha1.SnowflakeClone) {
		obj.Status.Dropped = &v1alpha1.DroppedStatus{At: metav1.NewTime(noon)}
	}
	deleting := func(obj *v1alpha1.SnowflakeClone) { obj.DeletionTimestamp = new(metav1.NewTime(noon)) }
	over := func(obj *v1alpha1.SnowflakeClone) { obj.Status.ExpiresAt = new(metav1.NewTime(noon)) }
	later := func(obj *v1alpha1.SnowflakeClone) { obj.Status.ExpiresAt = new(metav1.NewTime(noon.Add(time.Second))) }
	suspended := func(obj *v1alpha1.SnowflakeClone) { obj.Spec.Suspend = true }
	protected := func(obj *v1alpha1.SnowflakeClone) { obj.Spec.DeletionProtection = true }
	retain := func(obj *v1alpha1.SnowflakeClone) { obj.Spec.DeletionPolicy = v1alpha1.DeletionRetain }

	for name, tc := range map[string]struct {
		reason  string
		changes []change
		removed bool
		want    action
	}{
		"a new clone takes its first step":             {"the main path", nil, false, actStep},
		"a clone whose time is not over goes on":       {"a second is left", []change{made, later}, false, actStep},
		"a deleted clone without a database goes":      {"there is nothing to drop", []change{deleting}, false, actRelease},
		"a deleted clone drops its database":           {"deletionPolicy Delete", []change{made, deleting}, false, actDrop},
		"a database that may exist is looked for":      {"the intent was committed", []change{intends(v1alpha1.IntentCreateDatabase), deleting}, false, actDrop},
		"a dropped clone goes":                         {"all is done", []change{made, dropped, deleting}, false, actRelease},
		"roles that are left keep a dropped clone":     {"the intent stands until all is gone", []change{made, dropped, intends(v1alpha1.IntentDropDatabase), deleting}, false, actDrop},
		"retaining keeps the database":                 {"deletionPolicy Retain", []change{made, deleting, retain}, false, actRetain},
		"protection keeps it from deletion":            {"whoever asks", []change{made, deleting, protected}, false, actProtect},
		"protection keeps it from expiry":              {"whoever asks", []change{made, over, protected}, false, actProtect},
		"suspension holds deletion":                    {"no change in Snowflake at all", []change{made, deleting, suspended}, false, actHold},
		"suspension holds retaining":                   {"the object is held as a whole", []change{made, deleting, retain, suspended}, false, actHold},
		"suspension holds expiry":                      {"no change in Snowflake at all", []change{made, over, suspended}, false, actHold},
		"suspension holds the pipeline":                {"no change in Snowflake at all", []change{suspended}, false, actHold},
		"suspension holds nothing that holds nothing":  {"no database depends on it", []change{deleting, suspended}, false, actRelease},
		"expiry drops the database":                    {"both clocks are asked later", []change{made, over}, false, actDrop},
		"an expired clone is a tombstone":              {"never cloned again", []change{made, dropped, over}, false, actBury},
		"a tombstone stays one when its life grows":    {"never cloned again", []change{made, dropped, later}, false, actBury},
		"a time that is over before it began":          {"no database is made for it", []change{over}, false, actBury},
		"a drop that has begun goes on":                {"the database may have lost its name", []change{made, later, intends(v1alpha1.IntentDropDatabase)}, false, actDrop},
		"a removed kind abandons":                      {"nobody asked for drops", []change{made, deleting}, true, actAbandon},
		"a removed kind abandons what is suspended":    {"it must go in the end", []change{made, deleting, suspended}, true, actAbandon},
		"a removed kind drops nothing that is expired": {"its deletion comes next", []change{made, over}, true, actWait},
	} {
		t.Run(name, func(t *testing.T) {
			obj := newClone()
			for _, change := range tc.changes {
				change(obj)
			}
			if got := decide(obj, tc.removed, noon); got != tc.want {
				t.Errorf("%s: got action %d, want %d", tc.reason, got, tc.want)
			}
		})
	}
}
