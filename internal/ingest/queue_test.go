package ingest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
)

// message is a message of a queue as Lambda hands it over.
func message(id, body string) string {
	quoted, _ := json.Marshal(body)
	return fmt.Sprintf(`{"messageId":%q,"receiptHandle":"r","body":%s,"attributes":{"ApproximateReceiveCount":"1"},`+
		`"messageAttributes":{"RequestID":{"stringValue":"8e0f","stringListValues":[],"binaryListValues":[],"dataType":"String"},`+
		`"ErrorCode":{"stringValue":"200","dataType":"Number"},"Blob":{"binaryValue":"AAE=","dataType":"Binary"}},`+
		`"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:retry","awsRegion":"us-east-1"}`, id, quoted)
}

func ExampleMessages() {
	messages, isBatch, err := ingest.Messages([]byte(`{"Records":[{"messageId":"m1","body":"{}","eventSource":"aws:sqs",
		"eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:retry",
		"messageAttributes":{"ERROR_CODE":{"stringValue":"NO_PERMISSIONS","dataType":"String"}}}]}`))
	fmt.Println(isBatch, err)
	for _, m := range messages {
		fmt.Println(m.Where(), m.Body, m.Why)
	}
	// Output:
	// true <nil>
	// message m1 of queue retry {} map[ERROR_CODE:NO_PERMISSIONS]
}

func TestWhatIsABatch(t *testing.T) {
	why := map[string]string{"RequestID": "8e0f", "ErrorCode": "200"}
	one := []ingest.Message{{ID: "m1", Queue: "retry", Body: "b", Why: why}}
	tests := []struct {
		name, payload string
		want          []ingest.Message
		isBatch       bool
		err           string
	}{
		{"one message", list(message("m1", "b")), one, true, ""},
		{"with line breaks and space around it", " " + indented(t, list(message("m1", "b"))) + "\n", one, true, ""},
		{"with a member that AWS may add one day", `{"Records":[` + message("m1", "b") + `],"next":1}`, one, true, ""},
		{"a message without an id", list(message("", "b")), []ingest.Message{{Queue: "retry", Body: "b", Why: why}}, true, ""},
		{"a message with nothing but its source", list(`{"eventSource":"aws:sqs"}`), []ingest.Message{{Why: map[string]string{}}}, true, ""},
		{"a message whose body is an object", list(`{"messageId":"m1","body":{},"eventSource":"aws:sqs"}`), nil, true, "read batch of messages"},
		{"a message among other things", list(message("m1", "b"), `5`), nil, true, "read batch of messages"},
		{"no message", list(), nil, false, ""},
		{"no list", `{"Records":null}`, nil, false, ""},
		{"two lists", `{"Records":[` + message("m1", "b") + `],"Records":[` + rec("a") + `]}`, nil, false, ""},
		{"records that speak of queues", list(strings.Replace(rec("a"), "{[,:", "aws:sqs", 1)), nil, false, ""},
		{"an event of EventBridge that holds a batch", event(api, "aws.sqs", list(message("m1", "b"))), nil, false, ""},
		{"messages of a topic", `{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"aws:sqs"}}]}`, nil, false, ""},
		{"a list", `[` + message("m1", "b") + `]`, nil, false, ""},
		{"half a batch", list(message("m1", "b"))[:200], nil, false, ""},
		{"nothing", ``, nil, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, isBatch, err := ingest.Messages([]byte(test.payload))
			if diff := cmp.Diff(test.want, got); diff != "" || isBatch != test.isBatch {
				t.Errorf("a batch: %t, want %t, -want +got:\n%s", isBatch, test.isBatch, diff)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q in it", err, test.err)
			}
		})
	}
}

