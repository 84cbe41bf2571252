package slack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// content is what a message says, in the order in which it says it, escaped for its
// places.
type content struct {
	heading  string // with entities
	lead     string // what kind of message this is, if it is no alert
	facts    []fact
	sections []section
	links    []link
	ids      []fact // with entities
}

// A fact is a label of ours and a value.
type fact struct{ label, value string }

func (f fact) String() string { return f.label + ": " + f.value }

// A section is a heading of ours with lines under it.
type section struct {
	title string
	style style
	lines []string
	more  string // how many lines there was no room for
}

type style int

const (
	paragraph style = iota
	numbered
	code
)

// compose says what is known of a document. The heading and the ids are always written
// with entities; rest says how everything else is escaped.
func compose(doc Document, lim limits, rest func(string) string) content {
	ids, words := pen{lim, escaped}, pen{lim, rest}
	switch doc.Kind {
	case kindAlert, kindTest:
		return alert(doc, ids, words)
	case kindProblem:
		return problem(doc, ids, words)
	case kindRollUp:
		return rollUp(doc, ids, words)
	}
	return unknown(doc, ids, words)
}

func alert(doc Document, ids, words pen) content {
	c := content{
		heading: heading(severity(doc), doc.Title),
		facts: []fact{
			{"Who", who(doc.Actor, doc.Account.ID, words)},
			{"Account", account(doc.Account, words)},
			{"Region", words.named(doc.Region)},
			{"When", when(doc.Time, words)},
			{"Call", words.named(doc.EventSource) + " " + words.named(doc.EventName)},
			{"Outcome", outcome(doc, words)},
			{"From", words.named(doc.Actor.Source)},
			{"MFA", mfa(doc.Actor.MFA, words)},
		},
		links: links(doc.Links, words),
		ids: []fact{
			{"Rule", ids.named(doc.Rule)},
			{"ATT&amp;CK", ids.named(strings.Join(doc.Attack, ", "))},
			{"Alert", ids.named(doc.ID)},
			{"Event", ids.named(doc.EventID)},
		},
	}
	if doc.Kind == kindTest {
		c.heading = heading("TEST "+severity(doc), doc.Title)
		c.lead = "This is a test: somebody asked for it, and nothing happened."
	}
	if doc.Actor.ARN != "" {
		c.facts = append(c.facts, fact{"ARN", words.value(doc.Actor.ARN)})
	}
	if doc.Description != "" {
		c.sections = append(c.sections, section{title: "Why it matters", lines: []string{words.prose(doc.Description)}})
	}
	c.list("What to do now", numbered, doc.Runbook, words.prose, words)
	c.list("Evidence", code, evidence(doc), words.value, words)
	if doc.EventHistory != "" {
		c.list("What else did they do (one hour either side, this region only)", code, []string{doc.EventHistory}, words.prose, words)
	}
	c.list("About this record", paragraph, doc.Notes, words.value, words)
	return c
}

func problem(doc Document, ids, words pen) content {
	c := content{
		heading: heading("PROBLEM ("+severity(doc)+")", doc.What),
		lead:    "This is not an alert: something could not be read or decided, and may have been one.",
		facts:   []fact{{"Where", orDash(words.value(doc.Where))}},
		ids: []fact{
			{"Rule", ids.named(doc.Rule)}, {"Event", ids.named(doc.EventID)}, {"Problem", ids.named(doc.ID)},
		},
	}
	c.list("Why", code, []string{orDash(doc.Why)}, words.prose, words)
	c.list("What to do now", numbered, notify.NextSteps(detection.Problem{EventID: doc.EventID, Rule: detection.RuleID(doc.Rule)}), words.prose, words)
	return c
}

func rollUp(doc Document, ids, words pen) content {
	count, lead := " more: ", "The same came again after the alert that you got."
	if doc.OverLimit {
		count = " further alerts: "
		lead = "One actor set this rule off so often that these were counted and not sent one by one."
	}
	c := content{
		heading: heading("AGAIN ("+severity(doc)+")", orDash(doc.Count)+count+doc.Title),
		lead:    lead,
		facts: []fact{
			{"Count", words.named(doc.Count)},
			{"Account", account(doc.Account, words)},
			{"From", when(doc.From, words)},
			{"To", when(doc.To, words)},
		},
		ids: []fact{{"Rule", ids.named(doc.Rule)}, {"First alert", ids.named(doc.First)}},
	}
	c.list(notify.Listed("Region", "Regions", len(doc.Regions)), paragraph, doc.Regions, words.name, words)
	c.list(notify.Listed("Source", "Sources", len(doc.Sources)), paragraph, doc.Sources, words.name, words)
	return c
}

