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

	"trailbell/internal/archive"
	"trailbell/internal/backtest"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
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

// A missing knows what was to be counted and has no result. It is for one goroutine.
type missing struct {
	problems []detection.Problem
	batches  []*lostBatch
	byKey    map[string][]*lostBatch // files that were not seen yet
}

// A lostBatch is one that failed or was not begun. Another run may have counted its files.
type lostBatch struct {
	problem detection.Problem
	unseen  int
}

// seen says that a file was counted, by its name s3://bucket/key.
func (m *missing) seen(name string) {
	if len(m.byKey) == 0 {
		return
	}
	_, key, _ := archive.Cut(name)
	for _, b := range m.byKey[key] {
		b.unseen--
	}
	delete(m.byKey, key)
}

// left are the problems that are left when all files were seen.
func (m *missing) left() []detection.Problem {
	left := m.problems
	for _, b := range m.batches {
		if b.unseen > 0 {
			left = append(left, b.problem)
		}
	}
	return left
}

// lose notes a batch whose files may be in the results of another run.
func (m *missing) lose(batch backtest.Batch, problem detection.Problem) {
	lost := &lostBatch{problem: problem}
	m.batches = append(m.batches, lost)
	for _, item := range batch.Items {
		if ingest.MayHoldRecords(item.Key) {
			lost.unseen++
			m.byKey[item.Key] = append(m.byKey[item.Key], lost)
		}
	}
}

// missing finds out what was to be counted and has no result.
func (r *results) missing(ctx context.Context, heads map[string]backtest.Head) (*missing, error) {
	all := slices.Collect(maps.Values(heads))
	gaps := backtest.Gaps(all)
	whole := map[string]bool{}
	runs := map[string]bool{}
	for _, head := range all {
		whole[head.Batch] = gaps[head.Batch] == ""
		runs[head.Run] = true
	}
	m := &missing{byKey: map[string][]*lostBatch{}}
	for _, name := range slices.Sorted(maps.Keys(heads)) {
		if head := heads[name]; head.LeftOut > 0 {
			m.problems = append(m.problems, problemOf("Findings were left out", fmt.Sprintf("there were %s more than a part holds: count smaller batches", plural(head.LeftOut, "record")), name))
		}
		if why := gaps[heads[name].Batch]; why != "" && heads[name].From == 0 {
			m.problems = append(m.problems, problemOf("A batch was counted in part", why, name))
		}
	}
	found := r.manifests()
	if len(found) < len(runs) {
		m.problems = append(m.problems, problemOf("The end of a run is missing", fmt.Sprintf("there are %s of %s: a run is not over, was stopped, or not all of it lies here",
			plural(len(found), manifestName), plural(len(runs), "run")), r.where))
	}
	for _, name := range found {
		if err := r.inManifest(ctx, name, whole, m); err != nil {
			return nil, fmt.Errorf("--results: %s: %w", name, err)
		}
	}
	return m, nil
}

func problemOf(what, why, where string) detection.Problem {
	return detection.Problem{What: what, Why: why, Where: where, Severity: detection.High}
}

// inManifest adds the batches of one run that are not there as a whole.
func (r *results) inManifest(ctx context.Context, name string, whole map[string]bool, m *missing) error {
	var said manifest
	if err := r.decode(ctx, name, func(lines *json.Decoder) error { return lines.Decode(&said) }); err != nil {
		return err
	}
	for _, status := range slices.Sorted(maps.Keys(said.ResultFiles)) {
		for _, file := range said.ResultFiles[status] {
			beside := name[:len(name)-len(manifestName)] + path.Base(file.Key)
			err := r.decode(ctx, beside, func(lines *json.Decoder) error {
				return children(lines, func(c child) { c.check(status, whole, m) })
			})
			if err != nil {
				return fmt.Errorf("%s: %w", beside, err)
			}
		}
	}
	return nil
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

// check notes the child's batch unless it is there as a whole.
func (c child) check(status string, whole map[string]bool, m *missing) {
	problem := func(where string) detection.Problem {
		return problemOf("A batch was not counted", c.why(status), where)
	}
	batch, known := c.input()
	switch {
	case whole[c.Batch] || known && whole[batch.ID()]:
	case known:
		m.lose(batch, problem(batch.Where()))
	default:
		m.problems = append(m.problems, problem("batch "+cmp.Or(c.Batch, c.Name, "without a name")))
	}
}

// input is the child's batch, where the file has it.
func (c child) input() (batch backtest.Batch, known bool) {
	text := []byte(c.Input)
	var packed string
	if json.Unmarshal(text, &packed) == nil {
		text = []byte(packed)
	}
	err := json.Unmarshal(text, &batch)
	return batch, err == nil && len(batch.Items) > 0
}

func (c child) why(status string) string {
	if status == "SUCCEEDED" {
		return "it was counted, and its result is not here"
	}
	return strings.Join(slices.DeleteFunc([]string{strings.ToLower(cmp.Or(c.Status, status)), c.Error, c.Cause}, func(s string) bool { return s == "" }), ": ")
}
