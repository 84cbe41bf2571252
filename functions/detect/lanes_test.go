package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"trailbell/functions/wiring"
	"trailbell/internal/detection"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

func based(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// bare is a record by a caller of its own; the name says what becomes of it.
func bare(name, id string) string {
	return fmt.Sprintf(`{"eventSource":"ec2.amazonaws.com","eventName":%q,"eventID":%q,"recipientAccountId":"123456789012","userIdentity":{"arn":"arn:aws:iam::123456789012:user/%[2]s"}}`, name, id)
}

// streamed is a batch of a stream. The sequence numbers are s1, s2 and so on, from first.
func streamed(first int, bodies ...string) json.RawMessage {
	var list []string
	for i, body := range bodies {
		list = append(list, fmt.Sprintf(`{"kinesis":{"sequenceNumber":"s%d","data":%q},"eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/trail"}`, first+i, based(body)))
	}
	return json.RawMessage(`{"Records":[` + strings.Join(list, ",") + `]}`)
}

// delivered is what Firehose asks to be looked at. The ids are r1, r2 and so on.
func delivered(bodies ...string) json.RawMessage {
	var list []string
	for i, body := range bodies {
		list = append(list, fmt.Sprintf(`{"recordId":"r%d","approximateArrivalTimestamp":1770091506123,"data":%q}`, i+1, based(body)))
	}
	return json.RawMessage(`{"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:us-east-1:123456789012:deliverystream/trail","region":"us-east-1","records":[` + strings.Join(list, ",") + `]}`)
}

// untouched is the answer that gives all of it back.
func untouched(bodies ...string) string {
	var list []string
	for i, body := range bodies {
		list = append(list, fmt.Sprintf(`{"recordId":"r%d","result":"Ok","data":%q}`, i+1, based(body)))
	}
	return `{"records":[` + strings.Join(list, ",") + `]}`
}

// logged is what CloudWatch Logs calls a function with.
func logged(messages ...string) string {
	var list []string
	for i, message := range messages {
		quoted, _ := json.Marshal(message)
		list = append(list, fmt.Sprintf(`{"id":"e%d","timestamp":1,"message":%s}`, i+1, quoted))
	}
	return `{"awslogs":{"data":"` + based(packed(`{"messageType":"DATA_MESSAGE","logGroup":"trail","logEvents":[`+strings.Join(list, ",")+`]}`)) + `"}}`
}

func failedWith(payload string) string {
	return `{"version":"1.0","timestamp":"2026-02-03T04:05:06.789Z","requestContext":{"requestId":"r1","condition":"RetriesExhausted"},"requestPayload":` + payload + `,"responsePayload":{}}`
}

func notified(messages ...string) string {
	var list []string
	for i, message := range messages {
		quoted, _ := json.Marshal(message)
		list = append(list, fmt.Sprintf(`{"EventSource":"aws:sns","Sns":{"MessageId":"m%d","TopicArn":"arn:aws:sns:us-east-1:123456789012:trail","Message":%s}}`, i+1, quoted))
	}
	return `{"Records":[` + strings.Join(list, ",") + `]}`
}

// box is a queue that keeps what is laid into it.
type box struct {
	err    error
	bodies []string
}

func (b *box) SendMessage(ctx context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if b.err == nil {
		b.bodies = append(b.bodies, *in.MessageBody)
	}
	return &sqs.SendMessageOutput{}, b.err
}

func TestAnswersForEachLane(t *testing.T) {
	const flush, problem = `{"trailbell":"flush","window":"w","first":"f"}`, "problem Payload could not be read to its end in Lambda request, "
	a, b, unsent := bare("Fires", "a"), bare("Fires", "b"), bare("Unsent", "u")
	tests := []struct {
		name, payload string
		want          string // the answer; empty for an error
		done          []string
	}{
		{"a stream that all is well with", string(streamed(1, a, event("Fires", "e"), packed(`{"Records":[`+b+`]}`))), failures(), []string{"alert a", "alert e", "alert b"}},
		{"a stream whose third record can't be sent", string(streamed(1, a, b, unsent, bare("Fires", "c"))), failures("s3"), []string{"alert a", "alert b", "alert c"}},
		{"a stream with two that can't be sent", string(streamed(1, a, unsent, b, unsent)), failures("s2"), []string{"alert a", "alert b"}},
		{"a stream whose third record can't be read", string(streamed(1, a, b, "x", bare("Fires", "c"))), failures("s3"), []string{"alert a", "alert b", problem + "record s3 of stream trail", "alert c"}},
		{"a stream whose first record makes a stage panic", string(streamed(1, bare("Panics", "p"), a)), failures("s1"), []string{"problem trailbell crashed on a record in ec2.amazonaws.com Panics", "alert a"}},
		{"a record of a stream without a number", strings.Replace(string(streamed(1, a, b)), `"sequenceNumber":"s2",`, "", 1), "", []string{"alert a", "alert b"}},
		{"a stream that has a member twice", strings.TrimSuffix(string(streamed(1, a)), "}") + `,"x":1,"x":2}`, "", nil},
		{"a command by a stream", string(streamed(1, flush)), failures("s1"), []string{"problem Payload could not be read in Lambda request, record s1 of stream trail"}},
		{"Firehose", string(delivered(a, "x", b)), untouched(a, "x", b), []string{"alert a", problem + "record r2 of delivery stream trail", "alert b"}},
		{"Firehose with nothing", string(delivered()), `{"records":[]}`, nil},
		{"Firehose with data that is none", `{"invocationId":"i","deliveryStreamArn":"d","records":[{"recordId":"1","data":"%\u0041"}]}`, `{"records":[{"recordId":"1","result":"Ok","data":"%\u0041"}]}`, []string{"problem Payload could not be read in Lambda request, record 1 of delivery stream d"}},
		{"Firehose without an id", strings.Replace(string(delivered(a, b)), `"recordId":"r1",`, "", 1), "", []string{"alert a", "alert b"}},
		{"log events", logged(a, a[:50], "x", b), `{"records":2,"alerts":2,"problems":2}`, []string{"alert a", problem + "log events, log event e2 of log group trail", problem + "log events, log event e3 of log group trail", "alert b"}},
		{"log events of which one can't be sent", logged(a, unsent, b), "", []string{"alert a", "alert b"}},
		{"log events that are no gzip", `{"awslogs":{"data":"H4sIAA=="}}`, `{"records":0,"alerts":0,"problems":1}`, []string{"problem Payload could not be read in Lambda request, log events"}},
		{"log events that are no base64", `{"awslogs":{"data":"%"}}`, `{"records":0,"alerts":0,"problems":1}`, []string{"problem Payload could not be read in Lambda request, log events"}},
		{"a message that asks whether somebody is there", `{"awslogs":{"data":"` + based(packed(`{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"CWL CONTROL MESSAGE"}]}`)) + `"}}`, `{"records":0,"alerts":0,"problems":0}`, nil},
		{"a topic", notified(event("Fires", "e"), a), `{"records":2,"alerts":2,"problems":0}`, []string{"alert e", "alert a"}},
		{"a topic with one that can't be sent", notified(unsent, a), "", []string{"alert a"}},
		{"a command by a topic", notified(flush), `{"records":0,"alerts":0,"problems":1}`, []string{"problem Payload could not be read in Lambda request, message m1 of topic trail"}},
		{"a failed invocation", failedWith(event("Fires", "e")), `{"records":1,"alerts":1,"problems":0}`, []string{"alert e"}},
		{"a failed invocation with a flush", failedWith(flush), `{"records":0,"alerts":0,"problems":0}`, []string{"flush w f"}},
		{"a failed invocation that fails again", failedWith(unsent), "", nil},
		{"a failed invocation in the queue", string(queued(failedWith(unsent), failedWith(string(queued(flush))), failedWith(logged(a)))), failures("m1"), []string{"flush w f", "alert a"}},
		{"all lanes in the queue", string(queued(string(streamed(1, a, unsent)), string(delivered(b)), logged(a), notified("x"), notified(b))), failures("m1", "m4"), []string{"alert a", "alert b", "alert a", "problem Payload could not be read to its end in message m4 of queue retry, message m1 of topic trail", "alert b"}},
		{"another service's batch", `{"Records":[{"eventSource":"aws:dynamodb","dynamodb":{}}]}`, `{"records":0,"alerts":0,"problems":1}`, []string{"problem Record could not be read in Lambda request"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, kept := &stages{}, &box{}
			d := s.detector()
			d.retries = retryQueue{API: kept, URL: "retry"}
			got, err := lambda.NewHandler(d.handle).Invoke(t.Context(), []byte(tt.payload))
			if strings.TrimSpace(string(got)) != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("answer %s, %v, want %s", got, err, tt.want)
			}
			if tt.want == "" {
				s.done = slices.DeleteFunc(s.done, func(done string) bool { return strings.HasPrefix(done, "problem Record") || len(tt.done) == 0 })
				tt.done = append([]string{}, tt.done...)
				s.done = append([]string{}, s.done...)
			}
			if diff := cmp.Diff(tt.done, s.done); diff != "" || len(kept.bodies) != 0 {
				t.Errorf("%d kept, done, -want +got:\n%s", len(kept.bodies), diff)
			}
		})
	}
}

