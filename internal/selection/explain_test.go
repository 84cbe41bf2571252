package selection_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/selection"
)

func TestExplain(t *testing.T) {
	derived := selection.Derive(t.Context(), loadSet(t, stylesSource(t)))
	rec, err := cloudtrail.New(map[string]any{"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "readOnly": false})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, rule string
		want       []selection.Way
	}{
		{name: "conditions have their answer and values", rule: "eq", want: []selection.Way{{Conditions: []selection.Checked{
			{Text: `input.eventSource == "iam.amazonaws.com"`, Answer: "yes", Values: []selection.Value{{Path: "eventSource", JSON: `"iam.amazonaws.com"`}}},
			{Text: `input.eventName == "CreateUser"`, Answer: "yes", Values: []selection.Value{{Path: "eventName", JSON: `"CreateUser"`}}},
		}}}},
		{name: "what is absent has no value", rule: "boolean_ref", want: []selection.Way{{Conditions: []selection.Checked{
			{Text: `input.eventName == "ModifyDBInstance"`, Answer: "no", Values: []selection.Value{{Path: "eventName", JSON: `"CreateUser"`}}},
			{Text: `input.requestParameters.publiclyAccessible`, Answer: "no", Values: []selection.Value{{Path: "requestParameters.publiclyAccessible"}}},
		}}}},
		{name: "what is not understood is OPA's to decide", rule: "partial_in", want: []selection.Way{{Conditions: []selection.Checked{
			{Text: `internal.member_2("a", _reasons)`, Answer: "OPA decides"},
		}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := selection.Explain(derived, detection.RuleID("style.s_"+tt.rule), rec)
			if err != nil {
				t.Fatal(err)
			}
			for _, way := range got {
				for i := range way.Conditions {
					if len(way.Conditions[i].Any) == 0 {
						way.Conditions[i].Any = nil
					}
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if _, err := selection.Explain(derived, "no.such.rule", rec); err == nil {
		t.Error("a rule that there isn't was explained")
	}
}
