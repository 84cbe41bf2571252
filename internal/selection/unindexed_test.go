package selection_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/selection"
)

func TestUnindexedRulesAreNamedWithTheExpression(t *testing.T) {
	got := map[string]string{}
	for _, rule := range selection.Derive(t.Context(), loadSet(t, stylesSource(t))).Unindexed() {
		got[strings.TrimPrefix(string(rule.Rule), "style.s_")] = rule.Why
	}
	want := map[string]string{
		"envelope":      `object.get(input, "detail", input, _); _.eventName = "CreateUser"`,
		"partial_count": "gt(count(_reasons), 0)",
		"partial_in":    `internal.member_2("a", _reasons)`,
		"true":          "it holds for every record",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEveryShippedRuleIsIndexed(t *testing.T) {
	for _, rule := range selection.Derive(t.Context(), loadSet(t, shippedSource())).Unindexed() {
		t.Errorf("%s is asked about every record: %s", rule.Rule, rule.Why)
	}
}