func TestFirehoseGetsEverythingBackAndTheQueueWhatFailed(t *testing.T) {
	for at := range 5 {
		bodies := []string{bare("Fires", "0"), bare("Fires", "1"), bare("Fires", "2"), bare("Fires", "3"), bare("Fires", "4")}
		bodies[at] = strings.Replace(bodies[at], "Fires", "Unsent", 1)
		s, kept := &stages{}, &box{}
		d := s.detector()
		d.retries = retryQueue{API: kept, URL: "retry"}
		got, err := d.handle(t.Context(), delivered(bodies...))
		if text, _ := json.Marshal(got); string(text) != untouched(bodies...) || err != nil {
			t.Errorf("answer %s, %v", text, err)
		}
		if len(s.done) != 4 || len(kept.bodies) != 1 {
			t.Fatalf("did %q, kept %q", s.done, kept.bodies)
		}
		// It comes back, fails again, and stays; then it works.
		for name, want := range map[string]string{"Unsent": failures("m1"), "Fires": failures()} {
			body := strings.Replace(kept.bodies[0], based(bodies[at]), based(bare(name, "back")), 1)
			got, err := d.handle(t.Context(), queued(body))
			if text, _ := json.Marshal(got); string(text) != want || err != nil {
				t.Errorf("%s: answer %s, %v", name, text, err)
			}
		}
		if s.done[len(s.done)-1] != "alert back" {
			t.Errorf("done %q", s.done)
		}
		kept.err = errors.New("the queue is gone")
		if got, err := d.handle(t.Context(), delivered(bodies...)); got != nil || err == nil || !strings.Contains(err.Error(), "the queue is gone") {
			t.Errorf("answer %v, %v: an alert is lost", got, err)
		}
	}
}

