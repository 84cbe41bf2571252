package main

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// measure is put at the end of a document with several pages. It says what a browser made
// of each.
const measure = `<script>
const found = [...document.querySelectorAll("body > div")].map(frame => {
	const all = [...frame.querySelectorAll("main *")], end = frame.getBoundingClientRect().right;
	const cut = e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != "inline" && getComputedStyle(e).textOverflow != "ellipsis";
	return {
		text: frame.innerText,
		tags: [...new Set(all.map(e => e.tagName.toLowerCase()))],
		attributes: [...new Set(all.flatMap(e => e.getAttributeNames()))],
		links: all.filter(e => e.hasAttribute("href")).map(e => e.href),
		wide: all.filter(e => e.getBoundingClientRect().right > end || cut(e)).map(e => e.outerHTML.slice(0, 100)),
		hurt: window.hurt !== undefined,
	};
});
const out = document.createElement("textarea");
out.id = "found";
out.textContent = JSON.stringify(found);
document.body.replaceChildren(out);
</script>
`

// ours are the elements that pages are made of.
var ours = strings.Fields("header section article div p h1 h2 h3 ul ol li b strong small span pre code a hr em")

var foundForm = regexp.MustCompile(`(?s)<textarea id="found">(.*?)</textarea>`)

type seen struct {
	Text                          string
	Tags, Attributes, Links, Wide []string
	Hurt                          bool
}

// look is what a browser makes of pages, which it sees one below the other: a browser takes
// seconds to start.
func look(t *testing.T, browser string, all []page) []seen {
	t.Helper()
	work := t.TempDir()
	var body strings.Builder
	for _, p := range all {
		fmt.Fprintf(&body, `<div style="width: %dpx">%s</div>`, p.width, p.body)
	}
	whole := strings.Replace(page{width: desktop, body: body.String()}.html(), "</body>", measure+"</body>", 1)
	for name, text := range map[string]string{style: read(t, filepath.Join(folder, style)), "page.html": whole} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Chromium removes its files a moment after it has ended, so they get a folder that
	// nobody else clears away at the same time.
	profile, err := os.MkdirTemp("", "pictures")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	out, err := browse(t.Context(), browser, profile, "--dump-dom", "file://"+filepath.Join(work, "page.html"))
	if err != nil {
		t.Fatal(err)
	}
	m := foundForm.FindSubmatch(out)
	if m == nil {
		t.Fatalf("the browser found nothing:\n%s", out)
	}
	var found []seen
	if err := json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), &found); err != nil {
		t.Fatal(err)
	}
	if len(found) != len(all) {
		t.Fatalf("the browser saw %d pages of %d", len(found), len(all))
	}
	return found
}

// In a browser nothing of a hostile record may be markup or a link, and nothing may be
// wider than the screen.
func TestABrowserShowsNothingButOurMarkup(t *testing.T) {
	browser, err := chromium()
	if err != nil {
		t.Skip(err)
	}
	all := everything(t).pages
	hostile := 0
	for i, s := range look(t, browser, all) {
		attack := strings.HasSuffix(all[i].name, "-hostile")
		if attack {
			hostile++
		}
		for _, fault := range faults(s, attack) {
			t.Errorf("%s: %s", all[i].name, fault)
		}
	}
	if hostile != 5 {
		t.Errorf("%d pages show the hostile record", hostile)
	}
}

// faults are what must not be on a page.
func faults(s seen, hostile bool) []string {
	var out []string
	for _, tag := range s.Tags {
		if !slices.Contains(ours, tag) {
			out = append(out, "an element that is not ours: "+tag)
		}
	}
	for _, name := range s.Attributes {
		if name != "class" && name != "href" {
			out = append(out, "an attribute that is not ours: "+name)
		}
	}
	for _, link := range s.Links {
		if !leadsHome(link) {
			out = append(out, "a link to "+link)
		}
	}
	for _, element := range s.Wide {
		out = append(out, "wider than the screen: "+element)
	}
	if s.Hurt {
		out = append(out, "a script ran")
	}
	if strings.IndexFunc(s.Text, func(r rune) bool { return r != '\n' && r != '\t' && r != '\u00a0' && !unicode.IsPrint(r) }) >= 0 {
		out = append(out, "a character that can't be seen")
	}
	// The attack is there, letter by letter: else there would be nothing to look for.
	if words := []string{"onerror=hurt()", "Our runbook]", `\u{000A}`}; hostile && slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s.Text, w) }) {
		out = append(out, "it does not show the attack")
	}
	return out
}

// leadsHome says whether a link leads to AWS or to the runbook of the settings.
func leadsHome(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && u.User == nil &&
		(u.Host == "wiki.example.com" || strings.HasSuffix(u.Host, ".aws.amazon.com") || strings.HasSuffix(u.Host, ".amazonaws.com"))
}

// The pages draw what a renderer lets through, so that the test above can see it.
func TestWhatIsLetThroughIsFound(t *testing.T) {
	browser, err := chromium()
	if err != nil {
		t.Skip(err)
	}
	var d drawer
	bad := map[string]string{
		"a link in mail":      el("main", "", withLinks("see https://login.example.net/", linked)),
		"a host in mail":      el("main", "", withLinks("see login.example.net", linked)),
		"a mention in Slack":  el("main", "", d.plain(element{Type: "plain_text", Text: json.RawMessage(`"<!channel>"`)})),
		"an image on GitHub":  el("main", "", d.markdown("<img src=x onerror=hurt()>")),
		"a script on GitHub":  el("main", "", d.markdown("<script>hurt()</script>")),
		"a word that is wide": el("main", "", `<pre style="white-space: pre">`+strings.Repeat("x", 200)+"</pre>"),
	}
	if d.err != nil {
		t.Fatal(d.err)
	}
	names := slices.Sorted(maps.Keys(bad))
	var all []page
	for _, name := range names {
		all = append(all, page{width: phone, body: bad[name]})
	}
	for i, s := range look(t, browser, all) {
		if len(faults(s, false)) == 0 {
			t.Errorf("nothing is found of %s", names[i])
		}
	}
}
