package selection

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

const (
	maxAlternatives = 512             // of one rule
	maxThought      = 5 * time.Second // about one rule
)

// Conditions say when each rule of a set may match. They are derived from the rules by
// [Derive] and never changed afterwards.
type Conditions struct {
	rules []ruleConditions
}

// ruleConditions are the ways in which one rule may match. None means that nothing is
// known: the rule is asked about every record.
type ruleConditions struct {
	ID           detection.RuleID
	Alternatives []alternative
	// Why there are no alternatives.
	Why string
	// Silenced is what the settings would have to say for the rule to match, and do not.
	// The alternatives are those that it has with other settings.
	Silenced string
}

// Derive asks OPA's partial evaluation when each rule can match, with the record
// unknown, settings known and the deployment unknown. Rules that [All] leaves out are
// left out. What can't be derived makes a rule a candidate for every record; it is never
// an error.
func Derive(ctx context.Context, set *ruleset.Set) Conditions {
	var derived Conditions
	compiler, err := marked(set)
	for i, rule := range set.Rules {
		switch {
		case !asked(rule):
		case err != nil:
			derived.rules = append(derived.rules, ruleConditions{ID: rule.ID, Why: err.Error()})
		default:
			derived.rules = append(derived.rules, deriveRule(ctx, compiler, set.Data(), rule, i))
		}
	}
	return derived
}

// deriveRule derives the conditions of one rule. A rule that the settings silence is
// derived again without them: what a deployment is sent must not depend on them, and nothing
// here depends on partial evaluation's word that it can't match.
func deriveRule(ctx context.Context, compiler *ast.Compiler, data storage.Store, rule detection.Rule, i int) ruleConditions {
	found := ruleConditions{ID: rule.ID}
	for pass, unknown := range [][]string{{"input", "data.deployment"}, {"input", "data.deployment", "data.settings"}} {
		partial, err := residuals(ctx, compiler, data, rule.ID, i, unknown)
		if err != nil {
			found.Why = err.Error()
			continue
		}
		if len(partial.Queries) == 0 {
			found.Why = "partial evaluation finds no way in which it matches"
			continue
		}
		if len(partial.Queries) > maxAlternatives {
			found.Why = fmt.Sprintf("it may match in %d ways, more than %d", len(partial.Queries), maxAlternatives)
			continue
		}
		found.Alternatives, found.Why = alternatives(compiler, partial), ""
		if pass > 0 {
			found.Silenced = silencedBy(ctx, data, partial.Queries)
		}
		break
	}
	return found
}

// residuals is what is left of a rule's match when only the record is missing. The query
// is match and not match == true, because an answer of a wrong shape must be found too.
func residuals(ctx context.Context, compiler *ast.Compiler, data storage.Store, id detection.RuleID, i int, unknown []string) (partial *rego.PartialQueries, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxThought)
	defer cancel()
	defer recovered(&err)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("no time is left for rule %s: %w", id, err)
	}
	partial, err = rego.New(
		rego.Query(fmt.Sprintf("data.rules.%s.match", id)),
		rego.Compiler(compiler),
		rego.Store(data),
		rego.PartialNamespace(fmt.Sprintf("partial%d", i)),
		rego.Unknowns(unknown),
	).Partial(ctx)
	if err != nil {
		return nil, fmt.Errorf("evaluate rule %s without a record: %w", id, err)
	}
	return partial, nil
}

func alternatives(compiler *ast.Compiler, partial *rego.PartialQueries) []alternative {
	t := &translator{compiler: compiler, support: map[string][]*ast.Rule{}, left: maxConditions}
	for _, module := range partial.Support {
		for _, rule := range module.Rules {
			name := rule.Ref().GroundPrefix().String()
			t.support[name] = append(t.support[name], rule)
		}
	}
	alts := make([]alternative, 0, len(partial.Queries))
	for _, query := range partial.Queries {
		alts = append(alts, t.body(query, scope{}, 0))
	}
	return alts
}

// indexed says whether every alternative has a condition that can exclude a record.
func (r ruleConditions) indexed() bool {
	return len(r.Alternatives) > 0 && !slices.ContainsFunc(r.Alternatives, func(a alternative) bool {
		return !slices.ContainsFunc(a, condition.usable)
	})
}

// An Unindexed is a rule that is asked about every record, and why.
type Unindexed struct {
	Rule detection.RuleID
	Why  string
}

// Unindexed lists the rules that the conditions exclude for no record, in the order of
// the set, each with the expression that prevents it.
func (c Conditions) Unindexed() []Unindexed {
	var list []Unindexed
	for _, rule := range c.rules {
		if rule.indexed() {
			continue
		}
		why := rule.Why
		for _, alt := range rule.Alternatives {
			if !slices.ContainsFunc(alt, condition.usable) {
				why = alt.whyUnusable()
				break
			}
		}
		list = append(list, Unindexed{rule.ID, why})
	}
	return list
}
