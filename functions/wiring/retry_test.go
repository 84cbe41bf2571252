package wiring

import (
	"errors"
	"testing"
	"time"
)

func TestWaitsGrowAreRandomAndEndInTime(t *testing.T) {
	seen, total := map[time.Duration]bool{}, time.Duration(0)
	for attempt := range publishTries - 1 {
		longest := time.Duration(0)
		for range 200 {
			wait, err := Patient().RetryDelay(attempt, errors.New("throttled"))
			if err != nil || wait < 0 || wait > longestWait {
				t.Fatalf("wait %s, %v", wait, err)
			}
			seen[wait], longest = true, max(longest, wait)
		}
		total += longest
	}
	if len(seen) < 1000 || total > 12*time.Second || Patient().MaxAttempts() != publishTries {
		t.Errorf("%d different waits, at most %s together", len(seen), total)
	}
}
