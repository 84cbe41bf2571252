package notify_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"trailbell/internal/notify"
)

func ExampleJSON() {
	text, err := notify.JSON(map[string]any{"name": "alice\u202e\n<b>", "tag": "\U000E0041"})
	fmt.Println(text, err)
	// Output: {"name":"alice\u202e\n<b>","tag":"\udb40\udc41"} <nil>
}

func TestWhatCannotBeWrittenAsJSONIsAnError(t *testing.T) {
	if text, err := notify.JSON(func() {}); err == nil {
		t.Errorf("%q and no error", text)
	}
}

// FuzzJSON checks that any text comes back as it was, and shows nothing hidden.
func FuzzJSON(f *testing.F) {
	for _, test := range visibleTests {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := notify.JSON(text)
		if err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 || !utf8.ValidString(got) {
			t.Errorf("something can't be seen in %q", got)
		}
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back != strings.ToValidUTF8(text, "\ufffd") && utf8.ValidString(text) {
			t.Errorf("%q comes back as %q, %v", text, back, err)
		}
	})
}
