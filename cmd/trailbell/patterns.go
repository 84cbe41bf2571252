package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/selection"
)

type patternFlags struct {
	rules ruleFlags
	reads string
	write []string
}

func newPatternsCommand() *cobra.Command {
	var flags patternFlags
	cmd := &cobra.Command{
		Use:   "patterns [flags] [PATH...]",
		Short: "Print the EventBridge patterns that the rules need",
		Long: `Print the EventBridge patterns that are derived from the rules, each on a line after
its name, and for records from files how many would start the function. --write puts
them into a template instead, which make generate does for ours.`,
		Example: "  trailbell patterns\n  trailbell patterns --reads off trail-log.json.gz\n  trailbell patterns --write template.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(flags.write) > 0 {
				return flags.intoTemplates(cmd.Context(), args, cmd.ErrOrStderr())
			}
			return flags.print(cmd, args)
		},
	}
	flags.rules.register(cmd)
	cmd.Flags().StringVar(&flags.reads, "reads", string(selection.ReadsNarrow), "calls that only read: off, narrow (those that rules name) or all")
	cmd.Flags().StringArrayVar(&flags.write, "write", nil, "template whose EventPattern texts are replaced by what the rules need")
	cmd.MarkFlagsMutuallyExclusive("reads", "write")
	_ = cmd.MarkFlagFilename("write", "yaml", "yml")
	_ = cmd.RegisterFlagCompletionFunc("reads", cobra.FixedCompletions([]string{"off", "narrow", "all"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// print is the command without --write.
func (f patternFlags) print(cmd *cobra.Command, args []string) error {
	choice := selection.ReadEvents(f.reads)
	if choice != selection.ReadsOff && choice != selection.ReadsNarrow && choice != selection.ReadsAll {
		return usage("--reads %q is none of off, narrow, all", f.reads)
	}
	patterns, err := printPatterns(cmd.Context(), f.rules, choice, cmd.OutOrStdout(), cmd.ErrOrStderr())
	if err != nil || len(args) == 0 {
		return err
	}
	inputs, err := findInputs(args)
	if err != nil {
		return exit{exitUsage, err}
	}
	return printShare(patterns, inputs, cmd.InOrStdin(), cmd.OutOrStdout())
}

// intoTemplates is the command with --write.
func (f patternFlags) intoTemplates(ctx context.Context, args []string, stderr io.Writer) error {
	if len(args) > 0 {
		return usage("--write takes one template, and no records are read beside it: repeat the flag for %s", args[0])
	}
	set, err := f.rules.load(ctx, stderr)
	if err != nil {
		return err
	}
	texts, needAll, err := templateTexts(selection.Derive(ctx, set), set.Rules)
	if err == nil {
		err = writePatterns(f.write, texts, stderr)
	}
	if err != nil {
		return exit{exitProblem, err}
	}
	printLeftOut(stderr, needAll, set.Rules)
	return nil
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
	printLeftOut(stdout, needAll, set.Rules)
	return patterns, nil
}

// printLeftOut names the rules that the patterns do not serve.
func printLeftOut(w io.Writer, needAll []detection.RuleID, rules []detection.Rule) {
	for _, id := range needAll {
		fmt.Fprintf(w, "%s sees no reads: it would need all of them (mark it lane: logfiles, or name the calls)\n", id)
	}
	for _, rule := range rules {
		if rule.LogFilesOnly {
			fmt.Fprintf(w, "%s is left out: it is marked lane: logfiles\n", rule.ID)
		}
	}
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
