package detection

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"trailbell/internal/cloudtrail"
)

// A Reason says why something that was found is not sent. Each is counted.
type Reason int

// The reasons. Only what is rolled up or over the limit is told later, as a count.
const (
	// ReasonShadow is a rule that is being tried: its findings are counted and not sent.
	ReasonShadow Reason = iota + 1
	// ReasonExempt is a caller on a list of settings that the rule's METADATA names.
	ReasonExempt
	// ReasonException is an entry of exceptions.yaml.
	ReasonException
	// ReasonBelowThreshold is a rule that waits for more records of the same group.
	ReasonBelowThreshold
	// ReasonLearning is a first-seen rule whose memory is younger than its window.
	ReasonLearning
	// ReasonSeenBefore is a first-seen rule that knows the group.
	ReasonSeenBefore
	// ReasonRolledUp is a repeat of an alert that was sent; the follow-up counts it.
	ReasonRolledUp
	// ReasonOverLimit is one of too many different alerts of one rule about one actor;
	// the follow-up counts it.
	ReasonOverLimit
	// ReasonDuplicate is a record that came again: what it led to was dealt with.
	ReasonDuplicate
	// ReasonOwn is what trailbell's function itself does to send an alert. An alert about
	// it would lead to the next one.
	ReasonOwn
)

var reasonNames = []string{
	"", "shadow", "exempt", "exception", "below threshold", "learning", "seen before", "rolled up", "over limit", "duplicate", "own activity",
}

// Reasons are all of them.
func Reasons() []Reason {
	var all []Reason
	for i := range len(reasonNames) - 1 {
		all = append(all, Reason(i+1))
	}
	return all
}

// ParseReason reads a reason's name.
func ParseReason(name string) (Reason, error) {
	if i := slices.Index(reasonNames, name); i > 0 {
		return Reason(i), nil
	}
	return 0, fmt.Errorf("%q is no reason to withhold", name)
}

// String is the reason's name, in lower case.
func (r Reason) String() string {
	if r < ReasonShadow || r > ReasonOwn {
		return "unknown"
	}
	return reasonNames[r]
}

// MarshalText writes the name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Withheld is a finding or a problem that is not sent, and why.
type Withheld struct {
	ID       string // of the alert or problem that it would have been
	Rule     RuleID
	EventID  string
	Severity Severity
	Reason   Reason
	// By is what withheld it: the list of settings, the exception's place, the id of the
	// alert that it repeats, or how far the count is.
	By string
}

// A Decision says what is to be sent, and why the rest is not. Whoever gets one sends
// it and then tells the one who decided, because claims are held for it.
type Decision struct {
	Findings []Finding
	Problems []Problem
	RollUps  []RollUp
	Withheld []Withheld
	// Claims are the ids that are held, in the name of Owner, for what is to be sent.
	Claims []string
	Owner  string
	// Forgetful counts what is sent without having been remembered, because the store is
	// down. It may be sent more than once.
	Forgetful int
	// Retry is why something could not be decided now: the record must come again. What is
	// in the decision is sent all the same. It wraps [ErrBusy] where another run of the
	// function is at work on it.
	Retry error
}

// ErrBusy is the error of a claim that somebody else holds. It is no fault, and is
// counted apart from faults.
var ErrBusy = fmt.Errorf("another run is sending it")

// A RollUp is the follow-up of an alert or problem: how often the same came again.
type RollUp struct {
	ID       string
	First    string // id of the first alert or problem
	Rule     RuleID // empty for problems without one
	Severity Severity
	Title    string // of the first
	Account  Account
	// OverLimit says that not repeats are counted but different alerts of one rule about
	// one actor, after so many that sending more would be a storm.
	OverLimit bool
	Count     int // what was not sent, the first not counted
	From, To  time.Time
	Regions   []string // sorted; of what was counted, at most 100
	Sources   []string // sorted; addresses and services that the calls came from, at most 100
}

// A Flush asks for the follow-up of one window.
type Flush struct {
	Window string // which window, in the words of the one who opened it
	First  string // id of the alert or problem that opened it
}

// A Delivery asks for one message to be sent again, to one place that did not take it.
type Delivery struct {
	To         string // name of the place
	Body       string
	Attributes string // in the words of the one who asks
}

// An Exception is an entry of exceptions.yaml: findings that are not sent until a day.
type Exception struct {
	At   string // file:line, for messages
	Rule RuleID
	// Where is a record's path to the globs of which its value must fit one. All paths
	// must fit.
	Where         map[string][]string
	Owner         string
	Reason        string
	Ticket        string
	Expires       time.Time // it works before this moment
	AllowCritical bool      // without it a critical finding is sent all the same
}

// ID is the same for the same exception, wherever in its file it stands.
func (e Exception) ID() string {
	parts := []string{"exception", string(e.Rule), e.Owner, e.Reason}
	for _, path := range slices.Sorted(maps.Keys(e.Where)) {
		parts = append(parts, path)
		parts = append(parts, e.Where[path]...)
	}
	return cloudtrail.Digest(parts...)
}