func TestManyRecordsAreLaidIntoFewMessages(t *testing.T) {
	s, kept := &stages{}, &box{}
	d := s.detector()
	d.retries = retryQueue{API: kept, URL: "retry"}
	var bodies []string
	for i := range 100 {
		bodies = append(bodies, bare("Unsent", fmt.Sprint(i))+strings.Repeat(" ", 20_000))
	}
	payload := delivered(bodies...)
	got, err := lambda.NewHandler(d.handle).Invoke(t.Context(), payload)
	if err != nil || len(got) > len(payload) || string(bytes.TrimSpace(got)) != untouched(bodies...) {
		t.Errorf("%v, %d bytes for %d: an answer may have 6 MB, as what is asked", err, len(got), len(payload))
	}
	records := 0
	for _, body := range kept.bodies {
		records += strings.Count(body, `"recordId"`)
		if len(body) > 256<<10 {
			t.Errorf("a message of %d bytes", len(body))
		}
	}
	if records != 100 || len(kept.bodies) > 20 {
		t.Errorf("%d records in %d messages", records, len(kept.bodies))
	}
}

func TestWhatThereIsNoTimeForComesAgainOnEachLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bodies := []string{bare("1s", "a"), bare("55s", "b"), bare("1s", "c"), bare("1s", "d")}
		for _, payload := range []json.RawMessage{streamed(1, bodies...), delivered(bodies...), json.RawMessage(logged(bodies...)), json.RawMessage(notified(bodies...))} {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			s, kept := slow(), &box{}
			d := s.detector()
			d.retries = retryQueue{API: kept, URL: "retry"}
			got, err := lambda.NewHandler(d.handle).Invoke(ctx, payload)
			answer := string(bytes.TrimSpace(got))
			switch {
			case answer == failures("s3") && err == nil:
			case answer == untouched(bodies...) && err == nil && strings.Count(strings.Join(kept.bodies, ""), "recordId") == 2:
			case answer == "" && errors.Is(err, wiring.ErrTimeRunsOut), answer == "" && err != nil && strings.Contains(err.Error(), "time runs out"):
			default:
				t.Errorf("answer %s, %v, kept %q", answer, err, kept.bodies)
			}
			if diff := cmp.Diff([]string{"alert a", "alert b"}, s.done); diff != "" {
				t.Errorf("done, -want +got:\n%s", diff)
			}
			cancel()
		}
	})
}

