package suppress_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

// A fault is what a fake does instead of what it is asked for.
type fault int

const (
	none     fault = iota
	before         // fails, and nothing came about
	after          // fails, and it came about
	slow           // comes about, later than anybody waits
	throttle       // is refused at once
	die            // the process ends before the call
	dieAfter       // the process ends after the call
	faults
)

func (f fault) String() string {
	return []string{"none", "before", "after", "slow", "throttled", "die", "die after"}[f]
}

var errFault = errors.New("injected")

// A script decides on the fault of each call to the outside: store, timer and topic.
type script struct {
	mu       sync.Mutex
	calls    int
	injected int
	asked    int // of calls, those to the store
	pick     func(call int, what string) fault
}

// set changes what happens from now on.
func (s *script) set(pick func(call int, what string) fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pick = pick
}

// run makes a call, or does to it what the script says. A process that dies stops in the
// middle: nothing recovers from [runtime.Goexit].
func (s *script) run(ctx context.Context, what string, effect func()) error {
	s.mu.Lock()
	s.calls++
	if !strings.HasPrefix(what, "publish") && what != "timer" {
		s.asked++
	}
	f := none
	if s.pick != nil {
		f = s.pick(s.calls, what)
	}
	if f != none {
		s.injected++
	}
	s.mu.Unlock()
	switch f {
	case die:
		runtime.Goexit()
	case before:
		return fmt.Errorf("%s: %w", what, errFault)
	case throttle:
		return fmt.Errorf("%s: throttled: %w", what, errFault)
	case slow:
		effect()
		<-ctx.Done()
		return ctx.Err()
	}
	effect()
	switch f {
	case dieAfter:
		runtime.Goexit()
	case after:
		return fmt.Errorf("%s, after the effect: %w", what, errFault)
	}
	return nil
}

type claimed struct {
	owner string
	until time.Time
	done  bool
}

// fakeStore is the plainest store that keeps the promises.
type fakeStore struct {
	script *script

	mu      sync.Mutex
	claims  map[string]claimed
	entries map[string]state.Entry
	sets    map[string]map[string]state.Member
	asked   map[string]int
}

func newFakeStore(s *script) *fakeStore {
	return &fakeStore{
		script: s, claims: map[string]claimed{}, entries: map[string]state.Entry{},
		sets: map[string]map[string]state.Member{}, asked: map[string]int{},
	}
}

func (f *fakeStore) call(ctx context.Context, what string, effect func()) error {
	return f.script.run(ctx, what, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.asked[what]++
		effect()
	})
}

func (f *fakeStore) Claim(ctx context.Context, id, owner string, now, until time.Time) (answer state.Claim, err error) {
	err = f.call(ctx, "Claim", func() {
		c, ok := f.claims[id]
		switch {
		case ok && c.done && c.until.After(now):
			answer = state.Claim{Outcome: state.Done}
		case ok && !c.done && c.owner != owner && c.until.After(now):
			answer = state.Claim{Outcome: state.Busy, Until: c.until}
		default:
			f.claims[id] = claimed{owner: owner, until: until}
			answer = state.Claim{Outcome: state.Mine}
		}
	})
	return answer, err
}

func (f *fakeStore) Done(ctx context.Context, id string, keep time.Time) error {
	return f.call(ctx, "Done", func() { f.claims[id] = claimed{until: keep, done: true} })
}

func (f *fakeStore) Release(ctx context.Context, id, owner string) error {
	return f.call(ctx, "Release", func() {
		if c := f.claims[id]; !c.done && c.owner == owner {
			delete(f.claims, id)
		}
	})
}

func (f *fakeStore) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (answer state.Entry, err error) {
	err = f.call(ctx, "Lead", func() {
		if there, ok := f.entries[key]; !ok || !there.Until.After(now) {
			f.entries[key] = entry
		}
		answer = f.entries[key]
	})
	return answer, err
}

func (f *fakeStore) Extend(ctx context.Context, key, by string, until time.Time) error {
	return f.call(ctx, "Extend", func() {
		if e, ok := f.entries[key]; ok && e.By == by {
			e.Until = until
			f.entries[key] = e
		}
	})
}

func (f *fakeStore) Join(ctx context.Context, set string, members []state.Member, _ time.Time) error {
	return f.call(ctx, "Join", func() {
		if f.sets[set] == nil {
			f.sets[set] = map[string]state.Member{}
		}
		for _, m := range members {
			if _, in := f.sets[set][m.ID]; !in {
				f.sets[set][m.ID] = m
			}
		}
	})
}

func (f *fakeStore) Members(ctx context.Context, set string, limit int) (answer []state.Member, err error) {
	err = f.call(ctx, "Members", func() {
		answer = slices.Collect(maps.Values(f.sets[set]))
		if limit > 0 {
			answer = answer[:min(limit, len(answer))]
		}
	})
	return answer, err
}

// A match is a rule with what it matches, in the place of OPA.
type match struct {
	rule detection.Rule
	// fires gives the finding; nil is every record of the event that the rule is named by.
	fires func(rec cloudtrail.Record) (detection.Finding, bool)
}

