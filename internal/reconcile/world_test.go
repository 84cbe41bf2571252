package reconcile_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
	"trailbell/internal/reconcile"
	"trailbell/internal/state"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

// A fault is what becomes of a call to the outside.
type fault int

const (
	none   fault = iota
	fails        // nothing is done
	lost         // it is done, and the answer is lost
	hangs        // nothing is done, for as long as the caller waits
	dies         // the process ends before it
	dead         // the process ends behind it
	faults       // how many there are
)

// world is all that is outside: the store, the queue of flushes, people, and two functions.
type world struct {
	t      *testing.T
	store  *memory.Store
	begun  time.Time
	due    []event
	alerts map[string]int // by the alert's id
	counts detection.Lanes
	pipes  map[detection.Lane]*pipeline.Pipeline
	log    strings.Builder

	calls  int
	writes int // of ledgers
	timers int
	fault  func(call int, what string, ledger bool) fault
	twice  func() bool // the queue brings a flush of a ledger twice
	tries  int
}

// An event is something that happens at a time: a payload comes, or a flush.
type event struct {
	at    time.Time
	lane  detection.Lane // empty for a flush
	body  string
	flush detection.Flush
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, store: memory.New(), begun: time.Now().UTC(), alerts: map[string]int{}, pipes: map[detection.Lane]*pipeline.Pipeline{}}
	w.start(detection.LaneBus)
	w.start(detection.LaneFiles)
	return w
}

// start starts a function anew. It remembers nothing.
func (w *world) start(lane detection.Lane) *reconcile.Ledger {
	log := slog.New(slog.NewTextHandler(&w.log, nil))
	ledger := reconcile.New(reconcile.Options{
		Store: stepped{w, true}, Timer: timer{w, true}, Files: lane == detection.LaneFiles, Log: log,
		Home: reconcile.Home{Account: "123456789012", Region: "eu-central-1", Reads: true},
	})
	w.pipes[lane] = &pipeline.Pipeline{
		Selector: stages{w}, Evaluator: stages{w}, Enricher: enricher{w}, Notifier: people{w}, Log: slog.New(slog.DiscardHandler), Ledger: ledger,
		Suppressor: suppress.New(suppress.Options{Store: stepped{w, false}, Timer: timer{w, false}}),
	}
	return ledger
}

func (w *world) call(ctx context.Context, what string, ledger bool, do func() error) error {
	w.calls++
	f := none
	if w.fault != nil {
		f = w.fault(w.calls, what, ledger)
	}
	switch f {
	case fails:
		return errors.New(what + " failed")
	case hangs:
		<-ctx.Done()
		return ctx.Err()
	case dies:
		runtime.Goexit()
	}
	if ledger && what != "members" && what != "timer" {
		w.writes++
	}
	err := do()
	switch f {
	case lost:
		return errors.New(what + " got no answer")
	case dead:
		runtime.Goexit()
	}
	return err
}

// stepped is the store as one of its users sees it.
type stepped struct {
	w      *world
	ledger bool
}

func (s stepped) Claim(ctx context.Context, id, owner string, now, until time.Time) (c state.Claim, err error) {
	err = s.w.call(ctx, "claim", s.ledger, func() error { c, err = s.w.store.Claim(ctx, id, owner, now, until); return err })
	return c, err
}

func (s stepped) Done(ctx context.Context, id string, keep time.Time) error {
	return s.w.call(ctx, "done", s.ledger, func() error { return s.w.store.Done(ctx, id, keep) })
}

func (s stepped) Release(ctx context.Context, id, owner string) error {
	return s.w.call(ctx, "release", s.ledger, func() error { return s.w.store.Release(ctx, id, owner) })
}

func (s stepped) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (e state.Entry, err error) {
	err = s.w.call(ctx, "lead", s.ledger, func() error { e, err = s.w.store.Lead(ctx, key, entry, now); return err })
	return e, err
}

func (s stepped) Extend(ctx context.Context, key, by string, until time.Time) error {
	return s.w.call(ctx, "extend", s.ledger, func() error { return s.w.store.Extend(ctx, key, by, until) })
}

func (s stepped) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	return s.w.call(ctx, "join", s.ledger, func() error { return s.w.store.Join(ctx, set, members, keep) })
}

func (s stepped) Members(ctx context.Context, set string, limit int) (m []state.Member, err error) {
	err = s.w.call(ctx, "members", s.ledger, func() error { m, err = s.w.store.Members(ctx, set, limit); return err })
	return m, err
}

type timer struct {
	w      *world
	ledger bool
}

func (c timer) After(ctx context.Context, delay time.Duration, flush detection.Flush) error {
	if delay > 15*time.Minute || delay <= 0 {
		c.w.t.Errorf("a delay of %s", delay)
	}
	return c.w.call(ctx, "timer", c.ledger, func() error {
		if c.ledger {
			c.w.timers++
		}
		c.w.add(event{at: time.Now().Add(delay), flush: flush})
		if c.ledger && c.w.twice != nil && c.w.twice() {
			c.w.add(event{at: time.Now().Add(delay), flush: flush})
		}
		return nil
	})
}

