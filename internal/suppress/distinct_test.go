package suppress_test

import (
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
)

func TestDifferentValues(t *testing.T) {
	spraying := with(func(r *detection.Rule) {
		r.GroupBy = []string{"sourceIPAddress"}
		r.Threshold = &detection.Threshold{Count: 3, Window: 15 * time.Minute, Distinct: "requestParameters.userName"}
	})
	type step struct {
		at   time.Duration
		name any
	}
	tests := []struct {
		name  string
		steps []step
		sent  bool // the last of them
	}{
		{"three values", []step{{0, "a"}, {time.Minute, "b"}, {2 * time.Minute, "c"}}, true},
		{"two values, however often", []step{{0, "a"}, {time.Minute, "b"}, {2 * time.Minute, "a"}, {3 * time.Minute, "b"}, {4 * time.Minute, "a"}}, false},
		{"three values in longer than the window", []step{{0, "a"}, {8 * time.Minute, "b"}, {18 * time.Minute, "c"}}, false},
		{"a value that comes again counts from then on", []step{{0, "a"}, {10 * time.Minute, "a"}, {15 * time.Minute, "b"}, {20 * time.Minute, "c"}}, true},
		{"also when it came again at once", []step{{0, "a"}, {30 * time.Second, "a"}, {10 * time.Minute, "b"}, {15*time.Minute + 10*time.Second, "c"}}, true},
		{"a list has several", []step{{0, []any{"a", "b"}}, {time.Minute, "c"}}, true},
		{"a record without the value counts as one", []step{{0, nil}, {time.Minute, nil}, {2 * time.Minute, "a"}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newWorld(t).suppressor()
				for i, step := range tt.steps {
					rec := call(t, "x", i, start.Add(step.at), "requestParameters.userName", step.name)
					d := s.Findings(t.Context(), rec, []detection.Finding{{Rule: spraying, Severity: detection.High}})
					if want := tt.sent && i == len(tt.steps)-1; (len(d.Findings) == 1) != want {
						t.Errorf("step %d: %+v", i+1, d.Withheld)
					}
				}
			})
		})
	}
}
