package suppress_test

import (
	"context"
	"sync"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
)

const (
	runTime    = 60 * time.Second // of a function
	visibility = 61 * time.Second // until a message that failed comes again
	receives   = 20
)

// A queue brings messages to a function until it succeeds, as SQS does. It must be used
// within synctest: its times are those of the bubble.
type queue struct {
	world     *world
	processes []*pipeline.Pipeline
	mu        sync.Mutex
	wait      sync.WaitGroup
	exhausted int // messages that never succeeded
	turn      int
}

// newQueue has so many processes at work on it. One that dies is replaced.
func newQueue(w *world, processes int) *queue {
	q := &queue{world: w}
	for range processes {
		q.processes = append(q.processes, w.process())
	}
	w.flushed = func(f detection.Flush) { q.flush(f, 15*time.Minute) }
	return q
}

func (q *queue) record(rec cloudtrail.Record, delay time.Duration) {
	q.put(delay, func(ctx context.Context, p *pipeline.Pipeline) error {
		_, err := p.Process(ctx, rec)
		return err
	})
}

func (q *queue) flush(f detection.Flush, delay time.Duration) {
	q.put(delay, func(ctx context.Context, p *pipeline.Pipeline) error {
		_, err := p.Flush(ctx, f)
		return err
	})
}

func (q *queue) put(delay time.Duration, work func(context.Context, *pipeline.Pipeline) error) {
	q.wait.Add(1)
	go func() {
		defer q.wait.Done()
		time.Sleep(delay)
		for range receives {
			received := time.Now()
			if q.try(work) {
				return
			}
			time.Sleep(time.Until(received.Add(visibility)))
		}
		q.mu.Lock()
		defer q.mu.Unlock()
		q.exhausted++
	}()
}

func (q *queue) try(work func(context.Context, *pipeline.Pipeline) error) bool {
	q.mu.Lock()
	i := q.turn % len(q.processes)
	p := q.processes[i]
	q.turn++
	q.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), runTime)
	defer cancel()
	err, died := attempt(func() error { return work(ctx, p) })
	if died {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.processes[i] == p {
			q.processes[i] = q.world.process()
		}
	}
	return err == nil && !died
}
