package main

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"

	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/slack"
	"trailbell/test/slackstand"
)

// slack shows what is posted about a scene: one message for each message of the alert event
// topic, a follow-up as a bot posts it, below the first.
func (d *drawer) slack(s scene) string {
	var posts []string
	first := ""
	for _, m := range d.messages(alertjson.Renderer{}, s) {
		doc := slack.Decode(m.Body)
		rich := slack.Render(doc).Forms[0]
		body, err := json.Marshal(rich)
		d.fail(err)
		if refusal := slackstand.Check(body); refusal != nil {
			d.fail(fmt.Errorf("slack: %w", refusal))
		}
		class := "post"
		if doc.FollowUp() && doc.First == first {
			class += " reply"
		}
		first = doc.ID
		author := el("header", "", el("div", "face", "t"), el("b", "", "trailbell"), el("span", "app", "APP"))
		posts = append(posts, el("section", class, author, d.blocks(body)))
	}
	return el("main", "slack", strings.Join(posts, ""))
}

// An element is a block, or a part of one, as it stands in the JSON.
type element struct {
	Type     string
	Text     json.RawMessage
	URL      string
	Style    json.RawMessage
	Elements []element
}

// blocks draws the blocks of a post: header, section, context and rich text. One that it
// can't draw is an error.
func (d *drawer) blocks(body []byte) string {
	var post struct{ Blocks []element }
	d.fail(json.Unmarshal(body, &post))
	var out []string
	for _, b := range post.Blocks {
		out = append(out, d.block(b))
	}
	return strings.Join(out, "")
}

func (d *drawer) block(b element) string {
	switch b.Type {
	case "header":
		return el("h2", "", d.textObject(b.Text))
	case "section":
		return el("p", "", d.textObject(b.Text))
	case "context":
		return el("div", "context", d.each(b.Elements, "span", "")...)
	case "rich_text":
		return d.parts(b.Elements)
	}
	d.fail(fmt.Errorf("slack: no picture of a block of type %q", b.Type))
	return ""
}

func (d *drawer) each(all []element, tag, class string) []string {
	var out []string
	for _, e := range all {
		out = append(out, el(tag, class, d.plain(e)))
	}
	return out
}

// textObject is a text object in a field named text.
func (d *drawer) textObject(raw json.RawMessage) string {
	var e element
	d.fail(json.Unmarshal(raw, &e))
	return d.plain(e)
}

var (
	// control is what Slack gives a meaning to in text objects: links, mentions, dates.
	control = regexp.MustCompile(`<([^<>|\n]+)(?:\|([^<>\n]*))?>`)
	address = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://\S+`)
)

// plain draws a plain text object. It decodes what Slack decodes, and makes links and
// mentions of what is not escaped, as Slack does in other texts: what a renderer forgets
// shows.
func (d *drawer) plain(e element) string {
	if e.Type != "plain_text" {
		d.fail(fmt.Errorf("slack: no picture of a text of type %q", e.Type))
	}
	text := d.string(e.Text)
	var b strings.Builder
	done := 0
	for _, at := range control.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(withLinks(decoded(text[done:at[0]]), address))
		b.WriteString(el("mark", "", html.EscapeString(text[at[0]:at[1]])))
		done = at[1]
	}
	return b.String() + withLinks(decoded(text[done:]), address)
}

func decoded(text string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

func (d *drawer) string(raw json.RawMessage) string {
	var text string
	d.fail(json.Unmarshal(raw, &text))
	return text
}

// parts draws what is in a rich text.
func (d *drawer) parts(all []element) string {
	var out []string
	for _, e := range all {
		out = append(out, d.part(e))
	}
	return strings.Join(out, "")
}

func (d *drawer) part(e element) string {
	switch e.Type {
	case "rich_text_section":
		return el("div", "rich", d.parts(e.Elements))
	case "rich_text_preformatted":
		return el("pre", "", d.parts(e.Elements))
	case "rich_text_list":
		if d.string(e.Style) == "ordered" {
			return el("ol", "", d.items(e.Elements)...)
		}
		return el("ul", "", d.items(e.Elements)...)
	case "link":
		return anchor(e.URL, d.string(e.Text))
	case "text":
		text := withLinks(d.string(e.Text), address)
		if strings.Contains(string(e.Style), `"bold":true`) {
			return el("b", "", text)
		}
		return text
	}
	d.fail(fmt.Errorf("slack: no picture of an element of type %q", e.Type))
	return ""
}

func (d *drawer) items(all []element) []string {
	var out []string
	for _, e := range all {
		out = append(out, el("li", "", d.parts(e.Elements)))
	}
	return out
}
