package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/notify"
	"trailbell/internal/notify/slack/poster"
	"trailbell/internal/state"
	"trailbell/test/slackstand"
)

const (
	webhook = "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/webhooksecretEXAMPLE"
	token   = "xoxb-0000000000-tokensecretEXAMPLE"
)

// A world is a handler with everything around it.
type world struct {
	*handler
	stand    *slackstand.Server
	secret   *string
	reads    int // that failed, which AWS numbers
	log      *bytes.Buffer
	told     []string
	tellErr  error
	held     map[string]int32 // receipt -> seconds
	queueErr error
	clock    time.Time
}

func (w *world) Send(_ context.Context, m notify.Message) error {
	if w.tellErr != nil {
		return w.tellErr
	}
	w.told = append(w.told, m.Subject+"\n"+m.Body)
	return nil
}

func (w *world) ChangeMessageVisibility(_ context.Context, in *sqs.ChangeMessageVisibilityInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	if w.queueErr == nil {
		w.held[*in.ReceiptHandle] = in.VisibilityTimeout
	}
	return nil, w.queueErr
}

func (w *world) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	if w.secret == nil {
		w.reads++
		return nil, fmt.Errorf("RequestID: %d, ResourceNotFoundException", w.reads)
	}
	return &secretsmanager.GetSecretValueOutput{SecretString: w.secret}, nil
}

// entries are the state table in memory.
type entries map[string]state.Entry

func (s entries) Lead(_ context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error) {
	if there, ok := s[key]; ok && there.Until.After(now) {
		return there, nil
	}
	s[key] = entry
	return entry, nil
}

func newWorld(t *testing.T, text string) *world {
	t.Helper()
	w := &world{held: map[string]int32{}, log: &bytes.Buffer{}, clock: time.Date(2025, 7, 11, 8, 0, 0, 0, time.UTC), secret: aws.String(text)}
	w.stand = &slackstand.Server{Webhook: "/services/T0EXAMPLE/B0EXAMPLE/webhooksecretEXAMPLE", Token: token, Channels: []string{"#alerts"}}
	server := httptest.NewServer(w.stand)
	t.Cleanup(server.Close)
	now := func() time.Time { return w.clock }
	post, err := poster.New(server.URL, now)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	secrets := &poster.Secrets{Fetch: secret{w, "arn"}.fetch, Channel: "#alerts", Now: now, Log: log}
	w.handler = &handler{
		log: log, sender: poster.Sender{Poster: post, Secrets: secrets, Log: log},
		threads: poster.Lasting{Store: entries{}, Now: now}, queue: queue{w, "url"}, tell: &teller{place: w, now: now}, now: now,
	}
	t.Cleanup(func() {
		for _, said := range append(w.told, w.log.String()) {
			if strings.Contains(said, "webhooksecret") || strings.Contains(said, "tokensecret") {
				t.Errorf("a secret is in %s", said)
			}
		}
	})
	return w
}

// batch is so many alerts as SQS brings them, with the ids m1, m2, ...
func batch(bodies ...string) events.SQSEvent {
	var b events.SQSEvent
	for i, body := range bodies {
		n := fmt.Sprint(i + 1)
		b.Records = append(b.Records, events.SQSMessage{MessageId: "m" + n, ReceiptHandle: "r" + n, Body: body})
	}
	return b
}

func alert(id string) string {
	return `{"kind":"alert","id":"` + id + `","severity":"high","title":"Trail stopped ` + id + `","rule":"cloudtrail.trail_stopped_or_deleted"}`
}

func alerts(n int) []string {
	var bodies []string
	for i := range n {
		bodies = append(bodies, alert(fmt.Sprint("a", i+1)))
	}
	return bodies
}

// run gives a batch to the handler, and returns the ids of the messages that stay.
func (w *world) run(t *testing.T, bodies ...string) []string {
	t.Helper()
	answer, err := w.handle(t.Context(), batch(bodies...))
	if err != nil {
		t.Fatal(err)
	}
	var stay []string
	for _, f := range answer.BatchItemFailures {
		stay = append(stay, f.ItemIdentifier)
	}
	return stay
}

func TestABatchIsPosted(t *testing.T) {
	for _, text := range []string{webhook, token} {
		w := newWorld(t, text)
		if stay := w.run(t, alerts(3)...); stay != nil || len(w.stand.Shown()) != 3 || w.told != nil {
			t.Errorf("%v stay, %d shown, told %v", stay, len(w.stand.Shown()), w.told)
		}
	}
}

