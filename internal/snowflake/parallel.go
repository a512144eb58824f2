package snowflake

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// readAhead is how many reads of one call are in flight: catalogue work is round trips and waiting, not work (L2).
const readAhead = 6

// each runs n reads, some at a time, and returns the first error.
func each(ctx context.Context, n int, one func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readAhead)
	for i := range n {
		group.Go(func() error { return one(ctx, i) })
	}
	return group.Wait()
}
