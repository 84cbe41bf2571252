package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"trailbell/internal/config"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/state/memory"
)

type unasked struct{ flushes int }

func (u *unasked) After(context.Context, time.Duration, detection.Flush) error {
	u.flushes++
	return nil
}

func TestLanesAreComparedOnlyWhereThatIsSwitchedOn(t *testing.T) {
	ledger, begin := lanes(config.Detect{}, memory.New(), &unasked{}, slog.New(slog.DiscardHandler))
	if ledger != nil || begin(t.Context()) != nil {
		t.Errorf("a pipeline without lanes has the ledger %v", ledger)
	}
}

// Each function notes its own lane, and the one for log files does not say when the other
// has begun.
func TestEachFunctionNotesItsLane(t *testing.T) {
	for name, byFiles := range map[string]bool{"lanes/bus/": false, "lanes/files/": true} {
		store, timer, log := memory.New(), &unasked{}, slog.New(slog.DiscardHandler)
		for _, files := range []bool{true, false} {
			conf := config.Detect{CompareLanes: true, ByFiles: files}
			_, begin := lanes(conf, store, timer, log)
			if err := begin(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ledger, _ := lanes(config.Detect{CompareLanes: true, ByFiles: byFiles}, store, timer, log)
		made := time.Now().Add(time.Hour).UTC().Truncate(5 * time.Minute)
		event := `{"detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":{"eventSource":"s3.amazonaws.com","eventName":"x","eventID":"e","eventTime":"` + made.Format(time.RFC3339) + `"}}`
		for rec := range (ingest.Reader{}).Records(strings.NewReader(event), "test") {
			ledger.Note(t.Context(), rec, []detection.Finding{{Rule: detection.Rule{ID: "r"}}}, detection.Decision{})
		}
		members, err := store.Members(t.Context(), fmt.Sprint(name, made.Unix()), 0)
		if err != nil || len(members) != 1 || timer.flushes != 1 {
			t.Errorf("%s: %v, %v, asked for %d", name, members, err, timer.flushes)
		}
	}
}
