package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"trailbell/internal/backtest"
	"trailbell/internal/detection"
)

// A manifest is what Step Functions writes when all batches were tried; see "ResultWriter"
// in its developer guide. The files that it names lie beside it.
type manifest struct {
	MapRunArn   string
	ResultFiles map[string][]struct{ Key string } // by FAILED, PENDING and SUCCEEDED
}

// A child is one batch in the files of a manifest: all that is known of it where it failed
// or was not begun, and where it succeeded what the function answered.
type child struct {
	Input         json.RawMessage // text that holds JSON
	Output        json.RawMessage
	Status        string
	Error, Cause  string
	Batch         string `json:"batch"`
	Name, Run     string
	ExecutionArn  string
	InputDetails  json.RawMessage
	OutputDetails json.RawMessage
}

// missing are the problems of what was to be counted and has no result.
func (r *results) missing(ctx context.Context, heads map[string]backtest.Head) ([]detection.Problem, error) {
	all := slices.Collect(maps.Values(heads))
	gaps := backtest.Gaps(all)
	whole := map[string]bool{}
	runs := map[string]bool{}
	for _, head := range all {
		whole[head.Batch] = gaps[head.Batch] == ""
		runs[head.Run] = true
	}
	var problems []detection.Problem
	for _, name := range slices.Sorted(maps.Keys(heads)) {
		if head := heads[name]; head.LeftOut > 0 {
			problems = append(problems, problemOf("Findings were left out", fmt.Sprintf("there were %s more than a part holds: count smaller batches", plural(head.LeftOut, "record")), name))
		}
		if why := gaps[heads[name].Batch]; why != "" && heads[name].From == 0 {
			problems = append(problems, problemOf("A batch was counted in part", why, name))
		}
	}
	found := r.manifests()
	if len(found) < len(runs) {
		problems = append(problems, problemOf("The end of a run is missing", fmt.Sprintf("there are %s of %s: a run is not over, was stopped, or not all of it lies here",
			plural(len(found), manifestName), plural(len(runs), "run")), r.where))
	}
	for _, name := range found {
		lost, err := r.inManifest(ctx, name, whole)
		if err != nil {
			return nil, fmt.Errorf("--results: %s: %w", name, err)
		}
		problems = append(problems, lost...)
	}
	return problems, nil
}

func problemOf(what, why, where string) detection.Problem {
	return detection.Problem{What: what, Why: why, Where: where, Severity: detection.High}
}

// inManifest are the batches of one run that are not there as a whole.
func (r *results) inManifest(ctx context.Context, name string, whole map[string]bool) (problems []detection.Problem, err error) {
	var m manifest
	if err := r.decode(ctx, name, func(lines *json.Decoder) error { return lines.Decode(&m) }); err != nil {
		return nil, err
	}
	for _, status := range slices.Sorted(maps.Keys(m.ResultFiles)) {
		for _, file := range m.ResultFiles[status] {
			beside := name[:len(name)-len(manifestName)] + path.Base(file.Key)
			err := r.decode(ctx, beside, func(lines *json.Decoder) error {
				return children(lines, func(c child) {
					if batch, where := c.batch(); !whole[batch] {
						problems = append(problems, problemOf("A batch was not counted", c.why(status), where))
					}
				})
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", beside, err)
			}
		}
	}
	return problems, nil
}

func (r *results) decode(ctx context.Context, name string, read func(*json.Decoder) error) error {
	from, err := r.read(ctx, name)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	return read(json.NewDecoder(from))
}

// children reads those of a file, which is a list or has one on each line.
func children(lines *json.Decoder, each func(child)) error {
	first, err := lines.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if first != json.Delim('[') {
		return cmp.Or(err, errors.New("it is no list of batches"))
	}
	for lines.More() {
		var c child
		if err := lines.Decode(&c); err != nil {
			return err
		}
		each(c)
	}
	return nil
}

// batch is the id of the child's batch, and where it is for a person.
func (c child) batch() (id, where string) {
	if c.Batch != "" {
		return c.Batch, "batch " + c.Batch
	}
	var b backtest.Batch
	text := []byte(c.Input)
	var packed string
	if json.Unmarshal(text, &packed) == nil {
		text = []byte(packed)
	}
	if err := json.Unmarshal(text, &b); err != nil || len(b.Items) == 0 {
		return "", cmp.Or(c.Name, "a batch")
	}
	return b.ID(), b.Where()
}

func (c child) why(status string) string {
	if status == "SUCCEEDED" {
		return "it was counted, and its result is not here"
	}
	return strings.Join(slices.DeleteFunc([]string{strings.ToLower(cmp.Or(c.Status, status)), c.Error, c.Cause}, func(s string) bool { return s == "" }), ": ")
}
