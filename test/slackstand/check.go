// Package slackstand stands in for Slack in tests: it takes messages as incoming webhooks
// and chat.postMessage do, refuses what Slack's reference says that it refuses, and can
// be told to throttle, fail, hang or redirect. It shares no code with what it judges.
package slackstand

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits; see the reference pages "Blocks", "Header block", "Section block", "Context
// block" and "Truncating messages". That of all blocks together is on no page: it is
// the least of what people have reported.
const (
	maxBlocks    = 50
	maxHeader    = 150
	maxSection   = 3000
	maxFields    = 10
	maxField     = 2000
	maxElements  = 10
	maxText      = 4000
	maxAllBlocks = 13_000
)

// object is a JSON object.
type object = map[string]any

// A Refusal is the word that Slack answers with, and for tests what is wrong.
type Refusal struct{ Code, Detail string }

// Error is the word and the detail.
func (r *Refusal) Error() string { return r.Code + ": " + r.Detail }

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Check judges the body of a post; nil means that Slack would show it.
func Check(body []byte) *Refusal {
	var message struct {
		Text   *string  `json:"text"`
		Blocks []object `json:"blocks"`
		Mrkdwn *bool    `json:"mrkdwn"`
		Parse  string   `json:"parse"`
	}
	if !utf8.Valid(body) {
		return refuse("invalid_payload", "not UTF-8")
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return refuse("invalid_payload", "%v", err)
	}
	if message.Text == nil || *message.Text == "" {
		return refuse("no_text", "a message needs text, and one with blocks needs it for notifications")
	}
	if n := utf8.RuneCountInString(*message.Text); n > maxText {
		return refuse("msg_too_long", "%d characters of text", n)
	}
	if raw := unescaped(*message.Text); raw != "" {
		return refuse("invalid_payload", "text with %s", raw)
	}
	return checkBlocks(message.Blocks)
}

func checkBlocks(blocks []object) *Refusal {
	if len(blocks) > maxBlocks {
		return refuse("invalid_blocks", "%d blocks", len(blocks))
	}
	for i, block := range blocks {
		if detail := checkBlock(block); detail != "" {
			return refuse("invalid_blocks", "block %d: %s", i, detail)
		}
	}
	if n := size(blocks); n > maxAllBlocks {
		return refuse("msg_blocks_too_long", "%d bytes of blocks", n)
	}
	return nil
}

func size(blocks []object) int {
	if len(blocks) == 0 {
		return 0
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(blocks); err != nil {
		return maxAllBlocks + 1
	}
	return b.Len()
}

func checkBlock(block object) string {
	switch block["type"] {
	case "header":
		return checkText(block["text"], maxHeader, "plain_text")
	case "section":
		return checkSection(block)
	case "context":
		return checkEach(block["elements"], maxElements, func(v any) string { return checkText(v, maxSection, "plain_text", "mrkdwn") })
	case "divider":
		return ""
	case "rich_text":
		return checkEach(block["elements"], 1000, checkRich)
	}
	return fmt.Sprintf("type %v", block["type"])
}

func checkSection(block object) string {
	_, hasText := block["text"]
	if hasText {
		if detail := checkText(block["text"], maxSection, "plain_text", "mrkdwn"); detail != "" {
			return detail
		}
	}
	if _, hasFields := block["fields"]; hasFields || !hasText {
		return checkEach(block["fields"], maxFields, func(v any) string { return checkText(v, maxField, "plain_text", "mrkdwn") })
	}
	return ""
}

func checkEach(v any, most int, check func(any) string) string {
	items, _ := v.([]any)
	if len(items) == 0 || len(items) > most {
		return fmt.Sprintf("%d items, 1 to %d are allowed", len(items), most)
	}
	for i, item := range items {
		if detail := check(item); detail != "" {
			return fmt.Sprintf("item %d: %s", i, detail)
		}
	}
	return ""
}

func checkText(v any, most int, kinds ...string) string {
	o, _ := v.(object)
	kind, _ := o["type"].(string)
	text, _ := o["text"].(string)
	switch n := utf8.RuneCountInString(text); {
	case !slices.Contains(kinds, kind):
		return fmt.Sprintf("a text of type %v", o["type"])
	case n == 0 || n > most:
		return fmt.Sprintf("a text of %d characters, 1 to %d are allowed", n, most)
	case unescaped(text) != "":
		return "a text with " + unescaped(text)
	}
	return ""
}

// checkRich judges an element of a rich text; see "Rich text block".
func checkRich(v any) string {
	o, _ := v.(object)
	switch o["type"] {
	case "rich_text_section", "rich_text_preformatted", "rich_text_quote":
		return checkEach(o["elements"], 1000, checkLeaf)
	case "rich_text_list":
		if o["style"] != "ordered" && o["style"] != "bullet" {
			return fmt.Sprintf("a list of style %v", o["style"])
		}
		return checkEach(o["elements"], 1000, func(v any) string {
			if item, _ := v.(object); item["type"] != "rich_text_section" {
				return "a list of something else than sections"
			}
			return checkRich(v)
		})
	}
	return fmt.Sprintf("a rich element of type %v", o["type"])
}

func checkLeaf(v any) string {
	o, _ := v.(object)
	switch text, _ := o["text"].(string); o["type"] {
	case "text":
		if text == "" {
			return "an empty text"
		}
	case "link":
		if address, _ := o["url"].(string); !strings.HasPrefix(address, "https://") || text == "" {
			return fmt.Sprintf("a link %q to %v", text, o["url"])
		}
	default:
		return fmt.Sprintf("a leaf of type %v", o["type"])
	}
	return ""
}

var entity = regexp.MustCompile(`&(amp|lt|gt);`)

// unescaped is what Slack would take for markup or an entity in a text object; see
// "Formatting message text". Slack takes it; a message of event text must not have it.
func unescaped(text string) string {
	for _, sign := range []string{"<", ">", "&"} {
		if strings.Contains(entity.ReplaceAllString(text, ""), sign) {
			return "a bare " + sign
		}
	}
	return ""
}
