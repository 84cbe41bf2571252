package poster

import (
	"net/http"
	"testing"
	"time"
)

// A test from outside can't see this: net/http never uses a proxy for the loopback.
func TestAProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	p, err := New("", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if transport, ok := p.client.Transport.(*http.Transport); !ok || transport.Proxy != nil {
		t.Error("messages may go through a proxy that the environment names")
	}
	if p.client.Timeout != 10*time.Second {
		t.Errorf("a post may take %s", p.client.Timeout)
	}
}

// Where messages go when nothing stands in for Slack.
func TestAddresses(t *testing.T) {
	for secret, want := range map[string]string{
		`{"token":"xoxb-0000000000-EXAMPLE","channel":"#a"}`:            "https://slack.com/api/chat.postMessage",
		`{"token":"xoxb-0000000000-EXAMPLE","channel":"#a","gov":true}`: "https://slack-gov.com/api/chat.postMessage",
		"https://hooks.slack-gov.com/services/T0/B0/EXAMPLE":            "https://hooks.slack-gov.com/services/T0/B0/EXAMPLE",
	} {
		to, err := Parse(secret, "")
		if err != nil || to.address() != want {
			t.Errorf("%s, %v", to.address(), err)
		}
	}
}
