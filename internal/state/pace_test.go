package state_test

import (
	"fmt"
	"testing"
	"time"

	"trailbell/internal/state"
)

func ExamplePace() {
	var pace state.Pace
	looked := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	pace.Looked(5000)
	for n := 1; ; n++ {
		if pace.Due(looked, looked.Add(time.Hour), time.Minute) {
			fmt.Println("it looks at 5000 things when it was asked", n, "times")
			return
		}
	}
	// Output: it looks at 5000 things when it was asked 4001 times
}

// However time goes: what a store looks at grows with what it is asked, and not with its
// square.
func TestLookingCostsAQuestionAFewThings(t *testing.T) {
	start := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for name, at := range map[string]func(n int) time.Time{
		"minute by minute":     func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) },
		"back and forth":       func(n int) time.Time { return start.Add(time.Duration(n%2) * 24 * time.Hour) },
		"many in each minute":  func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) },
		"all in the same hour": func(int) time.Time { return start },
	} {
		const questions = 100_000
		var pace state.Pace
		var looked time.Time
		things, seen, times := 0, 0, 0
		for n := range questions {
			if pace.Due(looked, at(n), time.Minute) {
				seen, times, looked = seen+things, times+1, at(n)
				pace.Looked(things)
			}
			things++ // nothing is ever over
		}
		if seen > 8*questions || times == 0 {
			t.Errorf("%s: looked %d times, at %d things for %d questions", name, times, seen, questions)
		}
	}
}
