package hostile

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/suppress"
	"trailbell/rules"
)

const header = "# METADATA\n# title: T\n# description: D.\n# custom:\n#   severity: medium\n#   runbook: [Look.]\n"

const firesOnStop = `match if input.eventName == "StopLogging"`

// beside is a pipeline of rules given by name and body, with the shipped library. What it
// tells is kept by rule.
type beside struct {
	pipeline.Pipeline
	set    *ruleset.Set
	alerts map[detection.RuleID]int
	told   []detection.Problem
}

func (b *beside) Alerts(_ context.Context, alerts []detection.Alert) error {
	for _, alert := range alerts {
		b.alerts[alert.Rule]++
	}
	return nil
}

func (b *beside) Problem(_ context.Context, problem detection.Problem) error {
	b.told = append(b.told, problem)
	return nil
}

func (b *beside) RollUp(context.Context, detection.RollUp) error { return nil }

func newBeside(t *testing.T, bodies map[string]string) *beside {
	t.Helper()
	files := fstest.MapFS{}
	for name, body := range bodies {
		files[name+".rego"] = &fstest.MapFile{Data: []byte(header + "package rules.t." + name + "\n" + body + "\n")}
	}
	const library = "lib/address.rego"
	text, err := fs.ReadFile(rules.FS, library)
	if err != nil {
		t.Fatal(err)
	}
	files[library] = &fstest.MapFile{Data: text}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "t", FS: files}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(t.Context(), set, engine.DefaultLimit)
	if err != nil {
		t.Fatal(err)
	}
	b := &beside{set: set, alerts: map[detection.RuleID]int{}}
	b.Pipeline = pipeline.Pipeline{
		Selector: selection.Choose(t.Context(), set), Evaluator: e, Suppressor: suppress.New(suppress.Options{}), Enricher: enrich.Enricher{},
		Notifier: b, Log: slog.New(slog.DiscardHandler),
	}
	return b
}

func (b *beside) send(t *testing.T, text string) pipeline.Tally {
	t.Helper()
	rec, err := cloudtrail.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	tally, err := b.Process(t.Context(), rec)
	if err != nil {
		t.Error(err)
	}
	return tally
}

func TestRuleThatFiresOnEverythingHidesNoOther(t *testing.T) {
	b := newBeside(t, map[string]string{
		"always":   "match if true",
		"stop":     firesOnStop,
		"root":     `match if input.userIdentity.type == "Root"`,
		"conflict": "match := true if input.eventName\nmatch := false if input.eventName",
	})
	const n = 200
	for i := range n {
		if i%2 == 0 {
			b.send(t, stop(fmt.Sprint(i)))
		} else {
			b.send(t, stop(fmt.Sprint(i), `eventName:"GetTrail"`, `userIdentity:{"type":"Root"}`))
		}
	}
	want := map[detection.RuleID]int{"t.always": n, "t.stop": n / 2, "t.root": n / 2}
	if !maps.Equal(want, b.alerts) || len(b.told) != n {
		t.Errorf("alerts %v, want %v; %d problems of the rule in conflict, want %d", b.alerts, want, len(b.told), n)
	}
}

// A host name is in no network. OPA's function fails on one, which a plain `not` takes for
// an answer; the library does not.
func TestNetworksAreAskedAboutAddressesOnly(t *testing.T) {
	tests := []struct {
		name, address string
		direct, lib   bool // fires
		complaints    int
	}{
		{"an address inside", "192.0.2.7", false, false, 0},
		{"an address outside", "198.51.100.7", true, true, 0},
		{"an IPv6 address", "2001:db8::7", true, true, 0},
		{"the host name of a service", "cloudformation.amazonaws.com", true, false, 1},
		{"a call inside AWS", "AWS Internal", true, false, 1},
		{"no address", "", true, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBeside(t, map[string]string{
				"direct": "match if {\n\tinput.eventName == \"StopLogging\"\n\tnot net.cidr_contains(\"192.0.2.0/24\", input.sourceIPAddress)\n}",
				"lib":    "import data.lib.address\nmatch if {\n\tinput.eventName == \"StopLogging\"\n\taddress.came_from_outside(input, [\"192.0.2.0/24\"])\n}",
				"stop":   firesOnStop,
			})
			tally := b.send(t, stop("a", fmt.Sprintf("sourceIPAddress:%q", tt.address)))
			if b.alerts["t.direct"] > 0 != tt.direct || b.alerts["t.lib"] > 0 != tt.lib || b.alerts["t.stop"] != 1 {
				t.Errorf("fired: %v", b.alerts)
			}
			if tally.Complaints != tt.complaints || len(b.told) != 0 {
				t.Errorf("%d complaints, want %d; problems %+v", tally.Complaints, tt.complaints, b.told)
			}
		})
	}
}

// Whatever is wrong with a file, a person is told of it by name, and the rules beside it
// go on.
func TestBadRuleFileHidesNoOther(t *testing.T) {
	tests := []struct{ name, body, why string }{
		{"a file that is not Rego", "match if {", "bad.rego:9: "},
		{"a function that does not exist", "match if no_such(input)", "no_such is unknown"},
		{"a call to the network", `match if http.send({"method": "get", "url": "http://192.0.2.1"})`, "http.send is unknown or not allowed"},
		{"the environment", `match if opa.runtime().env.X`, "opa.runtime is unknown or not allowed"},
		{"a shift that eats the memory", "match if bits.lsh(1, 10000000000) > 0", "bits.lsh is unknown or not allowed"},
		{"a cubic comprehension", "match if count([1 | some a in input.list; some b in input.list; some c in input.list; a + b + c > 0]) > 0", "timeout"},
		{"a number that is text", "match if to_number(input.userAgent) > 0", "complaint"},
	}
	list := "list:[0" + strings.Repeat(",0", 3000) + "]"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bodies := map[string]string{"bad": tt.body, "stop": firesOnStop}
			b := newBeside(t, bodies)
			tally := b.send(t, stop("a", list))
			if b.alerts["t.stop"] != 1 {
				t.Errorf("the rule beside it is silent: %v", b.alerts)
			}
			told := fmt.Sprint(b.set.Refused, b.told)
			if tally.Complaints > 0 {
				told += " complaint"
			}
			if !strings.Contains(told, tt.why) || b.alerts["t.bad"] > 0 {
				t.Errorf("%v\nwant %q", told, tt.why)
			}
		})
	}
}
