package cloudtrail

import (
	"errors"
	"fmt"
)

// ErrShort says that the text ends before the value does.
var ErrShort = errors.New("it ends in the middle")

// ErrStop says that [Scanner.Stop] was met.
var ErrStop = errors.New("the key to stop at was met")

// A Scanner finds where a JSON value ends and checks it on the way, byte by byte and
// without decoding it, however few bytes come at a time. The time it takes is linear. It
// notes what makes a record doubtful and where the members are that every record is asked
// for, so that most records are never decoded. It is not safe for concurrent use.
type Scanner struct {
	// Stop is a key of the outermost object, behind whose colon Scan stops with
	// [ErrStop]. Empty means none.
	Stop string
	// Signs are keys of the outermost object to look out for; see Signed.
	Signs []string
	// Paths are places whose values [Record.Values] is asked for. Nil means none.
	Paths *Paths

	pos    int // what is before it was read
	state  state
	number numberState
	plain  bool // the text under way has neither escapes nor anything beyond ASCII
	token  int  // where the text or number under way begins

	inObject bool
	depth    int
	kinds    []uint64 // a bit a level: whether it is an object
	levels   [maxDepth + 2]level
	begun    uint64 // objects without a shape so far, also of earlier values
	keys     keySet // of these objects
	values   int

	doubts doubt
	want   member // whose value comes next
	from   int    // where the value under way begins
	found  header
	spans  []span
	unsure bool // there may be more to note than spans has
	signed bool

	memory   memory
	names    names
	fleeting content
}

// state is what may come next.
type state uint8

const (
	wantValue state = iota
	wantFirstItem
	wantKey
	wantFirstKey
	wantColon
	wantNext // a comma or the closing bracket
	inText
	inKey
	inNumber
	ended
)

// doubt is a set of reasons not to trust a record's bytes to be read alike by everybody.
type doubt uint8

const (
	doubtKeys    doubt = 1 << iota // a key stands twice, or is written with escapes
	doubtText                      // not UTF-8, or half of a surrogate pair
	doubtNumber                    // too long or too large
	doubtTooDeep                   // and whatever else is cut
	doubtTooLong
	doubtTooMany
)

// Reset makes the scanner ready for the next value.
func (s *Scanner) Reset() {
	s.pos, s.state, s.depth, s.values = 0, wantValue, 0, 0
	s.inObject, s.signed, s.unsure, s.doubts, s.want, s.found = false, false, false, 0, none, header{}
	s.spans, s.fleeting = s.spans[:0], content{}
	s.keys.forget()
	s.memory.forget()
}

// Offset is how much of the text was read; behind an error, where the error is.
func (s *Scanner) Offset() int { return s.pos }

// Signed says whether the value is an object that has one of the Signs for a key.
func (s *Scanner) Signed() bool { return s.signed }

// Scan reads on and returns where the value ends. After [ErrShort] it is called again
// with the same text and more behind it, after [ErrStop] it is not. Other errors say what
// is wrong at [Scanner.Offset].
func (s *Scanner) Scan(text []byte) (end int, err error) {
	for s.state != ended {
		if s.state < inText {
			if s.pos = skipSpace(text, s.pos); s.pos == len(text) {
				return 0, ErrShort
			}
		}
		if err := s.step(text); err != nil {
			return 0, err
		}
	}
	return s.pos, nil
}

// step reads one token, or the rest of one that the last text ended in.
func (s *Scanner) step(text []byte) error {
	switch s.state {
	case wantNext:
		return s.next(text[s.pos])
	case wantKey, wantFirstKey:
		return s.beginKey(text)
	case inKey:
		return s.key(text)
	case wantColon:
		return s.colon(text[s.pos])
	case inText:
		return s.text(text)
	case inNumber:
		return s.digits(text)
	}
	return s.value(text)
}

func (s *Scanner) next(c byte) error {
	switch {
	case c == ',' && s.inObject:
		s.state = wantKey
	case c == ',':
		s.state = wantValue
	case c == '}' && s.inObject, c == ']' && !s.inObject:
		s.pop()
		return nil
	case s.inObject:
		return misplaced(c, "a comma or }")
	default:
		return misplaced(c, "a comma or ]")
	}
	s.pos++
	return nil
}

func (s *Scanner) colon(c byte) error {
	if c != ':' {
		return misplaced(c, "a colon")
	}
	s.pos++
	return s.behindColon()
}

