package ruleset

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// checkData refuses uses of data.settings and data.deployment that don't name one of
// their keys. An absent key makes both `x in data.settings.k` and its negation undefined:
// the rule would be off without a word. Whole parts are refused too, since nobody can see
// what is read from them.
func (s *Set) checkData(m *module, compiled *ast.Module) []Refusal {
	var refused []Refusal
	ast.WalkRefs(compiled, func(ref ast.Ref) bool {
		why := ""
		switch {
		case ref.HasPrefix(settingsRoot):
			why = s.checkSetting(ref[len(settingsRoot):])
		case ref.HasPrefix(deploymentRoot):
			why = checkDeployment(ref[len(deploymentRoot):])
		}
		if why != "" {
			refused = append(refused, Refusal{m.path, line(ref, m), why})
		}
		return false
	})
	return slices.Compact(refused)
}

// checkDeployment says what is wrong with a reference below data.deployment.
func checkDeployment(terms []*ast.Term) string {
	keys := (Deployment{}).values()
	if len(terms) == 0 {
		return "data.deployment is read as a whole: name one of " + strings.Join(sortedKeys(keys), ", ")
	}
	key, isKey := terms[0].Value.(ast.String)
	if !isKey {
		return "data.deployment is read with a key that is not constant: name the key itself"
	}
	if keys[string(key)] == nil {
		return fmt.Sprintf("data.deployment has no %s: it has %s", string(key), strings.Join(sortedKeys(keys), ", "))
	}
	return ""
}

// checkSetting says what is wrong with a reference below data.settings.
func (s *Set) checkSetting(terms []*ast.Term) string {
	var value any = s.settings.values
	var keys []string
	for _, term := range terms {
		members, isMap := value.(map[string]any)
		if !isMap || s.settings.open[strings.Join(keys, ".")] {
			return "" // below a leaf: an item of a list, or a key of a map that users fill
		}
		key, isKey := term.Value.(ast.String)
		if !isKey {
			return fmt.Sprintf("data.settings.%s is read with a key that is not constant: name the setting itself", strings.Join(append(keys, "…"), "."))
		}
		keys = append(keys, string(key))
		value = members[string(key)]
		if value == nil {
			return fmt.Sprintf("there is no setting %s: add it to settings.yaml, with its empty value", strings.Join(keys, "."))
		}
	}
	if members, isMap := value.(map[string]any); isMap && len(members) > 0 && !s.settings.open[strings.Join(keys, ".")] {
		return fmt.Sprintf("%s is a part of the settings, not a setting: name one of %s", strings.Join(append([]string{"data.settings"}, keys...), "."), strings.Join(sortedKeys(members), ", "))
	}
	return ""
}

// line is where a reference stands; what the compiler made itself has no place.
func line(ref ast.Ref, m *module) int {
	for _, term := range ref {
		if term.Location != nil && term.Location.Row > 0 {
			return term.Location.Row
		}
	}
	return m.ast.Package.Location.Row
}
