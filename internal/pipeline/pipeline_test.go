package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
)

// stages are fakes of every stage. What an event's name begins with decides what
// happens to it: "fire", "undecided", or "panic" and the stage's name.
type stages struct {
	sent    []string // in order
	failing string   // what can't be sent
	settled []string // claims, and whether what they stand for was sent
}

func (s *stages) pipeline() *pipeline.Pipeline {
	return &pipeline.Pipeline{Selector: s, Evaluator: s, Suppressor: suppressor{s}, Enricher: enricher{}, Notifier: s, Log: slog.New(slog.DiscardHandler)}
}

func (s *stages) Select(rec cloudtrail.Record) []detection.RuleID {
	panicAt(rec, "select")
	return []detection.RuleID{"a", "b"}
}

func (s *stages) Evaluate(_ context.Context, rec cloudtrail.Record, rules []detection.RuleID) []detection.Outcome {
	panicAt(rec, "evaluate")
	var outcomes []detection.Outcome
	for _, id := range rules {
		o := detection.Outcome{Rule: detection.Rule{ID: id, Severity: detection.Low}, Verdict: detection.Quiet}
		switch {
		case strings.HasPrefix(rec.EventName(), "fire"), id == "b" && rec.EventName() == "undecided":
			o.Verdict, o.Finding = detection.Fired, detection.Finding{Rule: o.Rule, Severity: detection.High}
		case rec.EventName() == "undecided":
			o.Verdict = detection.Undecided
			o.Failures = []detection.Failure{{Part: "match", Cause: detection.CauseConflict, Err: errors.New("two answers")}}
		}
		if rec.EventName() == "fireWithoutTitle" {
			o.Failures = []detection.Failure{{Part: "title", Cause: detection.CauseShape, Err: errors.New("not text")}}
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

type enricher struct{}

func (enricher) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	panicAt(rec, "enrich")
	var alerts []detection.Alert
	for _, f := range findings {
		alerts = append(alerts, detection.Alert{Rule: f.Rule.ID, EventName: rec.EventName(), Severity: f.Severity})
	}
	return alerts
}

func (enricher) RollUp(r detection.RollUp) detection.RollUp { return r }

func (s *stages) Alerts(_ context.Context, alerts []detection.Alert) error {
	if len(alerts) > 0 && alerts[0].EventName == "firePanicNotify" {
		panic("boom")
	}
	var rules []string
	for _, a := range alerts {
		rules = append(rules, string(a.Rule))
	}
	return s.send(fmt.Sprintf("alert %s %s", alerts[0].EventName, strings.Join(rules, "+")))
}

func (s *stages) Problem(_ context.Context, p detection.Problem) error {
	return s.send(fmt.Sprintf("problem %s: %s: %s (%s)", p.Rule, p.What, p.Why, p.Severity))
}

func (s *stages) RollUp(_ context.Context, r detection.RollUp) error {
	return s.send(fmt.Sprintf("follow-up %s: %d more", r.First, r.Count))
}

// suppressor withholds what begins with "withhold", and keeps what it is told at the end.
type suppressor struct{ *stages }

func (s suppressor) Findings(_ context.Context, rec cloudtrail.Record, findings []detection.Finding) detection.Decision {
	panicAt(rec, "suppress")
	decision := detection.Decision{Findings: findings, Claims: []string{rec.EventName()}}
	if strings.HasPrefix(rec.EventName(), "fireWithheld") {
		decision.Findings = findings[:1]
		decision.Withheld = []detection.Withheld{{Rule: findings[1].Rule.ID, Reason: detection.ReasonExempt}}
	}
	if rec.EventName() == "fireBusy" {
		decision = detection.Decision{Retry: detection.ErrBusy}
	}
	return decision
}

func (s suppressor) Problem(_ context.Context, problem detection.Problem) detection.Decision {
	return detection.Decision{Problems: []detection.Problem{problem}}
}

func (s suppressor) Flush(_ context.Context, flush detection.Flush) detection.Decision {
	return detection.Decision{RollUps: []detection.RollUp{{First: flush.First, Count: 37}}, Claims: []string{flush.Window}}
}

func (s suppressor) Settle(_ context.Context, decision detection.Decision, sent error) error {
	for _, claim := range decision.Claims {
		s.settled = append(s.settled, fmt.Sprintf("%s sent=%t", claim, sent == nil))
	}
	if s.failing == "settle" {
		return errors.New("the store is gone")
	}
	return nil
}

func (s *stages) send(what string) error {
	if s.failing != "" && strings.HasPrefix(what, s.failing) {
		return errors.New("the topic is gone")
	}
	s.sent = append(s.sent, what)
	return nil
}

func panicAt(rec cloudtrail.Record, stage string) {
	if strings.HasSuffix(rec.EventName(), "panic "+stage) {
		panic("boom")
	}
}

// payload yields a record an event name; "unread" is a problem.
func payload(names ...string) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for _, name := range names {
			rec, err := cloudtrail.New(map[string]any{"eventSource": "s", "eventName": name, "eventID": "id-" + name})
			var unread *detection.Problem
			if name == "unread" || err != nil {
				unread = &detection.Problem{What: "Payload could not be read", Why: "it is empty", Severity: detection.High}
			}
			if !yield(rec, unread) {
				return
			}
		}
	}
}

