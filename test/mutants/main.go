// Command mutants breaks rules on purpose and prints the changes that no test of theirs
// notices:
//
//	go run ./test/mutants rules/iam rules/s3/bucket_deleted.rego
//
// Without a path it tries all rules, which takes minutes.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"trailbell/rules"
	"trailbell/test/mutation"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, paths []string) error {
	bench, err := mutation.NewBench(ctx, rules.FS)
	if err != nil {
		return err
	}
	files := bench.Files()
	if len(paths) > 0 {
		files = slices.DeleteFunc(files, func(file string) bool {
			return !slices.ContainsFunc(paths, func(path string) bool { return mutation.Within(file, path) })
		})
	}
	if len(files) == 0 {
		return fmt.Errorf("no rules in %q", paths)
	}
	results, err := bench.TryAll(ctx, files, func(mutation.Mutant) bool { return true })
	if err != nil {
		return err
	}
	tried, killed := 0, 0
	for _, result := range results {
		for _, survivor := range result.Survivors {
			fmt.Printf("%s:%d: %s\n", survivor.File, survivor.Line, survivor.What)
		}
		tried, killed = tried+result.Tried, killed+result.Killed()
	}
	fmt.Printf("%d rules, %d mutants, %d killed (%.1f %%), %d survived\n", len(results), tried, killed, 100*float64(killed)/float64(tried), tried-killed)
	return nil
}
