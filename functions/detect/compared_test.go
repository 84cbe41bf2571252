package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/reconcile"
	"trailbell/internal/state/memory"
)

// clock is a timer that keeps what it is asked for.
type clock struct{ asked []detection.Flush }

func (c *clock) After(_ context.Context, _ time.Duration, flush detection.Flush) error {
	c.asked = append(c.asked, flush)
	return nil
}

// What EventBridge brought is noted by whichever way its event came, and nothing else is:
// another way shows nothing about the bus.
func TestWhatCountsAsBroughtByTheBus(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	record := `{"eventSource":"ec2.amazonaws.com","eventName":"Fires","eventID":"e","eventTime":"2026-11-21T10:00:00Z"}`
	bus := `{"detail-type":"AWS API Call via CloudTrail","source":"aws.ec2","detail":` + record + `}`
	tests := []struct {
		name, payload string
		noted         bool
	}{
		{"an event of EventBridge", bus, true},
		{"the same from the retry queue", string(queued(bus)), true},
		{"the same from the destination for failures", failedWith(bus), true},
		{"the same by a stream that a rule feeds", string(streamed(1, bus)), true},
		{"the same by a topic that a rule feeds", notified(bus), true},
		{"an event whose alert can't be sent", strings.Replace(bus, "Fires", "Unsent", 1), true},
		{"an event that another run is at work on", strings.Replace(bus, "Fires", "Busy", 1), true},
		{"an event that no rule matches", strings.Replace(bus, "Fires", "Quiet", 1), false},
		{"a record alone", record, false},
		{"a log file that somebody hands over", `{"Records":[` + record + `]}`, false},
		{"log events", logged(record), false},
		{"a stream", string(streamed(1, record)), false},
		{"Firehose", string(delivered(record)), false},
		{"an event of somebody's own making", strings.Replace(bus, "aws.ec2", "my.app", 1), false},
		{"a heartbeat", `{"trailbell":"heartbeat"}`, false},
		{"a test", `{"trailbell":"test"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, store, asked := &stages{}, memory.New(), &clock{}
			d := s.detector()
			now := at.Add(-time.Hour)
			ledger := reconcile.New(reconcile.Options{Store: store, Timer: asked, Now: func() time.Time { return now }})
			if err := ledger.Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			now, d.pipeline.Ledger = at.Add(time.Minute), ledger
			_, _ = d.handle(t.Context(), json.RawMessage(tt.payload))
			members, err := store.Members(t.Context(), fmt.Sprint("lanes/bus/", at.Unix()), 0)
			if err != nil || len(members) == 1 != tt.noted || len(asked.asked) == 1 != tt.noted {
				t.Errorf("%v, %v, asked for %v", members, err, asked.asked)
			}
		})
	}
}

func TestAComparisonComesByTheQueueAndIsCounted(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	s, asked := &stages{}, &clock{}
	d := s.detector()
	d.meter.Full = true
	now := at.Add(-time.Hour)
	d.pipeline.Ledger = reconcile.New(reconcile.Options{Store: memory.New(), Timer: asked, Now: func() time.Time { return now }})
	if err := d.pipeline.Ledger.(*reconcile.Ledger).Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = at.Add(time.Minute)
	bus := `{"detail-type":"AWS API Call via CloudTrail","source":"aws.ec2","detail":{"eventSource":"ec2.amazonaws.com","eventName":"Fires","eventID":"e","eventTime":"2026-11-21T10:00:00Z"}}`
	if _, err := d.handle(t.Context(), json.RawMessage(bus)); err != nil {
		t.Fatal(err)
	}
	for range 4 { // hops of fifteen minutes
		flush := asked.asked[len(asked.asked)-1]
		body, _ := json.Marshal(map[string]string{"trailbell": "flush", "window": flush.Window, "first": flush.First})
		now = now.Add(15 * time.Minute)
		got, err := d.handle(t.Context(), queued(string(body), `{"trailbell":"flush","window":"w","first":"f"}`))
		if text, _ := json.Marshal(got); err != nil || string(text) != failures() {
			t.Fatalf("%s, %v", text, err)
		}
	}
	if got := strings.Count(s.metrics.String(), `"BusOnly":1`); got != 1 {
		t.Errorf("counted %d times in\n%s", got, &s.metrics)
	}
	if len(asked.asked) != 3 || s.done[len(s.done)-1] != "flush w f" {
		t.Errorf("asked for %v, done %v", asked.asked, s.done)
	}
}
