package ingest

import (
	"fmt"
	"io"
)

// maxValue bounds a record: 16 times the 256 KB that AWS delivers, so that even one
// written with nothing but escapes fits, and little enough that a small file that unpacks
// to one large record can't fill the memory.
const maxValue = 4 << 20

// chunk is how much is read at once.
const chunk = 64 << 10

// maxEmptyReads is how often a reader may return nothing at all in a row.
const maxEmptyReads = 100

var errTooLarge = fmt.Errorf("it is larger than %d MB", maxValue>>20)

// A window is the part of a payload that is being read: at most one value and a chunk.
type window struct {
	from   io.Reader
	kept   []byte
	at     int   // index in kept of what is read next
	place  int64 // of kept[0] in the payload
	behind bool  // a line begins here
	err    error // of the reader
}

// rest is what has come and was not read.
func (w *window) rest() []byte { return w.kept[w.at:] }

// offset is the place in the payload of what is read next.
func (w *window) offset() int64 { return w.place + int64(w.at) }

// pass goes on behind n bytes, and returns them until the next call of more.
func (w *window) pass(n int) []byte {
	passed := w.kept[w.at : w.at+n]
	w.at += n
	if n > 0 {
		w.behind = passed[n-1] == '\n'
	}
	return passed
}

// more adds to the rest. The error is the reader's, or [errTooLarge].
func (w *window) more() error {
	if w.err != nil {
		return w.err
	}
	if len(w.kept)-w.at >= maxValue {
		return errTooLarge
	}
	w.makeRoom()
	for range maxEmptyReads {
		n, err := w.from.Read(w.kept[len(w.kept):cap(w.kept)])
		w.kept, w.err = w.kept[:len(w.kept)+n], err
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.err = io.ErrNoProgress
	return w.err
}

// makeRoom moves what is kept rather than growing, and grows by doubling, so that the
// bytes of a long value are copied a few times and no more.
func (w *window) makeRoom() {
	if cap(w.kept)-len(w.kept) >= chunk/4 {
		return
	}
	rest := w.rest()
	kept := w.kept[:0]
	if cap(w.kept)-len(rest) < max(chunk/4, len(rest)) {
		kept = make([]byte, 0, max(chunk, 2*cap(w.kept)))
	}
	w.kept = append(kept, rest...)
	w.place += int64(w.at)
	w.at = 0
}

// next passes space and returns the byte behind it, without passing that.
func (w *window) next() (byte, error) {
	for {
		for i, c := range w.rest() {
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				w.pass(i)
				return c, nil
			}
		}
		w.pass(len(w.rest()))
		if err := w.more(); err != nil {
			return 0, err
		}
	}
}
