package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
)

func TestEachFileOfANotificationIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.put("a.json.gz", 3)
		w.put("b.json.gz", 2)
		w.queue = nil
		w.notify(prefix+"a.json.gz", prefix+"b.json.gz")
		w.work(t)
		if len(w.alerts) != 5 || len(w.told) != 0 || w.runs != 1 {
			t.Errorf("%v, told %v in %d runs", w.alerts, w.told, w.runs)
		}
	})
}

func TestTheSameFileTwiceGivesEachAlertOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.put("a.json.gz", 3)
		w.notify(prefix + "a.json.gz")
		w.objects[prefix+"copy.json.gz"] = w.objects[prefix+"a.json.gz"]
		w.notify(prefix + "copy.json.gz")
		w.work(t)
		for id, n := range w.alerts {
			if n != 1 {
				t.Errorf("%s: %d alerts", id, n)
			}
		}
		if len(w.alerts) != 3 {
			t.Errorf("alerts %v", w.alerts)
		}
	})
}

func TestWhatBecomesOfAMessage(t *testing.T) {
	good := prefix + "a.json.gz"
	tests := []struct {
		name   string
		keys   []string
		body   string // instead of keys
		done   bool
		alerts int
		told   string // part of a problem
	}{
		{"a log file", []string{good}, "", true, 3, ""},
		{"a digest is passed by", []string{strings.Replace(good, "CloudTrail", "CloudTrail-Digest", 1)}, "", true, 0, ""},
		{"a file of AWS Config is passed by", []string{strings.Replace(good, "CloudTrail", "Config", 1)}, "", true, 0, ""},
		{"S3 tries the queue", nil, `{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"logs"}`, true, 0, ""},
		{"text", nil, "hello", false, 0, `begins with "hello"`},
		{"a command of the other function", nil, `{"trailbell":"heartbeat"}`, false, 0, "no notification"},
		{"another bucket", nil, `{"s3Bucket":"evil","s3ObjectKey":["` + good + `"]}`, false, 0, "the bucket is not the one"},
		{"a key that is no log file's", []string{"upload/x.json.gz"}, "", false, 0, "its key is none"},
		{"an account that is not configured", []string{strings.Replace(good, "123456789012", "999999999999", 1)}, "", false, 0, "the account is none"},
		{"a file that must not be read", []string{prefix + "denied.json.gz"}, "", false, 0, "AccessDenied"},
		{"a file that is not there", []string{prefix + "gone.json.gz"}, "", false, 0, ""},
		{"one that is refused and one that is good", []string{"upload/x.json.gz", good}, "", false, 3, "its key is none"},
		{"a file that ends too early", []string{prefix + "cut.json.gz"}, "", true, 2, "damaged"},
		{"a file that S3 breaks off", []string{prefix + "broken.json.gz"}, "", false, 2, ""},
		{"the rest of a file", nil, rest("2"), true, 1, ""},
		{"a part of a file", nil, strings.Replace(rest("1"), `"until":"0"`, `"until":"2"`, 1), true, 1, ""},
		{"the rest of a file that was another by then", nil, strings.Replace(rest("2"), `"etag":"`, `"etag":"x`, 1), true, 3, ""},
		{"the rest behind the end", nil, rest("7"), true, 0, ""},
		{"the rest of a file in another bucket", nil, strings.Replace(rest("2"), `"logs"`, `"evil"`, 1), false, 0, "the bucket is not the one"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := filled()
				body := test.body
				if body == "" {
					w.notify(test.keys...)
					body = w.queue[0]
				}
				h := w.handler()
				h.allowed.accounts = []string{"123456789012"}
				answer, _ := w.invoke(t, h, body)
				if done := len(answer.BatchItemFailures) == 0; done != test.done || len(w.alerts) != test.alerts {
					t.Errorf("done %t with %d alerts, want %t with %d", done, len(w.alerts), test.done, test.alerts)
				}
				said := ""
				for _, p := range w.told {
					said += p.What + ": " + p.Why + " " + p.Where + "\n"
				}
				if (said == "") != (test.told == "") || !strings.Contains(said, test.told) && test.told != "damaged" {
					t.Errorf("told %q, want %q", said, test.told)
				}
			})
		})
	}
}

// filled is a world with files in it, good ones and others.
func filled() *world {
	w := newWorld()
	w.put("a.json.gz", 3)
	w.queue = nil
	w.objects[prefix+"denied.json.gz"] = []byte("denied")
	text := logFile("cut", 3)
	w.objects[prefix+"cut.json.gz"] = []byte(text[:len(text)-40])
	w.objects[prefix+"broken.json.gz"] = []byte(text[:len(text)-40] + "breaks")
	return w
}

// rest is a message that asks for the rest of the good file.
func rest(from string) string {
	w := newWorld()
	w.put("a.json.gz", 3)
	r := ingest.Resume{Object: ingest.Object{Bucket: logBucket, Key: prefix + "a.json.gz"}, ETag: fmt.Sprint(len(w.objects[prefix+"a.json.gz"])), From: 1000}
	return strings.Replace(r.Body(), "1000", from, 1)
}

func TestOneMessageOfABatchThatFailsIsNamedAndNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := filled()
		w.notify(prefix + "a.json.gz")
		answer, _ := w.invoke(t, w.handler(), "hello", w.queue[0], "{}")
		var named []string
		for _, f := range answer.BatchItemFailures {
			named = append(named, f.ItemIdentifier)
		}
		if fmt.Sprint(named) != "[m1 m3]" || len(w.alerts) != 3 {
			t.Errorf("named %v, alerts %v", named, w.alerts)
		}
	})
}

func TestWhatIsNoBatchIsAnError(t *testing.T) {
	w := newWorld()
	for _, payload := range []string{`{}`, `{"trailbell":"test"}`, `{"Records":[]}`} {
		if got, err := w.handler().handle(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%s was answered with %v", payload, got)
		}
	}
}

func TestWrongConfigurationStopsTheStart(t *testing.T) {
	_, err := newHandler(context.Background(), func(string) string { return "" })
	if err == nil || !strings.Contains(err.Error(), "TRAILBELL_LOG_BUCKET") || !strings.Contains(err.Error(), "TRAILBELL_ALERT_TOPIC_ARN") {
		t.Errorf("error %v", err)
	}
}

func TestRefusedRulesAreToldOnceWithTheFirstMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := filled()
		h := w.handler()
		h.untold = []detection.Problem{{What: "Rule is missing", Severity: detection.High}}
		for range 2 {
			w.notify(prefix + "a.json.gz")
			w.invoke(t, h, w.queue[0])
		}
		if len(w.told) != 1 || len(h.untold) != 0 {
			t.Errorf("told %v", w.told)
		}
	})
}
