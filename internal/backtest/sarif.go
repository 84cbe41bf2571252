package backtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"trailbell/internal/detection"
)

// The parts of SARIF 2.1.0 that are used; see the OASIS standard "Static Analysis Results
// Interchange Format".
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Results     []sarifResult     `json:"results"`
		Invocations []sarifInvocation `json:"invocations"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifResult struct {
		Rule      string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line int `json:"startLine"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
)

// SARIF writes the report for code scanning: one result for each rule with alerts, which
// points at the rule's file, and a notification for each problem.
func SARIF(w io.Writer, r Report) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "trailbell", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	for _, id := range slices.Sorted(maps.Keys(r.Rules)) {
		rule := r.Rules[id]
		if rule.Alerts == 0 {
			continue
		}
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{id, sarifText{visible(rule.Title)}})
		run.Results = append(run.Results, sarifResult{
			Rule: id, Level: sarifLevel(rule.worst),
			Message:   sarifText{fmt.Sprintf("%s on %s, up to %s. Withheld: %s.", plural(rule.Alerts, "alert"), plural(len(rule.PerDay), "day"), rule.Worst, reasons(rule.Withheld))},
			Locations: []sarifLocation{{sarifPhysical{sarifArtifact{artifact(rule.File)}, sarifRegion{1}}}},
		})
	}
	invocation := sarifInvocation{Successful: r.Complete && r.Problems == 0, Notifications: []sarifNotification{}}
	for _, why := range r.unread() {
		invocation.Notifications = append(invocation.Notifications, sarifNotification{"error", sarifText{why}})
	}
	run.Invocations = []sarifInvocation{invocation}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// artifact is a file as SARIF wants it: a relative reference with slashes.
func artifact(file string) string {
	return strings.TrimLeft(path.Clean(strings.ReplaceAll(file, `\`, "/")), "/")
}

func sarifLevel(s detection.Severity) string {
	switch {
	case s >= detection.High:
		return "error"
	case s >= detection.Medium:
		return "warning"
	}
	return "note"
}
