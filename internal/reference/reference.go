// Package reference writes what is known of rules for people: pages, the coverage of
// ATT&CK and CIS, profiles of settings. The same rules give the same bytes. It reads no
// file and evaluates nothing: samples and conditions are brought to it.
package reference

import (
	"slices"
	"strings"

	"trailbell/internal/detection"
)

// A Rule is a rule, and what only a caller with the rule's files can know.
type Rule struct {
	detection.Rule
	// Source is where the rule's file is, seen from the page; empty where it can't be
	// linked.
	Source string
	// Clauses are the Rego of the answers that depend on the record, in the file's order.
	Clauses []Clause
	// Services are the values of eventSource that the rule is about; none where it is
	// about all.
	Services []string
	// Calls are the event names that it is about. One that ends in * is how names begin.
	Calls []string
	// ReadCalls are those of the calls that may be marked as reads.
	ReadCalls []string
	// OtherReads says that it looks for reads otherwise than by their name.
	OtherReads bool
	// Sample is an alert of the rule; nil where there is none.
	Sample *Sample
}

// A Clause is one answer of a rule, in Rego.
type Clause struct {
	Output detection.Output
	Text   string
}

// A Sample is an alert that the rule gave.
type Sample struct {
	// File holds the records that led to it.
	File string
	// Text is the alert as people get it.
	Text string
	// Filled are the settings that were given a value, so that the rule could fire.
	Filled []string
}

// A File is a text to be written.
type File struct {
	Name string // with slashes, below the folder that is written to
	Text string
}

// A pack is the rules of one service or subject: what stands before the first dot.
type pack struct {
	name  string
	rules []Rule
}

func packOf(id detection.RuleID) string {
	name, _, _ := strings.Cut(string(id), ".")
	return name
}

// packs are the rules by pack, both sorted by name.
func packs(rules []Rule) []pack {
	sorted := slices.SortedFunc(slices.Values(rules), func(a, b Rule) int { return strings.Compare(string(a.ID), string(b.ID)) })
	var list []pack
	for _, rule := range sorted {
		name := packOf(rule.ID)
		// Sorted ids keep a pack together but for a rule without a dot.
		i := slices.IndexFunc(list, func(p pack) bool { return p.name == name })
		if i < 0 {
			list = append(list, pack{name: name})
			i = len(list) - 1
		}
		list[i].rules = append(list[i].rules, rule)
	}
	slices.SortFunc(list, func(a, b pack) int { return strings.Compare(a.name, b.name) })
	return list
}
