package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"trailbell/internal/detection"
	"trailbell/internal/selection"
)

// A ruleTexts is the text, or the texts to choose from, that the EventPattern of a rule in
// a template has.
type ruleTexts struct {
	rule  string
	texts []string // those of !If in its order: all reads, then the narrow ones
}

// templateTexts are the patterns of a template's rules, for both ways to look at reads.
func templateTexts(conditions selection.Conditions, rules []detection.Rule) ([]ruleTexts, []detection.RuleID, error) {
	all, _, err := selection.Patterns(conditions, rules, selection.ReadsAll)
	if err != nil {
		return nil, nil, err
	}
	narrow, needAll, err := selection.Patterns(conditions, rules, selection.ReadsNarrow)
	if err != nil {
		return nil, nil, err
	}
	var list []ruleTexts
	for _, p := range narrow {
		text, err := p.Text()
		if err != nil {
			return nil, nil, err
		}
		texts := []string{text}
		if i := slices.IndexFunc(all, func(a selection.Pattern) bool { return a.Name == p.Name }); i >= 0 {
			other, err := all[i].Text()
			if err != nil {
				return nil, nil, err
			}
			if other != text {
				texts = slices.Insert(texts, 0, other)
			}
		}
		list = append(list, ruleTexts{p.Name + "Rule", texts})
	}
	if len(narrow) < len(all) {
		return nil, nil, fmt.Errorf("no rule looks at a read, so that ReadEvents=narrow has no pattern")
	}
	return list, needAll, nil
}

// writePatterns puts the texts into the template files, and says which of them changed.
func writePatterns(files []string, rules []ruleTexts, stderr io.Writer) error {
	for _, name := range files {
		before, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		after, err := withPatterns(before, rules)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if bytes.Equal(before, after) {
			fmt.Fprintf(stderr, "%s: as it was\n", name)
			continue
		}
		if err := os.WriteFile(name, after, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(stderr, "%s: patterns written\n", name)
	}
	return nil
}

// withPatterns is the template with the texts in place of the ones it has. Nothing else is
// touched: not a comment, not a blank. Rules for more reads than there are get a pattern that
// matches nothing. Any other rule of the template that no text is for is an error, because
// what it matches would start the function twice.
func withPatterns(template []byte, rules []ruleTexts) ([]byte, error) {
	lines := strings.SplitAfter(string(template), "\n")
	type place struct {
		line int // of the | that begins the text
		text string
	}
	var places []place
	found, err := patternNodes(template)
	if err != nil {
		return nil, err
	}
	for _, rule := range append(rules, spare(found, rules)...) {
		nodes := found[rule.rule]
		if len(nodes) == 0 && moreReads.MatchString(rule.rule) {
			return nil, fmt.Errorf("there is no %s, without which the rules see only some of the reads they name: add it after the model of the ones before it, or deploy with ReadEvents=all", rule.rule)
		}
		if len(nodes) != len(rule.texts) {
			return nil, fmt.Errorf("%s of %s, but the rules need %d", plural(len(nodes), "EventPattern text"), rule.rule, len(rule.texts))
		}
		for i, node := range nodes {
			places = append(places, place{node.Line, rule.texts[i]})
		}
		delete(found, rule.rule)
	}
	for name := range found {
		return nil, fmt.Errorf("there is no pattern for %s: take it out", name)
	}
	// From the end, so that the lines of those before stay where they are.
	slices.SortFunc(places, func(a, b place) int { return b.line - a.line })
	for _, p := range places {
		end, indent := blockAfter(lines, p.line)
		if end == p.line {
			return nil, fmt.Errorf("line %d: no text to replace", p.line)
		}
		text := indent + strings.ReplaceAll(p.text, "\n", "\n"+indent) + "\n"
		lines = slices.Replace(lines, p.line, end, text)
	}
	return []byte(strings.Join(lines, "")), nil
}

// moreReads are the EventBridge rules behind the first one for reads. They have no choice
// of texts: a pattern for all reads needs no second rule.
var moreReads = regexp.MustCompile(`^Reads[0-9]+Rule$`)

// spare are texts for those of them that no pattern is for.
func spare(found map[string][]*yaml.Node, needed []ruleTexts) []ruleTexts {
	var list []ruleTexts
	for name := range found {
		isNeeded := slices.ContainsFunc(needed, func(r ruleTexts) bool { return r.rule == name })
		if moreReads.MatchString(name) && !isNeeded {
			list = append(list, ruleTexts{name, []string{`{"source": ["not needed"]}`}})
		}
	}
	return list
}

// blockAfter is where the text ends that begins after the line, and how far it is indented.
func blockAfter(lines []string, line int) (end int, indent string) {
	end = line
	for i, l := range lines[line:] {
		text := strings.TrimLeft(l, " ")
		if strings.TrimSpace(text) == "" {
			continue
		}
		deep := l[:len(l)-len(text)]
		if end == line {
			indent = deep
		}
		if len(deep) < len(indent) || indent == "" {
			break
		}
		end = line + i + 1
	}
	return end, indent
}

// patternNodes are the texts of the EventPattern of each EventBridge rule of a template:
// one, or the two of !If.
func patternNodes(template []byte) (map[string][]*yaml.Node, error) {
	var parsed struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties struct {
				EventPattern yaml.Node `yaml:"EventPattern"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(template, &parsed); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	found := map[string][]*yaml.Node{}
	for name, resource := range parsed.Resources {
		// A schedule has none.
		if resource.Type != "AWS::Events::Rule" || resource.Properties.EventPattern.IsZero() {
			continue
		}
		nodes := choices(&resource.Properties.EventPattern)
		if slices.ContainsFunc(nodes, func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode || n.Style&yaml.LiteralStyle == 0 }) {
			return nil, fmt.Errorf("the EventPattern of %s is no text that begins with |-", name)
		}
		found[name] = nodes
	}
	return found, nil
}

// choices are the two of !If, or the node itself.
func choices(node *yaml.Node) []*yaml.Node {
	if node.Kind == yaml.SequenceNode && node.Tag == "!If" && len(node.Content) == 3 {
		return node.Content[1:]
	}
	return []*yaml.Node{node}
}
