package ingest

import (
	"bytes"
	"fmt"
	"io"
	"iter"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// maxDepth is how many payloads may stand inside each other: a dead-letter queue's message
// with a failed invocation for a batch of messages that a topic put there has four.
const maxDepth = 6

// maxInside is how many bytes the payloads inside a payload may have together, unpacked. A
// parcel that unpacks to parcels that unpack to more would never be read to its end.
const maxInside = 256 << 20

// nesting is where a payload stands that is inside another. Nil is outside of all.
type nesting struct {
	depth int
	left  *int64 // of maxInside
}

// within is the nesting of what a payload holds.
func (n *nesting) within() *nesting {
	if n == nil {
		left := int64(maxInside)
		return &nesting{depth: 1, left: &left}
	}
	return &nesting{depth: n.depth + 1, left: n.left}
}

// bound has all payloads inside one share what may be read.
func (n *nesting) bound(payload io.Reader) io.Reader {
	if n == nil {
		return payload
	}
	return shared{from: payload, left: n.left}
}

type shared struct {
	from io.Reader
	left *int64
}

func (s shared) Read(p []byte) (int, error) {
	if *s.left <= 0 {
		return 0, fmt.Errorf("the payloads inside this one have more than %d MB", maxInside>>20)
	}
	n, err := s.from.Read(p)
	*s.left -= int64(n)
	return n, err
}

// items yields the records of what a payload holds.
func (r Reader) items(items []Item, where string) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	r.nesting = r.nesting.within()
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for _, item := range items {
			for rec, problem := range r.Item(item, where) {
				if !yield(rec, problem) {
					return
				}
			}
		}
	}
}

// Item yields the records of one item of a parcel, as [Reader.Records] does. Where names the
// parcel in problems.
func (r Reader) Item(item Item, where string) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	if where += ", " + item.Where; item.Err == nil && (r.nesting == nil || r.nesting.depth <= maxDepth) {
		return r.Records(bytes.NewReader(item.Body), where)
	}
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		d := &document{where: where, yield: yield}
		if item.Err != nil {
			d.problem("Payload could not be read", item.Err, excerptOf(item.Data, 0))
			return
		}
		d.problem("Payload could not be read", fmt.Errorf("it is the %dth payload inside another, and only %d are opened", maxDepth+1, maxDepth), excerptOf(item.Body, 0))
	}
}
