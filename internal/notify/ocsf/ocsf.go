// Package ocsf writes alerts, problems and follow-ups as OCSF Detection Findings
// (class_uid 2004), one JSON object each, for data lakes and SIEMs. The version is the one
// of "Detection Finding" and "Objects" on schema.ocsf.io; the tests hold the output
// against that schema. It knows nothing of who sends it.
package ocsf

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// Version is the version of OCSF that the findings are written in.
const Version = "1.6.0"

const (
	maxText  = 1024 // bytes of anything that the record says, made visible
	maxProse = 4096 // of what a rule's author wrote
	maxItems = 20   // of a list, and of an object whose members the record decides
	// maxRaw is what is kept for the record. Log stores are asked for less than a message
	// may weigh: 65,535 characters are the column of many.
	maxRaw = 65_000
)

// Activities of the class, and the type_uid of each.
const (
	classUID       = 2004
	activityCreate = 1
	activityUpdate = 2
)

// severities are OCSF's numbers and names by ours. Fatal is left to systems that stop.
var severities = map[detection.Severity]struct {
	id   int
	name string
}{
	detection.Info:     {1, "Informational"},
	detection.Low:      {2, "Low"},
	detection.Medium:   {3, "Medium"},
	detection.High:     {4, "High"},
	detection.Critical: {5, "Critical"},
}

// A Renderer writes one finding an alert, problem or follow-up, on one line. It is safe
// for concurrent use.
type Renderer struct {
	// Version is the program's own, for metadata.product; it may be empty.
	Version string
	// Now is the time of what has none: problems, and records without eventTime. Where it
	// is nil such a finding has the time 0, which is 1970.
	Now func() time.Time
}

// Alerts returns one message an alert. What does not fit is cut from raw_data.
func (r Renderer) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	messages := make([]notify.Message, 0, len(alerts))
	var errs []error
	for _, alert := range alerts {
		message, err := r.alert(alert)
		if err != nil {
			errs = append(errs, fmt.Errorf("alert %s: %w", alert.ID, err))
			continue
		}
		messages = append(messages, message)
	}
	return messages, errors.Join(errs...)
}

func (r Renderer) alert(a detection.Alert) (notify.Message, error) {
	at := r.millis(a.Time)
	f := r.base(activityCreate, a.Severity, a.Title, at)
	f.Metadata.UID, f.Metadata.EventCode, f.Metadata.LogName = text(a.ID), text(a.Rule), "CloudTrail"
	f.Metadata.LogProvider = text(a.EventSource)
	f.Metadata.Labels = labels(a)
	f.FindingInfo = findingInfo{
		UID: orDash(text(a.ID)), Title: prose(a.Title), Desc: prose(a.Description), Analytic: ruleAnalytic(a.Rule),
		Attacks: attacks(a.Attack), CreatedTime: at, FirstSeenTime: at, LastSeenTime: at,
		DataSources: []string{"AWS CloudTrail"}, SourceURL: text(a.Links["console"]), RelatedEvents: related(a),
		Types: []string{"alert"},
	}
	f.Cloud = newCloud(a.Region, a.Account)
	f.API = newAPI(a)
	f.Evidences = evidences(a)
	f.Resources = resources(a.Record)
	f.Observables = observables(a)
	f.Remediation = newRemediation(a)
	f.Unmapped = unmapped(a)
	return finish(f, a.Record, notify.AlertAttributes(a))
}

// Problem returns the message for a problem. It is a Detection Finding too, with the type
// "problem": what could not be decided may have been an alert, and whoever reads one
// class only would never hear of it.
func (r Renderer) Problem(p detection.Problem) (notify.Message, error) {
	at := r.millis(time.Time{})
	f := r.base(activityCreate, p.Severity, p.What, at)
	f.Metadata.UID, f.Metadata.EventCode, f.Metadata.Labels = p.ID(), text(p.Rule), []string{"problem"}
	f.FindingInfo = findingInfo{
		UID: p.ID(), Title: prose(p.What), Desc: prose(p.Why), Analytic: ruleAnalytic(p.Rule),
		CreatedTime: at, Types: []string{"problem"},
	}
	if p.EventID != "" {
		f.FindingInfo.RelatedEvents = []relatedEvent{{UID: text(p.EventID), Type: "AWS CloudTrail event"}}
	}
	f.Cloud = newCloud(p.Region, detection.Account{ID: p.Account})
	f.Unmapped = map[string]any{"where": prose(p.Where)}
	return finish(f, nil, notify.ProblemAttributes(p))
}

