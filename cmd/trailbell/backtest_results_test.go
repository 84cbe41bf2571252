package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/backtest"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ingest"
	"trailbell/internal/ruleset"
	"trailbell/internal/suppress"
)

// kindOfRule is a rule on an event, with some of METADATA's keys.
func kindOfRule(name, event, custom, body string) string {
	return fmt.Sprintf(`# METADATA
# title: %s
# description: %s happened.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html
# custom:
#   severity: medium
#   attack: [T1562.008]
#   false_positives: [Tests.]
#   runbook: [Look.]
%spackage rules.t.%s

match if input.eventName == "%s"
%s`, name, name, custom, name, event, body)
}

// kinds are rules that each make it matter in another way what came before.
func kinds(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"plain":     kindOfRule("plain", "StopLogging", "", ""),
		"grouped":   kindOfRule("grouped", "UpdateTrail", "#   group_by: [requestParameters.name, sourceIPAddress/16]\n", "\nseverities contains \"critical\" if input.readOnly\n"),
		"counting":  kindOfRule("counting", "DeleteTrail", "#   group_by: [recipientAccountId]\n#   threshold: {count: 4, window: 30m}\n", ""),
		"distinct":  kindOfRule("distinct", "GetTrail", "#   group_by: [userIdentity.arn]\n#   threshold: {count: 3, window: 1h, distinct: requestParameters.name}\n", ""),
		"new":       kindOfRule("new", "StartLogging", "#   group_by: [userIdentity.arn]\n#   first_seen: {window: 7d}\n", ""),
		"undecided": kindOfRule("undecided", "CreateTrail", "", "\nseverities contains s if s := {\"low\", 5}[_]\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".rego"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// anArchive is of several accounts and regions, whose files overlap in time and are out of
// order within; some are damaged and some have no time in their names.
func anArchive(t *testing.T, rng *rand.Rand, files, records int) string {
	t.Helper()
	dir, at := t.TempDir(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	events := []string{"StopLogging", "UpdateTrail", "DeleteTrail", "GetTrail", "StartLogging", "CreateTrail", "ListTrails", "DescribeTrails", "ListTags"}
	for f := range files {
		var list []string
		for r := range records {
			when := at.Add(time.Duration(rng.IntN(4*3600)-7200) * time.Second).Format(time.RFC3339)
			if rng.IntN(40) == 0 {
				when = "never"
			}
			list = append(list, fmt.Sprintf(`{"eventSource":"cloudtrail.amazonaws.com","eventName":%q,"eventID":"%d-%d","eventTime":%q,"recipientAccountId":"11112222333%d",`+
				`"sourceIPAddress":"198.51.%d.7","readOnly":%t,"userIdentity":{"type":"IAMUser","userName":"u","arn":"arn:aws:iam::111122223333:user/u%d"},"requestParameters":{"name":"t%d","secret":"s"}}`,
				events[rng.IntN(len(events))], f, r, when, rng.IntN(2), rng.IntN(3), rng.IntN(9) == 0, rng.IntN(12), rng.IntN(6)))
		}
		text := `{"Records":[` + strings.Join(list, ",") + `]}`
		if rng.IntN(8) == 0 {
			text = text[:len(text)-rng.IntN(len(text)/2)]
		}
		name := fmt.Sprintf("%d/1_CloudTrail_r%d_%s_%d.json", rng.IntN(3), rng.IntN(3), at.Format("20060102T1504Z"), f)
		if rng.IntN(10) == 0 {
			name = fmt.Sprintf("%d/f%d.json", rng.IntN(3), f)
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Duration(rng.IntN(180)) * time.Minute)
	}
	return dir
}

// machines are what counts batches elsewhere.
type machines struct {
	examiner backtest.Examiner
	reader   ingest.Reader
	rules    string // fingerprint
}

func newMachines(t *testing.T, rules string) machines {
	t.Helper()
	flags := ruleFlags{only: []string{rules}}
	set, sources, err := flags.loadFrom(t.Context(), nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	fingerprint, err := ruleset.Fingerprint(sources)
	if err != nil {
		t.Fatal(err)
	}
	opa, err := engine.New(t.Context(), set, engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	selector, paths := runFlags{}.selector(t.Context(), set, io.Discard)
	return machines{
		backtest.Examiner{Selector: selector, Evaluator: opa, Extract: suppress.NewExtracts(set.Rules, set.Exceptions).Of},
		ingest.Reader{MaxUnpacked: maxUnpacked, Paths: paths, Fleeting: true},
		fingerprint,
	}
}

// count counts some files of a batch into a part.
func (m machines) count(t *testing.T, dir, batch string, from int, files []string, of int) backtest.Head {
	t.Helper()
	part := backtest.NewPart(backtest.Head{Rules: m.rules, Run: "run", Batch: batch, From: from, Of: of})
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		counted, err := m.examiner.File(t.Context(), name, m.reader.Records(bytes.NewReader(text), name))
		if err != nil {
			t.Fatal(err)
		}
		counted.Bytes = int64(len(text))
		if err := part.Add(counted); err != nil {
			t.Fatal(err)
		}
	}
	packed, err := part.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%05d.json.gz", batch, from)), packed, 0o600); err != nil {
		t.Fatal(err)
	}
	return part.Head()
}

// countObject counts an object without records, as a batch of its own.
func (m machines) countObject(t *testing.T, dir, name string) {
	t.Helper()
	part := backtest.NewPart(backtest.Head{Rules: m.rules, Run: "run", Batch: name, Of: 1})
	if err := part.Add(backtest.Counted{Name: name}); err != nil {
		t.Fatal(err)
	}
	text, err := part.Bytes()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// cut counts the files in batches of any size, made of any files, some of them in two
// parts, some twice and some in two batches.
func (m machines) cut(t *testing.T, rng *rand.Rand, files []string) (dir string, batches []string) {
	t.Helper()
	dir = t.TempDir()
	rng.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	for n := 0; len(files) > 0; n++ {
		size := 1 + rng.IntN(len(files))
		batch := slices.SortedFunc(slices.Values(files[:size]), backtest.InOrder)
		files = files[size:]
		if rng.IntN(3) == 0 && len(files) > 0 {
			batch = append(batch, files[0]) // the next batch has it too
			slices.SortFunc(batch, backtest.InOrder)
		}
		name, half := fmt.Sprintf("b%d", n), rng.IntN(len(batch)+1)
		for range 1 + rng.IntN(2) { // counted again, it lies in the same place
			m.count(t, dir, name, 0, batch[:half], len(batch))
		}
		if half < len(batch) {
			m.count(t, dir, name, half, batch[half:], len(batch))
			if half > 1 { // a file in two parts
				m.count(t, dir, name, half-1, batch[half-1:half], len(batch))
			}
		}
		batches = append(batches, name)
	}
	ended(t, dir, map[string]any{"SUCCEEDED": answered(batches)})
	return dir, batches
}

func answered(batches []string) (all []any) {
	for _, b := range batches {
		all = append(all, map[string]any{"batch": b, "done": true})
	}
	return all
}

// ended writes what Step Functions leaves at the end of a run.
func ended(t *testing.T, dir string, children map[string]any) {
	t.Helper()
	m := map[string]any{}
	for status, list := range children {
		key := "elsewhere/map/uuid/" + status + "_0.json"
		m[status] = []any{map[string]any{"Key": key, "Size": 1}}
		writeJSON(t, filepath.Join(dir, status+"_0.json"), list)
	}
	writeJSON(t, filepath.Join(dir, "manifest.json"), map[string]any{"DestinationBucket": "b", "MapRunArn": "arn", "ResultFiles": m})
}

func writeJSON(t *testing.T, name string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = os.WriteFile(name, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func backtested(t *testing.T, args ...string) (report string, code int) {
	t.Helper()
	var out, told bytes.Buffer
	code = run(t.Context(), append([]string{"backtest", "--no-timing"}, args...), nil, &out, &told)
	if out.Len() == 0 {
		return told.String(), code
	}
	return out.String(), code
}

// However an archive is cut, the joined report is that of one machine, to the byte.
func TestJoinedResultsAreTheReportOfOneMachine(t *testing.T) {
	rules := kinds(t)
	m := newMachines(t, rules)
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 7))
		dir := anArchive(t, rng, 30, 120)
		format := backtest.Names()[int(seed)%len(backtest.Names())]
		one, oneCode := backtested(t, "--only-rules", rules, "--format", "json", dir)
		other, _ := backtested(t, "--only-rules", rules, "--format", format, dir)
		files, err := findInputs([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 2 {
			parts, batches := m.cut(t, rng, slices.Clone(files))
			joined, code := backtested(t, "--only-rules", rules, "--format", "json", "--results", parts)
			if diff := cmp.Diff(one, joined); diff != "" || code != oneCode {
				t.Fatalf("seed %d, cut %d into %d batches, exit codes %d and %d:\n%s", seed, n, len(batches), oneCode, code, diff)
			}
			if n > 0 {
				continue
			}
			if again, _ := backtested(t, "--only-rules", rules, "--format", format, "--results", parts); again != other {
				t.Fatalf("seed %d: as %s it is another", seed, format)
			}
		}
		checkVaried(t, one)
	}
}

// checkVaried says whether the archive tried what it was made to try.
func checkVaried(t *testing.T, text string) {
	t.Helper()
	var r backtest.Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	for _, reason := range []detection.Reason{detection.ReasonRolledUp, detection.ReasonBelowThreshold, detection.ReasonLearning, detection.ReasonSeenBefore} {
		if r.Withheld[reason.String()] == 0 {
			t.Errorf("nothing was withheld because of %s: %v", reason, r.Withheld)
		}
	}
	if r.FollowUps < 10 || r.Problems < 2 || r.Records < 2000 || len(r.Rules) != 6 {
		t.Errorf("it says too little: %.2000s", text)
	}
}

func TestWhatIsMissingOfResultsIsToldAsAProblem(t *testing.T) {
	rules := kinds(t)
	m := newMachines(t, rules)
	dir := anArchive(t, rand.New(rand.NewPCG(1, 1)), 6, 20)
	files, err := findInputs([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, backtest.InOrder)
	var lost backtest.Batch
	lost.Items = []backtest.Item{{Key: "AWSLogs/b.json.gz", ETag: "e"}, {Key: "AWSLogs/a.json.gz"}}
	input, _ := json.Marshal(lost)
	tests := []struct {
		name  string
		make  func(dir string)
		wants string
	}{
		{"a batch that failed, by its input", func(dir string) {
			ended(t, dir, map[string]any{"SUCCEEDED": answered([]string{"b"}), "FAILED": []any{map[string]any{"Input": string(input), "Status": "FAILED", "Error": "Refused", "Cause": "because"}}})
		}, "AWSLogs/a.json.gz and what follows it, 2 objects"},
		{"why it failed", func(dir string) {
			ended(t, dir, map[string]any{"FAILED": []any{map[string]any{"Input": json.RawMessage(input), "Status": "TIMED_OUT", "Error": "States.Timeout"}}})
		}, "timed_out: States.Timeout"},
		{"a batch that was never begun", func(dir string) {
			ended(t, dir, map[string]any{"PENDING": []any{map[string]any{"Input": string(input)}}})
		}, "A batch was not counted"},
		{"a result that was deleted", func(dir string) { ended(t, dir, map[string]any{"SUCCEEDED": answered([]string{"b", "gone"})}) }, "batch gone"},
		{"a run that is not over", func(string) {}, "The end of a run is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts := t.TempDir()
			m.count(t, parts, "b", 0, files, len(files))
			tt.make(parts)
			report, code := backtested(t, "--only-rules", rules, "--format", "json", "--results", parts)
			if !strings.Contains(report, tt.wants) || !strings.Contains(report, `"complete":false`) || code != exitProblem {
				t.Errorf("exit code %d, %s", code, report)
			}
		})
	}
	t.Run("a batch that failed and whose files another run counted", func(t *testing.T) {
		parts := t.TempDir()
		m.countObject(t, parts, "s3://logs/AWSLogs/a.json.gz")
		m.countObject(t, parts, "s3://logs/AWSLogs/b.json.gz")
		lost.Items = append(lost.Items, backtest.Item{Key: "AWSLogs/1/CloudTrail-Digest/x.json.gz"})
		input, _ := json.Marshal(lost)
		ended(t, parts, map[string]any{"FAILED": []any{map[string]any{"Input": string(input)}}})
		if report, code := backtested(t, "--only-rules", rules, "--format", "json", "--results", parts); code != 0 || !strings.Contains(report, `"complete":true`) {
			t.Errorf("exit code %d, %s", code, report)
		}
	})
	t.Run("a part in the middle of a batch", func(t *testing.T) {
		parts := t.TempDir()
		m.count(t, parts, "b", 0, files[:2], len(files))
		m.count(t, parts, "b", 4, files[4:], len(files))
		ended(t, parts, map[string]any{"SUCCEEDED": answered([]string{"b"})})
		report, code := backtested(t, "--only-rules", rules, "--format", "json", "--results", parts)
		if want := fmt.Sprintf("files 3 to 4 of %d are missing", len(files)); !strings.Contains(report, want) || code != exitProblem {
			t.Errorf("exit code %d, %s, want %s", code, report, want)
		}
	})
}

func TestWhatCantBeJoinedIsRefused(t *testing.T) {
	rules, others := kinds(t), t.TempDir()
	writeGone(t, others)
	m, n := newMachines(t, rules), newMachines(t, others)
	empty := t.TempDir()
	made := func(make func(dir string)) string {
		dir := t.TempDir()
		make(dir)
		return dir
	}
	mixed := made(func(dir string) { m.count(t, dir, "a", 0, nil, 0); n.count(t, dir, "b", 0, nil, 0) })
	foreign := made(func(dir string) { n.count(t, dir, "b", 0, nil, 0) })
	cut := made(func(dir string) {
		m.count(t, dir, "a", 0, []string{filepath.Join(others, "rule.rego")}, 1)
		name := filepath.Join(dir, "a-00000.json.gz")
		text, _ := os.ReadFile(name)
		_ = os.WriteFile(name, text[:len(text)-9], 0o600)
	})
	noPart := made(func(dir string) { _ = os.WriteFile(filepath.Join(dir, "x.json.gz"), []byte("{}"), 0o600) })
	for _, tt := range []struct {
		name  string
		args  []string
		wants string
		code  int
	}{
		{"results of two sets of rules", []string{"--results", mixed}, "different rules or settings", exitProblem},
		{"results of other rules than these", []string{"--results", foreign}, "the program of the same checkout", exitProblem},
		{"a part that was cut off", []string{"--results", cut}, "unexpected EOF", exitProblem},
		{"another file", []string{"--results", noPart}, "no part of a backtest", exitProblem},
		{"an empty folder", []string{"--results", empty}, "no part of a backtest", exitProblem},
		{"no folder", []string{"--results", filepath.Join(empty, "x")}, "no such file", exitUsage},
		{"a path beside", []string{"--results", mixed, empty}, "takes the place of PATHs", exitUsage},
		{"a comparison", []string{"--results", mixed, "--against", others}, "--against needs the records", exitUsage},
		{"settings that come too late", []string{"--results", mixed, "--settings", "x.yaml"}, "too late", exitUsage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, told bytes.Buffer
			code := run(t.Context(), append([]string{"backtest", "--only-rules", rules}, tt.args...), nil, &out, &told)
			if code != tt.code || !strings.Contains(told.String(), tt.wants) {
				t.Errorf("exit code %d, %s", code, told.String())
			}
		})
	}
}

func TestResultsTeachFirstSeenRulesLikeTheArchive(t *testing.T) {
	rules := kinds(t)
	m := newMachines(t, rules)
	dir := anArchive(t, rand.New(rand.NewPCG(2, 2)), 8, 60)
	files, err := findInputs([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	parts, _ := m.cut(t, rand.New(rand.NewPCG(3, 3)), files)
	var told [2]bytes.Buffer
	for i, args := range [][]string{{dir}, {"--results", parts}} {
		args = append([]string{"backtest", "--only-rules", rules, "--learn", filepath.Join(t.TempDir(), "s.db")}, args...)
		run(t.Context(), args, nil, io.Discard, &told[i])
	}
	if told[0].String() != told[1].String() || !strings.Contains(told[0].String(), "learned") {
		t.Errorf("learned %q from the archive, %q from its results", told[0].String(), told[1].String())
	}
}
