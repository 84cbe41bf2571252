package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/detection"
	"trailbell/internal/reference"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// described are the rules of a set with what their files and conditions say. Links to
// their files are seen from the folder.
func described(ctx context.Context, set *ruleset.Set, folder string) ([]reference.Rule, error) {
	looks, err := selection.Looks(selection.Derive(ctx, set))
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	modules := set.TestModules()
	list := make([]reference.Rule, 0, len(set.Rules))
	for _, rule := range set.Rules {
		one := reference.Rule{Rule: rule, Source: seenFrom(folder, rule.File), Clauses: clausesOf(modules[rule.File], rule.Outputs)}
		// A rule that is off looks for nothing.
		if i := slices.IndexFunc(looks, func(l selection.Look) bool { return l.Rule == rule.ID }); i >= 0 {
			look := looks[i]
			one.Services, one.Calls, one.ReadCalls, one.OtherReads = look.Sources, look.Calls, look.ReadCalls, look.OtherReads
		}
		list = append(list, one)
	}
	return list, nil
}

// seenFrom is the way from a folder to a file, and empty where there is no such file: the
// shipped rules are in the program, and seldom beside it.
func seenFrom(folder, file string) string {
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	way, err := filepath.Rel(folder, file)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(way)
}

// clausesOf are the answers of a rule as they are written, with the comments right above.
func clausesOf(module *ast.Module, outputs []detection.Output) []reference.Clause {
	var list []reference.Clause
	for _, rule := range module.Rules {
		name, _, _ := strings.Cut(rule.Head.Ref().String(), "[")
		if output := detection.Output(name); slices.Contains(outputs, output) {
			list = append(list, reference.Clause{Output: output, Text: commentsAbove(module, rule.Location.Row) + string(rule.Location.Text)})
		}
	}
	return list
}

// commentsAbove are the lines of comment that end right above a line.
func commentsAbove(module *ast.Module, row int) string {
	text := ""
	for _, comment := range slices.Backward(module.Comments) {
		if comment.Location.Row == row-1 && comment.Location.Col == 1 {
			text = "#" + string(comment.Text) + "\n" + text
			row--
		}
	}
	return text
}
