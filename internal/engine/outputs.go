package engine

import (
	"fmt"
	"slices"
	"strings"

	"trailbell/internal/detection"
)

// take puts an output's value into the finding. A value of the wrong shape leaves
// METADATA's in place and is a failure.
func take(finding *detection.Finding, output detection.Output, value any) *detection.Failure {
	switch output {
	case detection.OutputTitle:
		return takeTitle(finding, value)
	case detection.OutputSeverities:
		return takeSeverities(finding, value)
	case detection.OutputDetails:
		return takeDetails(finding, value)
	}
	return nil
}

func takeTitle(finding *detection.Finding, value any) *detection.Failure {
	title, ok := value.(string)
	if !ok || strings.TrimSpace(title) == "" {
		f := wrongShape("title", "a string that is not empty", value)
		return &f
	}
	finding.Title = title
	return nil
}

// takeSeverities takes the highest; an empty set leaves METADATA's.
func takeSeverities(finding *detection.Finding, value any) *detection.Failure {
	list, ok := value.([]any)
	if !ok {
		f := wrongShape("severities", "a set of severities", value)
		return &f
	}
	var found []detection.Severity
	var failed *detection.Failure
	for _, item := range list {
		name, _ := item.(string)
		severity, err := detection.ParseSeverity(name)
		if err != nil {
			f := failure("severities", detection.CauseShape, err)
			failed = &f
			continue
		}
		found = append(found, severity)
	}
	if len(found) > 0 {
		finding.Severity = slices.Max(found)
	}
	return failed
}

func takeDetails(finding *detection.Finding, value any) *detection.Failure {
	details, ok := value.(map[string]any)
	if !ok {
		f := wrongShape("details", "an object of scalars", value)
		return &f
	}
	var failed *detection.Failure
	scalars := map[string]any{}
	for key, item := range details {
		switch item.(type) {
		case map[string]any, []any:
			f := wrongShape("details."+key, "a scalar", item)
			failed = &f
		default:
			scalars[key] = item
		}
	}
	finding.Details = scalars
	return failed
}

func wrongShape(part, want string, got any) detection.Failure {
	return failure(part, detection.CauseShape, fmt.Errorf("%s must be %s, it is %.100q", part, want, fmt.Sprint(got)))
}
