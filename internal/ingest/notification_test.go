package ingest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/ingest"
)

const fileKey = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/21/123456789012_CloudTrail_us-east-1_20261121T1000Z_Ab1.json.gz"

func ExampleObjects() {
	objects, err := ingest.Objects([]byte(`{"Type":"Notification","TopicArn":"arn:aws:sns:us-east-1:123456789012:trail",
		"Message":"{\"s3Bucket\":\"logs\",\"s3ObjectKey\":[\"AWSLogs/123456789012/CloudTrail/a.json.gz\"]}"}`))
	fmt.Println(objects[0].Where(), err)
	// Output: s3://logs/AWSLogs/123456789012/CloudTrail/a.json.gz <nil>
}

func ExampleFileOf() {
	fmt.Println(ingest.FileOf("AWSLogs/o-aa111bb222/123456789012/CloudTrail-Digest/us-east-1/2026/11/21/x.json.gz", ""))
	// Output: digest 123456789012
}

// fromS3 is an item of S3's event notification.
func fromS3(bucket, key string) string {
	return fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0","bucket":{"name":%q,"arn":"arn:aws:s3:::x"},"object":{"key":%q,"size":12}}}`, bucket, key)
}

func fromBridge(key string) string {
	return fmt.Sprintf(`{"version":"0","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"logs"},"object":{"key":%q}}}`, key)
}

// bySNS is a message as SNS wraps it, so many times.
func bySNS(message string, times int) string {
	for range times {
		text, _ := json.Marshal(message)
		message = fmt.Sprintf(`{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:us-east-1:123456789012:trail","Message":%s}`, text)
	}
	return message
}

func TestObjectsOfNotifications(t *testing.T) {
	ofTrail := `{"s3Bucket":"logs","s3ObjectKey":["a/1.json.gz","a/2 +%2B.json.gz"]}`
	tests := []struct {
		name, body string
		want       []string
		wrong      string // part of the error
	}{
		{"one object", list(fromS3("logs", fileKey)), []string{"logs " + fileKey}, ""},
		{"several objects, of several buckets", list(fromS3("logs", "a"), fromS3("other", "b")), []string{"logs a", "other b"}, ""},
		{"a plus is a space", list(fromS3("logs", "a+b")), []string{"logs a b"}, ""},
		{"an encoded plus is a plus", list(fromS3("logs", "a%2Bb%3D")), []string{"logs a+b="}, ""},
		{"letters beyond ASCII", list(fromS3("logs", "%C3%A9%E6%97%A5")), []string{"logs é日"}, ""},
		{"through one topic", bySNS(list(fromS3("logs", "a%2Bb")), 1), []string{"logs a+b"}, ""},
		{"through two topics", bySNS(list(fromS3("logs", "a%2Bb")), 2), []string{"logs a+b"}, ""},
		{"CloudTrail's own message, whose keys are not encoded", ofTrail, []string{"logs a/1.json.gz", "logs a/2 +%2B.json.gz"}, ""},
		{"CloudTrail's own message as SNS wraps it", bySNS(ofTrail, 1), []string{"logs a/1.json.gz", "logs a/2 +%2B.json.gz"}, ""},
		{"EventBridge, whose keys are not encoded", fromBridge("a+b%2B"), []string{"logs a+b%2B"}, ""},
		{"EventBridge through a topic", bySNS(fromBridge("a"), 1), []string{"logs a"}, ""},
		{"S3 tries the queue", `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-21T10:00:00.000Z","Bucket":"logs","RequestId":"r","HostId":"h"}`, nil, ""},
		{"S3 tries the topic", bySNS(`{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"logs"}`, 1), nil, ""},
		{"CloudTrail tries the topic", bySNS("CloudTrail validation message.", 1), nil, ""},
		{"space around it", "\n " + list(fromS3("logs", "a")) + "\n", []string{"logs a"}, ""},

		{"nothing", " ", nil, "it is empty"},
		{"text", "hello", nil, `begins with "hello"`},
		{"a list", "[]", nil, "no JSON object"},
		{"an unfinished object", `{"Records":[`, nil, "no JSON object"},
		{"a log file instead of a notification", list(rec("a")), nil, "and not from aws:s3"},
		{"no items", list(), nil, "is empty"},
		{"items that are none", `{"Records":5}`, nil, "can't be read"},
		{"one good item and one of another service", list(fromS3("logs", "a"), strings.Replace(fromS3("logs", "b"), "aws:s3", "aws:sqs", 1)), nil, "item 2"},
		{"an object that was removed", list(strings.Replace(fromS3("logs", "a"), "ObjectCreated:Put", "ObjectRemoved:Delete", 1)), nil, `"ObjectRemoved:Delete"`},
		{"a key that is not encoded", list(fromS3("logs", "100%")), nil, "not URL-encoded"},
		{"no key", list(fromS3("logs", "")), nil, "no bucket, or no key"},
		{"no bucket", list(fromS3("", "a")), nil, "no bucket, or no key"},
		{"CloudTrail's message without keys", `{"s3Bucket":"logs","s3ObjectKey":[]}`, nil, "names no key"},
		{"CloudTrail's message with one key as text", `{"s3Bucket":"logs","s3ObjectKey":"a"}`, nil, "list of keys"},
		{"CloudTrail's message without a bucket", `{"s3ObjectKey":["a"]}`, nil, "without a bucket"},
		{"another event of S3", strings.Replace(fromBridge("a"), "Object Created", "Object Deleted", 1), nil, `"Object Deleted"`},
		{"an event that anybody can put", strings.Replace(fromBridge("a"), "aws.s3", "my.app", 1), nil, `"my.app"`},
		{"a subscription that waits to be confirmed", strings.Replace(bySNS("x", 1), "Notification", "SubscriptionConfirmation", 1), nil, `"SubscriptionConfirmation"`},
		{"a member twice", `{"Records":[],"Records":[]}`, nil, `"Records" stands twice`},
		{"wrapped without end", bySNS(list(fromS3("logs", "a")), 9), nil, "more than 3 times"},
		{"an alert of our own", bySNS(`{"kind":"alert"}`, 1), nil, "no notification"},
		{"a command of our own", `{"trailbell":"heartbeat"}`, nil, "no notification"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			objects, err := ingest.Objects([]byte(test.body))
			var got []string
			for _, o := range objects {
				got = append(got, o.Bucket+" "+o.Key)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("error %v, want %q", err, test.wrong)
			}
		})
	}
}

