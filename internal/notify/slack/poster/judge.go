package poster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Verdict is what became of a post, and so what is to be done.
type Verdict string

// The verdicts.
const (
	// Posted means that the message is in the channel.
	Posted Verdict = "posted"
	// Throttled means that nothing may be posted before RetryAfter is over.
	Throttled Verdict = "throttled"
	// TooRich means that Slack does not take the message in this form.
	TooRich Verdict = "refused for its form"
	// NoThread means that the message to answer to is gone.
	NoThread Verdict = "no such thread"
	// Denied means that the secret may have been replaced: it is worth another look.
	Denied Verdict = "denied"
	// Refused means that the same would be refused again until a person acts.
	Refused Verdict = "refused"
	// Failed means that it may work later. The message may have been posted all the same.
	Failed Verdict = "failed"
)

// An Answer is a verdict with its reason.
type Answer struct {
	Verdict Verdict
	// Reason is Slack's word for it, or ours. It holds no secret and no text of Slack's
	// that is no word.
	Reason string
	// Detail is what else a person should know. It may differ where Reason does not.
	Detail     string
	RetryAfter time.Duration // when Throttled
	// Thread is where the message stands, when a bot posted it.
	Thread Thread
}

const (
	// defaultWait is obeyed where Slack throttles without saying for how long.
	defaultWait = 30 * time.Second
	// longestWait is below the twelve hours that SQS can keep a message back.
	longestWait = 11 * time.Hour
)

// verdicts are Slack's words; see "chat.postMessage", Errors, and "Sending messages using
// incoming webhooks", Handling errors. What is not here is refused: a person must look.
var verdicts = map[string]Verdict{
	"invalid_blocks": TooRich, "invalid_blocks_format": TooRich, "msg_blocks_too_long": TooRich, "msg_too_long": TooRich,
	"invalid_payload": TooRich, "no_text": TooRich, "invalid_attachments": TooRich, "too_many_attachments": TooRich,
	"missing_text_or_fallback_or_attachments": TooRich, "markdown_text_conflict": TooRich, "attachment_payload_limit_exceeded": TooRich,

	"thread_not_found": NoThread, "message_not_found": NoThread, "cannot_reply_to_message": NoThread,
	"invalid_thread_ts": NoThread, "restricted_action_thread_locked": NoThread,

	"invalid_auth": Denied, "not_authed": Denied, "account_inactive": Denied, "token_revoked": Denied, "token_expired": Denied,
	"no_service": Denied, "no_service_id": Denied, "no_active_hooks": Denied, "invalid_token": Denied, "no_team": Denied,
	"channel_not_found": Denied, "channel_is_archived": Denied, "action_prohibited": Denied,

	"ratelimited": Throttled, "rate_limited": Throttled, "message_limit_exceeded": Throttled,

	"internal_error": Failed, "fatal_error": Failed, "service_unavailable": Failed, "request_timeout": Failed,
	"rollup_error": Failed, "team_added_to_org": Failed, "accesslimited": Failed,
}

// denials are the statuses of a webhook that was taken away or replaced.
var denials = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone}

// word is the form of Slack's words. Nothing else of an answer is repeated.
var word = regexp.MustCompile(`^[a-z][a-z_]{1,60}$`)

// reply is what came back over HTTP.
type reply struct {
	status     int
	retryAfter string
	body       string
}

// judge says what a reply means. Status and body are both looked at: a webhook that
// answers 200 without ok has shown nothing to anybody.
func judge(bot bool, r reply, now time.Time) Answer {
	switch {
	case r.status == http.StatusTooManyRequests:
		return Answer{Verdict: Throttled, Reason: "ratelimited", RetryAfter: wait(r.retryAfter, now)}
	case r.status >= 500 || r.status == http.StatusRequestTimeout:
		return Answer{Verdict: Failed, Reason: fmt.Sprintf("status %d", r.status)}
	case r.status/100 == 3:
		return Answer{Verdict: Refused, Reason: "redirect"}
	case r.status == http.StatusRequestEntityTooLarge:
		return Answer{Verdict: TooRich, Reason: "status 413"}
	case r.status != http.StatusOK:
		return judgeWord(strings.TrimSpace(r.body), r, now)
	case bot:
		return judgeBot(r, now)
	}
	if said := strings.TrimSpace(r.body); said != "ok" {
		return judgeWord(said, r, now)
	}
	return Answer{Verdict: Posted, Reason: "ok"}
}

func judgeBot(r reply, now time.Time) Answer {
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
		TS    string `json:"ts"`
	}
	if err := json.Unmarshal([]byte(r.body), &said); err != nil {
		return Answer{Verdict: Failed, Reason: "an answer that is not Slack's"}
	}
	if said.OK {
		return Answer{Verdict: Posted, Reason: "ok", Thread: Thread{TS: said.TS}}
	}
	return judgeWord(said.Error, r, now)
}

// judgeWord goes by Slack's word, and where there is none by the status.
func judgeWord(said string, r reply, now time.Time) Answer {
	if !word.MatchString(said) {
		said = ""
	}
	verdict, known := verdicts[said]
	if said == "" {
		said = fmt.Sprintf("status %d", r.status)
	}
	switch {
	case verdict == Throttled:
		return Answer{Verdict: Throttled, Reason: said, RetryAfter: wait(r.retryAfter, now)}
	case known:
		return Answer{Verdict: verdict, Reason: said}
	case slices.Contains(denials, r.status):
		return Answer{Verdict: Denied, Reason: said}
	}
	return Answer{Verdict: Refused, Reason: said}
}

// wait is how long Slack asks to be left alone: seconds, or a date.
func wait(retryAfter string, now time.Time) time.Duration {
	asked := defaultWait
	if seconds, err := strconv.ParseInt(strings.TrimSpace(retryAfter), 10, 32); err == nil {
		asked = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(retryAfter); err == nil {
		asked = at.Sub(now)
	}
	return min(max(asked, time.Second), longestWait)
}