// rule matches the records of one event.
func rule(event string, change ...func(*detection.Rule)) match {
	m := match{rule: detection.Rule{ID: detection.RuleID("test." + event), Title: event, Severity: detection.Medium}}
	for _, c := range change {
		c(&m.rule)
	}
	m.fires = func(rec cloudtrail.Record) (detection.Finding, bool) {
		return detection.Finding{Rule: m.rule, Title: m.rule.Title, Severity: m.rule.Severity}, rec.EventName() == event
	}
	return m
}

// A world is everything outside: what is remembered and what arrived. Processes come and
// go in it.
type world struct {
	t      testing.TB
	script *script
	store  *fakeStore
	rules  []match
	opts   suppress.Options

	mu       sync.Mutex
	alerts   []detection.Alert // as they arrived
	messages []message         // each with the alerts of one record
	problems []detection.Problem
	rollUps  []detection.RollUp
	withheld []detection.Withheld
	flushes  []detection.Flush // asked for
	flushed  func(detection.Flush)
}

type message struct {
	at     time.Time
	alerts []detection.Alert
}

func newWorld(t testing.TB, rules ...match) *world {
	s := &script{}
	return &world{t: t, script: s, store: newFakeStore(s), rules: rules}
}

// process starts one, which remembers nothing but what is in the store.
func (w *world) process() *pipeline.Pipeline {
	return &pipeline.Pipeline{
		Selector: w, Evaluator: w, Enricher: maker{w}, Notifier: notifier{w}, Suppressor: w.suppressor(), Log: slog.New(slog.DiscardHandler),
		OnWithheld: func(held detection.Withheld) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.withheld = append(w.withheld, held)
		},
	}
}

func (w *world) suppressor() *suppress.Suppressor {
	o := w.opts
	o.Store, o.Timer = w.store, w
	return suppress.New(o)
}

func (w *world) Select(cloudtrail.Record) []detection.RuleID { return nil }

func (w *world) Evaluate(_ context.Context, rec cloudtrail.Record, _ []detection.RuleID) []detection.Outcome {
	var outcomes []detection.Outcome
	for _, m := range w.rules {
		if finding, ok := m.fires(rec); ok {
			outcomes = append(outcomes, detection.Outcome{Rule: m.rule, Verdict: detection.Fired, Finding: finding})
		}
	}
	return outcomes
}

func (w maker) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	var alerts []detection.Alert
	for _, f := range findings {
		alerts = append(alerts, detection.Alert{
			ID: detection.AlertID(f.Rule.ID, rec.Key()), RecordKey: rec.Key(), Rule: f.Rule.ID, Severity: f.Severity,
			Title: f.Title, EventID: rec.EventID(), Notes: f.Notes,
		})
	}
	return alerts
}

// notifier is a world as what alerts are sent to; the enricher's method has its name.
// maker is the world as the stage that makes alerts.
type maker struct{ *world }

func (maker) RollUp(r detection.RollUp) detection.RollUp { return r }

type notifier struct{ *world }

func (n notifier) Alerts(ctx context.Context, alerts []detection.Alert) error {
	return n.script.run(ctx, "publish", func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.alerts = append(n.alerts, alerts...)
		n.messages = append(n.messages, message{time.Now(), alerts})
	})
}

func (w *world) Problem(ctx context.Context, p detection.Problem) error {
	return w.script.run(ctx, "publish problem", func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.problems = append(w.problems, p)
	})
}

func (w *world) RollUp(ctx context.Context, r detection.RollUp) error {
	return w.script.run(ctx, "publish follow-up", func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.rollUps = append(w.rollUps, r)
	})
}

func (w *world) After(ctx context.Context, delay time.Duration, flush detection.Flush) error {
	return w.script.run(ctx, "timer", func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.flushes = append(w.flushes, flush)
		if w.flushed != nil {
			w.flushed(flush)
		}
		_ = delay
	})
}

// attempt runs something as one process would, and says whether it came to its end.
func attempt(work func() error) (err error, died bool) {
	died = true
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		err = work()
		died = false
	}()
	<-ended
	return err, died
}

// start is when the records of tests were made.
var start = time.Date(2026, 3, 14, 15, 0, 0, 0, time.UTC)

// call makes a record. What it says is changed by pairs of a dotted path and a value.
func call(t testing.TB, event string, id int, at time.Time, changes ...any) cloudtrail.Record {
	t.Helper()
	fields := map[string]any{
		"eventSource": "s3.amazonaws.com", "eventName": event, "eventID": fmt.Sprintf("00000000-0000-4000-8000-%012d", id),
		"eventTime": at.UTC().Format(time.RFC3339), "awsRegion": "eu-central-1", "recipientAccountId": "123456789012",
		"sourceIPAddress": "203.0.113.9",
		"userIdentity":    map[string]any{"type": "IAMUser", "userName": "ann", "arn": "arn:aws:iam::123456789012:user/ann", "accountId": "123456789012"},
	}
	for i := 0; i < len(changes); i += 2 {
		set(fields, changes[i].(string), changes[i+1])
	}
	rec, err := cloudtrail.New(fields)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// set puts a value at a dotted path; nil takes away what is there.
func set(fields map[string]any, path string, value any) {
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		below, ok := fields[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			fields[key] = below
		}
		fields = below
	}
	if last := keys[len(keys)-1]; value == nil {
		delete(fields, last)
	} else {
		fields[last] = value
	}
}
