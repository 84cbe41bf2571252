package metrics_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)

func meter(full bool) (metrics.Meter, *bytes.Buffer) {
	var b bytes.Buffer
	return metrics.Meter{To: &b, Function: "detect", Full: full, Now: func() time.Time { return at }}, &b
}

func ExampleMeter_Write() {
	m := metrics.Meter{To: os.Stdout, Function: "detect", Now: func() time.Time { return time.UnixMilli(1_700_000_000_000) }}
	tally := pipeline.Tally{Records: 1, Alerts: 1}
	tally.BySeverity[detection.High] = 1
	_ = m.Write(metrics.Run{Tally: tally, Rules: 50})
	// Output:
	// {"FunctionName":"detect","RecordsEvaluated":1,"RecordsReceived":1,"RulesLoaded":50,"_aws":{"CloudWatchMetrics":[{"Dimensions":[["FunctionName"]],"Metrics":[{"Name":"RecordsReceived","Unit":"Count"},{"Name":"RulesLoaded","Unit":"Count"},{"Name":"RecordsEvaluated","Unit":"Count"}],"Namespace":"trailbell"}],"Timestamp":1700000000000}}
	// {"Alerts":1,"FunctionName":"detect","Severity":"high","_aws":{"CloudWatchMetrics":[{"Dimensions":[["FunctionName","Severity"]],"Metrics":[{"Name":"Alerts","Unit":"Count"}],"Namespace":"trailbell"}],"Timestamp":1700000000000}}
}

// everything is a run in which nothing is zero.
func everything() metrics.Run {
	t := pipeline.Tally{
		Records: 9, Unfinished: 2, Alerts: 15, Problems: 3, RollUps: 4, Complaints: 5, Forgetful: 6, Busy: 7, Oldest: 90*time.Second + time.Millisecond,
		Lanes: detection.Lanes{Both: 10, FilesOnly: 11, BusOnly: 12, Uncompared: 13, Failed: 14},
	}
	for _, s := range detection.Severities() {
		t.BySeverity[s] = int(s)
	}
	for _, r := range detection.Reasons() {
		t.Withheld[r] = int(r)
	}
	return metrics.Run{Tally: t, Rules: 50, Heartbeats: 8}
}

func TestWhatIsWritten(t *testing.T) {
	always := []string{"RecordsReceived=0 by FunctionName=detect", "RulesLoaded=0 by FunctionName=detect"}
	whole := []string{
		"AgeAtAlert=90.001 by FunctionName=detect", "Busy=7 by FunctionName=detect", "Complaints=5 by FunctionName=detect",
		"DeduplicationOff=6 by FunctionName=detect", "FilesOnly=11 by FunctionName=detect", "Uncompared=13 by FunctionName=detect",
		"ReconcileFailed=14 by FunctionName=detect", "Heartbeats=8 by FunctionName=detect", "Problems=3 by FunctionName=detect",
		"RecordsEvaluated=7 by FunctionName=detect", "RecordsReceived=9 by FunctionName=detect", "RollUps=4 by FunctionName=detect",
		"RulesLoaded=50 by FunctionName=detect",
	}
	for _, s := range detection.Severities() {
		whole = append(whole, fmt.Sprintf("Alerts=%d by FunctionName=detect Severity=%s", s, s))
	}
	full, all := append(slices.Clone(whole), "BothLanes=10 by FunctionName=detect", "BusOnly=12 by FunctionName=detect"), 0
	for _, r := range detection.Reasons() {
		full = append(full, fmt.Sprintf("Withheld=%d by FunctionName=detect Reason=%s", r, r))
		all += int(r)
	}
	basic := append(slices.Clone(whole), fmt.Sprintf("Withheld=%d by FunctionName=detect", all))
	tests := []struct {
		name string
		full bool
		run  metrics.Run
		want []string
	}{
		{"nothing happened, and that is told", false, metrics.Run{}, always},
		{"nothing happened, in full", true, metrics.Run{}, always},
		{"everything happened", false, everything(), basic},
		{"everything happened, in full", true, everything(), full},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, written := meter(tt.full)
			if err := m.Write(tt.run); err != nil {
				t.Fatal(err)
			}
			var got []string
			for text := range strings.Lines(written.String()) {
				got = append(got, valid(t, text)...)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAFunctionWithoutANameHasNoDimension(t *testing.T) {
	m, written := meter(false)
	m.Function = ""
	if err := m.Write(metrics.Run{Rules: 1}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"RecordsReceived=0 by", "RulesLoaded=1 by"}, valid(t, written.String())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestALogThatTakesNothingIsAnError(t *testing.T) {
	m, _ := meter(false)
	m.To = broken{}
	if err := m.Write(metrics.Run{}); err == nil || !strings.Contains(err.Error(), "write metrics: no room") {
		t.Errorf("error %v", err)
	}
}

// units are those of MetricDatum in CloudWatch's API reference.
var units = []string{
	"Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits",
	"Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
	"Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
}

// valid holds a line to the rules of the embedded metric format, and returns its metrics:
// name, value and dimensions. The rules are those of the JSON schema and the text of
// "Specification: Embedded metric format" in CloudWatch's user guide.
func valid(t *testing.T, text string) []string {
	t.Helper()
	if !strings.HasSuffix(text, "}\n") || strings.Count(text, "\n") != 1 || len(text) > 256<<10 {
		t.Errorf("not one line of at most 256 KB: %.200q", text)
	}
	var root map[string]any
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	meta, _ := root["_aws"].(map[string]any)
	stamp, isNumber := meta["Timestamp"].(float64)
	directives, isList := meta["CloudWatchMetrics"].([]any)
	if !isNumber || stamp != float64(at.UnixMilli()) || !isList || len(directives) == 0 || len(meta) != 2 {
		t.Fatalf("_aws is %v", meta)
	}
	var found []string
	for _, d := range directives {
		directive := d.(map[string]any)
		if directive["Namespace"] != "trailbell" || len(directive) != 3 {
			t.Errorf("directive %v", directive)
		}
		sets, _ := directive["Dimensions"].([]any)
		if len(sets) == 0 {
			t.Errorf("no set of dimensions, not even an empty one: %v", directive)
		}
		for _, set := range sets {
			found = append(found, counted(t, root, set.([]any), directive["Metrics"].([]any))...)
		}
	}
	return found
}

// counted are the metrics of a directive under one set of dimensions.
func counted(t *testing.T, root map[string]any, set, list []any) []string {
	t.Helper()
	by := "by"
	if len(set) > 30 {
		t.Errorf("%d dimensions, 30 are allowed", len(set))
	}
	for _, name := range set {
		value, isText := root[name.(string)].(string)
		if !isText || value == "" || len(value) > 1024 || len(name.(string)) > 250 {
			t.Errorf("dimension %v is %v", name, root[name.(string)])
		}
		by += fmt.Sprintf(" %s=%s", name, value)
	}
	if len(list) == 0 || len(list) > 100 {
		t.Errorf("%d metrics, from 1 to 100 are allowed", len(list))
	}
	var found []string
	for _, m := range list {
		definition := m.(map[string]any)
		name, unit := definition["Name"].(string), definition["Unit"].(string)
		value, isNumber := root[name].(float64)
		if name == "" || len(name) > 1024 || !isNumber || !slices.Contains(units, unit) || len(definition) != 2 {
			t.Errorf("metric %v is %v", definition, root[name])
		}
		found = append(found, fmt.Sprintf("%s=%v %s", name, value, by))
	}
	return found
}
