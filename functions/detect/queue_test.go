package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
	timer "trailbell/internal/suppress/sqs"
)

// stages are fakes of every stage. The event's name, or the flush's window, decides what
// happens.
type stages struct {
	done    []string                    // in order
	meets   func(rec cloudtrail.Record) // is called for each record
	untold  bool                        // problems can't be sent
	asleep  bool                        // no rule fires
	metrics bytes.Buffer
	log     bytes.Buffer
}

func (s *stages) detector() *detector {
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	return &detector{
		log: log, reader: ingest.Reader{Now: time.Now}, rules: 3,
		meter:    metrics.Meter{To: &s.metrics, Function: "detect", Now: time.Now},
		pipeline: &pipeline.Pipeline{Selector: s, Evaluator: s, Suppressor: s, Enricher: s, Notifier: notifier{s}, Log: log, Now: time.Now},
	}
}

func (s *stages) Select(cloudtrail.Record) []detection.RuleID { return []detection.RuleID{"rule"} }

func (s *stages) Evaluate(ctx context.Context, rec cloudtrail.Record, _ []detection.RuleID) []detection.Outcome {
	if s.meets != nil {
		s.meets(rec)
	}
	if rec.EventName() == "Panics" {
		panic("boom")
	}
	if rec.EventName() == "Hangs" {
		<-ctx.Done()
	}
	if s.asleep || rec.EventName() == "Quiet" {
		return nil
	}
	return []detection.Outcome{{Verdict: detection.Fired, Finding: detection.Finding{Severity: detection.High}}}
}

func (s *stages) Findings(_ context.Context, rec cloudtrail.Record, findings []detection.Finding) detection.Decision {
	if rec.EventName() == "Busy" {
		return detection.Decision{Retry: detection.ErrBusy}
	}
	return detection.Decision{Findings: findings}
}

func (s *stages) Problem(_ context.Context, problem detection.Problem) detection.Decision {
	return detection.Decision{Problems: []detection.Problem{problem}}
}

func (s *stages) Flush(_ context.Context, flush detection.Flush) detection.Decision {
	switch flush.Window {
	case "panics":
		panic("boom")
	case "busy":
		return detection.Decision{Retry: detection.ErrBusy}
	}
	s.done = append(s.done, "flush "+flush.Window+" "+flush.First)
	return detection.Decision{RollUps: []detection.RollUp{{First: flush.First}}}
}

func (s *stages) Settle(context.Context, detection.Decision, error) error { return nil }

func (s *stages) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	var alerts []detection.Alert
	for _, f := range findings {
		alerts = append(alerts, detection.Alert{EventID: rec.EventID(), EventName: rec.EventName(), Severity: f.Severity, Heartbeat: rec.Heartbeat, Test: rec.Test})
	}
	return alerts
}

func (s *stages) RollUp(r detection.RollUp) detection.RollUp { return r }

type notifier struct{ *stages }

func (s notifier) Alerts(_ context.Context, alerts []detection.Alert) error {
	if alerts[0].EventName == "Unsent" {
		return errors.New("the topic is gone")
	}
	kind := "alert"
	switch {
	case alerts[0].Heartbeat:
		kind = "heartbeat"
	case alerts[0].Test:
		kind = "test"
	}
	s.done = append(s.done, kind+" "+alerts[0].EventID)
	return nil
}

func (s notifier) Problem(_ context.Context, problem detection.Problem) error {
	if s.untold {
		return errors.New("the topic is gone")
	}
	if strings.Contains(problem.Where, "panicsTwice") {
		panic("boom")
	}
	s.done = append(s.done, "problem "+problem.What+" in "+problem.Where)
	return nil
}

func (s notifier) RollUp(context.Context, detection.RollUp) error { return nil }

// event is an event of EventBridge; the name says what becomes of it.
func event(name, id string) string {
	return fmt.Sprintf(`{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.ec2","detail":{"eventSource":"ec2.amazonaws.com","eventName":%q,"eventID":%q}}`, name, id)
}

