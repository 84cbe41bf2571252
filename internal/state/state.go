// Package state holds the words that suppress and its stores share: what is claimed,
// what is open, what is counted, and what a store decides when it is asked. It knows
// nothing of why, and nothing of how a store keeps things.
package state

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
	"unicode/utf8"
)

// A Claim is the answer to asking for an id.
type Claim struct {
	Outcome Outcome
	// Until is when somebody else's claim ends, when Busy.
	Until time.Time
}

// An Outcome says whose an id is.
type Outcome string

// The outcomes of a claim.
const (
	// Mine means that the asker holds the id, until the time that it asked for.
	Mine Outcome = "mine"
	// Busy means that another owner holds it and its time is not over.
	Busy Outcome = "busy"
	// Done means that what the id stands for was dealt with.
	Done Outcome = "done"
)

// An Entry is something that is open for a time, such as a window of repeats, and who
// opened it.
type Entry struct {
	By    string
	From  time.Time
	Until time.Time
	Info  string // what the opener wants to know later
}

// Open says whether the entry is still open. Until itself is no longer part of it.
func (e Entry) Open(now time.Time) bool { return e.Until.After(now) }

// Moments is the entry with its times as stores keep them.
func (e Entry) Moments() Entry {
	e.From, e.Until = Moment(e.From), Moment(e.Until)
	return e
}

// A Member is one thing of a set that is counted. Of members with the same ID a set
// holds one.
type Member struct {
	ID     string
	At     time.Time
	Weight int // what it counts for
	Region string
	Source string
}

// Distinct are the members with each ID once, the first of those that share one, with
// their times as stores keep them.
func Distinct(members []Member) []Member {
	var distinct []Member
	seen := map[string]bool{}
	for _, m := range members {
		if !seen[m.ID] {
			seen[m.ID] = true
			m.At = Moment(m.At)
			distinct = append(distinct, m)
		}
	}
	return distinct
}

// A Lease is what a store keeps of an id. The zero value is of one that nobody has.
type Lease struct {
	Owner string
	Until time.Time // when the claim ends, or how long it is remembered when Done
	Done  bool
}

// Claim is what becomes of the lease when owner asks for it at now, and the answer. A
// claim that is over is anybody's, and so is what was done so long ago that it need not
// be remembered.
func (l Lease) Claim(owner string, now, until time.Time) (Lease, Claim) {
	switch {
	case !l.Until.After(now), !l.Done && l.Owner == owner:
		return Lease{Owner: owner, Until: until}, Claim{Outcome: Mine}
	case l.Done:
		return l, Claim{Outcome: Done}
	}
	return l, Claim{Outcome: Busy, Until: l.Until}
}

// Release is what becomes of the lease when owner gives it up: free if it is owner's and
// not done, and else what it was.
func (l Lease) Release(owner string) Lease {
	if l.Done || l.Owner != owner {
		return l
	}
	return Lease{}
}

// Grace is how long stores keep what is over: claims, entries, and members past their
// keep. Clocks differ, and an opener may still want to extend its entry.
const Grace = 24 * time.Hour

// Moment is a time as stores keep it: in UTC, to the millisecond, rounded down. Stores
// round what they are given before they compare, so that all give the same answers.
func Moment(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

// longest is how many bytes of a text a key may have. DynamoDB takes 1,024 in a sort
// key, see "Quotas in Amazon DynamoDB".
const longest = 1000

// Key is a text in a form that stores can use as a key, different for different texts:
// never empty, at most 1,001 bytes, UTF-8. A text that is longer or not UTF-8 becomes a
// hash, so it can't be read back from its key.
func Key(text string) string {
	if len(text) > longest || !utf8.ValidString(text) {
		sum := sha256.Sum256([]byte(text))
		return "~" + hex.EncodeToString(sum[:])
	}
	return "=" + text
}
