package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// document reads the JSON values of one payload.
type document struct {
	reader  Reader
	where   string
	yield   func(cloudtrail.Record, *detection.Problem) bool
	in      window
	scanner *cloudtrail.Scanner
	step    step
	shell   []byte // of an object with a list of records, all but the records
	listed  int    // records of the list
	values  int
	marked  bool // a byte-order mark stands before the next record
	loose   bool // damage hid what the list belongs to
	tried   bool // the value that comes next can't be read
	failed  int  // how far it could
	budget  int  // for finding records behind damage
	stopped bool // the consumer wants no more
}

// step is what may come next in a payload.
type step int

const (
	outside     step = iota // a value of its own
	firstOfList             // a record of a list, or the list's end
	ofList                  // a record of a list
	behindItem              // a comma, or the list's end
	behindList              // a comma and a member, or the object's end
)

// next reads what comes next.
func (d *document) next() error {
	switch d.step {
	case firstOfList, ofList:
		return d.item()
	case behindItem:
		return d.behindItem()
	case behindList:
		return d.member()
	default:
		return d.value()
	}
}

func (d *document) read() {
	for !d.stopped {
		err := d.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !d.damage(err) {
			return
		}
	}
	if d.values == 0 && !d.stopped {
		d.problem("Payload could not be read", errors.New("it is empty"), nil)
	}
}

const mark = "\uFEFF" // of byte order

// value reads a value of its own. The error is io.EOF at the payload's end.
func (d *document) value() error {
	c, err := d.in.next()
	if err != nil {
		return err
	}
	if c == mark[0] && d.passMark() {
		return nil
	}
	d.values++
	if c != '{' {
		return fmt.Errorf("a JSON object is wanted, this begins with %s", d.begins(c))
	}
	text, err := d.scanWhole()
	if errors.Is(err, cloudtrail.ErrStop) {
		d.shell = append(append(d.shell[:0], d.in.pass(d.scanner.Offset())...), "null"...)
		return d.list()
	}
	if err != nil {
		return err
	}
	d.in.pass(len(text))
	d.object(text)
	return nil
}

// listKey is the key of the list of records, which is never read as a whole.
const listKey = "Records"

// scanWhole reads an object up to a list of records, or to its end.
func (d *document) scanWhole() ([]byte, error) {
	d.scanner.Stop, d.scanner.Signs = listKey, signs
	return d.scan()
}

// scanPart reads a value inside another.
func (d *document) scanPart() ([]byte, error) {
	d.scanner.Stop, d.scanner.Signs = "", nil
	return d.scan()
}

func (d *document) passMark() bool {
	for len(d.in.rest()) < len(mark) {
		if d.in.more() != nil {
			return false
		}
	}
	d.marked = bytes.HasPrefix(d.in.rest(), []byte(mark))
	if d.marked {
		d.in.pass(len(mark))
	}
	return d.marked
}

// list enters the list of a log file. Null means none.
func (d *document) list() error {
	c, err := d.in.next()
	if err != nil {
		return notEOF(err)
	}
	d.listed, d.loose = 0, false
	if c == '[' {
		d.in.pass(1)
		d.step = firstOfList
		return nil
	}
	d.step = outside
	if c == 'n' {
		null, err := d.scanPart()
		if err != nil {
			return err
		}
		d.in.pass(len(null))
		d.step = behindList
		return nil
	}
	return fmt.Errorf("what Records names is not a list, it begins with %s", d.begins(c))
}

// item reads a record of a list.
func (d *document) item() error {
	c, err := d.in.next()
	if err != nil {
		return d.unfinished(err)
	}
	if c == ']' {
		if d.step == ofList {
			d.problem("Payload could not be read to its end", d.at(errors.New("the list of records ends with a comma")), d.here())
		}
		d.in.pass(1)
		d.step = behindList
		return nil
	}
	d.listed++
	text, err := d.scanPart()
	if err != nil {
		return fmt.Errorf("record %d: %w", d.listed, err)
	}
	d.step = behindItem
	d.in.pass(len(text))
	rec, err := d.recordOf(text)
	d.record(rec, err, d.passed("record", d.listed, text))
	return nil
}

