// Package ingest finds the CloudTrail records in whatever carries them: EventBridge
// events, log files, plain records, messages of queues and topics, log events, records of
// streams. It knows nothing of rules and alerts, and not what a service wants for an answer.
// What can't be read is a problem, never silence.
package ingest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// DefaultMaxUnpacked is how much a gzip payload may unpack to: far more than the few MB
// of a log file, and little enough to be read before a function's time is up.
const DefaultMaxUnpacked = 1 << 30

// A Reader reads payloads. It is safe for concurrent use.
type Reader struct {
	// Now stamps the record of a test payload, so that two tests are two alerts.
	// Where it is nil, the sample's own time stays.
	Now func() time.Time
	// MaxUnpacked is how many bytes of a gzip payload are unpacked: a small file can
	// unpack to one that is never read to its end. 0 means [DefaultMaxUnpacked]. What
	// comes plain is as large as it is, and not limited.
	MaxUnpacked int64
	// Paths are places in the records whose values will be asked for; see
	// [cloudtrail.Record.Values]. Nil means none.
	Paths *cloudtrail.Paths
	// Fleeting makes records good for one turn of the loop only: the next one takes
	// their memory. An archive is read much faster so, because it leaves nothing behind
	// to be collected. Nobody may keep such a record, or a copy of it, or its Bytes.
	Fleeting bool

	nesting *nesting // of a payload inside another
}

// Records yields each record of a payload, or the problem that stands in its place.
// The payload is JSON, plain or gzip: an EventBridge event, {"Records": [...]}, a bare
// record, or several of these one after the other, as in JSON lines; or a batch from a
// queue, or a [Parcel], whose messages are such payloads, or carry them in turn, up to six
// deep. Records are read one by one, and as they come, in memory that does not depend on the
// payload's size; only batches and parcels are held as a whole. Damage hides none before it, and
// behind it reading goes on at the next record that can be found. Where names the payload
// in problems.
func (r Reader) Records(payload io.Reader, where string) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		d := &document{reader: r, where: where, yield: yield, budget: maxTries}
		buffered := bufio.NewReaderSize(payload, chunk/4) // larger reads pass it by
		_, _ = buffered.Peek(1)
		begin, _ := buffered.Peek(min(buffered.Buffered(), maxExcerpt))
		begin = bytes.Clone(begin) // what unpacking will have taken
		plain, err := r.unpack(buffered)
		if err != nil {
			d.problem("Payload could not be read", err, excerptOf(begin, 0))
			return
		}
		records, rest := r.inside(bufio.NewReaderSize(plain, chunk/4), where)
		if records != nil {
			records(yield)
			return
		}
		d.in.from = rest
		d.scanner = scanners.Get().(*cloudtrail.Scanner)
		d.scanner.Paths = r.Paths
		d.read()
		d.scanner.Reset() // it keeps nothing of the payload
		scanners.Put(d.scanner)
	}
}

// scanners know the order in which keys come from the payloads before.
var scanners = sync.Pool{New: func() any { return new(cloudtrail.Scanner) }}

// unpack takes gzip off, whatever the payload's name says.
func (r Reader) unpack(payload *bufio.Reader) (io.Reader, error) {
	magic, _ := payload.Peek(2)
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return r.nesting.bound(payload), nil
	}
	unzipped, err := gzip.NewReader(payload)
	if err != nil {
		return nil, fmt.Errorf("unpack gzip: %w", err)
	}
	limit := r.MaxUnpacked
	if limit == 0 {
		limit = DefaultMaxUnpacked
	}
	return r.nesting.bound(&limited{from: unzipped, left: limit, limit: limit}), nil
}

// limited reads up to a limit, and fails where there is more.
type limited struct {
	from        io.Reader
	left, limit int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, fmt.Errorf("it unpacks to more than %d bytes", l.limit)
	}
	n, err := l.from.Read(p[:min(int64(len(p)), l.left+1)])
	if l.left -= int64(n); l.left < 0 {
		return n - 1, nil
	}
	return n, err
}
