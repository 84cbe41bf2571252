package github_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	markdown "github.com/yuin/goldmark/text"

	"trailbell/internal/notify"
	"trailbell/internal/notify/github"
	"trailbell/internal/notify/notifytest"
)

// evil are texts that try to leave a code span, and the usual ones.
var evil = append([]string{
	strings.Repeat("`", 300), "`` ` ``", " `", "` ", "\\`", "\n\n", "$`x`$", "- [x] ", "<details>", "</code>", "<https://login.example.net>", "[^1]: x", "[x]: https://login.example.net",
	":octocat:", "deadbeef", "~~x~~", "| a | b |\n|---|---|", "====", "    code", "octocat@example.com",
}, notifytest.Hostile...)

// ours are the kinds of parts that our messages have.
var ours = []ast.NodeKind{
	ast.KindDocument, ast.KindHeading, ast.KindParagraph, ast.KindTextBlock, ast.KindList, ast.KindListItem, ast.KindEmphasis, ast.KindText,
	ast.KindCodeSpan, ast.KindFencedCodeBlock, ast.KindLink, ast.KindThematicBreak,
}

var (
	// outside is what may stand outside of code and links: words in which GitHub finds
	// nothing.
	outside   = regexp.MustCompile(`^[A-Za-z0-9 .,;:?!()"'=-]*$`)
	dotted    = regexp.MustCompile(`[A-Za-z0-9]\.[A-Za-z0-9]`)
	hash      = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)
	bold      = regexp.MustCompile(`^(Who|ARN|From|MFA|Account|Region|When|Call|Outcome|Why it matters|What to do now|Evidence|Look further|Also matched|About this record|Rule|Alert|Event|ATT&CK|Why|Where|Problem|To|Regions|Sources|First alert):?$|^What else did they do \(one hour either side, this region only\)$`)
	titleForm = regexp.MustCompile(`^[^@#<>` + "`" + `\n]+$`)
)

// check reads the message as GitHub does, with another's parser, and looks for what is
// not ours.
func check(t testing.TB, m notify.Message, name string) {
	t.Helper()
	if len(m.Body) > 65_536 || len(m.Subject) > 200 {
		t.Errorf("%s: body of %d bytes, title of %d", name, len(m.Body), len(m.Subject))
	}
	if !titleForm.MatchString(m.Subject) || !utf8.ValidString(m.Subject+m.Body) {
		t.Errorf("%s: title %q", name, m.Subject)
	}
	if i := strings.IndexFunc(m.Body, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%s: not printable: %.40q", name, m.Body[i:])
	}
	source := []byte(m.Body)
	headings := 0
	walk := func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if !slices.Contains(ours, n.Kind()) {
			t.Errorf("%s: a %s", name, n.Kind())
		}
		switch n := n.(type) {
		case *ast.Heading:
			headings++
		case *ast.CodeSpan, *ast.FencedCodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.Link:
			if !slices.Contains(notifytest.Links, string(n.Destination)) {
				t.Errorf("%s: a link to %s", name, n.Destination)
			}
		case *ast.Emphasis:
			if inner := string(n.FirstChild().(*ast.Text).Segment.Value(source)); n.Level != 2 || !bold.MatchString(inner) {
				t.Errorf("%s: emphasis of %q", name, inner)
			}
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			words := string(n.Segment.Value(source))
			if !outside.MatchString(words) || dotted.MatchString(words) || hash.MatchString(words) {
				t.Errorf("%s: outside of code: %q", name, words)
			}
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(parser.Parse(markdown.NewReader(source)), walk); err != nil || headings != 1 {
		t.Errorf("%s: %d headings, %v", name, headings, err)
	}
	if t.Failed() {
		t.Logf("%.3000s", m.Body)
		t.FailNow()
	}
}

var parser = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser()

func checkAll(t *testing.T, g *notifytest.Generator, name string) {
	t.Helper()
	check(t, render(t, g.Alerts()...), name+", alerts")
	check(t, must(t)(github.Renderer{}.Problem(g.Problem())), name+", problem")
	check(t, must(t)(github.Renderer{}.RollUp(g.RollUp())), name+", follow-up")
}

func TestWhateverAnAlertHoldsItsMessageIsSafe(t *testing.T) {
	for seed := range notifytest.Cases(2000) {
		checkAll(t, notifytest.New(seed, evil), fmt.Sprintf("seed %d", seed))
	}
	check(t, render(t, hostile()), "the hostile record")
}

func TestTheSameAlertGivesTheSameMessage(t *testing.T) {
	for seed := range notifytest.Cases(100) {
		g, again := notifytest.New(seed, evil), notifytest.New(seed, evil)
		if first, second := render(t, g.Alerts()...), render(t, again.Alerts()...); first.Body != second.Body || first.Subject != second.Subject {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestAMegabyteInEveryFieldMakesNoLargeMessage(t *testing.T) {
	checkAll(t, notifytest.Long(7, 1<<20, notifytest.Hostile...), "a megabyte of all")
	for _, word := range []string{"`", "` ", "@", "x ", "@ x ", "\x00", "é", "#"} {
		checkAll(t, notifytest.Long(7, 20_000, word), fmt.Sprintf("20,000 bytes of %q", word))
	}
}

// What is checked above must be able to fail.
func TestTheCheckFindsWhatIsNotOurs(t *testing.T) {
	for _, body := range []string{
		"### x\n\n@octocat", "### x\n\nsee #1", "### x\n\n<b>x</b>", "### x\n\n![x](https://example.net/x)", "### x\n\nwww.example.net", "### x\n\n[x](https://example.net)",
		"### x\n\n`a` ` @octocat", "### x\n\n- [x] done", "### x\n\n# y", "### x\n\n*y*", "### x\n\n6dcb09b5b57875f334f61aebed695e2e4193db5e", "### x\n\n> y", "### x\n\noctocat@example.com",
	} {
		probe := &quiet{TB: t}
		func() {
			defer func() { _ = recover() }()
			check(probe, notify.Message{Subject: "x", Body: body}, "probe")
		}()
		if !probe.failed {
			t.Errorf("let through: %q", body)
		}
	}
}

// quiet is a test that keeps to itself that it failed.
type quiet struct {
	testing.TB
	failed bool
}

func (q *quiet) Helper()               {}
func (q *quiet) Errorf(string, ...any) { q.failed = true }
func (q *quiet) Logf(string, ...any)   {}
func (q *quiet) Failed() bool          { return q.failed }
func (q *quiet) FailNow()              { panic("the probe ends here") }

// FuzzAlerts puts any text in every field.
func FuzzAlerts(f *testing.F) {
	for i, word := range evil {
		f.Add(word, uint64(i))
	}
	f.Fuzz(func(t *testing.T, word string, seed uint64) {
		checkAll(t, notifytest.Long(seed, 1, word+"x", "x"+word, " "+word+" "), "fuzz")
	})
}
