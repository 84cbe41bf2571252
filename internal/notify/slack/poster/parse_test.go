package poster_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"trailbell/internal/notify/slack/poster"
)

const (
	webhook = "https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/webhooksecretEXAMPLE"
	token   = "xoxb-0000000000-tokensecretEXAMPLE"
)

func ExampleParse() {
	for _, secret := range []string{webhook, "http://hooks.slack.com/services/T0/B0/x", `{"token":"` + token + `","channel":"#alerts"}`} {
		to, err := poster.Parse(secret, "")
		fmt.Println(to, err)
	}
	// Output:
	// an incoming webhook <nil>
	// nowhere the webhook in the secret is refused: it does not begin with https://
	// a bot in #alerts <nil>
}

func TestSecrets(t *testing.T) {
	const path = "/services/T0EXAMPLE/B0EXAMPLE/webhooksecretEXAMPLE"
	tests := []struct {
		name, secret, channel string
		want                  string // what it is, or a part of the error
	}{
		{"a webhook", webhook, "", "an incoming webhook"},
		{"a webhook with space around it", " \n" + webhook + "\n", "", "an incoming webhook"},
		{"a webhook of the US government", "https://hooks.slack-gov.com" + path, "", "an incoming webhook"},
		{"a webhook as JSON", `{"webhook":"` + webhook + `","note":"kept"}`, "", "an incoming webhook"},
		{"a token and the channel of the parameter", token, "C012AB3CD", "a bot in C012AB3CD"},
		{"a token as JSON", `{"token":"` + token + `","channel":"C012AB3CD"}`, "#other", "a bot in C012AB3CD"},
		{"a rotating token", "xoxe.xoxb-1-tokensecretEXAMPLE", "#alerts", "a bot in #alerts"},
		{"a token without a channel", token, "", "needs a channel"},
		{"a token where the channel belongs", token, token, "neither the id nor the name"},
		{"a channel with a line break", token, "#alerts\n", "neither the id nor the name"},
		{"a user's token", "xoxp-0000000000-tokensecretEXAMPLE", "#alerts", "no bot token"},
		{"both", `{"webhook":"` + webhook + `","token":"` + token + `"}`, "", "both"},
		{"neither", `{"url":"` + webhook + `"}`, "", "neither webhook nor token"},
		{"nothing", " ", "", "empty"},
		{"broken JSON", `{"webhook":"` + webhook, "", "begins like JSON"},
		{"a webhook that is a list", `{"webhook":["` + webhook + `"]}`, "", "begins like JSON"},
		{"without TLS", "http://hooks.slack.com" + path, "", "does not begin with https://"},
		{"no scheme", "hooks.slack.com" + path, "", "does not begin with https://"},
		{"another host", "https://hooks.slack.com.evil.example" + path, "", "its host"},
		{"a host below the right one", "https://x.hooks.slack.com" + path, "", "its host"},
		{"a host in capitals", "https://HOOKS.slack.com" + path, "", "its host"},
		{"an address of the cloud's metadata", "https://169.254.169.254" + path, "", "its host"},
		{"a user", "https://hooks.slack.com@evil.example" + path, "", "user name"},
		{"a user and the right host", "https://me:pass@hooks.slack.com" + path, "", "user name"},
		{"a port", "https://hooks.slack.com:8443" + path, "", "port"},
		{"the usual port", "https://hooks.slack.com:443" + path, "", "port"},
		{"an empty port", "https://hooks.slack.com:" + path, "", "port"},
		{"a query", webhook + "?a=b", "", "query or a fragment"},
		{"an empty query", webhook + "?", "", "query or a fragment"},
		{"a fragment", webhook + "#a", "", "query or a fragment"},
		{"a way up", "https://hooks.slack.com/services/../api/B0/x", "", "three parts"},
		{"an encoded way up", "https://hooks.slack.com/services/%2e%2e/B0/webhooksecretEXAMPLE", "", "three parts"},
		{"a part too many", webhook + "/x", "", "three parts"},
		{"a slash at the end", webhook + "/", "", "three parts"},
		{"a workflow's trigger, which takes other messages", "https://hooks.slack.com/triggers/T0/B0/webhooksecretEXAMPLE", "", "three parts"},
		{"a line break", webhook[:40] + "\n" + webhook[40:], "", "no URL"},
		{"scheme in capitals", "HTTPS" + webhook[5:], "", "odd way"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			to, err := poster.Parse(test.secret, test.channel)
			got := to.String()
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			checkSilent(t, got, test.secret)
		})
	}
}

// checkSilent checks that nothing of a secret is in a text.
func checkSilent(t testing.TB, text, secret string) {
	t.Helper()
	for _, part := range []string{secret, "webhooksecret", "tokensecret", "B0EXAMPLE"} {
		if len(part) > 8 && strings.Contains(text, part) {
			t.Errorf("a secret is in %q", text)
		}
	}
}

func TestNoPrinterShowsASecret(t *testing.T) {
	for _, secret := range []string{webhook, token} {
		to, err := poster.Parse(secret, "#alerts")
		if err != nil {
			t.Fatal(err)
		}
		type holder struct {
			to     poster.Destination
			Public *poster.Destination
			list   []poster.Destination
		}
		held := holder{to, &to, []poster.Destination{to}}
		var out strings.Builder
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
			fmt.Fprintf(&out, verb+verb+verb+"\n", to, held, &held)
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "to", to, "held", held, "pointer", &to)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "to", to, "held", held, "pointer", &to)
		asJSON, err := json.Marshal(held)
		if err != nil {
			t.Fatal(err)
		}
		checkSilent(t, out.String()+log.String()+string(asJSON), secret)
		if !strings.Contains(log.String(), to.String()) {
			t.Errorf("the log does not say where to: %s", log.String())
		}
	}
}

// FuzzParse takes any secret: nothing of it may get into an error or a description.
func FuzzParse(f *testing.F) {
	for _, s := range []string{webhook, token, `{"webhook":"` + webhook + `"}`, "https://u:p@hooks.slack.com/services/a/b/c", "%zz://", "\x00"} {
		f.Add(s, "#alerts")
	}
	f.Fuzz(func(t *testing.T, secret, channel string) {
		to, err := poster.Parse(secret, channel)
		said := fmt.Sprintf("%+v %v", to, err)
		trimmed := strings.TrimSpace(secret)
		if len(trimmed) > 30 && strings.Contains(said, trimmed) {
			t.Errorf("a secret is in %q", said)
		}
		if err == nil && !to.Bot() && !strings.Contains(trimmed, "https://hooks.slack") {
			t.Errorf("%q became a webhook", secret)
		}
	})
}
