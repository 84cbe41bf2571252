package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON is a value as JSON on one line of visible characters: what has no ink is written
// as \uXXXX, which is the same value to whoever parses it, and nothing that a terminal or
// a log obeys. It does what [Visible] does where the text itself must stay as it is.
func JSON(value any) (string, error) { return EscapedJSON(value, unseen) }

// EscapedJSON is a value as JSON on one line, with each character inside its texts that is
// odd written as \uXXXX.
func EscapedJSON(value any, odd func(rune) bool) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return escape(strings.TrimSuffix(b.String(), "\n"), odd), nil
}

// escape escapes characters that can stand only inside the strings of JSON.
func escape(text string, odd func(rune) bool) string {
	var b strings.Builder
	for {
		i := strings.IndexFunc(text, odd)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		r, width := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[:i])
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[i+width:]
	}
}

func unseen(r rune) bool { return !unicode.IsPrint(r) || ignorable(r) }
