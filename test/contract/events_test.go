package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/awsapi"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// eventComplaints are about names of events that no record has: neither AWS's models nor
// its pages know them, and the rule gives no reason to trust them. What match asks is
// known from the derived conditions, what else a rule asks from its text.
func eventComplaints(t *testing.T, set *ruleset.Set) []string {
	t.Helper()
	derived := selection.Derive(t.Context(), set).Events()
	unlisted := set.UnlistedEvents()
	var complaints []string
	for _, rule := range set.Rules {
		asked := derived[rule.ID]
		text := textOf(set.TestModules()[rule.File])
		asked = append(asked, text.events(sourcesOf(asked))...)
		unknown := unknownEvents(asked)
		for _, name := range slices.Sorted(maps.Keys(unknown)) {
			if unlisted[rule.ID][name] == "" {
				complaints = append(complaints, fmt.Sprintf("%s: %s", rule.File, unknown[name]))
			}
		}
		complaints = append(complaints, needless(rule, unlisted[rule.ID], unknown)...)
	}
	return complaints
}

// needless are reasons for names that are known, or not asked for.
func needless(rule detection.Rule, reasons, unknown map[string]string) []string {
	var complaints []string
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		if unknown[name] == "" {
			complaints = append(complaints, fmt.Sprintf("%s: custom.unlisted_events: %s needs no reason: it is listed, or not asked for", rule.File, name))
		}
	}
	return complaints
}

