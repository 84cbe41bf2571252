// Package hostile sends records and files made to be overlooked through reading and the
// shipped rules: a trail that was stopped is reported once, whatever stands beside it, or
// a person is told what could not be read, and gets its bytes.
package hostile

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// stopped is the rule that must fire.
const stopped = "cloudtrail.trail_stopped_or_deleted"

// shipped is an engine with every shipped rule.
var shipped = sync.OnceValues(func() (*engine.Engine, []detection.RuleID) {
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		panic(err)
	}
	e, err := engine.New(context.Background(), set, engine.PatientLimit)
	if err != nil {
		panic(err)
	}
	var ids []detection.RuleID
	for _, rule := range set.Rules {
		ids = append(ids, rule.ID)
	}
	return e, ids
})

// seen is what became of a payload.
type seen struct {
	fired    []detection.Alert // of the rule that must fire
	others   int               // records that it did not fire for
	problems []detection.Problem
}

// watch sends a payload through reading, all shipped rules, and what makes alerts of it.
func watch(t *testing.T, payload io.Reader) (s seen) {
	t.Helper()
	e, ids := shipped()
	for rec, problem := range (ingest.Reader{}).Records(payload, "here") {
		if problem != nil {
			s.problems = append(s.problems, *problem)
			continue
		}
		if fired := alert(t, e, ids, rec); fired != nil {
			s.fired = append(s.fired, *fired)
		} else {
			s.others++
		}
	}
	return s
}

func alert(t *testing.T, e *engine.Engine, ids []detection.RuleID, rec cloudtrail.Record) *detection.Alert {
	t.Helper()
	var findings []detection.Finding
	for _, outcome := range e.Evaluate(t.Context(), rec, ids) {
		if outcome.Verdict == detection.Undecided {
			t.Errorf("%s could not decide: %v", outcome.Rule.ID, outcome.Failures[0].Err)
		}
		if outcome.Verdict == detection.Fired && outcome.Rule.ID == stopped {
			findings = append(findings, outcome.Finding)
		}
	}
	alerts := enrich.Enricher{}.Alerts(rec, findings)
	if len(alerts) == 0 {
		return nil
	}
	messages, err := alertjson.Renderer{}.Alerts(alerts)
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range messages {
		if !utf8.ValidString(message.Body) || strings.Contains(message.Body, "\x00") || len(message.Body) > 240<<10 {
			t.Errorf("a message of %d bytes that nobody may get: %.200q", len(message.Body), message.Body)
		}
	}
	return &alerts[0]
}

// stop is a record of a stopped trail with members of its own, which take the place of
// those that it has.
func stop(id string, members ...string) string {
	all := map[string]string{
		"eventVersion": `"1.11"`, "eventTime": `"2026-02-03T04:05:06Z"`, "eventSource": `"cloudtrail.amazonaws.com"`, "eventName": `"StopLogging"`,
		"awsRegion": `"eu-west-1"`, "sourceIPAddress": `"198.51.100.9"`, "userAgent": `"aws-sdk-go-v2/1.30"`, "eventID": fmt.Sprintf("%q", id),
		"userIdentity":       `{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/eve","accountId":"123456789012","userName":"eve"}`,
		"requestParameters":  `{"name":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/org"}`,
		"recipientAccountId": `"123456789012"`, "readOnly": `false`, "eventType": `"AwsApiCall"`, "eventCategory": `"Management"`,
	}
	for _, member := range members {
		key, value, _ := strings.Cut(member, ":")
		if all[key] = value; value == "" {
			delete(all, key)
		}
	}
	var text []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		text = append(text, fmt.Sprintf("%q:%s", key, all[key]))
	}
	return "{" + strings.Join(text, ",") + "}"
}

// event is what EventBridge sends for a record.
func event(record string) string {
	return `{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","account":"123456789012","region":"eu-west-1","detail":` + record + `}`
}

