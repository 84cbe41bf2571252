package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"trailbell/internal/ahead"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// artefactFile is where a folder of rules has what was built ahead.
const artefactFile = "derived.gob"

// starts compares processes that start and decide one record.
func starts(ctx context.Context, w io.Writer, rounds int) error {
	fmt.Fprint(w, "\n## Process start to the first verdict\n\n| rules | built ahead ms | derived at the start ms | times faster | artefact kB |\n|--:|--:|--:|--:|--:|\n")
	for _, n := range sizes {
		folder, err := os.MkdirTemp("", "trailbell-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		size, err := writeRules(ctx, folder, n)
		if err != nil {
			return err
		}
		times := map[string][]time.Duration{}
		for range 2*rounds + 1 {
			for _, mode := range []string{"ahead", "derive"} {
				took, err := startProcess(ctx, mode, folder)
				if err != nil {
					return err
				}
				times[mode] = append(times[mode], took)
			}
		}
		middle := func(mode string) time.Duration {
			slices.Sort(times[mode])
			return times[mode][len(times[mode])/2]
		}
		fmt.Fprintf(w, "| %d | %.1f | %.1f | %.1f | %d |\n", n, 1000*middle("ahead").Seconds(), 1000*middle("derive").Seconds(),
			float64(middle("derive"))/float64(middle("ahead")), size/1000)
	}
	return nil
}

func writeRules(ctx context.Context, folder string, n int) (int, error) {
	files, _ := makeRules(n)
	for name, file := range files {
		full := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return 0, err
		}
		if err := os.WriteFile(full, file.Data, 0o644); err != nil {
			return 0, err
		}
	}
	text, err := ahead.Build(ctx, sourcesOf(os.DirFS(folder)))
	if err != nil {
		return 0, err
	}
	return len(text), os.WriteFile(filepath.Join(folder, artefactFile), text, 0o644)
}

func startProcess(ctx context.Context, mode, folder string) (time.Duration, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, self, "-start", mode, folder)
	cmd.Stderr = os.Stderr
	start := time.Now()
	err = cmd.Run()
	return time.Since(start), err
}

// startOnce is the process that is measured. The record is one of a root user, which
// concerns a rule: the first verdict takes OPA.
func startOnce(ctx context.Context, mode, folder string) error {
	sources := sourcesOf(os.DirFS(folder))
	set, index, err := (*ruleset.Set)(nil), (*selection.Index)(nil), error(nil)
	if mode == "ahead" {
		var text []byte
		if text, err = os.ReadFile(filepath.Join(folder, artefactFile)); err == nil {
			set, index, err = ahead.Decode(text, sources)
		}
	} else {
		set, index, err = ahead.Derive(ctx, sources)
	}
	if err != nil {
		return err
	}
	rec, err := cloudtrail.New(object{"eventSource": "iam.amazonaws.com", "eventName": "X", "userIdentity": object{"type": "Root"}})
	if err != nil {
		return err
	}
	e, err := engine.New(ctx, set, engine.DefaultLimit)
	if err != nil {
		return err
	}
	for _, outcome := range e.Evaluate(ctx, rec, index.Select(rec)) {
		if outcome.Verdict == detection.Fired {
			return nil
		}
	}
	return errors.New("no rule fired")
}
