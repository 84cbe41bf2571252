package ingest_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
)

// rec is a record, as JSON on one line. The id tells it from others.
func rec(id string) string {
	return fmt.Sprintf(`{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","eventID":%q,"requestParameters":{"name":"{[,: \"\\"}}`, id)
}

// event is an EventBridge event around a detail.
func event(detailType, source, detail string) string {
	return fmt.Sprintf(`{"version":"0","detail-type":%q,"source":%q,"account":"123456789012","detail":%s}`, detailType, source, detail)
}

func list(records ...string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }

func indented(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := pack(&b, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pack writes gzip.
func pack(to io.Writer, from io.Reader) error {
	w := gzip.NewWriter(to)
	if _, err := io.Copy(w, from); err != nil {
		return err
	}
	return w.Close()
}

// read returns the ids of the records and, behind "! ", what the problems say, in the
// order in which they come. Every problem must be whole.
func read(t testing.TB, payload io.Reader) []string {
	t.Helper()
	var got []string
	for record, problem := range (ingest.Reader{}).Records(payload, "here") {
		if problem == nil {
			got = append(got, record.EventID())
			continue
		}
		if problem.What == "" || problem.Why == "" || !strings.HasPrefix(problem.Where, "here") || problem.Severity != detection.High {
			t.Errorf("a problem that does not say everything: %+v", *problem)
		}
		got = append(got, "! "+problem.What+": "+problem.Why)
	}
	return got
}

func ExampleReader_Records() {
	payload := strings.NewReader(`{"Records": [
		{"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"},
		{"eventSource": "iam.amazonaws.com", "eventName": "CreateUser"},
		"hidden"
	]}`)
	for rec, problem := range (ingest.Reader{}).Records(payload, "log.json") {
		if problem != nil {
			fmt.Printf("%s: %s: %s\n", problem.Where, problem.What, problem.Why)
			continue
		}
		fmt.Println(rec.EventSource(), rec.EventName())
	}
	// Output:
	// cloudtrail.amazonaws.com StopLogging
	// iam.amazonaws.com CreateUser
	// log.json: Record could not be read: record 3: a CloudTrail record is a JSON object, this is a string
}

const api = "AWS API Call via CloudTrail"

func TestRecordsOfWholePayloads(t *testing.T) {
	const bom = "\uFEFF"
	tests := []struct {
		name, payload string
		want          []string
	}{
		{"an API call on EventBridge", event(api, "aws.cloudtrail", rec("a")), []string{"a"}},
		{"a sign-in, spelled as in old pages", event("AWS Console Sign In via CloudTrail", "aws.signin", rec("a")), []string{"a"}},
		{"a sign-in, spelled as in new pages", event("AWS Console Signin via CloudTrail", "aws.signin", rec("a")), []string{"a"}},
		{"a console action on EventBridge", event("AWS Console Action via CloudTrail", "aws.s3", rec("a")), []string{"a"}},
		{"a service event on EventBridge", event("AWS Service Event via CloudTrail", "aws.kms", rec("a")), []string{"a"}},
		{"an insight on EventBridge", event("AWS Insight via CloudTrail", "aws.cloudtrail", `{"eventID":"a","insightDetails":{"eventSource":"s","eventName":"n"}}`), []string{"a"}},
		{"network activity on EventBridge", event("AWS Network Activity Event via CloudTrail", "aws.kms", rec("a")), []string{"a"}},
		{"an event with line breaks", indented(t, event(api, "aws.cloudtrail", rec("a"))), []string{"a"}},
		{"several events, one a line", event(api, "aws.ec2", rec("a")) + "\n" + event(api, "aws.ec2", rec("b")), []string{"a", "b"}},
		{"a bare record", rec("a"), []string{"a"}},
		{"a bare record with line breaks", indented(t, rec("a")), []string{"a"}},
		{"a bare record behind a byte-order mark", bom + rec("a"), []string{"a"}},
		{"a bare record behind space", " \r\n\t" + rec("a") + " \n", []string{"a"}},
		{"a log file", list(rec("a"), rec("b"), rec("c")), []string{"a", "b", "c"}},
		{"a log file with line breaks", indented(t, list(rec("a"), rec("b"), rec("c"))), []string{"a", "b", "c"}},
		{"a log file with unknown members", `{"version":1,"Records":[` + rec("a") + `],"next":null}`, []string{"a"}},
		{"a log file behind a byte-order mark", bom + list(rec("a")), []string{"a"}},
		{"a log file in gzip", zipped(t, list(rec("a"), rec("b"))), []string{"a", "b"}},
		{"a log file in gzip behind a byte-order mark", zipped(t, bom+list(rec("a"))), []string{"a"}},
		{"two gzip files one behind the other", zipped(t, list(rec("a"))) + zipped(t, list(rec("b"))), []string{"a", "b"}},
		{"an event in gzip", zipped(t, event(api, "aws.ec2", rec("a"))), []string{"a"}},
		{"a list of records that is empty", list(), nil},
		{"a list of records that is null", `{"Records":null}`, nil},
		{"an empty object, as the Lambda console sends", `{}`, nil},
		{"empty objects between records", "{}\n" + rec("a") + "\n{}\n" + rec("b"), []string{"a", "b"}},
		{"JSON lines", rec("a") + "\n" + rec("b") + "\n" + rec("c") + "\n", []string{"a", "b", "c"}},
		{"JSON lines as Windows ends them", rec("a") + "\r\n" + rec("b") + "\r\n", []string{"a", "b"}},
		{"JSON lines with empty lines", "\n\n" + rec("a") + "\n\n\n" + rec("b") + "\n\n", []string{"a", "b"}},
		{"records with nothing between them", rec("a") + rec("b"), []string{"a", "b"}},
		{"records with tabs between them, as the AWS CLI prints them", rec("a") + "\t" + rec("b"), []string{"a", "b"}},
		{"several documents with line breaks", indented(t, list(rec("a"), rec("b"))) + "\n" + indented(t, rec("c")) + "\n" + indented(t, event(api, "aws.ec2", rec("d"))), []string{"a", "b", "c", "d"}},
		{"an event that has a list of records too loses neither", `{"Records":[` + rec("a") + `],` + event(api, "aws.ec2", rec("b"))[1:], []string{"a", "b"}},
		{"a record that has a list of records too loses neither", `{"Records":[` + rec("a") + `],` + rec("b")[1:], []string{"a", "b"}},
		{"two lists of records in one object", `{"Records":[` + rec("a") + `],"Records":[` + rec("b") + `]}`, []string{"a", "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, read(t, strings.NewReader(test.payload))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			// However few bytes come at a time, it is the same.
			if diff := cmp.Diff(test.want, read(t, iotest.OneByteReader(strings.NewReader(test.payload)))); diff != "" {
				t.Errorf("byte by byte, -want +got:\n%s", diff)
			}
		})
	}
}

func TestProblemsOfPayloads(t *testing.T) {
	const (
		toItsEnd = "! Payload could not be read to its end: "
		payload  = "! Payload could not be read: "
		record   = "! Record could not be read: "
		unread   = "! Event could not be read: "
		twice    = "! Record can be read in two ways: "
		inPart   = "! Record was evaluated in part: "
	)
	deep := strings.Repeat(`{"x":`, 12_000) + "1" + strings.Repeat("}", 12_000)
	tests := []struct {
		name, payload string
		want          []string // of each the beginning
	}{
		{"nothing at all", "", []string{payload + "it is empty"}},
		{"nothing but space", " \n\t\r\n", []string{payload + "it is empty"}},
		{"nothing but a byte-order mark", "\uFEFF", []string{payload + "it is empty"}},
		{"nothing in gzip", zipped(t, ""), []string{payload + "it is empty"}},
		{"the beginning of gzip", "\x1f\x8b", []string{payload + "unpack gzip: "}},
		{"something that only begins like gzip", "\x1f\x8b{}", []string{payload + "unpack gzip: "}},
		{"null", "null", []string{toItsEnd + "at byte 0: a JSON object is wanted, this begins with null"}},
		{"an empty list", "[]", []string{toItsEnd + `at byte 0: a JSON object is wanted, this begins with "["`}},
		{"a string", `"s"`, []string{toItsEnd + `at byte 0: a JSON object is wanted, this begins with "s"`}},
		{"a number", "5", []string{toItsEnd + `at byte 0: a JSON object is wanted, this begins with "5"`}},
		{"a string with control characters", `"\u001b[2J` + strings.Repeat("x", 100) + `"`, []string{toItsEnd + `at byte 0: a JSON object is wanted, this begins with "\x1b[2J` + strings.Repeat("x", 56) + `"`}},
		{"no JSON", "StopLogging", []string{toItsEnd}},
		{"an object that is something else", `{"key1":"value1"}`, []string{record + "value 1: not a CloudTrail record: it has no eventName"}},
		{"what S3 sends to try a queue", `{"Service":"Amazon S3","Event":"s3:TestEvent"}`, []string{record}},
		{"a list of records that is an object", `{"Records":{}}`, []string{toItsEnd + `at byte 11: what Records names is not a list, it begins with "{"`}},
		{"a list of records that is a string", `{"Records":"***"}`, []string{toItsEnd}},
		{"records that are none", list(`null`, `[]`, `"s"`, `5`, `{}`), []string{
			record + "record 1: a CloudTrail record is a JSON object, this is null",
			record + "record 2: a CloudTrail record is a JSON object, this is a list",
			record + "record 3: a CloudTrail record is a JSON object, this is a string",
			record + "record 4: a CloudTrail record is a JSON object, this is a number",
			record + "record 5: not a CloudTrail record: it has no eventName",
		}},
		{"one that is none among good records", list(rec("a"), `7`, rec("b")), []string{"a", record + "record 2: ", "b"}},
		{"an event whose source anybody may use", event(api, "com.example", rec("a")), []string{"! Event is not from AWS: its source is \"com.example\""}},
		{"an event whose source only looks like AWS", event(api, "aws", rec("a")), []string{"! Event is not from AWS: its source is \"aws\""}},
		{"an event whose source is not text", `{"detail-type":"AWS API Call via CloudTrail","source":["aws.ec2"],"detail":` + rec("a") + `}`, []string{"! Event is not from AWS: "}},
		{"an event of another kind", event("EC2 Instance State-change Notification", "aws.ec2", rec("a")), []string{unread + `detail-type "EC2 Instance State-change Notification" is none of CloudTrail's`}},
		{"an event whose kind is not text", `{"detail-type":null,"source":"aws.ec2","detail":` + rec("a") + `}`, []string{unread}},
		{"an event without a detail", `{"detail-type":"AWS API Call via CloudTrail","source":"aws.ec2"}`, []string{record + "detail: a CloudTrail record is a JSON object, this is null"}},
		{"an event whose detail is text", event(api, "aws.ec2", `"***"`), []string{record + "detail: "}},
		{"an unknown command", `{"trailbell":"x"}`, []string{payload + `trailbell does not know the command "x"`}},
		{"a command that is not text", `{"trailbell":{"test":true}}`, []string{payload}},
		{"a number that JSON does not have", event(api, "aws.ec2", `{"eventName":"n","eventSource":"s","x":NaN}`), []string{toItsEnd}},
		{"half an event", event(api, "aws.ec2", rec("a"))[:120], []string{toItsEnd + "at byte 120: it ends in the middle"}},
		{"a single brace", "{", []string{toItsEnd + "at byte 1: it ends in the middle"}},
		{"an event deeper than is read", event(api, "aws.ec2", `{"eventName":"n","eventSource":"s","eventID":"a","x":`+deep+`}`), []string{"a", inPart + "detail: cut below 100 levels: x.x."}},
		{"a value deeper than is read hides no other", list(rec("a"), deep, rec("b")), []string{"a", record + "record 2: not a CloudTrail record: it has no eventName", "b"}},
		{"something behind a record", rec("a") + "}", []string{"a", toItsEnd}},
		{"a record with a name twice", `{"eventSource":"s","eventName":"StopLogging","eventName":"GetTrail","eventID":"a"}`, []string{"a", twice + "value 1: a key stands twice"}},
		{"a record with a name twice, once in other letters", list(`{"eventSource":"s","eventName":"StopLogging","event\u004eame":"GetTrail","eventID":"a"}`, rec("b")), []string{"a", twice + "record 1: ", "b"}},
		{"an event whose record has a name twice deep inside", event(api, "aws.ec2", `{"eventSource":"s","eventName":"n","eventID":"a","list":[{"x":1,"y":{"x":2,"x":[]}}]}`), []string{"a", twice + "detail: "}},
		{"a record in which two names are alike once they are UTF-8", list("{\"eventSource\":\"s\",\"eventName\":\"n\",\"eventID\":\"a\",\"\xff\":1,\"\xfe\":2}"), []string{"a", twice}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, strings.NewReader(test.payload))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("got %.300q\nwant %.300q", got, test.want)
			}
		})
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	const digits = "12345678901234567890123456789.10"
	bare := `{"eventSource":"s","eventName":"n","x":` + digits + `}`
	for _, payload := range []string{bare, list(bare), event(api, "aws.ec2", bare)} {
		for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
			if problem != nil || rec.Fields()["x"] != json.Number(digits) {
				t.Errorf("%s: %v, %+v", payload, rec.Fields()["x"], problem)
			}
		}
	}
}

