package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"trailbell/internal/attack"
	"trailbell/internal/detection"
)

// tactics are the tactics of ATT&CK Enterprise in the order of the matrix.
var tactics = []string{
	"reconnaissance", "resource-development", "initial-access", "execution", "persistence",
	"privilege-escalation", "defense-evasion", "credential-access", "discovery",
	"lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
}

// A Coverage says which techniques of ATT&CK and controls of CIS some rule watches. That
// a technique is there does not mean that every way to use it is seen.
type Coverage struct {
	// Rules is how many there are that are not off.
	Rules   int       `json:"rules"`
	Attack  string    `json:"attack_version"`
	Tactics []Tactic  `json:"tactics"`
	CIS     []Control `json:"cis"`
	// Unmapped are the rules that name no technique.
	Unmapped []detection.RuleID `json:"unmapped"`
	// Inactive are the rules that can't fire as they are, and why.
	Inactive map[detection.RuleID]string `json:"inactive"`
}

// A Tactic is one that a rule's technique is used for. A technique may be in several.
type Tactic struct {
	Name       string      `json:"name"`
	Techniques []Technique `json:"techniques"`
}

// A Technique is one that rules watch.
type Technique struct {
	ID    detection.Technique `json:"id"`
	Name  string              `json:"name"`
	Rules []detection.RuleID  `json:"rules"`
}

// Cover says what the rules cover, in the order of the matrix and of ids. Rules that are
// off cover nothing.
func Cover(rules []Rule) Coverage {
	rules = slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return r.Status == detection.StatusOff })
	c := Coverage{
		Rules: len(rules), Attack: attack.Version, CIS: orEmpty(controls(rules)),
		Tactics: []Tactic{}, Unmapped: []detection.RuleID{}, Inactive: map[detection.RuleID]string{},
	}
	for _, rule := range rules {
		if len(rule.Attack) == 0 {
			c.Unmapped = append(c.Unmapped, rule.ID)
		}
		if rule.Inactive != "" {
			c.Inactive[rule.ID] = rule.Inactive
		}
	}
	watched := watchedTechniques(rules)
	for _, name := range tactics {
		tactic := Tactic{Name: name}
		for _, technique := range watched {
			if known, _ := attack.Lookup(string(technique.ID)); slices.Contains(known.Tactics, name) {
				tactic.Techniques = append(tactic.Techniques, technique)
			}
		}
		if len(tactic.Techniques) > 0 {
			c.Tactics = append(c.Tactics, tactic)
		}
	}
	return c
}

// watchedTechniques are the techniques that rules name, by id.
func watchedTechniques(rules []Rule) []Technique {
	byID := map[detection.Technique][]detection.RuleID{}
	for _, rule := range rules {
		for _, id := range rule.Attack {
			byID[id] = append(byID[id], rule.ID)
		}
	}
	var list []Technique
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		known, _ := attack.Lookup(string(id)) // the loader refuses others
		slices.Sort(byID[id])
		list = append(list, Technique{id, known.Name, byID[id]})
	}
	return list
}

// Techniques are all that are covered, each once, by id.
func (c Coverage) Techniques() []Technique {
	byID := map[detection.Technique]Technique{}
	for _, tactic := range c.Tactics {
		for _, technique := range tactic.Techniques {
			byID[technique.ID] = technique
		}
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b Technique) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

// JSON is the coverage for machines, with a line's end.
func (c Coverage) JSON() (string, error) { return asJSON(c) }

// Text is the coverage for a terminal.
func (c Coverage) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ATT&CK v%s: %s in %s, %s\n", c.Attack, plural(len(c.Techniques()), "technique"),
		plural(len(c.Tactics), "tactic"), plural(c.Rules, "rule"))
	for _, tactic := range c.Tactics {
		fmt.Fprintf(&b, "\n%s\n", tactic.Name)
		for _, technique := range tactic.Techniques {
			fmt.Fprintf(&b, "  %-9s  %s\n", technique.ID, technique.Name)
			c.list(&b, technique.Rules)
		}
	}
	if len(c.CIS) > 0 {
		b.WriteString("\nCIS AWS Foundations Benchmark\n")
	}
	for _, control := range c.CIS {
		fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(control.Version+" "+control.ID))
		c.list(&b, control.Rules)
	}
	if len(c.Unmapped) > 0 {
		b.WriteString("\nNo technique\n")
		c.list(&b, c.Unmapped)
	}
	return b.String()
}

func (c Coverage) list(b *strings.Builder, ids []detection.RuleID) {
	for _, id := range ids {
		note := ""
		if c.Inactive[id] != "" {
			note = " (not active: " + c.Inactive[id] + ")"
		}
		fmt.Fprintf(b, "      %s%s\n", id, note)
	}
}

func asJSON(value any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("write the coverage: %w", err)
	}
	return b.String(), nil
}

// orEmpty makes an absent list an empty one, so that JSON shows [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
