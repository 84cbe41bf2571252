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
// as \u{XXXX} or \x{XX}. Neither these nor the mark of a cut can be forged: backslashes
// are doubled before an escape and before what looks like one, and no two texts look
// alike. The result is valid UTF-8 of printable characters and at most limit bytes,
// which must be over 20; where something is missing it ends with [CutMark]. Each place
// escapes it further for itself.
func Visible(text string, limit int) string {
	var b strings.Builder
	cutOut, cutIn := 0, 0 // the last place that leaves room for the mark
	slash, end := `\`, 0  // how the backslashes before end are written
	for i := 0; i < len(text); {
		if b.Len() <= limit-markRoom {
			cutOut, cutIn = b.Len(), i
		}
		piece, width := visibleRune(text[i:])
		if piece == `\` {
			if i >= end {
				slash, end = slashes(text, i)
			}
			piece = slash
		}
		if b.Len()+len(piece) > limit {
			return b.String()[:cutOut] + CutMark(len(text)-cutIn)
		}
		b.WriteString(piece)
		i += width
	}
	return b.String()
}

// slashes says how each of the backslashes that follow one another from i on is
// written, and where they end.
func slashes(text string, i int) (slash string, end int) {
	rest := strings.TrimLeft(text[i:], `\`)
	end = len(text) - len(rest)
	next, _ := visibleRune(rest)
	if strings.HasPrefix(next, `\`) || strings.HasPrefix(rest, "u{") || strings.HasPrefix(rest, "x{") {
		return `\\`, end
	}
	return `\`, end
}

// visibleRune is how the first character of a text is written, and its width in the
// text. A backslash is itself: how it is written depends on what follows.
func visibleRune(text string) (piece string, width int) {
	r, width := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && width == 1:
		return fmt.Sprintf(`\x{%02X}`, text[0]), width
	case !unicode.IsPrint(r), ignorable(r), forgedMark(text):
		return fmt.Sprintf(`\u{%04X}`, r), width
	}
	return text[:width], width
}

// forgedMark says whether a text begins like the mark of a cut.
func forgedMark(text string) bool {
	return len(text) > 2 && text[:2] == "[+" && '0' <= text[2] && text[2] <= '9'
}

// ignorable says whether a character counts as printable and still shows nothing.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == 0x2800
}

// CutMark stands where n bytes are missing.
func CutMark(n int) string { return fmt.Sprintf("[+%d bytes]", n) }