func TestTheQueueTakesWhatTheTimeEndedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bodies := []string{bare("Hangs", "a"), bare("Fires", "b")}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		kept := &box{}
		d := slow().detector()
		d.retries = retryQueue{API: kept, URL: "retry"}
		got, err := d.handle(ctx, delivered(bodies...))
		if text, _ := json.Marshal(got); string(text) != untouched(bodies...) || err != nil || strings.Count(strings.Join(kept.bodies, ""), "recordId") != 2 {
			t.Errorf("answer %s, %v, kept %q", text, err, kept.bodies)
		}
	})
}

// dying is a notifier in a process that ends at an alert, before or after it is sent.
type dying struct {
	notifier
	at    string
	after bool
}

func (d *dying) Alerts(ctx context.Context, alerts []detection.Alert) error {
	if alerts[0].EventID == d.at {
		d.at = ""
		if d.after {
			_ = d.notifier.Alerts(ctx, alerts)
		}
		runtime.Goexit()
	}
	return d.notifier.Alerts(ctx, alerts)
}

type noTimer struct{}

func (noTimer) After(context.Context, time.Duration, detection.Flush) error { return nil }

// The process ends at each record of a batch in turn, before and after its alert is sent, and
// Lambda brings the batch again, from where it was told to.
func TestAStreamLosesNothingWhereverTheProcessEnds(t *testing.T) {
	const n = 10
	var bodies, want []string
	for i := range n {
		bodies, want = append(bodies, bare("Fires", fmt.Sprint(i))), append(want, fmt.Sprint("alert ", i))
	}
	copies := 0
	for at := range n {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s := &stages{}
				store := memory.New()
				mortal := &dying{notifier: notifier{s}, at: fmt.Sprint(at), after: after}
				for tries := 1; !deals(t, s, mortal, store, streamed(1, bodies...)); tries++ {
					if tries == 5 {
						t.Fatal("it does not end")
					}
				}
				copies += len(s.done) - n
				slices.Sort(s.done)
				if diff := cmp.Diff(want, slices.Compact(s.done)); diff != "" {
					t.Errorf("ended at %d, sent before: %t, -want +got:\n%s", at, after, diff)
				}
			})
		}
	}
	if copies != n {
		t.Errorf("%d copies, want one for each process that ended after it sent", copies)
	}
}

