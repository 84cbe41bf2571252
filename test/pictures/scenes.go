package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
	"trailbell/rules"
)

// settings are a deployer's own: names for the account of the samples, and a runbook.
//
//go:embed settings.yaml
var settings []byte

// hostile is a record in which whatever a caller can choose is an attack on the reader.
//
//go:embed hostile.json
var hostile []byte

const (
	stopped = "events/cloudtrail-trail-stopped.json"
	refused = "events/cloudtrail-trail-stop-refused.json"
	rootKey = "events/root-access-key-created.json"
	tried   = "events/test.json"
)

// repeats is how often the same comes again.
const repeats = 37

// A scene is what the pipeline told about one payload.
type scene struct {
	alerts  [][]detection.Alert // by record
	problem *detection.Problem
	rollUp  *detection.RollUp
}

// scenes are one for each kind of message.
type scenes struct{ alert, several, again, problem, test, hostile scene }

// play takes the samples below root through the pipeline of the function, with the rules
// that ship, each as if nothing had come before it.
func play(ctx context.Context, root string) (scenes, error) {
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: []ruleset.Source{
		{Name: "rules", FS: rules.FS},
		{Name: "pictures", FS: fstest.MapFS{"settings.yaml": &fstest.MapFile{Data: settings}}},
	}})
	if err != nil {
		return scenes{}, fmt.Errorf("rules: %w", err)
	}
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return scenes{}, err
	}
	s := stage{ctx: ctx, root: root, set: set, selector: selection.Choose(ctx, set), opa: opa}
	found := scenes{
		alert: s.file(stopped), several: s.file(rootKey), test: s.file(tried), hostile: s.payload(hostile),
		again:   s.payload(again(s.read(refused))),
		problem: s.payload(broken(s.read(stopped))),
	}
	return found, s.err
}

// A stage plays payloads; its error is the first that there was.
type stage struct {
	ctx      context.Context
	root     string
	set      *ruleset.Set
	selector pipeline.Selector
	opa      pipeline.Evaluator
	err      error
}

func (s *stage) read(name string) []byte {
	text, err := os.ReadFile(filepath.Join(s.root, name))
	s.fail(err)
	return text
}

func (s *stage) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *stage) file(name string) scene { return s.payload(s.read(name)) }

// payload is what is told about one payload, and at the end about what was counted.
func (s *stage) payload(payload []byte) scene {
	told := &audience{}
	clock := &clock{}
	p := &pipeline.Pipeline{
		Selector: s.selector, Evaluator: s.opa,
		Suppressor: suppress.New(suppress.Options{Store: memory.New(), Timer: clock, Now: clock.Now, Lists: s.set.Lists()}),
		Enricher:   enrich.Enricher{Accounts: s.set.Accounts, Ways: s.set.Ways},
		Notifier:   told, Log: slog.New(slog.DiscardHandler),
	}
	reader := ingest.Reader{Now: func() time.Time { return time.Date(2025, 7, 11, 13, 37, 0, 0, time.UTC) }}
	_, err := p.Run(s.ctx, clock.follow(reader.Records(bytes.NewReader(payload), "Lambda request 1e3b4f9c-52a7-4c55-8a52-6f5d0c7a9b10")))
	s.fail(err)
	for _, flush := range clock.due {
		clock.now = clock.now.Add(time.Hour)
		_, err := p.Flush(s.ctx, flush)
		s.fail(err)
	}
	return told.scene
}

// again is the same call, once and then as often as repeats says, twenty seconds apart.
func again(event []byte) []byte {
	at := time.Date(2025, 7, 11, 13, 36, 51, 0, time.UTC)
	var all []string
	for i := range repeats + 1 {
		now := at.Add(time.Duration(i) * 20 * time.Second).Format(time.RFC3339)
		one := strings.ReplaceAll(string(event), at.Format(time.RFC3339), now)
		all = append(all, strings.ReplaceAll(one, "dad807a7-9be9-45cb-9078-fb0261a15be4", fmt.Sprintf("dad807a7-9be9-45cb-9078-%012d", i)))
	}
	return []byte(strings.Join(all, "\n"))
}

// broken is a payload that was cut off.
func broken(event []byte) []byte { return event[:len(event)/2] }

// A clock stands where the records are, and keeps which follow-ups were asked for.
type clock struct {
	now time.Time
	due []detection.Flush
}

// Now is the time of the last record.
func (c *clock) Now() time.Time { return c.now }

// After keeps a follow-up for the end.
func (c *clock) After(_ context.Context, _ time.Duration, flush detection.Flush) error {
	c.due = append(c.due, flush)
	return nil
}

func (c *clock) follow(records iter.Seq2[cloudtrail.Record, *detection.Problem]) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for rec, problem := range records {
			if problem == nil && !rec.Time().IsZero() {
				c.now = rec.Time()
			}
			if !yield(rec, problem) {
				return
			}
		}
	}
}

// An audience keeps what it is told.
type audience struct{ scene }

// Alerts keeps the alerts of a record.
func (a *audience) Alerts(_ context.Context, alerts []detection.Alert) error {
	a.alerts = append(a.alerts, alerts)
	return nil
}

// Problem keeps the last problem.
func (a *audience) Problem(_ context.Context, problem detection.Problem) error {
	a.problem = &problem
	return nil
}

// RollUp keeps the follow-up of the first alert.
func (a *audience) RollUp(_ context.Context, rollUp detection.RollUp) error {
	if len(a.alerts) > 0 && rollUp.Rule == a.alerts[0][0].Rule {
		a.rollUp = &rollUp
	}
	return nil
}