func file(records ...string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// many are records of stopped trails with ids of their own.
func many(n int) []string {
	records := make([]string, n)
	for i := range records {
		records[i] = stop(fmt.Sprintf("%08d-%x", i, i*i*2654435761))
	}
	return records
}

func TestAStoppedTrailIsReportedOnceWhateverStandsBesideIt(t *testing.T) {
	deep := func(n int) string { return strings.Repeat(`{"d":[`, n/2) + "0" + strings.Repeat(`]}`, n/2) }
	odd := func(member string) string { return event(stop("a", member)) }
	number := func(n string) string { return odd(`requestParameters:{"name":"org","limit":` + n + `}`) }
	tests := []struct {
		name, payload string
		note          string // that the alert must have
		problem       string // that a person is told beside it
	}{
		{"nothing odd", event(stop("a")), "", ""},
		{"a record 1,000 levels deep", odd(`requestParameters:` + deep(1000)), "cut below 100 levels: requestParameters.d.", "Record was evaluated in part"},
		{"a record deeper than encoding/json reads", odd(`requestParameters:` + deep(30_000)), "cut below 100 levels: requestParameters.d.", "Record was evaluated in part"},
		{"a text of a megabyte", odd(`userAgent:"` + strings.Repeat("Mozilla ", 128<<10) + `"`), "text cut to 256 KB: userAgent", "Record was evaluated in part"},
		{"a list of 200,000 numbers", odd(`requestParameters:[1` + strings.Repeat(",2", 199_999) + `]`), "cut, the record has too many values: requestParameters", "Record was evaluated in part"},
		{"a name twice, the harmless one first", event(strings.Replace(stop("a"), `"eventName":`, `"eventName":"DescribeTrails","eventName":`, 1)), "key stands twice, the last value counts: eventName", "Record can be read in two ways"},
		{"bytes that are not UTF-8", odd("userIdentity:{\"type\":\"IAMUser\",\"userName\":\"e\xe9ve\"}"), "bytes that are not UTF-8 replaced: userIdentity.userName", ""},
		{"half of a surrogate pair", odd(`userIdentity:{"type":"IAMUser","userName":"\udfffeve"}`), "half of a character replaced: userIdentity.userName", ""},
		{"a zero character in a session name", odd(`userIdentity:{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/r/ev\u0000e","principalId":"A:ev\u0000e"}`), "", ""},
		{"a byte-order mark", "\uFEFF" + event(stop("a")), "a byte-order mark stood before it", ""},
		{"the largest exponent that is a number", number("-1e400"), "", ""},
		{"a number that OPA refuses", number("7e123456789"), "number out of range kept as text: requestParameters.limit", ""},
		{"a number so small that OPA refuses it", number("1e-99999"), "number out of range kept as text: requestParameters.limit", ""},
		{"a number that OPA takes seconds for", number(strings.Repeat("7", 1_000_000)), "number out of range kept as text: requestParameters.limit", ""},
		{"fields of other types", event(stop("a", `userIdentity:"eve"`, `requestParameters:["org",1]`, `sourceIPAddress:{}`, `eventTime:17`, `resources:"x"`, `responseElements:7`)), "", ""},
		{"the name of a service for an address", odd(`sourceIPAddress:"cloudformation.amazonaws.com"`), "", ""},
		{"an inner address", odd(`sourceIPAddress:"AWS Internal"`), "", ""},
		{"an IPv6 address", odd(`sourceIPAddress:"2001:db8::7"`), "", ""},
		{"no address", odd(`sourceIPAddress:""`), "", ""},
		{"an attempt that was refused", odd(`errorCode:"AccessDenied"`), "", ""},
		{"a kind of record that nobody knows yet", event(stop("a", `eventCategory:"Quantum"`, `eventType:"AwsQuantumEvent"`)), "", ""},
		{"the categories of other records", event(stop("a", `eventCategory:"NetworkActivity"`, `eventType:"AwsVpceEvents"`, `insightDetails:{"state":"End"}`)), "", ""},
		{"plain JSON where gzip was announced", file(stop("a")), "", ""},
		{"a name written with escapes", event(stop("a", `eventName:"\u0053topLogging"`)), "", ""},
		{"a key written with escapes", event(strings.Replace(stop("a"), "eventName", `event\u004eame`, 1)), "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := watch(t, strings.NewReader(test.payload))
			if len(s.fired) != 1 || s.others != 0 || s.fired[0].EventID != "a" {
				t.Fatalf("%d alerts, %d other records, problems %+v", len(s.fired), s.others, s.problems)
			}
			if got := strings.Join(s.fired[0].Notes, "\n"); !strings.HasPrefix(got, test.note) || test.note == "" && got != "" {
				t.Errorf("the notes are %.300q, want %q", got, test.note)
			}
			switch {
			case test.problem == "" && len(s.problems) == 0:
			case len(s.problems) != 1 || s.problems[0].What != test.problem || s.problems[0].Raw == nil || s.problems[0].EventID != "a":
				t.Errorf("the problems are %+v, want %q", s.problems, test.problem)
			}
		})
	}
}

func TestARefusedAttemptIsShownAsFailed(t *testing.T) {
	s := watch(t, strings.NewReader(event(stop("a", `errorCode:"AccessDenied"`, `errorMessage:"explicit deny"`))))
	if len(s.fired) != 1 || !s.fired[0].Failed || s.fired[0].Title != "Attempt to stop or delete a trail failed" {
		t.Errorf("%+v", s.fired)
	}
}

func TestARecordWithoutAnIDHasTheSameAlertHoweverItComes(t *testing.T) {
	record := stop("", "eventID:")
	ids := map[string]bool{}
	for _, payload := range []string{event(record), event(record), file(record), record, strings.ReplaceAll(record, ",", " ,\n")} {
		for _, alert := range watch(t, strings.NewReader(payload)).fired {
			ids[alert.ID] = true
		}
	}
	other := watch(t, strings.NewReader(event(stop("", "eventID:", `eventTime:"2026-02-03T04:05:07Z"`)))).fired
	if len(ids) != 1 || len(other) != 1 || ids[other[0].ID] {
		t.Errorf("the ids are %v, and of another record %+v", ids, other)
	}
}

