package backtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/backtest"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

var ctx = context.Background()

var rules = []detection.Rule{
	{ID: "mine.first", Title: "First", Severity: detection.High, File: "rules/mine/first.rego"},
	{ID: "mine.off", Status: detection.StatusOff},
}

func record(text string) cloudtrail.Record {
	rec, err := cloudtrail.Parse([]byte(`{"eventSource":"x.amazonaws.com","eventName":"A","eventTime":"` + text + `"}`))
	if err != nil {
		panic(err)
	}
	return rec
}

func alert(name string, severity detection.Severity) []detection.Alert {
	return []detection.Alert{{
		Rule: "mine.first", Severity: severity, EventSource: "x.amazonaws.com", EventName: "A",
		Actor: detection.Actor{Name: name, Source: "198.51.100.7"}, Account: detection.Account{ID: "111122223333"},
	}}
}

func ExampleCollector() {
	c := backtest.NewCollector(rules)
	c.Begin(record("2026-05-04T10:00:00Z"))
	_ = c.Alerts(ctx, alert("alice", detection.Critical))
	c.Begin(record("2026-05-05T10:00:00Z"))
	c.Withheld(detection.Withheld{Rule: "mine.first", Severity: detection.High, Reason: detection.ReasonShadow})
	report := c.Report()
	report.Complete, report.Files, report.Records = true, 1, 2
	_ = backtest.Table(os.Stdout, report)
	// Output:
	// 2 records in 1 file, 0 bytes; 1 rule: 1 alert, 0 follow-ups, 1 withheld, 0 problems
	// from 2026-05-04 10:00:00 UTC to 2026-05-05 10:00:00 UTC
	//
	// RULE        ALERTS  SEVERITY  DAYS  WITHHELD  TITLE
	// mine.first  1       high      1     1 shadow  First
	//
	// DAY         ALERTS  BY RULE
	// 2026-05-04  1       1 mine.first
	//
	// ACTOR  ALERTS
	// alice  1
	//
	// ACCOUNT       ALERTS
	// 111122223333  1
	//
	// SOURCE        ALERTS
	// 198.51.100.7  1
}

func TestWhatChanges(t *testing.T) {
	sent := func(severity detection.Severity) func(*backtest.Collector) {
		return func(c *backtest.Collector) { _ = c.Alerts(ctx, alert("alice", severity)) }
	}
	held := func(c *backtest.Collector) {
		c.Withheld(detection.Withheld{Rule: "mine.first", Severity: detection.High, Reason: detection.ReasonException})
	}
	nothing := func(*backtest.Collector) {}
	tests := []struct {
		name          string
		before, after func(*backtest.Collector)
		want          string // added, gone, changed, and how
	}{
		{"a finding that is new is added", nothing, sent(detection.High), "1 0 0 [ to high]"},
		{"a finding that is no more is gone", sent(detection.High), nothing, "0 1 0 [high to ]"},
		{"another severity is a change", sent(detection.Low), sent(detection.High), "0 0 1 [low to high]"},
		{"an exception makes it gone", sent(detection.High), held, "0 1 0 [high to withheld: exception]"},
		{"an exception that ends brings it back", held, sent(detection.High), "1 0 0 [withheld: exception to high]"},
		{"the same is no change", sent(detection.High), sent(detection.High), ""},
		{"what was withheld and is not found any more is no change", held, nothing, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after := backtest.NewCollector(rules), backtest.NewCollector(rules)
			compared := backtest.NewComparer(before, after)
			before.Begin(record("2026-05-04T10:00:00Z"))
			after.Begin(record("2026-05-04T10:00:00Z"))
			tt.before(before)
			tt.after(after)
			compared.End()
			got := ""
			for _, c := range compared.Comparison().Rules {
				got = fmt.Sprint(c.Added.Alerts, c.Gone.Alerts, c.Changed.Alerts)
				for _, d := range []backtest.Differ{c.Added, c.Gone, c.Changed} {
					if d.Example != nil {
						got += fmt.Sprintf(" [%s to %s]", d.Example.Before, d.Example.After)
					}
				}
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestNamesAreCountedInLimitedMemory(t *testing.T) {
	c := backtest.NewCollector(rules)
	c.Begin(record("2026-05-04T10:00:00Z"))
	for i := range 30_000 {
		_ = c.Alerts(ctx, alert(fmt.Sprint("u", i), detection.Low))
	}
	got := c.Report().Actors
	want := backtest.Count{Name: "(others)", Alerts: 20_000}
	if len(got) != 10 || got[0] != want {
		t.Errorf("%v", got)
	}
}

func TestCostsAreSharesOfTheWhole(t *testing.T) {
	got := backtest.Costs(map[detection.RuleID]backtest.Spending{
		"a": {Times: 2, Took: time.Second}, "b": {Times: 1, Took: 3 * time.Second},
	})
	want := []backtest.Cost{{Rule: "b", Asked: 1, Seconds: 3, Share: 0.75}, {Rule: "a", Asked: 2, Seconds: 1, Share: 0.25}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// hostile is a report whose every text wants to be something else.
func hostile() backtest.Report {
	bad := "</script><img src=x onerror=\"document.title='hurt'\"> ```x @all | [x](javascript:hurt()) \x1b[2J\u202e ]]> --> <!--"
	c := backtest.NewCollector([]detection.Rule{{ID: "mine.first", Title: bad, Severity: detection.High, File: "rules/mine/first.rego"}})
	c.Begin(record("2026-05-04T10:00:00Z"))
	attack := alert(bad, detection.High)
	attack[0].Account.ID, attack[0].Actor.Source, attack[0].EventID, attack[0].EventName = bad, bad, bad, bad
	other := backtest.NewCollector(nil)
	compared := backtest.NewComparer(other, c)
	_ = c.Alerts(ctx, attack)
	_ = c.Problem(ctx, detection.Problem{What: bad, Why: bad, Where: bad})
	compared.End()
	report := c.Report()
	report.Complete, report.Changes = true, compared.Comparison()
	return report
}

func TestEveryFormatCanBeReadWhateverIsInTheRecords(t *testing.T) {
	for _, name := range backtest.Names() {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := backtest.Write(&b, name, hostile()); err != nil {
				t.Fatal(err)
			}
			if name != "json" && strings.ContainsAny(b.String(), "\x1b\u202e") {
				t.Errorf("what has no ink is not made visible: %q", b.String())
			}
			switch name {
			case "json", "sarif":
				if !json.Valid(b.Bytes()) {
					t.Error(b.String())
				}
			case "junit":
				var any struct{ XMLName xml.Name }
				if err := xml.Unmarshal(b.Bytes(), &any); err != nil {
					t.Error(err, b.String())
				}
			case "markdown":
				for line := range strings.Lines(b.String()) {
					if left := strings.NewReplacer("`` ", "", " ``", "").Replace(line); strings.Contains(left, "`") {
						t.Errorf("a name holds a mark of code: %s", line)
					}
				}
			}
		})
	}
	if err := backtest.Write(&bytes.Buffer{}, "pdf", backtest.Report{}); err == nil {
		t.Error("a format that is not there is no error")
	}
}
