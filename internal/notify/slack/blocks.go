package slack

import "strings"

// A Block is one of the blocks that are used here: header, section, context, rich_text.
type Block struct {
	Type     string    `json:"type"`
	Text     *Text     `json:"text,omitempty"`
	Elements []Element `json:"elements,omitempty"`
}

// A Text is a plain text object. There is none with markup.
type Text struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"`
}

// An Element is a part of a rich text, or a plain text object in a context block.
type Element struct {
	Type     string    `json:"type"`
	Text     string    `json:"text,omitempty"`
	URL      string    `json:"url,omitempty"`
	Style    any       `json:"style,omitempty"`
	Emoji    *bool     `json:"emoji,omitempty"` // of a plain text object
	Elements []Element `json:"elements,omitempty"`
}

// blocks are the message as Block Kit. Where it is too large, all texts are shortened.
func blocks(doc Document) []Block {
	var out []Block
	for _, by := range divisors {
		out = compose(doc, full.divided(by), defuse).blocks()
		// Structs of text can be encoded.
		if written, _ := encode(out); len(written) <= maxBlocks {
			break
		}
	}
	return out
}

func (c content) blocks() []Block {
	out := []Block{{Type: "header", Text: plain(c.heading)}}
	if c.lead != "" {
		out = append(out, Block{Type: "section", Text: plain(c.lead)})
	}
	var facts []Element
	for i, f := range c.facts {
		if i > 0 {
			facts = append(facts, words("\n"))
		}
		facts = append(facts, Element{Type: "text", Text: f.label + ":", Style: bold}, words(" "+f.value))
	}
	out = append(out, Block{Type: "rich_text", Elements: []Element{within("rich_text_section", facts...)}})
	for _, s := range c.sections {
		out = append(out, Block{Type: "rich_text", Elements: s.elements()})
	}
	for _, l := range c.links {
		out = append(out, Block{Type: "rich_text", Elements: []Element{within("rich_text_section", l.element())}})
	}
	var ids []Element
	for _, id := range c.ids {
		ids = append(ids, Element{Type: "plain_text", Text: id.String(), Emoji: new(bool)})
	}
	return append(out, Block{Type: "context", Elements: ids})
}

// elements are a bold heading and the lines under it.
func (s section) elements() []Element {
	title := Element{Type: "text", Text: s.title, Style: bold}
	var out []Element
	switch s.style {
	case code:
		out = []Element{within("rich_text_section", title), within("rich_text_preformatted", words(strings.Join(s.lines, "\n")))}
	case numbered:
		list := Element{Type: "rich_text_list", Style: "ordered"}
		for _, line := range s.lines {
			list.Elements = append(list.Elements, within("rich_text_section", words(line)))
		}
		out = []Element{within("rich_text_section", title), list}
	default:
		out = []Element{within("rich_text_section", title, words("\n"+strings.Join(s.lines, "\n")))}
	}
	if s.more != "" {
		out = append(out, within("rich_text_section", words(s.more)))
	}
	return out
}

func (l link) element() Element {
	if l.url == "" {
		return words(l.text)
	}
	return Element{Type: "link", URL: l.url, Text: l.text}
}

var bold = map[string]bool{"bold": true}

func plain(text string) *Text { return &Text{Type: "plain_text", Text: text} }

func words(text string) Element { return Element{Type: "text", Text: text} }

func within(kind string, elements ...Element) Element {
	return Element{Type: kind, Elements: elements}
}
