package chat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// lines collects the lines of a description. A line that does not fit is left out, and so
// is all that follows; the last line says how many.
type lines struct {
	kept    []string
	size    int
	missing int
}

const missingRoom = len("\n- (and 9999999999 lines more)")

func (l *lines) add(line string) {
	if l.missing > 0 || l.size+len(line)+1 > maxDescription-missingRoom {
		l.missing++
		return
	}
	l.kept, l.size = append(l.kept, line), l.size+len(line)+1
}

// fact is a label of ours and a value, unless it is empty.
func (l *lines) fact(label, value string) {
	if value != "" {
		l.add("- " + label + ": " + code(value, maxValue))
	}
}

// list is values on one line, after how many there are if they are more than one.
func (l *lines) list(one, many string, values []string) {
	if len(values) == 0 {
		return
	}
	var shown []string
	for _, value := range values[:min(len(values), maxFacts)] {
		shown = append(shown, code(value, maxValue))
	}
	rest := ""
	if n := len(values) - len(shown); n > 0 {
		rest = fmt.Sprintf(" (and %d more)", n)
	}
	l.add("- " + notify.Listed(one, many, len(values)) + ": " + strings.Join(shown, ", ") + rest)
}

// some adds a line for each of the first, and one for the others.
func some[T any](l *lines, items []T, write func(T)) {
	for _, item := range items[:min(len(items), maxFacts)] {
		write(item)
	}
	if n := len(items) - maxFacts; n > 0 {
		l.add(fmt.Sprintf("- (and %d more)", n))
	}
}

func (l *lines) String() string {
	text := strings.Join(l.kept, "\n")
	if l.missing > 0 {
		text += fmt.Sprintf("\n- (and %d lines more)", l.missing)
	}
	return text
}

// describe says what happened, in the order in which people ask.
func describe(alerts []detection.Alert) string {
	a := alerts[0]
	var l lines
	if a.Test {
		l.add("This is a test: somebody asked for it, and nothing happened.")
	}
	l.facts(a)
	if a.Description != "" {
		l.add("- Why it matters: " + prose(a.Description, maxProse))
	}
	l.evidence(a)
	l.links(a.Links)
	some(&l, alerts[1:], func(other detection.Alert) {
		l.add("- Also matched: " + prose(other.Title, maxValue) + " (" + other.Severity.String() + ", " + code(string(other.Rule), maxValue) + ")")
	})
	some(&l, a.Notes, func(note string) { l.fact("About this record", note) })
	l.fact("Rule", string(a.Rule))
	l.list("MITRE technique", "MITRE techniques", texts(a.Attack))
	l.fact("Alert", a.ID)
	l.fact("Event", a.EventID)
	return l.String()
}

func texts[S ~string](list []S) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

func (l *lines) facts(a detection.Alert) {
	l.add("- Who: " + who(a.Actor, a.Account.ID))
	l.fact("ARN", a.Actor.ARN)
	l.fact("From", a.Actor.Source)
	l.add("- MFA: " + notify.MFA(a.Actor))
	l.account(a.Account)
	l.fact("Region", a.Region)
	l.fact("When", notify.When(a.Time))
	l.fact("Call", strings.TrimSpace(a.EventSource+" "+a.EventName))
	l.add("- Outcome: " + outcome(a))
}

// who is the actor; the account is the one that the alert is about.
func who(a detection.Actor, account string) string {
	kind := string(cmp.Or(a.Kind, detection.ActorUnknown))
	if a.Kind == detection.ActorNone {
		return "nobody (the record names no identity)"
	}
	text := prose(kind, maxValue)
	for _, part := range []struct{ before, value string }{{" ", a.Name}, {" of ", a.Issuer}, {" of account ", a.Account}, {", through ", a.Via}} {
		if part.value != "" && part.value != account && (part.before == " " || part.value != a.Name) {
			text += part.before + code(part.value, maxValue)
		}
	}
	if a.Credentials != "" && a.Credentials != detection.CredentialsUnknown {
		text += ", " + prose(string(a.Credentials), maxValue) + " credentials"
	}
	return text
}

func outcome(a detection.Alert) string {
	if a.Failed && a.Error != "" {
		return notify.Outcome(a) + ": " + code(a.Error, 2*maxValue)
	}
	return notify.Outcome(a)
}

// account is named where settings know it, with who answers for it.
func (l *lines) account(a detection.Account) {
	text := code(strings.TrimSpace(a.Name+" "+a.ID), maxValue)
	for _, part := range []struct{ before, value string }{{", owner ", a.Owner}, {", env ", a.Environment}} {
		if part.value != "" {
			text += part.before + code(part.value, maxValue)
		}
	}
	if a != (detection.Account{}) {
		l.add("- Account: " + text)
	}
}

func (l *lines) links(links map[string]string) {
	for _, known := range notify.LinkTitles {
		if address := link(links[known.Key]); address != "" && link(links[known.Unless]) == "" {
			l.add("- " + known.Title + ": " + address)
		}
	}
}

// evidence lists what the rule looked at and its own details, without what has been said.
func (l *lines) evidence(a detection.Alert) {
	type fact struct {
		path  string
		value any
	}
	var found []fact
	for _, path := range slices.Sorted(maps.Keys(a.Details)) {
		found = append(found, fact{path, a.Details[path]})
	}
	for _, path := range slices.Sorted(maps.Keys(a.Evidence)) {
		if !notify.SaidAbove(path) {
			found = append(found, fact{path, a.Evidence[path]})
		}
	}
	some(l, found, func(f fact) { l.add("- Evidence: " + code(f.path, maxValue) + " = " + code(shown(f.value), maxValue)) })
}

// shown is any JSON value as text.
func shown(value any) string {
	if text, isText := value.(string); isText {
		return text
	}
	if number, isNumber := value.(json.Number); isNumber {
		return number.String()
	}
	text, err := notify.JSON(value)
	if err != nil {
		return "(can't be written: " + err.Error() + ")"
	}
	return text
}
