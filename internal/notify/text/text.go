// Package text writes alerts and problems as plain text: for email, where they must
// be understood on a phone by somebody who was asleep a minute ago, and for the
// terminal. It knows nothing of who sends it.
package text

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

const (
	maxSubject = 99   // SNS: less than 100 characters
	maxName    = 300  // of anything that is one word or one name to a person
	maxValue   = 500  // of one piece of evidence
	maxProse   = 2000 // of what a rule's author wrote
	maxLines   = 30   // of a list
)

// A Renderer writes one text for all the alerts of a record: the most severe leads,
// the others are listed under it.
type Renderer struct{}

// Alerts returns one message, with the attributes of the leading alert.
func (Renderer) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	lead := alerts[0]
	var t body
	t.line("%s: %s", heading(lead.Test, lead.Severity), prose(lead.Title))
	if lead.Test {
		t.line("\nThis is a test: somebody asked for it, and nothing happened.")
	}
	t.facts(lead)
	t.paragraph("Why it matters", prose(lead.Description))
	t.numbered("What to do now", lead.Runbook)
	t.evidence(lead)
	t.links(lead.Links)
	t.asked(lead)
	t.also(alerts[1:])
	t.notes(lead.Notes)
	t.line("")
	t.line("Rule: %s", orDash(ruleID(lead.Rule)))
	if len(lead.Attack) > 0 {
		t.line("ATT&CK: %s", joined(lead.Attack))
	}
	t.line("Alert: %s", orDash(name(lead.ID)))
	t.line("Event: %s", orDash(name(lead.EventID)))
	return []notify.Message{{
		Subject:    subject(heading(lead.Test, lead.Severity)+": "+lead.Title, lead.Account, lead.Region),
		Body:       t.String(),
		Attributes: notify.AlertAttributes(lead),
	}}, nil
}

// body collects the lines of a message.
type body struct{ strings.Builder }

func (b *body) line(format string, args ...any) { fmt.Fprintf(&b.Builder, format+"\n", args...) }

// facts are who, where, when and what, one a line: phones break lines where they like.
func (b *body) facts(a detection.Alert) {
	b.line("")
	b.line("Who: %s", who(a.Actor, a.Account.ID))
	b.line("From: %s", orDash(name(a.Actor.Source)))
	b.line("MFA: %s", notify.MFA(a.Actor))
	b.line("Account: %s", account(a.Account))
	b.line("Region: %s", orDash(name(a.Region)))
	b.line("When: %s", notify.When(a.Time))
	b.line("Call: %s %s", orDash(name(a.EventSource)), orDash(name(a.EventName)))
	b.line("Outcome: %s", outcome(a))
}

func (b *body) paragraph(title, text string) {
	if text != "" {
		b.line("\n%s", title)
		b.line("%s", text)
	}
}

func (b *body) numbered(title string, items []string) {
	if len(items) == 0 {
		return
	}
	b.line("\n%s", title)
	for i, item := range clip(items) {
		b.line("%d. %s", i+1, prose(item))
	}
	b.more(len(items))
}

// evidence lists what the rule looked at and the rule's own details, without what
// has been said above.
func (b *body) evidence(a detection.Alert) {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(a.Details)) {
		lines = append(lines, name(path)+" = "+shown(a.Details[path]))
	}
	for _, path := range slices.Sorted(maps.Keys(a.Evidence)) {
		if !notify.SaidAbove(path) {
			lines = append(lines, name(path)+" = "+shown(a.Evidence[path]))
		}
	}
	if len(lines) == 0 {
		return
	}
	b.line("\nEvidence")
	for _, line := range clip(lines) {
		b.line("- %s", line)
	}
	b.more(len(lines))
}

func (b *body) links(links map[string]string) {
	for _, link := range notify.LinkTitles {
		if address := links[link.Key]; address != "" && links[link.Unless] == "" {
			b.line("\n%s", link.Title)
			b.line("%s", notify.Visible(address, maxProse))
		}
	}
}

// asked is the query that can be pasted into any terminal. The other one is for whoever
// has tables, and stands in the JSON.
func (b *body) asked(a detection.Alert) {
	if a.Queries.EventHistory != "" {
		b.line("\nWhat else did they do (%s)", "one hour either side, this region only")
		b.line("$ %s", value(a.Queries.EventHistory, maxProse))
	}
}

