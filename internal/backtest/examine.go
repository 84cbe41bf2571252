package backtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// An Examiner takes files through rules and keeps what they say, so that it can be counted
// elsewhere. It is safe for concurrent use when its fields are.
type Examiner struct {
	// Selector says which rules may match a record.
	Selector interface {
		Select(rec cloudtrail.Record) []detection.RuleID
	}
	// Evaluator asks them.
	Evaluator interface {
		Evaluate(ctx context.Context, rec cloudtrail.Record, rules []detection.RuleID) []detection.Outcome
	}
	// Extract cuts a record to what decides on findings of the rules, as JSON.
	Extract func(rec cloudtrail.Record, rules []detection.RuleID) ([]byte, error)
}

// File asks the rules about each record of a file. It fails when the time runs out, and
// then nothing is said of the file. A record that makes a rule or us crash is a problem.
// Bytes is for the caller to set.
func (x Examiner) File(ctx context.Context, name string, records iter.Seq2[cloudtrail.Record, *detection.Problem]) (Counted, error) {
	file := Counted{Name: name}
	for rec, problem := range records {
		if ctx.Err() != nil {
			break
		}
		if problem != nil {
			file.add(Entry{Problem: unreadOf(*problem)})
			continue
		}
		file.Records++
		file.Earliest = Earlier(file.Earliest, rec.Time())
		entry, found := x.ask(ctx, rec)
		if !found {
			file.Latest = Later(file.Latest, rec.Time())
			continue
		}
		file.add(entry)
	}
	if ctx.Err() != nil {
		return Counted{}, fmt.Errorf("%s: %w", name, context.Cause(ctx))
	}
	return file, nil
}

// ask says what the rules say of a record, if they say anything.
func (x Examiner) ask(ctx context.Context, rec cloudtrail.Record) (entry Entry, found bool) {
	defer func() {
		if v := recover(); v != nil {
			entry, found = Entry{Problem: unreadOf(detection.Problem{
				What: "trailbell crashed on a record", Why: fmt.Sprintf("panic: %v", v), Severity: detection.High,
				Where: rec.EventSource() + " " + rec.EventName(), EventID: rec.EventID(), Account: rec.Account(), Region: rec.Region(),
			})}, true
		}
	}()
	rules := x.Selector.Select(rec)
	if len(rules) == 0 {
		return Entry{}, false
	}
	var said []Said
	var by []detection.RuleID
	for _, outcome := range x.Evaluator.Evaluate(ctx, rec, rules) {
		if outcome.Verdict != detection.Quiet || len(outcome.Failures) > 0 {
			said, by = append(said, saidOf(outcome)), append(by, outcome.Rule.ID)
		}
	}
	if len(said) == 0 {
		return Entry{}, false
	}
	extract, err := x.Extract(rec, by)
	if err != nil {
		return Entry{Problem: unreadOf(detection.Problem{
			What: "Record could not be kept", Why: err.Error(), EventID: rec.EventID(), Severity: detection.High,
		})}, true
	}
	return Entry{Record: extract, Test: rec.Test, Heartbeat: rec.Heartbeat, Said: said}, true
}

func saidOf(o detection.Outcome) Said {
	said := Said{
		Rule: o.Rule.ID, Fired: o.Verdict == detection.Fired, Severity: int(o.Finding.Severity), Group: o.Finding.Group,
		AtOnce: o.Finding.AtOnce, Lower: o.Finding.Lower,
	}
	for _, f := range o.Failures {
		said.Failures = append(said.Failures, Failed{f.Part, f.Cause, f.Err.Error()})
	}
	return said
}

// Unopened is a file that can't be opened, as a problem says.
func Unopened(name string, problem detection.Problem) Counted {
	file := Counted{Name: name}
	file.add(Entry{Problem: unreadOf(problem)})
	return file
}

// add takes an entry in, with the time of what lay before it. One that is too large, or
// has no room any more, is counted; then the time is what the next one comes after.
func (c *Counted) add(entry Entry) {
	entry.After = c.Latest
	text, err := marshal(entry)
	if err != nil || len(text) > maxEntry || c.size+len(text) > maxFileText {
		c.LeftOut++
		return
	}
	c.size += len(text)
	c.entries = append(c.entries, text)
	c.Latest = time.Time{}
}

// marshal leaves signs such as & as they are: escaped they are six bytes.
func marshal(entry Entry) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(entry)
	return bytes.TrimSpace(out.Bytes()), err
}

// Later is the later of two times, of which the zero time is none.
func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Earlier is the earlier of two times, of which the zero time is none.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
