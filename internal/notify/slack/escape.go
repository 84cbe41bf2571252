package slack

import (
	"strings"

	"trailbell/internal/notify"
)

// entities are the three characters that Slack gives a meaning to in text objects, also
// in plain ones ("Formatting message text", Escaping text). Nothing else is decoded.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// defuse breaks up the addresses in a text, so that neither Slack nor a client makes a
// link of one: the only links in a message are ours.
func defuse(text string) string { return strings.ReplaceAll(text, "://", "[:]//") }

// escaped is text for text objects and for the text of a message.
func escaped(text string) string { return entities.Replace(defuse(text)) }

// minRoom is the least that fitted needs: what Visible keeps of its least, escaped.
const minRoom = 5 * 21

// fitted is text from an event, made visible and then escaped for its place, in at most
// room bytes of what comes out, which are at least [minRoom]. Slack counts characters,
// which are never more than bytes.
func fitted(text string, room int, escape func(string) string) string {
	for limit := room; ; {
		out := escape(notify.Visible(text, limit))
		surplus := len(out) - room
		if surplus <= 0 {
			return out
		}
		// No character grows to more than five, so this never cuts off too much at once.
		limit = max(limit-(surplus+4)/5, minRoom/5)
	}
}

// A pen writes texts of an event into one kind of place.
type pen struct {
	limits
	escape func(string) string
}

// limits are how many bytes a text may have, after escaping.
type limits struct {
	name  int // of a word or a name
	value int // of a value
	prose int // of what a rule's author wrote
	list  int // of all lines of a list together
}

// full is what a message has room for if only some of its texts are long; where all are,
// they are halved until the message fits.
var full = limits{name: 250, value: 450, prose: 1500, list: 2200}

func (l limits) divided(by int) limits {
	part := func(n int) int { return max(n/by, minRoom) }
	return limits{name: part(l.name), value: part(l.value), prose: part(l.prose), list: part(l.list)}
}

func (p pen) name(text string) string  { return fitted(text, p.limits.name, p.escape) }
func (p pen) value(text string) string { return fitted(text, p.limits.value, p.escape) }

// prose is what a rule's author wrote, on one line. It may carry values of the event.
func (p pen) prose(text string) string {
	return fitted(strings.Join(strings.Fields(text), " "), p.limits.prose, p.escape)
}

func (p pen) named(text string) string { return orDash(p.name(text)) }

// said is a word behind what introduces it, unless it is empty or clear from others.
func (p pen) said(before, word string, others ...string) string {
	if word == "" {
		return ""
	}
	for _, other := range others {
		if word == other {
			return ""
		}
	}
	return before + p.name(word)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
