package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"trailbell/internal/backtest"
	"trailbell/internal/detection"
	"trailbell/internal/state/memory"
)

type backtestFlags struct {
	rules    ruleFlags
	format   string
	failOn   string
	against  string
	learn    string
	results  string
	noTiming bool
	history  historyFlags
	yes      bool
}

func newBacktestCommand() *cobra.Command {
	var flags backtestFlags
	cmd := &cobra.Command{
		Use:   "backtest [flags] PATH...",
		Short: "Count what the rules would have sent over an archive",
		Long: `Evaluate the rules over an archive of any size, on all processors, and print what the
deployed function would have sent and withheld: for each rule and day, and who, where and
from where most often. Nothing is sent anywhere.

A PATH is what it is for run. Files go by the time in their names, as CloudTrail writes
it, and then by name; those without such a time come first. Windows go by eventTime.
Memory does not grow with the archive, but for the names of its files. Ctrl-C ends the
reading and prints what was counted until then.

--against DIR compares: DIR takes the place of the folders that --rules or --only-rules
name (without either it is the whole set of rules before), and the report says which
alerts came, went, or changed their severity. --against REV compares with the same folders
as they were at a git revision, such as main or HEAD~3; without --rules and --only-rules
that is the folder rules of the repository here. The format markdown is fit for a comment
on a pull request.

--learn FILE fills a state file with what rules with first_seen saw, so that run --state
FILE need not learn it. Nothing else of the backtest is remembered. --learn stack:NAME or
dynamodb:TABLE fills the table of a deployment, in the region of the AWS configuration,
after a question that --yes answers; what the deployment knows stays.

--results takes the place of PATHs: it joins what several machines have counted, each of
a part of the archive, and prints what one machine would have, without timing.

Exit codes: 0 done; 1 a problem was reported, a rule refused, or the reading stopped;
2 wrong use; 3 an alert at or above --fail-on (wins over 1).`,
		Example: `  trailbell backtest my-logs
  trailbell backtest --rules my-rules --format html my-logs > report.html
  trailbell backtest --only-rules rules --against origin/main my-logs`,
		Args: func(_ *cobra.Command, args []string) error {
			if flags.results != "" {
				return flags.checkResults(args)
			}
			return flags.history.check(args, "backtest")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.results != "" {
				return joinResults(cmd.Context(), flags, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			return backtestRecords(cmd.Context(), flags, args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags.register(cmd)
	return cmd
}

func (f *backtestFlags) register(cmd *cobra.Command) {
	f.rules.register(cmd)
	f.history.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "how the report is printed: "+strings.Join(backtest.Names(), ", ")+" (table, or with --against markdown)")
	flags.StringVar(&f.failOn, "fail-on", "", "exit with 3 when there is an alert of this severity or above")
	flags.StringVar(&f.against, "against", "", "folder of rules, or git revision of ours, to compare with")
	flags.StringVar(&f.learn, "learn", "", "who is to know what first-seen rules saw: a state file, for run --state, or stack:NAME or dynamodb:TABLE")
	flags.StringVar(&f.results, "results", "", "folder or s3://bucket/prefix with what deploy/backfill.yaml has counted, to be joined")
	flags.BoolVar(&f.noTiming, "no-timing", false, "leave out of the report what differs each time: seconds and costs of rules")
	flags.BoolVar(&f.yes, "yes", false, "write what --learn learned into a table without a question")
	_ = cmd.MarkFlagDirname("against")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(backtest.Names(), cobra.ShellCompDirectiveNoFileComp))
}

// backtestRecords is the command, once its flags are read.
func backtestRecords(ctx context.Context, flags backtestFlags, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	format, failOn, err := flags.checked()
	if err != nil {
		return err
	}
	inputs, err := findSources(ctx, args, flags.history, stdin)
	if err != nil {
		return err
	}
	learned, err := flags.newLearner(ctx, args, stdin, stderr)
	if err != nil {
		return err
	}
	defer learned.close()
	sides, err := flags.sides(ctx, learned, stderr)
	if err != nil {
		return err
	}
	began := time.Now()
	shown := newProgress(stderr, sizeOf(inputs))
	end := shown.begin()
	read := newReading(sides, shown)
	runErr := read.run(ctx, byTimeInName(inputs))
	end()
	if runErr == nil {
		runErr = learned.teach(ctx, sides[0], read.first, read.last)
	}
	report := read.report()
	report.Files, report.Complete = read.files, read.complete
	if !flags.noTiming {
		seconds := time.Since(began).Seconds()
		report.Seconds, report.Costs = &seconds, backtest.Costs(sides[0].spent.all())
	}
	return show(stdout, format, report, failOn, runErr)
}

// show prints the report, and says with which exit code. runErr is why it is not whole.
func show(stdout io.Writer, format string, report backtest.Report, failOn detection.Severity, runErr error) error {
	if err := backtest.Write(stdout, format, report); err != nil {
		return exit{exitProblem, err}
	}
	switch {
	case report.AtLeast(failOn):
		return exit{exitAlert, runErr}
	case runErr != nil || report.Problems > 0:
		return exit{exitProblem, runErr}
	}
	return nil
}

// checked are the format and the severity of the flags.
func (f backtestFlags) checked() (format string, failOn detection.Severity, err error) {
	usual := "table"
	if f.against != "" {
		usual = "markdown"
	}
	format = cmp.Or(f.format, usual)
	if !slices.Contains(backtest.Names(), format) {
		return "", 0, usage("--format %q is none of %s", format, strings.Join(backtest.Names(), ", "))
	}
	if f.failOn == "" {
		return format, never, nil
	}
	if failOn, err = detection.ParseSeverity(f.failOn); err != nil {
		return "", 0, usage("--fail-on: %w", err)
	}
	return format, failOn, nil
}

// sides are the rules that are asked: those of now, which remember in the learner, and
// those that they are compared with.
func (f backtestFlags) sides(ctx context.Context, learned *learner, stderr io.Writer) ([]*side, error) {
	set, err := f.rules.load(ctx, stderr)
	if err != nil {
		return nil, err
	}
	now, err := newSide(ctx, set, learned, stderr)
	if err != nil {
		return nil, err
	}
	if f.against == "" {
		return []*side{now}, nil
	}
	before, err := f.sideBefore(ctx, stderr)
	if err != nil {
		e := exit{code: exitProblem}
		errors.As(err, &e)
		return nil, exit{e.code, fmt.Errorf("--against %s: %w", f.against, err)}
	}
	return []*side{now, before}, nil
}

// sideBefore are the rules that those of now are compared with.
func (f backtestFlags) sideBefore(ctx context.Context, stderr io.Writer) (*side, error) {
	sources, err := f.rules.before(ctx, f.against)
	if err != nil {
		return nil, err
	}
	set, err := f.rules.loadSources(ctx, sources, stderr)
	if err != nil {
		return nil, err
	}
	return newSide(ctx, set, memory.New(), stderr)
}
