package poster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"trailbell/internal/notify/slack"
	"trailbell/internal/notify/slack/poster"
	"trailbell/internal/state"
	"trailbell/test/slackstand"
)

var start = time.Date(2025, 7, 11, 8, 0, 0, 0, time.UTC)

// A vault is a store of secrets for tests, and the clock.
type vault struct {
	text  string
	err   error
	reads int
	now   time.Time
}

func (v *vault) fetch(context.Context) (string, error) {
	v.reads++
	return v.text, v.err
}

// setup is a sender, the stand-in it posts to, and all that it logs.
func setup(t *testing.T, secret string) (poster.Sender, *slackstand.Server, *vault, *bytes.Buffer) {
	t.Helper()
	stand := &slackstand.Server{Webhook: "/services/T0EXAMPLE/B0EXAMPLE/webhooksecretEXAMPLE", Token: token, Channels: []string{"#alerts"}}
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	v := &vault{text: secret, now: start}
	p, err := poster.New(server.URL, func() time.Time { return v.now })
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug}))
	secrets := &poster.Secrets{Fetch: v.fetch, Channel: "#alerts", Now: func() time.Time { return v.now }, Log: log}
	t.Cleanup(func() { checkSilent(t, written.String(), secret) })
	return poster.Sender{Poster: p, Secrets: secrets, Log: log}, stand, v, &written
}

func message() slack.Message {
	return slack.Render(slack.Decode(`{"kind":"alert","id":"a1","severity":"high","title":"Trail stopped","account":{"id":"123456789012"}}`))
}

func TestAMessageIsPosted(t *testing.T) {
	for _, secret := range []string{webhook, token} {
		sender, stand, _, _ := setup(t, secret)
		answer := sender.Send(t.Context(), message(), poster.Thread{})
		if answer.Verdict != poster.Posted || len(stand.Shown()) != 1 {
			t.Fatalf("%+v, %d shown", answer, len(stand.Shown()))
		}
		if bot := secret == token; bot != (answer.Thread.TS != "") {
			t.Errorf("thread %+v", answer.Thread)
		}
		post := stand.Shown()[0]
		if !strings.Contains(string(post.Body), `"blocks"`) || (post.Authorization == "Bearer "+token) != (secret == token) {
			t.Errorf("posted %s with %q", post.Body, post.Authorization)
		}
	}
}

// Each answer of Slack leads to the verdict that says what to do.
func TestVerdicts(t *testing.T) {
	step := func(status int, body string) slackstand.Step { return slackstand.Step{Status: status, Body: body} }
	api := func(word string) slackstand.Step { return step(200, `{"ok":false,"error":"`+word+`"}`) }
	tests := []struct {
		name   string
		secret string
		step   slackstand.Step
		want   poster.Verdict
		reason string
	}{
		{"a webhook that is throttled", webhook, slackstand.Step{Status: 429, RetryAfter: "30"}, poster.Throttled, "ratelimited"},
		{"a bot that is throttled", token, slackstand.Step{Status: 429, RetryAfter: "30", Body: `{"ok":false,"error":"ratelimited"}`}, poster.Throttled, "ratelimited"},
		{"a bot that is throttled with status 200", token, api("rate_limited"), poster.Throttled, "rate_limited"},
		{"Slack is down", webhook, step(503, "upstream"), poster.Failed, "status 503"},
		{"Slack makes a mistake", webhook, step(500, "rollup_error"), poster.Failed, "status 500"},
		{"a bot meets a mistake", token, api("internal_error"), poster.Failed, "internal_error"},
		{"the connection ends", webhook, slackstand.Step{Cut: true}, poster.Failed, "EOF"},
		{"a webhook that was removed", webhook, step(404, "no_service"), poster.Refused, "no_service"},
		{"a webhook that is forbidden", webhook, step(403, "action_prohibited"), poster.Refused, "action_prohibited"},
		{"a channel that is archived", webhook, step(410, "channel_is_archived"), poster.Refused, "channel_is_archived"},
		{"an unknown word of a webhook", webhook, step(400, "something_new"), poster.Refused, "something_new"},
		{"a token that was revoked", token, api("token_revoked"), poster.Refused, "token_revoked"},
		{"a bot that is not in the channel", token, api("not_in_channel"), poster.Refused, "not_in_channel"},
		{"a channel that is not there", token, api("channel_not_found"), poster.Refused, "channel_not_found"},
		{"an account that is gone", token, api("account_inactive"), poster.Refused, "account_inactive"},
		{"an unknown word of the API", token, api("brand_new_error"), poster.Refused, "brand_new_error"},
		{"an answer of somebody else", token, step(200, "<html>sign in</html>"), poster.Failed, "an answer that is not Slack's"},
		{"a redirect", webhook, slackstand.Step{Status: 302, Location: "https://evil.example/"}, poster.Refused, "redirect"},
		{"a redirect of the API", token, slackstand.Step{Status: 307, Location: "https://evil.example/"}, poster.Refused, "redirect"},
		{"a word that is none", webhook, step(400, "<!channel> "+webhook), poster.Refused, "status 400"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sender, stand, _, _ := setup(t, test.secret)
			stand.Next(test.step)
			answer := sender.Send(t.Context(), message(), poster.Thread{})
			if answer.Verdict != test.want || answer.Reason != test.reason {
				t.Errorf("%+v, want %s because of %s", answer, test.want, test.reason)
			}
			if len(stand.Shown()) != 0 || len(stand.Posts()) != 1 {
				t.Errorf("%d posts, %d shown", len(stand.Posts()), len(stand.Shown()))
			}
		})
	}
}

