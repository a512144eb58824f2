package clone

import (
	"fmt"
	"strings"
)

// Marker ties a database, or a role, to the object that made it. It stands at the end of its comment.
type Marker struct {
	// ClusterUID tells this Kubernetes cluster from others: the UID of its kube-system namespace.
	ClusterUID string
	// UID of the SnowflakeClone, which no other object will ever have.
	UID string
	// Namespace and Name of the SnowflakeClone, for people: they prove nothing.
	Namespace, Name string
}

// String is the marker as it stands in comments.
func (m Marker) String() string {
	return fmt.Sprintf("%s object=%s/%s]", m.proof(), m.Namespace, m.Name)
}

// proof is the part of the marker that is compared.
func (m Marker) proof() string {
	return fmt.Sprintf("[snowclone.dev uid=%s cluster=%s", m.UID, m.ClusterUID)
}

// On is a comment that holds the user's words and the marker.
func (m Marker) On(words string) string {
	if words == "" {
		return "Managed by Snowclone " + m.String()
	}
	return words + " " + m.String()
}

// In says whether a comment holds this marker. A marker without a UID is in no comment.
func (m Marker) In(comment string) bool {
	return m.UID != "" && m.ClusterUID != "" && strings.Contains(comment, m.proof()+" ")
}

// hasAnyMarker says whether some SnowflakeClone, in whatever cluster, made the thing with this comment.
func hasAnyMarker(comment string) bool { return strings.Contains(comment, "[snowclone.dev uid=") }

// SucceedsOneIn says whether a comment holds the marker of an earlier object of the same name in the same cluster. Two
// objects of one name never live at once, so what the earlier one left behind is this one's to clear away.
func (m Marker) SucceedsOneIn(comment string) bool {
	_, rest, found := strings.Cut(comment, "[snowclone.dev uid=")
	_, rest, hasCluster := strings.Cut(rest, " cluster=")
	return found && hasCluster && m.ClusterUID != "" &&
		strings.HasPrefix(rest, fmt.Sprintf("%s object=%s/%s]", m.ClusterUID, m.Namespace, m.Name))
}
