package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"trailbell/internal/ruleset"
	"trailbell/rules"
)

type testFlags struct {
	settings string
	filter   string
	coverage bool
	watch    bool
}

func newTestCommand() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test [flags] [DIR...]",
		Short: "Run the rules' own tests",
		Long: `Run the tests that stand beside the rules: of the folders named, or of the shipped
rules and rules/local. A failure shows the record, the expression of the rule that
did not hold, and its values.

A rule without a test that makes it fire fails, because below requestParameters only
such a test finds a misspelt field. So does a record in a test that is no CloudTrail
record; a test with odd in its name may hand in what it likes.

Exit codes: 0 all passed; 1 a test failed or a rule was refused; 2 wrong use.`,
		Example: `  trailbell test
  trailbell test rules/local --coverage
  trailbell test --run 'bucket_deleted' --watch rules/local`,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			if flags.watch {
				return watch(cmd.Context(), dirs, cmd.ErrOrStderr(), func() {
					if err := testOnce(cmd.Context(), flags, dirs, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
						fmt.Fprintln(cmd.ErrOrStderr(), "trailbell:", err)
					}
				})
			}
			return testOnce(cmd.Context(), flags, dirs, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.settings, "settings", "", "settings file laid over those of the rules")
	f.StringVar(&flags.filter, "run", "", "regular expression: only tests whose full name matches")
	f.BoolVar(&flags.coverage, "coverage", false, "list the lines of the rules that no test reached")
	f.BoolVar(&flags.watch, "watch", false, "run again whenever a file changes")
	return cmd
}

// testOnce loads the rules and runs their tests.
func testOnce(ctx context.Context, flags testFlags, dirs []string, stdout, stderr io.Writer) error {
	if _, err := regexp.Compile(flags.filter); err != nil {
		return usage("--run: %w", err)
	}
	sources := []ruleset.Source{{Name: "rules", FS: rules.FS, LibraryOnly: len(dirs) > 0}}
	more, err := folders(dirs)
	if err != nil {
		return err
	}
	set, err := loadRules(ctx, ruleset.Options{
		Sources: append(sources, more...), SettingsFile: flags.settings, Thorough: true, Tests: true,
	}, stderr)
	if err != nil {
		return err
	}
	start := time.Now()
	result, err := runTests(ctx, set, flags.filter)
	if err != nil {
		return exit{exitProblem, err}
	}
	result.report(stdout, flags.coverage)
	fmt.Fprintf(stderr, "%s, %d failed, in %s\n", plural(result.passed, "test")+" passed", result.failed(), time.Since(start).Round(time.Millisecond))
	if result.failed() > 0 {
		return exit{code: exitProblem}
	}
	return nil
}

// folders makes a source of each folder.
func folders(dirs []string) ([]ruleset.Source, error) {
	var sources []ruleset.Source
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, usage("%s: there is no such folder of rules", dir)
		}
		sources = append(sources, ruleset.Source{Name: dir, FS: os.DirFS(dir)})
	}
	return sources, nil
}
