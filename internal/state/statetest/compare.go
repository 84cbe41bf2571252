package statetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

// Compare asks two stores the same random questions, in random order, and fails when they
// give different answers. The same seed gives the same questions. Names and times are
// few, so that questions meet.
func Compare(t *testing.T, seed uint64, steps int, reference, store suppress.Store) {
	t.Helper()
	w := walk{Rand: rand.New(rand.NewPCG(seed, 0)), T: t, now: start}
	asked := map[string]int{}
	for step := range steps {
		q := w.question()
		want, wantErr := q.ask(reference)
		got, err := q.ask(store)
		if diff := gocmp.Diff(want, got); diff != "" || wantErr != nil || err != nil {
			t.Fatalf("seed %d, step %d: %s: errors %v and %v, -reference +store:\n%s", seed, step, q.text, wantErr, err, diff)
		}
		asked[fmt.Sprintf("%.6s", q.text)]++
		w.now = w.now.Add(w.span() / 4)
	}
	t.Logf("seed %d: %v", seed, asked)
}

// walk is a random walk through the questions.
type walk struct {
	*rand.Rand
	*testing.T
	now time.Time
}

// question is one call of a store's, and what of its answer must be the same.
type question struct {
	text string
	ask  func(suppress.Store) (any, error)
}

var names = []string{"", "a", "b", "Größe 🔔", strings.Repeat("x", 2048)}

func (w walk) name() string { return names[w.IntN(len(names))] }

func (w walk) owner() string { return []string{"", "me", "you"}[w.IntN(3)] }

// span is up to some seconds, and with parts of a millisecond one time in two.
func (w walk) span() time.Duration {
	d := time.Duration(w.IntN(8)) * time.Second
	if w.IntN(2) == 0 {
		d += time.Duration(w.IntN(3_000_000))
	}
	return d
}

// when is around now, now itself included.
func (w walk) when() time.Time { return w.now.Add(w.span() - w.span()/2) }

func (w walk) question() question {
	ask := []func() question{w.claim, w.claim, w.done, w.release, w.lead, w.lead, w.extend, w.join, w.join, w.members}
	return ask[w.IntN(len(ask))]()
}

func (w walk) claim() question {
	id, owner, until := w.name(), w.owner(), w.when()
	return question{fmt.Sprintf("Claim %.9q %q now %v until %v", id, owner, w.now, until), func(s suppress.Store) (any, error) {
		return s.Claim(w.Context(), id, owner, w.now, until)
	}}
}

func (w walk) done() question {
	id, keep := w.name(), w.when()
	return question{fmt.Sprintf("Done %.9q keep %v", id, keep), func(s suppress.Store) (any, error) {
		return nil, s.Done(w.Context(), id, keep)
	}}
}

func (w walk) release() question {
	id, owner := w.name(), w.owner()
	return question{fmt.Sprintf("Release %.9q %q", id, owner), func(s suppress.Store) (any, error) {
		return nil, s.Release(w.Context(), id, owner)
	}}
}

func (w walk) lead() question {
	key, e := w.name(), state.Entry{By: w.owner(), From: w.when(), Until: w.when(), Info: w.name()}
	return question{fmt.Sprintf("Lead %.9q %.200v now %v", key, e, w.now), func(s suppress.Store) (any, error) {
		return s.Lead(w.Context(), key, e, w.now)
	}}
}

func (w walk) extend() question {
	key, by, until := w.name(), w.owner(), w.when()
	return question{fmt.Sprintf("Extend %.9q %q until %v", key, by, until), func(s suppress.Store) (any, error) {
		return nil, s.Extend(w.Context(), key, by, until)
	}}
}

func (w walk) join() question {
	set := w.name()
	var members []state.Member
	for range w.IntN(4) {
		members = append(members, state.Member{
			ID: w.name() + fmt.Sprint(w.IntN(5)), At: w.when(), Weight: w.IntN(9) - 4, Region: w.owner(), Source: w.name(),
		})
	}
	return question{fmt.Sprintf("Join %.9q %d", set, len(members)), func(s suppress.Store) (any, error) {
		return nil, s.Join(w.Context(), set, members, keep)
	}}
}

// members compares all members, or how many there are under a limit: which is open.
func (w walk) members() question {
	set, limit := w.name(), w.IntN(12)
	return question{fmt.Sprintf("Members %.9q %d", set, limit), func(s suppress.Store) (any, error) {
		got, err := s.Members(w.Context(), set, limit)
		if limit == 0 {
			return sorted(slices.Clone(got)), err
		}
		return len(got), err
	}}
}