func TestRecordsOfMessages(t *testing.T) {
	batch := list(message("m1", event(api, "aws.ec2", rec("a"))), message("m2", "{bad"), message("m3", list(rec("b"), rec("c"))))
	want := []string{"a", "! message m2 of queue retry: Payload could not be read to its end", "b", "c"}
	for name, payload := range map[string]string{"as it comes": batch, "with line breaks": indented(t, batch), "in another batch": list(message("m9", batch))} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for record, problem := range (ingest.Reader{}).Records(iotest.OneByteReader(strings.NewReader(payload)), "here") {
				if problem == nil {
					got = append(got, record.EventID())
					continue
				}
				if !strings.HasPrefix(problem.Where, "here, ") {
					t.Errorf("a problem somewhere else: %s", problem.Where)
				}
				got = append(got, "! "+problem.Where[strings.LastIndex(problem.Where, ", ")+2:]+": "+problem.What)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatOnlyBeginsLikeABatchIsReadAsAList(t *testing.T) {
	const record = "! Record could not be read: record 1: "
	tests := []struct{ name, payload, want string }{
		{"a message of something else", `{"Records":[{"messageId":"m1"}]}`, record},
		{"half a batch", list(message("m1", rec("a")))[:200], "! Payload could not be read to its end: "},
		{"a batch that can't be taken apart", `{"Records":[{"messageId":5,"eventSource":"aws:sqs"}]}`, record},
	}
	for _, test := range tests {
		got := read(t, strings.NewReader(test.payload))
		if len(got) != 1 || !strings.HasPrefix(got[0], test.want) {
			t.Errorf("%s: %q", test.name, got)
		}
	}
	half := strings.NewReader(list(message("m1", rec("a")))[:100])
	got := read(t, io.MultiReader(half, iotest.ErrReader(errors.New("the disk is gone"))))
	if len(got) != 1 || !strings.Contains(got[0], "the disk is gone") {
		t.Errorf("a batch that breaks off: %q", got)
	}
}

func TestCommands(t *testing.T) {
	flush := ingest.Command{Flush: &detection.Flush{Window: "G#1", First: "ae23"}}
	deliver := ingest.Command{Deliver: &detection.Delivery{To: "Security Hub", Body: `{"a":1}`, Attributes: "[]"}}
	tests := []struct {
		name, payload string
		want          ingest.Command
		is            bool
	}{
		{"a flush", `{"trailbell":"flush","window":"G#1","first":"ae23"}`, flush, true},
		{"a flush in another order, with space", " {\"first\" : \"ae23\",\n\"window\":\"G#1\",\"trailbell\":\"flush\"}\n", flush, true},
		{"a flush with escapes", `{"trailb\u0065ll":"flush","window":"G\u00231","first":"ae23"}`, flush, true},
		{"a heartbeat", `{"trailbell":"heartbeat"}`, ingest.Command{Heartbeat: true}, true},
		{"a message for one place", `{"trailbell":"deliver","to":"Security Hub","body":"{\"a\":1}","attributes":"[]"}`, deliver, true},
		{"a message for nobody", `{"trailbell":"deliver","to":"","body":"b","attributes":"[]"}`, ingest.Command{}, false},
		{"a message without a body", `{"trailbell":"deliver","to":"t","attributes":"[]"}`, ingest.Command{}, false},
		{"a message whose body is no text", `{"trailbell":"deliver","to":"t","body":{},"attributes":"[]"}`, ingest.Command{}, false},
		{"a message with a member too many", `{"trailbell":"deliver","to":"t","body":"b","attributes":"[]","x":"y"}`, ingest.Command{}, false},
		{"a flush without a window", `{"trailbell":"flush","first":"ae23"}`, ingest.Command{}, false},
		{"a flush of nothing", `{"trailbell":"flush","window":"","first":"ae23"}`, ingest.Command{}, false},
		{"a flush with a member too many", `{"trailbell":"flush","window":"w","first":"f","x":"y"}`, ingest.Command{}, false},
		{"a flush with another member instead", `{"trailbell":"flush","window":"w","firsts":"f"}`, ingest.Command{}, false},
		{"a flush with a window twice", `{"trailbell":"flush","window":"w","first":"f","window":"v"}`, ingest.Command{}, false},
		{"a flush whose window is a number", `{"trailbell":"flush","window":5,"first":"f"}`, ingest.Command{}, false},
		{"a heartbeat with more", `{"trailbell":"heartbeat","window":"w"}`, ingest.Command{}, false},
		{"a heartbeat twice", `{"trailbell":"heartbeat","trailbell":"heartbeat"}`, ingest.Command{}, false},
		{"two heartbeats", `{"trailbell":"heartbeat"}{"trailbell":"heartbeat"}`, ingest.Command{}, false},
		{"a heartbeat in a list", `[{"trailbell":"heartbeat"}]`, ingest.Command{}, false},
		{"a heartbeat in a list of records", list(`{"trailbell":"heartbeat"}`), ingest.Command{}, false},
		{"a test is no command of this kind", `{"trailbell":"test"}`, ingest.Command{}, false},
		{"a record", rec("a"), ingest.Command{}, false},
		{"half a command", `{"trailbell":"heartbeat"`, ingest.Command{}, false},
		{"nothing", ``, ingest.Command{}, false},
		{"an empty object", `{}`, ingest.Command{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, is := ingest.ParseCommand([]byte(test.payload))
			if diff := cmp.Diff(test.want, got); diff != "" || is != test.is {
				t.Errorf("a command: %t, want %t, -want +got:\n%s", is, test.is, diff)
			}
		})
	}
}

func TestCommandsAmongRecordsAreProblems(t *testing.T) {
	for _, command := range []string{`{"trailbell":"heartbeat"}`, `{"trailbell":"deliver","to":"t","body":"b","attributes":"[]"}`, `{"trailbell":"flush","window":"w","first":"f"}`} {
		for name, payload := range map[string]string{"among lines": rec("a") + "\n" + command, "alone": command, "in a message": list(message("m1", command))} {
			heartbeats, problems := 0, 0
			for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
				if problem != nil {
					problems++
				} else if rec.Heartbeat {
					heartbeats++
				}
			}
			if heartbeats != 0 || problems != 1 {
				t.Errorf("%s %s: %d heartbeats, %d problems", command, name, heartbeats, problems)
			}
		}
	}
}

func TestHeartbeat(t *testing.T) {
	rec, err := (ingest.Reader{}).Heartbeat()
	if err != nil || !rec.Heartbeat || rec.Test || rec.EventName() != "StopLogging" {
		t.Errorf("heartbeat %t, test %t, %s, %v", rec.Heartbeat, rec.Test, rec.EventName(), err)
	}
}

// Whatever comes, it is taken for at most one thing, and nothing breaks.
func FuzzMessagesAndCommands(f *testing.F) {
	for _, seed := range []string{
		list(message("m1", "b")), `{"trailbell":"heartbeat"}`, `{"trailbell":"flush","window":"w","first":"f"}`, `{"trailbell":"deliver","to":"t","body":"b","attributes":"[]"}`, list(message("m1", list(message("m2", rec("a"))))),
		`{"Records":[5,"aws:sqs",null,[],{"eventSource":"aws:sqs"}]}`, `{"Records":{"eventSource":"aws:sqs"}}`, `{"a":"aws:sqs","Records"`, "\x00", `{"trailbell":"\ud800"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		_, is := ingest.ParseCommand([]byte(payload))
		messages, isBatch, err := ingest.Messages([]byte(payload))
		if is && isBatch || !isBatch && (messages != nil || err != nil) {
			t.Errorf("command %t, batch %t, %v, %v", is, isBatch, messages, err)
		}
		for range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
			break
		}
	})
}
