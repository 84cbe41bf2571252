package poster

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"trailbell/internal/notify/slack"
)

const (
	timeout = 10 * time.Second // of one post, with connecting and reading
	maxBody = 64 << 10         // of what is read of an answer
)

// A Poster makes single posts. It is safe for concurrent use.
type Poster struct {
	client *http.Client
	// endpoint replaces scheme and host of every address; empty outside of tests.
	endpoint string
	now      func() time.Time
}

// New is a poster that follows no redirect and uses no proxy: the address that was
// checked is the one that gets the message. The endpoint is for tests, and must be on
// the loopback.
func New(endpoint string, now func() time.Time) (Poster, error) {
	if endpoint != "" && !onLoopback(endpoint) {
		return Poster{}, fmt.Errorf("the endpoint %q is not http:// and an address of the loopback", endpoint)
	}
	return Poster{
		client: &http.Client{
			Timeout:       timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				Proxy:               nil,
				DialContext:         (&net.Dialer{Timeout: timeout / 2}).DialContext,
				TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
				TLSHandshakeTimeout: timeout / 2,
				ForceAttemptHTTP2:   true,
				MaxIdleConnsPerHost: 1,
				IdleConnTimeout:     90 * time.Second,
			},
		},
		endpoint: endpoint,
		now:      now,
	}, nil
}

func onLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Scheme == "http" && u.User == nil && u.Path == "" && u.RawQuery == "" && u.Fragment == "" &&
		net.ParseIP(u.Hostname()).IsLoopback()
}

// body is a payload with what only a bot can say.
type body struct {
	slack.Payload
	Channel        string `json:"channel,omitempty"`
	ThreadTS       string `json:"thread_ts,omitempty"`
	ReplyBroadcast *bool  `json:"reply_broadcast,omitempty"`
}

// Post posts one form of a message once. A thread is the ts of the message to answer to;
// webhooks take none. Whatever happens is an answer.
func (p Poster) Post(ctx context.Context, to Destination, payload slack.Payload, thread string) Answer {
	if to.reveal == nil {
		return Answer{Verdict: Refused, Reason: "no destination"}
	}
	request, err := p.request(ctx, to, payload, thread)
	if err != nil {
		return Answer{Verdict: Refused, Reason: to.redact("the request cannot be made: " + bare(err))}
	}
	response, err := p.client.Do(request)
	if err != nil {
		return Answer{Verdict: Failed, Reason: to.redact(bare(err))}
	}
	defer response.Body.Close() // nothing is lost that was not read
	text, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return Answer{Verdict: Failed, Reason: to.redact("the answer broke off: " + bare(err))}
	}
	answer := judge(to.bot, reply{response.StatusCode, response.Header.Get("Retry-After"), string(text)}, p.now())
	answer.Reason, answer.Thread.Channel = to.redact(answer.Reason), to.channel
	return answer
}

func (p Poster) request(ctx context.Context, to Destination, payload slack.Payload, thread string) (*http.Request, error) {
	b := body{Payload: payload}
	if to.bot {
		b.Channel, b.ThreadTS = to.channel, thread
		if thread != "" {
			b.ReplyBroadcast = new(bool)
		}
	}
	text, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	address := to.address()
	if p.endpoint != "" {
		u, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		address = p.endpoint + u.Path
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	if to.bot {
		request.Header.Set("Authorization", "Bearer "+to.reveal())
	}
	return request, nil
}

// bare is an error without the address that net/http puts in front of it.
func bare(err error) string {
	if named, ok := errors.AsType[*url.Error](err); ok {
		err = named.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return err.Error()
}
