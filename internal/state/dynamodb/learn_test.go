package dynamodb_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/state"
	"trailbell/internal/state/dynamodb"
)

// Two writers that know different parts of the past, and one that is told twice, end with
// all that each of them knew.
func TestContractOfWhatIsLearned(t *testing.T) {
	client := local(t)
	empty(t, client)
	store := dynamodb.Store{API: client, Table: table}
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	there := func() state.Entry {
		t.Helper()
		e, err := store.Lead(t.Context(), "key", state.Entry{By: "reader", From: day(30), Until: day(31)}, day(1))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	// What is not there stays away: the reader's own entry is the first.
	if err := errors.Join(store.Prolong(t.Context(), "other", day(9)), store.Predate(t.Context(), "other", "me", day(1))); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Lead(t.Context(), "other", state.Entry{By: "reader", From: day(30), Until: day(31)}, day(1)); err != nil || got.By != "reader" {
		t.Fatal(got, err)
	}
	want := state.Entry{By: "me", From: day(10), Until: day(20), Info: "i"}
	if _, err := store.Lead(t.Context(), "key", want, day(10)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Prolong(t.Context(), "key", day(22)), store.Predate(t.Context(), "key", "me", day(5))); err != nil {
		t.Fatal(err)
	}
	want.From, want.Until = day(5), day(22)
	if diff := cmp.Diff(want, there()); diff != "" {
		t.Fatalf("a later end and an earlier beginning: -want +got:\n%s", diff)
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"an earlier end", func() error { return store.Prolong(t.Context(), "key", day(21)) }},
		{"the same end", func() error { return store.Prolong(t.Context(), "key", day(22)) }},
		{"a later beginning", func() error { return store.Predate(t.Context(), "key", "me", day(6)) }},
		{"the beginning of somebody else's", func() error { return store.Predate(t.Context(), "key", "you", day(1)) }},
	} {
		if err := step.do(); err != nil {
			t.Error(step.name, err)
		}
		if diff := cmp.Diff(want, there()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", step.name, diff)
		}
	}
}