func TestRun(t *testing.T) {
	const crashed = "problem : trailbell crashed on a record: panic: boom (high)"
	tests := []struct {
		name    string
		records []string
		failing string
		sent    []string
		tally   pipeline.Tally
		err     string // part of it; empty when the payload is done
	}{
		{
			name: "findings of one record are sent together", records: []string{"fire", "quiet"},
			sent: []string{"alert fire a+b"}, tally: tally(2, 2, 0),
		},
		{
			name: "an undecided rule is a problem and hides no other", records: []string{"undecided"},
			sent:  []string{"alert undecided b", "problem a: Rule could not decide (conflict): two answers (low)"},
			tally: tally(1, 1, 1),
		},
		{
			name: "an output that failed is a problem beside the alert", records: []string{"fireWithoutTitle"},
			sent: []string{
				"alert fireWithoutTitle a+b",
				"problem a: Rule fired, but its title could not be used (wrong shape): not text (low)",
				"problem b: Rule fired, but its title could not be used (wrong shape): not text (low)",
			},
			tally: tally(1, 2, 2),
		},
		{
			name: "what can't be read is a problem and hides no record", records: []string{"unread", "fire"},
			sent: []string{"problem : Payload could not be read: it is empty (high)", "alert fire a+b"}, tally: tally(1, 2, 1),
		},
		{
			name: "an alert that can't be sent is an error, and the next is tried", records: []string{"fire1", "fire2"}, failing: "alert fire1",
			sent: []string{"alert fire2 a+b"}, tally: tally(2, 4, 0), err: "event id-fire1: send alerts: the topic is gone",
		},
		{
			name: "a problem that can't be sent is an error, and the alert still goes out", records: []string{"undecided"}, failing: "problem",
			sent: []string{"alert undecided b"}, tally: tally(1, 1, 1), err: "the topic is gone",
		},
		{
			name: "a problem is sent when the alert can't be", records: []string{"undecided"}, failing: "alert",
			sent: []string{"problem a: Rule could not decide (conflict): two answers (low)"}, tally: tally(1, 1, 1), err: "send alerts",
		},
		{name: "an unread payload that nobody can be told of is an error", records: []string{"unread"}, failing: "problem", tally: tally(0, 0, 1), err: "the topic is gone"},
		{name: "a panic in select is told and is an error", records: []string{"panic select", "fire"}, sent: []string{crashed, "alert fire a+b"}, tally: unfinished(tally(2, 2, 1)), err: "event id-panic select: panic: boom"},
		{name: "a panic in evaluate is told and is an error", records: []string{"panic evaluate", "fire"}, sent: []string{crashed, "alert fire a+b"}, tally: unfinished(tally(2, 2, 1)), err: "panic: boom"},
		{
			name: "a panic in suppress is told, and the alert goes out", records: []string{"firepanic suppress"},
			sent: []string{"alert firepanic suppress a+b", crashed}, tally: pipeline.Tally{Records: 1, Alerts: 2, Problems: 1, Forgetful: 2},
		},
		{
			name: "what is withheld is not sent, and is counted", records: []string{"fireWithheld"},
			sent: []string{"alert fireWithheld a"}, tally: withheld(tally(1, 1, 0), detection.ReasonExempt),
		},
		{name: "a record that another run is at work on must come again", records: []string{"fireBusy"}, tally: pipeline.Tally{Records: 1, Busy: 1}, err: "event id-fireBusy: another run is sending it"},
		{
			name: "a claim that can't be settled is an error", records: []string{"fire"}, failing: "settle",
			sent: []string{"alert fire a+b"}, tally: tally(1, 2, 0), err: "the store is gone",
		},
		{name: "a panic in enrich is told and is an error", records: []string{"firepanic enrich", "fire"}, sent: []string{crashed, "alert fire a+b"}, tally: unfinished(tally(2, 2, 1)), err: "panic: boom"},
		{name: "a panic in notify is told and is an error", records: []string{"firePanicNotify", "fire"}, sent: []string{crashed, "alert fire a+b"}, tally: unfinished(tally(2, 2, 1)), err: "panic: boom"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &stages{failing: tt.failing}
			got, err := s.pipeline().Run(t.Context(), payload(tt.records...))
			if diff := cmp.Diff(tt.sent, s.sent); diff != "" {
				t.Errorf("sent, -want +got:\n%s", diff)
			}
			got.BySeverity = [detection.Critical + 1]int{}
			if diff := cmp.Diff(tt.tally, got); diff != "" {
				t.Errorf("tally, -want +got:\n%s", diff)
			}
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q in it", err, tt.err)
			}
		})
	}
}

