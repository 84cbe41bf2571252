// Package bolt keeps what suppress remembers in one file, for one process at a time. It
// knows nothing of why things are remembered.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

// lockTimeout is how long Open waits for another process to let go of the file.
const lockTimeout = 2 * time.Second

// A Store keeps things in a file. What it has answered is on the disk, also when the
// process or the machine dies right afterwards. It forgets what has been over for
// [state.Grace], going by the times that Claim and Lead are given; the file then uses
// the space anew but does not become smaller. A context that ends does not stop an
// operation that is under way: each takes as long as the disk needs to write one page or
// a few. It is safe for concurrent use.
type Store struct {
	db   *bbolt.DB
	pace state.Pace // of whoever writes: one at a time does
}

var _ suppress.Store = (*Store)(nil)

// Open opens the file, and makes it when there is none. Its error says, with the path,
// when another process has it, when it is no store of ours and when it can't be written.
// It waits at most two seconds.
func Open(path string) (*Store, error) { return open(path, lockTimeout) }

func open(path string, timeout time.Duration) (store *Store, err error) {
	defer recovered(&err, "open state file "+path)
	options := *bbolt.DefaultOptions
	options.Timeout = timeout
	db, err := bbolt.Open(path, 0o600, &options)
	if err != nil {
		return nil, fmt.Errorf("open state file %s: %w", path, inWords(err))
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("open state file %s: %w", path, err), db.Close())
	}
	return &Store{db: db}, nil
}

// inWords says what went wrong with a file in words that do not ask for knowledge of
// bbolt.
func inWords(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("another process is using it: %w", err)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return fmt.Errorf("it is no state file, or it is damaged: %w", err)
	}
	return err
}

// Close lets go of the file. The methods of a closed store return errors.
func (s *Store) Close() error { return s.db.Close() }

// Claim keeps the promise of [suppress.Store].
func (s *Store) Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error) {
	var claim state.Claim
	err := s.update(ctx, "claim", id, func(tx *bbolt.Tx) error {
		if err := s.sweep(tx, now); err != nil {
			return err
		}
		claims := tx.Bucket(claimsBucket)
		kept := leaseOf(state.Lease{})
		if _, err := get(claims, id, &kept); err != nil {
			return err
		}
		next, answer := kept.words().Claim(owner, state.Moment(now), state.Moment(until))
		claim = answer
		if answer.Outcome != state.Mine {
			return nil
		}
		return put(claims, id, leaseOf(next))
	})
	if err != nil {
		return state.Claim{}, err
	}
	return claim, nil
}

// Done keeps the promise of [suppress.Store].
func (s *Store) Done(ctx context.Context, id string, keep time.Time) error {
	return s.update(ctx, "mark as done", id, func(tx *bbolt.Tx) error {
		return put(tx.Bucket(claimsBucket), id, leaseOf(state.Lease{Done: true, Until: keep}))
	})
}

// Release keeps the promise of [suppress.Store].
func (s *Store) Release(ctx context.Context, id, owner string) error {
	return s.update(ctx, "release", id, func(tx *bbolt.Tx) error {
		claims := tx.Bucket(claimsBucket)
		var kept lease
		if there, err := get(claims, id, &kept); err != nil || !there {
			return err
		}
		return put(claims, id, leaseOf(kept.words().Release(owner)))
	})
}

// Lead keeps the promise of [suppress.Store].
func (s *Store) Lead(ctx context.Context, key string, wanted state.Entry, now time.Time) (state.Entry, error) {
	var led state.Entry
	err := s.update(ctx, "lead", key, func(tx *bbolt.Tx) error {
		if err := s.sweep(tx, now); err != nil {
			return err
		}
		entries := tx.Bucket(entriesBucket)
		kept := entryOf(state.Entry{})
		if _, err := get(entries, key, &kept); err != nil {
			return err
		}
		if led = kept.words(); led.Open(state.Moment(now)) {
			return nil
		}
		led = wanted.Moments()
		return put(entries, key, entryOf(led))
	})
	if err != nil {
		return state.Entry{}, err
	}
	return led, nil
}

// Extend keeps the promise of [suppress.Store].
func (s *Store) Extend(ctx context.Context, key, by string, until time.Time) error {
	return s.update(ctx, "extend", key, func(tx *bbolt.Tx) error {
		entries := tx.Bucket(entriesBucket)
		var kept entry
		if there, err := get(entries, key, &kept); err != nil || !there || kept.By != by {
			return err
		}
		kept.Until = until.UnixMilli()
		return put(entries, key, kept)
	})
}

// Join keeps the promise of [suppress.Store].
func (s *Store) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	if len(members) == 0 {
		return ctx.Err()
	}
	return s.update(ctx, "join", set, func(tx *bbolt.Tx) error {
		bucket, err := tx.Bucket(setsBucket).CreateBucketIfNotExists([]byte(state.Key(set)))
		if err != nil {
			return err
		}
		for _, m := range state.Distinct(members) {
			kept := memberOf(m)
			if _, err := get(bucket, m.ID, &kept); err != nil {
				return err
			}
			kept.Keep = keep.UnixMilli()
			if err := put(bucket, m.ID, kept); err != nil {
				return err
			}
		}
		return nil
	})
}

// Members keeps the promise of [suppress.Store].
func (s *Store) Members(ctx context.Context, set string, limit int) (members []state.Member, err error) {
	defer recovered(&err, about("read members", set))
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", about("read members", set), err)
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(setsBucket).Bucket([]byte(state.Key(set)))
		if bucket == nil {
			return nil
		}
		cursor := bucket.Cursor()
		for key, value := cursor.First(); key != nil && (limit <= 0 || len(members) < limit); key, value = cursor.Next() {
			var kept member
			if err := decode(value, &kept); err != nil {
				return err
			}
			members = append(members, kept.words())
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", about("read members", set), err)
	}
	return members, nil
}

func (s *Store) update(ctx context.Context, what, id string, do func(*bbolt.Tx) error) (err error) {
	defer recovered(&err, about(what, id))
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", about(what, id), err)
	}
	if err := s.db.Update(do); err != nil {
		return fmt.Errorf("%s: %w", about(what, id), err)
	}
	return nil
}

// recovered makes an error of a panic: that is what bbolt answers where a page of its
// file is damaged. It gives up its locks on the way.
func recovered(err *error, doing string) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("%s: the state file is damaged: %v", doing, v)
	}
}

func about(what, id string) string { return fmt.Sprintf("%s %.100q", what, id) }