// A record whose texts hold everything that stands between records is not taken for
// one with a key twice.
func TestPunctuationInTextIsNoPunctuation(t *testing.T) {
	tests := []struct{ name, json string }{
		{"colons in texts", `{"eventSource":"s:s","eventName":"n","eventID":"a","x":"::\":\\","y:":{"z":[":","\\\":"]}}`},
		{"a text that ends with a backslash", `{"eventSource":"s","eventName":"n","eventID":"a","x":"\\","y":{"x":"\\\\"}}`},
		{"the same key in different objects", `{"eventSource":"s","eventName":"n","eventID":"a","x":{"x":{"x":[{"x":1},{"x":1}]}}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, payload := range []string{test.json, list(test.json), event(api, "aws.ec2", test.json), indented(t, test.json), indented(t, list(test.json))} {
				if diff := cmp.Diff([]string{"a"}, read(t, strings.NewReader(payload))); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			}
		})
	}
}

func TestTheCommandTest(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 8, time.FixedZone("", 3600))
	one := func(r ingest.Reader) (found int, at, key string) {
		for rec, problem := range r.Records(strings.NewReader(`{"trailbell":"test"}`), "here") {
			if problem != nil {
				t.Fatalf("a problem: %+v", *problem)
			}
			if !rec.Test {
				t.Error("the record is not marked as a test")
			}
			if rec.EventSource() != "cloudtrail.amazonaws.com" || rec.EventName() != "StopLogging" || rec.Account() != "123456789012" {
				t.Errorf("the record is %s %s of %s", rec.EventSource(), rec.EventName(), rec.Account())
			}
			found, at, key = found+1, rec.String("eventTime"), rec.Key()
		}
		return found, at, key
	}
	found, at, key := one(ingest.Reader{Now: func() time.Time { return now }})
	if found != 1 || at != "2026-03-04T04:06:07Z" {
		t.Errorf("%d records, the last of %s", found, at)
	}
	if _, _, again := one(ingest.Reader{Now: func() time.Time { return now.Add(time.Minute) }}); again == key {
		t.Error("two tests have the same key, so that the second alert would be no news")
	}
	if _, at, _ := one(ingest.Reader{}); at != "2026-01-01T00:00:00Z" {
		t.Errorf("without a clock the time is %s", at)
	}
}

func TestOnlyTheCommandMakesATest(t *testing.T) {
	for name, payload := range map[string]string{
		"a record that says so": `{"eventSource":"s","eventName":"n","trailbell":"no","test":true,"Test":true}`,
		"a list":                list(`{"eventSource":"s","eventName":"n","trailbell":"test"}`),
		"an event":              event(api, "aws.ec2", `{"eventSource":"s","eventName":"n","trailbell":"test"}`),
	} {
		for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
			if problem == nil && rec.Test {
				t.Errorf("%s is marked as a test", name)
			}
		}
	}
}

func TestTheConsumerMayStop(t *testing.T) {
	payloads := map[string]string{
		"a log file":            list(rec("a"), rec("b"), rec("c")),
		"JSON lines":            strings.Repeat(rec("a")+"\n", 3),
		"problems":              strings.Repeat("{bad\n"+rec("a")+"\n", 3),
		"records that are none": list("1", "2", "3"),
		"a key twice":           strings.Repeat(`{"eventSource":"s","eventName":"n","x":1,"x":2}`, 3),
		"damage":                list(rec("a"), `{"eventName":}`) + "\n" + rec("b"),
	}
	for name, payload := range payloads {
		for stop := 1; stop <= 2; stop++ {
			n := 0
			for range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
				if n++; n == stop {
					break // one more would make range panic
				}
			}
			if n != stop {
				t.Errorf("%s: stopped after %d, wanted %d", name, n, stop)
			}
		}
	}
}

// The same record has the same key on every lane, and therefore the same alerts.
func TestTheKeyDoesNotDependOnTheEnvelope(t *testing.T) {
	files, err := filepath.Glob("../../events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample events: %v", err)
	}
	records := map[string]string{"a small record": rec("a"), "a record without an id": `{"eventSource":"s","eventName":"n","x":[1.50,{"b":1,"a":null}]}`}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var sample struct {
			Detail json.RawMessage `json:"detail"`
		}
		if json.Unmarshal(raw, &sample) == nil && sample.Detail != nil {
			records[file] = string(sample.Detail)
		}
	}
	if len(records) < 10 {
		t.Errorf("only %d records to compare", len(records))
	}
	for name, bare := range records {
		envelopes := map[string]string{
			"bare": bare, "an event": event(api, "aws.ec2", bare), "a log file": list(bare), "gzip": zipped(t, list(bare)),
			"line breaks": indented(t, bare), "a line": strings.ReplaceAll(bare, "\n", " ") + "\n",
		}
		keys := map[string][]string{}
		for envelope, payload := range envelopes {
			for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
				if problem != nil {
					t.Fatalf("%s as %s: %+v", name, envelope, *problem)
				}
				keys[rec.Key()] = append(keys[rec.Key()], envelope)
			}
		}
		if len(keys) != 1 {
			t.Errorf("%s has the keys %v", name, keys)
		}
	}
}
