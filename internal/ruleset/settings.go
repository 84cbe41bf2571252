package ruleset

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// settingsFiles are read from each source, the later over the earlier.
var settingsFiles = []string{"settings.yaml", "local/settings.yaml"}

// settings is what the rules know about an organisation, as data.settings.
type settings struct {
	values map[string]any
	// open are the paths of maps that some file has empty: users choose their keys.
	open map[string]bool
	// overrides are what the files say of single rules.
	overrides overrides
}

// read lays the settings of a source over those before it. A source without settings
// changes nothing.
func (s *settings) read(source Source) error {
	for _, name := range settingsFiles {
		text, err := fs.ReadFile(source.FS, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read settings: %w", err)
		}
		if err := s.overlay(path.Join(source.Name, name), text); err != nil {
			return err
		}
	}
	return nil
}

// overlay lays one file over the settings: maps are merged, all else is replaced by a
// value of the same type.
func (s *settings) overlay(name string, text []byte) error {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return fmt.Errorf("settings %s: %w", name, err)
	}
	if err := stringKeys(&node, name); err != nil {
		return err
	}
	s.overrides.take(&node, name)
	var over map[string]any
	if err := node.Decode(&over); err != nil {
		return fmt.Errorf("settings %s: a map of keys is wanted: %w", name, err)
	}
	if s.open == nil {
		s.open = map[string]bool{}
	}
	merged, err := s.merge(nil, s.values, over)
	if err != nil {
		return fmt.Errorf("settings %s: %w", name, err)
	}
	s.values = merged
	return nil
}

// stringKeys refuses keys that YAML reads as something else than text: an account id
// without quotes becomes a number, and one with a leading zero another number.
func stringKeys(node *yaml.Node, name string) error {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.ShortTag() != "!!str" {
			return fmt.Errorf("settings %s:%d: put the key %s in quotes", name, child.Line, child.Value)
		}
		if err := stringKeys(child, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *settings) merge(at []string, under, over map[string]any) (map[string]any, error) {
	merged := maps.Clone(under)
	if merged == nil {
		merged = map[string]any{}
	}
	for _, key := range sortedKeys(over) {
		here := append(slices.Clone(at), key)
		value := over[key]
		if before := merged[key]; before != nil && kindOf(before) != kindOf(value) {
			return nil, fmt.Errorf("%s must be %s, it is %s", strings.Join(here, "."), kindOf(before), kindOf(value))
		}
		members, isMap := value.(map[string]any)
		if isMap {
			s.open[strings.Join(here, ".")] = s.open[strings.Join(here, ".")] || len(members) == 0
			below, _ := merged[key].(map[string]any)
			var err error
			if value, err = s.merge(here, below, members); err != nil {
				return nil, err
			}
		}
		merged[key] = value
	}
	return merged, nil
}

func kindOf(value any) string {
	switch value.(type) {
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case string:
		return "text"
	case bool:
		return "true or false"
	case nil:
		return "empty"
	}
	return "a number"
}

// list says whether there is a setting that is a list.
func (s *settings) list(dotted string) bool {
	var value any = s.values
	for key := range strings.SplitSeq(dotted, ".") {
		members, _ := value.(map[string]any)
		value = members[key]
	}
	_, isList := value.([]any)
	return isList
}

// lists are all settings that are lists of text, by their names as exempt has them.
func (s *settings) lists() map[string][]string {
	found := map[string][]string{}
	addLists(found, "", s.values)
	return found
}

func addLists(to map[string][]string, name string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			addLists(to, strings.TrimPrefix(name+"."+key, "."), member)
		}
	case []any:
		list := make([]string, 0, len(v))
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return
			}
			list = append(list, text)
		}
		to[name] = list
	}
}

// schema describes the settings as they are: these keys and no others, these types. An
// empty list may hold anything, and so may an open map.
func (s *settings) schema() any { return s.schemaOf(nil, s.values) }

func (s *settings) schemaOf(at []string, value any) map[string]any {
	switch v := value.(type) {
	case map[string]any:
		if s.open[strings.Join(at, ".")] {
			return map[string]any{"type": "object"}
		}
		properties := map[string]any{}
		for key, member := range v {
			properties[key] = s.schemaOf(append(slices.Clone(at), key), member)
		}
		return map[string]any{"type": "object", "properties": properties}
	case []any:
		isText := func(item any) bool { _, ok := item.(string); return ok }
		if len(v) > 0 && !slices.ContainsFunc(v, func(item any) bool { return !isText(item) }) {
			return map[string]any{"type": "array", "items": map[string]any{"type": "string"}}
		}
		return map[string]any{"type": "array"}
	case string:
		return map[string]any{"type": "string"}
	case bool:
		return map[string]any{"type": "boolean"}
	}
	return map[string]any{"type": "number"}
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
