package later_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/notify"
	"trailbell/internal/notify/later"
)

// place is a fake that fails as it is told, after some time.
type place struct {
	err   error
	takes time.Duration
	got   []notify.Message // tries
}

func (p *place) Send(ctx context.Context, message notify.Message) error {
	p.got = append(p.got, message)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(p.takes):
		return p.err
	}
}

// queue is a fake of SQS that keeps the bodies.
type queue struct {
	err    error
	hang   bool
	bodies []string
	delay  int32
}

func (q *queue) SendMessage(ctx context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	if q.hang {
		<-ctx.Done()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if q.err == nil {
		q.bodies, q.delay = append(q.bodies, aws.ToString(in.MessageBody)), in.DelaySeconds
	}
	return &sqs.SendMessageOutput{}, q.err
}

func before(p notify.Place, q *queue) *later.Place {
	return &later.Place{Name: "Security Hub", Place: p, API: q, QueueURL: "https://sqs/retry", Log: slog.New(slog.DiscardHandler)}
}

var (
	errDown = errors.New("it is down")
	message = notify.Message{
		Body:       "{\"title\":\"\\u202e<@here> é \\\"\"}",
		Attributes: []notify.Attribute{{Name: "kind", Value: "alert"}, {Name: "severity_id", Value: "5", Number: true}},
	}
)

func ExamplePlace() {
	q := &queue{}
	p := before(&place{err: errors.New("throttled")}, q)
	err := p.Send(context.Background(), notify.Message{Body: `{"Findings":[]}`})
	fmt.Println(err)
	fmt.Println(q.bodies[0])
	// Output:
	// <nil>
	// {"trailbell":"deliver","to":"Security Hub","body":"{\"Findings\":[]}","attributes":"null"}
}

func TestWhatIsTakenIsNotPutIntoTheQueue(t *testing.T) {
	p, q := &place{}, &queue{}
	if err := before(p, q).Send(t.Context(), message); err != nil || len(p.got) != 1 || len(q.bodies) != 0 {
		t.Errorf("%v, %d tries, queue %q", err, len(p.got), q.bodies)
	}
}

func TestWhatComesAgainIsWhatWasSent(t *testing.T) {
	p, q := &place{err: errDown}, &queue{}
	first := before(p, q)
	if err := first.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	command, is := ingest.ParseCommand([]byte(q.bodies[0]))
	if !is || command.Deliver == nil || command.Deliver.To != "Security Hub" || q.delay != 60 {
		t.Fatalf("after %d s comes %s", q.delay, q.bodies[0])
	}
	if err := first.Again(t.Context(), *command.Deliver); !errors.Is(err, errDown) || len(q.bodies) != 1 {
		t.Errorf("%v, %d in the queue: it must stay, and not be there twice", err, len(q.bodies))
	}
	p.err = nil
	if err := first.Again(t.Context(), *command.Deliver); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]notify.Message{message, message, message}, p.got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOneThatIsSlowToFailIsLeftAloneForAWhile(t *testing.T) {
	tests := []struct {
		name  string
		takes time.Duration
		tries int // of five messages, one after the other
	}{
		{"one that fails at once is asked each time", 0, 5},
		{"one that fails soon is asked each time", 900 * time.Millisecond, 5},
		{"one that fails late is asked once", time.Second, 1},
		{"one that hangs is asked once, for five seconds", time.Hour, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, q := &place{err: errDown, takes: test.takes}, &queue{}
				l := before(p, q)
				began := time.Now()
				for range 5 {
					if err := l.Send(t.Context(), message); err != nil {
						t.Fatal(err)
					}
				}
				if took := time.Since(began); len(p.got) != test.tries || len(q.bodies) != 5 || took > 5*time.Second {
					t.Errorf("%d tries, %d in the queue, after %s", len(p.got), len(q.bodies), took)
				}
				command, _ := ingest.ParseCommand([]byte(q.bodies[0]))
				if err := l.Again(t.Context(), *command.Deliver); err == nil {
					t.Error("a message that came again is gone")
				}
				p.err, p.takes, p.got = nil, 0, nil
				time.Sleep(30 * time.Second)
				if err := l.Send(t.Context(), message); err != nil || len(p.got) != 1 || len(q.bodies) != 5 {
					t.Errorf("afterwards: %v, %d tries", err, len(p.got))
				}
			})
		})
	}
}

func TestTheQueueIsFilledEvenWhenTheTimeIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := &queue{}
	if err := before(&place{takes: time.Hour}, q).Send(ctx, message); err != nil || len(q.bodies) != 1 {
		t.Errorf("%v, queue %q", err, q.bodies)
	}
}

func TestWhatNobodyHasIsAnErrorSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := before(&place{err: errDown}, &queue{hang: true}).Send(t.Context(), message)
		if !errors.Is(err, errDown) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 2*time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
	err := before(&place{err: errDown}, &queue{err: errors.New("the queue is gone")}).Send(t.Context(), message)
	if err == nil || !strings.Contains(err.Error(), "it is down") || !strings.Contains(err.Error(), "https://sqs/retry: the queue is gone") {
		t.Errorf("error %v", err)
	}
}

func TestAMessageWhoseAttributesCannotBeReadIsNotSentWithoutThem(t *testing.T) {
	p := &place{}
	err := before(p, &queue{}).Again(t.Context(), detection.Delivery{To: "Security Hub", Body: "{}", Attributes: "kind=alert"})
	if err == nil || !strings.Contains(err.Error(), "Security Hub: read the attributes") || len(p.got) != 0 {
		t.Errorf("%v, %d tries", err, len(p.got))
	}
}

func TestTheLogSaysWhatIsLate(t *testing.T) {
	var log bytes.Buffer
	l := before(&place{err: errors.New("throttled\nforged=line")}, &queue{})
	l.Log = slog.New(slog.NewJSONHandler(&log, nil))
	if err := l.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	said := log.String()
	if !strings.Contains(said, `"by":"Security Hub"`) || strings.Count(said, "\n") != 1 || !strings.Contains(said, `"level":"WARN"`) {
		t.Errorf("the log says %q", said)
	}
}
