package suppress_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
)

// replay is the command line: a clock that follows the records, and a timer that goes by
// it.
type replay struct {
	*world
	now     time.Time
	sent    map[string]bool
	held    map[string]bool // rolled up or over the limit
	counted int
	due     map[detection.Flush]time.Time
}

func newReplay(w *world) *replay {
	r := &replay{world: w, now: start, sent: map[string]bool{}, held: map[string]bool{}, due: map[detection.Flush]time.Time{}}
	w.opts.Now = func() time.Time { return r.now }
	w.flushed = func(f detection.Flush) { r.due[f] = r.now.Add(15 * time.Minute) }
	return r
}

func TestAClockThatStepsBackLosesNothing(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 3))
			r := newReplay(newWorld(t))
			s := r.suppressor()
			flush := func(all bool) {
				for f, at := range r.due {
					if !all && r.now.Before(at) {
						continue
					}
					delete(r.due, f)
					d := s.Flush(t.Context(), f)
					for _, rollUp := range d.RollUps {
						r.counted += rollUp.Count
					}
					if err := s.Settle(t.Context(), d, nil); err != nil || d.Retry != nil {
						t.Fatal(err, d.Retry)
					}
				}
			}
			const records = 60
			for i := range records {
				r.now = r.now.Add(time.Duration(random.IntN(600)-200) * time.Second)
				if random.IntN(10) == 0 { // another folder of the archive
					r.now = start.Add(time.Duration(random.IntN(24*400)-24*200) * time.Hour)
				}
				flush(false)
				d := s.Findings(t.Context(), call(t, "x", i, r.now), []detection.Finding{{Rule: reference, Severity: detection.Low}})
				for range d.Findings {
					r.sent[d.Claims[0]] = true
				}
				for _, w := range d.Withheld {
					r.held[w.ID] = true
				}
				if err := s.Settle(t.Context(), d, nil); err != nil || d.Retry != nil {
					t.Fatal(err, d.Retry)
				}
			}
			flush(true)
			if len(r.sent)+len(r.held) != records || r.counted != len(r.held) {
				t.Errorf("seed %d: %d sent, %d withheld, %d of them told", seed, len(r.sent), len(r.held), r.counted)
			}
		})
	}
}
