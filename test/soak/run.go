package main

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing/fstest"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/text"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/suppress"
)

const perFile = 500 // records

// A soak is one run: the pipeline, what it is judged by, and the clock, which follows the
// records.
type soak struct {
	*pipeline.Pipeline
	stream   *stream
	oracle   *oracle
	rules    map[string][]ruleOf // by event
	store    *faulty
	heard    *heard
	place    *counter
	withheld map[detection.RuleID]detection.Reason
	now      time.Time
	due      dues
	firsts   map[string]string // alert ids that windows were opened with, to events
	dice     *rand.Rand
	again    []cloudtrail.Record // some of the last records, to come once more
	retries  int
	repeated int
	reader   ingest.Reader
}

func newSoak(ctx context.Context, store suppress.Store, faults int) (*soak, error) {
	s := &soak{
		stream: newStream(1), oracle: newOracle(), rules: map[string][]ruleOf{}, withheld: map[detection.RuleID]detection.Reason{},
		firsts: map[string]string{}, dice: rand.New(rand.NewPCG(2, 2)),
	}
	luck := func(seed uint64, one int) *chance { return &chance{Rand: rand.New(rand.NewPCG(seed, 3)), one: one} }
	s.store = &faulty{Store: store, chance: luck(1, faults)}
	s.place = &counter{chance: luck(2, faults)}
	s.heard = &heard{
		Channels: notify.Channels{{Name: "people", Renderer: text.Renderer{}, Place: s.place}, {Name: "machines", Renderer: alertjson.Renderer{}, Place: s.place}},
		alerts:   map[detection.RuleID]string{}, tried: map[string]bool{},
	}
	files := fstest.MapFS{}
	for _, r := range ruleList() {
		s.rules[r.event] = append(s.rules[r.event], r)
		files[r.name+".rego"] = &fstest.MapFile{Data: []byte(r.rego())}
	}
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: []ruleset.Source{{Name: "soak", FS: files}}})
	if err != nil || len(set.Refused) > 0 {
		return nil, fmt.Errorf("rules: %w, refused %v", err, set.Refused)
	}
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return nil, err
	}
	s.Pipeline = &pipeline.Pipeline{
		Selector: selection.Choose(ctx, set), Evaluator: opa, Enricher: enrich.Enricher{}, Notifier: s.heard, Log: slog.New(slog.DiscardHandler),
		OnWithheld: func(w detection.Withheld) {
			if w.Reason != detection.ReasonDuplicate {
				s.withheld[w.Rule] = w.Reason
			}
		},
	}
	s.restart()
	return s, nil
}

// restart is a new process: it remembers what the store does.
func (s *soak) restart() {
	s.Suppressor = suppress.New(suppress.Options{Store: s.store, Timer: s, Now: func() time.Time { return s.now }})
}

// rego is the rule's file.
func (r ruleOf) rego() string {
	custom := "severity: medium\n#   runbook: [Look.]\n"
	switch r.kind {
	case byBucket:
		custom += "#   group_by: [requestParameters.bucketName, userIdentity.arn]\n"
	case bursts:
		custom += "#   group_by: [userIdentity.arn]\n#   threshold: {count: 5, window: 10m}\n"
	}
	return "# METADATA\n# title: T\n# description: D.\n# custom:\n#   " + custom + "package rules.soak." + r.name + "\n\nmatch if input.eventName == \"" + r.event + "\"\n"
}

// After keeps what was asked for.
func (s *soak) After(_ context.Context, delay time.Duration, flush detection.Flush) error {
	heap.Push(&s.due, reminder{s.now.Add(delay), flush})
	return nil
}

// file takes the next calls through as one log file.
func (s *soak) file(ctx context.Context, n int) error {
	calls := make([]call, n)
	for i := range calls {
		calls[i] = s.stream.next()
	}
	packed, err := file(calls)
	if err != nil {
		return err
	}
	i := 0
	for rec, problem := range s.reader.Records(bytes.NewReader(packed), "soak") {
		if problem != nil {
			return fmt.Errorf("problem %s: %s", problem.What, problem.Why)
		}
		if err := s.record(ctx, rec, calls[i]); err != nil {
			return fmt.Errorf("record %s: %w", calls[i].id, err)
		}
		i++
	}
	if i != n {
		return fmt.Errorf("%d records were read of %d", i, n)
	}
	s.oracle.forget(s.now)
	return nil
}

