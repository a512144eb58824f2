package controller

import (
	"context"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/clone"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// probe logs in and looks what the role may do. The error is a *clone.Error, or trouble with the API server; what was
// seen before it is returned all the same.
func (r *connectionReconciler) probe(
	ctx context.Context, connection *v1alpha1.SnowflakeConnection,
) (*v1alpha1.ProbeStatus, error) {
	session, err := r.connect(ctx, connection, "")
	if err != nil {
		return nil, err
	}
	identity, err := session.Probe(ctx)
	if err != nil {
		return nil, clone.Classify(fmt.Errorf("log in: %w", err))
	}
	now := r.options.Clock.Now()
	seen := &v1alpha1.ProbeStatus{
		At: metav1.NewTime(now), Account: accountOf(identity), User: identity.User, Role: identity.Role,
		ClockSkewSeconds: int64(identity.ServerTime.Sub(now).Round(time.Second) / time.Second),
	}
	wanted, err := sqltext.ParseIdent(string(connection.Spec.Role))
	if err != nil || identity.Role != string(wanted) {
		return seen, clone.Terminalf(v1alpha1.ReasonLoginRefused,
			"spec.role: the session has role %s instead of %s; grant that role to the user", identity.Role, wanted)
	}
	if err := readRights(ctx, session, wanted, seen); err != nil {
		return seen, clone.Classify(fmt.Errorf("read the rights of role %s: %w", wanted, err))
	}
	return seen, checkRights(seen, wanted)
}

// maxRoles bounds the walk through the roles that a role inherits.
const maxRoles = 200

// accountAdmin has every privilege on the account, whether it is listed or not.
const accountAdmin sqltext.Ident = "ACCOUNTADMIN"

// readRights looks for the two privileges on the account among those of the role and of the roles that it inherits, and
// stops when it has found both.
func readRights(ctx context.Context, session *snowflake.Client, role sqltext.Ident, seen *v1alpha1.ProbeStatus) error {
	known := map[sqltext.Ident]bool{role: true}
	for queue := []sqltext.Ident{role}; len(queue) > 0 && len(known) <= maxRoles; queue = queue[1:] {
		if queue[0] == accountAdmin {
			seen.CreateDatabase, seen.ManageGrants = true, true
		}
		if seen.CreateDatabase && seen.ManageGrants {
			return nil
		}
		grants, err := session.GrantsTo(ctx, snowflake.AccountRole(queue[0]))
		if err != nil {
			return err
		}
		for _, inherited := range note(grants, seen) {
			if !known[inherited] {
				known[inherited] = true
				queue = append(queue, inherited)
			}
		}
	}
	return nil
}

// note takes the two privileges out of a role's grants, and returns the roles that it inherits.
func note(grants []snowflake.Grant, seen *v1alpha1.ProbeStatus) []sqltext.Ident {
	var inherited []sqltext.Ident
	for _, grant := range grants {
		ref, err := grant.Ref()
		switch {
		case err != nil:
			continue // An object that is named in a way we do not know is neither the account nor a role.
		case ref.Kind == snowflake.KindAccount && grant.Privilege == snowflake.PrivilegeCreateDatabase:
			seen.CreateDatabase = true
		case ref.Kind == snowflake.KindAccount && grant.Privilege == snowflake.PrivilegeManageGrants:
			seen.ManageGrants = true
		case ref.Kind == snowflake.KindRole && grant.Privilege != snowflake.PrivilegeOwnership:
			inherited = append(inherited, ref.Name.Object)
		}
	}
	return inherited
}

// checkRights lists the GRANT statements that are missing.
func checkRights(seen *v1alpha1.ProbeStatus, role sqltext.Ident) error {
	var missing []string
	lacks := func(held bool, privilege string) {
		if !held {
			missing = append(missing, fmt.Sprintf("GRANT %s ON ACCOUNT TO ROLE %s;", privilege, role.SQL()))
		}
	}
	lacks(seen.CreateDatabase, snowflake.PrivilegeCreateDatabase)
	lacks(seen.ManageGrants, snowflake.PrivilegeManageGrants)
	if len(missing) == 0 {
		return nil
	}
	return &clone.Error{
		Reason: v1alpha1.ReasonMissingPrivileges, Terminal: true,
		Message: fmt.Sprintf("role %s lacks rights; run: %s", role, strings.Join(missing, " ")),
	}
}
