package ingest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/ingest"
)

func quoted(text string) string {
	q, _ := json.Marshal(text)
	return string(q)
}

func base(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// logEvents are log events as CloudWatch Logs packs them; their ids are e1, e2 and so on.
func logEvents(messages ...string) string {
	var events []string
	for i, m := range messages {
		events = append(events, fmt.Sprintf(`{"id":"e%d","timestamp":1770091506000,"message":%s}`, i+1, quoted(m)))
	}
	return `{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"trail","logStream":"s","subscriptionFilters":["f"],"logEvents":[` + strings.Join(events, ",") + `]}`
}

const control = `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1770091506000,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`

func subscription(data string) string { return `{"awslogs":{"data":` + quoted(data) + `}}` }

// stream is a batch of a stream whose sequence numbers are 1, 2 and so on.
func stream(data ...string) string {
	var records []string
	for i, d := range data {
		records = append(records, fmt.Sprintf(`{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"%d","data":%s,"approximateArrivalTimestamp":1770091506.123},`+
			`"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-0:%[1]d","eventName":"aws:kinesis:record","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/trail"}`, i+1, quoted(base(d))))
	}
	return list(records...)
}

// transformation is what Firehose asks a function to look at; the ids are 1, 2 and so on.
func transformation(data ...string) string {
	var records []string
	for i, d := range data {
		records = append(records, fmt.Sprintf(`{"recordId":"%d","approximateArrivalTimestamp":1770091506123,"data":%s}`, i+1, quoted(base(d))))
	}
	return `{"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:us-east-1:123456789012:deliverystream/trail","region":"us-east-1","records":[` + strings.Join(records, ",") + `]}`
}

func failed(payload string) string {
	return `{"version":"1.0","timestamp":"2026-02-03T04:05:06.789Z","requestContext":{"requestId":"r1","functionArn":"arn:aws:lambda:us-east-1:123456789012:function:detect:$LATEST",` +
		`"condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":` + payload + `,"responseContext":{"statusCode":200,"functionError":"Unhandled"},"responsePayload":{"errorMessage":"x"}}`
}

func topic(messages ...string) string {
	var records []string
	for i, m := range messages {
		records = append(records, fmt.Sprintf(`{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"arn:aws:sns:us-east-1:123456789012:trail:5","Sns":{"Type":"Notification",`+
			`"MessageId":"m%d","TopicArn":"arn:aws:sns:us-east-1:123456789012:trail","Subject":null,"Message":%s,"Timestamp":"2026-02-03T04:05:06.789Z","MessageAttributes":{}}}`, i+1, quoted(m)))
	}
	return list(records...)
}

func notification(message string) string {
	return `{"Type":"Notification","MessageId":"m1","TopicArn":"arn:aws:sns:us-east-1:123456789012:trail","Message":` + quoted(message) + `,"Timestamp":"2026-02-03T04:05:06.789Z"}`
}

var parcelSeeds = []string{
	logEvents(rec("a"), "cut"), control, subscription(base(rec("a"))), stream(rec("a"), "x"), transformation(rec("a"), "{}"), failed(rec("a")), failed(`{}`),
	topic(rec("a"), "x"), notification(rec("a")), list(message("m1", failed(stream(notification(rec("a")))))), `{"awslogs":{"data":5}}`, `{"awslogs":5}`,
	`{"messageType":"x","logEvents":[]}`, `{"messageType":"DATA_MESSAGE","logEvents":[5,{"id":1},{"message":null}]}`, `{"invocationId":1,"records":[5,{"recordId":1}]}`,
	`{"requestContext":5,"payload":"{}"}`, `{"requestContext":{},"KinesisBatchInfo":{}}`, `{"TopicArn":1,"Message":{}}`, list(`{"kinesis":5,"eventSource":"aws:kinesis"}`, `5`),
	list(`{"EventSource":"aws:sns","Sns":{}}`), `{"requestContext":1}`, `{"awslogs":{},"awslogs":{}}`,
}

func ExampleOpen() {
	parcel, isParcel, err := ingest.Open([]byte(`{"Records": [{"eventSource": "aws:kinesis", "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/trail",
		"kinesis": {"sequenceNumber": "4954", "data": "eyJldmVudE5hbWUiOiJTdG9wTG9nZ2luZyJ9"}}]}`))
	fmt.Println(isParcel, err, parcel.Lane)
	for _, item := range parcel.Items {
		fmt.Printf("%s (%s): %s\n", item.ID, item.Where, item.Body)
	}
	// Output:
	// true <nil> stream
	// 4954 (record 4954 of stream trail): {"eventName":"StopLogging"}
}

// inside reads a payload, and shortens each problem to its place and what is wrong.
func inside(t *testing.T, payload string) []string {
	t.Helper()
	var got []string
	for record, problem := range (ingest.Reader{}).Records(iotest.OneByteReader(strings.NewReader(payload)), "here") {
		if problem == nil {
			got = append(got, record.EventID())
			continue
		}
		got = append(got, "! "+problem.Where+": "+problem.Why)
	}
	return got
}

func TestRecordsOfEveryLane(t *testing.T) {
	good := event(api, "aws.ec2", rec("a"))
	cut := rec("x")[:60]
	tests := []struct {
		name, payload string
		want          []string // for a problem, how it begins
	}{
		{"log events of a subscription", subscription(base(zipped(t, logEvents(rec("a"), rec("b"))))), []string{"a", "b"}},
		{"log events that one is cut of", subscription(base(zipped(t, logEvents(rec("a"), cut, rec("b"))))), []string{"a", "! here, log events, log event e2 of log group trail: at byte 60", "b"}},
		{"log events that are no records", logEvents("START RequestId: 1", `{"a":1}`, ""), []string{
			"! here, log event e1 of log group trail: at byte", "! here, log event e2 of log group trail: value 1:", "! here, log event e3 of log group trail: it is empty",
		}},
		{"log events among which is none", `{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[5,` + `{"id":"e","message":` + quoted(rec("a")) + `}]}`, []string{"! here, item 1 of log group g: json:", "a"}},
		{"a message that asks whether somebody is there", subscription(base(zipped(t, control))), nil},
		{"a message of an unknown type", `{"messageType":"NEW","logEvents":[]}`, []string{`! here: open log group: messageType "NEW"`}},
		{"a subscription that is no base64", subscription("%%%"), []string{"! here, log events: its data is no base64"}},
		{"a subscription that is no gzip", subscription(base("\x1f\x8bxx")), []string{"! here, log events: unpack gzip"}},
		{"a subscription that is cut", subscription(base(zipped(t, logEvents(rec("a")))[:100])), []string{"! here, log events: "}},
		{"a subscription that is no JSON", subscription(base(zipped(t, "x"))), []string{"! here, log events: at byte 0"}},
		{"a subscription without data", `{"awslogs":{}}`, []string{"! here, log events: its data is no text"}},
		{"a subscription of another form", `{"awslogs":5}`, []string{"! here: open log group: read awslogs"}},
		{"a stream of everything", stream(rec("a"), list(rec("b"), rec("c")), good, zipped(t, logEvents(rec("d"))), "x", rec("e")), []string{"a", "b", "c", "a", "d", "! here, record 5 of stream trail: at byte 0", "e"}},
		{"a stream with what is no record of it", list(`{"eventSource":"aws:kinesis","kinesis":{"sequenceNumber":"7","data":5}}`, `{"eventSource":"aws:kinesis"}`), []string{"! here: record 1:", "! here: record 2:"}},
		{"a delivery stream", transformation(rec("a"), "x", zipped(t, logEvents(rec("b")))), []string{"a", "! here, record 2 of delivery stream trail: at byte 0", "b"}},
		{"a failed invocation", failed(good), []string{"a"}},
		{"a failed invocation with a subscription", failed(subscription(base(zipped(t, logEvents(rec("a")))))), []string{"a"}},
		{"a batch that failed, from S3", `{"version":"1.0","requestContext":{"requestId":"r1"},"KinesisBatchInfo":{},"payload":` + quoted(stream(rec("a"))) + `}`, []string{"a"}},
		{"a batch that failed, from a queue", `{"requestContext":{"requestId":"r1"},"KinesisBatchInfo":{}}`, []string{"! here, request r1 that failed: it says where in a stream"}},
		{"a topic", topic(good, "x", rec("b")), []string{"a", "! here, message m2 of topic trail: at byte 0", "b"}},
		{"a topic's message in a queue", list(message("q1", notification(good))), []string{"a"}},
		{"a queue's message of a failed invocation for a stream", list(message("q1", failed(stream(rec("a"), "x")))), []string{"a", "! here, message q1 of queue retry, request r1 that failed, record 2 of stream trail: at byte 0"}},
		{"several, one after the other", logEvents(rec("a")) + logEvents(rec("b")) + "\n" + notification(rec("c")), []string{"a", "b", "c"}},
		{"in gzip", zipped(t, stream(rec("a"))), []string{"a"}},
		{"a member twice", `{"awslogs":{"data":"x"},"awslogs":{"data":` + quoted(base(rec("a"))) + `}}`, []string{`! here: "awslogs" stands twice, and only the last one`, "a"}},
		{"a command by a stream", stream(`{"trailbell":"flush","window":"w","first":"f"}`), []string{"! here, record 1 of stream trail: the command flush"}},
		{"a record with a key like a parcel's", `{"eventSource":"s","eventName":"n","eventID":"a","requestContext":{}}`, []string{"a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := inside(t, test.payload)
			for i := range min(len(got), len(test.want)) {
				if strings.HasPrefix(test.want[i], "! ") && strings.HasPrefix(got[i], test.want[i]) {
					got[i] = test.want[i]
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoParcel(t *testing.T) {
	for _, payload := range []string{
		"", "x", "[]", "{}", rec("a"), list(rec("a")), event(api, "aws.ec2", rec("a")), list(message("m1", stream(rec("a")))), list(strings.Replace(rec("a"), "{[,:", "aws:sns", 1)),
		`{"Records":[` + rec("a") + `],"Records":` + stream(rec("b"))[11:], stream(rec("a"))[:200], `{"requestContext":{}}`,
	} {
		if parcel, is, err := ingest.Open([]byte(payload)); is || err != nil || parcel.Items != nil {
			t.Errorf("%.80s: %t, %v", payload, is, err)
		}
	}
}

func TestAParcelGivesBackWhatItGot(t *testing.T) {
	payload := strings.Replace(transformation("ab>", "cd?"), "YWI+", `YWI\u002b`, 1)
	parcel, _, err := ingest.Open([]byte(payload))
	if err != nil || len(parcel.Items) != 2 || string(parcel.Items[0].Data) != `"YWI\u002b"` || string(parcel.Items[0].Body) != "ab>" || string(parcel.Items[1].Data) != `"Y2Q/"` {
		t.Errorf("%v, %+v", err, parcel.Items)
	}
}

// Each hostile nesting ends, soon, with a problem.
func TestNestingEnds(t *testing.T) {
	deep := func(n int, wrap func(string) string) string {
		text := rec("a")
		for range n {
			text = wrap(text)
		}
		return text
	}
	large := zipped(t, strings.Repeat(" ", 10<<20)+rec("a"))
	tests := []struct{ name, payload, want string }{
		{"six streams inside each other are read", deep(6, func(s string) string { return stream(s) }), "a"},
		{"seven are not", deep(7, func(s string) string { return stream(s) }), "only 6 are opened"},
		{"log events in log events", deep(12, func(s string) string { return subscription(base(zipped(t, logEvents(s)))) }), "only 6 are opened"},
		{"ten thousand failed invocations", deep(9000, func(s string) string { return `{"requestContext":{},"requestPayload":` + s + `}` }), "! "},
		{"messages in messages", deep(8, func(s string) string { return list(message("m", s)) }), "only 6 are opened"},
		{"many that each unpack to a lot", stream(slices.Repeat([]string{large}, 30)...), "have more than 256 MB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now()
			got := strings.Join(inside(t, test.payload), "\n")
			if !strings.Contains(got, test.want) || time.Since(began) > 30*time.Second {
				t.Errorf("after %s: %.300s", time.Since(began), got)
			}
		})
	}
}

// What a function gets from a parcel is what a bare record is: the same key, the same alerts.
func TestTheKeyIsTheSameOnEveryLane(t *testing.T) {
	raw, err := os.ReadFile("../../events/cloudtrail-trail-stopped.json")
	if err != nil {
		t.Fatal(err)
	}
	var sample struct {
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(raw, &sample); err != nil {
		t.Fatal(err)
	}
	bare, keys := string(sample.Detail), map[string][]string{}
	for name, payload := range map[string]string{
		"bare": bare, "an event": string(raw), "a log group": subscription(base(zipped(t, logEvents(bare)))), "a stream": stream(bare), "a delivery stream": transformation(bare),
		"a failed invocation": failed(string(raw)), "a topic": topic(bare), "a topic and a queue": list(message("m", notification(string(raw)))),
	} {
		for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
			if problem != nil {
				t.Fatalf("%s: %+v", name, *problem)
			}
			keys[rec.Key()] = append(keys[rec.Key()], name)
		}
	}
	if len(keys) != 1 {
		t.Errorf("the keys are %v", keys)
	}
	for _, names := range keys {
		if len(names) != 8 {
			t.Errorf("only %v", names)
		}
	}
}
