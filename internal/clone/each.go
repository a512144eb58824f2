package clone

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
)

// leastShare is the part of a list, one in so many, that a call works on in any case: a step that must read the whole list
// in each call would otherwise take as many calls as the list is long, and read with the square of it.
const leastShare = 10

// forEach works on items, at most Run.Parallelism at once, and starts no further one when the time slice or the context
// is over; a few it starts in any case, so that a step whose reading takes its whole slice gets on nevertheless. One bad
// item hides no other: all are tried, and all errors come back joined, each named by the work itself. It returns how many
// were dealt with, failed ones included: always the first ones of the list.
func forEach[T any](ctx context.Context, r *Run, items []T, work func(context.Context, T) error) (int, error) {
	var (
		group errgroup.Group
		mutex sync.Mutex
		dealt int
		errs  []error
	)
	group.SetLimit(r.Parallelism())
	least := max(r.Parallelism(), len(items)/leastShare)
	for i, item := range items {
		if i >= least && r.SliceOver() || ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			err := work(ctx, item)
			mutex.Lock()
			defer mutex.Unlock()
			dealt++
			if err != nil {
				errs = append(errs, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return dealt, fmt.Errorf("work in parallel: %w", err)
	}
	if ctx.Err() != nil {
		errs = append(errs, ctx.Err())
	}
	return dealt, errors.Join(errs...)
}

// gather asks a question of each item, at most Run.Parallelism at once, and returns the answers in the items' order. It
// is for reading what a step must know as a whole, and so goes on to the end of the list whatever the time.
func gather[T, R any](ctx context.Context, r *Run, items []T, ask func(context.Context, T) (R, error)) ([]R, error) {
	answers := make([]R, len(items))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.Parallelism())
	for i, item := range items {
		group.Go(func() error {
			answer, err := ask(ctx, item)
			answers[i] = answer
			return err
		})
	}
	return answers, group.Wait()
}