func TestRecordsLeftAtTheDeadlineAreAnError(t *testing.T) {
	s := &stages{}
	ctx, cancel := context.WithCancelCause(t.Context())
	records := func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for rec, problem := range payload("fire1", "fire2", "fire3") {
			if rec.EventName() == "fire2" {
				cancel(errors.New("the time is over"))
			}
			if !yield(rec, problem) {
				return
			}
		}
	}
	_, err := s.pipeline().Run(ctx, records)
	if err == nil || !strings.Contains(err.Error(), "the time is over") {
		t.Errorf("error %v: success would lose two records", err)
	}
	if diff := cmp.Diff([]string{"alert fire1 a+b"}, s.sent); diff != "" {
		t.Error(diff)
	}
}

func TestRecordThatWasNotDecidedInTimeIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &stages{}
	p := s.pipeline()
	p.Evaluator = evaluatorFunc(func() { cancel() })
	if _, err := p.Process(ctx, first(payload("fire"))); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v: a record that ran out of time must come again", err)
	}
}

type evaluatorFunc func()

func (f evaluatorFunc) Evaluate(context.Context, cloudtrail.Record, []detection.RuleID) []detection.Outcome {
	f()
	return nil
}

func TestTally(t *testing.T) {
	var total pipeline.Tally
	for _, severity := range detection.Severities() {
		one := pipeline.Tally{Records: 1, Alerts: 1}
		one.BySeverity[severity] = 1
		total = total.Plus(one)
	}
	for severity, want := range map[detection.Severity]int{detection.Info: 5, detection.High: 2, detection.Critical: 1, detection.Critical + 1: 0} {
		if got := total.AtLeast(severity); got != want {
			t.Errorf("%d alerts at or above %s, want %d", got, severity, want)
		}
	}
}

