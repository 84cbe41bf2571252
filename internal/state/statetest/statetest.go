// Package statetest holds every store to the same promises: those of suppress.Store, and
// what that leaves open. It knows nothing of how a store keeps things, and is for tests
// only.
//
// What all stores decide the same way:
//
//   - Times are kept to the millisecond, rounded down, and come back in UTC. All times
//     that are compared are rounded first.
//   - At the very moment of its end a claim or an entry is over.
//   - A claim that is Mine again has the new end. What is Done loses its owner; at a
//     moment after its keep it is free. The keep of the last Done counts.
//   - A member that joins again stays as it was: the At, Weight, Region and Source of the
//     first time count. It is remembered until the last keep. Of members of one call that
//     share an ID, the first counts.
//   - Members come in no order. Those past their keep may still be among them.
//   - A limit below 1 is none.
//   - An entry that is over can be extended until somebody else has led.
//   - Any UTF-8 text can be an id, a key, an owner, a set or a member's ID, also the
//     empty one. Claims, entries and sets of the same name have nothing to do with each
//     other.
//   - When the context has ended, a call returns an error that wraps the context's.
package statetest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

// Run holds a store to the promises. open returns an empty one, and sees to its being
// closed; a subtest never has two at a time.
func Run(t *testing.T, open func(t *testing.T) suppress.Store) {
	for _, c := range slices.Concat(claimCases, entryCases, setCases, commonCases) {
		t.Run(c.name, func(t *testing.T) {
			c.run(asker{t, open(t)})
		})
	}
}

// contractCase is one promise, as a sentence.
type contractCase struct {
	name string
	run  func(a asker)
}

// start is when every case begins. It has parts of a millisecond, which nothing keeps.
var start = time.Date(2026, 3, 14, 15, 9, 26, 535_897_932, time.FixedZone("", 3600))

// keep is long enough for every case.
var keep = start.Add(35 * 24 * time.Hour)

// at is some seconds after the start.
func at(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

// asker asks a store and compares its answers.
type asker struct {
	*testing.T
	store suppress.Store
}

var (
	mine   = state.Claim{Outcome: state.Mine}
	isDone = state.Claim{Outcome: state.Done}
)

func busy(until time.Time) state.Claim {
	return state.Claim{Outcome: state.Busy, Until: state.Moment(until)}
}

func (a asker) claim(id, owner string, now, until time.Time, want state.Claim) {
	a.Helper()
	got, err := a.store.Claim(a.Context(), id, owner, now, until)
	a.same("Claim", got, want, err)
}

func (a asker) done(id string, keep time.Time) {
	a.Helper()
	a.no(a.store.Done(a.Context(), id, keep))
}

func (a asker) release(id, owner string) {
	a.Helper()
	a.no(a.store.Release(a.Context(), id, owner))
}

func (a asker) lead(key string, entry state.Entry, now time.Time, want state.Entry) {
	a.Helper()
	got, err := a.store.Lead(a.Context(), key, entry, now)
	a.same("Lead", got, want.Moments(), err)
}

func (a asker) extend(key, by string, until time.Time) {
	a.Helper()
	a.no(a.store.Extend(a.Context(), key, by, until))
}

func (a asker) join(set string, members ...state.Member) {
	a.Helper()
	a.no(a.store.Join(a.Context(), set, members, keep))
}

func (a asker) members(set string, want ...state.Member) {
	a.Helper()
	got, err := a.store.Members(a.Context(), set, 0)
	a.same("Members", sorted(got), sorted(state.Distinct(want)), err)
}

func (a asker) no(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a asker) same(what string, got, want any, err error) {
	a.Helper()
	a.no(err)
	if diff := gocmp.Diff(want, got); diff != "" {
		a.Fatalf("%s, -want +got:\n%s", what, diff)
	}
}

func sorted(members []state.Member) []state.Member {
	return slices.SortedFunc(slices.Values(members), func(a, b state.Member) int { return cmp.Compare(a.ID, b.ID) })
}
