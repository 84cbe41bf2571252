// Package poster brings a Slack message to Slack, by an incoming webhook or as a bot, and
// says in one word what became of it. It knows nothing of what a message says, of queues
// and of where the secret is kept. No secret gets into an error or a log line.
package poster

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
)

// A Destination is where messages go, with what it takes to get in. Its zero value is
// nowhere. Printed in whatever way, it shows no secret.
type Destination struct {
	bot     bool
	gov     bool   // the Slack of the US government
	channel string // of a bot
	// reveal is a function, so that no printer gets at what it returns.
	reveal func() string
}

// secret is the JSON form of a secret.
type secret struct {
	Webhook string `json:"webhook"`
	Token   string `json:"token"`
	Channel string `json:"channel"`
	Gov     bool   `json:"gov"`
}

// The forms of what Slack hands out: incoming webhooks, bot tokens (also rotating ones),
// and channels by id or name.
var (
	webhookPath = regexp.MustCompile(`^/services/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+$`)
	botToken    = regexp.MustCompile(`^(xoxe\.)?xoxb-[A-Za-z0-9-]{10,400}$`)
	channelForm = regexp.MustCompile(`^([CGD][A-Z0-9]{5,20}|#?[\p{Ll}\p{N}_-]{1,80})$`)
)

// webhookHosts are the only hosts of incoming webhooks.
var webhookHosts = map[string]bool{"hooks.slack.com": true, "hooks.slack-gov.com": true}

// Parse reads a secret: the URL of an incoming webhook, a bot token, or a JSON object with
// webhook, or with token, channel and, for the Slack of the US government, gov. A bot
// posts to channel where the secret names none. The error says what is wrong without
// any of the secret.
func Parse(text, channel string) (Destination, error) {
	s := secret{}
	switch text = strings.TrimSpace(text); {
	case text == "":
		return Destination{}, errors.New("the secret is empty")
	case text[0] == '{':
		// The decoder's error would quote the secret.
		if json.Unmarshal([]byte(text), &s) != nil {
			return Destination{}, errors.New("the secret begins like JSON and is none, or webhook, token or channel is no text")
		}
	case strings.HasPrefix(text, "xox"):
		s.Token = text
	default:
		s.Webhook = text
	}
	if s.Channel != "" {
		channel = s.Channel
	}
	switch {
	case s.Webhook != "" && s.Token != "":
		return Destination{}, errors.New("the secret has both webhook and token: which one is meant?")
	case s.Token != "":
		return bot(s.Token, channel, s.Gov)
	case s.Webhook != "":
		return webhook(s.Webhook)
	}
	return Destination{}, errors.New("the secret is JSON with neither webhook nor token")
}

func bot(token, channel string, gov bool) (Destination, error) {
	switch {
	case !botToken.MatchString(token):
		return Destination{}, errors.New("the token in the secret is no bot token: those begin with xoxb-")
	case channel == "":
		return Destination{}, errors.New("a bot token needs a channel, in the secret or as the parameter SlackChannel")
	case !channelForm.MatchString(channel) || strings.HasPrefix(channel, "xox"):
		return Destination{}, errors.New("the channel is neither the id nor the name of one")
	}
	return Destination{bot: true, gov: gov, channel: channel, reveal: func() string { return token }}, nil
}

// oddities are what a webhook must not have, in the order in which they are looked for.
var oddities = []struct {
	why string
	in  func(u *url.URL, address string) bool
}{
	{"it does not begin with https://", func(u *url.URL, _ string) bool { return u.Scheme != "https" }},
	{"it has a user name", func(u *url.URL, _ string) bool { return u.User != nil }},
	{"it has a port", func(u *url.URL, _ string) bool { return strings.Contains(u.Host, ":") }},
	{"its host is neither hooks.slack.com nor hooks.slack-gov.com", func(u *url.URL, _ string) bool { return !webhookHosts[u.Host] }},
	{"it has a query or a fragment", func(_ *url.URL, address string) bool { return strings.ContainsAny(address, "?#") }},
	{"its path is not /services/ and three parts", func(u *url.URL, _ string) bool { return !webhookPath.MatchString(u.EscapedPath()) }},
	{"it is written in an odd way", func(u *url.URL, address string) bool { return address != "https://"+u.Host+u.Path }},
}

func webhook(address string) (Destination, error) {
	u, err := url.Parse(address)
	if err != nil { // which would quote the secret
		return Destination{}, errors.New("the webhook in the secret is refused: it is no URL")
	}
	for _, oddity := range oddities {
		if oddity.in(u, address) {
			return Destination{}, errors.New("the webhook in the secret is refused: " + oddity.why)
		}
	}
	return Destination{gov: u.Host == "hooks.slack-gov.com", reveal: func() string { return address }}, nil
}

// Bot says whether messages can be threaded.
func (d Destination) Bot() bool { return d.bot }

// address is where to post.
func (d Destination) address() string {
	switch {
	case d.reveal == nil:
		return ""
	case !d.bot:
		return d.reveal()
	case d.gov:
		return "https://slack-gov.com/api/chat.postMessage"
	}
	return "https://slack.com/api/chat.postMessage"
}

// same says whether two destinations are one, secrets included.
func (d Destination) same(other Destination) bool {
	if d.reveal == nil || other.reveal == nil {
		return d.reveal == nil && other.reveal == nil
	}
	return d.bot == other.bot && d.gov == other.gov && d.channel == other.channel && d.reveal() == other.reveal()
}

// redact takes the secret, and each part of a webhook that is one, out of a text.
func (d Destination) redact(text string) string {
	if d.reveal == nil {
		return text
	}
	secrets := []string{d.reveal(), url.QueryEscape(d.reveal())}
	if path, ok := strings.CutPrefix(d.reveal(), "https://"); ok {
		_, path, _ = strings.Cut(path, "/")
		secrets = append(secrets, path)
		secrets = append(secrets, strings.Split(path, "/")[1:]...)
	}
	for _, s := range secrets {
		if len(s) > 3 {
			text = strings.ReplaceAll(text, s, "[redacted]")
		}
	}
	return text
}

// String says what kind of destination it is.
func (d Destination) String() string {
	switch {
	case d.reveal == nil:
		return "nowhere"
	case d.bot:
		return "a bot in " + d.channel
	}
	return "an incoming webhook"
}

// Format prints what String says, whatever is asked for.
func (d Destination) Format(f fmt.State, _ rune) { fmt.Fprint(f, d.String()) }

// LogValue is what String says.
func (d Destination) LogValue() slog.Value { return slog.StringValue(d.String()) }

// MarshalText is what String says.
func (d Destination) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
