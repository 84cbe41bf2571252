package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	rendered "github.com/yuin/goldmark/renderer/html"

	"trailbell/internal/notify"
	"trailbell/internal/notify/chat"
	"trailbell/internal/notify/github"
	"trailbell/internal/notify/text"
)

// A page is what one picture shows. Its words are the renderers', and around them those of
// the program that it looks like.
type page struct {
	name  string // of the picture, without its ending
	says  string // for those who can't see the picture
	width int    // in CSS pixels
	body  string // HTML
}

const (
	phone   = 390
	desktop = 760
)

// pages are all of them, made of what the renderers write now.
func pages(ctx context.Context, root string, s scenes) ([]page, error) {
	shown, err := commands(ctx, root)
	d := drawer{err: err}
	mails := []struct {
		name, says string
		scene      scene
	}{
		{"alert", "A critical alert: who, where, when, what, why it matters and what to do", s.alert},
		{"several", "An alert of a record that two more rules matched", s.several},
		{"again", "A follow-up: the same 37 more times", s.again},
		{"problem", "A problem: a payload could not be read to its end", s.problem},
		{"test", "A test alert, which says that it is one", s.test},
		{"hostile", "An alert about a record full of markup, which is shown letter by letter", s.hostile},
	}
	var inbox []notify.Message
	var all []page
	add := func(name, says string, width int, body string) {
		all = append(all, page{name: name, says: says, width: width, body: body})
	}
	for _, m := range mails {
		messages := d.messages(text.Renderer{}, m.scene)
		last := messages[len(messages)-1]
		inbox = append(inbox, last)
		add("email-"+m.name, "Email on a phone. "+m.says, phone, mail(last))
	}
	add("email-inbox", "The inbox of a phone with a message of each kind", phone, list(inbox))
	for _, m := range mails {
		if m.name == "several" {
			continue // three messages, each like the first
		}
		add("slack-"+m.name, "Slack on a phone. "+m.says, phone, d.slack(m.scene))
	}
	for _, m := range mails {
		if m.name != "several" && m.name != "test" {
			add("chat-"+m.name, "Amazon Q in a chat. "+m.says, phone, d.chat(m.scene))
		}
	}
	for _, m := range mails {
		if m.name == "several" || m.name == "hostile" {
			add("github-"+m.name, "A GitHub issue. "+m.says, desktop, d.issue(d.messages(github.Renderer{}, m.scene)[0]))
		}
	}
	add("terminal-alert", "A terminal: an alert of the command line", desktop, shown[0])
	add("terminal-hostile", "A terminal: an alert about a record full of markup and escapes", desktop, shown[1])
	return all, d.err
}

// A drawer draws messages; its error is the first that there was.
type drawer struct{ err error }

func (d *drawer) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// messages are what a renderer makes of a scene: of the first record that has alerts, and
// of what followed.
func (d *drawer) messages(r notify.Renderer, s scene) []notify.Message {
	var all []notify.Message
	if len(s.alerts) > 0 {
		messages, err := r.Alerts(s.alerts[0])
		d.fail(err)
		all = append(all, messages...)
	}
	if s.problem != nil {
		message, err := r.Problem(*s.problem)
		d.fail(err)
		all = append(all, message)
	}
	if s.rollUp != nil {
		message, err := r.RollUp(*s.rollUp)
		d.fail(err)
		all = append(all, message)
	}
	return all
}

// linked is what mail programs and phones make a link of: addresses, and words that look
// like a host.
var linked = regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*://|www\.)\S+|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|net|org|io|dev|example|cn)\b[^\s]*`)

// withLinks is text as HTML, in which what the form finds is a link.
func withLinks(text string, form *regexp.Regexp) string {
	var b strings.Builder
	done := 0
	for _, at := range form.FindAllStringIndex(text, -1) {
		address := text[at[0]:at[1]]
		b.WriteString(html.EscapeString(text[done:at[0]]) + anchor(address, address))
		done = at[1]
	}
	return b.String() + html.EscapeString(text[done:])
}

func anchor(address, text string) string {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	return `<a href="` + html.EscapeString(address) + `">` + html.EscapeString(text) + `</a>`
}

// el is an element. What is in it is HTML.
func el(tag, class string, inside ...string) string {
	if class != "" {
		class = ` class="` + class + `"`
	}
	return "<" + tag + class + ">" + strings.Join(inside, "") + "</" + tag + ">"
}

// sender is the name that the template gives the alert topic.
const sender = "trailbell"

// mail is a message that was opened. What SNS adds below it is left out.
func mail(m notify.Message) string {
	head := el("header", "", el("div", "face", "t"), el("div", "", el("b", "", sender), el("small", "", "no-reply@sns.amazonaws.com")))
	return el("main", "mail", head, el("h1", "", html.EscapeString(m.Subject)), el("div", "plain", withLinks(strings.TrimSuffix(m.Body, "\n"), linked)))
}

// list is the inbox before anything is opened.
func list(messages []notify.Message) string {
	var rows []string
	for _, m := range messages {
		preview := strings.Join(strings.Fields(m.Body), " ")
		rows = append(rows, el("li", "", el("b", "", sender), el("strong", "", html.EscapeString(m.Subject)), el("p", "", html.EscapeString(preview))))
	}
	return el("main", "inbox", el("h1", "", "Inbox"), el("ul", "", rows...))
}

// terminal is what a command printed.
func terminal(command, printed string) string {
	return el("main", "terminal", el("pre", "", html.EscapeString("$ "+command+"\n"+printed)))
}

// markdown is GitHub's, with its own links for bare addresses. HTML is let through, which
// GitHub does with much of it, so that a picture shows what got out of its code span.
var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(rendered.WithUnsafe()))

func (d *drawer) markdown(text string) string {
	var b bytes.Buffer
	d.fail(markdown.Convert([]byte(text), &b))
	return b.String()
}

func (d *drawer) issue(m notify.Message) string {
	return el("main", "github", el("h1", "", html.EscapeString(m.Subject)), el("article", "", d.markdown(m.Body)))
}

// notification is as much of a custom notification as Amazon Q shows.
type notification struct {
	Content struct {
		Title, Description  string
		NextSteps, Keywords []string
	}
	Metadata struct {
		ThreadID string `json:"threadId"`
	}
}

// chat shows the notifications of a scene, one that follows in the thread of the first.
func (d *drawer) chat(s scene) string {
	var posts []string
	thread := ""
	for _, m := range d.messages(chat.Renderer{}, s) {
		var n notification
		d.fail(json.Unmarshal([]byte(m.Body), &n))
		class := "card"
		if thread != "" && n.Metadata.ThreadID == thread {
			class += " reply"
		}
		thread = n.Metadata.ThreadID
		parts := []string{el("h2", "", html.EscapeString(n.Content.Title)), d.markdown(n.Content.Description)}
		if len(n.Content.NextSteps) > 0 {
			parts = append(parts, el("h3", "", "Next steps"), d.markdown(steps(n.Content.NextSteps)))
		}
		if len(n.Content.Keywords) > 0 {
			parts = append(parts, el("small", "", html.EscapeString("Keywords: "+strings.Join(n.Content.Keywords, ", "))))
		}
		posts = append(posts, el("section", class, parts...))
	}
	return el("main", "chat", el("header", "", el("b", "", "Amazon Q")), strings.Join(posts, ""))
}

func steps(all []string) string {
	var b strings.Builder
	for _, step := range all {
		fmt.Fprintf(&b, "- %s\n", step)
	}
	return b.String()
}
