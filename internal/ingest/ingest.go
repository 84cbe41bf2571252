// Package ingest finds the CloudTrail records in whatever carries them: EventBridge
// events, log files, plain records. It knows nothing of rules and alerts. What can't
// be read is a problem, never silence.
package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Reader reads payloads. It is safe for concurrent use.
type Reader struct {
	// Now stamps the record of a test payload, so that two tests are two alerts.
	// Where it is nil, the sample's own time stays.
	Now func() time.Time
}

// Records yields each record of a payload, or the problem that stands in its place.
// The payload is JSON, plain or gzip: an EventBridge event, {"Records": [...]}, a bare
// record, or several of these one after the other, as in JSON lines. Records of a list
// are read one by one, so that what precedes a damaged place is not lost. Where names
// the payload in problems.
func (r Reader) Records(payload io.Reader, where string) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		d := &document{reader: r, where: where, yield: yield}
		plain, err := unpack(payload)
		if err != nil {
			d.problem("Payload could not be read", err)
			return
		}
		d.source.from = plain
		d.read()
	}
}

// unpack takes gzip and a byte-order mark off, whatever the payload's name says.
func unpack(payload io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(payload)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("unpack gzip: %w", err)
		}
		buffered = bufio.NewReader(unzipped)
	}
	if mark, _ := buffered.Peek(3); string(mark) == "\uFEFF" {
		_, _ = buffered.Discard(3)
	}
	return buffered, nil
}

// document reads the JSON values of one payload.
type document struct {
	reader  Reader
	where   string
	yield   func(cloudtrail.Record, *detection.Problem) bool
	source  source
	decoder *json.Decoder
	begun   int64 // where the decoder began
	values  int
	twice   bool // the value has a key twice
	damaged bool // a person was told of damage
	skipped bool // nothing was read since a separator behind damage
	stopped bool // the consumer wants no more
}

func (d *document) read() {
	d.begin(0)
	for !d.stopped {
		err := d.value()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			d.skipped = false
		} else if !d.pass(err) {
			return
		}
	}
	if d.values == 0 && !d.stopped {
		d.problem("Payload could not be read", errors.New("it is empty"))
	}
}

// pass tells of damage and goes on behind it. It returns false where nothing can be
// read there. What follows a separator behind damage is the rest of a list or object
// that was told of, and no news.
func (d *document) pass(err error) bool {
	place, separator := d.source.behindSeparator()
	if errors.Is(err, errNoComma) {
		place, separator = d.place(), true
	}
	if !d.skipped && !(separator && d.damaged) {
		d.problem("Payload could not be read to its end", d.at(err))
	}
	d.damaged, d.skipped = true, separator
	found := separator
	if !separator {
		place, found = d.source.nextLine()
	}
	if found {
		d.begin(place)
	}
	return found
}

// begin goes on with reading at a place.
func (d *document) begin(place int64) {
	d.source.rewind(place)
	d.begun = place
	d.decoder = newDecoder(&d.source)
}

// place is how far the payload has been read.
func (d *document) place() int64 { return d.begun + d.decoder.InputOffset() }

func newDecoder(r io.Reader) *json.Decoder {
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	return decoder
}

// value reads one JSON value. The error is io.EOF at the payload's end.
func (d *document) value() error {
	d.source.forget(d.place())
	d.twice = false
	token, err := d.decoder.Token()
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if err != nil {
		return notEOF(err)
	}
	d.values++
	if token != json.Delim('{') {
		return fmt.Errorf("a JSON object is wanted, this begins with %s", begins(token))
	}
	return notEOF(d.object())
}

// object reads an object's members. The list under Records is streamed; everything
// else is kept until the object's kind is known.
func (d *document) object() error {
	members := map[string]any{}
	streamed := false
	for d.decoder.More() {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		if token == "Records" {
			streamed = true
			err = d.records()
		} else {
			err = d.member(members, token)
		}
		if err != nil || d.stopped {
			return err
		}
	}
	if _, err := d.decoder.Token(); err != nil {
		return err
	}
	if !streamed || isEnvelope(members) {
		d.envelope(members)
	}
	return nil
}

func (d *document) member(members map[string]any, token json.Token) error {
	value, err := d.decode()
	if err != nil {
		return err
	}
	key, _ := token.(string)
	if _, before := members[key]; before {
		d.twice = true
	}
	members[key] = value
	return nil
}

// decode reads what follows a key or stands in a list.
func (d *document) decode() (any, error) {
	from := max(d.place(), d.source.place)
	var value any
	if err := d.decoder.Decode(&value); err != nil {
		return nil, err
	}
	text := bytes.TrimLeft(d.source.since(from, d.place()), space+":,")
	d.twice = d.twice || keyTwice(text, value)
	return value, nil
}

var errNoComma = errors.New("a comma is missing before it")

// records streams the list of a log file. Null means none.
func (d *document) records() error {
	token, err := d.decoder.Token()
	if err != nil {
		return err
	}
	if token == nil {
		return nil
	}
	if token != json.Delim('[') {
		return fmt.Errorf("what Records names is not a list, it begins with %s", begins(token))
	}
	for n := 1; d.decoder.More(); n++ {
		d.source.forget(d.place())
		d.twice = false
		if n > 1 && !d.source.skipComma() {
			return fmt.Errorf("record %d: %w", n, errNoComma)
		}
		value, err := d.decode()
		if err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		d.record(value, fmt.Sprintf("record %d", n), false)
		if d.stopped {
			return nil
		}
	}
	if _, err = d.decoder.Token(); err == nil {
		d.source.forget(d.place() - 1) // what is behind damage then begins with the bracket
	}
	return err
}

// record yields one record, or the problem that it is none.
func (d *document) record(value any, place string, test bool) {
	rec, err := cloudtrail.New(value)
	if err != nil {
		d.problem("Record could not be read", fmt.Errorf("%s: %w", place, err))
		return
	}
	rec.Test = test
	d.stopped = d.stopped || !d.yield(rec, nil)
	if d.twice {
		d.tell(detection.Problem{
			What: "Record can be read in two ways", Why: place + ": a key stands twice in one object, and only the last one was evaluated",
			EventID: rec.EventID(), Account: rec.Account(), Region: rec.Region(),
		})
	}
}

func (d *document) problem(what string, err error) {
	d.tell(detection.Problem{What: what, Why: err.Error()})
}

// tell yields what could not be read. Nobody knows what it would have shown, so it is
// as severe as an unknown alert.
func (d *document) tell(problem detection.Problem) {
	problem.Where, problem.Severity = d.where, detection.High
	d.stopped = d.stopped || !d.yield(cloudtrail.Record{}, &problem)
}

// at adds the place to an error.
func (d *document) at(err error) error {
	return fmt.Errorf("at byte %d: %w", d.place(), err)
}

// notEOF tells an object that ends too early from a payload that is at its end.
func notEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends in the middle")
	}
	return err
}

// begins is a JSON value's first token for an error message.
func begins(token json.Token) string {
	if token == nil {
		return "null"
	}
	return oneLine(fmt.Sprint(token))
}

// oneLine is the beginning of a text for an error message.
func oneLine(text string) string {
	return fmt.Sprintf("%.60q", strings.TrimSpace(text))
}
