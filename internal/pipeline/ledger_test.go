package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
)

// ledger notes into what was sent, so that the order shows.
type ledger struct {
	*stages
	err error
}

func (l ledger) Note(_ context.Context, rec cloudtrail.Record, findings []detection.Finding, decision detection.Decision) detection.Lanes {
	panicAt(rec, "ledger")
	l.sent = append(l.sent, "note "+rec.EventName())
	return detection.Lanes{Failed: len(findings), Uncompared: len(decision.Withheld)}
}

func (l ledger) Flush(_ context.Context, flush detection.Flush) (detection.Lanes, bool, error) {
	return detection.Lanes{FilesOnly: 4}, strings.HasPrefix(flush.Window, "own"), l.err
}

func TestTheLedgerComesBehindTheAlert(t *testing.T) {
	tests := []struct {
		name, record, failing string
		sent                  []string
		lanes                 detection.Lanes
		fails                 bool
	}{
		{"what is found is noted", "fire", "", []string{"alert fire a+b", "note fire"}, detection.Lanes{Failed: 2}, false},
		{"with what is withheld", "fireWithheld", "", []string{"alert fireWithheld a", "note fireWithheld"}, detection.Lanes{Failed: 2, Uncompared: 1}, false},
		{"what is not found is not", "quiet", "", nil, detection.Lanes{}, false},
		{"what can't be sent is noted, and comes again", "fire", "alert", []string{"note fire"}, detection.Lanes{Failed: 2}, true},
		{"what is not decided is noted, and comes again", "fireBusy", "", []string{"note fireBusy"}, detection.Lanes{Failed: 2}, true},
		{"a ledger that panics keeps nothing back", "fire panic ledger", "", []string{"alert fire panic ledger a+b"}, detection.Lanes{Failed: 2}, false},
		{"what a stage panics at is not noted", "fire panic enrich", "", []string{"problem : trailbell crashed on a record: panic: boom (high)"}, detection.Lanes{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &stages{failing: tt.failing}
			p := s.pipeline()
			p.Ledger = ledger{s, nil}
			tally, err := p.Run(t.Context(), payload(tt.record))
			if diff := cmp.Diff(tt.sent, s.sent); diff != "" || tally.Lanes != tt.lanes || err != nil != tt.fails {
				t.Errorf("%v, counted %+v, -want +got:\n%s", err, tally.Lanes, diff)
			}
		})
	}
}

func TestALedgersFlushIsNobodyElses(t *testing.T) {
	s := &stages{}
	p := s.pipeline()
	p.Ledger = ledger{s, nil}
	tally, err := p.Flush(t.Context(), detection.Flush{Window: "own/1", First: "f"})
	if err != nil || tally != (pipeline.Tally{Lanes: detection.Lanes{FilesOnly: 4}}) || len(s.sent)+len(s.settled) > 0 {
		t.Errorf("%+v, %v, sent %v", tally, err, s.sent)
	}
	if tally, err = p.Flush(t.Context(), detection.Flush{Window: "w", First: "f"}); err != nil || tally.RollUps != 1 || tally.Lanes != (detection.Lanes{}) {
		t.Errorf("%+v, %v", tally, err)
	}
	p.Ledger = ledger{s, errors.New("the table is gone")}
	if _, err = p.Flush(t.Context(), detection.Flush{Window: "own/1", First: "f"}); err == nil {
		t.Error("a comparison that can't be made does not come again")
	}
}
