package cloudtrail

// LearnNothing makes a scanner read every key as if it were the first of its kind.
func (s *Scanner) LearnNothing() { s.memory.learned = 1 << 40 }

// Learned is how many orders of keys a scanner remembers.
func (s *Scanner) Learned() int { return s.memory.shapes }

// LimitShapes is how many that may be.
const LimitShapes = maxShapes

// Begins says whether a text begins with another one.
func Begins(text []byte, with string) bool {
	b := beginningOf(with)
	return b.begins(text)
}
