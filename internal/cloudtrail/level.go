package cloudtrail

// A level is an object or list that others may stand in.
type level struct {
	field  *field // what it is; nil where that is not known
	shape  *shape // an object's keys so far; nil where they are not known
	object uint64 // its number where they are not
	from   int
}

// complete is called behind each value.
func (s *Scanner) complete() {
	s.state = wantNext
	if s.depth == 0 {
		s.state = ended
		if s.values > maxValues/2 {
			s.doubts |= doubtTooMany
		}
		return
	}
	if !s.inObject || s.depth > maxDepth {
		return
	}
	if at := s.levels[s.depth].shape; at != nil && at.number >= 0 {
		s.spans = append(s.spans, span{at.number, int32(s.from), int32(s.pos)}) //nolint:gosec // a text has no 2 GB
	}
}

// container enters an object or list that is a value.
func (s *Scanner) container(object bool) {
	s.values++
	s.notText()
	l := level{from: s.pos}
	if s.depth < maxDepth {
		l.field = s.fieldOf()
		if object {
			l.shape = l.field.object()
		}
	}
	s.pos++
	s.depth++
	s.inObject, s.state = object, wantFirstItem
	if object {
		s.state = wantFirstKey
	}
	if s.depth/64 >= len(s.kinds) {
		s.kinds = append(s.kinds, 0)
	}
	bit := uint64(1) << (s.depth % 64)
	if s.kinds[s.depth/64] &^= bit; object {
		s.kinds[s.depth/64] |= bit
	}
	s.enter(l, object)
}

func (s *Scanner) enter(l level, object bool) {
	if s.depth > maxDepth {
		s.doubts |= doubtTooDeep
		return
	}
	if object && l.shape == nil {
		s.begun++
		l.object = s.begun
	}
	s.levels[s.depth] = l
}

// pop leaves an object or list at the bracket that closes it.
func (s *Scanner) pop() {
	if s.depth <= maxDepth {
		s.from = s.levels[s.depth].from
	}
	s.pos++
	s.depth--
	s.inObject = s.kinds[s.depth/64]>>(s.depth%64)&1 == 1
	s.complete()
}
