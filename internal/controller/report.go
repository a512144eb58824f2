package controller

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
)

// Keys of the report's ConfigMap.
const (
	reportJSON = "report.json"
	reportText = "report.txt"
)

// A ConfigMap holds at most 1 MiB. The JSON is what later stages read again, so it gets the larger part.
const (
	maxReportJSON = 600_000
	maxReportText = 300_000
)

// reports keeps the report of each clone in a ConfigMap beside it. ConfigMaps are read from the API server: a cache
// would hold all those of the cluster.
type reports struct {
	live   client.Reader
	writer client.Client
}

// storedReport is a report as it was found, and the ConfigMap to write it to.
type storedReport struct {
	clone.Report

	found *corev1.ConfigMap
}

// load reads the report of a clone. Where there is none, or one that cannot be read, it is empty. The error is terminal
// when a ConfigMap of the report's name is somebody else's.
func (r reports) load(ctx context.Context, obj *v1alpha1.SnowflakeClone) (storedReport, error) {
	key := types.NamespacedName{Namespace: obj.Namespace, Name: reportName(obj.Name)}
	found := &corev1.ConfigMap{}
	if err := r.live.Get(ctx, key, found); err != nil {
		if apierrors.IsNotFound(err) {
			return storedReport{}, nil
		}
		return storedReport{}, fmt.Errorf("read report %s: %w", key, err)
	}
	switch {
	case metav1.IsControlledBy(found, obj):
		stored := storedReport{found: found}
		if err := json.Unmarshal([]byte(found.Data[reportJSON]), &stored.Report); err != nil {
			// Somebody edited it; each stage writes its own lists anew.
			stored.Report = clone.Report{}
		}
		return stored, nil
	case found.Labels[v1alpha1.CloneLabel] != "":
		// An earlier clone of this name left it, and it has not been collected yet.
		return storedReport{found: found}, nil
	}
	return storedReport{}, clone.Terminalf(v1alpha1.ReasonInternalError,
		"ConfigMap %s is in the way of the report and is not this clone's; rename or delete it", key)
}

// save writes the report if it has changed.
func (r reports) save(ctx context.Context, obj *v1alpha1.SnowflakeClone, stored storedReport, state *clone.State) error {
	if stored.found == nil && state.Report.IsEmpty() {
		return nil
	}
	data, err := reportData(frontPageOf(obj, state), state.Report)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	wanted := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: obj.Namespace, Name: reportName(obj.Name)}}
	if stored.found != nil {
		if maps.Equal(stored.found.Data, data) && metav1.IsControlledBy(stored.found, obj) {
			return nil
		}
		wanted = stored.found.DeepCopy()
	}
	if wanted.Labels == nil {
		wanted.Labels = map[string]string{}
	}
	wanted.Labels[v1alpha1.CloneLabel] = shorten(obj.Name, maxLabelValue)
	wanted.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(obj, v1alpha1.GroupVersion.WithKind("SnowflakeClone")),
	}
	wanted.Data = data
	write := func() error { return r.writer.Create(ctx, wanted) }
	if stored.found != nil {
		// The version that was read is in it: lists that another operator wrote meanwhile are not lost.
		write = func() error { return r.writer.Update(ctx, wanted) }
	}
	if err := write(); err != nil {
		return fmt.Errorf("write report %s: %w", keyOf(wanted), err)
	}
	return nil
}

// reportData is the report for programs and for people, each cut to its bound.
func reportData(page frontPage, report clone.Report) (map[string]string, error) {
	report, shorter := withoutStaleCuts(report), withoutHashes
	text, err := json.MarshalIndent(report, "", " ")
	for err == nil && len(text) > maxReportJSON {
		report = shorter(report)
		shorter = halveLongest
		text, err = json.MarshalIndent(report, "", " ")
	}
	if err != nil {
		return nil, err
	}
	return map[string]string{reportJSON: string(text), reportText: reportForPeople(page, report)}, nil
}
