package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/format"
	"github.com/spf13/cobra"

	"trailbell/internal/ruleset"
)

func newRulesCheckCommand() *cobra.Command {
	var flags ruleFlags
	cmd := &cobra.Command{
		Use:   "check [flags] [DIR...]",
		Short: "Say what is wrong with rules",
		Long: `Load the rules of the folders named, or the shipped set and rules/local, and print
each reason for which a file would be refused as FILE:LINE: WHY. Misspelt fields of
the record, settings that do not exist and rules that can never match are found too;
below requestParameters, responseElements and additionalEventData only a test finds a
misspelling. Files that opa fmt would change are named, and refused by nobody; so are
exceptions that have expired.

Exit codes: 0 nothing is refused; 1 something is; 2 wrong use.`,
		Example: `  trailbell rules check rules/local
  trailbell rules check --settings my-settings.yaml`,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			sources, err := flags.sources(dirs)
			if err != nil {
				return err
			}
			deployment, err := flags.deployed()
			if err != nil {
				return err
			}
			opts := ruleset.Options{Sources: sources, SettingsFile: flags.settings, Deployment: deployment, Thorough: true, Tests: true}
			return checkRules(cmd.Context(), opts, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags.register(cmd)
	return cmd
}

// checkRules prints what is wrong on stdout and the summary on stderr.
func checkRules(ctx context.Context, opts ruleset.Options, stdout, stderr io.Writer) error {
	set, err := ruleset.Load(ctx, opts)
	var refused []ruleset.Refusal
	loaded := 0
	if err != nil {
		// When nothing is left, the error has the reasons among others.
		if refused = refusalsIn(err); len(refused) == 0 {
			return exit{exitProblem, err}
		}
	} else {
		refused, loaded = set.Refused, len(set.Rules)
		for _, notice := range set.Notices {
			fmt.Fprintln(stderr, "notice:", notice)
		}
		warnOfExpired(stderr, set.Exceptions, time.Now())
	}
	unformatted, err := unformattedFiles(opts.Sources)
	if err != nil {
		return exit{exitProblem, err}
	}
	files := map[string]bool{}
	for _, r := range refused {
		files[r.File] = true
		fmt.Fprintln(stdout, r)
	}
	for _, name := range unformatted {
		fmt.Fprintf(stdout, "%s: not formatted: opa fmt --write %s\n", name, name)
	}
	fmt.Fprintf(stderr, "%s loaded, %s refused, %s not formatted\n",
		plural(loaded, "rule"), plural(len(files), "file"), plural(len(unformatted), "file"))
	if len(refused) > 0 {
		return exit{code: exitProblem}
	}
	return nil
}

// refusalsIn are the refusals that an error joins.
func refusalsIn(err error) []ruleset.Refusal {
	var refusal ruleset.Refusal
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []ruleset.Refusal
		for _, one := range joined.Unwrap() {
			all = append(all, refusalsIn(one)...)
		}
		return all
	}
	if errors.As(err, &refusal) {
		return []ruleset.Refusal{refusal}
	}
	return nil
}

// unformattedFiles are the Rego files that opa fmt would change. Ours are looked at only
// where they are what is checked. What can't be parsed has been refused already.
func unformattedFiles(sources []ruleset.Source) ([]string, error) {
	var found []string
	for _, source := range sources {
		if source.LibraryOnly {
			continue
		}
		err := fs.WalkDir(source.FS, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".rego") {
				return err
			}
			text, err := fs.ReadFile(source.FS, name)
			if err != nil {
				return err
			}
			shown := path.Join(source.Name, name)
			if formatted, err := format.Source(shown, text); err == nil && !bytes.Equal(formatted, text) {
				found = append(found, shown)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look at the format of the rules in %s: %w", source.Name, err)
		}
	}
	slices.Sort(found)
	return found, nil
}
