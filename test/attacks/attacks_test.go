// Package attacks asks the shipped rules about public records of known attacks, and of
// ordinary work. The records are not part of the repository: where they are missing, it
// says so and compares nothing.
package attacks

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/rules"
	"trailbell/test/page"
)

var update = flag.Bool("update", false, "write the page anew")

// A product is the shipped rules with their index.
type product struct {
	opa    *engine.Engine
	choice *selection.Choice
}

func newProduct(ctx context.Context) (*product, error) {
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		return nil, err
	}
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	return &product{opa, selection.Choose(ctx, set)}, err
}

// An answer is what the rules say of one record: which fire at once, and which count it
// or learn from it.
type answer struct{ told, waiting []detection.RuleID }

func (p *product) ask(t *testing.T, rec cloudtrail.Record) (a answer) {
	for _, outcome := range p.opa.Evaluate(t.Context(), rec, p.choice.Select(rec)) {
		switch {
		case outcome.Verdict == detection.Undecided:
			t.Errorf("%s could not decide on event %s", outcome.Rule.ID, rec.EventID())
		case outcome.Verdict != detection.Fired:
		case outcome.Rule.Threshold == nil && outcome.Rule.FirstSeen == nil, outcome.Finding.AtOnce:
			a.told = append(a.told, outcome.Rule.ID)
		default:
			a.waiting = append(a.waiting, outcome.Rule.ID)
		}
	}
	return a
}

// A labelled record is one that somebody said something of.
type labelled struct {
	Mitre    []string        `json:"mitre"`
	Expected *bool           `json:"expected"`
	Suite    string          `json:"suite"`
	RuleID   string          `json:"rule_id"`
	Name     string          `json:"test_name"`
	Event    json.RawMessage `json:"event"`
}

// lines are the objects of a file, one a line.
func lines(t *testing.T, folder, name string) [][]byte {
	t.Helper()
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 8<<20)
	var all [][]byte
	for scanner.Scan() {
		all = append(all, slices.Clone(scanner.Bytes()))
	}
	if err := scanner.Err(); err != nil || len(all) == 0 {
		t.Fatalf("%s has %d lines: %v", name, len(all), err)
	}
	return all
}

func records(t *testing.T, folder, name string) (all []cloudtrail.Record) {
	t.Helper()
	for _, line := range lines(t, folder, name) {
		rec, err := cloudtrail.Parse(line)
		if err != nil {
			continue // some lines are no records of calls; test_real_data.py looks at them
		}
		all = append(all, rec)
	}
	return all
}

func labels(t *testing.T, folder, name string) (all []labelled) {
	t.Helper()
	for _, line := range lines(t, folder, name) {
		var l labelled
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, l)
	}
	return all
}

// worked is the record as it would be had the call worked: most of what is public was
// recorded by somebody without the rights for it.
func worked(t *testing.T, event json.RawMessage) (rec cloudtrail.Record, failed bool) {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(event, &members); err != nil {
		t.Fatal(err)
	}
	failed = members["errorCode"] != nil && members["errorCode"] != ""
	delete(members, "errorCode")
	delete(members, "errorMessage")
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	rec, err = cloudtrail.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return rec, failed
}

// TestKnownAttacksAreSeen writes down, or compares, what the rules say of them.
func TestKnownAttacksAreSeen(t *testing.T) {
	folder := filepath.Join(page.Root(), "..", "shared", "data")
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skip("SKIPPED: there are no public records in ../shared/data beside the checkout, so nothing was compared")
	}
	p, err := newProduct(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	p.techniques(t, &b, labels(t, folder, "labelled-traildiscover.jsonl"))
	p.runs(t, &b, "Calls of the attack tool Stratus Red Team and of its setting up, recorded by Invictus Incident Response", slices.DeleteFunc(records(t, folder, "raw-invictus.jsonl"), func(rec cloudtrail.Record) bool {
		agent, _ := rec.Fields()["userAgent"].(string)
		return !strings.Contains(agent, "stratus-red-team")
	}))
	p.runs(t, &b, "A bucket emptied with the keys of an instance, from OTRF's Security Datasets", records(t, folder, "raw-otrf.jsonl"))
	p.expectations(t, &b, "StreamAlert's", labels(t, folder, "labelled-streamalert.jsonl"))
	p.expectations(t, &b, "FivexL's", labels(t, folder, "labelled-fivexl.jsonl"))
	p.ordinary(t, &b, "opensearch-catalog's samples of ordinary work", records(t, folder, "raw-opensearch-catalog.jsonl"))
	page.Section(t, page.Coverage, "attacks", b.String(), *update)
}

// keys are a map's, sorted, as text.
func keys[K ~string, V any](m map[K]V) []string {
	var names []string
	for name := range maps.Keys(m) {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}
