package main

import (
	"context"
	"strings"
	"time"

	"trailbell/internal/notify"
	"trailbell/internal/notify/slack"
	"trailbell/internal/notify/slack/poster"
)

// again is for how long one cause is told once.
const again = 10 * time.Minute

// A teller tells the people who run trailbell that Slack refuses messages, once for each
// cause in ten minutes: the queue may be full of them.
type teller struct {
	place notify.Place
	now   func() time.Time
	told  map[string]time.Time
}

// refused tells why a message is not in Slack, and its title, because that may be all
// that anybody reads of it. It tells nothing if the same reason was told a while ago.
func (t *teller) refused(ctx context.Context, why poster.Answer, doc slack.Document) error {
	if at, ok := t.told[why.Reason]; ok && t.now().Sub(at) < again {
		return nil
	}
	err := t.place.Send(ctx, notify.Message{Subject: "trailbell: Slack does not take alerts", Body: text(why, doc)})
	if err == nil {
		if t.told == nil {
			t.told = map[string]time.Time{}
		}
		t.told[why.Reason] = t.now()
	}
	return err
}

func text(why poster.Answer, doc slack.Document) string {
	lines := []string{
		"Slack does not take trailbell's messages: " + notify.Visible(why.Reason, 500),
		notify.Visible(why.Detail, 1000),
		"",
		advice(why.Reason),
		"The messages stay in the queue and are tried again for about two hours. Then they are in the dead-letter queue",
		"of the stack, and an alarm rings; redrive it when the cause is mended. The alerts are on the alert topic too.",
		"",
		"The first message that was refused:",
	}
	for _, f := range []struct{ label, value string }{
		{"Kind", doc.Kind}, {"Severity", doc.Severity}, {"Title", doc.Title + doc.What}, {"Account", doc.Account.ID}, {"Rule", doc.Rule}, {"Id", doc.ID},
	} {
		if f.value != "" {
			lines = append(lines, f.label+": "+strings.ReplaceAll(notify.Visible(f.value, 300), "://", "[:]//"))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// advices say what mends a cause, by a part of its name.
var advices = []struct{ part, advice string }{
	{"secret", "Look at the secret that the parameter SlackSecretArn names: the webhook or the token in it must be whole."},
	{"not_in_channel", "Invite the app to the channel."},
	{"channel", "See whether the channel still exists, and whether SlackChannel or the secret names the right one."},
	{"auth", "The token is not valid any more: make a new one and put it into the secret. It is used without a deployment."},
	{"token", "The token is not valid any more: make a new one and put it into the secret. It is used without a deployment."},
	{"account_inactive", "The token is not valid any more: make a new one and put it into the secret. It is used without a deployment."},
	{"scope", "The app lacks the scope chat:write."},
	{"no_", "The webhook is gone: make a new one and put it into the secret. It is used without a deployment."},
	{"status 4", "The webhook is gone: make a new one and put it into the secret. It is used without a deployment."},
	{"prohibited", "An administrator of the workspace does not allow the app to post there."},
	{"restricted", "An administrator of the workspace does not allow the app to post there."},
	{"redirect", "Something answers in Slack's place. Nothing was sent to where it points."},
}

func advice(cause string) string {
	for _, a := range advices {
		if strings.Contains(cause, a.part) {
			return a.advice
		}
	}
	return "Slack's reference of chat.postMessage and of incoming webhooks says what the word means."
}