// A known product looks at neither status nor body, and counts an alert as sent that
// nobody sees.
func TestAWebhookThatAnswers200WithoutOkHasShownNothing(t *testing.T) {
	for _, said := range []string{"", "invalid_token", "okay", `{"ok":true}`, "<html>ok</html>"} {
		sender, stand, _, _ := setup(t, webhook)
		stand.Next(slackstand.Step{Status: 200, Body: said})
		if answer := sender.Send(t.Context(), message(), poster.Thread{}); answer.Verdict == poster.Posted {
			t.Errorf("%q counts as posted", said)
		}
	}
}

// A known product loses the alert when Slack refuses one block of it.
func TestAnAlertDoesNotVanishBecauseSlackRefusesABlock(t *testing.T) {
	for _, code := range []string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_payload"} {
		for _, secret := range []string{webhook, token} {
			step := slackstand.Step{Status: 400, Body: code}
			if secret == token {
				step = slackstand.Step{Body: `{"ok":false,"error":"` + code + `"}`}
			}
			sender, stand, _, _ := setup(t, secret)
			stand.Next(step)
			answer := sender.Send(t.Context(), message(), poster.Thread{})
			if answer.Verdict != poster.Posted || len(stand.Posts()) != 2 {
				t.Fatalf("%s: %+v after %d posts", code, answer, len(stand.Posts()))
			}
			if shown := string(stand.Shown()[0].Body); strings.Contains(shown, "blocks") || !strings.Contains(shown, "Outcome: succeeded") {
				t.Errorf("%s: shown is %s", code, shown)
			}
		}
	}
}

func TestAMessageThatIsTooLongIsPostedAsALine(t *testing.T) {
	sender, stand, _, _ := setup(t, token)
	stand.Next(slackstand.Step{Body: `{"ok":false,"error":"invalid_blocks"}`}, slackstand.Step{Body: `{"ok":false,"error":"msg_too_long"}`})
	if answer := sender.Send(t.Context(), message(), poster.Thread{}); answer.Verdict != poster.Posted {
		t.Fatalf("%+v", answer)
	}
	if shown := string(stand.Shown()[0].Body); strings.Contains(shown, "Outcome") || !strings.Contains(shown, "HIGH: Trail stopped") {
		t.Errorf("shown is %s", shown)
	}
}

func TestAMessageThatIsRefusedInEveryFormIsRefused(t *testing.T) {
	sender, stand, _, _ := setup(t, webhook)
	for range 3 {
		stand.Next(slackstand.Step{Status: 400, Body: "invalid_payload"})
	}
	answer := sender.Send(t.Context(), message(), poster.Thread{})
	if answer.Verdict != poster.Refused || answer.Reason != "invalid_payload" || len(stand.Posts()) != 3 {
		t.Errorf("%+v after %d posts", answer, len(stand.Posts()))
	}
}

func TestHowLongToWait(t *testing.T) {
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"seconds", "30", 30 * time.Second},
		{"seconds with space", " 7 ", 7 * time.Second},
		{"a date", start.Add(90 * time.Second).Format(http.TimeFormat), 90 * time.Second},
		{"nothing", "", 30 * time.Second},
		{"a word", "soon", 30 * time.Second},
		{"nought", "0", time.Second},
		{"less than nothing", "-5", time.Second},
		{"a date that is over", start.Add(-time.Hour).Format(http.TimeFormat), time.Second},
		{"longer than a queue can wait", "9999999", 11 * time.Hour},
		{"a number beyond all", "99999999999999999999", 30 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sender, stand, _, _ := setup(t, webhook)
			stand.Next(slackstand.Step{Status: 429, RetryAfter: test.header})
			if answer := sender.Send(t.Context(), message(), poster.Thread{}); answer.RetryAfter != test.want {
				t.Errorf("%s, want %s", answer.RetryAfter, test.want)
			}
		})
	}
}

