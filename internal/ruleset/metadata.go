package ruleset

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"trailbell/internal/attack"
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
	Severity       string     `yaml:"severity"`
	Runbook        []string   `yaml:"runbook"`
	Attack         []string   `yaml:"attack"`
	CIS            []string   `yaml:"cis"`
	FalsePositives []string   `yaml:"false_positives"`
	Exempt         []string   `yaml:"exempt"`
	Redact         []string   `yaml:"redact"`
	GroupBy        []string   `yaml:"group_by"`
	Threshold      *threshold `yaml:"threshold"`
	FirstSeen      *firstSeen `yaml:"first_seen"`
	Status         string     `yaml:"status"`
	Lane           string     `yaml:"lane"`
	Aliases        []string   `yaml:"aliases"`
	// UnlistedEvents are reasons by the name of an event that no table of ours has.
	UnlistedEvents map[string]string `yaml:"unlisted_events"`
}

type threshold struct {
	Count    int            `yaml:"count"`
	Window   string         `yaml:"window"`
	Distinct string         `yaml:"distinct"`
	Weights  map[string]int `yaml:"weights"`
	Lower    int            `yaml:"lower"`
}

type firstSeen struct {
	Window string `yaml:"window"`
}

var (
	// pathForm is a record path, or the first that is present of several, or a
	// path's network or agent family.
	pathForm = regexp.MustCompile(`^(agent_family\()?[A-Za-z][\w.:-]*(\|[A-Za-z][\w.:-]*)*(/\d{1,3}|\))?$`)
	// redactForm is a value of what was asked or answered: who, where and when can't be
	// hidden by a rule.
	redactForm = regexp.MustCompile(`^(requestParameters|responseElements|additionalEventData|serviceEventDetails)(\.[\w:-]+)+$`)
	eventForm  = regexp.MustCompile(`^[A-Za-z]\w*$`)
	aliasForm  = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)
	referForm  = regexp.MustCompile(`^https://\S+$`)
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
	for _, id := range meta.Custom.Attack {
		if _, known := attack.Lookup(id); !known {
			say("custom.attack: %q is not a technique of ATT&CK Enterprise v%s, such as T1562.008", id, attack.Version)
		}
	}
	wrong = append(wrong, misshapen("custom.group_by", meta.Custom.GroupBy, pathForm, "a path of the record, such as userIdentity.arn")...)
	for _, r := range meta.RelatedResources {
		wrong = append(wrong, misshapen("related_resources", []string{r.Ref}, referForm, "an https address")...)
	}
	return append(wrong, meta.Custom.check()...)
}

// check returns what is wrong with how a rule is run.
func (c custom) check() []string {
	var wrong []string
	if c.Threshold != nil && c.FirstSeen != nil {
		wrong = append(wrong, "custom: a rule has a threshold or first_seen, not both")
	}
	if (c.Threshold != nil || c.FirstSeen != nil) && len(c.GroupBy) == 0 {
		wrong = append(wrong, "custom.group_by is missing: say what is counted together, such as [recipientAccountId, userIdentity.arn]")
	}
	if c.Threshold != nil {
		wrong = append(wrong, c.Threshold.check()...)
	}
	if c.FirstSeen != nil {
		wrong = append(wrong, checkWindow("custom.first_seen.window", c.FirstSeen.Window)...)
	}
	wrong = append(wrong, misshapen("custom.redact", c.Redact, redactForm, "a path below requestParameters, responseElements, additionalEventData or serviceEventDetails")...)
	wrong = append(wrong, misshapen("custom.aliases", c.Aliases, aliasForm, "an id that the rule had, such as signin.switch_role")...)
	wrong = append(wrong, checkUnlisted(c.UnlistedEvents)...)
	wrong = append(wrong, oneOf("custom.status", c.Status, "stable", "test", "off")...)
	return append(wrong, oneOf("custom.lane", c.Lane, "logfiles")...)
}

func (t threshold) check() []string {
	wrong := checkWindow("custom.threshold.window", t.Window)
	if t.Count < 2 {
		wrong = append(wrong, fmt.Sprintf("custom.threshold.count is %d: a threshold counts to 2 at least", t.Count))
	}
	if t.Lower < 0 || t.Lower >= t.Count && t.Lower > 0 {
		wrong = append(wrong, fmt.Sprintf("custom.threshold.lower is %d: it must be smaller than count", t.Lower))
	}
	if t.Distinct != "" {
		wrong = append(wrong, misshapen("custom.threshold.distinct", []string{t.Distinct}, pathForm, "a path of the record, such as eventName")...)
	}
	for _, event := range slices.Sorted(maps.Keys(t.Weights)) {
		if t.Weights[event] < 1 {
			wrong = append(wrong, fmt.Sprintf("custom.threshold.weights: the weight of %s is %d, it must be 1 or more", event, t.Weights[event]))
		}
	}
	return wrong
}

func checkUnlisted(events map[string]string) []string {
	names := slices.Sorted(maps.Keys(events))
	wrong := misshapen("custom.unlisted_events", names, eventForm, "the name of an event, such as GetSigninToken")
	for _, name := range names {
		if strings.TrimSpace(events[name]) == "" {
			wrong = append(wrong, fmt.Sprintf("custom.unlisted_events: %s has no reason: say where the name is from", name))
		}
	}
	return wrong
}

func checkWindow(key, window string) []string {
	if _, ok := parseWindow(window); !ok {
		return []string{fmt.Sprintf("%s is %q: write a number and s, m, h or d, such as 15m or 90d", key, window)}
	}
	return nil
}

// parseWindow reads a duration that may be given in days.
func parseWindow(window string) (time.Duration, bool) {
	number, isDays := strings.CutSuffix(window, "d")
	if !isDays {
		d, err := time.ParseDuration(window)
		return d, err == nil && d > 0
	}
	days, err := strconv.Atoi(number)
	return time.Duration(days) * 24 * time.Hour, err == nil && days > 0 && days <= 366
}

func oneOf(key, value string, allowed ...string) []string {
	if value == "" || slices.Contains(allowed, value) {
		return nil
	}
	return []string{fmt.Sprintf("%s is %q: it must be %s", key, value, strings.Join(allowed, ", "))}
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
		Redact:         meta.Custom.Redact,
		Exempt:         meta.Custom.Exempt,
		GroupBy:        meta.Custom.GroupBy,
		Status:         detection.Status(cmp.Or(meta.Custom.Status, string(detection.StatusStable))),
		LogFilesOnly:   meta.Custom.Lane == "logfiles",
	}
	rule.Shadow = rule.Status == detection.StatusTest
	if t := meta.Custom.Threshold; t != nil {
		window, _ := parseWindow(t.Window)
		rule.Threshold = &detection.Threshold{Count: t.Count, Window: window, Distinct: t.Distinct, Weights: t.Weights, Lower: t.Lower}
	}
	if f := meta.Custom.FirstSeen; f != nil {
		window, _ := parseWindow(f.Window)
		rule.FirstSeen = &detection.FirstSeen{Window: window}
	}
	for _, id := range meta.Custom.Attack {
		rule.Attack = append(rule.Attack, detection.Technique(id))
	}
	for _, r := range meta.RelatedResources {
		rule.References = append(rule.References, r.Ref)
	}
	return rule
}
