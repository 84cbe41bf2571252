package statetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"trailbell/internal/state"
)

// crowd is how many ask at the same time.
const crowd = 50

var commonCases = []contractCase{
	{"claims, entries and sets of the same name do not touch", func(a asker) {
		a.claim("name", "me", at(0), at(30), mine)
		a.lead("name", entry("you", 0, 60), at(0), entry("you", 0, 60))
		a.join("name", member("name", 0))
		a.done("name", keep)
		a.release("name", "you")
		a.extend("name", "me", at(1))
		a.claim("name", "me", at(1), at(31), isDone)
		a.lead("name", entry("me", 1, 61), at(1), entry("you", 0, 60))
		a.members("name", member("name", 0))
	}},
	{"names that are empty, long or hardly different are different names", func(a asker) {
		long := strings.Repeat("x", 2048)
		names := []string{
			"", " ", "=", "~", "-", "a", "A", "a ", "\x00", "é", "e\u0301", "大きさ", "🔔",
			long, long + "x", long[1:] + "y", strings.Repeat("é", 1024), strings.Repeat("x", 1000), strings.Repeat("x", 1001),
			"=" + strings.Repeat("x", 999), state.Key(long), strings.Repeat("z", 100_000),
		}
		for i, name := range names {
			a.claim(name, fmt.Sprint(i), at(0), at(30), mine)
			a.lead(name, entry(name, 0, 60), at(0), entry(name, 0, 60))
			a.join("set", member(name, float64(i)))
		}
		var all []state.Member
		for i, name := range names {
			a.claim(name, fmt.Sprint(i), at(1), at(30), mine)
			a.lead(name, entry("other", 1, 61), at(1), entry(name, 0, 60))
			all = append(all, member(name, float64(i)))
		}
		a.members("set", all...)
	}},
	{"of many that claim at once one gets it", func(a asker) {
		for round := range 5 {
			id := fmt.Sprint("id ", round)
			counts := map[state.Outcome]int{}
			for _, claim := range together(a, func(i int) (state.Claim, error) {
				return a.store.Claim(a.Context(), id, fmt.Sprint("owner ", i), at(0), at(30))
			}) {
				counts[claim.Outcome]++
			}
			if counts[state.Mine] != 1 || counts[state.Busy] != crowd-1 {
				a.Fatalf("round %d: %v", round, counts)
			}
		}
	}},
	{"of many that lead at once one does, and all are told who", func(a asker) {
		leaders := map[string]int{}
		for _, led := range together(a, func(i int) (state.Entry, error) {
			return a.store.Lead(a.Context(), "key", entry(fmt.Sprint(i), 0, 60), at(0))
		}) {
			leaders[led.By]++
		}
		if len(leaders) != 1 {
			a.Fatalf("leaders %v", leaders)
		}
	}},
	{"of many that join as the same member at once one stays", func(a asker) {
		together(a, func(i int) (struct{}, error) {
			return struct{}{}, a.store.Join(a.Context(), "set", []state.Member{member("same", float64(i)), member(fmt.Sprint(i), 0)}, keep)
		})
		before, err := a.store.Members(a.Context(), "set", 0)
		a.no(err)
		if len(before) != crowd+1 {
			a.Fatalf("%d members", len(before))
		}
		a.join("set", member("same", -1))
		a.members("set", before...)
	}},
	{"many at work on different things do not disturb each other", func(a asker) {
		together(a, func(i int) (struct{}, error) { return struct{}{}, life(a, fmt.Sprint("id ", i)) })
	}},
	{"a context that has ended is an error, and has no effect", ended},
}

// together has a crowd ask at once and returns what each was answered.
func together[V any](a asker, ask func(i int) (V, error)) []V {
	a.Helper()
	var (
		wg    sync.WaitGroup
		ready = make(chan struct{})
		got   = make([]V, crowd)
		errs  = make([]error, crowd)
	)
	for i := range crowd {
		wg.Go(func() {
			<-ready
			got[i], errs[i] = ask(i)
		})
	}
	close(ready)
	wg.Wait()
	a.no(errors.Join(errs...))
	return got
}

// life is what happens to an id from its claim to its end.
func life(a asker, id string) error {
	ctx := a.Context()
	claim, err := a.store.Claim(ctx, id, id, at(0), at(30))
	led, err2 := a.store.Lead(ctx, id, entry(id, 0, 60), at(0))
	err3 := a.store.Join(ctx, id, []state.Member{member(id, 0)}, keep)
	err4 := a.store.Done(ctx, id, keep)
	again, err5 := a.store.Claim(ctx, id, "other", at(1), at(31))
	members, err6 := a.store.Members(ctx, id, 0)
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		return err
	}
	if claim != mine || led.By != id || again != isDone || len(members) != 1 {
		return fmt.Errorf("%s: claim %v, led %v, again %v, members %v", id, claim, led, again, members)
	}
	return nil
}

func ended(a asker) {
	ctx, cancel := context.WithCancel(a.Context())
	cancel()
	late, stop := context.WithDeadline(a.Context(), time.Now().Add(-time.Second))
	defer stop()
	for ctx, want := range map[context.Context]error{ctx: context.Canceled, late: context.DeadlineExceeded} {
		_, claimErr := a.store.Claim(ctx, "x", "me", at(0), at(30))
		_, leadErr := a.store.Lead(ctx, "x", entry("me", 0, 60), at(0))
		_, membersErr := a.store.Members(ctx, "x", 0)
		for what, err := range map[string]error{
			"Claim": claimErr, "Lead": leadErr, "Members": membersErr,
			"Done": a.store.Done(ctx, "x", keep), "Release": a.store.Release(ctx, "x", "me"),
			"Extend": a.store.Extend(ctx, "x", "me", at(90)), "Join": a.store.Join(ctx, "x", many(2), keep),
			"Join of nobody": a.store.Join(ctx, "x", nil, keep),
		} {
			if !errors.Is(err, want) {
				a.Errorf("%s: error %v does not wrap %v", what, err, want)
			}
		}
	}
	a.claim("x", "you", at(0), at(30), mine)
	a.lead("x", entry("you", 0, 60), at(0), entry("you", 0, 60))
	a.members("x")
}
