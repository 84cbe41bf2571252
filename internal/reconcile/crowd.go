package reconcile

import (
	"crypto/rand"
	"fmt"
	"sync"

	"trailbell/internal/detection"
)

const (
	// maxMatches is how many matches of a rule by log files a process notes in a bucket. A
	// rule that fires a hundred thousand times costs no more writes than that, and the bus
	// brings each record to a function of its own.
	maxMatches = 200
	// maxCrowds is how many rules and buckets a process counts before it begins anew.
	maxCrowds = 10_000
)

// crowd counts the matches of a rule in a bucket. It is safe for concurrent use.
type crowd struct {
	mu   sync.Mutex
	seen map[string]int
}

// admission says what becomes of one match of many.
type admission int

const (
	admitted  admission = iota
	overflows           // the first that is too much
	full
)

func (c *crowd) admit(rule detection.RuleID, bucket int64) admission {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil || len(c.seen) >= maxCrowds {
		c.seen = map[string]int{}
	}
	key := fmt.Sprintf("%d/%s", bucket, rule)
	c.seen[key]++
	switch n := c.seen[key]; {
	case n <= maxMatches:
		return admitted
	case n == maxMatches+1:
		return overflows
	}
	return full
}

// overflowID begins the ids of members that stand for matches that were too many. The ids
// of alerts are hexadecimal.
const overflowID = "overflow/"

// overflow stands in a set for all matches of a rule that a process did not note.
func overflow(rule detection.RuleID) match {
	return match{id: overflowID + rand.Text(), detail: detail{Rule: rule}}
}
