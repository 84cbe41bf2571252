package ruleset

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"trailbell/internal/detection"
)

// overridesKey is the part of the settings files that is about rules. It is no setting:
// no rule can read it.
const overridesKey = "rules"

// An override is what settings say of one rule. What they don't say is nil or zero, and
// stays as METADATA has it.
type override struct {
	at       place
	off      *bool
	severity detection.Severity
	shadow   *bool
}

// A place is where something stands, for messages.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

func (p place) refuse(format string, args ...any) Refusal {
	return Refusal{p.file, p.line, fmt.Sprintf(format, args...)}
}

// overrides are what settings say of rules, by the id that they name, oldest file first.
// One that can't be used is refused and changes nothing, so that the rule goes on as it
// would without it.
type overrides struct {
	named   []namedOverride
	refused []Refusal
}

type namedOverride struct {
	id string
	override
}

// take takes the overrides out of a settings file.
func (o *overrides) take(document *yaml.Node, file string) {
	if document.Kind != yaml.DocumentNode || document.Content[0].Kind != yaml.MappingNode {
		return
	}
	top := document.Content[0]
	i := slices.IndexFunc(top.Content, func(n *yaml.Node) bool { return n.Value == overridesKey })
	if i < 0 || i%2 != 0 {
		return
	}
	rules := top.Content[i+1]
	top.Content = slices.Delete(top.Content, i, i+2)
	members, refused := mapping(rules, file, "rules must be a map of rule ids, such as rules: {signin.switch_role: {off: true}}")
	o.refused = append(o.refused, refused...)
	for _, member := range members {
		found, refused := readOverride(member, file)
		if o.refused = append(o.refused, refused...); len(refused) == 0 {
			o.named = append(o.named, namedOverride{member.key, found})
		}
	}
}

func readOverride(of member, file string) (override, []Refusal) {
	found := override{at: place{file, of.line}}
	members, refused := mapping(of.value, file, fmt.Sprintf("rules: what is said of %s must be a map with off, severity or shadow", of.key))
	for _, m := range members {
		at := place{file, m.line}
		var err error
		switch m.key {
		case "off":
			err = m.value.Decode(&found.off)
		case "shadow":
			err = m.value.Decode(&found.shadow)
		case "severity":
			if found.severity, err = detection.ParseSeverity(m.value.Value); err != nil {
				refused = append(refused, at.refuse("rules: %s: %v", of.key, err))
				continue
			}
		default:
			refused = append(refused, at.refuse("rules: %s: unknown key %q; known here: off, severity, shadow", of.key, m.key))
		}
		if err != nil || m.value.ShortTag() == "!!null" {
			refused = append(refused, at.refuse("rules: %s: %s must be true or false", of.key, m.key))
		}
	}
	return found, refused
}

// A member is a key of a YAML map with its value.
type member struct {
	key   string
	line  int
	value *yaml.Node
}

// mapping is the members of a YAML map, in the order of the file. What is no map, and a
// key that comes twice, is refused. Nothing at all is an empty map.
func mapping(node *yaml.Node, file, otherwise string) (members []member, refused []Refusal) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.ShortTag() == "!!null" {
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, []Refusal{{file, node.Line, otherwise}}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if slices.ContainsFunc(members, func(m member) bool { return m.key == key.Value }) {
			refused = append(refused, Refusal{file, key.Line, fmt.Sprintf("the key %s is there twice", key.Value)})
			continue
		}
		members = append(members, member{key.Value, key.Line, value})
	}
	return members, refused
}

// override changes the rules as settings say. Later files have the last word, each about
// what it names.
func (s *Set) override() {
	s.Refused = append(s.Refused, s.settings.overrides.refused...)
	for _, named := range s.settings.overrides.named {
		id, refusal := s.resolve(named.id, named.at)
		if refusal != nil {
			s.Refused = append(s.Refused, *refusal)
			continue
		}
		if i := slices.IndexFunc(s.Rules, func(rule detection.Rule) bool { return rule.ID == id }); i >= 0 {
			s.Rules[i] = named.applied(s.Rules[i])
		}
	}
}

func (o override) applied(rule detection.Rule) detection.Rule {
	rule.Fixed = cmp.Or(o.severity, rule.Fixed)
	if o.off != nil && *o.off {
		rule.Status, rule.Inactive = detection.StatusOff, "switched off in "+o.at.String()
	}
	if o.off != nil && !*o.off && rule.Status == detection.StatusOff {
		rule.Status, rule.Inactive = detection.StatusStable, ""
	}
	if o.shadow != nil {
		rule.Shadow = *o.shadow
		if !rule.Shadow && rule.Status == detection.StatusTest {
			rule.Status = detection.StatusStable
		}
	}
	return rule
}

// resolve is the id of the rule that goes by a name in settings and exceptions, now or
// before it was renamed. Rules that are left out count: settings are shared by commands
// that load some rules and commands that load all.
func (s *Set) resolve(name string, at place) (detection.RuleID, *Refusal) {
	if id, ok := s.known[name]; ok {
		return id, nil
	}
	refusal := at.refuse("there is no rule %s%s", name, didYouMean(name, slices.Sorted(maps.Keys(s.known))))
	return "", &refusal
}

// learnIDs notes the ids and former ids of all rules. A former id that is another rule's
// own, or that two rules claim, is refused: nobody could say which one is meant.
func (s *Set) learnIDs(modules []*module) {
	s.known = map[string]detection.RuleID{}
	for _, m := range modules {
		if m.isRule() {
			s.known[m.id()] = detection.RuleID(m.id())
		}
	}
	for _, m := range modules {
		if !m.isRule() {
			continue
		}
		if m.aside {
			m.meta, _ = readMetadata(m)
		}
		for _, alias := range m.meta.Custom.Aliases {
			owner, taken := s.known[alias]
			if taken && owner != detection.RuleID(m.id()) || alias == m.id() {
				m.refused = append(m.refused, m.refuseAt("METADATA: custom.aliases: %s is an id of %s: an alias is an id that no rule has any more", alias, owner))
				continue
			}
			s.known[alias] = detection.RuleID(m.id())
		}
	}
}

func (m *module) id() string { return strings.TrimPrefix(m.pkg(), "rules.") }
