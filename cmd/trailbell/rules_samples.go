package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ingest"
	"trailbell/internal/notify/text"
	"trailbell/internal/pipeline"
	"trailbell/internal/reference"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/state/memory"
)

// A sampler runs records through the pipeline, a file at a time, and keeps the alert that
// shows each rule best.
type sampler struct {
	set    *ruleset.Set
	stages struct {
		selector  pipeline.Selector
		evaluator pipeline.Evaluator
	}
	best map[detection.RuleID]shown
}

// A shown alert is one of a file.
type shown struct {
	file  string
	alert detection.Alert
}

func newSampler(ctx context.Context, set *ruleset.Set) (*sampler, error) {
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	s := &sampler{set: set, best: map[detection.RuleID]shown{}}
	s.stages.selector, s.stages.evaluator = selection.Choose(ctx, set), opa
	return s, nil
}

// run takes every file through a pipeline that remembers nothing of the others.
func (s *sampler) run(ctx context.Context, files []string) error {
	for _, file := range files {
		payload, err := os.ReadFile(file)
		if err != nil {
			return exit{exitUsage, fmt.Errorf("--samples: %w", err)}
		}
		learning, err := s.play(ctx, payload, file)
		if err != nil {
			return err
		}
		if !learning {
			continue
		}
		// Again, by somebody who has watched for long.
		earlier, err := s.before(payload, file)
		if err != nil {
			return err
		}
		if _, err := s.play(ctx, earlier, file); err != nil {
			return err
		}
	}
	return nil
}

// play takes a payload through the pipeline, and says whether a first-seen rule only learnt.
func (s *sampler) play(ctx context.Context, payload []byte, name string) (learning bool, err error) {
	collected := &collector{}
	process := processOver(s.set, s.stages.selector, s.stages.evaluator, memory.New())
	process.pipeline.Notifier = collected
	process.pipeline.OnWithheld = func(held detection.Withheld) { learning = learning || held.Reason == detection.ReasonLearning }
	records := (ingest.Reader{MaxUnpacked: maxUnpacked}).Records(bytes.NewReader(payload), name)
	if _, err := process.pipeline.Run(ctx, process.agenda.follow(ctx, process.pipeline, records)); err != nil {
		return false, exit{exitProblem, fmt.Errorf("%s: %w", name, err)}
	}
	for _, alert := range collected.alerts {
		s.keep(shown{name, alert})
	}
	return learning, nil
}

// before is a payload's records behind copies of them from before the longest window: what
// they did was seen then, and so long ago that it is new again.
func (s *sampler) before(payload []byte, name string) ([]byte, error) {
	const day = 24 * time.Hour
	var longest time.Duration
	for _, rule := range s.set.Rules {
		if rule.FirstSeen != nil {
			longest = max(longest, rule.FirstSeen.Window)
		}
	}
	if longest == 0 {
		return nil, nil
	}
	var first, then bytes.Buffer
	for rec, problem := range (ingest.Reader{MaxUnpacked: maxUnpacked}).Records(bytes.NewReader(payload), name) {
		if problem != nil || rec.Time().IsZero() {
			continue
		}
		earlier, err := moved(rec, rec.Time().Add(-2*longest-day))
		if err != nil {
			return nil, exit{exitProblem, fmt.Errorf("%s: %w", name, err)}
		}
		first.Write(append(earlier, '\n'))
		then.Write(append(slices.Clone(rec.Bytes()), '\n'))
	}
	return append(first.Bytes(), then.Bytes()...), nil
}

// moved is a record at another time, with another id.
func moved(rec cloudtrail.Record, to time.Time) ([]byte, error) {
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(rec.Bytes()))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return nil, fmt.Errorf("move record %s: %w", rec.EventID(), err)
	}
	fields["eventTime"] = to.UTC().Format(time.RFC3339)
	fields["eventID"] = "before-" + rec.EventID()
	return json.Marshal(fields)
}

// keep keeps the alert of a rule that looks most like its METADATA, or else the one of the
// file that is named after it, or else the first.
func (s *sampler) keep(candidate shown) {
	id := candidate.alert.Rule
	if candidate.alert.Test || candidate.alert.Heartbeat || strings.HasPrefix(candidate.alert.EventID, "before-") {
		return
	}
	best, ok := s.best[id]
	if !ok || cmp.Compare(s.distance(candidate), s.distance(best)) < 0 {
		s.best[id] = candidate
	}
}

func (s *sampler) distance(of shown) int {
	i := slices.IndexFunc(s.set.Rules, func(rule detection.Rule) bool { return rule.ID == of.alert.Rule })
	rule, far := s.set.Rules[i], 0
	if of.alert.Severity != rule.Severity {
		far += 4
	}
	if of.alert.Title != rule.Title {
		far += 2
	}
	stem, _, _ := strings.Cut(filepath.Base(of.file), ".")
	if stem != strings.NewReplacer(".", "-", "_", "-").Replace(string(rule.ID)) {
		far++
	}
	return far
}