func (b *body) also(others []detection.Alert) {
	if len(others) == 0 {
		return
	}
	b.line("\nAlso matched")
	for _, other := range clip(others) {
		b.line("- %s (%s, %s)", prose(other.Title), other.Severity, ruleID(other.Rule))
	}
	b.more(len(others))
}

func (b *body) notes(notes []string) {
	if len(notes) == 0 {
		return
	}
	b.line("\nAbout this record")
	for _, note := range clip(notes) {
		b.line("- %s", value(note, maxValue))
	}
	b.more(len(notes))
}

// more says how many of n items clip has left out.
func (b *body) more(n int) {
	if n > maxLines {
		b.line("(and %d more)", n-maxLines)
	}
}

func clip[T any](items []T) []T { return items[:min(len(items), maxLines)] }

func heading(test bool, severity detection.Severity) string {
	if test {
		return "TEST " + strings.ToUpper(severity.String())
	}
	return strings.ToUpper(severity.String())
}

// kinds are the actors for whom a kind and a name would not say it well.
var kinds = map[detection.ActorKind]string{
	detection.ActorNone:        "nobody (the record names no identity)",
	detection.ActorRoot:        "the root user",
	detection.ActorRootSession: "a central root session",
}

// who is the actor; the account is the one that the alert is about.
func who(a detection.Actor, account string) string {
	text, special := kinds[a.Kind]
	if !special {
		text = string(cmp.Or(a.Kind, detection.ActorUnknown))
		text += said(" ", a.Name, text)
	}
	text += said(" of ", a.Issuer) + said(" of account ", a.Account, account, a.Name)
	if a.Credentials != "" && a.Credentials != detection.CredentialsUnknown {
		text += fmt.Sprintf(", %s credentials", a.Credentials)
	}
	return text + said(", through ", a.Via, a.Name) + said("\nARN: ", a.ARN)
}

// said is a word behind what introduces it, unless it is empty or clear from others.
func said(before, word string, others ...string) string {
	if word == "" || slices.Contains(others, word) {
		return ""
	}
	return before + name(word)
}

func account(a detection.Account) string {
	text := orDash(name(a.ID))
	if a.Name != "" {
		text = name(a.Name) + " (" + text + ")"
	}
	return text + said(", owner ", a.Owner) + said(", env ", a.Environment)
}

func outcome(a detection.Alert) string {
	if a.Failed && a.Error != "" {
		return notify.Outcome(a) + ": " + value(a.Error, maxValue)
	}
	return notify.Outcome(a)
}

// subject is at most 99 printable ASCII characters and begins with a letter, as SNS
// demands; what does not fit is cut from the title, not from where it happened.
func subject(title string, account detection.Account, region string) string {
	where := place(cmp.Or(account.Name, account.ID), region)
	if len(where) > maxSubject/2 {
		where = place(account.ID, region)
	}
	if len(where) > maxSubject/2 {
		where = ""
	}
	title = ascii(prose(title))
	if room := maxSubject - len(where); len(title) > room {
		title = title[:room-3] + "..."
	}
	return title + where
}

// place is account and region as they stand at the end of a subject.
func place(account, region string) string {
	where := ascii(strings.TrimSpace(name(account) + " " + name(region)))
	if where == "" {
		return ""
	}
	return " (" + where + ")"
}

func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}

// prose is what a rule's author wrote, on one line. A title or a runbook may carry
// values of the event, so it is not trusted either.
func prose(text string) string {
	return value(strings.Join(strings.Fields(text), " "), maxProse)
}

// ruleForm is a rule's id as the loader lets it through.
var ruleForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

// ruleID is no event's text, and is copied into settings and commands.
func ruleID(id detection.RuleID) string {
	if len(id) <= maxName && ruleForm.MatchString(string(id)) {
		return string(id)
	}
	return name(string(id))
}

func name(text string) string { return value(text, maxName) }

// shown is any JSON value on one line.
func shown(v any) string {
	if text, ok := v.(string); ok {
		return value(text, maxValue)
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // this is no HTML, and \u003c is hard to read
	if err := encoder.Encode(v); err != nil {
		return "(not shown: " + value(err.Error(), maxName) + ")"
	}
	return value(strings.TrimSuffix(b.String(), "\n"), maxValue)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func joined(techniques []detection.Technique) string {
	var words []string
	for _, t := range clip(techniques) {
		words = append(words, name(string(t)))
	}
	return strings.Join(words, ", ")
}
