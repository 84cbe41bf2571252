package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"trailbell/internal/ruleset"
)

// ruleFlags say which rules and settings a command works with.
type ruleFlags struct {
	add      []string
	only     []string
	settings string
	// deployment is a file that says what is our own.
	deployment string
}

func (r *ruleFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&r.add, "rules", nil, "folder of rules to add; a rule of the same id takes the place of ours")
	f.StringArrayVar(&r.only, "only-rules", nil, "folder of rules to use instead of ours")
	f.StringVar(&r.settings, "settings", "", "settings file laid over those of the rules")
	f.StringVar(&r.deployment, "deployment", "", "JSON file that names the resources of the deployment, for rules about trailbell itself")
	cmd.MarkFlagsMutuallyExclusive("rules", "only-rules")
	for _, name := range []string{"rules", "only-rules"} {
		_ = cmd.MarkFlagDirname(name)
	}
	_ = cmd.MarkFlagFilename("settings", "yaml", "yml")
	_ = cmd.MarkFlagFilename("deployment", "json")
}

// deployed reads the deployment, where one is named.
func (r *ruleFlags) deployed() (*ruleset.Deployment, error) {
	if r.deployment == "" {
		return nil, nil
	}
	text, err := os.ReadFile(filepath.Clean(r.deployment))
	if err != nil {
		return nil, exit{exitUsage, fmt.Errorf("--deployment: %w", err)}
	}
	d, err := ruleset.ParseDeployment(text)
	if err != nil {
		return nil, exit{exitProblem, fmt.Errorf("%s: %w", r.deployment, err)}
	}
	return &d, nil
}

// load reads the rules of the flags. A refused file stops the command.
func (r *ruleFlags) load(ctx context.Context, stderr io.Writer) (*ruleset.Set, error) {
	set, _, err := r.loadFrom(ctx, nil, stderr)
	return set, err
}

// loadRules reads the rules. A refused file stops the command: somebody is there to
// mend it.
func loadRules(ctx context.Context, opts ruleset.Options, stderr io.Writer) (*ruleset.Set, error) {
	set, err := ruleset.Load(ctx, opts)
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	for _, notice := range set.Notices {
		fmt.Fprintln(stderr, "notice:", notice)
	}
	if err := set.Err(); err != nil {
		return nil, exit{exitProblem, fmt.Errorf("rules were refused:\n%w", err)}
	}
	return set, nil
}