// sample is the alert of a rule as people get it, nil where there is none.
func (s *sampler) sample(id detection.RuleID) (*reference.Sample, error) {
	best, ok := s.best[id]
	if !ok {
		return nil, nil
	}
	messages, err := text.Renderer{}.Alerts([]detection.Alert{best.alert})
	if err != nil {
		return nil, exit{exitProblem, fmt.Errorf("show an alert of %s: %w", id, err)}
	}
	return &reference.Sample{File: filepath.ToSlash(best.file), Text: messages[0].Body}, nil
}

// A collector keeps alerts. What could not be read or decided is for trailbell run to tell.
type collector struct{ alerts []detection.Alert }

func (c *collector) Alerts(_ context.Context, alerts []detection.Alert) error {
	c.alerts = append(c.alerts, alerts...)
	return nil
}

func (*collector) Problem(context.Context, detection.Problem) error { return nil }

func (*collector) RollUp(context.Context, detection.RollUp) error { return nil }

// filled is a source of settings in which each list that a rule waits for has a value, and
// the names of the lists by rule. The caller removes the folder.
func filled(set *ruleset.Set) (folder string, names map[detection.RuleID][]string, err error) {
	lists, values := set.Lists(), map[string]any{}
	names = map[detection.RuleID][]string{}
	for _, rule := range set.Rules {
		for _, name := range rule.Settings {
			if list, isList := lists[name]; isList && len(list) == 0 && rule.Inactive != "" && rule.Status != detection.StatusOff {
				put(values, strings.Split(name, "."), []string{"example"})
				names[rule.ID] = append(names[rule.ID], name)
			}
		}
	}
	text, err := yaml.Marshal(values)
	if err != nil || len(names) == 0 {
		return "", names, err
	}
	if folder, err = os.MkdirTemp("", "trailbell-"); err != nil {
		return "", nil, err
	}
	return folder, names, os.WriteFile(filepath.Join(folder, "settings.yaml"), text, 0o600)
}

// put sets a value in a tree of maps.
func put(tree map[string]any, path []string, value any) {
	for _, key := range path[:len(path)-1] {
		below, ok := tree[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			tree[key] = below
		}
		tree = below
	}
	tree[path[len(path)-1]] = value
}

// withSamples gives the rules their alerts, those that wait for a setting with a value in it.
func (r *ruleFlags) withSamples(ctx context.Context, set *ruleset.Set, sources []ruleset.Source, rules []reference.Rule, files []string) error {
	if len(files) == 0 {
		return nil
	}
	if err := sampleOnce(ctx, set, rules, files); err != nil {
		return err
	}
	folder, names, err := filled(set)
	if folder != "" {
		defer os.RemoveAll(folder)
	}
	if err != nil {
		return exit{exitProblem, err}
	}
	waiting := slices.DeleteFunc(slices.Clone(rules), func(rule reference.Rule) bool { return len(names[rule.ID]) == 0 || rule.Sample != nil })
	if len(waiting) == 0 {
		return nil
	}
	active, err := r.loadFilled(ctx, sources, folder)
	if err == nil {
		err = sampleOnce(ctx, active, waiting, files)
	}
	for _, rule := range waiting {
		i := slices.IndexFunc(rules, func(other reference.Rule) bool { return other.ID == rule.ID })
		if rules[i].Sample = rule.Sample; rule.Sample != nil {
			rules[i].Sample.Filled = names[rule.ID]
		}
	}
	return err
}

// loadFilled reads the rules again, with the settings of a folder over those of the sources.
func (r *ruleFlags) loadFilled(ctx context.Context, sources []ruleset.Source, folder string) (*ruleset.Set, error) {
	deployment, err := r.deployed()
	if err != nil {
		return nil, err
	}
	more := append(slices.Clone(sources), ruleset.Source{Name: "sample settings", FS: os.DirFS(folder)})
	return loadRules(ctx, ruleset.Options{Sources: more, SettingsFile: r.settings, Deployment: deployment}, io.Discard)
}

// sampleOnce gives rules the alerts that files lead to.
func sampleOnce(ctx context.Context, set *ruleset.Set, rules []reference.Rule, files []string) error {
	s, err := newSampler(ctx, set)
	if err != nil {
		return err
	}
	if err := s.run(ctx, files); err != nil {
		return err
	}
	for i := range rules {
		if rules[i].Sample, err = s.sample(rules[i].ID); err != nil {
			return err
		}
	}
	return nil
}
