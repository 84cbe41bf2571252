package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/rules"
)

func TestTemplatesHaveThePatternsThatTheRulesNeed(t *testing.T) {
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		t.Fatal(err)
	}
	texts, needAll, err := templateTexts(selection.Derive(t.Context(), set), set.Rules)
	if err != nil {
		t.Fatal(err)
	}
	if len(needAll) > 0 {
		t.Errorf("these rules would need every read: %v: mark them lane: logfiles or name the calls", needAll)
	}
	for _, name := range []string{"template.yaml", filepath.Join("deploy", "forwarder.yaml")} {
		is, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := withPatterns(is, texts)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(string(want), string(is)); diff != "" {
			t.Errorf("%s is not what the rules need; run make generate (-needed +there):\n%s", name, diff)
		}
	}
}

const smallTemplate = `Resources:
  # Of writes.
  WritesRule:
    Type: AWS::Events::Rule
    Properties:
      State: !If [NoReads, DISABLED, ENABLED] # as it is
      EventPattern: |-
        {"a":

          1}

      Targets: []
  ReadsRule:
    Properties:
      EventPattern: !If
        - AllReads
        - |-
          {}
        # The few.
        - |-
            {
            }
    Type: AWS::Events::Rule
  Topic:
    Type: AWS::SNS::Topic
`

var smallTexts = []ruleTexts{
	{"WritesRule", []string{"{\n  \"w\": 1\n}"}},
	{"ReadsRule", []string{"{\"all\": 1}", "{\n  \"few\": 1\n}"}},
}

func TestWithPatternsReplacesTheTextsAndNothingElse(t *testing.T) {
	got, err := withPatterns([]byte(smallTemplate), smallTexts)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"        {\"a\":\n\n          1}\n", "        {\n          \"w\": 1\n        }\n",
		"          {}\n", "          {\"all\": 1}\n",
		"            {\n            }\n", "            {\n              \"few\": 1\n            }\n",
	).Replace(smallTemplate)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	nodes, err := patternNodes(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range smallTexts {
		for i, text := range rule.texts {
			if nodes[rule.rule][i].Value != text {
				t.Errorf("%s reads as %q, want %q", rule.rule, nodes[rule.rule][i].Value, text)
			}
		}
	}
	again, err := withPatterns(got, smallTexts)
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("twice gives something else (%v):\n%s", err, cmp.Diff(string(got), string(again)))
	}
}

func TestWithPatternsRefusesATemplateThatDoesNotFit(t *testing.T) {
	writes := smallTexts[:1]
	for name, c := range map[string]struct {
		template string
		texts    []ruleTexts
		want     string
	}{
		"a rule is missing":                {smallTemplate, append(slices.Clone(smallTexts), ruleTexts{"OtherRule", []string{"{}"}}), "0 EventPattern texts of OtherRule, but the rules need 1"},
		"a rule for more reads is missing": {smallTemplate, append(slices.Clone(smallTexts), ruleTexts{"Reads2Rule", []string{"{}"}}), "there is no Reads2Rule"},
		"a rule is left that nobody needs": {smallTemplate, writes, "there is no pattern for ReadsRule: take it out"},
		"a choice that has one text":       {strings.ReplaceAll(smallTemplate, "- |-\n          {}\n", ""), smallTexts, "the EventPattern of ReadsRule is no text"},
		"a text where a choice belongs":    {smallTemplate, []ruleTexts{{"ReadsRule", []string{"{}"}}, writes[0]}, "2 EventPattern texts of ReadsRule, but the rules need 1"},
		"a pattern as YAML":                {strings.ReplaceAll(smallTemplate, "|-\n        {\"a\"", "\n        {\"a\""), smallTexts, "the EventPattern of WritesRule is no text that begins with |-"},
		"a pattern in quotes":              {"Resources: {WritesRule: {Type: 'AWS::Events::Rule', Properties: {EventPattern: '{}'}}}", writes, "is no text that begins with |-"},
		"an empty text":                    {"Resources:\n  WritesRule:\n    Type: AWS::Events::Rule\n    Properties:\n      EventPattern: |-\n", writes, "line 5: no text to replace"},
		"no YAML":                          {"a: [", writes, "read the template"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := withPatterns([]byte(c.template), c.texts); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestRulesForMoreReadsThanThereAreMatchNothing(t *testing.T) {
	more := smallTemplate + "  Reads7Rule:\n    Type: AWS::Events::Rule\n    Properties:\n      EventPattern: |-\n        {}\n"
	got, err := withPatterns([]byte(more), smallTexts)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(got), "EventPattern: |-\n        {\"source\": [\"not needed\"]}\n") {
		t.Errorf("the template ends with %s", got[len(got)-200:])
	}
}
