package clone

import (
	"context"
	"fmt"
	"slices"

	"github.com/snowclone-dev/snowclone/api/v1alpha1"
	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// handleIceberg gives the owner of the clone's Iceberg tables USAGE on their external volumes, without which they can
// be neither read nor written (P13), and reports where their files land. The volume cannot be changed (P13): a clone's
// new files go below its source's base location.
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
	r.State.Report.Iceberg = s.notes(tables)
	if len(tables) == 0 {
		return Skip("There are no Iceberg tables"), nil
	}
	if grant := r.Spec.Iceberg.ExternalVolumeGrants; grant != nil && !*grant {
		return Skip(fmt.Sprintf("%d Iceberg tables; iceberg.externalVolumeGrants is off", len(tables))), nil
	}
	owner, _, err := r.owner()
	if err != nil {
		return Outcome{}, err
	}
	volumes := externalVolumes(tables)
	done, err := forEach(ctx, r, volumes, func(ctx context.Context, volume sqltext.Ident) error {
		on := snowflake.On(snowflake.AccountRef(snowflake.KindExternalVolume, volume))
		grant := snowflake.GrantPrivileges([]string{snowflake.PrivilegeUsage}, on, snowflake.AccountRole(owner))
		if err := own.Exec(ctx, grant); err != nil {
			return fmt.Errorf("let role %s use external volume %s: %w", owner, volume, err)
		}
		return nil
	})
	r.Progress(done, len(volumes))
	if err != nil {
		return Outcome{}, err
	}
	if done < len(volumes) {
		return Wait(0, fmt.Sprintf("Granted %d of %d external volumes", done, len(volumes))), nil
	}
	return Done(fmt.Sprintf("Role %s may use the external volumes of %d Iceberg tables", owner, len(tables))), nil
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

// notes says of each table where its files land.
func (handleIceberg) notes(tables []snowflake.IcebergTable) []ObjectNote {
	var notes []ObjectNote
	for _, table := range tables {
		notes = append(notes, ObjectNote{
			Kind: string(table.Kind), Name: table.Name.String(), Code: "SHARED_BASE_LOCATION",
			Note: fmt.Sprintf("new files land on volume %s below %s, beside the source's", table.ExternalVolume, table.BaseLocation),
		})
	}
	return notes
}