func TestWhatIsNoRecordIsToldWithItsBytes(t *testing.T) {
	for name, payload := range map[string]string{
		"a number that JSON does not have": event(stop("a", `requestParameters:{"n":NaN}`)),
		"nothing":                          "",
		"null":                             "null", "a list": "[]", "a text": `"StopLogging"`, "a number": "17",
		"the first half of an event":      event(stop("a"))[:300],
		"a list of records that is none":  `{"Records":{"0":` + stop("a") + `}}`,
		"a list of records that is text":  `{"Records":"none"}`,
		"an object that nobody knows":     `{"hello":"world"}`,
		"UTF-16":                          "\xff\xfe{\x00\"\x00",
		"a text that begins and no more":  `{"eventName":"Stop`,
		"gzip that is cut in its header":  "\x1f\x8b\x08\x00",
		"gzip of nothing":                 string(zipped(t, "")),
		"a text that fills many memories": string(zipped(t, `{"Records":[{"x":"`+strings.Repeat("b", 16<<20))),
	} {
		t.Run(name, func(t *testing.T) {
			s := watch(t, strings.NewReader(payload))
			if len(s.fired)+s.others != 0 || len(s.problems) != 1 {
				t.Fatalf("%+v", s)
			}
			problem := s.problems[0]
			if problem.Severity != detection.High || problem.Where != "here" || problem.Why == "" {
				t.Errorf("not all is told: %+v", problem)
			}
			if empty := strings.Contains(problem.Why, "empty"); (problem.Raw == nil) != empty || !empty && (len(problem.Raw.Begin) == 0 || len(problem.Raw.SHA256) != 64) {
				t.Errorf("the bytes were not kept: %+v", problem.Raw)
			}
		})
	}
}

func TestTwoDocumentsInOnePayloadAreBothEvaluated(t *testing.T) {
	s := watch(t, strings.NewReader(event(stop("a"))+event(stop("b"))))
	if len(s.fired) != 2 || s.fired[0].EventID != "a" || s.fired[1].EventID != "b" || len(s.problems) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestFiles(t *testing.T) {
	good := many(50)
	broken := slices.Clone(good)
	broken[24] = strings.Replace(broken[24], `"StopLogging"`, "", 1)
	wrongSum := zipped(t, file(good...))
	wrongSum[len(wrongSum)-6] ^= 0xff
	half := zipped(t, file(many(400)...))
	half = half[:len(half)/2]
	tests := []struct {
		name        string
		payload     []byte
		least, most int // alerts
		why         string
	}{
		{"a good file", zipped(t, file(good...)), 50, 50, ""},
		{"a file that is cut in half gives what is there, and one problem", half, 150, 250, "it ends in the middle"},
		{"a wrong checksum gives all records, and one problem", wrongSum, 50, 50, "invalid checksum"},
		{"a file that is not packed although its name says so", []byte(file(good...)), 50, 50, ""},
		{"a damaged record hides no other", zipped(t, file(broken...)), 49, 49, "record 25: "},
		{"a list of records that is null", []byte(`{"Records":null}`), 0, 0, ""},
		{"a list of records that is empty", []byte(`{"Records":[]}`), 0, 0, ""},
		{"no list of records", []byte(`{}`), 0, 0, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := watch(t, bytes.NewReader(test.payload))
			if n := len(s.fired); n < test.least || n > test.most || s.others != 0 {
				t.Errorf("%d alerts, %d other records", n, s.others)
			}
			ids := map[string]bool{}
			for _, alert := range s.fired {
				ids[alert.ID] = true
			}
			if len(ids) != len(s.fired) {
				t.Errorf("%d ids of %d alerts", len(ids), len(s.fired))
			}
			switch {
			case test.why == "" && len(s.problems) == 0:
			case len(s.problems) != 1 || !strings.Contains(s.problems[0].Why, test.why) || s.problems[0].Raw == nil:
				t.Errorf("problems %+v", s.problems)
			}
		})
	}
}

// A small file that unpacks to one endless text stops at the limit of a record, and what
// follows is skipped without being kept.
func TestABombIsToldAndTakesLittleMemory(t *testing.T) {
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	block := strings.Repeat("z", 1<<20)
	_, _ = io.WriteString(w, `{"Records":[`+stop("a")+`,{"eventName":"`)
	for range 256 {
		_, _ = io.WriteString(w, block)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	shipped()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := watch(t, &bomb)
	runtime.ReadMemStats(&after)
	if len(s.fired) != 1 || len(s.problems) != 1 || !strings.Contains(s.problems[0].Why, "larger than 4 MB") || s.problems[0].Raw.Size < 256<<20 {
		t.Errorf("%d alerts, problems %.300v", len(s.fired), s.problems)
	}
	if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 64 {
		t.Errorf("%d MB were allocated", allocated)
	}
}
