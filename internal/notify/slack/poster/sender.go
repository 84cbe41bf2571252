package poster

import (
	"context"
	"log/slog"

	"trailbell/internal/notify/slack"
)

// A Sender gets a message into the channel if that can be done now: in a simpler form
// where Slack refuses one for its form, with a new secret where it does not take the old
// one, and outside of a thread that is gone. It is safe for concurrent use.
type Sender struct {
	Poster  Poster
	Secrets *Secrets
	Log     *slog.Logger
}

// Send posts a message. A thread of another channel is left out, because Slack would
// take it and nobody would see the message. The answer is one of Posted, Throttled, Refused and Failed.
func (s Sender) Send(ctx context.Context, message slack.Message, thread Thread) Answer {
	to, err := s.Secrets.Destination(ctx)
	if err != nil {
		return Answer{Verdict: Refused, Reason: ErrSecret.Error(), Detail: err.Error()}
	}
	last, looked := Answer{Verdict: Refused, Reason: "a message without a form"}, false
	for i := 0; i < len(message.Forms); {
		last = s.Poster.Post(ctx, to, message.Forms[i], to.thread(thread))
		switch {
		case last.Verdict == TooRich:
			s.Log.Warn("Slack refuses a form of the message", "form", i+1, "of", len(message.Forms), "reason", last.Reason)
			i++
		case last.Verdict == NoThread && thread.TS != "":
			thread = Thread{}
		case last.Verdict == Denied && !looked:
			another, changed := s.Secrets.Again(ctx)
			if !changed {
				return final(last)
			}
			s.Log.Info("the secret was replaced", "reason", last.Reason)
			to, looked = another, true
		default:
			return final(last)
		}
	}
	return final(last)
}

// final is an answer after which nothing else is tried.
func final(answer Answer) Answer {
	switch answer.Verdict {
	case TooRich, NoThread, Denied:
		answer.Verdict = Refused
	}
	return answer
}

// thread is the ts to answer to, if that is in this channel.
func (d Destination) thread(thread Thread) string {
	if thread.Channel != d.channel {
		return ""
	}
	return thread.TS
}
