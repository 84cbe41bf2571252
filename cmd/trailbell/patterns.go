package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/ingest"
	"trailbell/internal/selection"
)

func newPatternsCommand() *cobra.Command {
	var flags struct {
		rules ruleFlags
		reads string
	}
	cmd := &cobra.Command{
		Use:   "patterns [flags] [PATH...]",
		Short: "Print the EventBridge patterns that the rules need",
		Long: `Print the EventBridge patterns that are derived from the rules, each on a line after
its name, and for records from files how many would start the function.`,
		Example: "  trailbell patterns\n  trailbell patterns --reads off trail-log.json.gz",
		RunE: func(cmd *cobra.Command, args []string) error {
			choice := selection.ReadEvents(flags.reads)
			if choice != selection.ReadsOff && choice != selection.ReadsNarrow && choice != selection.ReadsAll {
				return usage("--reads %q is none of off, narrow, all", flags.reads)
			}
			patterns, err := printPatterns(cmd.Context(), flags.rules, choice, cmd.OutOrStdout(), cmd.ErrOrStderr())
			if err != nil || len(args) == 0 {
				return err
			}
			inputs, err := findInputs(args)
			if err != nil {
				return exit{exitUsage, err}
			}
			return printShare(patterns, inputs, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	flags.rules.register(cmd)
	cmd.Flags().StringVar(&flags.reads, "reads", string(selection.ReadsNarrow), "calls that only read: off, narrow (those that rules name) or all")
	_ = cmd.RegisterFlagCompletionFunc("reads", cobra.FixedCompletions([]string{"off", "narrow", "all"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func printPatterns(ctx context.Context, rules ruleFlags, choice selection.ReadEvents, stdout, stderr io.Writer) ([]selection.Pattern, error) {
	set, err := rules.load(ctx, stderr)
	if err != nil {
		return nil, err
	}
	patterns, needAll, err := selection.Patterns(selection.Derive(ctx, set), set.Rules, choice)
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	for _, p := range patterns {
		text, err := p.JSON()
		if err != nil {
			return nil, exit{exitProblem, err}
		}
		state := "ENABLED"
		if p.AllReads {
			state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
		}
		fmt.Fprintf(stdout, "%s (%d characters, %s)\n%s\n", p.Name, len(text), state, text)
	}
	for _, id := range needAll {
		fmt.Fprintf(stdout, "%s sees no reads: it would need all of them (mark it lane: logfiles, or name the calls)\n", id)
	}
	for _, rule := range set.Rules {
		if rule.LogFilesOnly {
			fmt.Fprintf(stdout, "%s is left out: it is marked lane: logfiles\n", rule.ID)
		}
	}
	return patterns, nil
}

// printShare counts the records that each pattern takes.
func printShare(patterns []selection.Pattern, inputs []string, stdin io.Reader, stdout io.Writer) error {
	counts, records, starting := make([]int, len(patterns)), 0, 0
	for _, input := range inputs {
		err := eachRecord(input, stdin, func(rec cloudtrail.Record) {
			records++
			event := selection.EventOf(rec)
			for i, p := range patterns {
				if p.Matches(event) {
					counts[i]++
					starting++
				}
			}
		})
		if err != nil {
			return exit{exitProblem, err}
		}
	}
	for i, p := range patterns {
		fmt.Fprintf(stdout, "%s: %d\n", p.Name, counts[i])
	}
	fmt.Fprintf(stdout, "%d of %s would start the function (%.1f %%)\n", starting, plural(records, "record"), 100*float64(starting)/float64(max(records, 1)))
	return nil
}

// eachRecord hands on the records of a file that can be read.
func eachRecord(input string, stdin io.Reader, do func(cloudtrail.Record)) error {
	reader, name := stdin, "standard input"
	if input != "-" {
		file, err := os.Open(input)
		if err != nil {
			return err
		}
		defer file.Close()
		reader, name = file, input
	}
	for rec, problem := range (ingest.Reader{}).Records(reader, name) {
		if problem != nil {
			return fmt.Errorf("%s: %s", problem.Where, problem.Why)
		}
		do(rec)
	}
	return nil
}
