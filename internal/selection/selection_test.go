package selection_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/selection"
)

func TestAllAsksWhatCanBeAsked(t *testing.T) {
	rules := []detection.Rule{
		{ID: "stable", Status: detection.StatusStable},
		{ID: "test", Status: detection.StatusTest},
		{ID: "off", Status: detection.StatusOff},
		{ID: "counts", Threshold: &detection.Threshold{Count: 2}},
		{ID: "remembers", FirstSeen: &detection.FirstSeen{}},
		{ID: "waits for a setting", Inactive: "needs a value in x"},
	}
	want := []detection.RuleID{"stable", "test", "counts", "remembers", "waits for a setting"}
	if diff := cmp.Diff(want, selection.All(rules).Select(cloudtrail.Record{})); diff != "" {
		t.Error(diff)
	}
}

func ExampleAll() {
	everything := selection.All([]detection.Rule{{ID: "a"}, {ID: "b"}})
	fmt.Println(everything.Select(cloudtrail.Record{}))
	// Output: [a b]
}
