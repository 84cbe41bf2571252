package selection

import (
	"cmp"
	"maps"
	"slices"

	"trailbell/internal/detection"
)

// An Event is a name that a rule's match compares eventName with, be it to leave it out.
type Event struct {
	// Source is what eventSource must be in the same way to match, and empty where that
	// is not said.
	Source string
	Name   string
	// Prefix says that Name is the beginning of names.
	Prefix bool
}

// Events are the names that each rule compares eventName with, sorted and each once. What
// could not be derived, and what a rule asks outside match, is missing.
func (c Conditions) Events() map[detection.RuleID][]Event {
	byRule := map[detection.RuleID][]Event{}
	for _, rule := range c.rules {
		found := map[Event]bool{}
		for _, alt := range rule.Alternatives {
			alt.events([]string{""}, found)
		}
		byRule[rule.ID] = slices.SortedFunc(maps.Keys(found), func(a, b Event) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Name, b.Name))
		})
	}
	return byRule
}

// events adds the names of the alternative. The sources are those of what it is a part of.
func (a alternative) events(sources []string, found map[Event]bool) {
	for _, c := range a {
		if said := c.sources(); len(said) > 0 {
			sources = said
		}
	}
	for _, c := range a {
		for _, inner := range c.Any {
			inner.events(sources, found)
		}
		if !c.isComparison() {
			continue
		}
		named, _ := namesOfCall(*c.Term.Call, keyName)
		for _, source := range sources {
			named.events(source, found)
		}
	}
}

func (n names) events(source string, found map[Event]bool) {
	for name := range n.exact {
		found[Event{source, name, false}] = true
	}
	for prefix := range n.prefixes {
		found[Event{source, prefix, true}] = true
	}
}

// isComparison says whether the condition is a call with two operands.
func (c condition) isComparison() bool {
	return c.Op == opTest && c.Term.Call != nil && len(c.Term.Call.Args) == 2
}

// sources are the values of eventSource for which alone the condition holds, none where
// it holds for others too.
func (c condition) sources() []string {
	if c.Not {
		return nil
	}
	if c.isComparison() {
		return c.Term.Call.sources()
	}
	var found []string
	for _, alt := range c.Any {
		i := slices.IndexFunc(alt, func(inner condition) bool { return len(inner.sources()) > 0 })
		if i < 0 {
			return nil
		}
		found = append(found, alt[i].sources()...)
	}
	return found
}

func (c call) sources() []string {
	path, values, ok := c.comparedTo()
	if !ok || !c.isExact() || !slices.Equal(path, []string{keySource}) {
		return nil
	}
	var found []string
	for _, value := range values {
		if text, isText := value.text(); isText {
			found = append(found, text)
		}
	}
	return found
}
