package cloudtrail

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What a record may hold. AWS writes none over 256 KB, and no such record reaches any of
// these limits: what is cut was made to be cut.
const (
	maxDepth  = 100       // of objects and lists in one another
	maxString = 256 << 10 // bytes of a text
	// maxValues is the number of values in a record. No outermost member may take more
	// than half of what is left, so that one that a caller fills can't crowd out what AWS
	// writes behind it. In 256 KB there is room for 128 K values.
	maxValues = 256 << 10
)

// tooDeep stands for what is below maxDepth.
const tooDeep = "[cut: deeper than 100 levels]"

// decoded is a record's content.
type decoded struct {
	fields map[string]any
	notes  notes
}

// decode reads an object that a [Scanner] has checked.
func decode(text []byte) *decoded {
	d := decoder{text: text, left: maxValues}
	value, _ := d.value().(map[string]any)
	return &decoded{fields: value, notes: d.notes}
}

// decoder reads JSON that is known to be valid.
type decoder struct {
	text  []byte
	at    int
	depth int
	left  int // values that may still be read
	path  []string
	notes notes
}

// next is the first byte that is neither space nor one of the bytes between values.
func (d *decoder) next() byte {
	for {
		switch c := d.text[d.at]; c {
		case ' ', '\n', '\r', '\t', ',', ':':
			d.at++
		default:
			return c
		}
	}
}

func (d *decoder) value() any {
	d.left--
	switch d.next() {
	case '{', '[':
		return d.container()
	case '"':
		return d.string()
	case 't':
		d.at += len("true")
		return true
	case 'f':
		d.at += len("false")
		return false
	case 'n':
		d.at += len("null")
		return nil
	}
	return d.number()
}

// container reads an object or list, as far as the limits allow.
func (d *decoder) container() any {
	if d.depth == maxDepth {
		d.note(noteDepth)
		d.skip()
		return tooDeep
	}
	d.depth++
	reserve := 0
	if d.depth == 2 {
		reserve = d.left / 2
	}
	d.left -= reserve
	var value any
	if d.text[d.at] == '{' {
		value = d.object()
	} else {
		value = d.list()
	}
	d.left += reserve
	d.depth--
	return value
}

func (d *decoder) object() map[string]any {
	object := map[string]any{}
	for d.at++; d.next() != '}'; {
		key := d.string()
		d.path = append(d.path, key)
		if d.left <= 0 {
			d.note(noteValues)
			d.next()
			d.skip()
		} else {
			if _, before := object[key]; before {
				d.note(noteTwice)
			}
			object[key] = d.value()
		}
		d.path = d.path[:len(d.path)-1]
	}
	d.at++
	return object
}

func (d *decoder) list() []any {
	list := []any{}
	for d.at++; d.next() != ']'; {
		if d.left <= 0 {
			d.note(noteValues)
			d.skip()
			continue
		}
		list = append(list, d.value())
	}
	d.at++
	return list
}

// string reads a text and notes what is odd about it.
func (d *decoder) string() string {
	raw := d.quoted()
	var odd textOddity
	text := unquote(raw, &odd)
	if odd.bytes {
		d.note(noteUTF8)
	}
	if odd.surrogate {
		d.note(noteSurrogate)
	}
	if len(text) > maxString {
		d.note(noteLong)
		cut := maxString
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		return strings.Clone(text[:cut])
	}
	return text
}

// quoted passes a text and returns what stands between its quotes.
func (d *decoder) quoted() []byte {
	from := d.at + 1
	d.at = behindText(d.text, from)
	return d.text[from : d.at-1]
}

// behindText is the place behind the quote that closes a valid text.
func behindText(text []byte, i int) int {
	for {
		i = plainUntil(text, i)
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i += 2
		default:
			i++
		}
	}
}

func (d *decoder) number() any {
	from := d.at
	for d.at < len(d.text) && numberClass[d.text[d.at]] != classOther {
		d.at++
	}
	number := string(d.text[from:d.at])
	if odd(number) {
		d.note(noteNumber)
		return number
	}
	return json.Number(number)
}

// skip passes a value of any depth.
func (d *decoder) skip() {
	for depth := 0; ; {
		switch d.text[d.at] {
		case '"':
			d.quoted()
		case '{', '[':
			depth++
			d.at++
		case '}', ']':
			depth--
			d.at++
		case ',', ':', ' ', '\n', '\r', '\t':
			d.at++
			continue
		default:
			d.at++
			for d.at < len(d.text) && strings.IndexByte(",:]} \n\r\t", d.text[d.at]) < 0 {
				d.at++
			}
		}
		if depth == 0 {
			return
		}
	}
}

func (d *decoder) note(kind noteKind) { d.notes.add(kind, d.path) }

// Members yields the keys and values of an object that a [Scanner] has checked, in their
// order. The values are parts of the text.
func Members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		d := decoder{text: object}
		d.next()
		for d.at++; d.next() != '}'; {
			key := unquote(d.quoted(), nil)
			d.next()
			from := d.at
			d.skip()
			if !yield(key, object[from:d.at]) {
				return
			}
		}
	}
}

// Text is the text that a JSON value is, and whether it is one. A [Scanner] has checked it.
func Text(value []byte) (text string, ok bool) {
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	return unquote(value[1:len(value)-1], nil), true
}

// textOddity is what can't be kept of a text: every such byte or half is U+FFFD in its place.
type textOddity struct{ bytes, surrogate bool }

// unquote undoes the escapes of a valid text as encoding/json does.
func unquote(raw []byte, odd *textOddity) string {
	if plainUntil(raw, 0) == len(raw) {
		return string(raw)
	}
	if odd == nil {
		odd = new(textOddity)
	}
	out := make([]byte, 0, len(raw)+8)
	for i := 0; i < len(raw); {
		plain := plainUntil(raw, i)
		out = append(out, raw[i:plain]...)
		if i = plain; i == len(raw) {
			break
		}
		if raw[i] == '\\' {
			r, n, half := unescape(raw[i:])
			odd.surrogate = odd.surrogate || half
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		r, n := utf8.DecodeRune(raw[i:])
		odd.bytes = odd.bytes || r == utf8.RuneError && n == 1
		out = utf8.AppendRune(out, r)
		i += n
	}
	return string(out)
}

var escapes = [256]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape reads the escape that a valid text begins with. It says whether that is half of
// a surrogate pair.
func unescape(text []byte) (r rune, n int, half bool) {
	if text[1] != 'u' {
		return escapes[text[1]], 2, false
	}
	r, _ = hex4(text[2:])
	if !utf16.IsSurrogate(r) {
		return r, 6, false
	}
	if rest := text[6:]; len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		low, _ := hex4(rest[2:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12, false
		}
	}
	return utf8.RuneError, 6, true
}

// kindOf names the kind of a JSON value for a person.
func kindOf(value []byte) string {
	switch value[0] {
	case 'n':
		return "null"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	return "a number"
}

func errNotObject(value []byte) error {
	return fmt.Errorf("a CloudTrail record is a JSON object, this is %s", kindOf(value))
}
