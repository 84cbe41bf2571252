package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/text"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/suppress"
)

// renderers are the values of --format.
var renderers = map[string]struct {
	renderer notify.Renderer
	end      string // after each message
}{
	"text": {text.Renderer{}, "\n" + strings.Repeat("-", 72) + "\n\n"},
	"json": {alertjson.Renderer{}, "\n"},
}

type runFlags struct {
	rules       ruleFlags
	format      string
	minSeverity string
	failOn      string
	noIndex     bool
}

func newRunCommand() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run [flags] PATH...",
		Short: "Evaluate records from files and print the alerts",
		Long: `Evaluate the rules over CloudTrail records and print what they find: alerts on
standard output, a summary on standard error. Nothing is sent anywhere.

A PATH is a file, a folder, a glob, or - for standard input. It may hold any JSON
that carries CloudTrail records: one record, {"Records": [...]}, JSON lines or an
EventBridge event, plain or gzip. Of a folder, files ending in .json, .jsonl,
.ndjson or .gz are read.

Exit codes: 0 done; 1 a problem was reported or a rule refused; 2 wrong use;
3 an alert at or above --fail-on (wins over 1).`,
		Example: `  trailbell run events
  trailbell run --format json --min-severity high trail-log.json.gz | jq .title
  aws cloudtrail lookup-events --query 'Events[].CloudTrailEvent' --output text | trailbell run -
  trailbell run --rules my-rules --fail-on critical events`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("run needs a PATH: a file, a folder, a glob, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRecords(cmd.Context(), flags, args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags.rules.register(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", "text", "how alerts are printed: text or json (one object a line)")
	f.StringVar(&flags.minSeverity, "min-severity", "info", "print alerts of this severity and above")
	f.StringVar(&flags.failOn, "fail-on", "", "exit with 3 when there is an alert of this severity or above")
	f.BoolVar(&flags.noIndex, "no-index", false, "ask OPA about every rule and record: slow, and prints the same")
	names := make([]string, 0, len(detection.Severities()))
	for _, s := range detection.Severities() {
		names = append(names, s.String())
	}
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("min-severity", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// runRecords is the command, once its flags are read.
func runRecords(ctx context.Context, flags runFlags, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	format, known := renderers[flags.format]
	if !known {
		return usage("--format %q is neither text nor json", flags.format)
	}
	least, failOn, err := flags.severities()
	if err != nil {
		return err
	}
	inputs, err := findInputs(args)
	if err != nil {
		return exit{exitUsage, err}
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
	tally, err := process(ctx, set, selector, notifier, reader, inputs, stdin)
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

// process takes the inputs through the same pipeline as the Lambda function.
func process(ctx context.Context, set *ruleset.Set, selector pipeline.Selector, notifier pipeline.Notifier, reader ingest.Reader, inputs []string, stdin io.Reader) (pipeline.Tally, error) {
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return pipeline.Tally{}, err
	}
	p := &pipeline.Pipeline{
		Selector:   selector,
		Evaluator:  opa,
		Suppressor: suppress.Nothing{},
		Enricher:   enrich.Enricher{Accounts: set.Accounts, Ways: set.Ways},
		Notifier:   notifier,
		Log:        slog.New(slog.DiscardHandler),
	}
	var total pipeline.Tally
	for _, input := range inputs {
		tally, err := processInput(ctx, p, reader, input, stdin)
		total = total.Plus(tally)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// maxUnpacked is more than a function takes: there is no deadline to meet, and archives
// are larger than log files.
const maxUnpacked = 64 << 30

func processInput(ctx context.Context, p *pipeline.Pipeline, reader ingest.Reader, input string, stdin io.Reader) (pipeline.Tally, error) {
	if input == "-" {
		return p.Run(ctx, reader.Records(stdin, "standard input"))
	}
	file, err := os.Open(input)
	if err != nil {
		return p.Run(ctx, unreadable(input, err))
	}
	defer file.Close()
	return p.Run(ctx, reader.Records(file, input))
}

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
	if hidden > 0 {
		fmt.Fprintf(w, "%s below --min-severity not shown\n", plural(hidden, "alert"))
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
