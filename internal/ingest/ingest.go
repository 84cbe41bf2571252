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
		d.read(plain)
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
	decoder *json.Decoder
	offset  int64 // of the decoder's beginning in the payload
	values  int
	stopped bool // the consumer wants no more
}

func (d *document) read(plain io.Reader) {
	d.decoder = newDecoder(plain)
	for !d.stopped {
		err := d.value()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			d.problem("Payload could not be read to its end", d.at(err))
			if plain = d.nextLine(plain); plain == nil {
				return
			}
		}
	}
	if d.values == 0 && !d.stopped {
		d.problem("Payload could not be read", errors.New("it is empty"))
	}
}

func newDecoder(r io.Reader) *json.Decoder {
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	return decoder
}

// nextLine goes on behind damage at the next line that begins an object, so that one
// bad line of JSON lines hides no other. It returns nil when there is none.
func (d *document) nextLine(plain io.Reader) io.Reader {
	rest := bufio.NewReader(io.MultiReader(d.decoder.Buffered(), plain))
	skipped := d.decoder.InputOffset()
	for {
		line, err := rest.ReadSlice('\n')
		skipped += int64(len(line))
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil
		}
		if err != nil {
			continue
		}
		if next, _ := rest.Peek(1); string(next) == "{" {
			d.offset += skipped
			d.decoder = newDecoder(rest)
			return rest
		}
	}
}

// value reads one JSON value. The error is io.EOF at the payload's end.
func (d *document) value() error {
	token, err := d.decoder.Token()
	if err != nil {
		return err
	}
	d.values++
	if token != json.Delim('{') {
		return fmt.Errorf("a JSON object is wanted, this begins with %v", token)
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
		key, _ := token.(string)
		if key == "Records" {
			streamed = true
			if err := d.records(); err != nil || d.stopped {
				return err
			}
			continue
		}
		var value any
		if err := d.decoder.Decode(&value); err != nil {
			return err
		}
		members[key] = value
	}
	if _, err := d.decoder.Token(); err != nil {
		return err
	}
	if !streamed {
		d.envelope(members)
	}
	return nil
}

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
		return fmt.Errorf("records is not a list, it begins with %v", token)
	}
	for n := 1; d.decoder.More(); n++ {
		var value any
		if err := d.decoder.Decode(&value); err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		d.record(value, fmt.Sprintf("record %d", n), false)
		if d.stopped {
			return nil
		}
	}
	_, err = d.decoder.Token()
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
}

// problem yields what could not be read. Nobody knows what it would have shown, so it
// is as severe as an unknown alert.
func (d *document) problem(what string, err error) {
	if d.stopped {
		return
	}
	d.stopped = !d.yield(cloudtrail.Record{}, &detection.Problem{
		What: what, Why: err.Error(), Where: d.where, Severity: detection.High,
	})
}

// at adds the place to an error.
func (d *document) at(err error) error {
	return fmt.Errorf("at byte %d: %w", d.offset+d.decoder.InputOffset(), err)
}

// notEOF tells an object that ends too early from a payload that is at its end.
func notEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends in the middle")
	}
	return err
}

// oneLine is the beginning of a text for an error message.
func oneLine(text string) string {
	return fmt.Sprintf("%.60q", strings.TrimSpace(text))
}