// The rules: one for both lanes, one that is for log files alone.
var rules = []detection.Rule{
	{ID: "test.any", Severity: detection.High, Status: detection.StatusStable},
	{ID: "test.files", Severity: detection.High, Status: detection.StatusStable, LogFilesOnly: true},
}

type (
	stages   struct{ w *world }
	enricher struct{ w *world }
	people   struct{ w *world }
)

func (stages) Select(cloudtrail.Record) []detection.RuleID { return nil }

func (stages) Evaluate(context.Context, cloudtrail.Record, []detection.RuleID) []detection.Outcome {
	var outcomes []detection.Outcome
	for _, rule := range rules {
		outcomes = append(outcomes, detection.Outcome{Rule: rule, Verdict: detection.Fired, Finding: detection.Finding{Rule: rule, Severity: rule.Severity}})
	}
	return outcomes
}

func (enricher) RollUp(r detection.RollUp) detection.RollUp { return r }

func (enricher) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	var alerts []detection.Alert
	for _, f := range findings {
		alerts = append(alerts, detection.Alert{ID: detection.AlertID(f.Rule.ID, rec.Key()), Rule: f.Rule.ID, Time: time.Now()})
	}
	return alerts
}

func (p people) Alerts(ctx context.Context, alerts []detection.Alert) error {
	return p.w.call(ctx, "publish", false, func() error {
		for _, a := range alerts {
			p.w.alerts[a.ID]++
		}
		return nil
	})
}

func (people) Problem(context.Context, detection.Problem) error { return nil }
func (people) RollUp(context.Context, detection.RollUp) error   { return nil }

// record is the JSON of one, of a caller of its own so that none is a repeat.
func record(id int, at time.Time, more string) string {
	return fmt.Sprintf(`{"eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","eventID":"e%d","eventTime":%q,"awsRegion":"eu-central-1","recipientAccountId":"123456789012","userIdentity":{"arn":"arn:aws:iam::123456789012:user/u%[1]d"}%[3]s}`,
		id, at.UTC().Format(time.RFC3339), more)
}

// bus and file are payloads that hold records as each lane brings them.
func bus(record string) string {
	return `{"source":"aws.s3","detail-type":"AWS API Call via CloudTrail","detail":` + record + `}`
}
func file(records ...string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }

func (w *world) add(e event) { w.due = append(w.due, e) }

// run lets everything happen in its order, and again what fails, until nothing is left.
func (w *world) run() {
	for len(w.due) > 0 {
		slices.SortStableFunc(w.due, func(a, b event) int { return cmp.Or(a.at.Compare(b.at)) })
		next := w.due[0]
		w.due = w.due[1:]
		time.Sleep(time.Until(next.at))
		if !w.happens(next) {
			next.at = time.Now().Add(3 * time.Minute)
			w.add(next)
		}
		if w.tries++; w.tries > 200_000 {
			w.t.Fatal("it never ends")
		}
	}
}

// happens has the function of the event's lane deal with it, and says whether it did.
func (w *world) happens(e event) (done bool) {
	lane := cmp.Or(e.lane, detection.LaneBus)
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	var tally pipeline.Tally
	var err error
	over, alive := make(chan bool), false
	go func() {
		defer close(over)
		if e.lane == "" {
			tally, err = w.pipes[lane].Flush(ctx, e.flush)
		} else {
			tally, err = w.pipes[lane].Run(ctx, ingest.Reader{Fleeting: lane == detection.LaneFiles}.Records(strings.NewReader(e.body), "test"))
		}
		alive = true
	}()
	<-over
	if !alive {
		w.start(lane)
		return false
	}
	w.counts = w.counts.Plus(tally.Lanes)
	return err == nil
}

// report is what the store says of all that was compared.
func (w *world) report() reconcile.Report {
	r, err := reconcile.Read(w.t.Context(), w.store, w.begun.AddDate(0, 0, -1), time.Now().AddDate(0, 0, 1))
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// sum is all days of a report.
func sum(r reconcile.Report) (total reconcile.Day) {
	total.ByDesign = map[reconcile.Why]int{}
	for _, d := range r.Days {
		total.Both, total.BusOnly, total.FilesOnly = total.Both+d.Both, total.BusOnly+d.BusOnly, total.FilesOnly+d.FilesOnly
		total.Late, total.Unlisted, total.Overflows = total.Late+d.Late, total.Unlisted+d.Unlisted, total.Overflows+d.Overflows
		for why, n := range d.ByDesign {
			total.ByDesign[why] += n
		}
	}
	return total
}

func asJSON(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