func sourcesOf(events []selection.Event) []string {
	found := map[string]bool{}
	for _, event := range events {
		found[event.Source] = event.Source != ""
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}

// unknownEvents says of each name why it is unknown. A name that is asked for apart from its
// source, and so goes with several, must be known of one of them.
func unknownEvents(events []selection.Event) map[string]string {
	why := map[string]string{}
	known := map[string]bool{}
	for _, event := range events {
		sources := []string{event.Source}
		if event.Source == "" {
			sources = awsapi.Sources()
		} else if !awsapi.KnowsSource(event.Source) {
			why[event.Name] = fmt.Sprintf("nothing is known of eventSource %s: add it to internal/awsapi", event.Source)
		}
		has := awsapi.Known
		if event.Prefix {
			has = awsapi.KnownPrefix
		}
		if slices.ContainsFunc(sources, func(source string) bool { return has(source, event.Name) }) {
			known[event.Name] = true
		} else if why[event.Name] == "" {
			why[event.Name] = strings.TrimSpace("there is no event "+event.Name+" of "+event.Source) + ": is it misspelt? See custom.unlisted_events in docs/writing-rules.md"
		}
	}
	maps.DeleteFunc(why, func(name, _ string) bool { return known[name] })
	return why
}

// A ruleText is a rule's file, as it was parsed.
type ruleText struct {
	module *ast.Module
	found  map[selection.Event]bool
}

func textOf(module *ast.Module) ruleText { return ruleText{module, map[selection.Event]bool{}} }

var (
	eventName   = ast.MustParseRef("input.eventName")
	eventSource = ast.MustParseRef("input.eventSource")
)

// comparisons say whether the other operand is the beginning of a name.
var comparisons = map[string]bool{
	"eq": false, "equal": false, "neq": false, "internal.member_2": false, "startswith": true, "strings.any_prefix_match": true,
}

// events are the names that eventName is compared with anywhere in the file. They may be
// of any of the sources, and of any at all where there are none.
func (t ruleText) events(sources []string) []selection.Event {
	ast.WalkExprs(t.module, func(expr *ast.Expr) bool {
		if expr.IsCall() {
			t.comparison(expr.Operator().String(), expr.Operands())
		}
		return false
	})
	ast.WalkTerms(t.module, func(term *ast.Term) bool {
		switch v := term.Value.(type) {
		case ast.Call:
			t.comparison(v[0].String(), v[1:])
		case ast.Ref:
			if len(v) > 1 && v[1].Value.Compare(eventName) == 0 {
				t.table(v[0], func(key, _ *ast.Term) { t.add("", key, false) })
			}
		}
		return false
	})
	var events []selection.Event
	for event := range t.found {
		if event.Source != "" || len(sources) == 0 {
			events = append(events, event)
			continue
		}
		for _, source := range sources {
			events = append(events, selection.Event{Source: source, Name: event.Name, Prefix: event.Prefix})
		}
	}
	return events
}

func (t ruleText) comparison(operator string, operands []*ast.Term) {
	isPrefix, ok := comparisons[operator]
	if !ok || len(operands) != 2 {
		return
	}
	for i, operand := range operands {
		if operand.Value.Compare(eventName) != 0 {
			continue
		}
		other := operands[1-i]
		t.add("", other, isPrefix)
		switch v := other.Value.(type) {
		case ast.Var:
			t.definitions(other, func(value *ast.Term) { t.add("", value, isPrefix) })
		case ast.Ref:
			if len(v) == 2 && v[1].Value.Compare(eventSource) == 0 {
				t.table(v[0], func(key, value *ast.Term) {
					source, _ := key.Value.(ast.String)
					t.add(string(source), value, isPrefix)
				})
			}
		}
	}
}

// table visits what the file has under the name of an object.
func (t ruleText) table(name *ast.Term, visit func(key, value *ast.Term)) {
	t.definitions(name, func(value *ast.Term) {
		if object, ok := value.Value.(ast.Object); ok {
			object.Foreach(visit)
		}
	})
}

func (t ruleText) definitions(name *ast.Term, visit func(*ast.Term)) {
	for _, rule := range t.module.Rules {
		if rule.Head.Ref()[0].Equal(name) && rule.Head.Value != nil {
			visit(rule.Head.Value)
		}
	}
}

// add adds a text, or those of a set or an array.
func (t ruleText) add(source string, names *ast.Term, isPrefix bool) {
	switch v := names.Value.(type) {
	case ast.String:
		t.found[selection.Event{Source: source, Name: string(v), Prefix: isPrefix}] = true
	case ast.Set:
		v.Foreach(func(item *ast.Term) { t.add(source, item, isPrefix) })
	case *ast.Array:
		v.Foreach(func(item *ast.Term) { t.add(source, item, isPrefix) })
	}
}

func TestEventsAreKnown(t *testing.T) { tell(t, eventComplaints(t, shippedSet(t))) }

func TestEventsThatAreNot(t *testing.T) {
	const comparison = `input.eventName == "DeleteBucket"`
	const source = `input.eventSource == "s3.amazonaws.com"`
	for _, tt := range []struct {
		name         string
		replacements []string
		want         string
	}{
		{"a name that is known", nil, ""},
		{"a misspelt name", []string{comparison, `input.eventName == "DeleteBuckets"`}, "no event DeleteBuckets of s3.amazonaws.com"},
		{"a misspelt name among others", []string{comparison, `input.eventName in {"DeleteBucket", "DeleteBukcet"}`}, "no event DeleteBukcet"},
		{"a name of another service", []string{source, `input.eventSource == "sns.amazonaws.com"`}, "no event DeleteBucket of sns.amazonaws.com"},
		{"a service that does not exist", []string{source, `input.eventSource == "s4.amazonaws.com"`}, "nothing is known of eventSource s4.amazonaws.com"},
		{"a beginning of names", []string{comparison, `startswith(input.eventName, "DeleteBucket")`}, ""},
		{"a beginning of none", []string{comparison, `startswith(input.eventName, "DeletBucket")`}, "no event DeletBucket"},
		{"a misspelt name that is left out", []string{comparison, "not input.eventName == \"DeletBucket\"\n\tinput.readOnly == false"}, "no event DeletBucket"},
		{"a misspelt name beside match", []string{"\nmatch if", "\ntitle := \"Two\" if input.eventName == \"DeletBucket\"\n\nmatch if"}, "no event DeletBucket"},
		{"a misspelt name in a table that stands elsewhere", []string{comparison, "input.eventName in _calls[input.eventSource]\n}\n\n_calls := {\"s3.amazonaws.com\": {\"DeletBucket\"}", "\nmatch if", "\nmatch if"}, "no event DeletBucket of s3.amazonaws.com"},
		{"a misspelt name beside match, in a table by names", []string{"\nmatch if", "\ntitle := _titles[input.eventName]\n\n_titles := {\"DeletBucket\": \"Two\"}\n\nmatch if"}, "no event DeletBucket"},
		{"a misspelt name with a reason", []string{comparison, `input.eventName == "DeletBucket"`, "#   runbook:", "#   unlisted_events: {DeletBucket: Seen in records.}\n#   runbook:"}, ""},
		{"a reason for a name that is known", []string{"#   runbook:", "#   unlisted_events: {DeleteBucket: Seen in records.}\n#   runbook:"}, "DeleteBucket needs no reason"},
		{"a name of a service that is not said", []string{source, "input.readOnly == false"}, ""},
		{"a misspelt name of a service that is not said", []string{source, "input.readOnly == false", comparison, `input.eventName == "DeletBucket"`}, "no event DeletBucket of"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := made(t, map[string]string{"made/bucket_deleted.rego": bucketDeleted(tt.replacements...)})
			expect(t, eventComplaints(t, set), tt.want)
		})
	}
}
