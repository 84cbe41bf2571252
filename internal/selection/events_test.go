package selection_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

func TestEvents(t *testing.T) {
	e := func(source, name string) selection.Event { return selection.Event{Source: source, Name: name} }
	for _, tt := range []struct {
		name, body string
		want       []selection.Event
	}{
		{"a name and a source", `input.eventSource == "a"; input.eventName == "X"`, []selection.Event{e("a", "X")}},
		{"each with each", `input.eventSource in {"a", "b"}; input.eventName in {"X", "Y"}`, []selection.Event{e("a", "X"), e("a", "Y"), e("b", "X"), e("b", "Y")}},
		{"a table by source", `input.eventName in {"a": {"X"}, "b": {"Y"}}[input.eventSource]`, []selection.Event{e("a", "X"), e("b", "Y")}},
		{"names in a helper", `input.eventSource == "a"; _named`, []selection.Event{e("a", "X"), {Source: "a", Name: "Y", Prefix: true}}},
		{"a name that is left out", `input.eventSource == "a"; not input.eventName == "X"`, []selection.Event{e("a", "X")}},
		{"a source that is left out", `not input.eventSource == "a"; input.eventName == "X"`, []selection.Event{e("", "X")}},
		{"no name", `input.eventSource == "a"`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "# METADATA\n# title: T\n# description: D.\n# custom:\n#   severity: low\npackage rules.a.b\n\nmatch if { " + tt.body + " }\n\n" +
				"_named if input.eventName == \"X\"\n\n_named if startswith(input.eventName, \"Y\")\n"
			set := loadSet(t, ruleset.Source{Name: "made", FS: fstest.MapFS{"a/b.rego": {Data: []byte(text)}}})
			if diff := cmp.Diff(tt.want, selection.Derive(t.Context(), set).Events()["a.b"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
