package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/notify"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// longestValue is how much of a record's value is shown.
const longestValue = 120

func newExplainCommand() *cobra.Command {
	var flags ruleFlags
	cmd := &cobra.Command{
		Use:   "explain [flags] RULE PATH",
		Short: "Say why a rule matched a record, or why not",
		Long: `Say for each record which conditions of a rule held and which did not, with the
values. A rule may match in several ways; one of them is enough. What OPA says is
what counts: it stands first.`,
		Example: "  trailbell explain identity.root.console_login events/console-sign-in-without-mfa.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("explain needs a RULE and a PATH: trailbell explain identity.root.console_login record.json")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs, err := findInputs(args[1:])
			if err != nil {
				return exit{exitUsage, err}
			}
			set, err := flags.load(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			id := detection.RuleID(args[0])
			if !slices.ContainsFunc(set.Rules, func(rule detection.Rule) bool { return rule.ID == id }) {
				return usage("there is no rule %s", id)
			}
			return explain(cmd.Context(), set, id, inputs, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	flags.register(cmd)
	return cmd
}

func explain(ctx context.Context, set *ruleset.Set, id detection.RuleID, inputs []string, stdin io.Reader, stdout io.Writer) error {
	conditions := selection.Derive(ctx, set)
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return exit{exitProblem, err}
	}
	for _, input := range inputs {
		err := eachRecord(input, stdin, func(rec cloudtrail.Record) {
			outcome := opa.Evaluate(ctx, rec, []detection.RuleID{id})[0]
			fmt.Fprintf(stdout, "%s %s %s: %s is %s\n", rec.EventSource(), rec.EventName(), rec.EventID(), id, outcome.Verdict)
			for _, failure := range slices.Concat(outcome.Failures, outcome.Complaints) {
				fmt.Fprintf(stdout, "  %s: %s: %v\n", failure.Part, failure.Cause, failure.Err)
			}
			if silenced := selection.SilencedBy(conditions, id); silenced != "" {
				fmt.Fprintf(stdout, "  no record can match, because the settings do not hold: %s\n", silenced)
			}
			ways, err := selection.Explain(conditions, id, rec)
			if err != nil {
				fmt.Fprintf(stdout, "  %v\n", err)
				return
			}
			printWays(stdout, ways, "  ")
		})
		if err != nil {
			return exit{exitProblem, err}
		}
	}
	return nil
}

// printWays shows the ways one after the other, those of helpers below what asks them.
func printWays(w io.Writer, ways []selection.Way, indent string) {
	for i, way := range ways {
		if len(ways) > 1 {
			fmt.Fprintf(w, "%sway %d of %d\n", indent, i+1, len(ways))
		}
		for _, c := range way.Conditions {
			fmt.Fprintf(w, "%s%-11s  %s%s\n", indent, c.Answer, notify.Visible(c.Text, longestValue*4), shownValues(c))
			printWays(w, c.Any, indent+"             ")
		}
	}
}

// shownValues are the values that a condition reads, unless its helpers' conditions show
// them.
func shownValues(c selection.Checked) string {
	if len(c.Any) > 0 {
		return ""
	}
	var values []string
	for _, value := range c.Values {
		shown := value.JSON
		if shown == "" {
			shown = "absent"
		}
		values = append(values, fmt.Sprintf("%s is %s", value.Path, notify.Visible(shown, longestValue)))
	}
	if len(values) == 0 {
		return ""
	}
	return "   [" + strings.Join(values, "; ") + "]"
}
