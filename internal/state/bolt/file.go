package bolt

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"trailbell/internal/state"
)

// The buckets of the file: one for each kind of thing. That of the sets has a bucket for
// each set. Keys are those of state.Key, values are JSON.
var (
	aboutBucket   = []byte("trailbell")
	claimsBucket  = []byte("claims")
	entriesBucket = []byte("entries")
	setsBucket    = []byte("sets")
)

// format is the version of what is in the file.
const format = 1

// sweepEvery is how much time goes by, in the words of the callers, before a store looks
// again for what it may forget. It looks at everything.
const sweepEvery = time.Hour

// header is what the file says of itself.
type header struct {
	Format int   `json:"format"`
	Swept  int64 `json:"swept"` // milliseconds, as all times in the file
}

type lease struct {
	Owner string `json:"owner"`
	Until int64  `json:"until"`
	Done  bool   `json:"done,omitempty"`
}

type entry struct {
	By    string `json:"by"`
	From  int64  `json:"from"`
	Until int64  `json:"until"`
	Info  string `json:"info"`
}

type member struct {
	ID     string `json:"id"`
	At     int64  `json:"at"`
	Weight int    `json:"weight"`
	Region string `json:"region"`
	Source string `json:"source"`
	Keep   int64  `json:"keep"`
}

func leaseOf(l state.Lease) lease { return lease{l.Owner, l.Until.UnixMilli(), l.Done} }

func (l lease) words() state.Lease {
	return state.Lease{Owner: l.Owner, Until: moment(l.Until), Done: l.Done}
}

func entryOf(e state.Entry) entry {
	return entry{By: e.By, From: e.From.UnixMilli(), Until: e.Until.UnixMilli(), Info: e.Info}
}

func (e entry) words() state.Entry {
	return state.Entry{By: e.By, From: moment(e.From), Until: moment(e.Until), Info: e.Info}
}

func memberOf(m state.Member) member {
	return member{ID: m.ID, At: m.At.UnixMilli(), Weight: m.Weight, Region: m.Region, Source: m.Source}
}

func (m member) words() state.Member {
	return state.Member{ID: m.ID, At: moment(m.At), Weight: m.Weight, Region: m.Region, Source: m.Source}
}

func moment(milliseconds int64) time.Time { return time.UnixMilli(milliseconds).UTC() }

// prepare makes the buckets of a new file, and refuses one that another program made or
// a later version of this one.
func prepare(tx *bbolt.Tx) error {
	if tx.Bucket(aboutBucket) == nil {
		if first, _ := tx.Cursor().First(); first != nil {
			return errors.New("it is a bbolt file of another program")
		}
		about, err := tx.CreateBucket(aboutBucket)
		if err != nil {
			return err
		}
		if err := put(about, "", header{Format: format}); err != nil {
			return err
		}
	}
	var says header
	if _, err := get(tx.Bucket(aboutBucket), "", &says); err != nil {
		return err
	}
	if says.Format != format {
		return fmt.Errorf("it has format %d, and this version of trailbell reads format %d", says.Format, format)
	}
	for _, name := range [][]byte{claimsBucket, entriesBucket, setsBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// get reads the value of a key into what, which stays as it is where there is none.
func get(from *bbolt.Bucket, key string, what any) (there bool, err error) {
	value := from.Get([]byte(state.Key(key)))
	if value == nil {
		return false, nil
	}
	return true, decode(value, what)
}

func decode(value []byte, what any) error {
	if err := json.Unmarshal(value, what); err != nil {
		return fmt.Errorf("the state file is damaged: %w", err)
	}
	return nil
}

func put(into *bbolt.Bucket, key string, what any) error {
	value, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return into.Put([]byte(state.Key(key)), value)
}

// sweep forgets what may be forgotten at now, once in a while.
func (s *Store) sweep(tx *bbolt.Tx, now time.Time) error {
	about := tx.Bucket(aboutBucket)
	var says header
	if _, err := get(about, "", &says); err != nil {
		return err
	}
	if !s.pace.Due(moment(says.Swept), now, sweepEvery) {
		return nil
	}
	says.Swept = now.UnixMilli()
	over := now.Add(-state.Grace).UnixMilli()
	claims, claimsErr := drop(tx.Bucket(claimsBucket), over)
	entries, entriesErr := drop(tx.Bucket(entriesBucket), over)
	members, membersErr := dropMembers(tx.Bucket(setsBucket), over)
	s.pace.Looked(claims + entries + members)
	return errors.Join(put(about, "", says), claimsErr, entriesErr, membersErr)
}

// dropMembers removes members that were over before a time, and says how many are left.
func dropMembers(sets *bbolt.Bucket, over int64) (left int, err error) {
	// What a cursor stands on must not be taken from under it.
	var names [][]byte
	if err := sets.ForEachBucket(func(name []byte) error {
		names = append(names, name)
		return nil
	}); err != nil {
		return 0, err
	}
	for _, name := range names {
		set := sets.Bucket(name)
		kept, err := drop(set, over)
		if err == nil && kept == 0 {
			err = sets.DeleteBucket(name)
		}
		if err != nil {
			return left, err
		}
		left += kept
	}
	return left, nil
}

// drop removes what was over before a time, in milliseconds, and says how many are left.
func drop(from *bbolt.Bucket, over int64) (left int, err error) {
	var gone [][]byte
	err = from.ForEach(func(key, value []byte) error {
		var ends struct{ Until, Keep int64 }
		if err := decode(value, &ends); err != nil {
			return err
		}
		if max(ends.Until, ends.Keep) < over {
			gone = append(gone, key)
		} else {
			left++
		}
		return nil
	})
	for _, key := range gone {
		err = errors.Join(err, from.Delete(key))
	}
	return left, err
}
