package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// maxTries is how many bytes are read in vain to find a record behind damage, in the whole
// payload. Then only lines that are records on their own are found, which takes no second
// look at any byte.
const maxTries = 16 * maxValue

// maxExcerpt is how much of what could not be read is kept. A record that AWS writes
// seldom has more, and a log line of Lambda holds 256 KB.
const maxExcerpt = 16 << 10

// damaged is what was passed because of damage.
type damaged struct {
	from  int64
	size  int64
	begin []byte
	hash  hash.Hash
	last  byte // that is no space
}

func (d *damaged) add(passed []byte) {
	d.size += int64(len(passed))
	d.begin = append(d.begin, passed[:min(len(passed), maxExcerpt-len(d.begin))]...)
	_, _ = d.hash.Write(passed)
	if end := bytes.TrimRight(passed, " \t\r\n"); len(end) > 0 {
		d.last = end[len(end)-1]
	}
}

// inList says whether what comes next seems to stand in a list.
func (d *damaged) inList() bool { return d.last == ',' || d.last == '[' }

func (d *damaged) excerpt() *detection.Excerpt {
	return &detection.Excerpt{From: d.from, Size: d.size, Begin: d.begin, SHA256: hex.EncodeToString(d.hash.Sum(nil))}
}

// excerptOf keeps bytes that begin at a place in the payload.
func excerptOf(text []byte, from int64) *detection.Excerpt {
	d := damaged{from: from, hash: sha256.New()}
	d.add(text)
	return d.excerpt()
}

// damage tells of damage once it is known how far it goes, and goes on behind it. It
// returns false where nothing can be read there.
func (d *document) damage(err error) (found bool) {
	err = d.at(err)
	passed := &damaged{from: d.in.offset(), hash: sha256.New()}
	if d.tried {
		passed.add(d.in.pass(1))
	}
	d.tried, d.failed = false, 0
	for {
		if found = d.seek(passed); !found || d.plausible(passed) {
			break
		}
		passed.add(d.in.pass(1))
	}
	d.tried, d.failed = false, 0
	if end := notEOF(d.in.err); !found && !errors.Is(end, cloudtrail.ErrShort) && !errors.Is(err, end) {
		err = fmt.Errorf("%w, and at byte %d: %w", err, d.in.offset(), end)
	}
	d.problem("Payload could not be read to its end", err, passed.excerpt())
	return found
}

// seek passes everything up to the next brace that opens an object.
func (d *document) seek(passed *damaged) (found bool) {
	for {
		rest := d.in.rest()
		if i := bytes.IndexByte(rest, '{'); i >= 0 {
			passed.add(d.in.pass(i))
			return true
		}
		passed.add(d.in.pass(len(rest)))
		if d.in.more() != nil {
			return false
		}
	}
}

// plausible says whether reading may go on at the brace that comes next, and how: where a
// line begins, behind another object, or with a record behind a comma. An object inside
// the damaged record stands behind a comma too, but it is no record.
func (d *document) plausible(passed *damaged) bool {
	if !d.worthATry(passed) {
		return false
	}
	text, err := d.try()
	document := errors.Is(err, cloudtrail.ErrStop)
	if err != nil && !document {
		d.budget -= d.scanner.Offset()
		return false
	}
	d.step = outside
	if !passed.inList() {
		return true
	}
	if !document && d.isRecord(text) {
		d.step, d.loose = ofList, true
		return true
	}
	return d.in.behind && (document || d.scanner.Signed())
}

func (d *document) worthATry(passed *damaged) bool {
	return d.in.behind || d.budget > 0 && (passed.inList() || passed.last == '}')
}

// try reads the object that comes next, without passing it. When there was too much
// damage it must end on its line.
func (d *document) try() ([]byte, error) {
	d.scanner.Stop, d.scanner.Signs = listKey, signs
	if d.budget > 0 {
		return d.scan()
	}
	for {
		end := bytes.IndexByte(d.in.rest(), '\n')
		if end < 0 && d.in.more() == nil {
			continue
		}
		if end < 0 {
			end = len(d.in.rest())
		}
		d.scanner.Reset()
		end, err := d.scanner.Scan(d.in.rest()[:end])
		return d.in.rest()[:end], err
	}
}

func (d *document) isRecord(text []byte) bool {
	_, err := d.scanner.Record(text)
	return err == nil
}

// A place names a value for a person. It is made only when somebody is told.
type place struct {
	kind   string // record, value, detail, sample
	number int    // 0 where there is only one
	from   int64  // its first byte
	text   []byte
}

func (p place) String() string {
	if p.number == 0 {
		return p.kind
	}
	return fmt.Sprintf("%s %d", p.kind, p.number)
}

// passed is the place of what was passed last.
func (d *document) passed(kind string, number int, text []byte) place {
	return place{kind: kind, number: number, from: d.in.offset() - int64(len(text)), text: text}
}

// record yields one record, or the problem that it is none.
func (d *document) record(rec cloudtrail.Record, err error, at place) {
	if err != nil {
		d.problem("Record could not be read", fmt.Errorf("%s: %w", at, err), excerptOf(at.text, at.from))
		return
	}
	if d.marked {
		rec, d.marked = rec.WithNote("a byte-order mark stood before it"), false
	}
	d.stopped = d.stopped || !d.yield(rec, nil)
	if rec.Repeats() {
		d.doubt(rec, at, "Record can be read in two ways", "a key stands twice in one object, and only the last one was evaluated")
	}
	if rec.Cut() {
		d.doubt(rec, at, "Record was evaluated in part", strings.Join(rec.Notes(), "; "))
	}
}

// doubt tells of a record that was evaluated, but maybe not as whoever wrote it wanted it
// to be read.
func (d *document) doubt(rec cloudtrail.Record, at place, what, why string) {
	d.tell(detection.Problem{
		What: what, Why: at.String() + ": " + why, EventID: rec.EventID(), Account: rec.Account(), Region: rec.Region(),
		Raw: excerptOf(at.text, at.from),
	})
}

func (d *document) problem(what string, err error, raw *detection.Excerpt) {
	d.tell(detection.Problem{What: what, Why: err.Error(), Raw: raw})
}

// tell yields what could not be read. Nobody knows what it would have shown, so it is
// as severe as an unknown alert.
func (d *document) tell(problem detection.Problem) {
	problem.Where, problem.Severity = d.where, detection.High
	d.stopped = d.stopped || !d.yield(cloudtrail.Record{}, &problem)
}

// at adds the place to an error.
func (d *document) at(err error) error {
	return fmt.Errorf("at byte %d: %w", d.in.offset()+int64(d.failed), err)
}

// here keeps what comes next, of damage that nothing is passed for.
func (d *document) here() *detection.Excerpt {
	rest := d.in.rest()
	return excerptOf(rest[:min(len(rest), maxExcerpt)], d.in.offset())
}
