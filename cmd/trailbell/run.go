package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/asff"
	"trailbell/internal/notify/chat"
	"trailbell/internal/notify/github"
	"trailbell/internal/notify/ocsf"
	"trailbell/internal/notify/text"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// renderers are the values of --format.
var renderers = map[string]struct {
	renderer notify.Renderer
	end      string // after each message
}{
	"text":   {text.Renderer{}, "\n" + strings.Repeat("-", 72) + "\n\n"},
	"json":   {alertjson.Renderer{}, "\n"},
	"ocsf":   {ocsf.Renderer{Now: time.Now}, "\n"},
	"asff":   {asff.Renderer{Now: time.Now}, "\n"},
	"chat":   {chat.Renderer{}, "\n"},
	"github": {github.Renderer{}, "\n"},
}

type runFlags struct {
	rules       ruleFlags
	format      string
	minSeverity string
	failOn      string
	noIndex     bool
	state       string
	history     historyFlags
}

func newRunCommand() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run [flags] PATH...",
		Short: "Evaluate records from files and print the alerts",
		Long: `Evaluate the rules over CloudTrail records and print what they find: alerts on
standard output, a summary on standard error. Nothing is sent anywhere.

What the deployed function would withhold is withheld here too, and counted in the
summary; --format json prints each as {"kind": "withheld"}. Windows go by eventTime. What
was seen is forgotten at the end, unless --state names a file to remember it.

A PATH is a file, a folder, a glob, s3://bucket/prefix, or - for standard input. It may hold any JSON
that carries CloudTrail records: one record, {"Records": [...]}, JSON lines or an
EventBridge event, plain or gzip. Of a folder, files ending in .json, .jsonl,
.ndjson or .gz are read; of a bucket, objects ending in .json or .gz, without digests.
--event-history reads what CloudTrail keeps of this account for 90 days, without a trail.

Exit codes: 0 done; 1 a problem was reported or a rule refused; 2 wrong use;
3 an alert at or above --fail-on (wins over 1).`,
		Example: `  trailbell run events
  trailbell run --format json --min-severity high trail-log.json.gz | jq .title
  aws cloudtrail lookup-events --query 'Events[].CloudTrailEvent' --output text | trailbell run -
  trailbell run --rules my-rules --fail-on critical events`,
		Args: func(_ *cobra.Command, args []string) error {
			return flags.history.check(args, "run")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRecords(cmd.Context(), flags, args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags.rules.register(cmd)
	flags.history.register(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", "text", "how alerts are printed: text, or one object a line: json, ocsf, asff (for Security Hub) or chat (for Amazon Q); github is Markdown")
	f.StringVar(&flags.minSeverity, "min-severity", "info", "print alerts of this severity and above")
	f.StringVar(&flags.failOn, "fail-on", "", "exit with 3 when there is an alert of this severity or above")
	f.BoolVar(&flags.noIndex, "no-index", false, "ask OPA about every rule and record: slow, and prints the same")
	f.StringVar(&flags.state, "state", "", "file that remembers, from one run to the next, what was sent and seen")
	names := make([]string, 0, len(detection.Severities()))
	for _, s := range detection.Severities() {
		names = append(names, s.String())
	}
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(slices.Sorted(maps.Keys(renderers)), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("min-severity", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// runRecords is the command, once its flags are read.
func runRecords(ctx context.Context, flags runFlags, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	format, known := renderers[flags.format]
	if !known {
		return usage("--format %q is none of %s", flags.format, strings.Join(slices.Sorted(maps.Keys(renderers)), ", "))
	}
	least, failOn, err := flags.severities()
	if err != nil {
		return err
	}
	inputs, err := findSources(ctx, args, flags.history, stdin)
	if err != nil {
		return err
	}
	set, err := flags.rules.load(ctx, stderr)
	if err != nil {
		return err
	}
	notifier := &atLeast{least: least, next: notify.Channels{
		{Name: "standard output", Renderer: format.renderer, Place: printer{stdout, format.end}},
	}}
	selector, paths := flags.selector(ctx, set, stderr)
	reader := ingest.Reader{MaxUnpacked: maxUnpacked, Paths: paths, Fleeting: true}
	process, err := newProcess(ctx, set, selector, flags.state)
	if err != nil {
		return exit{exitProblem, err}
	}
	defer process.close()
	process.pipeline.Notifier = notifier
	if flags.format == "json" {
		process.pipeline.OnWithheld = showWithheld(stdout, least)
	}
	tally, err := process.run(ctx, reader, inputs)
	summarize(stderr, tally, notifier.hidden, len(inputs), len(set.Rules))
	return verdict(tally, failOn, err)
}

// selector leaves out what can't match, unless somebody wants to check us. It says too
// which places of a record it looks at.
func (f runFlags) selector(ctx context.Context, set *ruleset.Set, stderr io.Writer) (pipeline.Selector, *cloudtrail.Paths) {
	if f.noIndex {
		return selection.All(set.Rules), nil
	}
	choice := selection.Choose(ctx, set)
	if choice.Why != nil {
		fmt.Fprintf(stderr, "rules are selected by %s, which is slower and finds the same: %v\n", choice.Means, choice.Why)
	}
	choice.Log = slog.New(slog.NewTextHandler(stderr, nil))
	return choice, choice.Paths()
}

// never is a severity that no alert has.
const never = detection.Critical + 1

func (f runFlags) severities() (least, failOn detection.Severity, err error) {
	if least, err = detection.ParseSeverity(f.minSeverity); err != nil {
		return 0, 0, usage("--min-severity: %w", err)
	}
	if f.failOn == "" {
		return least, never, nil
	}
	if failOn, err = detection.ParseSeverity(f.failOn); err != nil {
		return 0, 0, usage("--fail-on: %w", err)
	}
	return least, failOn, nil
}

// verdict is the error that carries the exit code.
func verdict(tally pipeline.Tally, failOn detection.Severity, err error) error {
	switch {
	case err != nil:
		return exit{exitProblem, err}
	case tally.AtLeast(failOn) > 0:
		return exit{code: exitAlert}
	case tally.Problems > 0:
		return exit{code: exitProblem}
	}
	return nil
}

// maxUnpacked is more than a function takes: there is no deadline to meet, and archives
// are larger than log files.
const maxUnpacked = 64 << 30

// summarize says on one line what was seen, on another what was not shown.
func summarize(w io.Writer, tally pipeline.Tally, hidden, inputs, rules int) {
	var severities []string
	for _, s := range slices.Backward(detection.Severities()) {
		if n := tally.BySeverity[s]; n > 0 {
			severities = append(severities, fmt.Sprintf("%d %s", n, s))
		}
	}
	found := cmp.Or(strings.Join(severities, ", "), "none")
	fmt.Fprintf(w, "%s in %s, %s: %s (%s), %s\n", plural(tally.Records, "record"), plural(inputs, "file"),
		plural(rules, "rule"), plural(tally.Alerts, "alert"), found, plural(tally.Problems, "problem"))
	if held := withheldCounts(tally); held != "" {
		fmt.Fprintf(w, "withheld: %s\n", held)
	}
	if tally.RollUps > 0 {
		fmt.Fprintf(w, "%s\n", plural(tally.RollUps, "follow-up"))
	}
	if hidden > 0 {
		fmt.Fprintf(w, "%s below --min-severity not shown\n", plural(hidden, "alert"))
	}
}

// withheldCounts says how much was withheld, by its reasons.
func withheldCounts(tally pipeline.Tally) string {
	var counts []string
	for _, reason := range detection.Reasons() {
		if n := tally.Withheld[reason]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, reason))
		}
	}
	return strings.Join(counts, ", ")
}

// showWithheld prints what is not sent, from a severity up.
func showWithheld(w io.Writer, least detection.Severity) func(detection.Withheld) {
	return func(held detection.Withheld) {
		if held.Severity < least {
			return
		}
		// What could not be written shows with the next alert, and in the summary.
		if message, err := (alertjson.Renderer{}).Withheld(held); err == nil {
			_, _ = io.WriteString(w, message.Body+"\n")
		}
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// printer writes messages one after the other.
type printer struct {
	w   io.Writer
	end string
}

func (p printer) Send(_ context.Context, message notify.Message) error {
	_, err := io.WriteString(p.w, message.Body+p.end)
	return err
}

// atLeast keeps alerts below a severity from being shown, and counts them.
type atLeast struct {
	least  detection.Severity
	next   pipeline.Notifier
	hidden int
}

func (f *atLeast) Alerts(ctx context.Context, alerts []detection.Alert) error {
	shown := slices.DeleteFunc(slices.Clone(alerts), func(a detection.Alert) bool { return a.Severity < f.least })
	f.hidden += len(alerts) - len(shown)
	return f.next.Alerts(ctx, shown)
}

func (f *atLeast) Problem(ctx context.Context, problem detection.Problem) error {
	return f.next.Problem(ctx, problem)
}

func (f *atLeast) RollUp(ctx context.Context, rollUp detection.RollUp) error {
	if rollUp.Severity < f.least {
		return nil
	}
	return f.next.RollUp(ctx, rollUp)
}