// Lambda takes anything but a list for "all went well" or "all failed", by its mood.
func TestTheAnswerIsAListEvenIfItIsEmpty(t *testing.T) {
	answer, err := newWorld(t, webhook).handle(t.Context(), batch(alert("a1")))
	if text, _ := json.Marshal(answer); string(text) != `{"batchItemFailures":[]}` || err != nil {
		t.Errorf("%s, %v", text, err)
	}
}

// A known product ends a batch at the first post that fails, and then repeats those
// that went well.
func TestOneFailedPostDoesNotEndTheBatch(t *testing.T) {
	tests := []struct {
		name string
		step slackstand.Step
	}{
		{"Slack is down for a moment", slackstand.Step{Status: 503}},
		{"the connection ends", slackstand.Step{Cut: true}},
		{"Slack refuses for good", slackstand.Step{Status: 400, Body: "user_not_found"}},
		{"the webhook is said to be gone", slackstand.Step{Status: 404, Body: "no_service"}},
		{"somebody redirects", slackstand.Step{Status: 302, Location: "https://evil.example/"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, webhook)
			w.stand.Next(slackstand.Step{Body: "ok", Effect: true}, test.step)
			if stay := w.run(t, alerts(4)...); !slices.Equal(stay, []string{"m2"}) || len(w.stand.Shown()) != 3 {
				t.Errorf("%v stay, %d shown", stay, len(w.stand.Shown()))
			}
		})
	}
}

func TestAThrottledSlackIsLeftAloneForAsLongAsItAsks(t *testing.T) {
	w := newWorld(t, webhook)
	w.stand.Next(slackstand.Step{Body: "ok", Effect: true}, slackstand.Step{Status: 429, RetryAfter: "30"})
	if stay := w.run(t, alerts(4)...); !slices.Equal(stay, []string{"m2", "m3", "m4"}) {
		t.Errorf("%v stay", stay)
	}
	if diff := cmp.Diff(map[string]int32{"r2": 30, "r3": 31, "r4": 32}, w.held); diff != "" {
		t.Errorf("kept back for seconds, -want +got:\n%s", diff)
	}
	w.clock = w.clock.Add(29 * time.Second)
	if stay := w.run(t, alert("a9")); len(stay) != 1 || len(w.stand.Posts()) != 2 {
		t.Errorf("%v stay after %d posts: Slack was not left alone", stay, len(w.stand.Posts()))
	}
	w.clock = w.clock.Add(2 * time.Second)
	if stay := w.run(t, alerts(4)...); stay != nil || len(w.stand.Shown()) != 4 {
		t.Errorf("%v stay, %d shown", stay, len(w.stand.Shown()))
	}
	if w.told != nil {
		t.Errorf("told of throttling: %v", w.told)
	}
}

func TestAThrottledMessageStaysEvenIfTheQueueCanNotBeAsked(t *testing.T) {
	w := newWorld(t, webhook)
	w.queueErr = errors.New("AccessDenied")
	w.stand.Next(slackstand.Step{Status: 429, RetryAfter: "30"})
	if stay := w.run(t, alerts(2)...); len(stay) != 2 {
		t.Errorf("%v stay", stay)
	}
}

func TestWhatSlackRefusesForGoodIsToldOnceForEachCause(t *testing.T) {
	w := newWorld(t, token)
	refuse := func(word string, n int) {
		for range n {
			w.stand.Next(slackstand.Step{Body: `{"ok":false,"error":"` + word + `"}`})
		}
	}
	refuse("not_in_channel", 3)
	refuse("token_revoked", 2)
	if stay := w.run(t, alerts(5)...); len(stay) != 5 {
		t.Errorf("%v stay: a message that was refused must end among the dead letters", stay)
	}
	if len(w.told) != 2 || !strings.Contains(w.told[0], "not_in_channel") || !strings.Contains(w.told[0], "Invite the app") || !strings.Contains(w.told[0], "Trail stopped a1") {
		t.Errorf("told %d times: %q", len(w.told), w.told)
	}
	w.clock = w.clock.Add(9 * time.Minute)
	refuse("not_in_channel", 1)
	w.run(t, alert("a9"))
	if len(w.told) != 2 {
		t.Errorf("told %d times", len(w.told))
	}
	w.clock = w.clock.Add(2 * time.Minute)
	refuse("not_in_channel", 1)
	w.run(t, alert("a9"))
	if len(w.told) != 3 {
		t.Errorf("told %d times: after ten minutes it must be told again", len(w.told))
	}
}

