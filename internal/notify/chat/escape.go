package chat

import (
	"net/url"
	"regexp"
	"strings"

	"trailbell/internal/notify"
)

// Slack, Teams and Chime each read another dialect, and we don't know which is next. What
// has a meaning in any of them is written as a character that looks alike and has none in
// all: no mention (<!channel>, @here), no link (<a|b>, [a](b), ://), no format. Escapes
// would not do, because one dialect shows what another decodes.
var (
	inert = strings.NewReplacer(
		"<", "‹", ">", "›", "&", "＆", "@", "＠", "`", "ˋ", "|", "∣", "://", "[:]//", "](", "] (", "]:", "] :",
	)
	unformatted = strings.NewReplacer("*", "∗", "_", "＿", "~", "∼", "#", "＃", "!", "ǃ")
	emoji       = regexp.MustCompile(`:([a-zA-Z0-9+-]+):`)
)

// growth is by how much a text may grow: a character of one byte becomes one of three,
// and a mark of three bytes one of five.
const growth = 3

// escaped is a text that means nothing to any chat, in at most limit bytes, of which there
// must be over 63.
func escaped(text string, limit int, escape func(string) string) string {
	visible := notify.Visible(text, limit)
	out := escape(visible)
	if grown := len(out) - len(visible); len(out) > limit {
		out = escape(notify.Visible(text, max(limit-grown, limit/growth)))
	}
	return out
}

// prose is text that stands by itself, on one line.
func prose(text string, limit int) string {
	return escaped(strings.Join(strings.Fields(text), " "), limit, func(s string) string {
		// Twice, because emoji follow one another with one colon between them.
		s = emoji.ReplaceAllString(emoji.ReplaceAllString(s, "：$1："), "：$1：")
		return unformatted.Replace(inert.Replace(s))
	})
}

// code is a value, between marks that let it be read letter by letter.
func code(text string, limit int) string {
	return "`" + escaped(text, limit-2, inert.Replace) + "`"
}

// word is text that is not shown, or among the keywords, where a format does no harm and
// names must stay as they are.
func word(text string) string {
	return escaped(strings.Join(strings.Fields(text), " "), maxWord, inert.Replace)
}

// linkForm is an address without anything that a chat would read as more than one, and
// without @, before which a host may be forged.
var linkForm = regexp.MustCompile(`^https://[A-Za-z0-9./?=&#_%:+,;~-]{1,700}$`)

// link is an address of ours, and empty where it is no plain one.
func link(address string) string {
	if !linkForm.MatchString(address) {
		return ""
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" {
		return ""
	}
	return address
}
