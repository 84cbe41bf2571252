package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxSteps is how many expressions that did not hold are shown: a rule with many
// alternatives fails in each of them.
const maxSteps = 8

// report prints what failed, and for coverage what no test reached.
func (r testResult) report(w io.Writer, coverage bool) {
	for _, f := range r.failures {
		reportFailure(w, f)
	}
	for _, rule := range r.unfired {
		fmt.Fprintf(w, "FAIL  %s\n  no test makes this rule fire: write one beside %s\n\n", rule.ID, rule.File)
	}
	for _, s := range r.strange {
		fmt.Fprintf(w, "FAIL  %s\n  a record in it is none that CloudTrail writes: %s\n  (a test with odd in its name may do that)\n\n", s.test, s.why)
	}
	if coverage {
		r.reportCoverage(w)
	}
}

// reportFailure shows one test: its name and place, the expression of the test, the
// expressions of the rule that did not hold with their values, and the record.
func reportFailure(w io.Writer, f failure) {
	fmt.Fprintf(w, "FAIL  %s.%s\n  %s:%d\n", strings.TrimPrefix(f.result.Package, "data."), f.result.Name, f.result.Location.File, f.result.Location.Row)
	if f.result.Error != nil {
		fmt.Fprintf(w, "  error: %v\n", f.result.Error)
	}
	if f.expression != "" {
		fmt.Fprintf(w, "  did not hold: %s\n", f.expression)
	}
	if len(f.steps) > 0 {
		fmt.Fprintln(w, "  because of")
	}
	for _, step := range f.steps[:min(len(f.steps), maxSteps)] {
		fmt.Fprintf(w, "    %s\n", step)
	}
	if more := len(f.steps) - maxSteps; more > 0 {
		fmt.Fprintf(w, "    and %d more\n", more)
	}
	if len(f.result.Output) > 0 {
		fmt.Fprintf(w, "  printed\n    %s\n", strings.ReplaceAll(strings.TrimSpace(string(f.result.Output)), "\n", "\n    "))
	}
	if f.record != nil {
		fmt.Fprintf(w, "  with the record\n    %s\n", indented(f.record))
	}
	fmt.Fprintln(w)
}

// reportCoverage lists the lines of rules that no test reached.
func (r testResult) reportCoverage(w io.Writer) {
	for _, file := range slices.Sorted(maps.Keys(r.cover.Files)) {
		report := r.cover.Files[file]
		if strings.HasSuffix(file, "_test.rego") || len(report.NotCovered) == 0 {
			continue
		}
		var lines []string
		for _, span := range report.NotCovered {
			lines = append(lines, fmt.Sprint(span.Start.Row))
		}
		fmt.Fprintf(w, "%s: not reached: %s\n", file, strings.Join(lines, ", "))
	}
	fmt.Fprintf(w, "coverage: %.1f %% of the lines\n", r.cover.Coverage)
}

func oneLine(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }

// indented is a record as JSON, to be printed under a heading.
func indented(value ast.Value) string {
	plain, err := ast.JSON(value)
	if err != nil {
		return value.String()
	}
	text, err := json.MarshalIndent(plain, "    ", "  ")
	if err != nil {
		return value.String()
	}
	return string(text)
}
