// Package cloudtrail reads CloudTrail records: AWS's words and AWS's shapes. It
// knows nothing of rules and alerts, and of the way a record came here only what whoever
// read it marks.
package cloudtrail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Record is one CloudTrail entry, as described on AWS's page "CloudTrail record
// contents". It is never changed after it was made and may be used from several
// goroutines; only that of [Scanner.Fleeting] ends with its turn. It is decoded when that
// is first needed; what most records are asked for is known without.
type Record struct {
	// Test marks a record that somebody made to try the way to the reader. What it
	// leads to says so.
	Test bool
	// Heartbeat marks a record that is made every few minutes to show that all works.
	Heartbeat bool
	// Bus marks a record that came in an event of EventBridge, by whichever way that came.
	Bus bool

	*content
	added []string
}

// content is what the copies of a record share.
type content struct {
	text   []byte
	doubts doubt
	found  header
	paths  *Paths // whose places are in spans
	spans  []span
	source string // eventSource, if it is plain
	name   string // eventName, if it is plain
	once   sync.Once
	read   *decoded
}

// New takes a decoded JSON value: objects as map[string]any, lists as []any and
// numbers as [json.Number]. The error says what a record must have and this value has
// not; it is the only reason for which a value is refused, because a strange record may
// still be an attack.
func New(value any) (Record, error) {
	var canonical bytes.Buffer
	encoder := json.NewEncoder(&canonical)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return Record{}, fmt.Errorf("a CloudTrail record is JSON: %w", err)
	}
	return Parse(bytes.TrimSpace(canonical.Bytes()))
}

// parsers know the order in which keys come from what was parsed before.
var parsers = sync.Pool{New: func() any { return new(Scanner) }}

// Parse reads a record from its JSON, which is copied. Beside what [New] refuses, it
// refuses what is no JSON.
func Parse(text []byte) (Record, error) {
	s := parsers.Get().(*Scanner)
	defer parsers.Put(s)
	s.Reset()
	text = bytes.TrimSpace(text)
	end, err := s.Scan(append(bytes.Clone(text), ' ')) // a number ends where something else begins
	if err == nil && end != len(text) {
		err = misplaced(text[end], "the end")
	}
	if err != nil {
		return Record{}, fmt.Errorf("at byte %d: %w", s.Offset(), err)
	}
	return s.Record(text)
}

// Record makes a record of the text that was scanned to its end, from its first byte to
// its last. The text is copied. The error is that of [New].
func (s *Scanner) Record(text []byte) (Record, error) {
	if text[0] != '{' {
		return Record{}, errNotObject(text)
	}
	c := &content{spans: slices.Clone(s.spans)}
	c.source, c.name = s.plainName(text, eventSource), s.plainName(text, eventName)
	return s.fill(c, bytes.Clone(text))
}

// Fleeting is Record without a copy. What it returns, and all copies of that, are good
// until the text is changed or the scanner is reset.
func (s *Scanner) Fleeting(text []byte) (Record, error) {
	if text[0] != '{' {
		return Record{}, errNotObject(text)
	}
	s.fleeting.spans = s.spans
	return s.fill(&s.fleeting, text)
}

func (s *Scanner) fill(c *content, text []byte) (Record, error) {
	c.text, c.doubts, c.found = text, s.doubts, s.found
	if !s.unsure {
		c.paths = s.Paths
	}
	rec := Record{content: c}
	if !s.hasPlain(eventName) && rec.EventName() == "" {
		return Record{}, errMissing(eventName)
	}
	if !s.hasPlain(eventSource) && rec.EventSource() == "" {
		return Record{}, errMissing(eventSource)
	}
	return rec, nil
}

// hasPlain says whether there is a member that takes no decoding.
func (s *Scanner) hasPlain(m member) bool {
	place := s.found.places[m]
	return s.doubts == 0 && s.found.odd>>m&1 == 0 && place.to > place.from
}

func errMissing(m member) error {
	return fmt.Errorf("not a CloudTrail record: it has no %s", memberNames[m])
}

// plainName is a member that is worth keeping apart, and empty where it takes decoding.
func (s *Scanner) plainName(text []byte, m member) string {
	if !s.hasPlain(m) {
		return ""
	}
	return s.names.of(text[s.found.places[m].from:s.found.places[m].to])
}

// Bytes is the record's JSON object as it came. It is valid JSON and must not be changed.
func (r Record) Bytes() []byte {
	if r.content == nil {
		return nil
	}
	return r.text
}

// Doubtful says that the record's bytes should not be trusted to be read alike by
// everybody: a key that stands twice or is written with escapes, text that is not UTF-8,
// numbers out of range, more than is evaluated. It is false for every record that AWS
// writes.
func (r Record) Doubtful() bool { return r.content != nil && r.doubts != 0 }

