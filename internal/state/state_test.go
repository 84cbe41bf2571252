package state_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"trailbell/internal/state"
)

func ExampleLease_Claim() {
	noon := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	lease, first := state.Lease{}.Claim("this run", noon, noon.Add(30*time.Second))
	lease, second := lease.Claim("another run", noon.Add(10*time.Second), noon.Add(40*time.Second))
	_, third := lease.Claim("another run", noon.Add(30*time.Second), noon.Add(time.Minute))
	fmt.Println(first.Outcome, second.Outcome, third.Outcome)
	// Output: mine busy mine
}

func TestKeysAreShortDifferentAndNeverEmpty(t *testing.T) {
	long := strings.Repeat("x", 1001)
	texts := []string{
		"", "=", "~", "a", "\xff", "\xfe", "\ufffd", long[:1000], long, long + "x",
		strings.Repeat("é", 500), strings.Repeat("é", 501), state.Key(long), state.Key(state.Key(long)),
	}
	seen := map[string]string{}
	for _, text := range texts {
		key := state.Key(text)
		if len(key) < 1 || len(key) > 1001 || !utf8.ValidString(key) {
			t.Errorf("%.20q: key of %d bytes, %.20q", text, len(key), key)
		}
		if other, there := seen[key]; there {
			t.Errorf("%.20q and %.20q have the same key", text, other)
		}
		seen[key] = text
	}
}

func TestAMomentIsAMillisecondRoundedDown(t *testing.T) {
	zone := time.FixedZone("", 7200)
	for _, test := range []struct{ given, want time.Time }{
		{time.Date(2026, 3, 14, 15, 9, 26, 535_999_999, zone), time.Date(2026, 3, 14, 13, 9, 26, 535_000_000, time.UTC)},
		{time.Date(1969, 12, 31, 23, 59, 59, 1, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC)},
		{time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999_000_000, time.UTC)},
		{time.Time{}, time.Time{}},
	} {
		if got := state.Moment(test.given); got != test.want {
			t.Errorf("%v became %v, want %v", test.given, got, test.want)
		}
	}
}
