package selection_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"trailbell/internal/cloudtrail"
)

// A noter reads records as a reader does that knows what an index looks at, and that has
// read others before.
type noter struct {
	mu      sync.Mutex
	scanner cloudtrail.Scanner
}

func (n *noter) noted(rec cloudtrail.Record, paths *cloudtrail.Paths) (cloudtrail.Record, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.scanner.Paths = paths
	n.scanner.Reset()
	if _, err := n.scanner.Scan(rec.Bytes()); err != nil {
		return rec, fmt.Errorf("%s: %w", rec.Bytes(), err)
	}
	return n.scanner.Record(rec.Bytes())
}

// sameWhenNoted says what is wrong when the values that a reader noted lead to other
// rules than the bytes do. [oracle.judge] asks it about every record.
func (o *oracle) sameWhenNoted(rec cloudtrail.Record) error {
	noted, err := o.noter.noted(rec, o.index.Paths())
	if err != nil {
		return err
	}
	if want, got := o.index.Select(rec), o.index.Select(noted); !slices.Equal(want, got) {
		return fmt.Errorf("%v by its bytes, %v by its values: %s", want, got, rec.Bytes())
	}
	return nil
}

func TestAReaderNotesWhatTheIndexLooksAt(t *testing.T) {
	index, n := newIndex(t), noter{}
	values := make([][]byte, 1000)
	for _, rec := range samples(t, ownSamples) {
		if rec.Doubtful() {
			continue
		}
		noted, err := n.noted(rec, index.Paths())
		if err != nil {
			t.Fatal(err)
		}
		if rec.Values(index.Paths(), values) || !noted.Values(index.Paths(), values) {
			t.Errorf("values are not those of the reader: %s", rec.Bytes())
		}
		if !slices.ContainsFunc(values, func(v []byte) bool { return string(v) == fmt.Sprintf("%q", rec.EventName()) }) && !rec.Doubtful() && rec.String("eventName") != "" {
			t.Errorf("eventName was not noted: %s", rec.Bytes())
		}
	}
}
