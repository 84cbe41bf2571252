// Package asff writes alerts, problems and follow-ups as findings of Security Hub, in the
// AWS Security Finding Format. Limits are those of AwsSecurityFinding and its parts in the
// Security Hub API reference. It knows nothing of who imports them.
package asff

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// What BatchImportFindings takes at once, and what a finding's fields may hold, in
// characters. We count bytes, which are never fewer.
const (
	MaxFindings    = 100
	maxID          = 512
	maxTitle       = 256
	maxDescription = 1024
	maxAdvice      = 512
	maxName        = 128 // of a call, a service, a product and a product field
	maxFieldValue  = 2048
	maxFields      = 50
	maxResources   = 32
	maxTypes       = 50
	// room is for one request with all its findings. One finding may weigh 240 KB.
	room = notify.MaxBytes - 2000
)

// labels are Security Hub's severities by ours.
var labels = map[detection.Severity]string{
	detection.Info: "INFORMATIONAL", detection.Low: "LOW", detection.Medium: "MEDIUM",
	detection.High: "HIGH", detection.Critical: "CRITICAL",
}

var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$`)
)

// A Renderer writes requests of BatchImportFindings: {"Findings": [...]} with the findings
// of one record. It is safe for concurrent use.
type Renderer struct {
	// Account and Region are where the findings are imported. Security Hub takes findings
	// for its default product only from the account that they name, so alerts about other
	// accounts are findings of this one, and name theirs in Resources. Where they are empty
	// the alert's own stand instead, which is of use on the command line only.
	Account, Region string
	// Now is when a finding was updated, and the time of what has none.
	Now func() time.Time
}

// Alerts returns one message for the alerts of a record, or more than one where they are
// over a hundred or too large. Each has the attributes of its first alert.
func (r Renderer) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	var messages []notify.Message
	var batch []string
	var attributes []notify.Attribute
	var errs []error
	size := 0
	send := func() {
		if len(batch) > 0 {
			messages = append(messages, request(batch, attributes))
		}
		batch, size = nil, 0
	}
	for _, alert := range alerts {
		text, err := notify.JSON(r.alert(alert))
		if err == nil && len(text) > room {
			err = fmt.Errorf("the finding has %d bytes, %d are allowed", len(text), room)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("alert %s: %w", alert.ID, err))
			continue
		}
		if len(batch) == MaxFindings || size+len(text)+1 > room {
			send()
		}
		if len(batch) == 0 {
			attributes = notify.AlertAttributes(alert)
		}
		batch, size = append(batch, text), size+len(text)+1
	}
	send()
	return messages, errors.Join(errs...)
}

func request(findings []string, attributes []notify.Attribute) notify.Message {
	return notify.Message{Body: `{"Findings":[` + strings.Join(findings, ",") + `]}`, Attributes: attributes}
}

// Problem returns the message for a problem, which is a finding too: what could not be
// decided may have been one.
func (r Renderer) Problem(p detection.Problem) (notify.Message, error) {
	f := r.base(p.ID(), p.Rule, p.Severity, detection.Account{ID: p.Account}, p.Region, time.Time{})
	f.Title = notify.Visible("Problem: "+p.What, maxTitle)
	f.Description = filled(notify.Visible(fmt.Sprintf("Something could not be read or decided, and may have been an alert. Why: %s. Where: %s.", p.Why, p.Where), maxDescription))
	f.setTypes([]string{"Software and Configuration Checks"})
	f.field("kind", string(notify.KindProblem))
	f.field("event_id", p.EventID)
	text, err := notify.JSON(f)
	return request([]string{text}, notify.ProblemAttributes(p)), err
}

// RollUp returns the message for a follow-up. It is a finding of its own that names the
// first: an import replaces what a finding said, and the first says more.
func (r Renderer) RollUp(u detection.RollUp) (notify.Message, error) {
	region := ""
	if len(u.Regions) == 1 {
		region = u.Regions[0]
	}
	f := r.base(u.ID, u.Rule, u.Severity, u.Account, region, u.From)
	f.LastObservedAt = stamp(r.or(u.To))
	f.Title = notify.Visible(fmt.Sprintf("Again: %d more: %s", u.Count, u.Title), maxTitle)
	f.Description = notify.Visible(followUp(u), maxDescription)
	f.setTypes([]string{"TTPs"})
	if u.First != "" {
		f.Provider.Related = []relatedFinding{{ProductArn: f.ProductArn, ID: notify.Visible(u.First, maxID)}}
	}
	f.field("kind", string(notify.KindRollUp))
	f.field("first", u.First)
	f.field("count", fmt.Sprint(u.Count))
	f.field("regions", strings.Join(u.Regions, ", "))
	f.field("sources", strings.Join(u.Sources, ", "))
	text, err := notify.JSON(f)
	return request([]string{text}, notify.RollUpAttributes(u)), err
}

func followUp(u detection.RollUp) string {
	what := "The same came again after the finding that this one names."
	if u.OverLimit {
		what = "One actor set this rule off so often that these were counted and not imported one by one."
	}
	return fmt.Sprintf("%s Count: %d. From %s to %s. Regions: %s. Sources: %s.", what, u.Count,
		u.From.UTC().Format(time.RFC3339), u.To.UTC().Format(time.RFC3339),
		cmp.Or(strings.Join(u.Regions, ", "), "-"), cmp.Or(strings.Join(u.Sources, ", "), "-"))
}

func (r Renderer) alert(a detection.Alert) *finding {
	f := r.base(a.ID, a.Rule, a.Severity, a.Account, a.Region, a.Time)
	f.Title = filled(notify.Visible(a.Title, maxTitle))
	f.Description = notify.Visible(described(a), maxDescription)
	f.setTypes(types(a.Attack))
	f.Sample = a.Test
	f.SourceURL = notify.Visible(a.Links["console"], maxFieldValue)
	f.Remediation = advice(a)
	f.Action = call(a, f.CreatedAt)
	f.Resources = append(f.Resources, listed(a.Record, maxResources-len(f.Resources))...)
	fields(f, a)
	return f
}

// base is what every finding has.
func (r Renderer) base(id string, rule detection.RuleID, severity detection.Severity, about detection.Account, region string, at time.Time) *finding {
	here := r.place(about.ID, region)
	updated := r.or(time.Time{})
	at = r.or(at)
	if updated.Before(at) {
		updated = at
	}
	label := cmp.Or(labels[severity], "INFORMATIONAL")
	level := level{Label: label, Original: severity.String()}
	return &finding{
		SchemaVersion: "2018-10-08", ID: filled(notify.Visible(id, maxID)), ProductArn: here.product(),
		ProductName: "trailbell", CompanyName: "trailbell", GeneratorID: cmp.Or(strings.TrimSpace(notify.Visible(string(rule), maxID)), "trailbell"),
		AwsAccountID: here.account, CreatedAt: stamp(at), UpdatedAt: stamp(updated), FirstObservedAt: stamp(at), LastObservedAt: stamp(at),
		Severity: level, Provider: provider{Severity: level}, RecordState: "ACTIVE",
		Resources: []resource{here.about(about.ID, region)}, ProductFields: map[string]string{},
	}
}

// or is a time, or now where there is none.
func (r Renderer) or(at time.Time) time.Time {
	if at.IsZero() && r.Now != nil {
		return r.Now()
	}
	return at
}

// stamp is a time as Security Hub takes it: RFC 3339, in UTC, to the millisecond. The year
// of a record that is not one of four digits is none that it could read.
func stamp(at time.Time) string {
	at = at.UTC()
	if at.Year() < 1970 || at.Year() > 9999 {
		at = time.Unix(0, 0).UTC()
	}
	return at.Format("2006-01-02T15:04:05.000Z")
}

// filled is a text, or a dash: Security Hub refuses what is blank.
func filled(text string) string {
	if strings.TrimSpace(text) == "" {
		return "-"
	}
	return text
}
