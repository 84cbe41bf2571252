package memory

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"trailbell/internal/state"
	"trailbell/internal/state/statetest"
	"trailbell/internal/suppress"
)

var now = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func ExampleStore() {
	ctx, store := context.Background(), New()
	for _, owner := range []string{"this run", "another run"} {
		claim, err := store.Claim(ctx, "alert 1", owner, now, now.Add(30*time.Second))
		fmt.Println(owner, claim.Outcome, err)
	}
	// Output:
	// this run mine <nil>
	// another run busy <nil>
}

func TestContract(t *testing.T) {
	statetest.Run(t, func(*testing.T) suppress.Store { return New() })
}

// fill puts n claims, n entries and a set of n members into a store, over at until.
func fill(t *testing.T, s *Store, n int, until time.Time) {
	t.Helper()
	for i := range n {
		id := fmt.Sprint(until, i)
		_, claimErr := s.Claim(t.Context(), id, "me", now, until)
		_, leadErr := s.Lead(t.Context(), id, state.Entry{By: "me", Until: until}, now)
		joinErr := s.Join(t.Context(), fmt.Sprint(until), []state.Member{{ID: id}}, until)
		if err := errors.Join(claimErr, leadErr, joinErr); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *Store) counted() int {
	n := len(s.leases) + len(s.entries)
	for _, set := range s.sets {
		n += len(set)
	}
	return n
}

func TestWhatHasBeenOverForADayIsForgotten(t *testing.T) {
	s := New()
	fill(t, s, 5, now.Add(time.Hour))
	fill(t, s, 3, now.Add(2*time.Hour))
	for _, test := range []struct {
		name string
		now  time.Time
		want int
	}{
		{"a day after the first are over, to the moment", now.Add(25 * time.Hour), 24},
		{"a little later, but the store has just looked", now.Add(25*time.Hour + time.Second), 24},
		{"a minute later", now.Add(25*time.Hour + time.Minute), 9},
		{"two days later", now.Add(50 * time.Hour), 0},
	} {
		// What is asked for is there afterwards, and leaves nothing behind when it is removed.
		if _, err := s.Claim(t.Context(), "now", "me", test.now, test.now); err != nil {
			t.Fatal(err)
		}
		delete(s.leases, "now")
		s.size--
		if s.counted() != test.want || s.size != test.want {
			t.Errorf("%s: %d things, counted as %d, want %d", test.name, s.counted(), s.size, test.want)
		}
	}
	if len(s.sets) != 0 {
		t.Errorf("%d empty sets", len(s.sets))
	}
}

func TestAFullStoreRefusesWhatIsNewAndKeepsWhatItHas(t *testing.T) {
	s := New()
	s.limit = 6
	fill(t, s, 2, now.Add(time.Hour))
	ctx := t.Context()
	_, claimErr := s.Claim(ctx, "new", "me", now, now)
	_, leadErr := s.Lead(ctx, "new", state.Entry{}, now)
	for what, err := range map[string]error{
		"claim": claimErr, "lead": leadErr, "done": s.Done(ctx, "new", now), "join": s.Join(ctx, "new", []state.Member{{}}, now),
	} {
		if !errors.Is(err, ErrFull) {
			t.Errorf("%s: error %v", what, err)
		}
	}
	fill(t, s, 2, now.Add(time.Hour))
	if s.counted() != 6 || s.size != 6 {
		t.Errorf("%d things, counted as %d", s.counted(), s.size)
	}
	if _, err := s.Claim(ctx, "new", "me", now.Add(48*time.Hour), now); err != nil {
		t.Errorf("when the rest is over: %v", err)
	}
}
