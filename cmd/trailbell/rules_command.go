package main

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"trailbell/internal/ruleset"
	"trailbell/rules"
)

func newRulesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List, show, check and describe rules",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRulesListCommand(), newRulesShowCommand(), newRulesCheckCommand())
	cmd.AddCommand(newRulesDocsCommand(), newRulesCoverageCommand(), newRulesProfilesCommand())
	return cmd
}

// sources are the folders that rules are read from, in the order in which they are laid
// over one another. A folder named as an argument is meant like --only-rules: these rules
// and no others, with our helpers and settings under them.
func (r *ruleFlags) sources(dirs []string) ([]ruleset.Source, error) {
	if len(dirs) > 0 && len(r.add)+len(r.only) > 0 {
		return nil, usage("give the folder of rules as an argument or with a flag, not both")
	}
	only := slices.Concat(r.only, dirs)
	more, err := folders(slices.Concat(r.add, only))
	if err != nil {
		return nil, err
	}
	return append([]ruleset.Source{{Name: "rules", FS: rules.FS, LibraryOnly: len(only) > 0}}, more...), nil
}

// loadFrom reads the rules of the flags and folders, and says where they came from. A
// refused file stops the command.
func (r *ruleFlags) loadFrom(ctx context.Context, dirs []string, stderr io.Writer) (*ruleset.Set, []ruleset.Source, error) {
	sources, err := r.sources(dirs)
	if err != nil {
		return nil, nil, err
	}
	set, err := r.loadSources(ctx, sources, stderr)
	return set, sources, err
}

// loadSources reads rules of these sources, with the settings and the deployment of the
// flags.
func (r *ruleFlags) loadSources(ctx context.Context, sources []ruleset.Source, stderr io.Writer) (*ruleset.Set, error) {
	deployment, err := r.deployed()
	if err != nil {
		return nil, err
	}
	opts := ruleset.Options{Sources: sources, SettingsFile: r.settings, Deployment: deployment, Thorough: true}
	return loadRules(ctx, opts, stderr)
}
