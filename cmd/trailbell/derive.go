package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"trailbell/internal/ahead"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// newDeriveCommand is for builds: it writes what the functions need to start fast.
func newDeriveCommand() *cobra.Command {
	output := ahead.File
	cmd := &cobra.Command{
		Use:    "derive",
		Short:  "Derive when each rule may match, for a build to embed",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := ahead.Build(cmd.Context(), []ruleset.Source{{Name: "rules", FS: rules.FS}})
			if err != nil {
				return exit{exitProblem, err}
			}
			if err := os.WriteFile(output, text, 0o644); err != nil {
				return exit{exitProblem, err}
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d bytes\n", output, len(text))
			return nil
		},
	}
	cmd.Flags().StringVar(&output, "output", output, "file to write")
	return cmd
}
