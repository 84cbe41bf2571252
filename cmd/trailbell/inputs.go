package main

import (
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// recordFiles are the endings that a folder is searched for.
var recordFiles = []string{".json", ".jsonl", ".ndjson", ".gz"}

// findInputs turns the PATH arguments into files, sorted, each once. Standard input
// is "-". Nothing is read when one of them is not there.
func findInputs(args []string) ([]string, error) {
	var inputs []string
	for _, arg := range args {
		found, err := findInput(arg)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, found...)
	}
	slices.Sort(inputs)
	return slices.Compact(inputs), nil
}

func findInput(arg string) ([]string, error) {
	if arg == "-" {
		return []string{"-"}, nil
	}
	info, err := os.Stat(arg)
	if err == nil && info.IsDir() {
		return inFolder(arg)
	}
	if err == nil {
		return []string{arg}, nil
	}
	matches, globErr := filepath.Glob(arg)
	if globErr != nil {
		return nil, fmt.Errorf("%s: not a file, and not a glob: %w", arg, globErr)
	}
	if len(matches) == 0 {
		return nil, fmt.Errorf("%s: there is no such file or folder", arg)
	}
	var inputs []string
	for _, match := range matches {
		found, err := findInput(match)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, found...)
	}
	return inputs, nil
}

func inFolder(folder string) ([]string, error) {
	var inputs []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Type().IsRegular() && slices.Contains(recordFiles, strings.ToLower(filepath.Ext(path))) {
			inputs = append(inputs, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for records in %s: %w", folder, err)
	}
	if len(inputs) == 0 {
		return nil, fmt.Errorf("%s: no file in it ends in %s", folder, strings.Join(recordFiles, ", "))
	}
	return inputs, nil
}

// unreadable is the problem of a file that can't be opened.
func unreadable(input string, err error) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		yield(cloudtrail.Record{}, &detection.Problem{
			What: "File could not be read", Why: err.Error(), Where: input, Severity: detection.High,
		})
	}
}
