package suppress

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/state"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func minute(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Minute))) }

func TestFullest(t *testing.T) {
	m := func(id string, at float64, weight int) state.Member {
		return state.Member{ID: id, At: minute(at), Weight: weight}
	}
	tests := []struct {
		name    string
		members []state.Member
		around  float64
		want    int
	}{
		{"nothing", nil, 0, 0},
		{"what lies before", []state.Member{m("a", 0, 1), m("b", 5, 1), m("c", 9, 1)}, 9, 3},
		{"what lies behind: records come in any order", []state.Member{m("a", 0, 1), m("b", 5, 1), m("c", 9, 1)}, 0, 3},
		{"both sides, but no longer than the window", []state.Member{m("a", 0, 1), m("b", 9, 1), m("c", 18, 1)}, 9, 2},
		{"the very end of the window still counts", []state.Member{m("a", 0, 1), m("b", 10, 1)}, 10, 2},
		{"and nothing behind it", []state.Member{m("a", 0, 1), m("b", 10.01, 1)}, 10.01, 1},
		{"a fuller stretch that the moment is not in", []state.Member{m("a", 0, 1), m("b", 1, 1), m("c", 2, 1), m("d", 20, 1)}, 20, 1},
		{"weights are added", []state.Member{m("a", 0, 3), m("b", 1, 2)}, 1, 5},
		{"the same in two buckets counts once", []state.Member{m("a", 0, 1), m("a", 1, 1)}, 1, 1},
		{"the same value at two times counts once", []state.Member{m("a@1", 0, 1), m("a@2", 5, 1), m("b@2", 5, 1)}, 5, 2},
		{"and with the greater of its weights", []state.Member{m("a@1", 0, 1), m("a@2", 5, 4)}, 5, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fullest(tt.members, minute(tt.around), 10*time.Minute); got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
}

func TestFullestIsWhatTryingEveryStretchGives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var members []state.Member
		for range r.IntN(12) {
			members = append(members, state.Member{ID: fmt.Sprintf("%d@%d", r.IntN(5), r.IntN(3)), At: minute(float64(r.IntN(30))), Weight: 1})
		}
		around := minute(float64(r.IntN(30)))
		want := 0
		for begin := -10; begin <= 30; begin++ {
			from, to := minute(float64(begin)), minute(float64(begin+10))
			if around.Before(from) || around.After(to) {
				continue
			}
			inside := map[string]bool{}
			for _, m := range members {
				if !m.At.Before(from) && !m.At.After(to) {
					inside[thing(m)] = true
				}
			}
			// A stretch begins with a member: an empty one before the moment holds no more.
			want = max(want, len(inside))
		}
		if got := fullest(members, around, 10*time.Minute); got > want || got < want && containsAt(members, around) {
			t.Fatalf("%d, want %d: %v around %s", got, want, members, around)
		}
	}
}

// containsAt says whether the record that is judged is among the members, as it always is.
func containsAt(members []state.Member, at time.Time) bool {
	for _, m := range members {
		if m.At.Equal(at) {
			return true
		}
	}
	return false
}

func TestCounted(t *testing.T) {
	rec := parse(t, `{"eventSource":"s","eventName":"DeleteObjects","eventID":"1","requestParameters":{"key":["a","b","a"],"one":"a"}}`)
	tests := []struct {
		name      string
		threshold detection.Threshold
		members   int
		weight    int
	}{
		{"the record", detection.Threshold{Count: 5, Window: time.Hour}, 1, 1},
		{"the record, by the weight of its event", detection.Threshold{Count: 5, Window: time.Hour, Weights: map[string]int{"DeleteObjects": 3}}, 1, 3},
		{"a value", detection.Threshold{Count: 5, Window: time.Hour, Distinct: "requestParameters.one"}, 1, 1},
		{"each value of a list, once", detection.Threshold{Count: 5, Window: time.Hour, Distinct: "requestParameters.key"}, 2, 1},
		{"no more values than it takes", detection.Threshold{Count: 1, Window: time.Hour, Distinct: "requestParameters.key"}, 1, 1},
		{"the record, where the value is absent", detection.Threshold{Count: 5, Window: time.Hour, Distinct: "requestParameters.none"}, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := counted(rec, tt.threshold, noon)
			if len(got) != tt.members || got[0].Weight != tt.weight {
				t.Errorf("%d members of weight %d, want %d of %d", len(got), got[0].Weight, tt.members, tt.weight)
			}
		})
	}
	if counted(rec, tests[2].threshold, noon)[0].ID != counted(rec, tests[2].threshold, noon.Add(time.Second))[0].ID {
		t.Error("a value that came twice counts twice")
	}
}

func TestFloor(t *testing.T) {
	for at, want := range map[int64]int64{0: 0, 9: 0, 10: 1, -1: -1, -10: -1, -11: -2} {
		if got := floor(time.Unix(at, 0), 10*time.Second); got != want {
			t.Errorf("floor of %d is %d, want %d", at, got, want)
		}
	}
	if floor(noon, 0) != noon.UnixMilli() {
		t.Error("a length of nothing is not a millisecond")
	}
}