// deals has a process of its own deal with a batch, and says whether it did.
func deals(t *testing.T, s *stages, to *dying, store *memory.Store, payload json.RawMessage) (done bool) {
	t.Helper()
	ended := make(chan bool)
	go func() {
		answered := false
		defer func() { ended <- answered }()
		d := s.detector()
		d.pipeline.Notifier = to
		d.pipeline.Suppressor = suppress.New(suppress.Options{Store: store, Timer: noTimer{}, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		got, err := d.handle(ctx, payload)
		text, _ := json.Marshal(got)
		answered = err == nil && string(text) == failures()
	}()
	return <-ended
}

// Each record fails once, and Lambda goes on from the number that it is told.
func TestAStreamThatFailsAtEachRecordIsToldOnce(t *testing.T) {
	const n = 10
	var bodies, want []string
	for i := range n {
		bodies, want = append(bodies, bare("Fires", fmt.Sprint(i))), append(want, fmt.Sprint("alert ", i))
	}
	for at := range n {
		s := &stages{}
		d := s.detector()
		refuses := &refusing{notifier: notifier{s}, at: fmt.Sprint(at)}
		d.pipeline.Notifier = refuses
		d.pipeline.Suppressor = suppress.New(suppress.Options{Store: memory.New(), Timer: noTimer{}})
		got, err := d.handle(t.Context(), streamed(1, bodies...))
		if text, _ := json.Marshal(got); string(text) != failures(fmt.Sprintf("s%d", at+1)) || err != nil {
			t.Fatalf("answer %s, %v", text, err)
		}
		got, err = d.handle(t.Context(), streamed(at+1, bodies[at:]...))
		if text, _ := json.Marshal(got); string(text) != failures() || err != nil {
			t.Fatalf("then %s, %v", text, err)
		}
		slices.Sort(s.done)
		if diff := cmp.Diff(want, s.done); diff != "" {
			t.Errorf("failed at %d, -want +got:\n%s", at, diff)
		}
	}
}

// refusing is a notifier that does not take one alert the first time.
type refusing struct {
	notifier
	at string
}

func (r *refusing) Alerts(ctx context.Context, alerts []detection.Alert) error {
	if alerts[0].EventID == r.at {
		r.at = ""
		return errors.New("the topic is gone")
	}
	return r.notifier.Alerts(ctx, alerts)
}

func TestHostileNestingEnds(t *testing.T) {
	deep := bare("Fires", "a")
	for range 9000 {
		deep = `{"requestContext":{},"requestPayload":` + deep + `}`
	}
	s := &stages{}
	began := time.Now()
	got, err := s.detector().handle(t.Context(), json.RawMessage(deep))
	if got != any(answer{Problems: 1}) || err != nil || time.Since(began) > 10*time.Second {
		t.Errorf("%+v, %v after %s", got, err, time.Since(began))
	}
}

// The samples have the form in which AWS documents what each service calls a function with.
func TestSamplesOfLanes(t *testing.T) {
	const stopped, deleted, control = "alert 7b1de6a0-4c35-4f0e-8a51-3d9f6c2e1a01", "alert 7b1de6a0-4c35-4f0e-8a51-3d9f6c2e1a02", "alert 7b1de6a0-4c35-4f0e-8a51-3d9f6c2e1a03"
	const third = "49546115796590851790072642000003" + "1024"
	tests := []struct {
		file, want string
		done       []string
	}{
		{"../../events/lane-cloudwatch-logs.json", `{"records":2,"alerts":2,"problems":0}`, []string{stopped, deleted}},
		{"../../events/lane-kinesis.json", failures(), []string{stopped, deleted, control, stopped, deleted}},
		{"../../events/lane-firehose.json", "", []string{stopped, stopped, deleted}},
		{"../../events/lane-failed-invocation.json", `{"records":1,"alerts":1,"problems":0}`, []string{control}},
		{"../../events/lane-sns.json", `{"records":1,"alerts":1,"problems":0}`, []string{control}},
		{"testdata/cloudwatch-logs-control.json", `{"records":0,"alerts":0,"problems":0}`, nil},
		{"testdata/cloudwatch-logs-cut.json", `{"records":1,"alerts":1,"problems":1}`, []string{
			"problem Payload could not be read to its end in Lambda request, log events, log event 39001122334455667788990011223344556677889900112233445566 of log group trail-events", deleted,
		}},
		{"testdata/kinesis-third-bad.json", failures(third), []string{
			stopped, deleted, "problem Payload could not be read to its end in Lambda request, record " + third + " of stream trail-events", control,
		}},
		{"testdata/sqs-lanes.json", failures(), []string{stopped, deleted, control, control}},
	}
	for _, tt := range tests {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			payload, err := os.ReadFile(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			s := &stages{}
			got, err := s.detector().handle(t.Context(), payload)
			text, _ := json.Marshal(got)
			if tt.want == "" {
				tt.want = asItCame(t, payload)
			}
			if string(text) != tt.want || err != nil {
				t.Errorf("answer %s, %v, want %s", text, err, tt.want)
			}
			if diff := cmp.Diff(tt.done, s.done); diff != "" {
				t.Errorf("done, -want +got:\n%s", diff)
			}
		})
	}
}

// asItCame is the answer that gives Firehose back what it sent.
func asItCame(t *testing.T, payload []byte) string {
	t.Helper()
	var in events.KinesisFirehoseEvent
	if err := json.Unmarshal(payload, &in); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, record := range in.Records {
		list = append(list, fmt.Sprintf(`{"recordId":%q,"result":"Ok","data":%q}`, record.RecordID, base64.StdEncoding.EncodeToString(record.Data)))
	}
	return `{"records":[` + strings.Join(list, ",") + `]}`
}