// recordOf makes a record of what was scanned.
func (d *document) recordOf(text []byte) (cloudtrail.Record, error) {
	if d.reader.Fleeting {
		return d.scanner.Fleeting(text)
	}
	return d.scanner.Record(text)
}

// behindItem reads what stands between the records of a list. Behind damage it is not
// known whether there is a list at all.
func (d *document) behindItem() error {
	c, err := d.in.next()
	switch {
	case err != nil:
		return d.unfinished(err)
	case c == ',':
		d.in.pass(1)
		d.step = ofList
	case c == ']':
		d.in.pass(1)
		d.step = behindList
	case d.loose:
		d.step = outside
	case c == '{':
		d.problem("Payload could not be read to its end", d.at(fmt.Errorf("record %d: a comma is missing before it", d.listed+1)), d.here())
		d.step, d.loose = ofList, true
	default:
		return fmt.Errorf("behind record %d: %q stands where a comma or ] should", d.listed, string(rune(c)))
	}
	return nil
}

// member reads on in an object behind its list of records.
func (d *document) member() error {
	c, err := d.in.next()
	switch {
	case err != nil:
		return d.unfinished(err)
	case c == '}':
		d.shell = append(d.shell, d.in.pass(1)...)
		d.step = outside
		d.afterList()
		return nil
	case c != ',' && d.loose:
		d.step = outside
		return nil
	case c != ',':
		return fmt.Errorf("%q stands where a comma or } should", string(rune(c)))
	}
	d.in.pass(1)
	return d.keyAndValue()
}

func (d *document) keyAndValue() error {
	if c, err := d.in.next(); err != nil || c != '"' {
		return cmpError(notEOF(err), errors.New("a key is wanted"))
	}
	key, err := d.scanPart()
	if err != nil {
		return err
	}
	d.shell = append(append(d.shell, ','), key...)
	name, _ := cloudtrail.Text(key)
	d.in.pass(len(key))
	if c, err := d.in.next(); err != nil || c != ':' {
		return cmpError(notEOF(err), errors.New("a colon is wanted"))
	}
	d.in.pass(1)
	d.shell = append(d.shell, ':')
	if name == listKey {
		d.shell = append(d.shell, "null"...)
		return d.list()
	}
	if _, err := d.in.next(); err != nil {
		return notEOF(err)
	}
	value, err := d.scanPart()
	if err != nil {
		return err
	}
	if d.shell = append(d.shell, value...); len(d.shell) > maxValue {
		return errTooLarge
	}
	d.in.pass(len(value))
	return nil
}

// scan reads a value and returns its text, without passing it.
func (d *document) scan() ([]byte, error) {
	d.scanner.Reset()
	for {
		end, err := d.scanner.Scan(d.in.rest())
		if errors.Is(err, cloudtrail.ErrShort) {
			if err = notEOF(d.in.more()); err == nil {
				continue
			}
		}
		if err != nil && !errors.Is(err, cloudtrail.ErrStop) {
			d.tried, d.failed = true, d.scanner.Offset()
		}
		return d.in.rest()[:end], err
	}
}

// unfinished is the error of a list or object that is not complete.
func (d *document) unfinished(err error) error {
	if d.loose && errors.Is(err, io.EOF) {
		return io.EOF // damage was told of, and this is part of it
	}
	return notEOF(err)
}

// notEOF tells a value that ends too early from a payload that is at its end.
func notEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return cloudtrail.ErrShort
	}
	return err
}

func cmpError(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// begins is the beginning of the next value for an error message. It begins with c.
func (d *document) begins(c byte) string {
	if strings.IndexByte("[{", c) >= 0 {
		return oneLine(string(rune(c)))
	}
	text, err := d.scanPart()
	d.tried, d.failed = false, 0
	if err != nil {
		return oneLine(string(d.in.rest()[:max(d.scanner.Offset(), 1)]))
	}
	if string(text) == "null" {
		return "null"
	}
	if decoded, ok := cloudtrail.Text(text); ok {
		return oneLine(decoded)
	}
	return oneLine(string(text))
}

// oneLine is the beginning of a text for an error message.
func oneLine(text string) string {
	return fmt.Sprintf("%.60q", strings.TrimSpace(text))
}
