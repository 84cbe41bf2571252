// Package github writes alerts and problems in GitHub's Markdown, for comments on pull
// requests and for issues. What comes from events stands in code spans, in which GitHub
// makes nothing of it: no mention of a user, no reference to an issue or a commit, no
// link, no image, no HTML; see "GitHub Flavored Markdown Spec", code spans and raw HTML.
// It knows nothing of who posts it.
package github

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

const (
	// maxBody leaves room below what GitHub takes: a longer one is refused with "body is
	// too long (maximum is 65536 characters)".
	maxBody  = 60_000
	maxEnd   = 4_000 // of that, for what stands at the end
	maxTitle = 200   // of an issue's title; GitHub takes 256 characters
	maxName  = 300   // of anything that is one word or one name to a person
	maxValue = 500   // of one piece of evidence
	maxProse = 1500  // of what a rule's author wrote
	maxLines = 30    // of a list
)

// A Renderer writes one Markdown text for all the alerts of a record: the most severe
// leads, the others are listed under it. The subject is a title for an issue.
type Renderer struct{}

// Alerts returns one message, with the attributes of the leading alert.
func (Renderer) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	lead := alerts[0]
	head := strings.ToUpper(lead.Severity.String())
	if lead.Test {
		head = "TEST " + head
	}
	var t body
	t.add("### %s: %s\n", head, prose(lead.Title))
	if lead.Test {
		t.add("\nThis is a test: somebody asked for it, and nothing happened.\n")
	}
	t.add("\n")
	t.facts(lead)
	if lead.Description != "" {
		t.add("\n**Why it matters:** %s\n", prose(lead.Description))
	}
	t.list("What to do now", "1.", proseOf(lead.Runbook))
	t.list("Evidence", "-", evidence(lead))
	t.list("Look further", "-", links(lead.Links))
	if lead.Queries.EventHistory != "" {
		t.add("\n**What else did they do (one hour either side, this region only)**\n\n%s", fenced(notify.Visible(lead.Queries.EventHistory, maxProse)))
	}
	t.list("Also matched", "-", also(alerts[1:]))
	t.list("About this record", "-", valuesOf(lead.Notes))
	t.end("Rule", string(lead.Rule), "Alert", lead.ID, "Event", lead.EventID)
	if len(lead.Attack) > 0 {
		t.last("- **ATT&CK:** %s\n", seen(joined(lead.Attack), maxName))
	}
	return []notify.Message{{
		Subject: title(head+": "+lead.Title, lead.Account, lead.Region), Body: t.String(), Attributes: notify.AlertAttributes(lead),
	}}, nil
}

// Problem returns the message for a problem.
func (Renderer) Problem(p detection.Problem) (notify.Message, error) {
	head := "PROBLEM (" + strings.ToUpper(p.Severity.String()) + ")"
	var t body
	t.add("### %s: %s\n", head, prose(p.What))
	t.add("\nThis is not an alert: something could not be read or decided, and may have been one.\n\n")
	t.fact("Why", seen(p.Why, maxProse))
	t.fact("Where", seen(p.Where, maxValue))
	t.fact("Account", name(p.Account))
	t.fact("Region", name(p.Region))
	t.list("What to do now", "1.", proseOf(notify.NextSteps(p)))
	t.end("Rule", string(p.Rule), "Event", p.EventID, "Problem", p.ID())
	return notify.Message{
		Subject: title(head+": "+p.What, detection.Account{ID: p.Account}, p.Region), Body: t.String(), Attributes: notify.ProblemAttributes(p),
	}, nil
}

// RollUp returns the message for a follow-up.
func (Renderer) RollUp(r detection.RollUp) (notify.Message, error) {
	head, count := "AGAIN ("+strings.ToUpper(r.Severity.String())+")", strconv.Itoa(r.Count)
	says := "The same came again after the alert that you got."
	if r.OverLimit {
		says = "One actor set this rule off so often that these were counted and not sent one by one."
	}
	var t body
	t.add("### %s: %s more: %s\n\n%s\n\n", head, code(count), prose(r.Title), says)
	t.fact("From", notify.When(r.From))
	t.fact("To", notify.When(r.To))
	t.fact("Account", account(r.Account))
	t.list("Regions", "-", valuesOf(r.Regions))
	t.list("Sources", "-", valuesOf(r.Sources))
	t.end("Rule", string(r.Rule), "First alert", r.First)
	return notify.Message{
		Subject: title(head+": "+count+" more: "+r.Title, r.Account, ""), Body: t.String(), Attributes: notify.RollUpAttributes(r),
	}, nil
}

// body collects the parts of a message, as many as fit.
type body struct {
	strings.Builder
	left int // parts that did not fit
}

// add writes a part whole or not at all, so that no code span is cut in two.
func (b *body) add(format string, args ...any) {
	part := fmt.Sprintf(format, args...)
	if b.Len()+len(part) > maxBody-maxEnd {
		b.left++
		return
	}
	b.WriteString(part)
}

// last writes a part for which there is room.
func (b *body) last(format string, args ...any) { fmt.Fprintf(&b.Builder, format, args...) }

func (b *body) fact(title, text string) { b.add("- **%s:** %s\n", title, text) }

