package selection_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

func newIndex(t testing.TB) *selection.Index {
	t.Helper()
	return oracleOf(t, "styles").index
}

// Bytes that are no proper object say nothing of what OPA would see.
func TestAnyDoubtSelectsEveryRule(t *testing.T) {
	tests := []struct{ name, record string }{
		{"nothing", ``},
		{"a list", `[{"eventName":"CreateUser"}]`},
		{"an object that does not end", `{"eventName":"CreateUser"`},
		{"a string that does not end", `{"eventName":"CreateUser}`},
		{"something after the object", `{"eventName":"CreateUser"} {}`},
		{"a key twice", `{"eventName":"CreateUser","eventName":"GetUser"}`},
		{"a key twice further down", `{"userIdentity":{"type":"Root","type":"IAMUser"}}`},
		{"an escaped key", `{"event\u004eame":"CreateUser"}`},
		{"a value that is missing", `{"eventName":,"eventSource":"x"}`},
		{"a key without a value", `{"eventName"}`},
		{"a comma too many", `{"eventName":"CreateUser",}`},
	}
	index := newIndex(t)
	matcher := index.Matcher()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(matcher.Select([]byte(tt.record))); got != len(styles) {
				t.Errorf("%d of %d rules selected", got, len(styles))
			}
		})
	}
}

func TestDoubtfulRecordSelectsEveryRule(t *testing.T) {
	rec, err := cloudtrail.New(map[string]any{"eventSource": "s", "eventName": "n", "odd": json.Number("1e999999")})
	if err != nil || !rec.Doubtful() {
		t.Fatal("the record should be doubtful", err)
	}
	if got := len(newIndex(t).Select(rec)); got != len(styles) {
		t.Errorf("%d of %d rules selected", got, len(styles))
	}
}

// White space and the order of keys change nothing.
func TestSpellingOfARecordChangesNothing(t *testing.T) {
	index := newIndex(t)
	want := index.Matcher().Select([]byte(`{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","userIdentity":{"type":"Root"}}`))
	for _, spelling := range []string{
		" {\t\"eventSource\" : \"iam.amazonaws.com\" ,\n\"eventName\":\r\"CreateUser\", \"userIdentity\": { \"type\":\"Root\" } } \n",
		`{"userIdentity":{"type":"Root"},"eventName":"CreateUser","eventSource":"iam.amazonaws.com"}`,
		`{"other":{"a":[{"b":"}"}],"c":"\\\"{"},"userIdentity":{"type":"Root"},"eventName":"CreateUser","eventSource":"iam.amazonaws.com","n":-1.5e3}`,
	} {
		if diff := cmp.Diff(want, index.Matcher().Select([]byte(spelling))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", spelling, diff)
		}
	}
}

func TestRulesThatAreNotAskedAreNeverSelected(t *testing.T) {
	set := loadSet(t, stylesSource(t))
	for i := range set.Rules {
		switch i % 3 {
		case 0:
			set.Rules[i].Status = detection.StatusOff
		case 1:
			set.Rules[i].Threshold = &detection.Threshold{Count: 2}
		}
	}
	index, err := selection.New(selection.Derive(t.Context(), set))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]detection.RuleID(selection.All(set.Rules)), index.Matcher().Select(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestManyGoroutinesShareAnIndex(t *testing.T) {
	index, records := newIndex(t), samples(t, ownSamples)
	want := make([][]detection.RuleID, len(records))
	for i, rec := range records {
		want[i] = index.Matcher().Select(rec.Bytes())
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i, rec := range records {
				if diff := cmp.Diff(want[i], index.Select(rec)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	wg.Wait()
}

func ExampleIndex_Select() {
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: []ruleset.Source{shippedSource()}})
	if err != nil {
		fmt.Println(err)
		return
	}
	index, err := selection.New(selection.Derive(context.Background(), set))
	if err != nil {
		fmt.Println(err)
		return
	}
	rec, _ := cloudtrail.New(map[string]any{"eventSource": "auditmanager.amazonaws.com", "eventName": "DeleteControl"})
	fmt.Println(index.Select(rec))
	// Output: [auditmanager.control_deleted]
}
