package cloudtrail

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads to the end of the text under way, behind its closing quote.
func (s *Scanner) quoted(text []byte) error {
	for {
		i := plainUntil(text, s.pos)
		if s.pos = i; i == len(text) {
			return ErrShort
		}
		switch c := text[i]; {
		case c == '"':
			s.pos++
			return nil
		case c == '\\':
			if err := s.escape(text[i:]); err != nil {
				return err
			}
		case c >= utf8.RuneSelf:
			if !s.beyondASCII(text[i:]) {
				return ErrShort
			}
		default:
			return fmt.Errorf("control character %q stands in a text", string(rune(c)))
		}
	}
}

// Every eight bytes are looked at in one go: that is what makes reading an archive
// cheaper than unpacking it.
const (
	everyLow   = 0x0101010101010101
	everyHigh  = 0x8080808080808080
	everyQuote = everyLow * '"'
	everySlash = everyLow * '\\'
	everySpace = everyLow * ' '
)

// special has a bit set for bytes that are a quote, a backslash, a control character or
// not ASCII. Subtracting borrows from the next byte, so only the lowest bit is sure.
func special(w uint64) uint64 {
	return (((w ^ everyQuote) - everyLow) | ((w ^ everySlash) - everyLow) | (w - everySpace) | w) & everyHigh
}

// plainUntil is the place of the first byte from i on that is special, and the text's
// length where there is none.
func plainUntil(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		if found := special(binary.LittleEndian.Uint64(text[i:])); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c == '"' || c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			return i
		}
	}
	return i
}

// plainKey is the place of the first special byte from i on, and the hash of what is
// before it as a key of an object. Near the text's end it finds nothing.
func plainKey(text []byte, i int, object uint64) (end int, hash uint64) {
	hash = firstHash(object)
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		if found := special(w); found != 0 {
			n := bits.TrailingZeros64(found) &^ 7
			return i + n/8, lastHash(mix(hash, w&(1<<n-1)))
		}
		hash = mix(hash, w)
	}
	return len(text), 0
}

// plainMembers reads members whose keys and values are plain texts with no space between
// them, as most are. It stops before the first that is another, or is not complete.
func (s *Scanner) plainMembers(text []byte) {
	if s.depth > maxDepth || s.levels[s.depth].shape != nil {
		return
	}
	for {
		end, closed, hash := plainMember(text, s.pos, s.levels[s.depth].object)
		if closed == 0 {
			return
		}
		if s.depth == 1 {
			if s.outermost(text[s.pos+1 : end]); s.want == stop {
				return
			}
			s.found.set(s.want, true, end+3, closed)
			s.want = none
		}
		if s.keys.add(hash) {
			s.doubts |= doubtKeys
		}
		s.values++
		s.pos = closed + 2
		s.state = wantKey
	}
}

// plainMember looks for "key":"value", at i. It returns where the key and the value are
// closed, and 0 for the value where something else stands.
func plainMember(text []byte, i int, object uint64) (end, closed int, hash uint64) {
	if i >= len(text) || text[i] != '"' {
		return 0, 0, 0
	}
	end, hash = plainKey(text, i+1, object)
	if end+3 > len(text) || string(text[end:end+3]) != `":"` {
		return 0, 0, 0
	}
	closed = plainUntil(text, end+3)
	if closed+2 > len(text) || string(text[closed:closed+2]) != `",` || closed-i > maxString {
		return 0, 0, 0
	}
	return end, closed, hash
}

// escape reads a backslash and what belongs to it.
func (s *Scanner) escape(text []byte) error {
	s.plain = false
	if len(text) < 2 {
		return ErrShort
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return nil
	case 'u':
		return s.unicode(text)
	}
	return fmt.Errorf("%q is no escape", `\`+string(rune(text[1])))
}

// unicode reads \uXXXX, and for the first half of a pair the second with it.
func (s *Scanner) unicode(text []byte) error {
	r, n := hex4(text[2:])
	if n < 4 {
		return badHex(text[2:], n)
	}
	if !utf16.IsSurrogate(r) {
		s.pos += 6
		return nil
	}
	rest := text[6:]
	switch {
	case len(rest) > 0 && rest[0] != '\\' || len(rest) > 1 && rest[1] != 'u':
	case len(rest) < 2:
		return ErrShort
	default:
		low, n := hex4(rest[2:])
		if n < 4 {
			return badHex(rest[2:], n)
		}
		if utf16.DecodeRune(r, low) != utf8.RuneError {
			s.pos += 12
			return nil
		}
	}
	s.doubts |= doubtText
	s.pos += 6
	return nil
}

func badHex(text []byte, n int) error {
	if len(text) <= n {
		return ErrShort
	}
	return fmt.Errorf("%q is no hexadecimal digit", string(rune(text[n])))
}

// hex4 reads four hexadecimal digits and says how many there were.
func hex4(text []byte) (r rune, n int) {
	for n < 4 && n < len(text) {
		c := text[n]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|' ' && c|' ' <= 'f':
			c = c | ' ' - 'a' + 10
		default:
			return r, n
		}
		r = r<<4 | rune(c)
		n++
	}
	return r, n
}

// beyondASCII reads characters of several bytes. It returns false where the text ends
// inside one.
func (s *Scanner) beyondASCII(text []byte) bool {
	s.plain = false
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(text[i:]) {
				return false
			}
			s.doubts |= doubtText
		}
		i += n
		s.pos += n
	}
	return true
}

type numberState uint8

// The states of a number, by what was read last. numberEnds is none.
const (
	numberEnds numberState = iota
	numberBegins
	numberSign
	numberZero
	numberWhole
	numberPoint
	numberFraction
	numberE
	numberESign
	numberExponent
)

const (
	classOther = iota
	classZero
	classDigit
	classMinus
	classPlus
	classPoint
	classE
)

var numberClass = func() (class [256]uint8) {
	for c := '1'; c <= '9'; c++ {
		class[c] = classDigit
	}
	class['0'], class['-'], class['+'], class['.'] = classZero, classMinus, classPlus, classPoint
	class['e'], class['E'] = classE, classE
	return class
}()

// numberNext is the state behind a byte of a class.
var numberNext = [10][7]numberState{
	numberBegins:   {classZero: numberZero, classDigit: numberWhole, classMinus: numberSign},
	numberSign:     {classZero: numberZero, classDigit: numberWhole},
	numberZero:     {classPoint: numberPoint, classE: numberE},
	numberWhole:    {classZero: numberWhole, classDigit: numberWhole, classPoint: numberPoint, classE: numberE},
	numberPoint:    {classZero: numberFraction, classDigit: numberFraction},
	numberFraction: {classZero: numberFraction, classDigit: numberFraction, classE: numberE},
	numberE:        {classZero: numberExponent, classDigit: numberExponent, classMinus: numberESign, classPlus: numberESign},
	numberESign:    {classZero: numberExponent, classDigit: numberExponent},
	numberExponent: {classZero: numberExponent, classDigit: numberExponent},
}

// digits reads to the end of the number under way.
func (s *Scanner) digits(text []byte) error {
	for i := s.pos; i < len(text); i++ {
		next := numberNext[s.number][numberClass[text[i]]]
		if next != numberEnds {
			s.number = next
			continue
		}
		s.pos = i
		switch s.number {
		case numberZero, numberWhole, numberFraction, numberExponent:
		default:
			return misplaced(text[i], "a digit")
		}
		if i-s.token > maxDigits || s.number == numberExponent && odd(string(text[s.token:i])) {
			s.doubts |= doubtNumber
		}
		s.complete()
		return nil
	}
	s.pos = len(text)
	return ErrShort
}
