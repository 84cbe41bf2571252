package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/spf13/cobra"

	"trailbell/internal/notify"
	"trailbell/internal/reconcile"
	"trailbell/internal/state/dynamodb"
)

// reconcileSince is how far back the report goes where nothing is said.
const reconcileSince = 7 * 24 * time.Hour

func newReconcileCommand() *cobra.Command {
	var f stackFlags
	var format string
	var since time.Duration
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Show what log files brought and EventBridge did not",
		Long: `Show what a deployment with TrailBucket has compared: how many matches of rules came by
EventBridge and by log files, and which of them EventBridge did not bring within half
an hour of the log file. Days are those of the calls, in UTC, and the last hour is not
compared yet. Nothing is changed.

Exit codes: 0 done; 1 something could not be looked at; 2 wrong use.`,
		Example: `  trailbell reconcile --stack trailbell --region eu-central-1
  trailbell reconcile --stack trailbell --region eu-central-1 --since 720h --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if longest := time.Duration(reconcile.MaxDays) * 24 * time.Hour; since <= 0 || since > longest {
				return usage("--since %s: what was compared is kept for %d days (%s)", since, reconcile.MaxDays, hours(longest))
			}
			if format != "text" && format != "json" {
				return usage("--format %q: it is text or json", format)
			}
			conf, err := f.configuration(cmd)
			if err != nil {
				return err
			}
			table, err := stackOutput(cmd.Context(), cloudformation.NewFromConfig(conf), f.stack, conf.Region, "StateTableName")
			if err != nil {
				return exit{exitProblem, err}
			}
			store := dynamodb.Store{API: awsdynamodb.NewFromConfig(conf), Table: table}
			if err := printReconciled(cmd.Context(), cmd.OutOrStdout(), store, time.Now().UTC(), since, format == "json"); err != nil {
				return exit{exitProblem, err}
			}
			return nil
		},
	}
	f.register(cmd)
	cmd.Flags().DurationVar(&since, "since", reconcileSince, "how far back to look, in whole days")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// hours is a long time as the flag takes it.
func hours(d time.Duration) string { return fmt.Sprintf("%.0fh", d.Hours()) }

// printReconciled reads the report of the time before now and prints it.
func printReconciled(ctx context.Context, out io.Writer, store reconcile.Reader, now time.Time, since time.Duration, asJSON bool) error {
	from := now.Add(-since)
	report, err := reconcile.Read(ctx, store, from, now)
	if err != nil {
		return err
	}
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	}
	var b strings.Builder
	if len(report.Days) == 0 {
		fmt.Fprintf(&b, "Nothing was compared from %s to %s: no rule matched, or the stack has no TrailBucket.\n", from.Format(time.DateOnly), now.Format(time.DateOnly))
	} else {
		tabulate(&b, report)
		list(&b, report)
	}
	_, err = io.WriteString(out, b.String())
	return err
}

// tabulate prints a line for each day.
func tabulate(b *strings.Builder, report reconcile.Report) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "day\tboth lanes\tfiles only\tof them late\tbus only\tnot expected\t")
	unlisted, overflows, design := 0, 0, map[reconcile.Why]int{}
	for _, d := range report.Days {
		notExpected := 0
		for why, n := range d.ByDesign {
			notExpected, design[why] = notExpected+n, design[why]+n
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t\n", d.Day, d.Both, d.FilesOnly, d.Late, d.BusOnly, notExpected)
		unlisted, overflows = unlisted+d.Unlisted, overflows+d.Overflows
	}
	_ = w.Flush() // a Builder takes everything
	for _, why := range slices.Sorted(maps.Keys(design)) {
		fmt.Fprintf(b, "\nNot expected on the bus: %d by files only (%s).\n", design[why], why)
	}
	if overflows > 0 {
		fmt.Fprintf(b, "\nA rule had more matches at once than are compared: %s. Those are in no column.\n", times(overflows))
	}
	if unlisted > 0 {
		fmt.Fprintf(b, "\n%d of those by files only are counted and not listed.\n", unlisted)
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// list prints what the bus did not bring in time.
func list(b *strings.Builder, report reconcile.Report) {
	if len(report.Missed) == 0 {
		b.WriteString("\nEventBridge brought all of it in time.\n")
		return
	}
	fmt.Fprintf(b, "\nBy log files, and not by EventBridge in time:\n")
	for _, m := range report.Missed {
		fmt.Fprintf(b, "\n%s  %s, account %s, %s\n", m.Time.UTC().Format("2006-01-02 15:04:05 UTC"), visible(string(m.Rule)), visible(m.Account), visible(m.Region))
		fmt.Fprintf(b, "   %s %s, event %s\n", visible(m.EventSource), visible(m.EventName), visible(m.EventID))
		fmt.Fprintf(b, "   by log files %s, by EventBridge %s\n", after(m.Time, m.ByFiles), cmp.Or(after(m.Time, m.ByBus), "never so far"))
		fmt.Fprintf(b, "   %s; became: %s; id %s\n", m.Why, visible(m.Became), m.ID)
	}
}

// visible is what a record says, which anybody may have chosen.
func visible(text string) string { return notify.Visible(text, maxShownText) }

// after is how long after a call something came, and empty where it did not.
func after(call, came time.Time) string {
	if came.IsZero() {
		return ""
	}
	return "after " + came.Sub(call).Round(time.Second).String()
}