// RollUp returns the message for a follow-up: an update of the first alert's finding.
func (r Renderer) RollUp(u detection.RollUp) (notify.Message, error) {
	f := r.base(activityUpdate, u.Severity, u.Title, r.millis(u.To))
	f.Metadata.UID, f.Metadata.EventCode = text(u.ID), text(u.Rule)
	f.Count, f.StartTime, f.EndTime = u.Count, r.millis(u.From), r.millis(u.To)
	f.FindingInfo = findingInfo{
		UID: orDash(text(u.First)), Title: prose(u.Title), Analytic: ruleAnalytic(u.Rule), ModifiedTime: r.millis(u.To),
		LastSeenTime: r.millis(u.To), RelatedEventsCount: u.Count, Types: []string{"follow-up"},
	}
	f.Message = fmt.Sprintf("Again: %d more: %s", u.Count, f.Message)
	region := ""
	if len(u.Regions) == 1 {
		region = u.Regions[0]
	}
	f.Cloud = newCloud(region, u.Account)
	f.Unmapped = map[string]any{"over_limit": u.OverLimit, "regions": texts(u.Regions), "sources": texts(u.Sources)}
	f.Observables = addresses(u.Sources)
	return finish(f, nil, notify.RollUpAttributes(u))
}

// base is what every finding has.
func (r Renderer) base(activity int, severity detection.Severity, title string, at int64) finding {
	names := map[int]string{activityCreate: "Create", activityUpdate: "Update"}
	level := severities[severity]
	if level.name == "" {
		level.name = "Unknown" // and id 0, which means the same
	}
	return finding{
		ActivityID: activity, ActivityName: names[activity], CategoryUID: 2, CategoryName: "Findings",
		ClassUID: classUID, ClassName: "Detection Finding", TypeUID: classUID*100 + activity,
		TypeName: "Detection Finding: " + names[activity], SeverityID: level.id, Severity: level.name,
		StatusID: 1, Status: "New", Time: at, Message: prose(title), IsAlert: true,
		Metadata: metadata{
			Version: Version, Profiles: []string{"cloud"}, LoggedTime: r.logged(),
			Product: product{Name: "trailbell", Vendor: "trailbell", Version: r.Version},
		},
	}
}

// logged is when the finding is written, for finding out how late it is.
func (r Renderer) logged() int64 {
	if r.Now == nil {
		return 0
	}
	return r.Now().UnixMilli()
}

// millis is OCSF's time: milliseconds since 1970.
func (r Renderer) millis(at time.Time) int64 {
	if at.IsZero() {
		return r.logged()
	}
	return at.UnixMilli()
}

// text is one value of an event, made visible.
func text[S ~string](s S) string { return notify.Visible(string(s), maxText) }

func prose(s string) string { return notify.Visible(s, maxProse) }

// texts makes the first of a list visible. In the place of the others stands a mark.
func texts[S ~string](list []S) []string {
	out := []string{}
	missing := 0
	for i, s := range list {
		if i < maxItems {
			out = append(out, text(s))
		} else {
			missing += len(s)
		}
	}
	if missing > 0 {
		out = append(out, notify.CutMark(missing))
	}
	return out
}

func orDash(s string) string { return cmp.Or(s, "-") }

func labels(a detection.Alert) []string {
	if kind := notify.KindOf(a); kind != notify.KindAlert {
		return []string{string(kind)}
	}
	return nil
}

func ruleAnalytic(rule detection.RuleID) analytic {
	return analytic{TypeID: 1, Type: "Rule", UID: text(rule), Name: cmp.Or(text(rule), "trailbell")}
}

func related(a detection.Alert) []relatedEvent {
	if a.EventID == "" {
		return nil
	}
	return []relatedEvent{{UID: text(a.EventID), Type: "AWS CloudTrail event", Title: text(a.EventName)}}
}

// clip is the first members of a list.
func clip[T any](list []T) []T { return slices.Clip(list[:min(len(list), maxItems)]) }