// Fields is the record's JSON object, numbers as [json.Number]. It must not be changed.
// What is too deep, too long or too much is cut, and [Record.Notes] says where.
func (r Record) Fields() map[string]any {
	if r.content == nil {
		return nil
	}
	return r.decoded().fields
}

func (c *content) decoded() *decoded {
	c.once.Do(func() { c.read = decode(c.text) })
	return c.read
}

// Notes says what is odd about the record, and what had to be altered before it could be
// evaluated. It is empty for every record that AWS writes.
func (r Record) Notes() []string {
	if !r.Doubtful() {
		return r.added
	}
	return slices.Concat(r.added, r.decoded().notes.lines())
}

// WithNote is the record with one more note, of how it came here.
func (r Record) WithNote(note string) Record {
	r.added = append(slices.Clip(r.added), note)
	return r
}

// Repeats says whether in some object of the record a key stands twice.
func (r Record) Repeats() bool { return r.Doubtful() && r.decoded().notes.has(noteTwice) }

// Cut says whether the record has more than is evaluated.
func (r Record) Cut() bool {
	return r.Doubtful() && r.decoded().notes.has(noteDepth, noteLong, noteValues)
}

// outermost is a member of the record that is text, and "" where it is something else.
func (r Record) outermost(m member) string {
	switch {
	case r.content == nil:
		return ""
	case r.doubts != 0 || r.found.odd>>m&1 == 1:
		return r.String(memberNames[m])
	}
	place := r.found.places[m]
	return string(r.text[place.from:place.to])
}

// Lookup returns the value at a path of object keys, and whether there is one. A
// null is no value: records leave a field out and write null for the same reason.
func (r Record) Lookup(path ...string) (any, bool) {
	var value any = r.Fields()
	for _, key := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		value = object[key]
	}
	return value, value != nil
}

// String returns the string at a path of object keys, and "" where there is none
// or something else stands.
func (r Record) String(path ...string) string {
	value, _ := r.Lookup(path...)
	text, _ := value.(string)
	return text
}

// EventID is CloudTrail's own id of the record. It may be empty, and it can be
// copied by whoever forges a record; see [Record.Key].
func (r Record) EventID() string { return r.outermost(eventID) }

// EventName is the API call. Insight records carry it in insightDetails.
func (r Record) EventName() string {
	if r.content != nil && r.name != "" {
		return r.name
	}
	return r.ownOrInsight(eventName)
}

// EventSource is the service's host name, such as ec2.amazonaws.com. Insight
// records carry it in insightDetails.
func (r Record) EventSource() string {
	if r.content != nil && r.source != "" {
		return r.source
	}
	return r.ownOrInsight(eventSource)
}

func (r Record) ownOrInsight(m member) string {
	own := r.outermost(m)
	if own != "" || !r.hasInsight() {
		return own
	}
	return r.String("insightDetails", memberNames[m])
}

func (r Record) hasInsight() bool {
	return r.Doubtful() || r.content != nil && r.found.odd>>insightDetails&1 == 1
}

// Time is eventTime, and the zero time where it is absent or not a time.
func (r Record) Time() time.Time {
	at, err := time.Parse(time.RFC3339, r.outermost(eventTime))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// Account is the account the record was delivered to, or else the caller's.
func (r Record) Account() string {
	if id := r.outermost(recipientAccountID); id != "" {
		return id
	}
	return r.String("userIdentity", "accountId")
}

// Region is awsRegion.
func (r Record) Region() string { return r.outermost(awsRegion) }

// Failed says whether the call was refused or went wrong. Each kind of event has
// its own way to say so: errorCode, errorMessage alone (failed sign-ins), or the
// word Failure under the event's own name in responseElements (ConsoleLogin,
// SwitchRole, CheckMfa).
func (r Record) Failed() bool {
	return r.says("errorCode") || r.says("errorMessage") ||
		r.String("responseElements", r.EventName()) == "Failure"
}

// says tells whether a field holds anything, of whatever type: AWS writes "" and null
// for nothing.
func (r Record) says(key string) bool {
	value, ok := r.Lookup(key)
	return ok && value != ""
}

// Key identifies the record on every lane: the first 32 hex digits of SHA-256 over
// eventID, eventSource, eventName, eventTime, recipientAccountId and the identity's
// ARN, each with its length before it. The id alone would let a forger silence
// somebody else's record by copying it. A record without an id is hashed whole.
func (r Record) Key() string {
	if r.EventID() == "" {
		// Maps are marshalled with sorted keys, so that the order in which a lane
		// delivers them does not matter. Decoded JSON always marshals.
		canonical, _ := json.Marshal(r.Fields())
		return Digest(string(canonical))
	}
	return Digest(r.EventID(), r.EventSource(), r.EventName(), r.String("eventTime"),
		r.String("recipientAccountId"), r.String("userIdentity", "arn"))
}

// Digest is the first 32 hex digits of SHA-256 over the parts, each with its
// length before it, so that no two lists of parts look alike.
func Digest(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(hash.Sum(nil))[:32]
}
