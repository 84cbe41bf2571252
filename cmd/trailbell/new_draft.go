package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/open-policy-agent/opa/v1/format"

	"trailbell/internal/cloudtrail"
)

// A draft is what the new files are made from.
type draft struct {
	Package   string // rules.mine.bucket_deleted
	Name      string // bucket_deleted
	Title     string
	Severity  string
	Source    string // as Rego
	Event     string // as Rego
	Said      string // source and event, for a sentence
	Where     string // the object that has them: input, or insightDetails in it
	Insight   bool
	Failed    bool
	GroupBy   string
	Neighbour string // as Rego
	Record    string // as Rego, for the test
	Sample    string // as JSON
}

// newDraft makes a draft of a rule for the event that a record shows. Fields are the
// record's, fit to be written into files.
func newDraft(id, severity string, rec cloudtrail.Record, schema any) draft {
	name := id[strings.LastIndexByte(id, '.')+1:]
	title := strings.ReplaceAll(name, "_", " ")
	d := draft{
		Package:   "rules." + id,
		Name:      name,
		Title:     strings.ToUpper(title[:1]) + title[1:],
		Severity:  severity,
		Source:    visibleJSON(rec.EventSource()),
		Event:     visibleJSON(rec.EventName()),
		Where:     "input",
		Insight:   rec.String("eventName") == "" || rec.String("eventSource") == "",
		Failed:    failed(rec),
		GroupBy:   "recipientAccountId",
		Neighbour: visibleJSON(neighbour(rec.EventName())),
		Record:    writeRecord(testRecord(rec.Fields(), schema), "\t"),
		Sample:    writeRecord(rec.Fields(), "  ") + "\n",
	}
	if d.Insight {
		d.Where = "input.insightDetails"
	}
	d.Said = oneWord(rec.EventName()) + " of " + oneWord(rec.EventSource())
	if path := target(rec); path != "" {
		d.GroupBy += ", " + path
	}
	return d
}

// oneWord is text of an event that can stand in a comment: a line break would end it.
func oneWord(text string) string {
	plain := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return plain[:min(len(plain), 60)]
}

// failed says whether call.failed of the library would hold.
func failed(rec cloudtrail.Record) bool {
	for _, key := range []string{"errorCode", "errorMessage"} {
		if value, present := rec.Lookup(key); present && value != "" {
			return true
		}
	}
	return slices.ContainsFunc([]string{"CheckMfa", "ConsoleLogin", "SwitchRole"}, func(page string) bool {
		return rec.String("responseElements", page) == "Failure"
	})
}

// opposites are the first words of calls that are told apart most easily by mistake.
var opposites = map[string]string{
	"Activate": "Deactivate", "Add": "Remove", "Allow": "Deny", "Associate": "Disassociate", "Attach": "Detach",
	"Authorize": "Revoke", "Create": "Delete", "Enable": "Disable", "Put": "Delete", "Register": "Deregister",
	"Schedule": "Cancel", "Start": "Stop", "Tag": "Untag",
}

// neighbour is the name of another event that the rule must leave alone.
func neighbour(event string) string {
	for _, word := range slices.Sorted(maps.Keys(opposites)) {
		opposite := opposites[word]
		if rest, ok := strings.CutPrefix(event, word); ok {
			return opposite + rest
		}
		if rest, ok := strings.CutPrefix(event, opposite); ok {
			return word + rest
		}
	}
	return "Describe" + event
}

var (
	identifying = regexp.MustCompile(`(?i)(name|id|arn|identifier)$`)
	onlyOnce    = regexp.MustCompile(`(?i)(token|requestid)$`)
	plainKey    = regexp.MustCompile(`^[A-Za-z][\w:-]*$`)
)

// maxTargetDepth is how deep in the request the target of a call is looked for.
const maxTargetDepth = 3

// target is the path of the field in requestParameters that says what a call was made on:
// the identifying one whose name comes first in the event's name, as role comes before
// policy in AttachRolePolicy. It is empty where the request has none.
func target(rec cloudtrail.Record) string {
	request, _ := rec.Lookup("requestParameters")
	event := strings.ToLower(rec.EventName())
	var found []string
	collectTargets(request, "requestParameters", maxTargetDepth, &found)
	place := func(path string) int {
		word := strings.ToLower(identifying.ReplaceAllString(path[strings.LastIndexByte(path, '.')+1:], ""))
		if at := strings.Index(event, word); at >= 0 && word != "" {
			return at
		}
		return len(event)
	}
	if len(found) == 0 {
		return ""
	}
	return slices.MinFunc(found, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")), cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
	})
}

func collectTargets(value any, path string, depth int, found *[]string) {
	object, _ := value.(map[string]any)
	for key, member := range object {
		here := path + "." + key
		switch {
		case !plainKey.MatchString(key) || depth == 0:
		case identifying.MatchString(key) && !onlyOnce.MatchString(key) && identifies(member):
			*found = append(*found, here)
		default:
			collectTargets(member, here, depth-1, found)
		}
	}
}

// identifies says whether a value tells one thing from another.
func identifies(value any) bool {
	switch v := value.(type) {
	case string:
		return v != "" && v != "***" && v != "[redacted]" && v != "HIDDEN_DUE_TO_SECURITY_REASONS"
	case json.Number:
		return true
	}
	return false
}

// rego fills a template and formats it as opa fmt does.
func (d draft) rego(name string, text *template.Template) ([]byte, error) {
	var b bytes.Buffer
	if err := text.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	formatted, err := format.Source(name, b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return formatted, nil
}

var ruleText = template.Must(template.New("rule").Parse(`# METADATA
# title: {{.Title}}
# description: >-
#   {{.Said}} {{if .Failed}}was tried and failed{{else}}succeeded{{end}}. Say what that
#   means for whoever reads the alert, and what this rule does not see.
# custom:
#   severity: {{.Severity}}
#   attack: []
#   false_positives:
#     - Say who does this as a matter of course.
#   runbook:
#     - Ask the caller's owner whether this was planned.
#     - Look for other calls of the same session one hour either side.
#     - Say here how it is undone.
#   group_by: [{{.GroupBy}}]
package {{.Package}}

import data.lib.call

match if {
	{{.Where}}.eventSource == {{.Source}}
	{{.Where}}.eventName == {{.Event}}
	call.{{if .Failed}}failed{{else}}succeeded{{end}}(input)
}
`))

var testText = template.Must(template.New("test").Parse(`package {{.Package}}_test

import data.{{.Package}} as rule

# What a rule may decide on; {{.Name}}.json has the whole record.
record := {{.Record}}

test_call_fires if rule.match with input as record
{{if .Failed}}
test_successful_call_stays_silent if {
	not rule.match with input as object.remove(record, {"errorCode", "errorMessage", "responseElements"})
}
{{else}}
test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}
{{end}}
# Put the calls here that are most like this one, and must not fire.
test_neighbour_stays_silent if {
	every name in [{{.Neighbour}}] {
		not rule.match with input as object.union(record, {{if .Insight}}{"insightDetails": {"eventName": name}}{{else}}{"eventName": name}{{end}})
	}
}
`))
