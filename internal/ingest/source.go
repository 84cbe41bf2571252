package ingest

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// maxValue bounds a record. AWS writes none over 1 MB, but a small file can unpack to
// one that fills the memory.
const maxValue = 16 << 20

const space = " \t\r\n" // of JSON

var errTooLarge = fmt.Errorf("it is larger than %d MB", maxValue>>20)

// A source hands out a payload's bytes and keeps those of the value that is being read,
// so that reading can go on from any place in it.
type source struct {
	from  io.Reader
	kept  []byte
	place int64 // of kept[0] in the payload
	next  int   // index in kept of what is handed out next
}

func (s *source) Read(p []byte) (int, error) {
	if s.next < len(s.kept) {
		n := copy(p, s.kept[s.next:])
		s.next += n
		return n, nil
	}
	if len(s.kept) > maxValue {
		return 0, errTooLarge
	}
	n, err := s.from.Read(p)
	s.kept = append(s.kept, p[:n]...)
	s.next = len(s.kept)
	return n, err
}

// forget drops what is before a place.
func (s *source) forget(place int64) {
	n := int(place - s.place)
	s.place, s.next = place, max(s.next-n, 0)
	if rest := s.kept[n:]; len(rest) <= n {
		s.kept = append(s.kept[:0], rest...) // the room is used again
	} else {
		s.kept = rest
	}
}

// skipComma forgets a comma, if one is there.
func (s *source) skipComma() bool {
	if len(s.kept) == 0 || s.kept[0] != ',' {
		return false
	}
	s.forget(s.place + 1)
	return true
}

// since is what was handed out from one place to another.
func (s *source) since(from, to int64) []byte { return s.kept[from-s.place : to-s.place] }

// rewind goes back to a place, so that it is handed out next.
func (s *source) rewind(place int64) {
	s.forget(place)
	s.next = 0
}

// behindSeparator is the place behind a comma or closing bracket that stands where a
// value should begin, if one does.
func (s *source) behindSeparator() (place int64, found bool) {
	rest := bytes.TrimLeft(s.kept, space)
	found = len(rest) > 0 && strings.IndexByte(",]}", rest[0]) >= 0
	return s.place + int64(len(s.kept)-len(rest)) + 1, found
}

// nextLine finds the next line that begins with an object, behind the first line of the
// value that is being read, so that one bad line of JSON lines hides no other. It does
// not look behind what was read of the value: a line that was cut short may have taken
// the next one for its own.
func (s *source) nextLine() (place int64, found bool) {
	s.forget(s.place + int64(len(s.kept)-len(bytes.TrimLeft(s.kept, space))))
	chunk := make([]byte, 4096)
	for {
		if i := bytes.Index(s.kept, []byte("\n{")); i >= 0 {
			return s.place + int64(i) + 1, true
		}
		s.forget(s.place + int64(max(len(s.kept)-1, 0)))
		s.next = len(s.kept)
		if n, err := s.Read(chunk); n == 0 && err != nil {
			return 0, false
		}
	}
}