func (s *Scanner) behindColon() error {
	s.state = wantValue
	if s.want == stop {
		return ErrStop
	}
	return nil
}

func (s *Scanner) beginKey(text []byte) error {
	if s.known(text); s.state != wantKey && s.state != wantFirstKey {
		return nil
	}
	s.plainMembers(text)
	if s.pos = skipSpace(text, s.pos); s.pos == len(text) {
		return ErrShort
	}
	switch c := text[s.pos]; {
	case c == '"':
	case c == '}' && s.state == wantFirstKey:
		s.pop()
		return nil
	default:
		return misplaced(c, "a key")
	}
	s.pos++
	s.token, s.plain, s.state = s.pos, true, inKey
	return s.key(text)
}

func (s *Scanner) key(text []byte) error {
	if err := s.quoted(text); err != nil {
		return err
	}
	s.keyIs(text[s.token : s.pos-1])
	if s.pos < len(text) && text[s.pos] == ':' {
		s.pos++
		return s.behindColon()
	}
	s.state = wantColon
	return nil
}

// keyIs looks at a key that is complete.
func (s *Scanner) keyIs(key []byte) {
	if !s.plain {
		// Other readers of the bytes may compare them without undoing escapes.
		s.doubts |= doubtKeys
		key = []byte(unquote(key, nil))
	}
	if len(key) > maxString {
		s.doubts |= doubtTooLong
	}
	if s.depth > maxDepth {
		return // it is cut
	}
	l := &s.levels[s.depth]
	if l.shape != nil {
		if s.plain && s.shapeGoesOn(l, key) {
			return
		}
		s.unknown(l)
	}
	if s.keys.add(hashOf(key, l.object)) {
		s.doubts |= doubtKeys
	}
	if s.depth == 1 {
		s.outermost(key)
	}
}

// shapeGoesOn says whether an object's keys and one more are a shape.
func (s *Scanner) shapeGoesOn(l *level, key []byte) bool {
	next := s.follow(l.shape, key)
	if next == nil {
		return false
	}
	l.shape, s.want, s.signed = next, next.want, s.signed || next.signs
	if next.ends {
		s.want = stop
	}
	return true
}

func (s *Scanner) outermost(key []byte) {
	s.want = none
	if len(key) < 64 && memberLengths>>len(key)&1 == 1 {
		s.want = memberOf(key)
	}
	for _, sign := range s.Signs {
		s.signed = s.signed || string(key) == sign
	}
	if s.Stop != "" && string(key) == s.Stop {
		s.want = stop
	}
}

func (s *Scanner) value(text []byte) error {
	c := text[s.pos]
	if c == ']' && s.state == wantFirstItem {
		s.pop()
		return nil
	}
	if c == '{' || c == '[' {
		s.container(c == '{')
		return nil
	}
	s.values++
	s.from = s.pos
	if c == '"' {
		s.pos++
		s.token, s.plain, s.state = s.pos, true, inText
		return s.text(text)
	}
	s.notText()
	switch c {
	case 't':
		return s.literal(text, "true")
	case 'f':
		return s.literal(text, "false")
	case 'n':
		return s.literal(text, "null")
	}
	if s.number = numberNext[numberBegins][numberClass[c]]; s.number == numberEnds {
		return misplaced(c, "a value")
	}
	s.token, s.state = s.pos, inNumber
	s.pos++
	return s.digits(text)
}

// text ends a text that is a value.
func (s *Scanner) text(text []byte) error {
	if err := s.quoted(text); err != nil {
		return err
	}
	if s.pos-1-s.token > maxString {
		s.doubts |= doubtTooLong
	}
	if s.want != none {
		s.found.set(s.want, s.plain, s.token, s.pos-1)
		s.want = none
	}
	s.complete()
	return nil
}

func (s *Scanner) literal(text []byte, word string) error {
	n := min(len(text)-s.pos, len(word))
	if string(text[s.pos:s.pos+n]) != word[:n] {
		return misplaced(text[s.pos], "a value")
	}
	if n < len(word) {
		return ErrShort
	}
	s.pos += n
	s.complete()
	return nil
}

// notText is called where a value begins that is no text.
func (s *Scanner) notText() {
	if s.want != none {
		s.found.odd |= 1 << s.want
		s.want = none
	}
}

func misplaced(c byte, wanted string) error {
	return fmt.Errorf("%q stands where %s should", string(rune(c)), wanted)
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}
