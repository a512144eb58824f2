package clone

import (
	"context"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// stageDefinitions reads the file formats that stages name. GET_DDL knows no stages (G3), and nothing says that a clone's
// stage names the clone's own format: it may read its files by production's.
func (r *Run) stageDefinitions(ctx context.Context) ([]definition, error) {
	stages, err := r.Snowflake.Stages(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	mappings, err := r.mappings()
	if err != nil {
		return nil, err
	}
	formats, err := gather(ctx, r, stages, func(ctx context.Context, stage snowflake.Stage) (sqltext.Name, error) {
		if r.isTheirs(stage.CreatedOn) {
			return sqltext.Name{}, nil
		}
		return r.Snowflake.StageFormat(ctx, stage.Name)
	})
	if err != nil {
		return nil, err
	}
	var found []definition
	for i, stage := range stages {
		format := formats[i]
		if format.Database == "" {
			continue // It names none, or one by its schema, which is the clone's.
		}
		found = append(found, definition{
			ref:    stage.ObjectRef,
			text:   sqltext.Definition{Kind: sqltext.Stage, Text: snowflake.SetStageFormat(stage.Name, format)},
			change: one(func(string) string { return snowflake.SetStageFormat(stage.Name, mapped(mappings, format)) }),
		})
	}
	return found, nil
}