// queued is a batch from the queue. The messages' ids are m1, m2 and so on.
func queued(bodies ...string) json.RawMessage {
	var list []string
	for i, body := range bodies {
		quoted, _ := json.Marshal(body)
		list = append(list, fmt.Sprintf(`{"messageId":"m%d","body":%s,"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:retry"}`, i+1, quoted))
	}
	return json.RawMessage(`{"Records":[` + strings.Join(list, ",") + `]}`)
}

// failures is the answer that names these messages.
func failures(ids ...string) string {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf(`{"itemIdentifier":%q}`, id))
	}
	return `{"batchItemFailures":[` + strings.Join(list, ",") + `]}`
}

const unreadable = "problem Payload could not be read to its end in message %s of queue retry"

func TestAnswersForABatch(t *testing.T) {
	good, nested := event("Fires", "a"), string(queued(event("Fires", "inner"), `{"trailbell":"flush","window":"w","first":"f"}`))
	tests := []struct {
		name   string
		bodies []string
		untold bool
		asleep bool
		want   string   // the answer
		done   []string // what was done
	}{
		{name: "all are dealt with", bodies: []string{good, event("Quiet", "b")}, want: failures(), done: []string{"alert a"}},
		{
			name: "one that is no JSON stays, and hides no other", bodies: []string{good, `{"version":"0",`, event("Fires", "b")},
			want: failures("m2"), done: []string{"alert a", fmt.Sprintf(unreadable, "m2"), "alert b"},
		},
		{name: "one that is empty stays", bodies: []string{""}, want: failures("m1"), done: []string{"problem Payload could not be read in message m1 of queue retry"}},
		{name: "an object of another kind stays", bodies: []string{`{"key1":"value1"}`}, want: failures("m1"), done: []string{"problem Record could not be read in message m1 of queue retry"}},
		{name: "one that can't be read and not be told of stays", bodies: []string{"x"}, untold: true, want: failures("m1")},
		{
			name: "a record that was evaluated in spite of what is odd about it is done", bodies: []string{`{"eventSource":"s","eventName":"n","eventID":"a","x":1,"x":2}`},
			want: failures(), done: []string{"alert a", "problem Record can be read in two ways in message m1 of queue retry"},
		},
		{name: "an alert that can't be sent", bodies: []string{event("Unsent", "a"), good}, want: failures("m1"), done: []string{"alert a"}},
		{name: "an alert that another run is sending", bodies: []string{event("Busy", "a"), good}, want: failures("m1"), done: []string{"alert a"}},
		{
			name: "a record that makes a stage panic", bodies: []string{event("Panics", "p"), good},
			want: failures("m1"), done: []string{"problem trailbell crashed on a record in ec2.amazonaws.com Panics", "alert a"},
		},
		{name: "a flush", bodies: []string{`{"trailbell":"flush","window":"w","first":"f"}`}, want: failures(), done: []string{"flush w f"}},
		{name: "a flush that another run is at", bodies: []string{`{"trailbell":"flush","window":"busy","first":"f"}`, good}, want: failures("m1"), done: []string{"alert a"}},
		{
			name: "a flush that panics", bodies: []string{`{"trailbell":"flush","window":"panics","first":"f"}`, good},
			want: failures("m1"), done: []string{"problem trailbell crashed on a payload in message m1 of queue retry", "alert a"},
		},
		{name: "a flush with a member too many is none", bodies: []string{`{"trailbell":"flush","window":"w","first":"f","x":""}`}, want: failures("m1"), done: []string{"problem Payload could not be read in message m1 of queue retry"}},
		{name: "a heartbeat", bodies: []string{`{"trailbell":"heartbeat"}`}, want: failures(), done: []string{"heartbeat 00000000-0000-4000-8000-000000000002"}},
		{name: "a heartbeat that fires nothing", bodies: []string{`{"trailbell":"heartbeat"}`, event("Quiet", "a")}, asleep: true, want: failures("m1")},
		{name: "a test", bodies: []string{`{"trailbell":"test"}`}, want: failures(), done: []string{"test 00000000-0000-4000-8000-000000000002"}},
		{name: "commands among records are not followed", bodies: []string{good + `{"trailbell":"heartbeat"}`}, want: failures("m1"), done: []string{"alert a", "problem Payload could not be read in message m1 of queue retry"}},
		{name: "a batch on the queue", bodies: []string{nested}, want: failures(), done: []string{"alert inner", "flush w f"}},
		{name: "a batch on the queue with a message that stays", bodies: []string{string(queued(event("Unsent", "a"), good)), good}, want: failures("m1"), done: []string{"alert a", "alert a"}},
		{name: "the same twice", bodies: []string{good, good}, want: failures(), done: []string{"alert a", "alert a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &stages{untold: tt.untold, asleep: tt.asleep}
			got, err := s.detector().handle(t.Context(), queued(tt.bodies...))
			if text, _ := json.Marshal(got); string(text) != tt.want || err != nil {
				t.Errorf("answer %s, %v, want %s", text, err, tt.want)
			}
			if diff := cmp.Diff(tt.done, s.done); diff != "" {
				t.Errorf("done, -want +got:\n%s", diff)
			}
		})
	}
}

