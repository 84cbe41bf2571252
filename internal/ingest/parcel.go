package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
)

// A Lane is a service of AWS that hands over payloads inside one of its own. Queues are
// not among them: see [Messages].
type Lane string

// The lanes. Each name is followed by the page of AWS that shows the form.
const (
	// LogGroup is CloudWatch Logs, which packs log events of a subscription ("Log group-level
	// subscription filters" in its user guide), bare or in the parcel that a function gets.
	LogGroup Lane = "log group"
	// Stream is Kinesis Data Streams by an event source mapping ("Process Amazon Kinesis Data
	// Streams records with Lambda" in Lambda's developer guide).
	Stream Lane = "stream"
	// Transformation is Firehose, which wants each record back ("Transform source data" in
	// its developer guide).
	Transformation Lane = "transformation"
	// Topic is SNS, by an event for a function or by what it lays into a queue ("Amazon SNS
	// message and JSON formats" in its developer guide).
	Topic Lane = "topic"
	// Failed is what Lambda sends to the destination of an invocation ("Capturing records of
	// Lambda asynchronous invocations" in its developer guide).
	Failed Lane = "failed invocation"
)

// A Parcel is a payload that carries others.
type Parcel struct {
	Lane  Lane
	Items []Item // in the order in which they came
}

// An Item is one of the payloads that a parcel carries.
type Item struct {
	// ID is what the answer to the service calls it. It is empty where the parcel has none.
	ID string
	// Where names it in problems. It is the same each time the item comes.
	Where string
	// Body is the payload, which may be gzip or a parcel itself.
	Body []byte
	// Data is the JSON value that Body was taken from, as it stood in the parcel.
	Data json.RawMessage
	// Err says why there is no Body.
	Err error
}

// Open takes a parcel apart, and says whether the payload is one. It opens none inside it.
// The error says why a parcel can't be taken apart; then nothing is known of what it holds.
func Open(payload []byte) (parcel Parcel, isParcel bool, err error) {
	text := bytes.TrimSpace(payload)
	if len(text) == 0 || text[0] != '{' || !json.Valid(text) {
		return Parcel{}, false, nil
	}
	members, twice := map[string][]byte{}, ""
	for key, value := range cloudtrail.Members(text) {
		if _, before := members[key]; before {
			twice = key
		}
		members[key] = value
	}
	if twice == listKey {
		return Parcel{}, false, nil // one of the two would be lost
	}
	parcel, isParcel, err = open(members)
	if isParcel && err == nil && twice != "" {
		return Parcel{}, true, fmt.Errorf("open %s: %s stands twice", parcel.Lane, oneLine(twice))
	}
	return parcel, isParcel, err
}

// openers say by which members a parcel is known, and how it is opened.
var openers = []struct {
	signs []string
	open  func(map[string][]byte) (Parcel, error)
}{
	{[]string{"awslogs"}, openSubscription},
	{[]string{"messageType", "logEvents"}, openLogGroup},
	{[]string{"invocationId", "records"}, openTransformation},
	{[]string{"requestContext", "requestPayload"}, openFailed},
	{[]string{"requestContext", "payload"}, openFailed},
	{[]string{"requestContext", "KinesisBatchInfo"}, openFailed},
	{[]string{"TopicArn", "Message"}, openNotification},
}

// open takes a parcel apart by its members.
func open(members map[string][]byte) (parcel Parcel, isParcel bool, err error) {
	if items, lane := laneOf(members[listKey]); lane != "" {
		return openList(items, lane), true, nil
	}
	for _, o := range openers {
		if slices.ContainsFunc(o.signs, func(sign string) bool { return members[sign] == nil }) {
			continue
		}
		if parcel, err = o.open(members); err != nil {
			err = fmt.Errorf("open %s: %w", parcel.Lane, err)
		}
		return parcel, true, err
	}
	return Parcel{}, false, nil
}

// sources are what items of a list say of where they come from.
var sources = map[Lane]string{Stream: "aws:kinesis", Topic: "aws:sns"}

// laneOf tells a list of a stream's records or a topic's messages from a log file, by the
// first item that says where it comes from.
func laneOf(list []byte) ([]json.RawMessage, Lane) {
	if !bytes.Contains(list, []byte(sources[Stream])) && !bytes.Contains(list, []byte(sources[Topic])) {
		return nil, ""
	}
	var items []json.RawMessage
	if json.Unmarshal(list, &items) != nil {
		return nil, ""
	}
	for _, item := range items {
		var of struct {
			Stream any `json:"eventSource"`
			Topic  any `json:"EventSource"`
		}
		_ = json.Unmarshal(item, &of) // what is read of one that is odd is enough
		switch {
		case of.Stream == sources[Stream]:
			return items, Stream
		case of.Topic == sources[Topic]:
			return items, Topic
		}
	}
	return nil, ""
}

// openList opens each item for itself, so that one that is odd hides no other.
func openList(list []json.RawMessage, lane Lane) Parcel {
	parcel := Parcel{Lane: lane}
	for i, raw := range list {
		item := listed[lane](raw)
		if item.Where == "" {
			item.Where = fmt.Sprintf("item %d", i+1)
		}
		parcel.Items = append(parcel.Items, item)
	}
	return parcel
}

// begins are how AWS begins a batch or a parcel, and CloudTrail never a log file. They are
// looked for because a parcel may be larger than any value of a log file. A batch with
// members in another order is read as a list of records, and each of them is a problem.
var begins = [][]string{
	{"{", `"Records"`, ":", "[", "{", `"messageId"`},
	{"{", `"Records"`, ":", "[", "{", `"kinesis"`},
	{"{", `"Records"`, ":", "[", "{", `"EventSource"`},
	{"{", `"awslogs"`},
	{"{", `"messageType"`},
	{"{", `"owner"`},
	{"{", `"invocationId"`},
	{"{", `"version"`, ":", `"1.0"`},
	{"{", `"Type"`, ":", `"Notification"`},
}

// lastPart is the last part of an ARN, which is the name of what it stands for.
func lastPart(arn string) string { return clipped(arn[strings.LastIndexAny(arn, ":/")+1:]) }

// maxName is how much of a name is told. AWS's are shorter but for those of log groups.
const maxName = 128

func clipped(name string) string { return strings.ToValidUTF8(name[:min(len(name), maxName)], "") }
