package reference

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"trailbell/internal/detection"
)

// waits says in words when a rule that waits for more than one record fires.
func waits(rule Rule) string {
	switch {
	case rule.Threshold != nil:
		return threshold(*rule.Threshold)
	case rule.FirstSeen != nil:
		return fmt.Sprintf("for what was not seen for %s; in its first %[1]s it only learns", duration(rule.FirstSeen.Window))
	}
	return ""
}

func threshold(t detection.Threshold) string {
	text := fmt.Sprintf("for %d records of a group within %s", t.Count, duration(t.Window))
	if t.Distinct != "" {
		text = fmt.Sprintf("for %d different values of %s in a group within %s", t.Count, code(t.Distinct), duration(t.Window))
	}
	if t.Lower > 0 {
		text += fmt.Sprintf("; %d are enough when its `lower` is true", t.Lower)
	}
	for _, event := range slices.Sorted(maps.Keys(t.Weights)) {
		text += fmt.Sprintf("; %s counts for %d", code(event), t.Weights[event])
	}
	return text
}

// duration is a window in words.
func duration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day && d%day == 0:
		return plural(int(d/day), "day")
	case d >= time.Hour && d%time.Hour == 0:
		return plural(int(d/time.Hour), "hour")
	case d >= time.Minute && d%time.Minute == 0:
		return plural(int(d/time.Minute), "minute")
	}
	return plural(int(d/time.Second), "second")
}

// group says what makes findings of a rule alike.
func group(rule Rule) string {
	text := "the account and who did it"
	if len(rule.GroupBy) > 0 {
		paths := make([]string, 0, len(rule.GroupBy))
		for _, path := range rule.GroupBy {
			paths = append(paths, groupPath(path))
		}
		text = strings.Join(paths, ", ")
	}
	if slices.Contains(rule.Outputs, detection.OutputGroup) {
		text += "; for some records the rule says otherwise"
	}
	return text
}

// groupPath is a path of group_by in words, of which several may stand for one another.
func groupPath(path string) string {
	if inner, ok := strings.CutPrefix(path, "agent_family("); ok {
		return "the kind of program in " + code(strings.TrimSuffix(inner, ")"))
	}
	path, network, isNetwork := strings.Cut(path, "/")
	text := strings.Join(codesOf(strings.Split(path, "|")), " or else ")
	if isNetwork {
		text += " (its /" + network + " network)"
	}
	return text
}

func codesOf(texts []string) []string {
	var list []string
	for _, text := range texts {
		list = append(list, code(text))
	}
	return list
}

// severity is a rule's severity, and whether the record changes it.
func severity(rule Rule) string {
	text := rule.Severity.String()
	if rule.Fixed != 0 {
		return fmt.Sprintf("%s, whatever the rule says: settings", rule.Fixed)
	}
	if slices.Contains(rule.Outputs, detection.OutputSeverities) {
		text += "; for some records another, see below"
	}
	return text
}

// state says what keeps a rule from being sent, in words.
func state(rule Rule) string {
	switch {
	case rule.Inactive != "":
		return "not active as it is: " + prose(rule.Inactive)
	case rule.Status == detection.StatusTest:
		return "on trial: what it finds is counted and not sent"
	case rule.Shadow:
		return "in shadow: settings have what it finds counted and not sent"
	}
	return ""
}