func TestAMessageWithoutAnIDMakesTheWholeBatchComeAgain(t *testing.T) {
	s := &stages{}
	payload := strings.Replace(string(queued(event("Fires", "a"), event("Fires", "b"))), `"messageId":"m2",`, "", 1)
	got, err := s.detector().handle(t.Context(), json.RawMessage(payload))
	if got != nil || err == nil || !strings.Contains(err.Error(), "message 2 of the batch has no id") {
		t.Errorf("answer %v, error %v", got, err)
	}
	if diff := cmp.Diff([]string{"alert a", "alert b"}, s.done); diff != "" {
		t.Errorf("alerts go out all the same, -want +got:\n%s", diff)
	}
}

func TestAnswersForABarePayload(t *testing.T) {
	tests := []struct {
		name, payload string
		want          any
		err           string
		done          []string
	}{
		{"an event", event("Fires", "a"), answer{Records: 1, Alerts: 1}, "", []string{"alert a"}},
		{"an empty object", `{}`, answer{}, "", nil},
		{"an empty list", `{"Records":[]}`, answer{}, "", nil},
		{"no list", `{"Records":null}`, answer{}, "", nil},
		{"an object of another kind", `{"key1":"value1"}`, answer{Problems: 1}, "", []string{"problem Record could not be read in Lambda request"}},
		{"a heartbeat", `{"trailbell":"heartbeat"}`, answer{}, "", []string{"heartbeat 00000000-0000-4000-8000-000000000002"}},
		{"a flush", ` {"first":"f","window":"w","trailbell":"flush"} `, answer{}, "", []string{"flush w f"}},
		{"an event that can't be sent", event("Unsent", "a"), answer{Records: 1, Alerts: 1}, "the topic is gone", nil},
		{"a batch that can't be taken apart", `{"Records":[{"messageId":5,"eventSource":"aws:sqs"}]}`, answer{Problems: 1}, "read batch of messages", []string{"problem Record could not be read in Lambda request"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &stages{}
			got, err := s.detector().handle(t.Context(), json.RawMessage(tt.payload))
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q in it", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.done, s.done); diff != "" {
				t.Errorf("done, -want +got:\n%s", diff)
			}
		})
	}
}

func TestAHeartbeatThatFiresNothingIsAnError(t *testing.T) {
	s := &stages{asleep: true}
	if _, err := s.detector().handle(t.Context(), json.RawMessage(`{"trailbell":"heartbeat"}`)); err == nil || !strings.Contains(err.Error(), "the heartbeat's rule did not fire") {
		t.Errorf("error %v", err)
	}
	if strings.Contains(s.metrics.String(), "Heartbeats") {
		t.Errorf("counted as sent: %s", &s.metrics)
	}
}

func TestTellingOfAPanicMayPanic(t *testing.T) {
	s := &stages{}
	got := s.detector().deal(t.Context(), []byte(`{"trailbell":"flush","window":"panics","first":"f"}`), "panicsTwice", 0)
	if got.done() || !strings.Contains(got.err.Error(), "panic: boom") {
		t.Errorf("result %+v", got)
	}
}

