package notify

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markRoom is what the longest mark of a cut takes.
const markRoom = len("[+9999999999 bytes]")

// Visible makes text from an event safe to show: what has no ink (control characters,
// direction marks, zero-width and tag characters, odd spaces, broken UTF-8) is written
// as \u{XXXX} or \x{XX}, and a backslash that would look like one of these is doubled,
// so that it can't be forged. The result is valid UTF-8 of printable characters and
// at most limit bytes, which must be over 20; where something is missing it ends with
// [CutMark]. Each place escapes it further for itself.
func Visible(text string, limit int) string {
	var b strings.Builder
	cutOut, cutIn := 0, 0 // the last place that leaves room for the mark
	for i := 0; i < len(text); {
		if b.Len() <= limit-markRoom {
			cutOut, cutIn = b.Len(), i
		}
		r, width := utf8.DecodeRuneInString(text[i:])
		piece := visibleRune(r, width, text[i:])
		if b.Len()+len(piece) > limit {
			return b.String()[:cutOut] + CutMark(len(text)-cutIn)
		}
		b.WriteString(piece)
		i += width
	}
	return b.String()
}

func visibleRune(r rune, width int, rest string) string {
	switch {
	case r == utf8.RuneError && width == 1:
		return fmt.Sprintf(`\x{%02X}`, rest[0])
	case r == '\\' && len(rest) > 2 && (rest[1] == 'u' || rest[1] == 'x') && rest[2] == '{':
		return `\\`
	case !unicode.IsPrint(r), ignorable(r):
		return fmt.Sprintf(`\u{%04X}`, r)
	}
	return rest[:width]
}

// ignorable says whether a character counts as printable and still shows nothing.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == 0x2800
}

// CutMark stands where n bytes are missing.
func CutMark(n int) string { return fmt.Sprintf("[+%d bytes]", n) }
