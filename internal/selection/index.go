package selection

import (
	"runtime"
	"sync"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

const (
	maxKeys   = 16384 // that one matcher remembers the candidates of
	longestID = 512   // bytes of a key that is remembered
)

// An Index selects rules by conditions that were derived from them. It is safe for
// concurrent use: each call borrows a [Matcher].
type Index struct {
	every  []detection.RuleID
	rules  []ruleIndex
	root   *node
	nodes  int
	slots  int
	asked  int
	paths  *cloudtrail.Paths // by slot
	source int               // slot of eventSource
	name   int               // slot of eventName

	mu   sync.Mutex
	free []*Matcher
}

// New compiles conditions. Rules that the settings silence are selected for doubtful records
// only. The error says which condition can't be compiled: it was not
// made by this version of the program.
func New(conditions Conditions) (*Index, error) {
	c := compiler{root: &node{slot: -1}, slots: map[string]int{}}
	index := &Index{root: c.root, source: c.slot([]string{keySource}), name: c.slot([]string{keyName})}
	for _, rule := range conditions.rules {
		index.every = append(index.every, rule.ID)
		if rule.Silenced != "" {
			continue
		}
		compiled, err := c.rule(rule)
		if err != nil {
			return nil, err
		}
		index.rules = append(index.rules, compiled)
	}
	index.nodes, index.slots, index.asked = c.nodes, len(c.slots), c.asked
	index.paths = cloudtrail.NewPaths(c.paths)
	return index, nil
}

// Select returns the ids of the rules that may match the record, in the order of the
// set. They must not be changed.
func (x *Index) Select(rec cloudtrail.Record) []detection.RuleID {
	if rec.Doubtful() {
		return x.every
	}
	m := x.borrow()
	defer x.giveBack(m)
	if rec.Values(x.paths, m.values) {
		return m.chosen()
	}
	return m.Select(rec.Bytes())
}

// Paths are the places in a record that conditions ask for. A record whose reader knew
// them is selected for faster.
func (x *Index) Paths() *cloudtrail.Paths { return x.paths }

func (x *Index) borrow() *Matcher {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := len(x.free); n > 0 {
		m := x.free[n-1]
		x.free = x.free[:n-1]
		return m
	}
	return x.Matcher()
}

func (x *Index) giveBack(m *Matcher) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.free) < runtime.GOMAXPROCS(0) {
		x.free = append(x.free, m)
	}
}

// A Matcher is an index with the memory of one worker. It is for one goroutine at a time.
type Matcher struct {
	scan
	index   *Index
	byKey   map[string][]candidate
	answers []map[string]tri // by predicate that asks OPA's functions
	key     []byte
}

// A candidate is a rule that the key of a record does not exclude.
type candidate struct {
	rule int
	// bodies are what is left to ask of each alternative; none means that nothing is.
	bodies [][]predicate
}

// Matcher makes a matcher for one worker.
func (x *Index) Matcher() *Matcher {
	return &Matcher{
		scan:    scan{values: make([][]byte, x.slots), seen: make([]uint32, x.nodes)},
		index:   x,
		byKey:   map[string][]candidate{},
		answers: make([]map[string]tri, x.asked),
	}
}

// Select returns the ids of the rules that may match the record with these bytes,
// in the order of the set. They must not be changed.
func (m *Matcher) Select(record []byte) []detection.RuleID {
	if !m.run(m.index.root, record) {
		return m.index.every
	}
	return m.chosen()
}

// chosen are the rules that may match the record with these values.
func (m *Matcher) chosen() []detection.RuleID {
	var chosen []detection.RuleID
	for _, c := range m.candidates() {
		if m.mayMatch(c) {
			chosen = append(chosen, m.index.rules[c.rule].id)
		}
	}
	return chosen
}

func (m *Matcher) mayMatch(c candidate) bool {
	if len(c.bodies) == 0 {
		return true
	}
	for _, body := range c.bodies {
		if all(m, body) != no {
			return true
		}
	}
	return false
}

// candidates are the rules that eventSource and eventName leave.
func (m *Matcher) candidates() []candidate {
	source, name := m.values[m.index.source], m.values[m.index.name]
	key := append(append(append(m.key[:0], source...), 0), name...)
	m.key = key
	if found, ok := m.byKey[string(key)]; ok {
		return found
	}
	// The predicates below use m.key too.
	kept := string(key)
	var found []candidate
	for i, rule := range m.index.rules {
		if c, ok := m.candidate(i, rule); ok {
			found = append(found, c)
		}
	}
	if len(kept) <= longestID {
		if len(m.byKey) >= maxKeys {
			clear(m.byKey)
		}
		m.byKey[kept] = found
	}
	return found
}

func (m *Matcher) candidate(i int, rule ruleIndex) (candidate, bool) {
	c := candidate{rule: i}
	if rule.always {
		return c, true
	}
	for _, alt := range rule.alts {
		if all(m, alt.key) == no {
			continue
		}
		if len(alt.rest) == 0 {
			return candidate{rule: i}, true
		}
		c.bodies = append(c.bodies, alt.rest)
	}
	return c, len(c.bodies) > 0
}