// Lambda's library finds out by reflection what a handler takes and gives.
func TestWhatLambdaSendsBack(t *testing.T) {
	for payload, want := range map[string]string{
		string(queued(event("Fires", "a"), "x")): failures("m2"),
		string(queued()):                         `{"records":0,"alerts":0,"problems":0}`,
		event("Fires", "a"):                      `{"records":1,"alerts":1,"problems":0}`,
	} {
		s := &stages{}
		got, err := lambda.NewHandler(s.detector().handle).Invoke(t.Context(), []byte(payload))
		if strings.TrimSpace(string(got)) != want || err != nil {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}

// What the timer puts on the queue is what the function takes off it.
func TestFollowUpsComeBack(t *testing.T) {
	s, box := &stages{}, &outbox{}
	flush := detection.Flush{Window: "G#\"<0b9c>\u2028", First: "ae23"}
	if err := (timer.Timer{API: box, QueueURL: "https://sqs/123456789012/retry", Log: slog.New(slog.DiscardHandler)}).After(t.Context(), time.Minute, flush); err != nil {
		t.Fatal(err)
	}
	if _, err := s.detector().handle(t.Context(), queued(box.body)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"flush " + flush.Window + " ae23"}, s.done); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

type outbox struct{ body string }

func (o *outbox) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	o.body = *in.MessageBody
	return &sqs.SendMessageOutput{}, nil
}

// The samples have the form in which Lambda hands over what lies on the queue.
func TestSamplesOfTheQueue(t *testing.T) {
	tests := []struct {
		file, want string
		done       []string
	}{
		{"../../events/sqs-from-function.json", failures(), []string{"alert 0d6b4a52-93f4-4c11-8b0f-5a9e7c3d2b14"}},
		{"../../events/sqs-from-rule.json", failures(), []string{"alert 4f8e1c70-2a6d-4b95-9d3e-7c0b5a1f6e28"}},
		{"testdata/sqs-flush.json", failures(), []string{"flush G#0b9c5d3e7f1a2b4c ae2345845b19064e9ae0db9f685d7626"}},
		{"testdata/sqs-heartbeat.json", failures(), []string{"heartbeat 00000000-0000-4000-8000-000000000002"}},
		{"testdata/sqs-test.json", failures(), []string{"test 00000000-0000-4000-8000-000000000002"}},
		{"testdata/sqs-batch-in-batch.json", failures(), []string{"alert a61a9f30-3cea-4edd-b5fc-245ecd506695", "flush G#0b9c5d3e7f1a2b4c ae2345845b19064e9ae0db9f685d7626"}},
		{"testdata/sqs-not-json.json", failures("2b7e1508-5c1d-4f7e-9a66-0c1b2d3e4f50"), []string{"problem Payload could not be read to its end in message 2b7e1508-5c1d-4f7e-9a66-0c1b2d3e4f50 of queue trailbell-RetryQueue-1A2B3C"}},
		{"testdata/sqs-not-from-aws.json", failures("2b7e1509-5c1d-4f7e-9a66-0c1b2d3e4f50"), []string{"problem Event is not from AWS in message 2b7e1509-5c1d-4f7e-9a66-0c1b2d3e4f50 of queue trailbell-RetryQueue-1A2B3C"}},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			payload, err := os.ReadFile(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			s := &stages{}
			got, err := s.detector().handle(t.Context(), payload)
			if text, _ := json.Marshal(got); string(text) != tt.want || err != nil {
				t.Errorf("answer %s, %v, want %s", text, err, tt.want)
			}
			if diff := cmp.Diff(tt.done, s.done); diff != "" {
				t.Errorf("done, -want +got:\n%s", diff)
			}
		})
	}
}

func TestTheFourthOfTenIsNoJSON(t *testing.T) {
	payload, err := os.ReadFile("testdata/sqs-ten.json")
	if err != nil {
		t.Fatal(err)
	}
	s := &stages{}
	got, err := s.detector().handle(t.Context(), payload)
	if text, _ := json.Marshal(got); string(text) != failures("2b7e1513-5c1d-4f7e-9a66-0c1b2d3e4f50") || err != nil {
		t.Errorf("answer %s, %v", text, err)
	}
	if alerts := strings.Count(strings.Join(s.done, "\n"), "alert "); alerts != 9 || len(s.done) != 10 {
		t.Errorf("%d alerts of %q, want 9 and a problem", alerts, s.done)
	}
}