func TestWhatAnObjectIsByItsKey(t *testing.T) {
	day := "/us-east-1/2026/11/21/x.json.gz"
	tests := []struct {
		name, key, prefix string
		kind              ingest.FileKind
		account           string
	}{
		{"a log file", fileKey, "", ingest.LogFile, "123456789012"},
		{"of a trail of an organization", "AWSLogs/o-aa111bb222/210987654321/CloudTrail" + day, "", ingest.LogFile, "210987654321"},
		{"Insights", "AWSLogs/123456789012/CloudTrail-Insight" + day, "", ingest.LogFile, "123456789012"},
		{"network activity", "AWSLogs/123456789012/CloudTrail-NetworkActivity" + day, "", ingest.LogFile, "123456789012"},
		{"a digest", "AWSLogs/123456789012/CloudTrail-Digest" + day, "", ingest.Digest, "123456789012"},
		{"of AWS Config", "AWSLogs/123456789012/Config" + day, "", ingest.OtherService, "123456789012"},
		{"with the trail's prefix", "org/AWSLogs/123456789012/CloudTrail" + day, "org/", ingest.LogFile, "123456789012"},
		{"with a prefix that is not the trail's", "org/AWSLogs/123456789012/CloudTrail" + day, "", ingest.Unknown, ""},
		{"without the trail's prefix", "AWSLogs/123456789012/CloudTrail" + day, "org/", ingest.Unknown, ""},
		{"no account", "AWSLogs/12345/CloudTrail" + day, "", ingest.Unknown, ""},
		{"a path made to look like one", "x/AWSLogs/AWSLogs/123456789012/CloudTrail" + day, "", ingest.Unknown, ""},
		{"another ending", "AWSLogs/123456789012/CloudTrail/x.exe", "", ingest.Unknown, ""},
		{"the marker of a folder", "AWSLogs/123456789012/CloudTrail/", "", ingest.Unknown, ""},
		{"nothing", "", "", ingest.Unknown, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kind, account := ingest.FileOf(test.key, test.prefix)
			if kind != test.kind || account != test.account {
				t.Errorf("%s of %q, want %s of %q", kind, account, test.kind, test.account)
			}
		})
	}
}

// FuzzObjects reads any bytes: nothing panics, an error comes without objects, and every
// object has a name.
func FuzzObjects(f *testing.F) {
	for _, seed := range append(fuzzSeeds, list(fromS3("logs", "a%2B")), bySNS(fromBridge("a"), 2), `{"s3Bucket":"b","s3ObjectKey":["k"]}`) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		objects, err := ingest.Objects(body)
		if err != nil && len(objects) > 0 {
			t.Errorf("%v, and %d objects", err, len(objects))
		}
		for _, o := range objects {
			if o.Bucket == "" || o.Key == "" {
				t.Errorf("an object without a name: %+v", o)
			}
			ingest.FileOf(o.Key, "")
		}
	})
}

func TestWhichObjectsOfAnArchiveMayHoldRecords(t *testing.T) {
	for key, want := range map[string]bool{
		"AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/21/x.json.gz":                        true,
		"a/AWSLogs/o-aa111bb222/123456789012/CloudTrail-Insight/us-east-1/2026/11/21/x.json.gz": true,
		"copies/of/mine.json":   true,
		"copies/of/mine.GZ":     true,
		"copies/of/mine.txt":    false,
		"AWSLogs/123456789012/": false,
		"AWSLogs/123456789012/CloudTrail-Digest/us-east-1/x.json.gz":        false,
		"CloudTrail-Digest/x.json.gz":                                       false,
		"a/AWSLogs/123456789012/Config/us-east-1/x.json.gz":                 false,
		"AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/x.log.gz": false,
	} {
		if got := ingest.MayHoldRecords(key); got != want {
			t.Errorf("%s: %t", key, got)
		}
	}
}
