package github

import (
	"encoding/json"
	"regexp"
	"strings"

	"trailbell/internal/notify"
)

var (
	backticks = regexp.MustCompile("`+")
	// wordForm is a word that means nothing in Markdown and that GitHub makes no link of:
	// no address, user, issue or commit, and no markup. Numbers of a list have a dot.
	wordForm = regexp.MustCompile(`^(?:[("']?[A-Za-z]+(?:['-][A-Za-z]+)*[)"']?[.,;:?!]?|\d{1,4}[,;:?!]?)$`)
	// hashForm could be the beginning of a commit's id.
	hashForm = regexp.MustCompile(`^[0-9a-fA-F]{7,40}$`)
	// linkForm is an address that ends no link early.
	linkForm = regexp.MustCompile(`^https://[A-Za-z0-9.-]+(?::\d{1,5})?/[A-Za-z0-9._~/?#@!$&*+,;:=%-]*$`)
)

// code is visible text in a code span, where nothing has a meaning but backticks: the
// span is put between more of them than the text has in a row.
func code(visible string) string {
	if visible == "" {
		return "-"
	}
	fence := strings.Repeat("`", longest(visible)+1)
	if strings.HasPrefix(visible, "`") || strings.HasSuffix(visible, "`") || strings.HasPrefix(visible, " ") || strings.HasSuffix(visible, " ") {
		visible = " " + visible + " "
	}
	return fence + visible + fence
}

// fenced is visible text of one line in a block of code.
func fenced(visible string) string {
	fence := strings.Repeat("`", max(longest(visible)+1, 3))
	return fence + "sh\n" + visible + "\n" + fence + "\n"
}

func longest(text string) int {
	n := 0
	for _, run := range backticks.FindAllString(text, -1) {
		n = max(n, len(run))
	}
	return n
}

// seen is text from an event, in a code span.
func seen(text string, limit int) string { return code(notify.Visible(text, limit)) }

// name is one word or one name to a person.
func name(text string) string { return seen(text, maxName) }

// shown is any JSON value.
func shown(v any) string {
	if text, ok := v.(string); ok {
		return seen(text, maxValue)
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "not shown: " + seen(err.Error(), maxName)
	}
	return seen(strings.TrimSuffix(b.String(), "\n"), maxValue)
}

// prose is what a rule's author wrote, on one line: plain words stay as they are, and
// what is more than that stands in code spans. A title may carry a caller's words.
func prose(text string) string {
	var out, odd []string
	flush := func() {
		if len(odd) > 0 {
			out = append(out, code(strings.Join(odd, " ")))
			odd = nil
		}
	}
	for _, word := range strings.Fields(notify.Visible(strings.Join(strings.Fields(text), " "), maxProse)) {
		if wordForm.MatchString(word) && !hashForm.MatchString(strings.Trim(word, `("').,;:?!`)) {
			flush()
			out = append(out, word)
		} else {
			odd = append(odd, word)
		}
	}
	flush()
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, " ")
}

// link is an address behind words of ours. What could end it early is shown, not linked.
func link(title, address string) string {
	if len(address) <= maxValue*2 && linkForm.MatchString(address) {
		return "[" + title + "](<" + address + ">)"
	}
	return title + ": " + seen(address, maxValue)
}