// unknown shows what came, whatever it is: a later version may send more kinds.
func unknown(doc Document, ids, words pen) content {
	if doc.Fault != "" {
		c := content{
			heading: heading("UNREADABLE", "a message of the alert topic"),
			lead:    "This may have been an alert: it is shown as far as there is room.",
			facts:   []fact{{"Why", words.value(doc.Fault)}},
		}
		c.list("Message", code, []string{doc.Body}, words.prose, words)
		return c
	}
	c := content{
		heading: heading("MESSAGE ("+severity(doc)+")", cmp.Or(doc.Title, doc.What, "of a kind that is not known here")),
		lead:    "It is of a kind that is not known here: all that it says is shown as far as there is room.",
		facts:   []fact{{"Kind", words.named(doc.Kind)}},
		ids:     []fact{{"Id", ids.named(doc.ID)}},
	}
	c.list("Message", code, pairs(doc.Fields, none), words.value, words)
	return c
}

// list adds a section if there is anything to say. What has no room is counted.
func (c *content) list(title string, s style, items []string, write func(string) string, words pen) {
	if len(items) == 0 {
		return
	}
	out, room := section{title: title, style: s}, words.list
	for i, item := range items {
		line := orDash(write(item))
		if room -= len(line); room < 0 && i > 0 {
			out.more = fmt.Sprintf("(and %d more)", len(items)-i)
			break
		}
		out.lines = append(out.lines, line)
	}
	c.sections = append(c.sections, out)
}

// evidence is what the rule looked at and the rule's own details, without what stands
// among the words.
func evidence(doc Document) []string {
	return append(pairs(doc.Details, none), pairs(doc.Evidence, notify.SaidAbove)...)
}

func none(string) bool { return false }

func pairs(values map[string]any, without func(path string) bool) []string {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if !without(path) {
			lines = append(lines, path+" = "+shown(values[path]))
		}
	}
	return lines
}

// maxHeading is what a header block takes ("Header block").
const maxHeading = 150

// heading is how bad it is, in words of ours, and then what.
func heading(how, what string) string {
	how += ": "
	return how + orDash(fitted(strings.Join(strings.Fields(what), " "), maxHeading-len(how), escaped))
}

// severity is a word of ours: it stands where a reader looks first.
func severity(doc Document) string {
	if slices.Contains([]string{"info", "low", "medium", "high", "critical"}, doc.Severity) {
		return strings.ToUpper(doc.Severity)
	}
	return "SEVERITY UNKNOWN"
}

// kinds are the actors for whom a kind and a name would not say it well.
var kinds = map[string]string{
	"none":         "nobody (the record names no identity)",
	"root":         "the root user",
	"root session": "a central root session",
}

// who is the actor; the account is the one that the alert is about.
func who(a Actor, account string, p pen) string {
	text, special := kinds[a.Kind]
	if !special {
		text = p.name(cmp.Or(a.Kind, "unknown")) + p.said(" ", a.Name, a.Kind)
	}
	text += p.said(" of ", a.Issuer) + p.said(" of account ", a.Account, account, a.Name)
	if a.Credentials != "" && a.Credentials != "unknown" {
		text += p.said(", ", a.Credentials) + " credentials"
	}
	return text + p.said(", through ", a.Via, a.Name)
}

func account(a Account, p pen) string {
	text := p.named(a.ID)
	if a.Name != "" {
		text = p.name(a.Name) + " (" + text + ")"
	}
	return text + p.said(", ", a.Environment) + p.said(", owned by ", a.Owner)
}

func mfa(answer string, p pen) string {
	if answer == "unknown" || answer == "" {
		return "unknown (the record does not say)"
	}
	return p.name(answer)
}

func when(text string, p pen) string {
	if text == "" {
		return "unknown (the record has no time)"
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return p.name(text)
	}
	return at.UTC().Format("Mon 2 Jan 2006 15:04:05") + " UTC"
}

func outcome(doc Document, p pen) string {
	switch {
	case doc.Failed && doc.Error != "":
		return "FAILED: " + p.value(doc.Error)
	case doc.Failed:
		return "FAILED"
	}
	return "succeeded"
}
