package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"trailbell/internal/archive"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
	"trailbell/internal/state"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

// What the tests' function is given.
const (
	logBucket = "logs"
	timeout   = 120 * time.Second // the function's
	hidden    = 720 * time.Second // how long a message that failed is not seen
	prefix    = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/21/"
)

// A fault is what becomes of a step that the function takes outside itself.
type fault int

const (
	none    fault = iota
	refused       // nothing is done
	lost          // it is done, and the answer is lost
	dies          // the function is stopped before
	dead          // the function is stopped behind it
)

// world is all that is outside the function: S3, its queue, the store and the topics. Each
// step may have a fault.
type world struct {
	objects map[string][]byte
	store   *memory.Store
	queue   []string // bodies
	letters []string // of dead letters
	alerts  map[string]int
	told    []detection.Problem
	takes   time.Duration             // a record
	panics  string                    // eventID of a record that can't be decided
	stops   func(eventID string) bool // whether the function is stopped before it begins a record
	begun   atomic.Value              // eventID of the latest record
	steps   int
	fault   func(step int, what string) fault
	log     bytes.Buffer
	runs    int
	ledger  func() pipeline.Ledger // of a function as it starts; nil for none
}

func newWorld() *world {
	return &world{objects: map[string][]byte{}, store: memory.New(), alerts: map[string]int{}}
}

// step takes a step with the fault that it is to have.
func (w *world) step(what string, do func() error) error {
	w.steps++
	f := none
	if w.fault != nil {
		f = w.fault(w.steps, what)
	}
	switch f {
	case refused:
		return errors.New(what + " was refused")
	case dies:
		runtime.Goexit()
	}
	err := do()
	switch f {
	case lost:
		return errors.New(what + " got no answer")
	case dead:
		runtime.Goexit()
	}
	return err
}

// handler is a function as it starts.
func (w *world) handler() *handler {
	log := slog.New(slog.NewTextHandler(&w.log, nil))
	var ledger pipeline.Ledger
	if w.ledger != nil {
		ledger = w.ledger()
	}
	return &handler{
		log: log, reader: ingest.Reader{Fleeting: true}, rules: 1, meter: metrics.Meter{To: io.Discard, Now: time.Now},
		pipeline: &pipeline.Pipeline{
			Selector: stages{w}, Evaluator: stages{w}, Enricher: enricher{w}, Notifier: notifier{w}, Log: log,
			Suppressor: suppress.New(suppress.Options{Store: steppedStore{w.store, w}, Log: log}), Ledger: ledger,
		},
		objects: archive.Bucket{API: w},
		rest: func(_ context.Context, r ingest.Resume) error {
			return w.step("hand over", func() error { w.queue = append(w.queue, r.Body()); return nil })
		},
		allowed: allowed{bucket: logBucket},
	}
}

// GetObject is S3's.
func (w *world) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	body, there := w.objects[*in.Key]
	if !there {
		return nil, answered(http.StatusNotFound, "NoSuchKey")
	}
	if string(body) == "denied" {
		return nil, answered(http.StatusForbidden, "AccessDenied")
	}
	var out *s3.GetObjectOutput
	err := w.step("open", func() error {
		out = &s3.GetObjectOutput{Body: io.NopCloser(bytes.NewReader(body)), ETag: aws.String(fmt.Sprint(len(body)))}
		if rest, breaks := bytes.CutSuffix(body, []byte("breaks")); breaks {
			out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(rest), broken{}))
		}
		return nil
	})
	return out, err
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset by peer") }

func answered(status int, code string) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code, Message: "no"},
	}}
}

// steppedStore is a store whose calls are steps.
type steppedStore struct {
	*memory.Store
	w *world
}

func (s steppedStore) Claim(ctx context.Context, id, owner string, now, until time.Time) (claim state.Claim, err error) {
	err = s.w.step("claim", func() error { claim, err = s.Store.Claim(ctx, id, owner, now, until); return err })
	return claim, err
}

func (s steppedStore) Done(ctx context.Context, id string, keep time.Time) error {
	return s.w.step("done", func() error { return s.Store.Done(ctx, id, keep) })
}

// stages are the others: one rule that fires on each record.
type stages struct{ w *world }

var rule = detection.Rule{ID: "test.any", Severity: detection.High, Status: detection.StatusStable}

