package notify_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"trailbell/internal/notify"
)

func ExampleVisible() {
	fmt.Println(notify.Visible("alice\r\nBcc: mallory@example.com", 300))
	fmt.Println(notify.Visible("\x1b]0;all is well\a", 300))
	fmt.Println(notify.Visible(strings.Repeat("x", 1000), 30))
	// Output:
	// alice\u{000D}\u{000A}Bcc: mallory@example.com
	// \u{001B}]0;all is well\u{0007}
	// xxxxxxxxxxx[+989 bytes]
}

var visibleTests = []struct{ name, text, want string }{
	{"nothing", "", ""},
	{"plain text", "Alice's role 42 {a: [1]} <b> & co.", "Alice's role 42 {a: [1]} <b> & co."},
	{"letters and marks of other scripts", "Žofia e\u0301 東京 ☂ 👍", "Žofia e\u0301 東京 ☂ 👍"},
	{"control characters", "\x00\a\b\t\n\v\f\r\x1b\x1f", `\u{0000}\u{0007}\u{0008}\u{0009}\u{000A}\u{000B}\u{000C}\u{000D}\u{001B}\u{001F}`},
	{"delete and the control characters above it", "\x7f\u0080\u009b31m\u009f", `\u{007F}\u{0080}\u{009B}31m\u{009F}`},
	{"direction marks", "\u202eexe.gpj\u202c\u2066x\u2069\u200f\u061c", `\u{202E}exe.gpj\u{202C}\u{2066}x\u{2069}\u{200F}\u{061C}`},
	{"characters without width", "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\u034fh", `a\u{200B}b\u{200C}c\u{200D}d\u{2060}e\u{FEFF}f\u{00AD}g\u{034F}h`},
	{"tag characters", "\U000E0001\U000E0041\U000E007F", `\u{E0001}\u{E0041}\u{E007F}`},
	{"variation selectors", "a\ufe0f\ufe00\U000E0100\u180b", `a\u{FE0F}\u{FE00}\u{E0100}\u{180B}`},
	{"line and paragraph separators", "a\u2028b\u2029c\u0085", `a\u{2028}b\u{2029}c\u{0085}`},
	{"fillers that are letters", "\u3164\u115f\u1160\uffa0", `\u{3164}\u{115F}\u{1160}\u{FFA0}`},
	{"a braille pattern without dots", "\u2800", `\u{2800}`},
	{"spaces that are none", "a\u00a0b\u2003c\u3000d\u1680", `a\u{00A0}b\u{2003}c\u{3000}d\u{1680}`},
	{"private and unassigned characters", "\ue000\U0010FFFF\u0378", `\u{E000}\u{10FFFF}\u{0378}`},
	{"bytes that are not UTF-8", "a\xff\xc3(\xed\xa0\x80", `a\x{FF}\x{C3}(\x{ED}\x{A0}\x{80}`},
	{"the replacement character itself", "\ufffd", "\ufffd"},
	{"backslashes that mean nothing", `C:\temp\new \\host \d+\`, `C:\temp\new \\host \d+\`},
	{"a forged escape", `\u{000A} \x{FF} \u{`, `\\u{000A} \\x{FF} \\u{`},
	{"a forged escape behind a backslash", `\\u{000A}`, `\\\\u{000A}`},
	{"a backslash before a line break", "\\\n", `\\\u{000A}`},
	{"two backslashes before a broken byte", "\\\\\xff", `\\\\\x{FF}`},
	{"JSON in JSON", `{"a":"\u003c\n"}`, `{"a":"\u003c\n"}`},
	{"a forged mark of a cut", "admin[+5 bytes]", `admin\u{005B}+5 bytes]`},
	{"brackets that are no mark", "[+x] [5 bytes] [+", "[+x] [5 bytes] [+"},
}

func TestVisible(t *testing.T) {
	for _, test := range visibleTests {
		t.Run(test.name, func(t *testing.T) {
			if got := notify.Visible(test.text, 1000); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestVisibleCutsHonestly(t *testing.T) {
	tests := []struct {
		name, text string
		limit      int
		want       string
	}{
		{"text that fits exactly is whole", strings.Repeat("x", 40), 40, strings.Repeat("x", 40)},
		{"one byte too many", strings.Repeat("x", 41), 40, strings.Repeat("x", 21) + "[+20 bytes]"},
		{"a megabyte", strings.Repeat("x", 1<<20), 40, strings.Repeat("x", 21) + "[+1048555 bytes]"},
		{"no character is cut in two", strings.Repeat("é", 30), 40, strings.Repeat("é", 10) + "[+40 bytes]"},
		{"no escape is cut in two", strings.Repeat("\n", 10), 40, `\u{000A}\u{000A}` + "[+8 bytes]"},
		{"what counts is the length behind the escapes", strings.Repeat("\n", 5), 40, strings.Repeat(`\u{000A}`, 5)},
		{"the count is of the bytes that were there, not of their escapes", strings.Repeat("\u3164", 20), 40, `\u{3164}\u{3164}` + "[+54 bytes]"},
		{"a forged mark is not the mark", "[+1 bytes]" + strings.Repeat("x", 50), 40, `\u{005B}+1 bytes]xxxx[+46 bytes]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := notify.Visible(test.text, test.limit); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

var (
	cutMark = regexp.MustCompile(`\[\+(\d+) bytes\]$`)
	escape  = regexp.MustCompile(`(\\*)([ux])\{([0-9A-F]{2,6})\}|(\\+)[ux]\{`)
)

// FuzzVisible checks what Visible promises of any text and any limit.
func FuzzVisible(f *testing.F) {
	for _, test := range visibleTests {
		f.Add(test.text, 1000)
		f.Add(strings.Repeat(test.text, 10), 21)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 21 + (limit&0xffff)%2000
		got := notify.Visible(text, limit)
		if len(got) > limit {
			t.Errorf("%d bytes, the limit is %d", len(got), limit)
		}
		if !utf8.ValidString(got) {
			t.Errorf("not UTF-8: %q", got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) }); i >= 0 {
			t.Errorf("not printable: %q", got[i:])
		}
		whole := notify.Visible(text, 8*len(text)+21)
		if back := decoded(t, whole); back != text {
			t.Errorf("%q is shown as %q, which means %q", text, whole, back)
		}
		if !strings.ContainsAny(whole, `\`) && notify.Visible(whole, len(whole)+21) != whole {
			t.Errorf("text without escapes changes when it is made visible again: %q", whole)
		}
		if len(whole) <= limit {
			if got != whole {
				t.Errorf("%q fits, but is shown as %q", whole, got)
			}
			return
		}
		checkCut(t, text, whole, got, limit)
	})
}

// checkCut checks that the mark says how many bytes of the text are missing, and that
// not more are than must be.
func checkCut(t *testing.T, text, whole, got string, limit int) {
	t.Helper()
	mark := cutMark.FindStringSubmatch(got)
	if mark == nil {
		t.Fatalf("%q is cut to %q without a mark", text, got)
	}
	shown := strings.TrimSuffix(got, mark[0])
	if !strings.HasPrefix(whole, shown) {
		t.Fatalf("%q is no beginning of %q", shown, whole)
	}
	if missing := strconv.Itoa(len(text) - meant(t, whole, len(shown))); missing != mark[1] {
		t.Errorf("%q misses %s bytes of %q, not %s", got, missing, text, mark[1])
	}
	if len(got) < limit-len(`\u{10FFFF}`)-len("[+9999999999 bytes]") {
		t.Errorf("only %d of %d bytes are used", len(got), limit)
	}
}

// meant is how many bytes of text the first n bytes of what is shown mean.
func meant(t *testing.T, whole string, n int) int {
	t.Helper()
	bytes := n
	for _, at := range escape.FindAllStringIndex(whole, -1) {
		switch {
		case at[1] <= n:
			bytes += len(decoded(t, whole[at[0]:at[1]])) - (at[1] - at[0])
		case at[0] < n: // cut among backslashes that are doubled
			bytes -= strings.Count(whole[at[0]:n], `\`) / 2
		}
	}
	return bytes
}

// decoded is what somebody reads who knows the escapes: an odd number of backslashes
// before u{ or x{ makes an escape.
func decoded(t *testing.T, shown string) string {
	t.Helper()
	return escape.ReplaceAllStringFunc(shown, func(match string) string {
		part := escape.FindStringSubmatch(match)
		if part[4] != "" { // backslashes before what is no escape
			return strings.Repeat(`\`, len(part[4])/2) + match[len(part[4]):]
		}
		slashes := strings.Repeat(`\`, len(part[1])/2)
		if len(part[1])%2 == 0 {
			return slashes + match[len(part[1]):]
		}
		code, err := strconv.ParseInt(part[3], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		if part[2] == "x" {
			return slashes + string([]byte{byte(code)})
		}
		return slashes + string(rune(code))
	})
}
