package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/backtest"
)

func TestABacktestCountsWhatRunShows(t *testing.T) {
	events := filepath.Join("..", "..", "events")
	var alerts, report bytes.Buffer
	if code := run(t.Context(), []string{"run", "--format", "json", events}, nil, &alerts, io.Discard); code != 0 {
		t.Fatalf("run: exit code %d", code)
	}
	if code := run(t.Context(), []string{"backtest", "--format", "json", "--no-timing", events}, nil, &report, io.Discard); code != 0 {
		t.Fatalf("backtest: exit code %d", code)
	}
	want := map[string]int{}
	lines := bufio.NewScanner(&alerts)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct{ Kind, Rule, Reason string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		want[strings.TrimSpace(line.Kind+" "+line.Rule+" "+line.Reason)]++
		if line.Kind == "test" {
			want["alert "+line.Rule]++
			delete(want, "test "+line.Rule)
		}
	}
	var got backtest.Report
	if err := json.Unmarshal(report.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	counted := map[string]int{}
	for id, rule := range got.Rules {
		if rule.Alerts > 0 {
			counted["alert "+id] = rule.Alerts
		}
		for reason, n := range rule.Withheld {
			counted["withheld "+id+" "+reason] = n
		}
	}
	for line := range want {
		if strings.HasPrefix(line, "rollup ") {
			delete(want, line)
		}
	}
	if diff := cmp.Diff(want, counted); diff != "" {
		t.Errorf("-run +backtest:\n%s", diff)
	}
}

// logFiles writes files of records that go on in time from one file to the next, under
// names that sort otherwise.
func logFiles(t *testing.T, files, records int) string {
	t.Helper()
	dir, at := t.TempDir(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for f := range files {
		var text strings.Builder
		name := fmt.Sprintf("%d_CloudTrail_eu-central-1_%s_x.json", (f*7)%10, at.Add(10*time.Minute).Format("20060102T1504Z"))
		for r := range records {
			event := "GetTrail"
			if r%3 == 0 {
				event = "StopLogging"
			}
			fmt.Fprintf(&text, `{"eventSource":"cloudtrail.amazonaws.com","eventName":%q,"eventID":"%d-%d","eventTime":%q,"recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u%d"},"requestParameters":{"name":"t%d"}}`+"\n",
				event, f, r, at.Format(time.RFC3339), r%5, r%2)
			at = at.Add(20 * time.Second)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTwoBacktestsPrintTheSame(t *testing.T) {
	dir, rules := logFiles(t, 12, 300), t.TempDir()
	writeGone(t, rules)
	var first string
	for range 3 {
		var report bytes.Buffer
		if code := run(t.Context(), []string{"backtest", "--only-rules", rules, "--format", "json", "--no-timing", dir}, nil, &report, io.Discard); code != 0 {
			t.Fatalf("exit code %d", code)
		}
		if first == "" {
			first = report.String()
		}
		if diff := cmp.Diff(first, report.String()); diff != "" {
			t.Fatal(diff)
		}
	}
	if !strings.Contains(first, `"records":3600,`) {
		t.Error(first)
	}
}

// interrupted is standard input that goes on after somebody pressed Ctrl-C.
type interrupted struct {
	stop  context.CancelFunc
	reads int
}

func (r *interrupted) Read(p []byte) (int, error) {
	r.reads++
	switch {
	case r.reads == 50:
		r.stop()
	case r.reads > 1_000_000:
		return 0, io.EOF
	}
	return copy(p, `{"eventSource":"cloudtrail.amazonaws.com","eventName":"GetTrail"}`+"\n"), nil
}

func TestAnInterruptedBacktestReportsWhatItCounted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	rules := t.TempDir()
	writeGone(t, rules)
	var report, told bytes.Buffer
	code := run(ctx, []string{"backtest", "--only-rules", rules, "--format", "json", "-"}, &interrupted{stop: stop}, &report, &told)
	var got backtest.Report
	if err := json.Unmarshal(report.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if code != exitProblem || got.Complete || got.Problems != 0 || !strings.Contains(told.String(), "stopped before the end") {
		t.Errorf("exit code %d, %q, %+v", code, told.String(), got)
	}
}

func TestFilesGoByTheTimeInTheirNames(t *testing.T) {
	var all []source
	for _, name := range []string{
		"a/2_CloudTrail_eu-central-1_20260102T0005Z_x.json.gz", "b/notes.json",
		"z/1_CloudTrail_us-east-1_20260101T0000Z_x.json.gz", "a/1_CloudTrail_us-east-1_20260102T0005Z_x.json.gz",
	} {
		all = append(all, source{name: name})
	}
	var got []string
	for _, s := range byTimeInName(all) {
		got = append(got, s.name)
	}
	want := []string{
		"b/notes.json", "z/1_CloudTrail_us-east-1_20260101T0000Z_x.json.gz",
		"a/1_CloudTrail_us-east-1_20260102T0005Z_x.json.gz", "a/2_CloudTrail_eu-central-1_20260102T0005Z_x.json.gz",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProgressSaysHowMuchIsLeft(t *testing.T) {
	p := newProgress(io.Discard, 400)
	p.records.Store(50)
	if _, err := io.Copy(io.Discard, p.counting(strings.NewReader(strings.Repeat("x", 100)))); err != nil {
		t.Fatal(err)
	}
	if got, want := p.line(10*time.Second), " 25 %, 30s left, 50 records, 5 a second, 0.0 MB a second"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if p.to != nil {
		t.Error("it is shown where nobody looks")
	}
}
