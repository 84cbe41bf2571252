package suppress

import (
	"sync"
	"time"
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

// begin says that the id is about to be sent, unless somebody else in this process is
// about to send it. That lasts no longer than a lease does.
func (r *recent) begin(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.find(id); ok && !m.sent && time.Since(m.at) < lease {
		return false
	}
	r.put(id, mark{at: time.Now()})
	return true
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
