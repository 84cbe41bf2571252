package selection_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// manyReads are rules that name more reads than one pattern can hold, and one that asks for
// something else, as long as all of them begin with one of the letters.
func manyReads(letters string, names int) ruleset.Source {
	list := make([]string, names)
	for i := range list {
		list[i] = fmt.Sprintf("%cReadsSomething%03d", letters[i%len(letters)], i)
	}
	body, _ := json.Marshal(list)
	text := func(name, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(metadata + "package rules.reads." + name + "\n" + body + "\n")}
	}
	return ruleset.Source{Name: "reads", FS: fstest.MapFS{
		"names.rego":  text("names", fmt.Sprintf("match if input.eventName in {%s}", strings.Trim(string(body), "[]"))),
		"denied.rego": text("denied", "match if {\n\tinput.eventSource == \"kms.amazonaws.com\"\n\tinput.errorCode == \"AccessDenied\"\n}"),
	}}
}

// patternsOf are the narrow ones of the set, each short enough.
func patternsOf(t *testing.T, source ruleset.Source) ([]selection.Pattern, error) {
	t.Helper()
	set := loadSet(t, source)
	patterns, needAll, err := selection.Patterns(selection.Derive(t.Context(), set), set.Rules, selection.ReadsNarrow)
	if len(needAll) > 0 {
		t.Errorf("%v would need every read", needAll)
	}
	for _, p := range patterns {
		if text := must(p.JSON())(t); len(text) > longestPattern {
			t.Errorf("%s has %d characters", p.Name, len(text))
		}
	}
	return patterns, err
}

func TestReadsThatAreTooManyForOnePatternAreSplitWithoutAnOverlap(t *testing.T) {
	patterns, err := patternsOf(t, manyReads("BGLQW", 250))
	if err != nil {
		t.Fatal(err)
	}
	var reads []string
	for _, p := range patterns {
		if strings.HasPrefix(p.Name, "Reads") {
			reads = append(reads, p.Name)
		}
	}
	if got := strings.Join(reads, " "); got != "Reads Reads2 Reads3 Reads4 Reads5" {
		t.Errorf("the patterns are %s", got)
	}
	for i := range 250 {
		for _, error := range []string{`,"errorCode":"AccessDenied"`, ""} {
			fitOnce(t, patterns, fmt.Sprintf(`"eventName":"%cReadsSomething%03d"%s`, "BGLQW"[i%5], i, error), true)
		}
	}
	for _, name := range []string{`"eventName":"BOther",`, `"eventName":"LOther",`, `"eventName":"Zebra",`, `"eventName":"lower",`} {
		fitOnce(t, patterns, name+`"errorCode":"AccessDenied"`, true)
		fitOnce(t, patterns, name+`"errorCode":"Other"`, false)
	}
}

func fitOnce(t *testing.T, patterns []selection.Pattern, fields string, want bool) {
	t.Helper()
	rec, err := cloudtrail.Parse([]byte(`{"eventSource":"kms.amazonaws.com","eventType":"AwsApiCall","readOnly":true,` + fields + `}`))
	if err != nil {
		t.Fatal(err)
	}
	var fitting []string
	for _, p := range patterns {
		if p.Matches(selection.EventOf(rec)) {
			fitting = append(fitting, p.Name)
		}
	}
	if len(fitting) > 1 || (len(fitting) == 1) != want {
		t.Errorf("%s fits %v", fields, fitting)
	}
}

func TestMoreReadsUnderOneLetterThanAPatternHoldsAreRefused(t *testing.T) {
	_, err := patternsOf(t, manyReads("G", 120))
	if err == nil || !strings.Contains(err.Error(), "begin with G") {
		t.Errorf("the answer is %v", err)
	}
}
