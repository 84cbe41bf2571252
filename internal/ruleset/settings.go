package ruleset

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"

	"go.yaml.in/yaml/v3"
)

// settingsFiles are read from each source, the later over the earlier.
var settingsFiles = []string{"settings.yaml", "local/settings.yaml"}

// readSettings returns the settings of a source laid over those before it. A source
// without settings changes nothing.
func readSettings(s Source, under map[string]any) (map[string]any, error) {
	for _, name := range settingsFiles {
		text, err := fs.ReadFile(s.FS, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read settings: %w", err)
		}
		if under, err = overlay(under, path.Join(s.Name, name), text); err != nil {
			return nil, err
		}
	}
	return under, nil
}

// overlay lays one settings file over another: maps are merged, all else is replaced.
func overlay(under map[string]any, name string, text []byte) (map[string]any, error) {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return nil, fmt.Errorf("settings %s: %w", name, err)
	}
	if err := stringKeys(&node, name); err != nil {
		return nil, err
	}
	var over map[string]any
	if err := node.Decode(&over); err != nil {
		return nil, fmt.Errorf("settings %s: a map of keys is wanted: %w", name, err)
	}
	return merge(under, over), nil
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

func merge(under, over map[string]any) map[string]any {
	merged := maps.Clone(under)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range over {
		below, ok1 := merged[key].(map[string]any)
		above, ok2 := value.(map[string]any)
		if ok1 && ok2 {
			value = merge(below, above)
		}
		merged[key] = value
	}
	return merged
}

// accountNames is settings' accounts.names: account id to name.
func accountNames(settings map[string]any) (map[string]string, error) {
	accounts, _ := settings["accounts"].(map[string]any)
	names, ok := accounts["names"].(map[string]any)
	if !ok && accounts["names"] != nil {
		return nil, errors.New(`settings: accounts.names must be a map of account id to name, such as "123456789012": production`)
	}
	out := map[string]string{}
	for id, value := range names {
		name, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("settings: accounts.names: the name of account %s must be text", id)
		}
		out[id] = name
	}
	return out, nil
}
