package ruleset_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
)

func TestUnlistedEventsHaveReasons(t *testing.T) {
	for _, tt := range []struct{ name, key, want string }{
		{"a reason that is empty", "#   unlisted_events: {ExitRole: ' '}", "custom.unlisted_events: ExitRole has no reason"},
		{"a reason that is missing", "#   unlisted_events: {ExitRole: }", "custom.unlisted_events: ExitRole has no reason"},
		{"no name of an event", "#   unlisted_events: {'signin:ExitRole': Seen in records.}", `custom.unlisted_events: "signin:ExitRole" is not the name of an event`},
		{"a list", "#   unlisted_events: [ExitRole]", "has the wrong type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := load(folder(map[string]string{"a/x.rego": custom("x", tt.key), "a/y.rego": custom("y", "#   cis: [x]")}))
			if err != nil {
				t.Fatal(err)
			}
			if err := set.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestUnlistedEventsAreKnownByRule(t *testing.T) {
	set, err := load(folder(map[string]string{
		"a/x.rego": custom("x", "#   unlisted_events: {ExitRole: Seen in records.}"), "a/y.rego": custom("y", "#   cis: [x]"),
	}))
	if err != nil || set.Err() != nil {
		t.Fatal(err, set.Err())
	}
	want := map[detection.RuleID]map[string]string{"a.x": {"ExitRole": "Seen in records."}}
	if diff := cmp.Diff(want, set.UnlistedEvents()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
