package statetest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"trailbell/internal/state"
)

func member(id string, seconds float64) state.Member {
	return state.Member{ID: id, At: at(seconds), Weight: 1, Region: "eu-central-1", Source: "192.0.2.7"}
}

func many(n int) []state.Member {
	var all []state.Member
	for i := range n {
		all = append(all, member(fmt.Sprintf("member %d", i), float64(i)))
	}
	return all
}

var setCases = []contractCase{
	{"a set that nobody joined is empty", func(a asker) {
		a.members("set")
		a.join("set")
		a.members("set")
	}},
	{"members come back as they were", func(a asker) {
		odd := []state.Member{
			{},
			{ID: "no time", Weight: -3},
			{ID: "heavy", Weight: math.MaxInt, At: at(0.25), Region: "ap-south-2", Source: "s3.amazonaws.com"},
			{ID: "Größe 🔔", Weight: 1, At: at(1), Region: "é", Source: "\u202e\x00"},
			{ID: "far", At: time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)},
		}
		a.join("set", odd...)
		a.members("set", odd...)
	}},
	{"who joins twice is there once", func(a asker) {
		a.join("set", member("a", 0))
		a.join("set", member("a", 0), member("b", 1))
		a.members("set", member("a", 0), member("b", 1))
	}},
	{"who joins again stays as at first, whatever else is said", func(a asker) {
		a.join("set", member("a", 0))
		a.join("set", state.Member{ID: "a", At: at(99), Weight: 7, Region: "us-east-1", Source: "198.51.100.9"}, member("b", 1))
		a.join("set", state.Member{ID: "a"})
		a.members("set", member("a", 0), member("b", 1))
	}},
	{"of members of one call with the same id the first counts", func(a asker) {
		for i := range 5 {
			set := fmt.Sprint("set ", i)
			a.join(set, member("a", 0), member("b", 1), member("a", 2), member("b", 3), member("a", 4))
			a.members(set, member("a", 0), member("b", 1))
		}
	}},
	{"more members than fit one request", func(a asker) {
		a.join("set", many(60)...)
		a.members("set", many(60)...)
	}},
	{"as many as asked for, and not more", limits},
	{"sets do not mix, also where one's name begins the other's", func(a asker) {
		names := []string{"", "a", "aa", "a#b", "a=", "=a", "~a", "A"}
		for i, name := range names {
			a.join(name, member(fmt.Sprint(i), 0), member("", float64(i)))
		}
		for i, name := range names {
			a.members(name, member(fmt.Sprint(i), 0), member("", float64(i)))
		}
	}},
}

func limits(a asker) {
	all := many(30)
	a.join("set", all...)
	for _, limit := range []int{-1, 0, 1, 2, 29, 30, 31, math.MaxInt} {
		got, err := a.store.Members(a.Context(), "set", limit)
		a.no(err)
		want := len(all)
		if limit > 0 {
			want = min(limit, want)
		}
		if len(got) != want || len(state.Distinct(got)) != want {
			a.Errorf("limit %d: %d members, of which %d differ, want %d", limit, len(got), len(state.Distinct(got)), want)
		}
		for _, m := range got {
			if !slices.Contains(state.Distinct(all), m) {
				a.Errorf("limit %d: %v never joined", limit, m)
			}
		}
	}
}