func TestWhatCouldNotBeToldIsToldWithTheNextMessage(t *testing.T) {
	w := newWorld(t, webhook)
	w.tellErr = errors.New("down")
	w.stand.Next(slackstand.Step{Status: 404, Body: "no_service"}, slackstand.Step{Status: 404, Body: "no_service"})
	w.run(t, alert("a1"))
	w.tellErr = nil
	w.run(t, alert("a2"))
	if len(w.told) != 1 {
		t.Errorf("told %d times", len(w.told))
	}
}

func TestASecretOfNoUseKeepsEverythingOnTheQueueAndIsTold(t *testing.T) {
	for name, text := range map[string]*string{
		"not there": nil, "another host": aws.String("https://evil.example/services/T0/B0/webhooksecretEXAMPLE"), "empty": aws.String(""),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "")
			w.secret = text
			if stay := w.run(t, alerts(3)...); len(stay) != 3 || len(w.told) != 1 || len(w.stand.Posts()) != 0 {
				t.Errorf("%v stay, told %d times, %d posts", stay, len(w.told), len(w.stand.Posts()))
			}
			w.secret = aws.String(webhook)
			if stay := w.run(t, alerts(3)...); stay != nil || len(w.stand.Shown()) != 3 {
				t.Errorf("with a good secret %v stay, %d shown", stay, len(w.stand.Shown()))
			}
		})
	}
}

func TestAMessageThatComesTwiceIsPostedOnce(t *testing.T) {
	for _, text := range []string{webhook, token} {
		w := newWorld(t, text)
		w.run(t, alert("a1"))
		if stay := w.run(t, alert("a1"), alert("a2"), alert("a2")); stay != nil || len(w.stand.Shown()) != 2 {
			t.Errorf("%v stay, %d shown", stay, len(w.stand.Shown()))
		}
	}
}

func TestAFollowUpStandsUnderTheFirst(t *testing.T) {
	const followUp = `{"kind":"rollup","id":"f1","first":"a1","severity":"high","title":"Trail stopped","count":37}`
	w := newWorld(t, token)
	w.run(t, alert("a1"))
	w.run(t, followUp)
	shown := w.stand.Shown()
	if body := string(shown[1].Body); !strings.Contains(body, `"thread_ts":"`+shown[0].TS+`"`) || !strings.Contains(body, "37 more") {
		t.Errorf("posted %s", body)
	}
	for name, w := range map[string]*world{"a webhook": newWorld(t, webhook), "a first that nobody knows": newWorld(t, token)} {
		if name == "a webhook" {
			w.run(t, alert("a1"))
		}
		w.run(t, followUp)
		shown := w.stand.Shown()
		if body := string(shown[len(shown)-1].Body); strings.Contains(body, "thread_ts") || !strings.Contains(body, "AGAIN (HIGH): 37 more: Trail stopped") {
			t.Errorf("%s: posted %s", name, body)
		}
	}
}

func TestAStoreThatIsDownCostsNoAlert(t *testing.T) {
	w := newWorld(t, token)
	w.threads = broken{}
	if stay := w.run(t, alerts(2)...); stay != nil || len(w.stand.Shown()) != 2 {
		t.Errorf("%v stay, %d shown", stay, len(w.stand.Shown()))
	}
	if !strings.Contains(w.log.String(), "not known what was posted") || !strings.Contains(w.log.String(), "not remembered") {
		t.Errorf("the log does not say so: %s", w.log)
	}
}

type broken struct{}

func (broken) Remember(context.Context, string, poster.Thread) error { return errors.New("down") }

func (broken) Find(context.Context, string) (poster.Thread, bool, error) {
	return poster.Thread{}, false, errors.New("down")
}

