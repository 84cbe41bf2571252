// Package state holds the words that suppress and its stores share: what is claimed,
// what is open, what is counted. It knows nothing of why.
package state

import "time"

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

// A Member is one thing of a set that is counted. Of members with the same ID a set
// holds one.
type Member struct {
	ID     string
	At     time.Time
	Weight int // what it counts for
	Region string
	Source string
}
