package clone

import (
	"context"
	"fmt"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/snowflake"
	"github.com/snowclone-dev/snowclone/internal/sqltext"
)

// Codes of what a clone shares with production.
const (
	codeSharedStorage = "SHARED_STORAGE"
	codeNotification  = "NOTIFICATION"
	// codeUnreadCode marks an object whose code lies in files that nobody has read.
	codeUnreadCode = "UNREAD_CODE"
)

// sharedStorage lists the external stages of the clone whose files are production's, and the pipes that hear of them by
// production's notifications: a COPY INTO such a stage writes to production's storage. They are clones, and no statement
// gives them other storage without breaking what reads it, so that they are no leaks but warnings.
func (r *Run) sharedStorage(ctx context.Context) ([]ObjectNote, error) {
	there, err := r.Snowflake.Stages(ctx, snowflake.InDatabase(r.Source))
	if err != nil {
		return nil, err
	}
	here, err := r.Snowflake.Stages(ctx, snowflake.InDatabase(r.Target))
	if err != nil {
		return nil, err
	}
	for _, stage := range here {
		if twin, shared := sameStorage(stage, there); stage.External && shared {
			r.State.Report.Shared = append(r.State.Report.Shared, noteOn(stage.ObjectRef, codeSharedStorage,
				fmt.Sprintf("reads and writes %s, which is storage of %s", stage.URL, twin)))
		}
	}
	pipes, err := r.Snowflake.Pipes(ctx, snowflake.InDatabase(r.Target))
	for _, pipe := range pipes {
		for _, one := range []struct{ name, what string }{
			{pipe.Integration, "is fed by"}, {pipe.ErrorIntegration, "reports its errors to"},
		} {
			if one.name != "" {
				r.State.Report.Shared = append(r.State.Report.Shared, noteOn(pipe.ObjectRef, codeNotification,
					fmt.Sprintf("%s integration %s, as production's does", one.what, one.name)))
			}
		}
	}
	return nil, err
}

// unreadCode lists the applications and notebooks that were cloned, if Snowflake clones any (U4): their code lies in files,
// and may name the source. Nothing says that they do, so that they are no leaks.
func (r *Run) unreadCode(ctx context.Context) ([]ObjectNote, error) {
	kinds := []snowflake.Kind{snowflake.KindStreamlit, snowflake.KindNotebook}
	inventory, err := r.Snowflake.Inventory(ctx, snowflake.InDatabase(r.Target), kinds...)
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		for _, object := range inventory[kind] {
			if !r.isTheirs(object.CreatedOn) {
				r.State.Report.Shared = append(r.State.Report.Shared, noteOn(object.ObjectRef, codeUnreadCode,
					fmt.Sprintf("its code lies in files that are not read, and may name %s", r.Source)))
			}
		}
	}
	return nil, nil
}

// sameStorage finds the stage of the source that has the same storage, or the one around it or within.
func sameStorage(stage snowflake.Stage, there []snowflake.Stage) (sqltext.Name, bool) {
	place := strings.TrimSuffix(stage.URL, "/") + "/"
	for _, other := range there {
		its := strings.TrimSuffix(other.URL, "/") + "/"
		if other.External && (strings.HasPrefix(place, its) || strings.HasPrefix(its, place)) {
			return other.Name, true
		}
	}
	return sqltext.Name{}, false
}
