package engine_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ingest"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestCrossfire asks every shipped rule about every record of events/. A rule that
// starts to match its neighbour's record shows in the difference.
func TestCrossfire(t *testing.T) {
	set := deployed(t)
	e, err := engine.New(t.Context(), set, engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	var ids []detection.RuleID
	for _, rule := range set.Rules {
		ids = append(ids, rule.ID)
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "events", "*.*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	var table strings.Builder
	for _, name := range files {
		if filepath.Ext(name) == ".md" {
			continue
		}
		crossfireFile(t, &table, e, ids, name)
	}
	golden := filepath.Join("testdata", "crossfire.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), table.String()); diff != "" {
		t.Errorf("rerun with -update if this is meant (-want +got):\n%s", diff)
	}
}

// deployed are the shipped rules in the deployment that the samples are of.
func deployed(t *testing.T) *ruleset.Set {
	t.Helper()
	set, err := ruleset.Load(t.Context(), ruleset.Options{
		Sources:    []ruleset.Source{{Name: "rules", FS: rules.FS}},
		Deployment: &ruleset.Deployment{Account: "123456789012", Region: "eu-central-1", Stack: "trailbell", Roles: []string{ownRole}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// ownRole is the role that the function has in that deployment.
const ownRole = "trailbell-DetectRole-1A2B3C4D5E6F"

// TestSamplesAreDescribed compares the table in events/README.md with what fires.
func TestSamplesAreDescribed(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "crossfire.txt"))
	if err != nil {
		t.Fatal(err)
	}
	fires := map[string]map[string]bool{}
	var sample string
	for line := range strings.Lines(string(golden)) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, " ") {
			sample = fields[0]
			if fires[sample] == nil {
				fires[sample] = map[string]bool{}
			}
			continue
		}
		fires[sample][fields[1]] = true
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "events", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]map[string]bool{"test.json": fires["test.json"]} // a command, not a record
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !quoted.MatchString(cells[1]) {
			continue
		}
		rules := map[string]bool{}
		for _, match := range quoted.FindAllStringSubmatch(cells[3], -1) {
			rules[match[1]] = true
		}
		if name := quoted.FindStringSubmatch(cells[1])[1]; name != "test.json" {
			described[name] = rules
		}
	}
	if diff := cmp.Diff(fires, described); diff != "" {
		t.Errorf("events/README.md (-fires +described):\n%s", diff)
	}
}

func crossfireFile(t *testing.T, table *strings.Builder, e *engine.Engine, ids []detection.RuleID, name string) {
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for rec, problem := range (ingest.Reader{}).Records(file, name) {
		if problem != nil {
			t.Errorf("%s: %s: %s", name, problem.What, problem.Why)
			continue
		}
		n++
		fmt.Fprintf(table, "%s %d %s\n", filepath.Base(name), n, rec.EventName())
		for _, outcome := range e.Evaluate(t.Context(), rec, ids) {
			for _, failure := range outcome.Failures {
				t.Errorf("%s %d: %s: %v", name, n, outcome.Rule.ID, failure.Err)
			}
			if outcome.Verdict == detection.Fired {
				fmt.Fprintf(table, "    %-8s %s\n", outcome.Finding.Severity, outcome.Rule.ID)
			}
		}
	}
}
