package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/spf13/cobra"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// maxColumn is how wide the column of ids may get. Few ids are longer; those push their
// title to the right, so that all other titles stay on the screen.
const maxColumn = 40

func newRulesListCommand() *cobra.Command {
	var flags ruleFlags
	var format, state string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "list [flags] [DIR...]",
		Short: "List the rules, and say which can't fire as things are",
		Long: `List the rules of the folders named, or of the shipped set and rules/local: severity,
id and title. Under a rule stands why it is not active, where it is not; --verbose
adds the settings that it reads and its exempt lists. At the end stand the rules of
which it can't be told beforehand which records they may match: they make all slower.

Exit codes: 0 done; 1 a rule was refused; 2 wrong use.`,
		Example: `  trailbell rules list
  trailbell rules list --verbose --settings my-settings.yaml
  trailbell rules list --format json | jq -r 'select(.inactive != "") | .id'`,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			if format != "text" && format != "json" {
				return usage("--format %q is neither text nor json", format)
			}
			set, _, err := flags.loadFrom(cmd.Context(), dirs, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			used, done, err := rememberedUse(cmd.Context(), state)
			if err != nil {
				return err
			}
			defer done()
			unindexed := findUnindexed(cmd.Context(), set)
			if format == "json" {
				return listAsJSON(cmd.OutOrStdout(), set.Rules, unindexed)
			}
			listAsTable(cmd.OutOrStdout(), set.Rules, verbose)
			listUnindexed(cmd.OutOrStdout(), set.Rules, unindexed)
			listExceptions(cmd.OutOrStdout(), set.Exceptions, time.Now(), used)
			fmt.Fprintln(cmd.ErrOrStderr(), countRules(set.Rules))
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "how rules are printed: text or json (one object a line)")
	cmd.Flags().StringVar(&state, "state", "", "file of trailbell run --state: says when exceptions were last used")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "also the settings that a rule reads and its exempt lists")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// listAsTable prints a line a rule, and under it what keeps the rule from firing.
func listAsTable(w io.Writer, all []detection.Rule, verbose bool) {
	width := len("RULE")
	for _, rule := range all {
		width = min(max(width, len(rule.ID)), maxColumn)
	}
	const line = "%-8s  %-*s  %s\n"
	fmt.Fprintf(w, line, "SEVERITY", width, "RULE", "TITLE")
	for _, rule := range all {
		fmt.Fprintf(w, line, rule.Severity, width, rule.ID, rule.Title)
		for _, note := range ruleNotes(rule, verbose) {
			fmt.Fprintf(w, "%-8s    %s\n", "", note)
		}
	}
}

// ruleNotes are the lines under a rule.
func ruleNotes(rule detection.Rule, verbose bool) []string {
	var notes []string
	if rule.Inactive != "" {
		notes = append(notes, "not active: "+rule.Inactive)
	}
	if rule.Status == detection.StatusTest {
		notes = append(notes, "on trial: status is test")
	}
	notes = append(notes, overrideNotes(rule)...)
	if rule.LogFilesOnly {
		notes = append(notes, "needs log files: EventBridge does not bring its records")
	}
	if verbose && len(rule.Settings) > 0 {
		notes = append(notes, "reads: "+strings.Join(rule.Settings, ", "))
	}
	if verbose && len(rule.Exempt) > 0 {
		notes = append(notes, "exempt: "+strings.Join(rule.Exempt, ", "))
	}
	return notes
}

// An unindexed says what of a rule keeps it from being left out for any record.
type unindexed struct {
	Where      string `json:"where"` // file and line of match
	Expression string `json:"expression"`
}

// findUnindexed are the rules that are asked about every record.
func findUnindexed(ctx context.Context, set *ruleset.Set) map[detection.RuleID]unindexed {
	why := map[detection.RuleID]string{}
	for _, rule := range selection.Derive(ctx, set).Unindexed() {
		why[rule.Rule] = rule.Why
	}
	found := map[detection.RuleID]unindexed{}
	modules := set.TestModules()
	for _, rule := range set.Rules {
		if expression, ok := why[rule.ID]; ok {
			found[rule.ID] = unindexed{whereMatchIs(rule, modules[rule.File]), expression}
		}
	}
	return found
}

// whereMatchIs is where a person starts to look.
func whereMatchIs(rule detection.Rule, module *ast.Module) string {
	if module != nil {
		for _, defined := range module.Rules {
			if defined.Head.Name.String() == "match" && !defined.Default {
				return fmt.Sprintf("%s:%d", rule.File, defined.Location.Row)
			}
		}
	}
	return rule.File
}

