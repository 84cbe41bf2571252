package main
import "github.com/spf13/cobra"
func newRulesCoverageCommand() *cobra.Command { return &cobra.Command{Use:"coverage"} }
func newRulesProfilesCommand() *cobra.Command { return &cobra.Command{Use:"profiles"} }
