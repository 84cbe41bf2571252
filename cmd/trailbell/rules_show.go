package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"

	"trailbell/internal/attack"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

const (
	proseWidth  = 80 // of a line that is read, not typed
	labelWidth  = 16
	nearestMany = 3 // ids that an unknown one may have been meant for
)

func newRulesShowCommand() *cobra.Command {
	var flags ruleFlags
	cmd := &cobra.Command{
		Use:   "show [flags] RULE [DIR...]",
		Short: "Show all that is known of a rule, and its Rego",
		Long: `Show what a rule's METADATA says, what the loader found in its body, and the body.
The rule is looked for in the folders named, or in the shipped set and rules/local.

Exit codes: 0 done; 1 a rule was refused; 2 wrong use, or there is no such rule.`,
		Example: `  trailbell rules show cloudtrail.trail_stopped_or_deleted
  trailbell rules show mine.bucket_deleted rules/local`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("show needs a RULE, such as cloudtrail.trail_stopped_or_deleted; trailbell rules list has them all")
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return completeRules(cmd.Context(), flags, begun), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			set, sources, err := flags.loadFrom(cmd.Context(), args[1:], cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			// What a file or a message shows is the package.
			id := strings.TrimPrefix(strings.TrimPrefix(args[0], "data."), "rules.")
			i := slices.IndexFunc(set.Rules, func(rule detection.Rule) bool { return string(rule.ID) == id })
			if i < 0 {
				return unknownRule(id, set.Rules)
			}
			rego, err := regoOf(set.Rules[i], sources)
			if err != nil {
				return exit{exitProblem, err}
			}
			showRule(cmd.OutOrStdout(), set.Rules[i], rego)
			return nil
		},
	}
	flags.register(cmd)
	return cmd
}

// completeRules are the ids that go on as begun, with their titles. Nothing thorough is
// done and nothing is said: a shell waits.
func completeRules(ctx context.Context, flags ruleFlags, begun string) []cobra.Completion {
	sources, err := flags.sources(nil)
	if err != nil {
		return nil
	}
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: sources, SettingsFile: flags.settings})
	if err != nil {
		return nil
	}
	var found []cobra.Completion
	for _, rule := range set.Rules {
		if strings.HasPrefix(string(rule.ID), begun) {
			found = append(found, cobra.CompletionWithDesc(string(rule.ID), rule.Title))
		}
	}
	return found
}

// unknownRule is the error for an id that no rule has, with those that were probably meant.
func unknownRule(id string, all []detection.Rule) error {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b detection.Rule) int {
		return cmp.Compare(distance(id, string(a.ID)), distance(id, string(b.ID)))
	})
	var near []string
	for _, rule := range sorted[:min(len(sorted), nearestMany)] {
		near = append(near, string(rule.ID))
	}
	return usage("there is no rule %s; the nearest are %s", id, strings.Join(near, ", "))
}

// distance says how far what was typed is from an id. People remember a part of an id
// more often than they misspell it, so a part that is right counts as near.
func distance(typed, id string) int {
	name := id[strings.LastIndexByte(id, '.')+1:]
	switch {
	case strings.Contains(name, typed):
		return 0
	case strings.Contains(id, typed):
		return 1
	}
	return 2 + min(levenshtein.ComputeDistance(typed, id), levenshtein.ComputeDistance(typed, name))
}

// regoOf is the rule's file from its package on: the rest is METADATA. The last source
// that has the file has the last word, as in loading.
func regoOf(rule detection.Rule, sources []ruleset.Source) (string, error) {
	for _, source := range slices.Backward(sources) {
		name, inside := strings.CutPrefix(rule.File, path.Clean(source.Name)+"/")
		if path.Clean(source.Name) == "." {
			name, inside = rule.File, true
		}
		if !inside {
			continue
		}
		text, err := fs.ReadFile(source.FS, name)
		if err != nil {
			continue // the file is another source's
		}
		_, body, _ := strings.Cut("\n"+string(text), "\npackage ")
		return "package " + body, nil
	}
	return "", fmt.Errorf("show rule %s: %s can't be read", rule.ID, rule.File)
}

// showRule prints the facts in a column, then what is prose, then the Rego.
func showRule(w io.Writer, rule detection.Rule, rego string) {
	fmt.Fprintf(w, "%s\n%s\n\n", rule.ID, rule.Title)
	fact := func(label string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			fmt.Fprintf(w, "%-*s%s\n", labelWidth, label, wrapped(text, labelWidth))
		}
	}
	fact("severity", rule.Severity.String())
	fact("status", string(rule.Status))
	fact("not active", rule.Inactive)
	fact("changed", overrideNotes(rule)...)
	if rule.LogFilesOnly {
		fact("lane", "log files only: EventBridge does not bring its records")
	}
	fact("file", rule.File)
	fact("CIS", rule.CIS...)
	fact("reads settings", rule.Settings...)
	fact("exempt", rule.Exempt...)
	fact("group by", rule.GroupBy...)
	fact("threshold", thresholdText(rule.Threshold))
	if rule.FirstSeen != nil {
		fact("first seen", "not seen for "+window(rule.FirstSeen.Window))
	}
	fact("looks at", rule.Evidence...)
	fact("answers", answers(rule)...)

	fmt.Fprintf(w, "\nWhat it means\n  %s\n", wrapped(rule.Description, 2))
	section(w, "What to do", rule.Runbook, func(i int) string { return fmt.Sprintf("%d. ", i+1) })
	section(w, "False positives", rule.FalsePositives, dash)
	section(w, "ATT&CK v"+attack.Version, techniques(rule.Attack), dash)
	section(w, "Read more", rule.References, dash)
	fmt.Fprintf(w, "\nRego\n%s\n", strings.TrimSpace(rego))
}

func dash(int) string { return "- " }

// section prints a heading and a list under it, unless the list is empty.
func section(w io.Writer, heading string, items []string, mark func(int) string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", heading)
	for i, item := range items {
		fmt.Fprintf(w, "  %s%s\n", mark(i), wrapped(item, 2+len(mark(i))))
	}
}

// wrapped breaks a text into lines, of which all but the first are indented.
func wrapped(text string, indent int) string {
	var b strings.Builder
	column := indent
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > proseWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

// answers are the names of what the rule answers.
func answers(rule detection.Rule) []string {
	names := []string{"match"}
	for _, output := range rule.Outputs {
		names = append(names, string(output))
	}
	return names
}

func technique(id detection.Technique) listedTechnique {
	known, _ := attack.Lookup(string(id)) // the loader refuses others
	return listedTechnique{ID: id, Name: known.Name, Tactics: orEmpty(known.Tactics)}
}

func techniques(ids []detection.Technique) []string {
	var lines []string
	for _, id := range ids {
		t := technique(id)
		lines = append(lines, fmt.Sprintf("%s %s (%s)", t.ID, t.Name, strings.Join(t.Tactics, ", ")))
	}
	return lines
}

func thresholdText(t *detection.Threshold) string {
	if t == nil {
		return ""
	}
	text := fmt.Sprintf("%d records within %s", t.Count, window(t.Window))
	if t.Distinct != "" {
		text = fmt.Sprintf("%d different values of %s within %s", t.Count, t.Distinct, window(t.Window))
	}
	if t.Lower > 0 {
		text += fmt.Sprintf("; %d when the rule's lower is true", t.Lower)
	}
	for _, event := range slices.Sorted(maps.Keys(t.Weights)) {
		text += fmt.Sprintf("; %s counts for %d", event, t.Weights[event])
	}
	return text
}

// window is a duration as METADATA writes it.
func window(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