func TestEveryKindOfMessageIsShownButHeartbeats(t *testing.T) {
	w := newWorld(t, webhook)
	bodies := []string{
		alert("a1"), `{"kind":"heartbeat","id":"h1","severity":"info"}`, `{"kind":"problem","id":"p1","severity":"medium","what":"Rule could not decide"}`,
		`{"kind":"test","id":"t1","severity":"high","title":"A test"}`, `{"kind":"weather","id":"w1"}`, "no JSON <!channel>", "",
	}
	if stay := w.run(t, bodies...); stay != nil || len(w.stand.Shown()) != len(bodies)-1 {
		t.Errorf("%v stay, %d shown:\n%s", stay, len(w.stand.Shown()), w.log)
	}
}

func TestMessagesForWhichThereIsNoTimeAreNotBegun(t *testing.T) {
	w := newWorld(t, webhook)
	ctx, cancel := context.WithTimeout(t.Context(), onePost)
	defer cancel()
	answer, err := w.handle(ctx, batch(alerts(2)...))
	if err != nil || len(answer.BatchItemFailures) != 2 || len(w.stand.Posts()) != 0 {
		t.Errorf("%v, %v, %d posts", answer, err, len(w.stand.Posts()))
	}
}

func TestAPanicTakesNoOtherMessageWithIt(t *testing.T) {
	w := newWorld(t, webhook)
	w.threads = panicky{}
	if stay := w.run(t, alert("bad"), alert("a2")); !slices.Equal(stay, []string{"m1"}) || len(w.stand.Shown()) != 1 {
		t.Errorf("%v stay, %d shown", stay, len(w.stand.Shown()))
	}
}

type panicky struct{}

func (panicky) Remember(context.Context, string, poster.Thread) error { return nil }

func (panicky) Find(_ context.Context, id string) (poster.Thread, bool, error) {
	if id == "bad" {
		panic("on purpose")
	}
	return poster.Thread{}, false, nil
}

func TestAMessageWithoutAnIdThatFailsMakesTheWholeBatchComeAgain(t *testing.T) {
	w := newWorld(t, webhook)
	w.stand.Next(slackstand.Step{Status: 500})
	b := batch(alert("a1"))
	b.Records[0].MessageId = ""
	if _, err := w.handle(t.Context(), b); err == nil {
		t.Error("Lambda would take all for done")
	}
}

func TestABinarySecretIsNoText(t *testing.T) {
	_, err := secret{bytesOnly{}, "arn:x"}.fetch(t.Context())
	if err == nil {
		t.Error("no error")
	}
}

type bytesOnly struct{}

func (bytesOnly) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	return &secretsmanager.GetSecretValueOutput{SecretBinary: []byte("x")}, nil
}

// Any messages and any answers of Slack: what is not in Slack stays on the queue, and
// what is neither lost nor throttled is shown in the end.
func TestNothingIsLostWhateverSlackAnswers(t *testing.T) {
	steps := []slackstand.Step{
		{Status: 429, RetryAfter: "3"},
		{Status: 500},
		{Status: 503},
		{Cut: true},
		{Status: 404, Body: "no_service"},
		{Status: 400, Body: "invalid_payload"},
		{Status: 200, Body: ""},
		{Status: 302, Location: "https://evil.example/"},
		{Status: 500, Effect: true},
		{Status: 403, Body: "action_prohibited"},
	}
	for seed := range 60 {
		w := newWorld(t, webhook)
		waiting := alerts(5)
		faults := 0
		for round := 0; len(waiting) > 0; round++ {
			if round > 40 {
				t.Fatalf("seed %d: %d messages never arrive", seed, len(waiting))
			}
			if n := (seed*7 + round*3) % 13; n < len(steps) && round < 10 {
				w.stand.Next(steps[n])
				faults++
			}
			var rest []string
			for _, id := range w.run(t, waiting...) {
				var n int
				fmt.Sscanf(id, "m%d", &n)
				rest = append(rest, waiting[n-1])
			}
			waiting = rest
			w.clock = w.clock.Add(time.Minute)
		}
		for _, a := range alerts(5) {
			title := strings.Split(strings.Split(a, `"title":"`)[1], `"`)[0]
			if !strings.Contains(fmt.Sprintf("%s", bodies(w.stand.Shown())), title) {
				t.Errorf("seed %d: %s is lost", seed, title)
			}
		}
		if n := len(w.stand.Shown()); n > 5+faults {
			t.Errorf("seed %d: %d shown after %d faults", seed, n, faults)
		}
	}
}

func bodies(posts []slackstand.Post) [][]byte {
	var all [][]byte
	for _, p := range posts {
		all = append(all, p.Body)
	}
	return all
}
