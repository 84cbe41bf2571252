package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"trailbell/internal/reference"
)

type profilesFlags struct {
	rules ruleFlags
	out   string
}

func newRulesProfilesCommand() *cobra.Command {
	flags := profilesFlags{}
	cmd := &cobra.Command{
		Use:   "profiles [flags] [DIR...]",
		Short: "Write settings files to start from",
		Long: `Write three settings files for the rules of the folders named, or of the shipped set
and rules/local, and a page that says what each does: recommended is what is shipped,
strict has the settings that rules read, to be filled in, and cis puts the rules without
a control of the CIS AWS Foundations Benchmark in shadow.

Exit codes: 0 done; 1 a rule was refused or a file can't be written; 2 wrong use.`,
		Example: `  trailbell rules profiles
  trailbell rules profiles --out my-docs --rules my-rules`,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			files, err := flags.files(cmd.Context(), dirs, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			for _, file := range files {
				name := filepath.Join(flags.out, filepath.FromSlash(file.Name))
				if err := writeFile(name, file.Text); err != nil {
					return exit{exitProblem, err}
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d bytes\n", name, len(file.Text))
			}
			return nil
		},
	}
	flags.rules.register(cmd)
	cmd.Flags().StringVar(&flags.out, "out", "docs", "folder for profiles.md, with the files in profiles below it")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

// files are what the command writes.
func (f profilesFlags) files(ctx context.Context, dirs []string, stderr io.Writer) ([]reference.File, error) {
	set, _, err := f.rules.loadFrom(ctx, dirs, stderr)
	if err != nil {
		return nil, err
	}
	rules, err := described(ctx, set, f.out)
	if err != nil {
		return nil, err
	}
	files, err := reference.Profiles(rules, set.Lists())
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	return files, nil
}
