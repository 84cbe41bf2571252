package slackstand_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"trailbell/test/slackstand"
)

// What the stand-in refuses is what makes it worth something that it takes the rest.
func TestCheck(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	plain := func(text string) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, text) }
	rich := func(element string) string { return `{"type":"rich_text","elements":[` + element + `]}` }
	tests := []struct{ name, block, want string }{
		{"a header", `{"type":"header","text":` + plain(x(150)) + `}`, ""},
		{"a header of 151 characters", `{"type":"header","text":` + plain(x(151)) + `}`, "invalid_blocks"},
		{"150 characters of two bytes", `{"type":"header","text":` + plain(strings.Repeat("é", 150)) + `}`, ""},
		{"a header with markup", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "invalid_blocks"},
		{"an empty header", `{"type":"header","text":` + plain("") + `}`, "invalid_blocks"},
		{"a section", `{"type":"section","text":` + plain(x(3000)) + `}`, ""},
		{"a section of 3,001 characters", `{"type":"section","text":` + plain(x(3001)) + `}`, "invalid_blocks"},
		{"ten fields", `{"type":"section","fields":[` + strings.Repeat(plain("x")+",", 9) + plain("x") + `]}`, ""},
		{"eleven fields", `{"type":"section","fields":[` + strings.Repeat(plain("x")+",", 10) + plain("x") + `]}`, "invalid_blocks"},
		{"a field of 2,001 characters", `{"type":"section","fields":[` + plain(x(2001)) + `]}`, "invalid_blocks"},
		{"a section without anything", `{"type":"section"}`, "invalid_blocks"},
		{"a bare <", `{"type":"section","text":` + plain("<!channel>") + `}`, "invalid_blocks"},
		{"a bare &", `{"type":"section","text":` + plain("a & b") + `}`, "invalid_blocks"},
		{"entities", `{"type":"section","text":` + plain("a &amp; &lt;b&gt;") + `}`, ""},
		{"a context", `{"type":"context","elements":[` + plain("x") + `]}`, ""},
		{"an empty context", `{"type":"context","elements":[]}`, "invalid_blocks"},
		{"a type that does not exist", `{"type":"blink"}`, "invalid_blocks"},
		{"a rich text", rich(`{"type":"rich_text_preformatted","elements":[{"type":"text","text":"<x>"}]}`), ""},
		{"an empty rich text", rich(`{"type":"rich_text_section","elements":[{"type":"text","text":""}]}`), "invalid_blocks"},
		{"a list without a style", rich(`{"type":"rich_text_list","elements":[]}`), "invalid_blocks"},
		{"a mention in a rich text", rich(`{"type":"rich_text_section","elements":[{"type":"broadcast","range":"here"}]}`), "invalid_blocks"},
		{"a link to a script", rich(`{"type":"rich_text_section","elements":[{"type":"link","url":"javascript:x","text":"x"}]}`), "invalid_blocks"},
		{"all blocks together", rich(`{"type":"rich_text_section","elements":[{"type":"text","text":"` + x(13_000) + `"}]}`), "msg_blocks_too_long"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := `{"text":"x","blocks":[` + test.block + `]}`
			if !json.Valid([]byte(body)) {
				t.Fatalf("the test's own JSON is broken: %s", body)
			}
			if got := code(slackstand.Check([]byte(body))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	for body, want := range map[string]string{
		`{"text":"x"}`: "", `{"blocks":[]}`: "no_text", `{"text":""}`: "no_text", `{"text":"` + x(4001) + `"}`: "msg_too_long",
		`{"text":"<!here>"}`: "invalid_payload", `{`: "invalid_payload", "{\"text\":\"\xff\"}": "invalid_payload",
		`{"text":"x","blocks":[` + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]}`: "invalid_blocks",
	} {
		if got := code(slackstand.Check([]byte(body))); got != want {
			t.Errorf("%.60s: got %q, want %q", body, got, want)
		}
	}
}

func code(refusal *slackstand.Refusal) string {
	if refusal == nil {
		return ""
	}
	return refusal.Code
}
