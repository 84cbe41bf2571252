// Command trailbell runs the rules over records, on a laptop or in a build: the same
// pipeline as the Lambda function, files in, text out. Each subcommand is one file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// The exit codes, as the README says them.
const (
	exitProblem = 1 // a problem was reported, or a rule refused
	exitUsage   = 2 // wrong use
	exitAlert   = 3 // an alert at or above --fail-on
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // who presses Ctrl-C again does not want to wait
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// exit is an error that carries the exit code. What it wraps may be nil: then
// everything has been said.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func usage(format string, args ...any) error {
	return exit{exitUsage, fmt.Errorf(format, args...)}
}

// run is the whole program, without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:   "trailbell",
		Short: "Rings when something dangerous happens in an AWS account",
		Long: "trailbell asks Rego rules about CloudTrail records and tells what they find.\n" +
			"In AWS it runs as a Lambda function; here it does the same with files.",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w\nsee: %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(newRunCommand(), newBacktestCommand(), newExplainCommand(), newPatternsCommand(), newDoctorCommand(), newRedriveCommand(), newReconcileCommand())
	root.AddCommand(newTestCommand(), newRulesCommand(), newNewCommand(), newDeriveCommand())
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	e := exit{code: exitUsage, err: err} // cobra's own errors: unknown command, wrong arguments
	errors.As(err, &e)
	if e.err != nil {
		fmt.Fprintln(stderr, "trailbell:", e.err)
	}
	return e.code
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
