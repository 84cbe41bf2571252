package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"trailbell/functions/wiring"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/sns"
	"trailbell/internal/pipeline"
)

// moody is a stand-in for SNS that takes each message, and hangs up the first time.
type moody struct {
	mu       sync.Mutex
	accepted []string
}

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accepted = append(m.accepted, form.Get("Message"))
	if len(m.accepted) == 1 {
		panic(http.ErrAbortHandler)
	}
	fmt.Fprint(w, `<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
}

// publishTo has the function publish to the stand-in, and JSON only, by the client that
// the function has.
func publishTo(t *testing.T, d *detector, m *moody) {
	t.Helper()
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	client := awssns.New(awssns.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Retryer: wiring.Patient(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "EXAMPLE"}, nil
		}),
	})
	d.pipeline.Notifier = notify.Channels{{Name: "machines", Renderer: alertjson.Renderer{}, Place: sns.Topic{API: client, ARN: alertTopic}}}
}

func TestATopicThatThrottlesFiveTimesGetsOneAlertWithinTheInvocation(t *testing.T) {
	d, topics := start(t)
	topics.throttle = 5
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	if _, err := d.handle(ctx, sample(t, "cloudtrail-trail-stopped.json")); err != nil {
		t.Fatal(err)
	}
	if topics.throttle != 0 || len(topics.published[alertTopic]) != 1 || len(topics.published[alertEventTopic]) != 1 {
		t.Errorf("%d calls not throttled, published %v", topics.throttle, topics.published)
	}
	if took := time.Since(began); took < 50*time.Millisecond || took > 12*time.Second {
		t.Errorf("it took %s: tries must be apart, and end before the message's time does", took)
	}
}

func TestAMessageThatWasTakenWithoutAnAnswerIsSentAgainUnderTheSameID(t *testing.T) {
	d, _ := start(t)
	m := &moody{}
	publishTo(t, d, m)
	for range 2 {
		if _, err := d.handle(t.Context(), sample(t, "cloudtrail-trail-stopped.json")); err != nil {
			t.Fatal(err)
		}
	}
	ids := map[string]bool{}
	for _, message := range m.accepted {
		var alert struct{ ID string }
		if err := json.Unmarshal([]byte(message), &alert); err != nil {
			t.Fatal(err)
		}
		ids[alert.ID] = true
	}
	if len(m.accepted) != 2 || len(ids) != 1 {
		t.Errorf("%d messages with ids %v, want one and one copy", len(m.accepted), ids)
	}
}

func TestTheSameBodyTwiceInABatchIsOneAlertAndBothAreDone(t *testing.T) {
	d, topics := start(t)
	body := string(sample(t, "cloudtrail-trail-stopped.json"))
	got, err := d.handle(t.Context(), queued(body, body))
	if text, _ := json.Marshal(got); string(text) != failures() || err != nil {
		t.Errorf("answer %s, %v", text, err)
	}
	if len(topics.published[alertTopic]) != 1 || len(topics.published[alertEventTopic]) != 1 {
		t.Errorf("published %v", topics.published)
	}
}

// A message is acknowledged when what it led to was accepted, and not when it was received;
// the first that fails keeps no other from being evaluated.
func TestAMessageIsDoneWhenItsAlertWasAcceptedAndNotBefore(t *testing.T) {
	d, topics := start(t)
	bodies := []string{string(sample(t, "cloudtrail-trail-stopped.json")), string(sample(t, "root-read-only.json")), string(sample(t, "auditmanager-control-deleted.json"))}
	topics.refuse = alertTopic
	got, err := d.handle(t.Context(), queued(bodies...))
	if text, _ := json.Marshal(got); string(text) != failures("m1", "m3") || err != nil {
		t.Errorf("answer %s, %v, want the two whose alerts were refused", text, err)
	}
	if n := len(topics.published[alertEventTopic]); n != 2 {
		t.Errorf("%d alerts reached the other topic, want 2: the rest of the batch was not evaluated", n)
	}
	topics.refuse = ""
	got, err = d.handle(t.Context(), queued(bodies[0], bodies[2]))
	if text, _ := json.Marshal(got); string(text) != failures() || err != nil || len(topics.published[alertTopic]) != 2 {
		t.Errorf("answer %s, %v, published %v", text, err, topics.published[alertTopic])
	}
}

// unhurried asks the engine, and takes its time for each record as long as it is told to.
type unhurried struct {
	pipeline.Evaluator
	wait time.Duration
	seen map[string]int
}

func (u *unhurried) Evaluate(ctx context.Context, rec cloudtrail.Record, rules []detection.RuleID) []detection.Outcome {
	u.seen[rec.EventID()]++
	time.Sleep(u.wait)
	return u.Evaluator.Evaluate(ctx, rec, rules)
}

func TestAFileOfFiveThousandRecordsThatTheTimeEndsInIsDoneByTheNextTry(t *testing.T) {
	d, topics := start(t)
	var records []string
	for i := range 5000 {
		name := "DescribeTrails"
		if i%500 == 250 {
			name = "StopLogging"
		}
		records = append(records, fmt.Sprintf(`{"eventVersion":"1.11","eventTime":"2026-02-03T04:05:06Z","eventSource":"cloudtrail.amazonaws.com","eventName":%q,"awsRegion":"eu-west-1","eventID":"%d",
			"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/u%[2]d","accountId":"123456789012","userName":"u%[2]d"},"requestParameters":{"name":"trail%[2]d"},
			"recipientAccountId":"123456789012","eventType":"AwsApiCall","eventCategory":"Management"}`, name, i))
	}
	payload := json.RawMessage(`{"Records":[` + strings.Join(records, ",") + `]}`)
	slowly := &unhurried{Evaluator: d.pipeline.Evaluator, wait: time.Millisecond, seen: map[string]int{}}
	d.pipeline.Evaluator = slowly
	ctx, cancel := context.WithTimeout(t.Context(), margins.ForMore+2*time.Second)
	defer cancel()
	_, err := d.handle(ctx, payload)
	done := len(slowly.seen)
	if err == nil || !errors.Is(err, wiring.ErrTimeRunsOut) || done == 0 || done == 5000 || ctx.Err() != nil {
		t.Fatalf("%d records, error %v, context %v: it must stop in the middle, and in time", done, err, ctx.Err())
	}
	sent := len(topics.published[alertTopic])
	slowly.wait = 0
	if _, err := d.handle(t.Context(), payload); err != nil {
		t.Fatal(err)
	}
	if len(slowly.seen) != 5000 || len(topics.published[alertTopic]) != 10 || sent == 10 {
		t.Errorf("%d records, %d alerts of which %d at first, want 5000 and 10, each once", len(slowly.seen), len(topics.published[alertTopic]), sent)
	}
}
