// Package memory keeps what suppress remembers for as long as the process runs. It knows
// nothing of files and other processes.
package memory

import (
	"context"
	"errors"
	"sync"
	"time"

	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

// Limit is how many things a store holds: ids, entries and members together. A million
// claims whose ids have 66 bytes took 230 MB when it was measured.
const Limit = 1_000_000

// ErrFull is the error of what would be one thing too many. What is there is kept: a
// store that forgot what it was told would count too little, and nobody would know.
var ErrFull = errors.New("memory is full")

// sweepEvery is how much time goes by, in the words of the callers, before a store looks
// again for what it may forget.
const sweepEvery = time.Minute

// A Store keeps things in maps. It forgets what has been over for [state.Grace], going by
// the times that Claim and Lead are given, and refuses new things with [ErrFull] when it
// holds [Limit] all the same. It is safe for concurrent use.
type Store struct {
	mu      sync.Mutex
	leases  map[string]state.Lease
	entries map[string]state.Entry
	sets    map[string]map[string]member
	size    int
	limit   int
	swept   time.Time
	pace    state.Pace
}

// member is a member of a set and how long it is remembered.
type member struct {
	state.Member
	keep time.Time
}

var _ suppress.Store = (*Store)(nil)

// New is an empty store.
func New() *Store {
	return &Store{
		leases:  map[string]state.Lease{},
		entries: map[string]state.Entry{},
		sets:    map[string]map[string]member{},
		limit:   Limit,
	}
}

// Claim keeps the promise of [suppress.Store].
func (s *Store) Claim(ctx context.Context, id, owner string, now, until time.Time) (claim state.Claim, err error) {
	err = s.locked(ctx, func() error {
		s.sweep(now)
		lease, there := s.leases[id]
		lease, claim = lease.Claim(owner, state.Moment(now), state.Moment(until))
		return put(s, s.leases, id, lease, there)
	})
	if err != nil {
		return state.Claim{}, err
	}
	return claim, nil
}

// Done keeps the promise of [suppress.Store].
func (s *Store) Done(ctx context.Context, id string, keep time.Time) error {
	return s.locked(ctx, func() error {
		_, there := s.leases[id]
		return put(s, s.leases, id, state.Lease{Done: true, Until: state.Moment(keep)}, there)
	})
}

// Release keeps the promise of [suppress.Store].
func (s *Store) Release(ctx context.Context, id, owner string) error {
	return s.locked(ctx, func() error {
		if lease, there := s.leases[id]; there {
			s.leases[id] = lease.Release(owner)
		}
		return nil
	})
}

// Lead keeps the promise of [suppress.Store].
func (s *Store) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (led state.Entry, err error) {
	err = s.locked(ctx, func() error {
		s.sweep(now)
		old, there := s.entries[key]
		if led = old; old.Open(state.Moment(now)) {
			return nil
		}
		led = entry.Moments()
		return put(s, s.entries, key, led, there)
	})
	if err != nil {
		return state.Entry{}, err
	}
	return led, nil
}

// Extend keeps the promise of [suppress.Store].
func (s *Store) Extend(ctx context.Context, key, by string, until time.Time) error {
	return s.locked(ctx, func() error {
		if entry, there := s.entries[key]; there && entry.By == by {
			entry.Until = state.Moment(until)
			s.entries[key] = entry
		}
		return nil
	})
}

// Join keeps the promise of [suppress.Store].
func (s *Store) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	return s.locked(ctx, func() error {
		if s.sets[set] == nil && len(members) > 0 {
			s.sets[set] = map[string]member{}
		}
		for _, m := range state.Distinct(members) {
			old, there := s.sets[set][m.ID]
			if there {
				m = old.Member
			}
			if err := put(s, s.sets[set], m.ID, member{m, state.Moment(keep)}, there); err != nil {
				return err
			}
		}
		return nil
	})
}

// Members keeps the promise of [suppress.Store].
func (s *Store) Members(ctx context.Context, set string, limit int) (members []state.Member, err error) {
	err = s.locked(ctx, func() error {
		for _, m := range s.sets[set] {
			if limit > 0 && len(members) == limit {
				break
			}
			members = append(members, m.Member)
		}
		return nil
	})
	return members, err
}

func (s *Store) locked(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return do()
}

func put[V any](s *Store, into map[string]V, key string, value V, there bool) error {
	if !there {
		if s.size >= s.limit {
			return ErrFull
		}
		s.size++
	}
	into[key] = value
	return nil
}

// sweep forgets what may be forgotten at now, now and then, and at every chance when the
// store is full.
func (s *Store) sweep(now time.Time) {
	full := s.size >= s.limit && now.Sub(s.swept).Abs() >= sweepEvery
	if !s.pace.Due(s.swept, now, sweepEvery) && !full {
		return
	}
	s.swept = now
	defer func() { s.pace.Looked(s.size) }()
	over := now.Add(-state.Grace)
	s.size -= drop(s.leases, func(l state.Lease) bool { return l.Until.Before(over) })
	s.size -= drop(s.entries, func(e state.Entry) bool { return e.Until.Before(over) })
	for set, members := range s.sets {
		s.size -= drop(members, func(m member) bool { return m.keep.Before(over) })
		if len(members) == 0 {
			delete(s.sets, set)
		}
	}
}

func drop[V any](from map[string]V, over func(V) bool) (dropped int) {
	for key, value := range from {
		if over(value) {
			delete(from, key)
			dropped++
		}
	}
	return dropped
}