func (stages) Select(cloudtrail.Record) []detection.RuleID { return []detection.RuleID{rule.ID} }

func (s stages) Evaluate(ctx context.Context, rec cloudtrail.Record, _ []detection.RuleID) []detection.Outcome {
	begun := strings.Clone(rec.EventID())
	s.w.begun.Store(begun)
	if s.w.stops != nil && s.w.stops(begun) {
		runtime.Goexit()
	}
	if rec.EventID() == s.w.panics {
		panic("boom")
	}
	select {
	case <-ctx.Done():
	case <-time.After(s.w.takes):
	}
	return []detection.Outcome{{Rule: rule, Verdict: detection.Fired, Finding: detection.Finding{Rule: rule, Severity: detection.High}}}
}

// enricher and notifier are apart because their methods have the same names.
type (
	enricher struct{ w *world }
	notifier struct{ w *world }
)

func (enricher) RollUp(r detection.RollUp) detection.RollUp { return r }

func (enricher) Alerts(rec cloudtrail.Record, findings []detection.Finding) []detection.Alert {
	var alerts []detection.Alert
	for range findings {
		alerts = append(alerts, detection.Alert{ID: detection.AlertID(rule.ID, rec.Key()), Rule: rule.ID, EventID: strings.Clone(rec.EventID())})
	}
	return alerts
}

func (n notifier) Alerts(_ context.Context, alerts []detection.Alert) error {
	return n.w.step("publish", func() error {
		for _, a := range alerts {
			n.w.alerts[a.EventID]++
		}
		return nil
	})
}

func (n notifier) Problem(_ context.Context, problem detection.Problem) error {
	return n.w.step("tell", func() error { n.w.told = append(n.w.told, problem); return nil })
}

func (notifier) RollUp(context.Context, detection.RollUp) error { return nil }

// put puts a log file with so many records into S3, and a notification of it into the
// queue.
func (w *world) put(name string, records int) {
	w.objects[prefix+name] = zipped(logFile(name, records))
	w.notify(prefix + name)
}

func (w *world) notify(keys ...string) {
	body, _ := json.Marshal(map[string]any{"s3Bucket": logBucket, "s3ObjectKey": keys})
	w.queue = append(w.queue, string(body))
}

func logFile(name string, records int) string {
	var list []string
	for i := range records {
		list = append(list, fmt.Sprintf(`{"eventVersion":"1.11","eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","eventTime":"2026-11-21T10:00:00Z","eventID":"%s-%d","recipientAccountId":"123456789012"}`, name, i))
	}
	return `{"Records":[` + strings.Join(list, ",") + `]}`
}

func zipped(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.Bytes()
}

// maxReceives is after how many tries a message is a dead letter.
const maxReceives = 20

// work is Lambda's part, until the queue is empty: each message for itself, in a function
// that is started anew when it was stopped.
func (w *world) work(t *testing.T) {
	t.Helper()
	tries := map[string]int{}
	h := w.handler()
	for len(w.queue) > 0 {
		body := w.queue[0]
		w.queue = w.queue[1:]
		if tries[body]++; tries[body] > maxReceives {
			w.letters = append(w.letters, body)
			continue
		}
		answer, alive := w.invoke(t, h, body)
		if !alive {
			h = w.handler()
		}
		if !alive || len(answer.BatchItemFailures) > 0 {
			time.Sleep(hidden)
			w.queue = append(w.queue, body)
		} else {
			delete(tries, body) // the same text again would be another message
		}
		if w.runs > 500 {
			t.Fatal("it never ends")
		}
	}
}

// invoke has the function deal with one message. It is not alive when it was stopped.
func (w *world) invoke(t *testing.T, h *handler, bodies ...string) (answer events.SQSEventResponse, alive bool) {
	t.Helper()
	w.runs++
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	over := make(chan bool)
	go func() {
		defer close(over)
		got, err := h.handle(ctx, batch(bodies...))
		if err != nil {
			t.Error(err)
			return
		}
		answer, alive = got.(events.SQSEventResponse), true
	}()
	<-over
	return answer, alive
}

func batch(bodies ...string) json.RawMessage {
	var in events.SQSEvent
	for i, body := range bodies {
		in.Records = append(in.Records, events.SQSMessage{MessageId: fmt.Sprint("m", i+1), EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:logfiles", Body: body})
	}
	payload, _ := json.Marshal(in)
	return payload
}
