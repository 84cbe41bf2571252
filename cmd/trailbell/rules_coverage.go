package main

import (
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"trailbell/internal/reference"
)

type coverageFlags struct {
	rules  ruleFlags
	format string
	out    string
	pages  string
}

var coverageFormats = []string{"text", "json", "navigator", "markdown"}

func newRulesCoverageCommand() *cobra.Command {
	flags := coverageFlags{}
	cmd := &cobra.Command{
		Use:   "coverage [flags] [DIR...]",
		Short: "Say which techniques of ATT&CK and controls of CIS rules watch",
		Long: `Say which techniques of MITRE ATT&CK and which controls of the CIS AWS Foundations
Benchmark the rules watch, of the folders named or of the shipped set and rules/local.
Rules that are off watch nothing. navigator is a layer for the ATT&CK Navigator;
markdown also says what the rules can't see.

Exit codes: 0 done; 1 a rule was refused or a file can't be written; 2 wrong use.`,
		Example: `  trailbell rules coverage
  trailbell rules coverage --format navigator --out layer.json
  trailbell rules coverage --format json --rules my-rules | jq '.cis[] | .id'`,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			text, err := flags.text(cmd.Context(), dirs, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return writeTo(flags.out, text, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags.rules.register(cmd)
	cmd.Flags().StringVar(&flags.format, "format", "text", "what is written: text, json, navigator (a layer) or markdown (a page)")
	cmd.Flags().StringVar(&flags.out, "out", "", "file to write in the place of standard output")
	cmd.Flags().StringVar(&flags.pages, "pages", "rules", "folder of the rules' pages, seen from the Markdown page")
	_ = cmd.MarkFlagFilename("out")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(coverageFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// text is what the command writes.
func (f coverageFlags) text(ctx context.Context, dirs []string, stderr io.Writer) (string, error) {
	write, known := map[string]func([]reference.Rule) (string, error){
		"text":      func(rules []reference.Rule) (string, error) { return reference.Cover(rules).Text(), nil },
		"json":      func(rules []reference.Rule) (string, error) { return reference.Cover(rules).JSON() },
		"navigator": func(rules []reference.Rule) (string, error) { return reference.Cover(rules).Layer() },
		"markdown": func(rules []reference.Rule) (string, error) {
			return reference.CoveragePage(rules, path.Clean(filepath.ToSlash(f.pages))+"/")
		},
	}[f.format]
	if !known {
		return "", usage("--format %q is none of %s", f.format, strings.Join(coverageFormats, ", "))
	}
	set, _, err := f.rules.loadFrom(ctx, dirs, stderr)
	if err != nil {
		return "", err
	}
	rules, err := described(ctx, set, ".")
	if err != nil {
		return "", err
	}
	text, err := write(rules)
	if err != nil {
		return "", exit{exitProblem, err}
	}
	return text, nil
}

// writeTo writes a text into a file, or to standard output where none is named.
func writeTo(file, text string, stdout, stderr io.Writer) error {
	if file == "" {
		if _, err := io.WriteString(stdout, text); err != nil {
			return exit{exitProblem, err}
		}
		return nil
	}
	if err := writeFile(file, text); err != nil {
		return exit{exitProblem, err}
	}
	fmt.Fprintf(stderr, "%s: %d bytes\n", file, len(text))
	return nil
}
