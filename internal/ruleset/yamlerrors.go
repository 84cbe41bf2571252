package ruleset

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	yamlLine    = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	yamlUnknown = regexp.MustCompile(`^field (\S+) not found in type ruleset\.(\w+)$`)
	yamlType    = regexp.MustCompile(`^cannot unmarshal !!(\w+) (.*)into (.*)$`)
)

// yamlRefusals turns the YAML module's messages, which print Go types, into ours.
func yamlRefusals(file string, line int, err error) []Refusal {
	messages := []string{err.Error()}
	var typed *yaml.TypeError
	if errors.As(err, &typed) {
		messages = typed.Errors
	}
	var out []Refusal
	for _, message := range messages {
		r := Refusal{File: file, Line: line, Why: message}
		if found := yamlLine.FindStringSubmatch(message); found != nil {
			r.Line, _ = strconv.Atoi(found[1])
			r.Why = found[2]
		}
		r.Why = "METADATA: " + reword(r.Why)
		out = append(out, r)
	}
	return out
}

func reword(why string) string {
	if found := yamlUnknown.FindStringSubmatch(why); found != nil {
		return unknownKey(found[1], found[2])
	}
	if found := yamlType.FindStringSubmatch(why); found != nil {
		want := "a text"
		switch {
		case strings.HasPrefix(found[3], "[]"):
			want = "a list"
		case strings.HasPrefix(found[3], "ruleset."):
			want = "a map of keys"
		}
		return fmt.Sprintf("%shas the wrong type: %s is wanted here", found[2], want)
	}
	return why
}

// places are the maps of METADATA, by the Go type that reads them.
var places = []struct {
	goType, shown string
	keys          []string
}{
	{"metadata", "the top of METADATA", yamlKeys[metadata]()},
	{"custom", "custom", yamlKeys[custom]()},
	{"reference", "related_resources", yamlKeys[reference]()},
	{"threshold", "custom.threshold", yamlKeys[threshold]()},
	{"firstSeen", "custom.first_seen", yamlKeys[firstSeen]()},
}

// unknownKey names the place where a misplaced key belongs, or the keys there are.
func unknownKey(key, goType string) string {
	var known []string
	for _, place := range places {
		if place.goType == goType {
			known = place.keys
		} else if slices.Contains(place.keys, key) {
			return fmt.Sprintf("key %q is misplaced: it belongs to %s", key, place.shown)
		}
	}
	return fmt.Sprintf("unknown key %q; known here: %s", key, strings.Join(known, ", "))
}

func yamlKeys[T any]() []string {
	var keys []string
	for field := range reflect.TypeFor[T]().Fields() {
		keys = append(keys, field.Tag.Get("yaml"))
	}
	return keys
}
