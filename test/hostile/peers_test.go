package hostile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"trailbell/internal/config"
	"trailbell/internal/detection"
	"trailbell/internal/suppress"
)

// What goes wrong in tools of this kind: each behaviour has a test of its own here.

func TestASwitchThatIsSpeltInAnotherWayStopsTheStart(t *testing.T) {
	good := map[string]string{
		"TRAILBELL_ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:a", "TRAILBELL_ALERT_EVENT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:b",
		"TRAILBELL_RETRY_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/retry", "TRAILBELL_STATE_TABLE": "state",
	}
	read := func(value string) (config.Detect, error) {
		return config.ReadDetect(func(name string) string {
			if name == "TRAILBELL_METRICS" {
				return value
			}
			return good[name]
		})
	}
	for _, value := range []string{"false", "true", "0", "no", "off", "Full", "full ", "FULL"} {
		if _, err := read(value); err == nil || !strings.Contains(err.Error(), "TRAILBELL_METRICS") {
			t.Errorf("%q is taken for something: %v", value, err)
		}
	}
	for value, full := range map[string]bool{"": false, "basic": false, "full": true} {
		if c, err := read(value); err != nil || c.FullMetrics != full {
			t.Errorf("%q: %t, %v", value, c.FullMetrics, err)
		}
	}
}

func TestAnAnswerOfTheWrongShapeIsToldAndNeverTakenForNo(t *testing.T) {
	for name, body := range map[string]string{
		"a text":    `match := input.eventName`,
		"a number":  `match := count(input.eventName)`,
		"an object": `match := {"yes": input.eventName}`,
		"a set":     `match contains input.eventName`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBeside(t, map[string]string{"odd": body, "stop": firesOnStop})
			b.send(t, stop("a"))
			told := fmt.Sprint(b.set.Refused, b.told)
			if !strings.Contains(told, "odd") || b.alerts["t.odd"] > 0 || b.alerts["t.stop"] != 1 {
				t.Errorf("told %s, alerts %v", told, b.alerts)
			}
		})
	}
}

func TestOnePostThatFailsEndsNoFileAndIsNoSuccess(t *testing.T) {
	var records []string
	for i := range 5 {
		records = append(records, by(fmt.Sprint(i)))
	}
	for k := range 5 {
		d := newDelivery(t, map[string]string{"stop": firesOnStop}, suppress.Options{})
		d.refuse = func(id string) bool { return id == fmt.Sprint(k) }
		err := d.run(t, []byte(file(records...)))
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("event %d:", k)) || len(d.alerts) != 4 {
			t.Errorf("post %d fails: %d of the other four arrive, error %v", k, len(d.alerts), err)
		}
		d.refuse = nil
		if err := d.run(t, []byte(file(records...))); err != nil {
			t.Error(err)
		}
		ids := d.fired("t.stop")
		slices.Sort(ids)
		if !slices.Equal(ids, []string{"0", "1", "2", "3", "4"}) {
			t.Errorf("after the next try: %v, want each once", ids)
		}
	}
}

// A trail's digest lists files and holds no record. Wherever it stands it hides none.
func TestADigestBesideRecordsHidesNone(t *testing.T) {
	const digest = `{"awsAccountId":"123456789012","digestStartTime":"2026-02-03T03:05:06Z","digestEndTime":"2026-02-03T04:05:06Z","digestS3Bucket":"b",
		"digestS3Object":"o","logFiles":[{"s3Bucket":"b","s3Object":"f","hashValue":"00","hashAlgorithm":"SHA-256"}]}`
	for name, payload := range map[string]string{
		"it stands first": digest + "\n" + file(by("a"), by("b")) + "\n" + by("c"),
		"in the middle":   file(by("a"), by("b")) + digest + by("c"),
		"last":            file(by("a"), by("b")) + by("c") + digest,
		"among records":   file(by("a"), digest, by("b"), by("c")),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDelivery(t, map[string]string{"stop": firesOnStop}, suppress.Options{})
			if err := d.run(t, []byte(payload)); err != nil {
				t.Fatal(err)
			}
			if got := d.fired("t.stop"); !slices.Equal(got, []string{"a", "b", "c"}) {
				t.Errorf("alerts of %v, problems %+v", got, d.problems)
			}
		})
	}
}

func TestAfterTheFirstFailureTheRestIsEvaluated(t *testing.T) {
	d := newDelivery(t, map[string]string{"stop": firesOnStop, "conflict": "match := true if input.eventName\nmatch := false if input.eventName"}, suppress.Options{})
	d.refuse = func(id string) bool { return id == "a" }
	tally, err := d.Run(t.Context(), records(by("a"), by("b"), by("c")))
	if err == nil || tally.Records != 3 || len(d.alerts) != 2 {
		t.Errorf("%d records, %d alerts, %v", tally.Records, len(d.alerts), err)
	}
}

// The first of a storm waits for no window, and no severity is left out on the way: who
// wants less filters by attributes.
func TestTheFirstAlertWaitsForNothingWhateverItsSeverity(t *testing.T) {
	for severity := detection.Info; severity <= detection.Critical; severity++ {
		body := fmt.Sprintf("%s\nseverities contains %q if true", firesOnStop, severity)
		d := newDelivery(t, map[string]string{"stop": body}, suppress.Options{})
		for i := range 500 {
			if err := d.run(t, []byte(stop(fmt.Sprint(i)))); err != nil {
				t.Fatal(err)
			}
			if len(d.alerts) != 1 || d.alerts[0].EventID != "0" || d.alerts[0].Severity != severity {
				t.Fatalf("%s: after %d records the alerts are %+v", severity, i+1, d.alerts)
			}
		}
		for _, flush := range append(d.asked, d.asked...) {
			if _, err := d.Flush(t.Context(), flush); err != nil {
				t.Fatal(err)
			}
		}
		if len(d.rollUps) != 1 || d.rollUps[0].Count != 499 || d.rollUps[0].First != d.alerts[0].ID {
			t.Errorf("%s: follow-ups %+v", severity, d.rollUps)
		}
	}
}
