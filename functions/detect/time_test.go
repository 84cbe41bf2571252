package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
)

// limit is the function's timeout.
const limit = 60 * time.Second

// slow is a fake in which each record takes as long as its event's name says.
func slow() *stages {
	return &stages{meets: func(rec cloudtrail.Record) {
		if d, err := time.ParseDuration(rec.EventName()); err == nil {
			time.Sleep(d)
		}
	}}
}

func TestWhatThereIsNoTimeForComesAgain(t *testing.T) {
	tests := []struct {
		name  string
		names []string // of the events, one a message
		want  string
		done  int           // alerts
		after time.Duration // the answer comes
	}{
		{"there is time for all", []string{"10s", "10s"}, failures(), 2, 20 * time.Second},
		{"just enough is left for one more", []string{"55s", "1s"}, failures(), 2, 56 * time.Second},
		{"too little is left for one more", []string{"55001ms", "1s", "1s"}, failures("m2", "m3"), 1, 55001 * time.Millisecond},
		{"one that hangs is given up, and the answer still comes", []string{"1s", "Hangs", "1s"}, failures("m2", "m3"), 1, 57 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				s, begin := slow(), time.Now()
				var bodies []string
				for i, name := range tt.names {
					bodies = append(bodies, event(name, fmt.Sprint(i)))
				}
				got, err := s.detector().handle(ctx, queued(bodies...))
				if text, _ := json.Marshal(got); string(text) != tt.want || err != nil {
					t.Errorf("answer %s, %v, want %s", text, err, tt.want)
				}
				if len(s.done) != tt.done || time.Since(begin) != tt.after {
					t.Errorf("did %q in %s, want %d in %s", s.done, time.Since(begin), tt.done, tt.after)
				}
			})
		})
	}
}

func TestALogFileStopsBetweenRecords(t *testing.T) {
	tests := []struct {
		name  string
		names []string // of the events
		want  []string
	}{
		{"too little is left for one more", []string{"56s", "1ms", "1ms"}, []string{"alert 0"}},
		// What is found after 60 s is too late to be sent.
		{"the time runs out in the middle of one", []string{"20s", "20s", "20s", "20s"}, []string{"alert 0", "alert 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				var records []string
				for i, name := range tt.names {
					records = append(records, fmt.Sprintf(`{"eventSource":"s","eventName":%q,"eventID":"%d"}`, name, i))
				}
				s := slow()
				_, err := s.detector().handle(ctx, json.RawMessage(`{"Records":[`+strings.Join(records, ",")+`]}`))
				if err == nil || !strings.Contains(err.Error(), "the function's time runs out") {
					t.Errorf("error %v: success would lose records", err)
				}
				if diff := cmp.Diff(tt.want, s.done); diff != "" {
					t.Errorf("done, -want +got:\n%s", diff)
				}
			})
		})
	}
}

func TestNoCommandIsBegunInTheLastSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		s := slow()
		got, err := s.detector().handle(ctx, queued(event("56s", "a"), `{"trailbell":"flush","window":"w","first":"f"}`))
		if text, _ := json.Marshal(got); string(text) != failures("m2") || err != nil {
			t.Errorf("answer %s, %v", text, err)
		}
		if diff := cmp.Diff([]string{"alert a"}, s.done); diff != "" {
			t.Errorf("done, -want +got:\n%s", diff)
		}
	})
}

func TestABatchInsideABatchStopsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		s := slow()
		inner := queued(event("56s", "a"), event("1s", "b"))
		got, err := s.detector().handle(ctx, queued(string(inner)))
		if text, _ := json.Marshal(got); string(text) != failures("m1") || err != nil {
			t.Errorf("answer %s, %v: a message would be lost", text, err)
		}
		if diff := cmp.Diff([]string{"alert a"}, s.done); diff != "" {
			t.Errorf("done, -want +got:\n%s", diff)
		}
	})
}

func TestWithoutADeadlineThereIsAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slow()
		if _, err := s.detector().handle(t.Context(), queued(event("24h", "a"), event("24h", "b"))); err != nil || len(s.done) != 2 {
			t.Errorf("did %q, %v", s.done, err)
		}
	})
}

func TestALateOrBusyMessageIsNoErrorInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		s := slow()
		if _, err := s.detector().handle(ctx, queued(event("Busy", "a"), event("Unsent", "b"), event("56s", "c"), event("1s", "d"))); err != nil {
			t.Fatal(err)
		}
		levels := map[string]string{}
		for line := range strings.Lines(s.log.String()) {
			if _, rest, is := strings.Cut(line, `msg="message stays on the queue" message=`); is {
				levels[strings.Fields(rest)[0]] = strings.Fields(line)[1]
			}
		}
		if diff := cmp.Diff(map[string]string{"m1": "level=WARN", "m2": "level=ERROR", "m4": "level=WARN"}, levels); diff != "" {
			t.Errorf("-want +got:\n%s\n%s", diff, &s.log)
		}
	})
}

func TestWhatIsCounted(t *testing.T) {
	s := &stages{}
	bodies := []string{event("Fires", "a"), event("Busy", "b"), event("Panics", "c"), `x`, `{"trailbell":"heartbeat"}`, `{"trailbell":"flush","window":"w","first":"f"}`}
	if _, err := s.detector().handle(t.Context(), queued(bodies...)); err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(s.metrics.String(), "\n")
	var whole map[string]any
	if err := json.Unmarshal([]byte(first), &whole); err != nil {
		t.Fatal(err)
	}
	delete(whole, "_aws")
	want := map[string]any{
		"FunctionName": "detect", "RecordsReceived": 3.0, "RecordsEvaluated": 2.0, "RulesLoaded": 3.0, "Problems": 2.0, "Busy": 1.0, "Heartbeats": 1.0, "RollUps": 1.0,
	}
	if diff := cmp.Diff(want, whole); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if strings.Count(rest, "\n") != 1 || !strings.HasPrefix(rest, `{"Alerts":1,"FunctionName":"detect","Severity":"high"`) {
		t.Errorf("alerts: %s", rest)
	}
}