// record takes one through, as often as it has to come, and compares what became of it.
func (s *soak) record(ctx context.Context, rec cloudtrail.Record, c call) error {
	if err := s.flush(ctx, c.at); err != nil {
		return err
	}
	s.now = c.at
	clear(s.heard.alerts)
	clear(s.heard.tried)
	clear(s.withheld)
	if err := s.deliver(ctx, rec); err != nil {
		return err
	}
	for _, r := range s.rules[c.event] {
		want, id := s.oracle.judge(r, c), detection.RuleID("soak."+r.name)
		got, sent := s.withheld[id], s.heard.alerts[id] != ""
		if got != want || sent != (want == 0) {
			return fmt.Errorf("%s is withheld as %q and sent %t, want %q", id, got, sent, want)
		}
		if sent {
			s.firsts[s.heard.alerts[id]] = c.id
		}
	}
	if len(s.withheld)+len(s.heard.alerts) != len(s.rules[c.event]) {
		return fmt.Errorf("withheld %v, sent %v", s.withheld, s.heard.alerts)
	}
	return s.comeAgain(ctx, rec)
}

func (s *soak) deliver(ctx context.Context, rec cloudtrail.Record) error {
	for range 10 {
		_, err := s.Process(ctx, rec)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errFault) {
			return err
		}
		s.retries++
	}
	return errors.New("never done")
}

// comeAgain brings some earlier record once more. Nothing may come of it.
func (s *soak) comeAgain(ctx context.Context, rec cloudtrail.Record) error {
	if s.dice.IntN(50) > 0 {
		return nil
	}
	if s.again = append(s.again, rec); len(s.again) < 20 {
		return nil
	}
	i := s.dice.IntN(len(s.again))
	old := s.again[i]
	s.again[i] = s.again[len(s.again)-1]
	s.again = s.again[:len(s.again)-1]
	s.repeated++
	clear(s.heard.alerts)
	clear(s.withheld)
	if err := s.deliver(ctx, old); err != nil || len(s.heard.alerts)+len(s.withheld) > 0 {
		return fmt.Errorf("of a copy came %v and %v: %w", s.heard.alerts, s.withheld, err)
	}
	return nil
}

// flush asks for the follow-ups that are due, and compares their counts.
func (s *soak) flush(ctx context.Context, until time.Time) error {
	for len(s.due) > 0 && !s.due[0].at.After(until) {
		next := heap.Pop(&s.due).(reminder)
		s.now = next.at
		s.heard.rollUps = nil
		if err := s.followUp(ctx, next.flush); err != nil {
			return err
		}
		for _, r := range s.heard.rollUps {
			what := owed{strings.TrimPrefix(string(r.Rule), "soak."), s.firsts[r.First], r.OverLimit}
			if want := s.oracle.counted[what]; want != r.Count {
				return fmt.Errorf("follow-up %+v counts %d, want %d", what, r.Count, want)
			}
			delete(s.oracle.counted, what)
		}
		if !s.asked(next.flush.First) {
			delete(s.firsts, next.flush.First)
		}
	}
	return nil
}

// asked says whether another follow-up of the alert is to come.
func (s *soak) asked(first string) bool {
	for _, r := range s.due {
		if r.flush.First == first {
			return true
		}
	}
	return false
}

func (s *soak) followUp(ctx context.Context, flush detection.Flush) error {
	for range 10 {
		_, err := s.Flush(ctx, flush)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errFault) {
			return err
		}
		s.retries++
	}
	return errors.New("a follow-up was never done")
}

// A reminder is a follow-up that was asked for.
type reminder struct {
	at    time.Time
	flush detection.Flush
}

// dues are reminders, the next one first, as container/heap wants them.
type dues []reminder

func (d dues) Len() int           { return len(d) }
func (d dues) Less(i, j int) bool { return d[i].at.Before(d[j].at) }
func (d dues) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }

// Push is for container/heap.
func (d *dues) Push(x any) { *d = append(*d, x.(reminder)) }

// Pop is for container/heap.
func (d *dues) Pop() any {
	old := *d
	last := old[len(old)-1]
	*d = old[:len(old)-1]
	return last
}
