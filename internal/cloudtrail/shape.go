package cloudtrail

import "slices"

// A shape is which keys an object began with, and in which order. An archive has few of
// them. So a scanner remembers them, and expects the key that came the last time: to
// compare it takes a fraction of what it takes to find a key's end and to see whether it
// stood there before. That no key stands twice in a shape was seen when it was learned.
type shape struct {
	beginning
	next   *shape // with one more key: the last one met that takes no closer look
	noted  bool   // somebody asks for the key's value
	closer bool   // the key takes a closer look

	*field          // the last key
	in     *field   // what the object is
	before *shape   // without the last key; nil before the first
	keys   int      // how many
	recent []*shape // with one more key, the last ones met first
	rest   map[string]*shape
}

// A field is a key in a place, whatever stands before it.
type field struct {
	quoted string // the key as it stands in the text, with its colon
	want   member
	ends   bool // it is one to stop at
	signs  bool // it is one to look out for
	number int32
	path   *path             // of its value; nil where nothing in it is wanted
	start  *shape            // of an object that is its value
	below  map[string]*field // the object's keys
	items  *field            // what stands in a list that is its value
}

const (
	maxShapes    = 8192 // that a scanner remembers
	maxRecent    = 8
	maxTried     = 4  // recent ones that are compared with the text
	maxShapeKeys = 64 // of an object, and bytes of a key, that are worth remembering
	maxLearned   = 2048
	learnedEach  = 4
)

// memory is what a scanner has learned. It forgets everything when it is full. To learn
// a key takes longer than to read it, so a file can make it learn maxLearned keys and
// then learnedEach a record.
type memory struct {
	roots   [2]root
	shapes  int
	learned int
}

// A root is where the shapes of a record begin. They depend on what is looked for.
type root struct {
	stop  string
	signs []string
	paths *Paths
	field *field
}

func (m *memory) forget() {
	if m.shapes >= maxShapes {
		*m = memory{learned: m.learned}
	}
	m.learned = max(m.learned-learnedEach, 0)
}

// worth says whether something more may be learned.
func (m *memory) worth() bool {
	if m.learned >= maxLearned || m.shapes >= maxShapes {
		return false
	}
	m.learned++
	m.shapes++
	return true
}

// record is the field that a whole record is.
func (s *Scanner) record() *field {
	r := &s.memory.roots[min(1, len(s.Stop)+len(s.Signs))]
	if r.field != nil && r.paths == s.Paths && r.stop == s.Stop && slices.Equal(r.signs, s.Signs) {
		return r.field
	}
	*r = root{stop: s.Stop, signs: slices.Clone(s.Signs), paths: s.Paths, field: &field{number: -1}}
	if s.Paths != nil {
		r.field.path = s.Paths.root
	}
	return r.field
}

// fieldOf is what the value that comes next is; nil where that is not known.
func (s *Scanner) fieldOf() *field {
	l := &s.levels[s.depth]
	switch {
	case s.depth == 0:
		return s.record()
	case s.inObject && l.shape != nil:
		return l.shape.field
	case s.inObject || l.field == nil:
		return nil
	case l.field.items == nil && s.memory.worth():
		l.field.items = &field{number: -1}
	}
	return l.field.items
}

func (f *field) object() *shape {
	if f == nil {
		return nil
	}
	if f.start == nil {
		f.start, f.below = &shape{in: f}, map[string]*field{}
	}
	return f.start
}

// follow is the shape with one more key, which has no escapes. It is nil where the key
// can't be learned: above all where it stands in the shape already.
func (s *Scanner) follow(at *shape, key []byte) *shape {
	for i, next := range at.recent {
		if next.is(key) {
			at.recent[0], at.recent[i] = next, at.recent[0]
			at.expect(next)
			return next
		}
	}
	next := at.rest[string(key)]
	if next == nil {
		if next = s.learn(at, key); next == nil {
			return nil
		}
	}
	at.met(next)
	return next
}

// met makes a shape the first that is expected.
func (at *shape) met(next *shape) {
	if len(at.recent) < maxRecent {
		at.recent = append(at.recent, nil)
	} else {
		if at.rest == nil {
			at.rest = map[string]*shape{}
		}
		last := at.recent[maxRecent-1]
		at.rest[last.key()] = last
	}
	copy(at.recent[1:], at.recent)
	at.recent[0] = next
	at.expect(next)
}

func (at *shape) expect(next *shape) {
	if !next.closer {
		at.next = next
	}
}

func (f *field) key() string { return f.quoted[1 : len(f.quoted)-2] }

func (f *field) is(key []byte) bool { return len(f.quoted) == len(key)+3 && f.key() == string(key) }

func (s *Scanner) learn(at *shape, key []byte) *shape {
	if at.keys >= maxShapeKeys || len(key) > maxShapeKeys {
		return nil
	}
	for before := at; before.before != nil; before = before.before {
		if before.is(key) {
			return nil
		}
	}
	if !s.memory.worth() {
		return nil
	}
	f := at.in.below[string(key)]
	if f == nil {
		f = s.newField(at.in, string(key))
		at.in.below[string(key)] = f
	}
	return &shape{
		beginning: beginningOf(f.quoted), closer: f.ends || f.signs, noted: f.want != none || f.number >= 0,
		field: f, in: at.in, before: at, keys: at.keys + 1,
	}
}

func (s *Scanner) newField(in *field, key string) *field {
	f := &field{quoted: `"` + key + `":`, number: -1}
	if s.depth == 1 {
		f.want = memberOf([]byte(key))
		f.signs = slices.Contains(s.Signs, key)
		f.ends = s.Stop != "" && s.Stop == key
	}
	if in.path != nil {
		if f.path = in.path.below[key]; f.path != nil {
			f.number = f.path.number
		}
	}
	return f
}

// unknown goes on without the shape of the object under way: its keys go where those of
// such objects are.
func (s *Scanner) unknown(l *level) {
	s.begun++
	l.object = s.begun
	s.unsure = s.unsure || l.shape.in.path != nil
	for at := l.shape; at.before != nil; at = at.before {
		s.keys.add(hashOf([]byte(at.key()), l.object))
	}
	l.shape = nil
}