// listUnindexed prints the rules that are asked about every record, where there are any.
func listUnindexed(w io.Writer, all []detection.Rule, found map[detection.RuleID]unindexed) {
	if len(found) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s can't be indexed, so OPA is asked about every record:\n", plural(len(found), "rule"))
	for _, rule := range all {
		if u, ok := found[rule.ID]; ok {
			fmt.Fprintf(w, "  %s  %s\n    %s\n", rule.ID, u.Where, u.Expression)
		}
	}
}

// countRules is the last line of a list.
func countRules(all []detection.Rule) string {
	bySeverity := map[detection.Severity]int{}
	inactive := 0
	for _, rule := range all {
		bySeverity[rule.Severity]++
		if rule.Inactive != "" {
			inactive++
		}
	}
	var counts []string
	for _, s := range slices.Backward(detection.Severities()) {
		if n := bySeverity[s]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return fmt.Sprintf("%s (%s), %d not active", plural(len(all), "rule"), strings.Join(counts, ", "), inactive)
}

// A listedRule is a rule as JSON. Absent values are empty, never missing.
type listedRule struct {
	ID             detection.RuleID   `json:"id"`
	Severity       detection.Severity `json:"severity"`
	Title          string             `json:"title"`
	Description    string             `json:"description"`
	Status         detection.Status   `json:"status"`
	Inactive       string             `json:"inactive"` // why it can't fire as things are
	File           string             `json:"file"`
	Settings       []string           `json:"settings"` // read by the rule
	Exempt         []string           `json:"exempt"`
	GroupBy        []string           `json:"group_by"`
	Paths          []string           `json:"paths"` // of the record that the rule looks at
	Outputs        []string           `json:"outputs"`
	Threshold      *listedThreshold   `json:"threshold"`
	FirstSeen      string             `json:"first_seen"` // the window
	LogFilesOnly   bool               `json:"log_files_only"`
	Unindexed      *unindexed         `json:"unindexed"` // why it is asked about every record
	Attack         []listedTechnique  `json:"attack"`
	CIS            []string           `json:"cis"`
	FalsePositives []string           `json:"false_positives"`
	Runbook        []string           `json:"runbook"`
	References     []string           `json:"references"`
}

type listedThreshold struct {
	Count    int            `json:"count"`
	Window   string         `json:"window"`
	Distinct string         `json:"distinct"`
	Weights  map[string]int `json:"weights"`
	Lower    int            `json:"lower"`
}

type listedTechnique struct {
	ID      detection.Technique `json:"id"`
	Name    string              `json:"name"`
	Tactics []string            `json:"tactics"`
}

func listAsJSON(w io.Writer, all []detection.Rule, found map[detection.RuleID]unindexed) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, rule := range all {
		out := listed(rule)
		if u, ok := found[rule.ID]; ok {
			out.Unindexed = &u
		}
		if err := encoder.Encode(out); err != nil {
			return exit{exitProblem, fmt.Errorf("write rule %s: %w", rule.ID, err)}
		}
	}
	return nil
}

func listed(rule detection.Rule) listedRule {
	out := listedRule{
		ID: rule.ID, Severity: rule.Severity, Title: rule.Title, Description: rule.Description,
		Status: rule.Status, Inactive: rule.Inactive, File: rule.File, LogFilesOnly: rule.LogFilesOnly,
		Settings: orEmpty(rule.Settings), Exempt: orEmpty(rule.Exempt), GroupBy: orEmpty(rule.GroupBy),
		Paths: orEmpty(rule.Evidence), CIS: orEmpty(rule.CIS), FalsePositives: orEmpty(rule.FalsePositives),
		Runbook: orEmpty(rule.Runbook), References: orEmpty(rule.References),
		Outputs: []string{}, Attack: []listedTechnique{},
	}
	for _, output := range rule.Outputs {
		out.Outputs = append(out.Outputs, string(output))
	}
	for _, id := range rule.Attack {
		out.Attack = append(out.Attack, technique(id))
	}
	if t := rule.Threshold; t != nil {
		out.Threshold = &listedThreshold{Count: t.Count, Window: window(t.Window), Distinct: t.Distinct, Weights: t.Weights, Lower: t.Lower}
	}
	if rule.FirstSeen != nil {
		out.FirstSeen = window(rule.FirstSeen.Window)
	}
	return out
}

// orEmpty makes an absent list an empty one, so that JSON shows [] and not null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
