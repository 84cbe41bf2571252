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

	"trailbell/internal/detection"
)

// metadata is the comment over a rule's package. OPA ignores keys that it does not
// know at the top level, and everything under custom; we read the comment ourselves,
// with known keys only, because a misspelt key would switch something off silently.
type metadata struct {
	Title            string      `yaml:"title"`
	Description      string      `yaml:"description"`
	RelatedResources []reference `yaml:"related_resources"`
	Custom           custom      `yaml:"custom"`
}

type reference struct {
	Ref         string `yaml:"ref"`
	Description string `yaml:"description"`
}

type custom struct {
	Severity       string   `yaml:"severity"`
	Runbook        []string `yaml:"runbook"`
	Attack         []string `yaml:"attack"`
	CIS            []string `yaml:"cis"`
	FalsePositives []string `yaml:"false_positives"`
	Exempt         []string `yaml:"exempt"`
	GroupBy        []string `yaml:"group_by"`
}

var (
	techniqueForm = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	// pathForm is a record path, or the first that is present of several, or a
	// path's network or agent family.
	pathForm  = regexp.MustCompile(`^(agent_family\()?[A-Za-z][\w.:-]*(\|[A-Za-z][\w.:-]*)*(/\d{1,3}|\))?$`)
	referForm = regexp.MustCompile(`^https://\S+$`)
)

// readMetadata reads the METADATA comment that ends right above the package line.
func readMetadata(m *module) (metadata, []Refusal) {
	var meta metadata
	text, first := metadataComment(m)
	if text == "" {
		return meta, []Refusal{m.refuseAt("no METADATA comment right above the package: a rule needs at least title, description and custom.severity")}
	}
	// As many empty lines before the comment as the file has, so that YAML's line
	// numbers are the file's.
	decoder := yaml.NewDecoder(strings.NewReader(strings.Repeat("\n", first) + text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&meta); err != nil {
		return meta, yamlRefusals(m.path, first, err)
	}
	var refused []Refusal
	for _, why := range meta.check() {
		refused = append(refused, Refusal{File: m.path, Line: first, Why: "METADATA: " + why})
	}
	return meta, refused
}

// metadataComment returns the YAML of the comment and the line of "# METADATA".
func metadataComment(m *module) (yamlText string, first int) {
	lines := strings.Split(m.text, "\n")
	end := m.ast.Package.Location.Row - 1 // index of the package line
	start := end
	for start > 0 && strings.HasPrefix(lines[start-1], "#") {
		start--
	}
	at := slices.IndexFunc(lines[start:end], func(line string) bool { return strings.TrimSpace(line) == "# METADATA" })
	if at < 0 {
		return "", 0
	}
	at += start
	var b strings.Builder
	for _, line := range lines[at+1 : end] {
		b.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "#"), " ") + "\n")
	}
	return b.String(), at + 1
}

// check returns what is wrong with the values, in sentences.
func (meta metadata) check() []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if strings.TrimSpace(meta.Title) == "" {
		say("title is missing: name the behaviour in plain words")
	}
	if strings.TrimSpace(meta.Description) == "" {
		say("description is missing: say what a match means and what the rule misses")
	}
	severity, err := detection.ParseSeverity(meta.Custom.Severity)
	if err != nil {
		say("custom.%v", err)
	}
	if severity >= detection.Medium && len(meta.Custom.Runbook) == 0 {
		say("custom.runbook is missing: from medium up a rule says what to do")
	}
	wrong = append(wrong, misshapen("custom.attack", meta.Custom.Attack, techniqueForm, "the id of a technique, such as T1562.008")...)
	wrong = append(wrong, misshapen("custom.group_by", meta.Custom.GroupBy, pathForm, "a path of the record, such as userIdentity.arn")...)
	for _, r := range meta.RelatedResources {
		wrong = append(wrong, misshapen("related_resources", []string{r.Ref}, referForm, "an https address")...)
	}
	return wrong
}

// misshapen says which values are not what they must be.
func misshapen(key string, values []string, form *regexp.Regexp, want string) []string {
	var wrong []string
	for _, value := range values {
		if !form.MatchString(value) {
			wrong = append(wrong, fmt.Sprintf("%s: %q is not %s", key, value, want))
		}
	}
	return wrong
}

// rule is the METADATA in detection's words. It must have been checked.
func (meta metadata) rule(m *module) detection.Rule {
	severity, _ := detection.ParseSeverity(meta.Custom.Severity)
	rule := detection.Rule{
		ID:             detection.RuleID(strings.TrimPrefix(m.pkg(), "rules.")),
		File:           m.path,
		Title:          strings.TrimSpace(meta.Title),
		Description:    strings.TrimSpace(meta.Description),
		Severity:       severity,
		CIS:            meta.Custom.CIS,
		Runbook:        meta.Custom.Runbook,
		FalsePositives: meta.Custom.FalsePositives,
		Exempt:         meta.Custom.Exempt,
		GroupBy:        meta.Custom.GroupBy,
	}
	for _, id := range meta.Custom.Attack {
		rule.Attack = append(rule.Attack, detection.Technique(id))
	}
	for _, r := range meta.RelatedResources {
		rule.References = append(rule.References, r.Ref)
	}
	return rule
}

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
