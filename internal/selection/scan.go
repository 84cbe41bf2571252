package selection

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A node is a key of the record that some condition reads, or that is above one.
type node struct {
	key   string
	slot  int // of its value, -1 where nobody reads it
	child []*node
	quick [64]*node // by hash; nil where two keys share one
	index int       // of the node, to see a key twice
}

// add gives a path the slot.
func (n *node) add(path []string, slot int, count *int) {
	for _, key := range path {
		next := n.find([]byte(key))
		if next == nil {
			next = &node{key: key, slot: -1, index: *count}
			*count++
			n.child = append(n.child, next)
			if h := hash([]byte(key)); n.quick[h] == nil {
				n.quick[h] = next
			}
		}
		n = next
	}
	n.slot = slot
}

// hash needs to tell the keys of a record apart, and to be cheap.
func hash(key []byte) uint {
	if len(key) == 0 {
		return 0
	}
	return (uint(len(key))*7 + uint(key[0])*3 + uint(key[len(key)-1])) & 63
}

func (n *node) find(key []byte) *node {
	first := n.quick[hash(key)]
	if first == nil || first.key == string(key) {
		return first
	}
	for _, c := range n.child {
		if c.key == string(key) {
			return c
		}
	}
	return nil
}

// A scan is one pass over a record's bytes that keeps the values of the wanted paths.
type scan struct {
	b      []byte
	values [][]byte // by slot: raw JSON, nil where undefined
	seen   []uint32 // by node: the round in which it was met
	round  uint32
}

// run fills values. It returns false for what it does not understand: anything that is
// not an object, a key twice where we look, an escaped key. Then nothing can be said.
func (s *scan) run(root *node, record []byte) bool {
	s.b = record
	clear(s.values)
	s.round++
	start := s.space(0)
	if start >= len(record) || record[start] != '{' {
		return false
	}
	end := s.object(root, start)
	return end > 0 && s.space(end) == len(record)
}

// object reads the object at i and returns where it ends, or -1.
func (s *scan) object(n *node, i int) int {
	i = s.space(i + 1)
	if i < len(s.b) && s.b[i] == '}' {
		return i + 1
	}
	for i < len(s.b) && s.b[i] == '"' {
		if i = s.member(n, i); i < 0 || i >= len(s.b) {
			return -1
		}
		if s.b[i] == '}' {
			return i + 1
		}
		if s.b[i] != ',' {
			return -1
		}
		i = s.space(i + 1)
	}
	return -1
}

// member reads a key and its value and returns what comes after them, or -1.
func (s *scan) member(n *node, i int) int {
	end := s.text(i)
	if end < 0 {
		return -1
	}
	key := s.b[i+1 : end-1]
	if i = s.space(end); i >= len(s.b) || s.b[i] != ':' {
		return -1
	}
	if i = s.space(i + 1); i >= len(s.b) {
		return -1
	}
	found := n.find(key)
	switch {
	case found != nil:
		i = s.wanted(found, i)
	case bytes.IndexByte(key, '\\') >= 0:
		return -1
	default:
		i = s.value(i)
	}
	if i < 0 {
		return -1
	}
	return s.space(i)
}

// wanted keeps the value at i, or looks inside it, and returns where it ends, or -1.
func (s *scan) wanted(n *node, i int) int {
	if s.seen[n.index] == s.round {
		return -1
	}
	s.seen[n.index] = s.round
	start := i
	if len(n.child) > 0 && s.b[i] == '{' {
		i = s.object(n, i)
	} else {
		i = s.value(i)
	}
	if i >= 0 && n.slot >= 0 {
		s.values[n.slot] = s.b[start:i:i]
	}
	return i
}

// value passes over the value at i and returns where it ends, or -1.
func (s *scan) value(i int) int {
	switch s.b[i] {
	case '"':
		return s.text(i)
	case '{', '[':
		return s.nested(i)
	}
	start := i
	for i < len(s.b) && !ends[s.b[i]] {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

// ends are the characters after which a number or a word is over.
var ends = [256]bool{',': true, '}': true, ']': true, ' ': true, '\n': true, '\r': true, '\t': true, '"': true, '{': true, '[': true, ':': true}

// nested passes over an object or an array.
func (s *scan) nested(i int) int {
	depth := 0
	for i < len(s.b) {
		switch s.b[i] {
		case '"':
			if i = s.text(i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// text passes over the string at i and returns where it ends, or -1.
func (s *scan) text(i int) int {
	for {
		if i = s.quote(i + 1); i < 0 {
			return -1
		}
		if s.b[i-1] != '\\' {
			return i + 1
		}
		before := i - 1
		for s.b[before] == '\\' {
			before--
		}
		if (i-before)%2 == 1 { // an even number of backslashes escape one another
			return i + 1
		}
	}
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x8080808080808080
)

// quote is where the next quotation mark is, from i on, or -1. Eight bytes at a time are
// faster than a call of bytes.IndexByte, because strings in records are short.
func (s *scan) quote(i int) int {
	for ; i+8 <= len(s.b); i += 8 {
		other := binary.LittleEndian.Uint64(s.b[i:]) ^ '"'*everyByte
		if found := (other - everyByte) &^ other & highBits; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s.b); i++ {
		if s.b[i] == '"' {
			return i
		}
	}
	return -1
}

func (s *scan) space(i int) int {
	for i < len(s.b) && (s.b[i] == ' ' || s.b[i] == '\n' || s.b[i] == '\t' || s.b[i] == '\r') {
		i++
	}
	return i
}
