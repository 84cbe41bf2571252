package ingest

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Command is a payload by which trailbell tells itself to do something.
type Command struct {
	// Flush asks for the follow-up of a window that is over; nil where it is not asked for.
	Flush *detection.Flush
	// Deliver asks for a message to be sent again to one place; nil where it is not asked for.
	Deliver *detection.Delivery
	// Heartbeat asks for an alert that shows that alerts can be sent.
	Heartbeat bool
}

// ParseCommand reads a payload that is a command and nothing else: the object
// {"trailbell":"heartbeat"}, {"trailbell":"flush","window":"...","first":"..."} or
// {"trailbell":"deliver","to":"...","body":"...","attributes":"..."}, each member once and no
// other. Commands among records are never followed, because whoever
// writes what is recorded could give them; [Reader.Records] tells of them.
func ParseCommand(payload []byte) (Command, bool) {
	members, plain := words(bytes.TrimSpace(payload), maxMembers)
	needs, known := commands[members["trailbell"]]
	if !plain || !known || len(members) != len(needs)+1 {
		return Command{}, false
	}
	for _, name := range needs {
		if members[name] == "" {
			return Command{}, false
		}
	}
	switch members["trailbell"] {
	case "flush":
		return Command{Flush: &detection.Flush{Window: members["window"], First: members["first"]}}, true
	case "deliver":
		return Command{Deliver: &detection.Delivery{To: members["to"], Body: members["body"], Attributes: members["attributes"]}}, true
	}
	return Command{Heartbeat: true}, true
}

// commands are the members that each command has beside its name. None may be empty.
var commands = map[string][]string{
	"heartbeat": nil,
	"flush":     {"window", "first"},
	"deliver":   {"to", "body", "attributes"},
}

// maxMembers is how many members a command has.
const maxMembers = 4

// words are the members of an object that holds at most so many texts, each once, and
// nothing else.
func words(text []byte, most int) (members map[string]string, plain bool) {
	if len(text) == 0 || text[0] != '{' || !json.Valid(text) {
		return nil, false
	}
	members = map[string]string{}
	for key, value := range cloudtrail.Members(text) {
		word, isText := cloudtrail.Text(value)
		if _, before := members[key]; before || !isText || len(members) == most {
			return nil, false
		}
		members[key] = word
	}
	return members, true
}

//go:embed test_record.json
var testRecord string

// Heartbeat is a record of our own that a shipped rule matches, marked as a heartbeat.
func (r Reader) Heartbeat() (cloudtrail.Record, error) {
	rec, err := r.sample()
	if err != nil {
		return cloudtrail.Record{}, fmt.Errorf("the built-in sample is damaged: %w", err)
	}
	rec.Heartbeat = true
	return rec, nil
}

// command handles {"trailbell": "test"}: a record of our own that a shipped rule
// matches, marked as a test. The other commands are followed by whoever gets the payload,
// if they are all of it; here they came among records, or in a form that nobody makes.
func (d *document) command(value []byte) {
	switch command, _ := cloudtrail.Text(value); command {
	case "test":
		rec, err := d.reader.sample()
		if err != nil {
			d.problem("Payload could not be read", fmt.Errorf("the built-in sample is damaged: %w", err), nil)
			return
		}
		rec.Test = true
		d.record(rec, nil, d.passed("sample", 0, nil))
	case "flush", "deliver", "heartbeat", "resume":
		d.problem("Payload could not be read", fmt.Errorf("the command %s is followed as trailbell makes it and as a payload of its own, and nowhere else", command), nil)
	default:
		d.problem("Payload could not be read", fmt.Errorf("trailbell does not know the command %s", oneLine(cmp.Or(command, string(value)))), nil)
	}
}

func (r Reader) sample() (cloudtrail.Record, error) {
	var sample map[string]any
	decoder := json.NewDecoder(strings.NewReader(testRecord))
	decoder.UseNumber()
	if err := decoder.Decode(&sample); err != nil {
		return cloudtrail.Record{}, err
	}
	if r.Now != nil {
		sample["eventTime"] = r.Now().UTC().Format(time.RFC3339)
	}
	return cloudtrail.New(sample)
}
