// Package cloudtrail reads CloudTrail records: AWS's words and AWS's shapes. It
// knows nothing of rules, of alerts, or of the way a record came here.
package cloudtrail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// A Record is one CloudTrail entry, as described on AWS's page "CloudTrail record
// contents". It is never changed after [New] and may be used from several goroutines.
type Record struct {
	// Test marks a record that somebody made to try the way to the reader. What it
	// leads to says so.
	Test bool

	fields map[string]any
	notes  []string
}

// New takes a decoded JSON value: objects as map[string]any, lists as []any and
// numbers as [json.Number]. The record owns the value from then on. The error says
// what a record must have and this value has not; it is the only reason for which
// a value is refused, because a strange record may still be an attack.
func New(value any) (Record, error) {
	fields, ok := value.(map[string]any)
	if !ok {
		return Record{}, fmt.Errorf("a CloudTrail record is a JSON object, this is %s", kindOf(value))
	}
	rec := Record{fields: fields}
	rec.notes = tame(fields)
	for _, key := range []string{"eventName", "eventSource"} {
		if rec.ownOrInsight(key) == "" {
			return Record{}, fmt.Errorf("not a CloudTrail record: it has no %s", key)
		}
	}
	return rec, nil
}

// Fields is the record's JSON object. It must not be changed.
func (r Record) Fields() map[string]any { return r.fields }

// Notes says what had to be altered before the record could be evaluated. It is
// empty for every record that AWS writes.
func (r Record) Notes() []string { return r.notes }

// Bytes is the record's JSON object.
func (r Record) Bytes() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(r.fields) // decoded JSON always marshals
	return out.Bytes()
}

// Doubtful says whether something of the record was cut or odd.
func (r Record) Doubtful() bool { return len(r.notes) > 0 }

// Lookup returns the value at a path of object keys, and whether there is one. A
// null is no value: records leave a field out and write null for the same reason.
func (r Record) Lookup(path ...string) (any, bool) {
	var value any = r.fields
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
func (r Record) EventID() string { return r.String("eventID") }

// EventName is the API call. Insight records carry it in insightDetails.
func (r Record) EventName() string { return r.ownOrInsight("eventName") }

// EventSource is the service's host name, such as ec2.amazonaws.com. Insight
// records carry it in insightDetails.
func (r Record) EventSource() string { return r.ownOrInsight("eventSource") }

func (r Record) ownOrInsight(key string) string {
	if own := r.String(key); own != "" {
		return own
	}
	return r.String("insightDetails", key)
}

// Time is eventTime, and the zero time where it is absent or not a time.
func (r Record) Time() time.Time {
	at, err := time.Parse(time.RFC3339, r.String("eventTime"))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// Account is the account the record was delivered to, or else the caller's.
func (r Record) Account() string {
	if id := r.String("recipientAccountId"); id != "" {
		return id
	}
	return r.String("userIdentity", "accountId")
}

// Region is awsRegion.
func (r Record) Region() string { return r.String("awsRegion") }

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
		canonical, _ := json.Marshal(r.fields)
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

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return "a number"
	}
}
