package clone

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of what the report says about Iceberg tables.
const (
	codeBaseLocation = "SHARED_BASE_LOCATION"
	codeNoVolume     = "NO_VOLUME_USAGE"
)

// handleIceberg gives the roles that own the clone's Iceberg tables, now and in the end, USAGE on their external volumes,
// without which they can be neither written nor altered (P12, P13), and reports where their files land. The volume of a
// table cannot be changed (P13): a clone's new files go below its source's base location.
type handleIceberg struct{}

func (handleIceberg) Name() v1alpha1.StepName { return v1alpha1.StepHandleIceberg }

func (s handleIceberg) Run(ctx context.Context, r *Run) (Outcome, error) {
	own, err := r.Own(ctx)
	if err != nil {
		return Outcome{}, err
	}
	tables, err := r.Snowflake.IcebergTables(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return Outcome{}, err
	}
	if r.State.Report.Iceberg, err = s.notes(ctx, r, tables); err != nil {
		return Outcome{}, err
	}
	if len(tables) == 0 {
		return Skip("There are no Iceberg tables"), nil
	}
	missing, err := s.missingGrants(ctx, r, externalVolumes(tables))
	if err != nil {
		return Outcome{}, err
	}
	if grant := r.Spec.Iceberg.ExternalVolumeGrants; grant != nil && !*grant {
		for _, one := range missing {
			if !one.inherited {
				r.State.Report.Iceberg = append(r.State.Report.Iceberg, one.note())
			}
		}
		return Skip(fmt.Sprintf("%d Iceberg tables; iceberg.externalVolumeGrants is off, and %d grants are missing",
			len(tables), len(missing))), nil
	}
	if done, err := s.grant(ctx, r, own, missing); err != nil || done < len(missing) {
		return Wait(0, fmt.Sprintf("Granted %d of %d external volumes", done, len(missing))), err
	}
	return Done(fmt.Sprintf("The owners of %d Iceberg tables may use their external volumes", len(tables))), nil
}

// volumeGrant is USAGE on a volume for a role.
type volumeGrant struct {
	volume, role sqltext.Ident
	// inherited says that the role has it by way of another.
	inherited bool
	// refused says that Snowflake did not let the operator make it.
	refused bool
}

// statement is the grant, for us or for the volume's owner.
func (g *volumeGrant) statement() string {
	on := snowflake.On(snowflake.AccountRef(snowflake.KindExternalVolume, g.volume))
	return snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, on, snowflake.AccountRole(g.role))
}

// note says that it is missing.
func (g *volumeGrant) note() ObjectNote {
	return ObjectNote{
		Kind: string(snowflake.KindExternalVolume), Name: g.volume.String(), Code: codeNoVolume, Note: "run " + g.statement(),
	}
}

// missingGrants are the grants that the owner's role and the operator's do not have themselves. What they inherit from a
// role of production's they may lose one day.
func (handleIceberg) missingGrants(ctx context.Context, r *Run, volumes []sqltext.Ident) ([]*volumeGrant, error) {
	owner, other, err := r.owner()
	if err != nil {
		return nil, err
	}
	roles := []sqltext.Ident{owner}
	if other {
		roles = append(roles, r.Role) // It owns the tables until TransferOwnership, and alters them.
	}
	var missing []*volumeGrant
	for _, role := range roles {
		grants, err := r.Snowflake.GrantsTo(ctx, snowflake.AccountRole(role))
		if err != nil {
			return nil, err
		}
		rights, err := r.heldBy(ctx, role)
		if err != nil {
			return nil, err
		}
		for _, volume := range volumes {
			on := snowflake.AccountRef(snowflake.KindExternalVolume, volume).String()
			if slices.ContainsFunc(grants, func(grant snowflake.Grant) bool { return isOn(grant, on) }) {
				continue
			}
			missing = append(missing, &volumeGrant{volume: volume, role: role, inherited: rights.known[on]})
		}
	}
	return missing, nil
}

// isOn says whether a grant is on an object.
func isOn(grant snowflake.Grant, object string) bool {
	ref, err := grant.Ref()
	return err == nil && ref.String() == object
}

// grant makes the missing grants. All are tried; those that Snowflake refuses are told as the statements that the
// volumes' owners must run.
func (handleIceberg) grant(ctx context.Context, r *Run, own *Owned, missing []*volumeGrant) (int, error) {
	done, err := forEach(ctx, r, missing, func(ctx context.Context, one *volumeGrant) error {
		err := own.Exec(ctx, one.statement())
		if class := snowflake.ClassOf(err); class != snowflake.Privilege && class != snowflake.NotFound {
			return err
		}
		if one.inherited {
			return nil // It will do.
		}
		one.refused = true
		return fmt.Errorf("let role %s use external volume %s: %w", one.role, one.volume, err)
	})
	r.Progress(done, len(missing))
	var refused []string
	for _, one := range missing {
		if one.refused {
			refused = append(refused, one.statement())
		}
	}
	if len(refused) > 0 {
		err = &Error{
			Reason: v1alpha1.ReasonMissingPrivileges, Terminal: true, Err: err,
			Message: fmt.Sprintf("role %s may not grant these external volumes; let their owners run: %s; "+
				"or set iceberg.externalVolumeGrants: false", r.Role, strings.Join(refused, "; ")),
		}
	}
	return done, err
}

// externalVolumes are the volumes of tables, each once.
func externalVolumes(tables []snowflake.IcebergTable) []sqltext.Ident {
	var volumes []sqltext.Ident
	for _, table := range tables {
		if table.ExternalVolume != "" && !slices.Contains(volumes, table.ExternalVolume) {
			volumes = append(volumes, table.ExternalVolume)
		}
	}
	return volumes
}

// notes says of each table where its files land. Dynamic Iceberg tables are among them.
func (handleIceberg) notes(ctx context.Context, r *Run, tables []snowflake.IcebergTable) ([]ObjectNote, error) {
	dynamic := map[sqltext.Name]bool{}
	if len(tables) > 0 {
		all, err := r.Snowflake.DynamicTables(ctx, snowflake.InDatabase(r.Target))
		if err != nil {
			return nil, err
		}
		for _, table := range all {
			dynamic[table.Name] = true
		}
	}
	var notes []ObjectNote
	for _, table := range tables {
		what := "new files"
		if dynamic[table.Name] {
			what = "it is a dynamic table: once it is resumed, what it computes"
		}
		notes = append(notes, ObjectNote{
			Kind: string(table.Kind), Name: table.Name.String(), Code: codeBaseLocation,
			Note: fmt.Sprintf("%s will land on volume %s below %s, beside the source's", what, table.ExternalVolume, table.BaseLocation),
		})
	}
	return notes, nil
}