func TestAgeOfAlerts(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ago := func(d time.Duration) detection.Alert { return detection.Alert{Time: now.Add(-d)} }
	test, heartbeat := ago(time.Hour), ago(time.Hour)
	test.Test, heartbeat.Heartbeat = true, true
	tests := []struct {
		name    string
		alerts  []detection.Alert
		failing string
		want    time.Duration
	}{
		{"the oldest counts", []detection.Alert{ago(time.Second), ago(time.Minute), ago(2 * time.Second)}, "", time.Minute},
		{"tests, heartbeats and what has no time don't", []detection.Alert{ago(time.Second), test, heartbeat, {}}, "", time.Second},
		{"a clock that is behind makes no negative age", []detection.Alert{ago(-time.Minute)}, "", 0},
		{"what could not be sent has none", []detection.Alert{ago(time.Second)}, "alert", 0},
	}
	for _, tt := range tests {
		p := (&stages{failing: tt.failing}).pipeline()
		p.Enricher, p.Now = enriched(tt.alerts), func() time.Time { return now }
		got, _ := p.Process(t.Context(), first(payload("fire")))
		if got.Oldest != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got.Oldest, tt.want)
		}
		if twice := got.Plus(pipeline.Tally{Oldest: time.Millisecond}); twice.Oldest != max(tt.want, time.Millisecond) {
			t.Errorf("%s: the sum's oldest is %s", tt.name, twice.Oldest)
		}
	}
}

type enriched []detection.Alert

func (enriched) RollUp(r detection.RollUp) detection.RollUp { return r }

func (e enriched) Alerts(cloudtrail.Record, []detection.Finding) []detection.Alert { return e }

func ExamplePipeline_Run() {
	s := &stages{}
	tally, err := s.pipeline().Run(context.Background(), payload("quiet", "fire", "unread"))
	fmt.Println(tally.Records, "records,", tally.Alerts, "alerts,", tally.Problems, "problem,", err)
	for _, sent := range slices.Sorted(slices.Values(s.sent)) {
		fmt.Println(sent)
	}
	// Output:
	// 2 records, 2 alerts, 1 problem, <nil>
	// alert fire a+b
	// problem : Payload could not be read: it is empty (high)
}

func tally(records, alerts, problems int) pipeline.Tally {
	return pipeline.Tally{Records: records, Alerts: alerts, Problems: problems}
}

func first(records iter.Seq2[cloudtrail.Record, *detection.Problem]) cloudtrail.Record {
	for rec := range records {
		return rec
	}
	return cloudtrail.Record{}
}

func unfinished(t pipeline.Tally) pipeline.Tally {
	t.Unfinished++
	return t
}

func withheld(t pipeline.Tally, reason detection.Reason) pipeline.Tally {
	t.Withheld[reason]++
	return t
}

func TestClaimsAreSettledWithWhatBecameOfTheAlerts(t *testing.T) {
	s := &stages{failing: "alert fire1"}
	if _, err := s.pipeline().Run(t.Context(), payload("fire1", "fire2")); err == nil {
		t.Error("an alert that was not sent is no error")
	}
	if diff := cmp.Diff([]string{"fire1 sent=false", "fire2 sent=true"}, s.settled); diff != "" {
		t.Errorf("settled, -want +got:\n%s", diff)
	}
}

func TestAFlushSendsTheFollowUpAndSettlesIt(t *testing.T) {
	s := &stages{}
	got, err := s.pipeline().Flush(t.Context(), detection.Flush{Window: "w", First: "alert-1"})
	if err != nil || got != (pipeline.Tally{RollUps: 1}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"follow-up alert-1: 37 more"}, s.sent); diff != "" {
		t.Errorf("sent, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"w sent=true"}, s.settled); diff != "" {
		t.Errorf("settled, -want +got:\n%s", diff)
	}
}

func TestAFollowUpThatCannotBeSentIsAnError(t *testing.T) {
	s := &stages{failing: "follow-up"}
	_, err := s.pipeline().Flush(t.Context(), detection.Flush{Window: "w", First: "alert-1"})
	if err == nil || !strings.Contains(err.Error(), "follow-up of alert-1: ") {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]string{"w sent=false"}, s.settled); diff != "" {
		t.Errorf("settled, -want +got:\n%s", diff)
	}
}

func TestWithheldFindingsAreShown(t *testing.T) {
	s := &stages{}
	p := s.pipeline()
	var got []detection.RuleID
	p.OnWithheld = func(w detection.Withheld) { got = append(got, w.Rule) }
	if _, err := p.Run(t.Context(), payload("fireWithheld")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]detection.RuleID{"b"}, got); diff != "" {
		t.Errorf("withheld, -want +got:\n%s", diff)
	}
}
