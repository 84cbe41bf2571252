package selection_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

func TestLooksSayWhatARuleLooksFor(t *testing.T) {
	const head = "# METADATA\n# title: T\n# description: D.\n# custom: {severity: low}\npackage rules.mine.x\n\n"
	tests := []struct {
		name, body string
		want       selection.Look
	}{
		{
			"calls of one service",
			`match if { input.eventSource == "a.amazonaws.com"; input.eventName in {"PutB", "GetA"} }`,
			selection.Look{Sources: []string{"a.amazonaws.com"}, Calls: []string{"GetA", "PutB"}, ReadCalls: []string{"GetA", "PutB"}},
		},
		{
			"reads are left out",
			`match if { input.eventSource == "a.amazonaws.com"; input.eventName == "PutB"; input.readOnly == false }`,
			selection.Look{Sources: []string{"a.amazonaws.com"}, Calls: []string{"PutB"}},
		},
		{
			"the beginning of a name, and a way without a source",
			"match if { input.eventSource == \"a.amazonaws.com\"; startswith(input.eventName, \"List\") }\n\nmatch if input.eventName == \"GetA\"",
			selection.Look{Calls: []string{"GetA", "List*"}, ReadCalls: []string{"GetA", "List*"}},
		},
		{
			"reads that no name tells",
			`match if { input.eventSource == "a.amazonaws.com"; input.errorCode == "AccessDenied" }`,
			selection.Look{Sources: []string{"a.amazonaws.com"}, OtherReads: true},
		},
		{
			"sign-ins come under a type of their own",
			`match if { input.eventType == "AwsConsoleSignIn"; input.eventName == "ConsoleLogin" }`,
			selection.Look{Calls: []string{"ConsoleLogin"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := loadSet(t, ruleset.Source{Name: "mine", FS: fstest.MapFS{"x.rego": {Data: []byte(head + tt.body + "\n")}}})
			looks, err := selection.Looks(selection.Derive(t.Context(), set))
			if err != nil || len(looks) != 1 {
				t.Fatalf("%d looks, %v", len(looks), err)
			}
			tt.want.Rule = "mine.x"
			none := cmp.Transformer("none", func(list []string) []string { return append([]string{}, list...) })
			if diff := cmp.Diff(tt.want, looks[0], none); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
