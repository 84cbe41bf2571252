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
	case detection.OutputGroup:
		return takeGroup(finding, value)
	case detection.OutputAtOnce:
		return takeBoolean(&finding.AtOnce, output, value)
	case detection.OutputLower:
		return takeBoolean(&finding.Lower, output, value)
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

// takeGroup takes texts only: the engine does not guess how a number or a list is
// written, because the same thing must always make the same group.
func takeGroup(finding *detection.Finding, value any) *detection.Failure {
	list, ok := value.([]any)
	group := make([]string, 0, len(list))
	for _, item := range list {
		text, isText := item.(string)
		ok = ok && isText
		group = append(group, text)
	}
	if !ok || len(group) == 0 {
		f := wrongShape("group", "an array of strings that is not empty", value)
		return &f
	}
	finding.Group = group
	return nil
}

func takeBoolean(to *bool, output detection.Output, value any) *detection.Failure {
	answer, ok := value.(bool)
	if !ok {
		f := wrongShape(string(output), "a boolean", value)
		return &f
	}
	*to = answer
	return nil
}

func wrongShape(part, want string, got any) detection.Failure {
	return failure(part, detection.CauseShape, fmt.Errorf("%s must be %s, it is %.100q", part, want, fmt.Sprint(got)))
}