func TestASlackThatHangsIsGivenUp(t *testing.T) {
	sender, stand, _, _ := setup(t, webhook)
	stand.Next(slackstand.Step{HangMS: 60_000})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	answer := sender.Send(ctx, message(), poster.Thread{})
	if answer.Verdict != poster.Failed || answer.Reason != "no answer in time" {
		t.Errorf("%+v", answer)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	sender, stand, _, _ := setup(t, token)
	stand.Next(slackstand.Step{Status: 308, Location: "/api/chat.postMessage"})
	sender.Send(t.Context(), message(), poster.Thread{})
	if n := len(stand.Posts()); n != 1 {
		t.Errorf("%d posts: the token went where Slack's answer sent it", n)
	}
}

func TestAnAnswerWithoutEndIsNotReadToTheEnd(t *testing.T) {
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for r.Context().Err() == nil {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	sender, _, _, _ := setup(t, webhook)
	p, err := poster.New(endless.URL, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	sender.Poster = p
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if answer := sender.Send(ctx, message(), poster.Thread{}); answer.Reason != "status 400" {
		t.Errorf("%.100s", answer.Reason)
	}
}

func TestASecretThatWasReplacedIsReadAgainAndUsedAtOnce(t *testing.T) {
	for _, step := range []slackstand.Step{{Status: 403, Body: "action_prohibited"}, {Status: 404, Body: "no_service"}, {Status: 410}} {
		sender, stand, v, _ := setup(t, "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/oldwebhooksecret")
		stand.Next(step)
		_, _ = sender.Secrets.Destination(t.Context()) // it is cached from here on
		v.text = webhook
		answer := sender.Send(t.Context(), message(), poster.Thread{})
		if answer.Verdict != poster.Posted || v.reads != 2 {
			t.Errorf("%+v after %d reads", answer, v.reads)
		}
	}
}

func TestASecretThatIsNotReplacedIsReadAgainOnce(t *testing.T) {
	sender, stand, v, _ := setup(t, webhook)
	stand.Next(slackstand.Step{Status: 404, Body: "no_service"}, slackstand.Step{Status: 404, Body: "no_service"})
	if answer := sender.Send(t.Context(), message(), poster.Thread{}); answer.Verdict != poster.Refused || v.reads != 2 || len(stand.Posts()) != 1 {
		t.Errorf("%+v after %d reads and %d posts", answer, v.reads, len(stand.Posts()))
	}
}

func TestTwoSecretsInARowThatAreNotTakenEndTheTry(t *testing.T) {
	sender, stand, v, _ := setup(t, "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/oldwebhooksecret")
	stand.Next(slackstand.Step{Status: 404, Body: "no_service"}, slackstand.Step{Status: 404, Body: "no_service"})
	_, _ = sender.Secrets.Destination(t.Context()) // it is cached from here on
	v.text = webhook
	if answer := sender.Send(t.Context(), message(), poster.Thread{}); answer.Verdict != poster.Refused || v.reads != 2 {
		t.Errorf("%+v after %d reads", answer, v.reads)
	}
}

func TestTheLastGoodSecretIsKept(t *testing.T) {
	tests := []struct {
		name string
		text string
		err  error
	}{
		{"the store of secrets is down", "", errors.New("InternalServiceError")},
		{"the store of secrets refuses", "", errors.New("AccessDeniedException")},
		{"somebody emptied the secret", "", nil},
		{"somebody wrote something useless", "https://evil.example/webhooksecretEXAMPLE", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sender, _, v, log := setup(t, webhook)
			sender.Send(t.Context(), message(), poster.Thread{})
			v.text, v.err = test.text, test.err
			v.now = start.Add(11 * time.Minute)
			for range 3 {
				if answer := sender.Send(t.Context(), message(), poster.Thread{}); answer.Verdict != poster.Posted {
					t.Errorf("%+v", answer)
				}
			}
			if v.reads != 2 || !strings.Contains(log.String(), "kept as it was") {
				t.Errorf("%d reads, log %s", v.reads, log)
			}
		})
	}
}

func TestASecretIsReadOnceInTenMinutes(t *testing.T) {
	sender, _, v, _ := setup(t, webhook)
	for _, at := range []time.Duration{0, time.Minute, 9 * time.Minute, 11 * time.Minute, 12 * time.Minute} {
		v.now = start.Add(at)
		sender.Send(t.Context(), message(), poster.Thread{})
	}
	if v.reads != 2 {
		t.Errorf("%d reads", v.reads)
	}
}

func TestWithoutASecretNothingIsPosted(t *testing.T) {
	sender, stand, v, _ := setup(t, "http://hooks.slack.com/services/T0/B0/webhooksecretEXAMPLE")
	answer := sender.Send(t.Context(), message(), poster.Thread{})
	if answer.Verdict != poster.Refused || !strings.Contains(answer.Detail, "https://") || len(stand.Posts()) != 0 {
		t.Errorf("%+v after %d posts", answer, len(stand.Posts()))
	}
	if sender.Send(t.Context(), message(), poster.Thread{}); v.reads != 2 {
		t.Errorf("%d reads: a useless secret must be looked at again", v.reads)
	}
}

func TestOnlyTheLoopbackCanStandInForSlack(t *testing.T) {
	for endpoint, good := range map[string]bool{
		"": true, "http://127.0.0.1:8080": true, "http://[::1]:8080": true,
		"https://127.0.0.1:8080": false, "http://192.0.2.7": false, "http://localhost:80": false, "http://127.0.0.1.evil.example": false,
		"http://evil.example": false, "http://127.0.0.1:80/path": false, "http://u@127.0.0.1": false, "http://127.0.0.1?x": false,
	} {
		if _, err := poster.New(endpoint, time.Now); (err == nil) != good {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}

// ---------------------------------------------------------------------- threads

// A table is a store of entries in memory.
type table struct {
	mu      sync.Mutex
	entries map[string]state.Entry
	err     error
}

func (s *table) Lead(_ context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return state.Entry{}, s.err
	}
	if there, ok := s.entries[key]; ok && there.Until.After(now) {
		return there, nil
	}
	s.entries[key] = entry
	return entry, nil
}

func ExampleLasting() {
	store := &table{entries: map[string]state.Entry{}}
	threads := poster.Lasting{Store: store, Now: func() time.Time { return start }}
	_, posted, _ := threads.Find(context.Background(), "a1")
	fmt.Println(posted)
	_ = threads.Remember(context.Background(), "a1", poster.Thread{Channel: "#alerts", TS: "1760000000.000001"})
	thread, posted, _ := threads.Find(context.Background(), "a1")
	fmt.Println(thread, posted)
	// Output:
	// false
	// {#alerts 1760000000.000001} true
}

func TestTheFirstThreadThatIsRememberedStaysForAFortnight(t *testing.T) {
	now := start
	store := &table{entries: map[string]state.Entry{}}
	threads := poster.Lasting{Store: store, Now: func() time.Time { return now }}
	first, second := poster.Thread{Channel: "#a", TS: "1"}, poster.Thread{Channel: "#a", TS: "2"}
	for _, thread := range []poster.Thread{first, second} {
		if err := threads.Remember(t.Context(), "a1", thread); err != nil {
			t.Fatal(err)
		}
	}
	now = start.Add(14 * 24 * time.Hour)
	if got, posted, err := threads.Find(t.Context(), "a1"); got != first || !posted || err != nil {
		t.Errorf("%+v, %v, %v", got, posted, err)
	}
	now = start.Add(16 * 24 * time.Hour)
	if _, posted, _ := threads.Find(t.Context(), "a1"); posted {
		t.Error("it is remembered for ever")
	}
	store.err = errors.New("down")
	if _, posted, err := threads.Find(t.Context(), "a1"); posted || err == nil {
		t.Error("a store that is down is no answer")
	}
	for key := range store.entries {
		if !strings.HasPrefix(key, "S#") {
			t.Errorf("key %q is not among ours", key)
		}
	}
}

func TestAFollowUpIsPostedUnderTheFirst(t *testing.T) {
	sender, stand, _, _ := setup(t, token)
	first := sender.Send(t.Context(), message(), poster.Thread{})
	sender.Send(t.Context(), message(), first.Thread)
	if second := string(stand.Shown()[1].Body); !strings.Contains(second, `"thread_ts":"`+first.Thread.TS+`"`) || !strings.Contains(second, `"reply_broadcast":false`) {
		t.Errorf("posted %s", second)
	}
}

func TestAThreadThatIsGoneOrElsewhereIsLeftOut(t *testing.T) {
	tests := []struct {
		name   string
		thread poster.Thread
		posts  int
	}{
		{"one that is gone costs a second post", poster.Thread{Channel: "#alerts", TS: "1.000000"}, 2},
		{"one in another channel is not tried", poster.Thread{Channel: "#old", TS: "1760000000.000001"}, 1},
		{"none", poster.Thread{}, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sender, stand, _, _ := setup(t, token)
			answer := sender.Send(t.Context(), message(), test.thread)
			if answer.Verdict != poster.Posted || strings.Contains(string(stand.Shown()[0].Body), "thread_ts") || len(stand.Posts()) != test.posts {
				t.Errorf("%+v after %d posts", answer, len(stand.Posts()))
			}
		})
	}
}
