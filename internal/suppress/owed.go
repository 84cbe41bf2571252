package suppress

import (
	"context"
	"sync"
	"time"
)

const (
	// mostOwed is how many ids a process keeps for a store that is down.
	mostOwed = 10_000
	// payAtOnce is how many of them it writes when it has just sent something: so few that
	// nothing waits for long.
	payAtOnce = 20
)

// A debt is an id that was dealt with, and the store does not know.
type debt struct {
	id   string
	keep time.Time
}

// owed are the debts of one process. A store that was down for a moment learns of them
// when it is back, so that other processes recognise what was sent meanwhile. It is safe
// for concurrent use.
type owed struct {
	mu    sync.Mutex
	debts []debt
}

func (o *owed) add(d debt) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.debts) < mostOwed {
		o.debts = append(o.debts, d)
	}
}

func (o *owed) take() (debt, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.debts) == 0 {
		return debt{}, false
	}
	last := len(o.debts) - 1
	d := o.debts[last]
	o.debts = o.debts[:last]
	return d, true
}

// payBack tells the store of some of what it missed, if it answers.
func (s *Suppressor) payBack(ctx context.Context) {
	for range payAtOnce {
		if s.store == nil || s.store.broken() != nil {
			return
		}
		d, ok := s.owed.take()
		if !ok {
			return
		}
		if err := s.store.Done(ctx, d.id, d.keep); err != nil {
			s.owed.add(d)
		}
	}
}
