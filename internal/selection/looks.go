package selection

import (
	"fmt"

	"trailbell/internal/detection"
)

// A Look is what a rule looks for, as far as its conditions tell: for people, and not for
// selecting.
type Look struct {
	Rule detection.RuleID
	// Sources are the values of eventSource that it is about, sorted; none where some way
	// in which it matches names none.
	Sources []string
	// Calls are the names of events, sorted; one that ends in * is how names begin.
	Calls []string
	// ReadCalls are those of the calls for which a record that is marked as a read fits too.
	ReadCalls []string
	// OtherReads says that some reads are looked for otherwise than by their name.
	OtherReads bool
}

// Looks says what each rule of the conditions looks for, in the order of the set. A rule of
// which nothing is known looks at all reads.
func Looks(conditions Conditions) ([]Look, error) {
	var list []Look
	for _, rule := range conditions.rules {
		look, err := rule.look()
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", rule.ID, err)
		}
		list = append(list, look)
	}
	return list, nil
}

func (r ruleConditions) look() (Look, error) {
	look := Look{Rule: r.ID, OtherReads: len(r.Alternatives) == 0}
	sources, calls, reads := newNames(), newNames(), newNames()
	bound := len(r.Alternatives) > 0
	for _, alt := range r.Alternatives {
		source, ok := alt.namesAt(keySource)
		sources.add(source)
		bound = bound && ok && len(source.prefixes) == 0
		named, isNamed := alt.names()
		calls.add(named)
		excluded, err := alt.excludesReads()
		if err != nil {
			return look, err
		}
		if excluded || alt.isOfOtherTypes() {
			continue
		}
		reads.add(named)
		look.OtherReads = look.OtherReads || !isNamed
	}
	if bound {
		look.Sources = sorted(sources.exact)
	}
	look.Calls, look.ReadCalls = calls.starred(), reads.starred()
	return look, nil
}

// starred is the names for people.
func (n names) starred() []string {
	all := map[string]bool{}
	for name := range n.exact {
		all[name] = true
	}
	for prefix := range n.prefixes {
		all[prefix+"*"] = true
	}
	return sorted(all)
}
