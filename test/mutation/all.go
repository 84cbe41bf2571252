package mutation

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// TryAll tries the rules in the files, as many at a time as there are processors. The
// results are in the order of the files.
func (b *Bench) TryAll(ctx context.Context, files []string, choose func(Mutant) bool) ([]Result, error) {
	results := make([]Result, len(files))
	errs := make([]error, len(files))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				results[i], errs[i] = b.Try(ctx, files[i], choose)
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	workers.Wait()
	return results, errors.Join(errs...)
}
