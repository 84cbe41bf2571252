// Package metrics counts what the function did, in CloudWatch's embedded metric format:
// lines of the log that CloudWatch makes metrics of, so that no call is needed and none
// can fail. It knows nothing of alarms.
package metrics

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
)

// Namespace is where CloudWatch shows the metrics.
const Namespace = "trailbell"

// The names of the metrics. All are counts but AgeAtAlert, which is in seconds.
const (
	RecordsReceived  = "RecordsReceived"
	RecordsEvaluated = "RecordsEvaluated"
	RulesLoaded      = "RulesLoaded"
	Alerts           = "Alerts" // has the dimension Severity
	AgeAtAlert       = "AgeAtAlert"
	Withheld         = "Withheld" // has the dimension Reason in a [Meter] that is Full
	RollUps          = "RollUps"
	Problems         = "Problems"
	Complaints       = "Complaints"
	DeduplicationOff = "DeduplicationOff"
	Busy             = "Busy"
	Heartbeats       = "Heartbeats"
	FilesOnly        = "FilesOnly"
	BothLanes        = "BothLanes" // in a [Meter] that is Full
	BusOnly          = "BusOnly"   // in a [Meter] that is Full
	Uncompared       = "Uncompared"
	ReconcileFailed  = "ReconcileFailed"
)

// The dimensions. Two deployments in one account are told apart by their functions.
const (
	FunctionName = "FunctionName"
	Severity     = "Severity"
	Reason       = "Reason"
)

// A Meter writes metrics. It is safe for concurrent use when To is.
type Meter struct {
	To       io.Writer
	Function string // the function's name; may be empty
	// Full says that what is withheld is counted for each reason, and what is in order of the
	// lanes is counted too. Each of them is a metric that CloudWatch bills.
	Full bool
	Now  func() time.Time
}

// A Run is what one invocation of the function did.
type Run struct {
	Tally      pipeline.Tally
	Rules      int
	Heartbeats int // that were sent
}

// Write writes what a run did, one line for the whole and one for each severity and
// reason. What is zero is left out, because CloudWatch bills a metric for each hour in
// which it is heard of; RecordsReceived and RulesLoaded are always there, so that silence
// is seen.
func (m Meter) Write(run Run) error {
	t := run.Tally
	whole := m.line("", "")
	whole.add(RecordsReceived, t.Records, "Count")
	whole.add(RulesLoaded, run.Rules, "Count")
	whole.addIfAny(RecordsEvaluated, t.Records-t.Unfinished)
	whole.addIfAny(RollUps, t.RollUps)
	whole.addIfAny(Problems, t.Problems)
	whole.addIfAny(Complaints, t.Complaints)
	whole.addIfAny(DeduplicationOff, t.Forgetful)
	whole.addIfAny(Busy, t.Busy)
	whole.addIfAny(Heartbeats, run.Heartbeats)
	whole.addIfAny(FilesOnly, t.Lanes.FilesOnly)
	whole.addIfAny(Uncompared, t.Lanes.Uncompared)
	whole.addIfAny(ReconcileFailed, t.Lanes.Failed)
	if t.Oldest > 0 {
		whole.add(AgeAtAlert, t.Oldest.Seconds(), "Seconds")
	}
	if m.Full {
		whole.addIfAny(BothLanes, t.Lanes.Both).addIfAny(BusOnly, t.Lanes.BusOnly)
	} else {
		whole.addIfAny(Withheld, t.NotSent())
	}
	lines := []*line{whole}
	for _, severity := range detection.Severities() {
		lines = append(lines, m.line(Severity, severity.String()).addIfAny(Alerts, t.BySeverity[severity]))
	}
	if m.Full {
		for _, reason := range detection.Reasons() {
			lines = append(lines, m.line(Reason, reason.String()).addIfAny(Withheld, t.Withheld[reason]))
		}
	}
	return m.write(lines)
}

// write writes each line at once, so that no other stands inside it.
func (m Meter) write(lines []*line) error {
	var errs []error
	for _, l := range lines {
		if len(l.metrics) == 0 {
			continue
		}
		text, err := json.Marshal(l.document())
		if err == nil {
			_, err = m.To.Write(append(text, '\n'))
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}

// A line is a document of the embedded metric format; see "Specification: Embedded metric
// format" in CloudWatch's user guide.
type line struct {
	at         time.Time
	dimensions []string
	metrics    []metric
	targets    map[string]any // values of dimensions and metrics, by name
}

type metric struct {
	Name string
	Unit string
}

// line begins a line with the function's dimension and perhaps another.
func (m Meter) line(dimension, value string) *line {
	l := &line{at: m.Now(), dimensions: []string{}, targets: map[string]any{}}
	for _, d := range [][2]string{{FunctionName, m.Function}, {dimension, value}} {
		if d[1] != "" {
			l.dimensions = append(l.dimensions, d[0])
			l.targets[d[0]] = d[1]
		}
	}
	return l
}

func (l *line) add(name string, value any, unit string) {
	l.metrics = append(l.metrics, metric{Name: name, Unit: unit})
	l.targets[name] = value
}

func (l *line) addIfAny(name string, count int) *line {
	if count != 0 {
		l.add(name, count, "Count")
	}
	return l
}

func (l *line) document() map[string]any {
	document := map[string]any{"_aws": map[string]any{
		"Timestamp": l.at.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": Namespace, "Dimensions": [][]string{l.dimensions}, "Metrics": l.metrics,
		}},
	}}
	maps.Copy(document, l.targets)
	return document
}
