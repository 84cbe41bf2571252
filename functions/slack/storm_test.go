package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"trailbell/internal/notify/slack/poster"
)

// Slack takes one message a second and asks for half a minute of silence otherwise. No
// message may use up its tries in the storm.
func TestAStormIsPostedBeforeItsTriesAreUsedUp(t *testing.T) {
	const storm, tries = 200, 20
	w := newWorld(t, webhook)
	var allowed atomic.Bool
	var shown atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		if !allowed.Swap(false) {
			rw.Header().Set("Retry-After", "30")
			rw.WriteHeader(http.StatusTooManyRequests)
			return
		}
		shown.Add(1)
		fmt.Fprint(rw, "ok")
	}))
	defer server.Close()
	post, err := poster.New(server.URL, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.sender.Poster = post
	begin := w.clock
	comes, tried := make([]time.Time, storm), make([]int, storm)
	waiting := storm
	for ; waiting > 0; w.clock = w.clock.Add(time.Second) {
		allowed.Store(true)
		var b events.SQSEvent
		for i := range comes {
			if len(b.Records) < 10 && !comes[i].IsZero() && comes[i].After(w.clock) || tried[i] < 0 {
				continue
			}
			if len(b.Records) < 10 {
				tried[i]++
				comes[i] = w.clock.Add(6 * time.Minute)
				b.Records = append(b.Records, events.SQSMessage{MessageId: fmt.Sprint(i), ReceiptHandle: fmt.Sprint(i), Body: alert(fmt.Sprint("a", i))})
			}
		}
		clear(w.held)
		answer, err := w.handle(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		stay := map[string]bool{}
		for _, f := range answer.BatchItemFailures {
			stay[f.ItemIdentifier] = true
		}
		for _, m := range b.Records {
			var i int
			fmt.Sscan(m.MessageId, &i)
			switch {
			case !stay[m.MessageId]:
				waiting--
				tried[i] = -tried[i]
			case tried[i] >= tries:
				t.Fatalf("message %d is a dead letter after %s, %d were posted", i, w.clock.Sub(begin), shown.Load())
			default:
				comes[i] = w.clock.Add(time.Duration(w.held[m.ReceiptHandle]) * time.Second)
			}
		}
	}
	t.Logf("%d messages in %s, at most %d tries", storm, w.clock.Sub(begin), -slices.Min(tried))
}
