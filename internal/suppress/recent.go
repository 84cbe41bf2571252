package suppress

import (
	"sync"
	"time"

	"trailbell/internal/state"
)

const (
	// recall is how long a process remembers by itself what it sent.
	recall = 5 * time.Minute
	// mostRecent is how many ids it remembers at most, twice: about 10 MB.
	mostRecent = 50_000
)

// recent is what one process remembers of the ids that it is about to send or has sent.
// It damps copies while the store is down, and knows nothing of other processes. Times
// are the machine's. The zero value is ready, and safe for concurrent use.
type recent struct {
	mu     sync.Mutex
	now    map[string]mark
	before map[string]mark // an age ago
	turned time.Time
}

type mark struct {
	sent bool
	at   time.Time
}

// sent says whether the id was sent a short while ago.
func (r *recent) sent(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.find(id)
	return ok && m.sent && time.Since(m.at) < recall
}

// begin asks for the id, as one asks the store: it is busy while somebody else in this
// process is about to send it, for no longer than a lease lasts, and then done.
func (r *recent) begin(id string) state.Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.find(id)
	switch age := time.Since(m.at); {
	case ok && m.sent && age < recall:
		return state.Done
	case ok && !m.sent && age < lease:
		return state.Busy
	}
	r.put(id, mark{at: time.Now()})
	return state.Mine
}

// remember says that the id was sent.
func (r *recent) remember(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(id, mark{sent: true, at: time.Now()})
}

// forget says that the id was not sent.
func (r *recent) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.now, id)
	delete(r.before, id)
}

func (r *recent) find(id string) (mark, bool) {
	if m, ok := r.now[id]; ok {
		return m, true
	}
	m, ok := r.before[id]
	return m, ok
}

// put makes room by dropping what is oldest, all of an age at once.
func (r *recent) put(id string, m mark) {
	if r.now == nil || len(r.now) >= mostRecent || time.Since(r.turned) > recall {
		r.before, r.now, r.turned = r.now, map[string]mark{}, time.Now()
	}
	r.now[id] = m
}
