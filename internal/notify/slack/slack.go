// Package slack turns one message of the alert event topic into a Slack message. It
// reads the published JSON (docs/alert.schema.json) and nothing else of the project, so
// that it fits anybody's queue. It knows nothing of where the JSON came from and of who
// posts the message; package poster below it does that.
//
// Text of an event is never markup: it stands in plain text objects, in rich text, which
// has no markup, and in the fallback text, where markup is off. Limits are from Slack's
// reference pages "Blocks" (50 in a message), "Header block" (150 characters), "Section
// block" (3,000), "Text object" and "Truncating messages" (4,000
// characters of text). That all blocks together have a limit is on no page; Slack
// answers msg_blocks_too_long somewhere between 13,000 and 18,000 characters of JSON.
package slack

import (
	"fmt"
	"strings"
)

const (
	maxBlocks = 10_000 // bytes of the JSON of all blocks
	maxText   = 3_500  // bytes of the text of a message
)

// A Message says one thing in ever simpler forms, the richest first. Where Slack refuses
// one for its form, the next can be posted; the last is a line of text.
type Message struct{ Forms []Payload }

// A Payload is the body of one post, for an incoming webhook and for chat.postMessage.
type Payload struct {
	Text   string  `json:"text"`
	Blocks []Block `json:"blocks,omitempty"`
	// Everything by which Slack would look for meaning in the text is off.
	Mrkdwn      bool   `json:"mrkdwn"`
	Parse       string `json:"parse"`
	LinkNames   bool   `json:"link_names"`
	UnfurlLinks bool   `json:"unfurl_links"`
	UnfurlMedia bool   `json:"unfurl_media"`
}

// Render says a document as a message. It takes every document; one of a kind that is
// not known has no blocks. The same document gives the same message.
func Render(doc Document) Message {
	line := payload(line(doc))
	forms := []Payload{payload(text(doc)), line}
	switch doc.Kind {
	case kindAlert, kindTest, kindProblem, kindRollUp:
		rich := line
		rich.Blocks = blocks(doc)
		forms = append([]Payload{rich}, forms...)
	}
	return Message{Forms: forms}
}

func payload(text string) Payload { return Payload{Text: text, Parse: "none"} }

// divisors are by how much texts are shortened until a message fits. The last always
// does, which a test tries to disprove.
var divisors = []int{1, 2, 4, 8, 16}

// line is what a notification shows, and what is left when nothing else is taken.
func line(doc Document) string {
	out := compose(doc, full, escaped).heading
	p := pen{full.divided(2), escaped}
	if where := orDash(account(doc.Account, p)) + ", " + p.named(doc.Region); where != "-, -" {
		out += " (" + where + ")"
	}
	return out
}

// text is the whole message without blocks.
func text(doc Document) string {
	var out string
	for _, by := range divisors {
		if out = compose(doc, full.divided(by), escaped).text(); len(out) <= maxText {
			break
		}
	}
	return out
}

// text is the content without blocks, with an empty line between its parts.
func (c content) text() string {
	parts := []string{c.heading}
	if c.lead != "" {
		parts[0] += "\n" + c.lead
	}
	parts = append(parts, joined(c.facts))
	for _, s := range c.sections {
		parts = append(parts, s.text())
	}
	for _, l := range c.links {
		if l.url != "" {
			l.text += "\n" + entities.Replace(l.url)
		}
		parts = append(parts, l.text)
	}
	if len(c.ids) > 0 {
		parts = append(parts, joined(c.ids))
	}
	return strings.Join(parts, "\n\n")
}

func (s section) text() string {
	lines := []string{s.title}
	for i, line := range s.lines {
		if s.style == numbered {
			line = fmt.Sprintf("%d. %s", i+1, line)
		}
		lines = append(lines, line)
	}
	if s.more != "" {
		lines = append(lines, s.more)
	}
	return strings.Join(lines, "\n")
}

func joined(facts []fact) string {
	var lines []string
	for _, f := range facts {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}
