package suppress

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// slots is how many times in a window the same value is noted: so often that no
// stretch of the window's length is missed by more than a sixteenth of it.
const slots = 16

// counted is what a threshold counts of a record that came about at a time: the record
// itself, or each value of the path. Two deliveries of a record give the same members.
func counted(rec cloudtrail.Record, t detection.Threshold, at time.Time) []state.Member {
	weight := max(t.Weights[rec.EventName()], 1)
	var members []state.Member
	if t.Distinct != "" {
		slot := strconv.FormatInt(floor(at, t.Window/slots), 10)
		for _, value := range parsePath(t.Distinct).all(rec) {
			id := cloudtrail.Digest(value) + "@" + slot
			members = append(members, state.Member{ID: id, At: at, Weight: weight})
		}
		slices.SortFunc(members, func(a, b state.Member) int { return strings.Compare(a.ID, b.ID) })
		members = slices.CompactFunc(members, func(a, b state.Member) bool { return a.ID == b.ID })
		// That many reach the threshold by themselves.
		members = members[:min(len(members), t.Count)]
	}
	if len(members) == 0 {
		members = []state.Member{{ID: rec.Key(), At: at, Weight: weight}}
	}
	return members
}

// floor is how many whole lengths have gone by since 1970.
func floor(at time.Time, length time.Duration) int64 {
	step := max(length.Milliseconds(), 1)
	n := at.UnixMilli() / step
	if at.UnixMilli()%step < 0 {
		n--
	}
	return n
}

// threshold withholds what too little of came within the window. It goes by the records'
// own times: what comes late, or twice, or on another lane counts as if it had not.
func (s *Suppressor) threshold(ctx context.Context, m *matter) (verdict, error) {
	if m.threshold == nil || !m.waits {
		return askOn, nil
	}
	window, at := m.threshold.Window, m.member.At
	bucket := floor(at, window)
	set := func(n int64) string { return fmt.Sprintf("T#%s#%d", m.group, n) }
	if err := s.store.Join(ctx, set(bucket), m.counted, m.now.Add(keep+2*window)); err != nil {
		return verdict{}, err
	}
	var near []state.Member
	for n := bucket - 1; n <= bucket+1; n++ {
		members, err := s.store.Members(ctx, set(n), 0)
		if err != nil {
			return verdict{}, err
		}
		near = append(near, members...)
	}
	length := window
	if m.threshold.Distinct != "" {
		length += window / slots // a value may have come again later in its slot
	}
	if n := fullest(near, at, length); n < m.needed {
		return withhold(detection.ReasonBelowThreshold, fmt.Sprintf("%d of %d in %s", n, m.needed, window)), nil
	}
	m.waits = false
	return askOn, nil
}

// fullest is what the members weigh that fall into one stretch of time around a moment,
// the stretch where that is most. What comes several times weighs once.
func fullest(members []state.Member, around time.Time, length time.Duration) int {
	members = slices.SortedFunc(slices.Values(members), func(a, b state.Member) int { return a.At.Compare(b.At) })
	weights := map[string]int{}
	for _, m := range members {
		weights[thing(m)] = max(weights[thing(m)], m.Weight)
	}
	most, sum, end := 0, 0, 0
	inside := map[string]int{}
	for _, first := range members {
		for ; end < len(members) && members[end].At.Sub(first.At) <= length; end++ {
			if inside[thing(members[end])]++; inside[thing(members[end])] == 1 {
				sum += weights[thing(members[end])]
			}
		}
		if !first.At.After(around) && around.Sub(first.At) <= length {
			most = max(most, sum)
		}
		if inside[thing(first)]--; inside[thing(first)] == 0 {
			sum -= weights[thing(first)]
		}
	}
	return most
}

// thing is what a member stands for, without when.
func thing(m state.Member) string {
	id, _, _ := strings.Cut(m.ID, "@")
	return cmp.Or(id, m.ID)
}
