package cloudtrail

// Paths are the places in a record that somebody looks at in every record, such as
// userIdentity.arn. A [Scanner] that knows them notes on its way where their values
// stand, so that nobody has to look for them again. Paths are never changed and may be
// used from several goroutines.
type Paths struct {
	root  *path
	count int
}

// A path is one key of the way to a place.
type path struct {
	number int32 // of the place that ends here, -1 where none does
	below  map[string]*path
}

// NewPaths numbers the places by their index in the list. Each is a path of object keys;
// nothing in a list has one.
func NewPaths(places [][]string) *Paths {
	p := &Paths{root: newPath(), count: len(places)}
	for number, keys := range places {
		at := p.root
		for _, key := range keys {
			if at.below[key] == nil {
				at.below[key] = newPath()
			}
			at = at.below[key]
		}
		at.number = int32(number) //nolint:gosec // nobody has that many
	}
	return p
}

func newPath() *path { return &path{number: -1, below: map[string]*path{}} }

// A span is where the value of a place stands.
type span struct{ number, from, to int32 }

// Values puts the values of the places into a slice that has one element a place: their
// JSON as it stands in the record, and nil where there is none. They must not be changed.
// It returns false where the record's reader did not note them: because it was given
// other paths or none, or because the record is doubtful or like no other.
func (r Record) Values(paths *Paths, into [][]byte) bool {
	if r.content == nil || r.paths != paths || paths == nil || r.doubts != 0 {
		return false
	}
	clear(into)
	for _, s := range r.spans {
		into[s.number] = r.text[s.from:s.to:s.to]
	}
	return true
}
