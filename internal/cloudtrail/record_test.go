package cloudtrail_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
)

// value decodes JSON as the readers of payloads do.
func value(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("the test's own JSON: %v", err)
	}
	return v
}

func record(t testing.TB, text string) cloudtrail.Record {
	t.Helper()
	rec, err := cloudtrail.New(value(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// call is a record of a call with more members, as JSON.
func call(t testing.TB, more string) cloudtrail.Record {
	t.Helper()
	return record(t, `{"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", `+more+`}`)
}

func ExampleNew() {
	rec, err := cloudtrail.New(map[string]any{
		"eventSource":  "cloudtrail.amazonaws.com",
		"eventName":    "StopLogging",
		"errorCode":    "AccessDenied",
		"userIdentity": map[string]any{"type": "Root", "accountId": "123456789012"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rec.EventSource(), rec.EventName())
	fmt.Println(rec.Identity().Type, rec.Account(), rec.MFA(), rec.Failed())
	// Output:
	// cloudtrail.amazonaws.com StopLogging
	// Root 123456789012 unknown true
}

func TestNewRefusesOnlyWhatIsNoRecord(t *testing.T) {
	const object = "a CloudTrail record is a JSON object, this is "
	tests := []struct {
		name, json string
		refused    string // the error, empty for none
	}{
		{"the least that a record has", `{"eventSource": "s", "eventName": "n"}`, ""},
		{"a record whose other fields have the wrong types", `{"eventSource": "s", "eventName": "n", "userIdentity": "root", "requestParameters": ["x"], "eventID": 7, "eventTime": {}}`, ""},
		{"an insight, which has its names one level down", `{"insightDetails": {"eventSource": "s", "eventName": "n"}}`, ""},
		{"an insight with one name on each level", `{"eventName": "n", "insightDetails": {"eventSource": "s", "eventName": "other"}}`, ""},
		{"null", `null`, object + "null"},
		{"a list", `[{"eventSource": "s", "eventName": "n"}]`, object + "a list"},
		{"a string", `"StopLogging"`, object + "a string"},
		{"a number", `5`, object + "a number"},
		{"a boolean", `true`, object + "a boolean"},
		{"an empty object", `{}`, "not a CloudTrail record: it has no eventName"},
		{"a record without eventName", `{"eventSource": "s"}`, "not a CloudTrail record: it has no eventName"},
		{"a record whose eventName is null", `{"eventSource": "s", "eventName": null}`, "not a CloudTrail record: it has no eventName"},
		{"a record whose eventName is a list", `{"eventSource": "s", "eventName": ["n"]}`, "not a CloudTrail record: it has no eventName"},
		{"a record without eventSource", `{"eventName": "n"}`, "not a CloudTrail record: it has no eventSource"},
		{"something else that AWS sends", `{"Event": "s3:TestEvent", "Bucket": "b"}`, "not a CloudTrail record: it has no eventName"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rec, err := cloudtrail.New(value(t, test.json))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.refused {
				t.Errorf("error %q, want %q", got, test.refused)
			}
			if err == nil && (rec.EventName() != "n" || rec.EventSource() != "s") {
				t.Errorf("read as %s %s", rec.EventSource(), rec.EventName())
			}
		})
	}
}

func TestFieldsAreWhatWasGiven(t *testing.T) {
	const text = `{"eventSource": "s", "eventName": "n", "requestParameters": {"a": [1, "x", null, {"b": 1.50}]}, "new": {"to": "us"}}`
	if diff := cmp.Diff(value(t, text), any(record(t, text).Fields())); diff != "" {
		t.Errorf("-given +kept:\n%s", diff)
	}
}

func TestLookup(t *testing.T) {
	rec := call(t, `"a": {"b": {"text": "x", "empty": "", "null": null, "no": false, "zero": 0, "list": ["x"]}}, "n": null, "s": "***"`)
	tests := []struct {
		name   string
		path   string
		want   any
		found  bool
		string string
	}{
		{"text", "a.b.text", "x", true, "x"},
		{"an empty text is a value", "a.b.empty", "", true, ""},
		{"null is no value", "a.b.null", nil, false, ""},
		{"null at the top is no value", "n", nil, false, ""},
		{"nothing is below null", "n.x", nil, false, ""},
		{"false is a value, not a text", "a.b.no", false, true, ""},
		{"zero is a value, not a text", "a.b.zero", json.Number("0"), true, ""},
		{"a list is a value, not a text", "a.b.list", []any{"x"}, true, ""},
		{"a path does not lead into a list", "a.b.list.0", nil, false, ""},
		{"a path does not lead into a text", "s.x", nil, false, ""},
		{"a field that is not there", "a.b.other", nil, false, ""},
		{"a path that is not there", "x.y.z", nil, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := strings.Split(test.path, ".")
			got, found := rec.Lookup(path...)
			if diff := cmp.Diff(test.want, got); diff != "" || found != test.found {
				t.Errorf("Lookup(%s): found %v, -want +got:\n%s", test.path, found, diff)
			}
			if got := rec.String(path...); got != test.string {
				t.Errorf("String(%s) = %q, want %q", test.path, got, test.string)
			}
		})
	}
}

func TestFailed(t *testing.T) {
	tests := []struct {
		name, more string
		want       bool
	}{
		{"a call that says nothing succeeded", `"requestParameters": null`, false},
		{"an error code is a failure", `"errorCode": "AccessDenied"`, true},
		{"a null error code is none", `"errorCode": null`, false},
		{"an empty error code is none", `"errorCode": ""`, false},
		{"an error code of another type is one all the same", `"errorCode": 403`, true},
		{"an error message without a code is a failure", `"errorMessage": "Failed authentication"`, true},
		{"an empty error message is none", `"errorCode": "", "errorMessage": ""`, false},
		{"a refused sign-in is a failure", `"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}`, true},
		{"a sign-in that went well is none", `"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"}`, false},
		{"a refused change of role is a failure", `"eventName": "SwitchRole", "responseElements": {"SwitchRole": "Failure"}`, true},
		{"a refused second factor is a failure", `"eventName": "CheckMfa", "responseElements": {"CheckMfa": "Failure"}`, true},
		{"another event's name says nothing", `"eventName": "SwitchRole", "responseElements": {"ConsoleLogin": "Failure"}`, false},
		{"response elements that are hidden say nothing", `"eventName": "ConsoleLogin", "responseElements": "***"`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, test.more).Failed(); got != test.want {
				t.Errorf("Failed() = %v, want %v", got, test.want)
			}
		})
	}
}

func TestTime(t *testing.T) {
	tests := []struct {
		name, more string
		want       time.Time
	}{
		{"as AWS writes it", `"eventTime": "2025-07-11T08:31:05Z"`, time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC)},
		{"another zone is turned into UTC", `"eventTime": "2025-07-11T10:31:05+02:00"`, time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC)},
		{"absent is no time", `"x": 1`, time.Time{}},
		{"null is no time", `"eventTime": null`, time.Time{}},
		{"seconds since 1970 are no time", `"eventTime": 1752222665`, time.Time{}},
		{"a day that does not exist is no time", `"eventTime": "2025-02-30T00:00:00Z"`, time.Time{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, test.more).Time(); got.String() != test.want.String() { // which shows the zone
				t.Errorf("Time() = %s, want %s", got, test.want)
			}
		})
	}
}

func TestAccount(t *testing.T) {
	tests := []struct{ name, more, want string }{
		{"the account that got the record", `"recipientAccountId": "123456789012", "userIdentity": {"accountId": "210987654321"}`, "123456789012"},
		{"else the caller's", `"userIdentity": {"accountId": "210987654321"}`, "210987654321"},
		{"an empty one does not count", `"recipientAccountId": "", "userIdentity": {"accountId": "210987654321"}`, "210987654321"},
		{"else none", `"userIdentity": "***"`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, test.more).Account(); got != test.want {
				t.Errorf("Account() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestRegionIsEmptyWhenThereIsNone(t *testing.T) {
	if got := call(t, `"awsRegion": "eu-central-1"`).Region(); got != "eu-central-1" {
		t.Errorf("Region() = %q", got)
	}
	if got := call(t, `"awsRegion": null`).Region(); got != "" {
		t.Errorf("Region() = %q of null", got)
	}
}
