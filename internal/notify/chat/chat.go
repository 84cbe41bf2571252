// Package chat writes alerts, problems and follow-ups as custom notifications of Amazon Q
// Developer in chat applications, which was AWS Chatbot: it brings them to Slack, Teams and
// Chime. The form is that of "Custom notifications using Amazon Q Developer in chat
// applications" in its administrator guide. It knows nothing of who sends them, nor which
// of these they reach, so that what is written must be harmless in each.
package chat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// Limits in bytes, behind all escaping. The guide names none that we know of; others cut
// titles to 250 and descriptions to 8,000 characters. A phone shows less.
const (
	maxTitle       = 250
	maxDescription = 4000
	maxStep        = 500
	maxSteps       = 10
	maxValue       = 200 // of one fact
	maxProse       = 900 // of what a rule's author wrote
	maxWord        = 100 // of a keyword, and of what is not shown
	maxWhere       = 80
	maxFacts       = 8 // of evidence, and of other lists
)

// notification is the form of the guide.
type notification struct {
	Version  string   `json:"version"`
	Source   string   `json:"source"`
	ID       string   `json:"id,omitempty"`
	Content  content  `json:"content"`
	Metadata metadata `json:"metadata"`
}

type content struct {
	TextType    string   `json:"textType"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	NextSteps   []string `json:"nextSteps,omitempty"`
	Keywords    []string `json:"keywords,omitempty"`
}

type metadata struct {
	ThreadID  string            `json:"threadId,omitempty"`
	Summary   string            `json:"summary"`
	EventType string            `json:"eventType"`
	Resources []string          `json:"relatedResources,omitempty"`
	Context   map[string]string `json:"additionalContext,omitempty"`
}

// A Renderer writes one notification for all the alerts of a record: the most severe
// leads, the others are listed in it. It is safe for concurrent use.
type Renderer struct{}

// Alerts returns one message, with the attributes of the leading alert. Its thread is that
// alert's id, which a follow-up names.
func (Renderer) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	a := alerts[0]
	heading := strings.ToUpper(a.Severity.String())
	if kind := notify.KindOf(a); kind != notify.KindAlert {
		heading = strings.ToUpper(string(kind)) + " " + heading
	}
	n := newNotification(a.ID, heading+": "+a.Title, where(a.Account, a.Region), notify.KindOf(a))
	n.Content.Description = describe(alerts)
	for _, step := range a.Runbook[:min(len(a.Runbook), maxSteps)] {
		n.Content.NextSteps = append(n.Content.NextSteps, cmp.Or(prose(step, maxStep), "-"))
	}
	n.Content.Keywords = keywords(a.Severity.String(), string(a.Rule), a.Account.Name, a.Region)
	n.Metadata.ThreadID = word(a.ID)
	n.Metadata.Resources = keywords(a.Account.ID, a.Actor.ARN)
	n.Metadata.Context = context(a.Severity, a.Rule, a.Account.ID, a.Region, a.EventID)
	message, err := n.message(notify.AlertAttributes(a))
	if err != nil {
		return nil, fmt.Errorf("alert %s: %w", a.ID, err)
	}
	return []notify.Message{message}, nil
}

// Problem returns the message for a problem.
func (Renderer) Problem(p detection.Problem) (notify.Message, error) {
	n := newNotification(p.ID(), "PROBLEM ("+strings.ToUpper(p.Severity.String())+"): "+p.What, where(detection.Account{ID: p.Account}, p.Region), notify.KindProblem)
	var b lines
	b.add("This is not an alert: something could not be read or decided, and may have been one.")
	b.fact("Why", p.Why)
	b.fact("Where", p.Where)
	b.fact("Account", p.Account)
	b.fact("Region", p.Region)
	b.fact("Rule", string(p.Rule))
	b.fact("Event", p.EventID)
	n.Content.Description = b.String()
	n.Content.NextSteps = notify.NextSteps(p)
	n.Content.Keywords = keywords(p.Severity.String(), "problem", string(p.Rule))
	n.Metadata.ThreadID = p.ID()
	n.Metadata.Context = context(p.Severity, p.Rule, p.Account, p.Region, p.EventID)
	return n.message(notify.ProblemAttributes(p))
}

// RollUp returns the message for a follow-up, in the thread of the first alert. Where that
// alert did not lead its message, the follow-up begins a thread of its own.
func (Renderer) RollUp(r detection.RollUp) (notify.Message, error) {
	n := newNotification(r.ID, fmt.Sprintf("AGAIN (%s): %d more: %s", strings.ToUpper(r.Severity.String()), r.Count, r.Title), where(r.Account, ""), notify.KindRollUp)
	var b lines
	if r.OverLimit {
		b.add("One actor set this rule off so often that these were counted and not sent one by one.")
	} else {
		b.add("The same came again after the alert that you got.")
	}
	b.fact("Count", fmt.Sprint(r.Count))
	b.fact("From", notify.When(r.From))
	b.fact("To", notify.When(r.To))
	b.account(r.Account)
	b.list("Region", "Regions", r.Regions)
	b.list("Source", "Sources", r.Sources)
	b.fact("Rule", string(r.Rule))
	b.fact("First alert", r.First)
	n.Content.Description = b.String()
	n.Content.Keywords = keywords(r.Severity.String(), string(r.Rule), r.Account.Name)
	n.Metadata.ThreadID = word(cmp.Or(r.First, r.ID))
	n.Metadata.Context = context(r.Severity, r.Rule, r.Account.ID, "", "")
	return n.message(notify.RollUpAttributes(r))
}

// newNotification has a title that is cut, if it must be, before where it happened.
func newNotification(id, title, where string, kind notify.Kind) notification {
	title = prose(title, maxTitle-len(where)) + where
	return notification{
		Version: "1.0", Source: "custom", ID: word(id),
		Content:  content{TextType: "client-markdown", Title: title},
		Metadata: metadata{Summary: title, EventType: "trailbell " + string(kind)},
	}
}

func where(account detection.Account, region string) string {
	if place := strings.TrimSpace(cmp.Or(account.Name, account.ID) + " " + region); place != "" {
		return " (" + prose(place, maxWhere) + ")"
	}
	return ""
}

func (n notification) message(attributes []notify.Attribute) (notify.Message, error) {
	body, err := notify.JSON(n)
	return notify.Message{Body: body, Attributes: attributes}, err
}

// keywords are words by which people search a channel.
func keywords(words ...string) []string {
	var found []string
	for _, w := range words {
		if w = word(w); w != "" && !slices.Contains(found, w) {
			found = append(found, w)
		}
	}
	return found
}

// context is for custom actions that somebody hangs on to the notification.
func context(severity detection.Severity, rule detection.RuleID, account, region, event string) map[string]string {
	out := map[string]string{"severity": severity.String()}
	for name, value := range map[string]string{"rule": string(rule), "account": account, "region": region, "event_id": event} {
		if value = word(value); value != "" {
			out[name] = value
		}
	}
	return out
}