func (b *body) facts(a detection.Alert) {
	b.fact("Who", who(a.Actor, a.Account.ID))
	b.fact("ARN", name(a.Actor.ARN))
	b.fact("From", name(a.Actor.Source))
	b.fact("MFA", notify.MFA(a.Actor))
	b.fact("Account", account(a.Account))
	b.fact("Region", name(a.Region))
	b.fact("When", notify.When(a.Time))
	b.fact("Call", name(a.EventSource)+" "+name(a.EventName))
	outcome := notify.Outcome(a)
	if a.Failed && a.Error != "" {
		outcome += ": " + seen(a.Error, maxValue)
	}
	b.fact("Outcome", outcome)
}

func (b *body) list(title, mark string, items []string) {
	if len(items) == 0 {
		return
	}
	b.add("\n**%s**\n\n", title)
	for _, item := range items[:min(len(items), maxLines)] {
		b.add("%s %s\n", mark, item)
	}
	if n := len(items) - maxLines; n > 0 {
		b.add("\nand %d more\n", n)
	}
}

// end is what every message ends with: what it can be looked up by.
func (b *body) end(pairs ...string) {
	if b.left > 0 {
		b.last("\nThis is shortened: %d parts did not fit.\n", b.left)
	}
	b.last("\n---\n\n")
	for pair := range slices.Chunk(pairs, 2) {
		b.last("- **%s:** %s\n", pair[0], name(pair[1]))
	}
}

// who is the actor; the account is the one that the alert is about.
func who(a detection.Actor, account string) string {
	kind := cmp.Or(a.Kind, detection.ActorUnknown)
	text := string(kind)
	switch {
	case kind == detection.ActorNone:
		text = "nobody (the record names no identity)"
	case a.Name != "" && a.Name != text:
		text += " " + name(a.Name)
	}
	text += said(" of ", a.Issuer) + said(" of account ", a.Account, account, a.Name)
	if a.Credentials != "" && a.Credentials != detection.CredentialsUnknown {
		text += ", " + string(a.Credentials) + " credentials"
	}
	return text + said(", through ", a.Via, a.Name)
}

// said is a word behind what introduces it, unless it is empty or clear from others.
func said(before, word string, others ...string) string {
	if word == "" || slices.Contains(others, word) {
		return ""
	}
	return before + name(word)
}

func account(a detection.Account) string {
	text := name(a.ID)
	if a.Name != "" {
		text = name(a.Name) + " (" + text + ")"
	}
	return text + said(", owner ", a.Owner) + said(", env ", a.Environment)
}

// evidence is what the rule says of the record, and then what it looked at and is not among
// the facts.
func evidence(a detection.Alert) []string {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(a.Details)) {
		lines = append(lines, name(path)+" = "+shown(a.Details[path]))
	}
	for _, path := range slices.Sorted(maps.Keys(a.Evidence)) {
		if !notify.SaidAbove(path) {
			lines = append(lines, name(path)+" = "+shown(a.Evidence[path]))
		}
	}
	return lines
}

// linkTitles are the links in their order.
var linkTitles = []struct{ key, title string }{
	{"runbook", "Our runbook"},
	{"portal", "The event, through the access portal"},
	{"console", "The event, in the account above"},
	{"resource", "What it was done to"},
	{"reference", "About it"},
}

func links(all map[string]string) []string {
	var lines []string
	for _, l := range linkTitles {
		if address := all[l.key]; address != "" {
			lines = append(lines, link(l.title, address))
		}
	}
	return lines
}

func also(others []detection.Alert) []string {
	var lines []string
	for _, other := range others {
		lines = append(lines, fmt.Sprintf("%s (%s, %s)", prose(other.Title), other.Severity, name(string(other.Rule))))
	}
	return lines
}

func proseOf(texts []string) []string {
	var lines []string
	for _, text := range texts {
		lines = append(lines, prose(text))
	}
	return lines
}

func valuesOf(texts []string) []string {
	var lines []string
	for _, text := range texts {
		lines = append(lines, seen(text, maxValue))
	}
	return lines
}

func joined(techniques []detection.Technique) string {
	var words []string
	for _, t := range techniques[:min(len(techniques), maxLines)] {
		words = append(words, string(t))
	}
	return strings.Join(words, ", ")
}

// inTitles writes what GitHub looks for in titles in other characters.
var inTitles = strings.NewReplacer("@", "(at)", "#", "no. ", "`", "'", "<", "(", ">", ")", "://", "[:]//")

// title is plain text of one line. What does not fit is cut from the words before the
// place.
func title(text string, account detection.Account, region string) string {
	where := strings.TrimSpace(cmp.Or(account.Name, account.ID) + " " + region)
	if where != "" {
		where = " (" + titled(where, maxTitle/3) + ")"
	}
	return titled(strings.Join(strings.Fields(text), " "), maxTitle-len(where)) + where
}

// titled is visible text for a title, in at most limit bytes.
func titled(text string, limit int) string {
	for room := limit; ; {
		out := inTitles.Replace(notify.Visible(text, room))
		if len(out) <= limit || room == least {
			return out
		}
		room = max(room-(len(out)-limit), least)
	}
}

// least is the least room that Visible takes. Escaped, it is still no longer than a title.
const least = 21
