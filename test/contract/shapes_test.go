package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// shapeComplaints are about rules that can't decide, or decide in two ways, when a field
// of the record that they fire on is absent, null or of another type. AWS leaves fields
// out and changes their types without notice, and whoever calls writes some of them. Of
// the changes, each every-th is made.
func shapeComplaints(t *testing.T, set *ruleset.Set, records []cloudtrail.Record, every int) []string {
	t.Helper()
	fired := firing(t, set, records)
	index, err := selection.New(selection.Derive(t.Context(), set))
	if err != nil {
		t.Fatal(err)
	}
	e := newEngine(t, set)
	ids := slices.Sorted(maps.Keys(fired))
	why := make([]string, len(ids))
	var workers sync.WaitGroup
	for w := range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := w; i < len(ids); i += runtime.GOMAXPROCS(0) {
				why[i] = decidesBadly(t.Context(), e, index, ids[i], fired[ids[i]], every)
			}
		})
	}
	workers.Wait()
	return slices.DeleteFunc(why, func(s string) bool { return s == "" })
}

// decidesBadly says with which change the rule is undecided, or answers differently the
// second time. The index is trusted: where it leaves the rule out, nobody asks it.
func decidesBadly(ctx context.Context, e *engine.Engine, index *selection.Index, id detection.RuleID, sample cloudtrail.Record, every int) string {
	n := 0
	for what, text := range oddRecords(sample) {
		if n++; n%every != 0 {
			continue
		}
		rec, err := cloudtrail.Parse(text)
		if err != nil || !slices.Contains(index.Select(rec), id) {
			continue
		}
		first, failure := ask(ctx, e, id, rec)
		if failure != "" {
			return fmt.Sprintf("%s, with %s: %s", id, what, failure)
		}
		if first == "" {
			continue
		}
		if second, _ := ask(ctx, e, id, rec); second != first {
			return fmt.Sprintf("%s, with %s, answers once so and once so:\n%s", id, what, cmp.Diff(first, second))
		}
	}
	return ""
}

// ask is what the rule finds, as text, and empty where it is quiet.
func ask(ctx context.Context, e *engine.Engine, id detection.RuleID, rec cloudtrail.Record) (finding, failure string) {
	outcome := e.Evaluate(ctx, rec, []detection.RuleID{id})[0]
	for _, f := range outcome.Failures {
		return "", fmt.Sprintf("%s: %s: %v", f.Part, f.Cause, f.Err)
	}
	if outcome.Verdict != detection.Fired {
		return "", ""
	}
	outcome.Finding.Rule = detection.Rule{}
	return fmt.Sprintf("%+v", outcome.Finding), ""
}

// odd are the values that a field gets.
var odd = map[string]any{
	"null": nil, "a text": "x", "a number": 7,
	"a list": []any{"x", nil, map[string]any{"x": 1}}, "an object": map[string]any{"x": []any{1}},
}

// oddRecords are the record with one field at a time left out or changed, each with what
// was done, always in the same order.
func oddRecords(rec cloudtrail.Record) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		var record any
		if json.Unmarshal(rec.Bytes(), &record) != nil {
			return
		}
		more := true
		give := func(what string) {
			if text, err := json.Marshal(record); more && err == nil {
				more = yield(what, text)
			}
		}
		eachField(record, nil, func(path []string, set func(any), remove func()) {
			name := strings.Join(path, ".")
			for _, what := range slices.Sorted(maps.Keys(odd)) {
				set(odd[what])
				give(name + " " + what)
			}
			if remove != nil {
				remove()
				give(name + " absent")
			}
		})
	}
}

// eachField visits everything below a value. Set and remove change it until the next
// visit; an item of a list can't be removed without moving the others.
func eachField(value any, path []string, visit func(path []string, set func(any), remove func())) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			was, at := v[key], append(slices.Clone(path), key)
			visit(at, func(other any) { v[key] = other }, func() { delete(v, key) })
			v[key] = was
			eachField(was, at, visit)
		}
	case []any:
		for i, was := range v {
			at := append(slices.Clone(path), fmt.Sprint(i))
			visit(at, func(other any) { v[i] = other }, nil)
			v[i] = was
			eachField(was, at, visit)
		}
	}
}

func TestRulesSurviveOddShapes(t *testing.T) {
	every := 1
	if testing.Short() {
		every = 29 // no multiple of the kinds of changes
	}
	tell(t, shapeComplaints(t, shippedSet(t), samples(t), every))
}

func TestRulesThatDoNot(t *testing.T) {
	rec, err := cloudtrail.Parse([]byte(`{"eventSource": "s3.amazonaws.com", "eventName": "DeleteBucket", "requestParameters": {"bucketName": "logs", "tags": ["a"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, answer, want string }{
		{"a rule that asks for a type", `title := sprintf("%s is gone", [input.requestParameters.bucketName])`, ""},
		{"a title that may be no text", "title := input.requestParameters.bucketName", "title: "},
		{"details that may be no scalar", `details := {"tag": input.requestParameters.tags[0]}`, "details.tag: "},
		{"two titles when a field is absent", "title := \"One\"\n\ntitle := \"Two\" if not input.requestParameters.bucketName", "title: conflict"},
		{"details of any type that are written as text", `details := {"bucket": sprintf("%v", [input.requestParameters.bucketName])}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := made(t, map[string]string{"made/bucket_deleted.rego": bucketDeleted() + "\n" + tt.answer + "\n"})
			expect(t, shapeComplaints(t, set, []cloudtrail.Record{rec}, 1), tt.want)
		})
	}
}
