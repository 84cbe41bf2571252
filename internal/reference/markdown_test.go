package reference

import (
	"bytes"
	"html"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM))

var tag = regexp.MustCompile(`<[^>]*>`)

// rendered is the text that a reader of the Markdown sees.
func rendered(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := markdown.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(strings.TrimSpace(tag.ReplaceAllString(b.String(), "")))
}

// pieces are what Markdown makes something else of.
var pieces = []string{
	"*", "**", "_", "__", "`", "``", "```", "[", "]", "(", ")", "<", ">", "|", "~", "~~", "\\", "&amp;", "&", "#", "##", "-", "+", "=",
	"1.", "2)", "!", "![", "](", "<b>", "</b>", "<!--", "-->", "---", "===", "$x$", "T1562.008", "a_b_c", "word", " ", " ", " ", "é", "http",
}

func TestProseShowsTheTextAndNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		if text == "" {
			continue
		}
		if got := rendered(t, "x\n\n"+prose(text)); got != strings.TrimSpace("x\n"+text) {
			t.Fatalf("%q is written as %q and shows %q", text, prose(text), got)
		}
		// In a list, as runbooks are.
		if got := rendered(t, "1. "+prose(text)); got != text {
			t.Fatalf("%q in a list is written as %q and shows %q", text, prose(text), got)
		}
	}
}

func TestCellsStayInTheirTable(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		if text == "" {
			continue
		}
		var out bytes.Buffer
		table := head("a", "b") + row(prose(text), "end")
		if err := markdown.Convert([]byte(table), &out); err != nil {
			t.Fatal(err)
		}
		cells := strings.Split(out.String(), "<td>")
		if len(cells) != 3 || !strings.HasPrefix(cells[2], "end</td>") {
			t.Fatalf("%q breaks its table:\n%s\n%s", text, table, out.String())
		}
		if got := html.UnescapeString(strings.TrimSpace(tag.ReplaceAllString(cells[1], ""))); got != text {
			t.Fatalf("%q shows as %q in a table", text, got)
		}
	}
}

func TestCodeShowsTheText(t *testing.T) {
	for _, text := range []string{"a", "a`b", "`a", "a``b`", "a|b", "<b>", `\`, "requestParameters.x|y"} {
		if got := rendered(t, code(text)); got != text {
			t.Errorf("%q is written as %q and shows %q", text, code(text), got)
		}
	}
	var out bytes.Buffer
	if err := markdown.Convert([]byte(head("a", "b")+row(code("x|y"), "end")), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "<td><code>x|y</code></td>\n<td>end</td>") {
		t.Errorf("a bar in code ends its cell:\n%s", out.String())
	}
}

func TestABlockHoldsFences(t *testing.T) {
	text := "a\n```\nb\n````\n"
	if got := rendered(t, block("rego", text)); got != strings.TrimSpace(text) {
		t.Errorf("shows %q", got)
	}
}
