package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"trailbell/functions/wiring"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

const (
	alertTopic      = "arn:aws:sns:us-east-1:123456789012:alerts"
	alertEventTopic = "arn:aws:sns:us-east-1:123456789012:alert-events"
)

// topics is a stand-in for SNS that takes what is published, or refuses it.
type topics struct {
	mu        sync.Mutex
	refuse    string // topic
	throttle  int    // calls
	published map[string][]url.Values
	flushes   []detection.Flush
}

func (s *topics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Action") != "Publish" {
		http.Error(w, "not a Publish call", http.StatusNotImplemented)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.throttle > 0 {
		s.throttle--
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`)
		return
	}
	if form.Get("TopicArn") == s.refuse {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>`)
		return
	}
	s.published[form.Get("TopicArn")] = append(s.published[form.Get("TopicArn")], form)
	fmt.Fprint(w, `<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
}

// start makes the function as Lambda would, with the stand-in for SNS, and a store and a
// timer in memory.
func start(t *testing.T) (*detector, *topics) {
	t.Helper()
	d, sns := startWithBrokenStore(t)
	d.pipeline.Suppressor = suppress.New(suppress.Options{Store: memory.New(), Timer: sns})
	return d, sns
}

// startWithBrokenStore is start with the store and the queue of AWS, of which the stand-in
// knows nothing.
func startWithBrokenStore(t *testing.T) (*detector, *topics) {
	t.Helper()
	sns := &topics{published: map[string][]url.Values{}}
	return startAt(t, sns, nil), sns
}

// startAt makes the function with all of AWS at one address, and more in its environment.
func startAt(t *testing.T, cloud http.Handler, more map[string]string) *detector {
	t.Helper()
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
		"AWS_SECRET_ACCESS_KEY": "EXAMPLE", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	env := map[string]string{"TRAILBELL_ALERT_TOPIC_ARN": alertTopic, "TRAILBELL_ALERT_EVENT_TOPIC_ARN": alertEventTopic, "TRAILBELL_LOG_LEVEL": "error"}
	env["TRAILBELL_RETRY_QUEUE_URL"], env["TRAILBELL_STATE_TABLE"] = server.URL+"/123456789012/retry", "state"
	maps.Copy(env, more)
	d, err := newDetector(t.Context(), func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	d.meter.To = io.Discard
	return d
}

// After keeps what the function asks to be reminded of.
func (s *topics) After(_ context.Context, delay time.Duration, flush detection.Flush) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if delay != 15*time.Minute {
		return fmt.Errorf("asked for after %s", delay)
	}
	s.flushes = append(s.flushes, flush)
	return nil
}

func sample(t *testing.T, name string) json.RawMessage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "events", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestMatchingEventGivesOneTextAndOneDocumentAFinding(t *testing.T) {
	d, sns := start(t)
	got, err := d.handle(t.Context(), sample(t, "auditmanager-assessment-created.json"))
	if err != nil || got != any(answer{Records: 1, Alerts: 2}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if n := len(sns.published[alertTopic]); n != 1 {
		t.Fatalf("%d texts for people, want 1", n)
	}
	if n := len(sns.published[alertEventTopic]); n != 2 {
		t.Errorf("%d documents for machines, want 2", n)
	}
	text := sns.published[alertTopic][0]
	if !strings.HasPrefix(text.Get("Subject"), "HIGH: Change made in a session without MFA") {
		t.Errorf("subject %q", text.Get("Subject"))
	}
}

func TestBenignEventGivesNothing(t *testing.T) {
	d, sns := start(t)
	got, err := d.handle(t.Context(), sample(t, "root-read-only.json"))
	if err != nil || got != any(answer{Records: 1}) || len(sns.published) > 0 {
		t.Errorf("got %+v, %v, published %v", got, err, sns.published)
	}
}

func TestUnreadablePayloadIsToldOnBothTopics(t *testing.T) {
	d, sns := start(t)
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	got, err := d.handle(ctx, json.RawMessage(`{"key1":"value1"}`))
	if err != nil || got != any(answer{Problems: 1}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, topic := range []string{alertTopic, alertEventTopic} {
		if len(sns.published[topic]) != 1 || !strings.Contains(sns.published[topic][0].Get("Message"), "Lambda request request-1") {
			t.Errorf("%s got %v", topic, sns.published[topic])
		}
	}
}

func TestTopicThatIsGoneIsAnErrorAndHidesNoOther(t *testing.T) {
	for _, refused := range []string{alertTopic, alertEventTopic} {
		d, sns := start(t)
		sns.refuse = refused
		if _, err := d.handle(t.Context(), sample(t, "cloudtrail-trail-stopped.json")); err == nil || !strings.Contains(err.Error(), refused) {
			t.Errorf("error %v: success would lose the alert", err)
		}
		if len(sns.published) != 1 {
			t.Errorf("the other topic got nothing: %v", sns.published)
		}
	}
}

func TestTestEventIsMarkedAndStamped(t *testing.T) {
	d, sns := start(t)
	if _, err := d.handle(t.Context(), json.RawMessage(`{"trailbell":"test"}`)); err != nil {
		t.Fatal(err)
	}
	if len(sns.published[alertTopic]) != 1 || !strings.HasPrefix(sns.published[alertTopic][0].Get("Subject"), "TEST CRITICAL: ") {
		t.Errorf("published %v", sns.published[alertTopic])
	}
}

func TestHeartbeatGoesToMachinesOnly(t *testing.T) {
	d, sns := start(t)
	if _, err := d.handle(t.Context(), json.RawMessage(`{"trailbell":"heartbeat"}`)); err != nil {
		t.Fatal(err)
	}
	if people, machines := sns.published[alertTopic], sns.published[alertEventTopic]; len(people) != 0 || len(machines) != 1 ||
		!strings.Contains(machines[0].Get("Message"), `"kind":"heartbeat"`) {
		t.Errorf("people got %v, machines %v", people, machines)
	}
}

func TestMessageOfTheRetryQueueGivesWhatTheEventWouldHaveGiven(t *testing.T) {
	d, sns := start(t)
	got, err := d.handle(t.Context(), sample(t, "sqs-from-function.json"))
	if text, _ := json.Marshal(got); string(text) != failures() || err != nil {
		t.Errorf("answer %s, %v", text, err)
	}
	if len(sns.published[alertTopic]) != 1 || !strings.HasPrefix(sns.published[alertTopic][0].Get("Subject"), "CRITICAL: Trail stopped or deleted") {
		t.Errorf("published %v", sns.published[alertTopic])
	}
	sns.refuse = alertTopic
	got, err = d.handle(t.Context(), sample(t, "sqs-from-rule.json"))
	if text, _ := json.Marshal(got); string(text) != failures("2b7e1502-5c1d-4f7e-9a66-0c1b2d3e4f50") || err != nil {
		t.Errorf("answer %s, %v: the message would be lost", text, err)
	}
}

func TestRefusedRulesAreToldOnceWithTheFirstEvent(t *testing.T) {
	d, sns := start(t)
	d.untold = wiring.RefusedProblems([]ruleset.Refusal{{File: "rules/x.rego", Line: 3, Why: "no match"}})
	sns.refuse = alertTopic
	if _, err := d.handle(t.Context(), sample(t, "root-read-only.json")); err == nil {
		t.Error("nobody was told, and no error")
	}
	sns.refuse = ""
	for range 2 {
		if _, err := d.handle(t.Context(), sample(t, "root-read-only.json")); err != nil {
			t.Fatal(err)
		}
	}
	told := sns.published[alertTopic]
	if len(told) != 1 || !strings.Contains(told[0].Get("Message"), "rules/x.rego:3: no match") {
		t.Errorf("told %v", told)
	}
}

func TestWrongConfigurationStopsTheStart(t *testing.T) {
	_, err := newDetector(context.Background(), func(string) string { return "" })
	if err == nil || !strings.Contains(err.Error(), "TRAILBELL_ALERT_TOPIC_ARN is not set") {
		t.Errorf("error %v", err)
	}
}

func TestAnEventThatComesAgainIsNotSentAgainAndRepeatsAreCounted(t *testing.T) {
	d, sns := start(t)
	event := sample(t, "cloudtrail-trail-stopped.json")
	again := json.RawMessage(strings.Replace(string(event), `"eventID": "`, `"eventID": "f`, 1))
	for _, payload := range []json.RawMessage{event, event, again, again} {
		if _, err := d.handle(t.Context(), payload); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(sns.published[alertTopic]); n != 1 {
		t.Fatalf("%d texts, want one for four deliveries of two records", n)
	}
	if len(sns.flushes) != 1 {
		t.Fatalf("asked for %v", sns.flushes)
	}
	body, err := json.Marshal(map[string]string{"trailbell": "flush", "window": sns.flushes[0].Window, "first": sns.flushes[0].First})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := d.handle(t.Context(), body); err != nil {
			t.Fatal(err)
		}
	}
	texts := sns.published[alertTopic]
	if len(texts) != 2 || !strings.HasPrefix(texts[1].Get("Subject"), "AGAIN (CRITICAL): 1 more: Trail stopped") {
		t.Errorf("%d texts, want the follow-up once: %v", len(texts), texts)
	}
}

func TestAStoreThatIsDownKeepsNoAlertBack(t *testing.T) {
	d, sns := startWithBrokenStore(t)
	if _, err := d.handle(t.Context(), sample(t, "cloudtrail-trail-stopped.json")); err != nil {
		t.Fatal(err)
	}
	texts := sns.published[alertTopic]
	if len(texts) != 2 || !strings.Contains(texts[0].Get("Message"), "this may be a copy") || !strings.HasPrefix(texts[1].Get("Subject"), "PROBLEM (HIGH): Repeats can't be recognised") {
		t.Errorf("%d texts, want the alert and a problem: %v", len(texts), texts)
	}
}
