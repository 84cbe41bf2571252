package cloudtrail

import (
	"encoding/binary"
	"math"
)

// known reads members whose keys come in an order that was met before, with no space
// between them, and the objects in them. It stops before the first that is another, and
// within one that takes a closer look.
func (s *Scanner) known(text []byte) {
	for more := true; more && s.depth < maxDepth && s.levels[s.depth].shape != nil; {
		more = s.knownMembers(text, &s.levels[s.depth])
	}
}

// knownMembers reads on in an object, and says whether another one is under way then.
func (s *Scanner) knownMembers(text []byte, l *level) bool {
	at, pos := l.shape, s.pos
	for {
		next := at.next
		if next == nil || !next.begins(text[pos:]) {
			if next = at.other(text[pos:]); next == nil {
				break
			}
		}
		from := pos + next.size
		end := scalar(text, from)
		if end < 0 {
			l.shape, s.pos, s.want, s.state = next, from, next.want, wantValue
			return s.knownObject(text)
		}
		s.values++
		if next.noted {
			s.note(text, next.field, from, end)
		}
		if text[end] != ',' {
			l.shape, s.pos, s.state = next, end, wantNext
			return text[end] == '}' && s.closeObjects(text)
		}
		at, pos = next, end+1
	}
	if pos > s.pos {
		l.shape, s.pos, s.state = at, pos, wantKey
	}
	return false
}

// other is the shape that the text seems to lead to, where that is not the last one met.
func (at *shape) other(text []byte) *shape {
	for i, next := range at.recent[:min(len(at.recent), maxTried)] {
		if !next.closer && next.begins(text) {
			at.recent[0], at.recent[i] = next, at.recent[0]
			at.next = next
			return next
		}
	}
	return nil
}

// A beginning is a text to compare with how another begins, eight bytes at a time.
type beginning struct {
	head, mask, middle, tail uint64 // middle where there are more than 16 bytes
	size                     int
	long                     string // where there are more than 24
}

func beginningOf(text string) beginning {
	word := func(from int) (w uint64) {
		for i := range min(8, len(text)-from) {
			w |= uint64(text[from+i]) << (8 * i)
		}
		return w
	}
	b := beginning{head: word(0), mask: math.MaxUint64, size: len(text)}
	if len(text) < 8 {
		b.mask = 1<<(8*len(text)) - 1
	} else {
		b.tail = word(len(text) - 8)
	}
	if len(text) > 16 {
		b.middle = word(8)
	}
	if len(text) > 24 {
		b.long = text
	}
	return b
}

// begins says whether the text begins so. It says no where the text is too short to tell.
func (b *beginning) begins(text []byte) bool {
	if len(text) < b.size+8 || (binary.LittleEndian.Uint64(text)^b.head)&b.mask != 0 {
		return false
	}
	if b.size > 8 && binary.LittleEndian.Uint64(text[b.size-8:]) != b.tail {
		return false
	}
	if b.size > 16 && binary.LittleEndian.Uint64(text[8:]) != b.middle {
		return false
	}
	return b.long == "" || string(text[:len(b.long)]) == b.long
}

// scalar is where a value ends that takes no closer look, and -1 for others and where
// nothing stands behind it yet.
func scalar(text []byte, from int) int {
	if text[from] == '"' {
		end := plainUntil(text, from+1)
		if end+1 >= len(text) || text[end] != '"' || end-from > maxString {
			return -1
		}
		return end + 1
	}
	switch text[from] {
	case 'n':
		return behindWord(text, from, "null")
	case 't':
		return behindWord(text, from, "true")
	case 'f':
		return behindWord(text, from, "false")
	case '{':
		return behindWord(text, from, "{}")
	case '[':
		return behindWord(text, from, "[]")
	}
	return -1
}

func behindWord(text []byte, from int, word string) int {
	if end := from + len(word); end < len(text) && string(text[from:end]) == word {
		return end
	}
	return -1
}

// note keeps where a value stands that somebody asks for.
func (s *Scanner) note(text []byte, f *field, from, end int) {
	switch {
	case f.want == none:
	case text[from] == '"':
		s.found.set(f.want, true, from+1, end-1)
	default:
		s.found.odd |= 1 << f.want
	}
	if f.number >= 0 {
		s.spans = append(s.spans, span{f.number, int32(from), int32(end)}) //nolint:gosec // a text has no 2 GB
	}
}

// knownObject enters an object that is a value, and says whether it did.
func (s *Scanner) knownObject(text []byte) bool {
	if text[s.pos] != '{' {
		return false
	}
	s.container(true)
	return true
}

// closeObjects passes closing braces, and says whether a member of another object stands
// behind them.
func (s *Scanner) closeObjects(text []byte) bool {
	for {
		s.pop()
		if s.state == ended || !s.inObject || s.pos == len(text) {
			return false
		}
		switch text[s.pos] {
		case ',':
			s.pos++
			s.state = wantKey
			return true
		case '}':
		default:
			return false
		}
	}
}
