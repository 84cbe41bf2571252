package backtest

import (
	"cmp"
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"
)

// ErrNoPart is of what is no part of a backtest.
var ErrNoPart = errors.New("it is no part of a backtest, or of another version")

// ReadHead reads the first line of a part, and no more than it must.
func ReadHead(from io.Reader) (Head, error) {
	_, head, err := beginPart(from)
	return head, err
}

func beginPart(from io.Reader) (*json.Decoder, Head, error) {
	plain, err := gzip.NewReader(from)
	if err != nil {
		return nil, Head{}, fmt.Errorf("%w: %w", ErrNoPart, err)
	}
	lines := json.NewDecoder(plain)
	var head Head
	if err := lines.Decode(&head); err != nil {
		return nil, Head{}, fmt.Errorf("%w: %w", ErrNoPart, err)
	}
	if head.Kind != partKind || head.SchemaVersion != partVersion {
		return nil, Head{}, ErrNoPart
	}
	return lines, head, nil
}

// A File is one file of a part. Its entries must be read to their end before its other
// fields are looked at, and before the next file.
type File struct {
	Name string
	// What a [Counted] has, known when the entries were read.
	Records          int
	Bytes            int64
	Earliest, Latest time.Time

	lines *json.Decoder
	err   error
}

// Entries yields the file's entries in their order. The error is the last that it yields.
func (f *File) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for {
			var l line
			err := f.lines.Decode(&l)
			switch {
			case err == nil && l.Entry != nil:
				if !yield(*l.Entry, nil) {
					f.err = errors.New("its entries were not read to their end")
					return
				}
			case err == nil && l.End != nil:
				f.Records, f.Bytes, f.Earliest, f.Latest = l.End.Records, l.End.Bytes, l.End.Earliest, l.End.Latest
				return
			default:
				f.err = cmp.Or(err, errors.New("a line is neither an entry nor the end of a file"))
				if errors.Is(f.err, io.EOF) {
					f.err = io.ErrUnexpectedEOF
				}
				yield(Entry{}, fmt.Errorf("%s: %w", f.Name, f.err))
				return
			}
		}
	}
}

// A source is a part that is open, at one of its files.
type source struct {
	name  string
	head  Head
	from  io.Closer
	lines *json.Decoder
	file  *File // the next
	seen  int
}

// next goes to the next file. The part's end is io.EOF.
func (s *source) next() error {
	var l line
	err := s.lines.Decode(&l)
	switch {
	case errors.Is(err, io.EOF) && s.seen == s.head.Files:
		return io.EOF
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: %w", s.name, io.ErrUnexpectedEOF)
	case err != nil:
		return fmt.Errorf("%s: %w", s.name, err)
	case l.File == nil:
		return fmt.Errorf("%s: a line is no file: %w", s.name, ErrNoPart)
	}
	s.seen++
	s.file = &File{Name: *l.File, lines: s.lines}
	return nil
}

// waiting are the parts that are open, by their next file.
type waiting []*source

// Len, Less, Swap, Push and Pop are what heap wants.
func (w waiting) Len() int           { return len(w) }
func (w waiting) Less(i, j int) bool { return InOrder(w[i].file.Name, w[j].file.Name) < 0 }
func (w waiting) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }

// Push is heap's.
func (w *waiting) Push(x any) { *w = append(*w, x.(*source)) }

// Pop is heap's.
func (w *waiting) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// Join yields the files of all parts in the order of [InOrder], each once, however many
// parts have it. Open opens a part by its name; parts that overlap in time are open at the
// same time, and no others. An error is the last that it yields.
func Join(heads map[string]Head, open func(name string) (io.ReadCloser, error)) iter.Seq2[*File, error] {
	return func(yield func(*File, error) bool) {
		j := joiner{heads: heads, open: open}
		defer j.close()
		for name, head := range heads {
			if head.Files > 0 {
				j.closed = append(j.closed, name)
			}
		}
		slices.SortFunc(j.closed, func(a, b string) int {
			return cmp.Or(InOrder(heads[a].First, heads[b].First), cmp.Compare(a, b))
		})
		last, some := "", false
		for {
			file, err := j.next()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(nil, err)
				return
			case some && file.Name == last:
				err = pass(file)
			case !yield(file, nil):
				return
			}
			if err = cmp.Or(err, file.err); err != nil {
				yield(nil, err)
				return
			}
			last, some = file.Name, true
		}
	}
}

// pass reads a file's entries and forgets them: another part had them.
func pass(file *File) error {
	for _, err := range file.Entries() {
		if err != nil {
			return err
		}
	}
	return nil
}

type joiner struct {
	heads  map[string]Head
	open   func(name string) (io.ReadCloser, error)
	closed []string // parts that are not open yet, by their first file
	ready  waiting
	last   *source // whose file was given out
}

// next is the next file of all, and io.EOF behind the last.
func (j *joiner) next() (*File, error) {
	if j.last != nil {
		s := j.last
		j.last = nil
		if err := j.again(s, s.next()); err != nil {
			return nil, err
		}
	}
	for len(j.closed) > 0 && (len(j.ready) == 0 || InOrder(j.heads[j.closed[0]].First, j.ready[0].file.Name) <= 0) {
		name := j.closed[0]
		j.closed = j.closed[1:]
		s, err := j.begin(name)
		if err != nil {
			return nil, err
		}
		if err := j.again(s, s.next()); err != nil {
			return nil, err
		}
	}
	if len(j.ready) == 0 {
		return nil, io.EOF
	}
	j.last = heap.Pop(&j.ready).(*source)
	return j.last.file, nil
}

func (j *joiner) begin(name string) (*source, error) {
	from, err := j.open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	lines, head, err := beginPart(from)
	if err == nil && head != j.heads[name] {
		err = errors.New("it was written anew while it was read")
	}
	if err != nil {
		_ = from.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &source{name: name, head: head, from: from, lines: lines}, nil
}

// again puts a part back, or closes it when it is at its end or can't be read.
func (j *joiner) again(s *source, err error) error {
	if err == nil {
		heap.Push(&j.ready, s)
		return nil
	}
	_ = s.from.Close() // all that is wanted of it was read
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (j *joiner) close() {
	for _, s := range j.ready {
		_ = s.from.Close()
	}
	if j.last != nil {
		_ = j.last.from.Close()
	}
}
