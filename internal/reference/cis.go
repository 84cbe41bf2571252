package reference

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"trailbell/internal/detection"
)

// A Control is a control of the CIS AWS Foundations Benchmark, and the rules that watch it.
type Control struct {
	Version string             `json:"version"`
	ID      string             `json:"id"`
	Rules   []detection.RuleID `json:"rules"`
}

// controls are the controls that rules name, by version and number.
func controls(rules []Rule) []Control {
	byName := map[string]Control{}
	for _, rule := range rules {
		for _, name := range rule.CIS {
			c := byName[name]
			c.Version, c.ID = splitControl(name)
			c.Rules = append(c.Rules, rule.ID)
			byName[name] = c
		}
	}
	list := slices.SortedFunc(maps.Values(byName), func(a, b Control) int {
		return cmp.Or(compareNumbers(a.Version, b.Version), compareNumbers(a.ID, b.ID))
	})
	for _, c := range list {
		slices.Sort(c.Rules)
	}
	return list
}

// splitControl splits v5.0/4.3.
func splitControl(name string) (version, id string) {
	version, id, found := strings.Cut(name, "/")
	if !found {
		return "", name
	}
	return version, id
}

// compareNumbers orders 4.2 before 4.10, and v1.4 before v1.5.
func compareNumbers(a, b string) int {
	return slices.CompareFunc(strings.Split(strings.TrimPrefix(a, "v"), "."), strings.Split(strings.TrimPrefix(b, "v"), "."), func(x, y string) int {
		n, errX := strconv.Atoi(x)
		m, errY := strconv.Atoi(y)
		if errX != nil || errY != nil {
			return strings.Compare(x, y)
		}
		return cmp.Compare(n, m)
	})
}

// cisOf is the controls of one rule, a version after the other, newest first.
func cisOf(rule Rule) string {
	byVersion := map[string][]string{}
	for _, name := range rule.CIS {
		version, id := splitControl(name)
		byVersion[version] = append(byVersion[version], id)
	}
	versions := slices.SortedFunc(maps.Keys(byVersion), func(a, b string) int { return compareNumbers(b, a) })
	var list []string
	for _, version := range versions {
		slices.SortFunc(byVersion[version], compareNumbers)
		list = append(list, strings.TrimSpace(prose(version)+" "+strings.Join(byVersion[version], ", ")))
	}
	return strings.Join(list, "; ")
}
