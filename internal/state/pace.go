package state

import "time"

// A Pace says when a store looks at all that it has for what it may forget: not before
// some time went by, and not before it was asked as often as it had things. So looking costs
// a question no more than a few things, however fast or wildly the callers' time goes. It
// is for one goroutine at a time. The zero value is of a store that has not looked yet.
type Pace struct {
	asked, kept int
}

// fewThings are looked at whenever the time has come.
const fewThings = 1000

// Due notes that the store was asked at now, and says whether it looks, when it did so the
// last time at looked and does so every so often.
func (p *Pace) Due(looked, now time.Time, every time.Duration) bool {
	p.asked++
	return now.Sub(looked).Abs() >= every && p.asked > p.kept-fewThings
}

// Looked notes that the store looked, and how many things it keeps.
func (p *Pace) Looked(kept int) { p.asked, p.kept = 0, kept }
