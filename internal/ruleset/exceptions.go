package ruleset

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gobwas/glob"
	"go.yaml.in/yaml/v3"

	"trailbell/internal/detection"
)

// exceptionsFiles are read from each source that rules are taken from.
var exceptionsFiles = []string{"exceptions.yaml", "local/exceptions.yaml"}

// readExceptions reads the exceptions of the sources. An entry that can't be used is
// refused and withholds nothing; the others count.
func (s *Set) readExceptions(sources []Source) error {
	for _, source := range sources {
		for _, name := range exceptionsFiles {
			if source.LibraryOnly {
				continue // exceptions belong to rules
			}
			text, err := fs.ReadFile(source.FS, name)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("read exceptions: %w", err)
			}
			r := exceptionReader{set: s, file: path.Join(source.Name, name)}
			r.read(text)
			s.Exceptions = append(s.Exceptions, r.found...)
			s.Refused = append(s.Refused, r.refused...)
		}
	}
	return nil
}

// An exceptionReader reads one file.
type exceptionReader struct {
	set     *Set
	file    string
	found   []detection.Exception
	refused []Refusal
}

func (r *exceptionReader) read(text []byte) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		r.refused = append(r.refused, Refusal{File: r.file, Why: err.Error()})
		return
	}
	if document.Kind == 0 || document.Content[0].ShortTag() == "!!null" {
		return // nothing, or nothing but comments
	}
	if list := document.Content[0]; list.Kind == yaml.SequenceNode {
		for _, item := range list.Content {
			r.entry(item)
		}
		return
	}
	r.refuse(document.Content[0].Line, "a list of exceptions is wanted, each with rule, where, owner, reason and expires")
}

func (r *exceptionReader) refuse(line int, format string, args ...any) {
	r.refused = append(r.refused, place{r.file, line}.refuse(format, args...))
}

// entry keeps an entry that nothing is wrong with.
func (r *exceptionReader) entry(item *yaml.Node) {
	before := len(r.refused)
	members, refused := mapping(item, r.file, "an exception is a map with rule, where, owner, reason and expires")
	r.refused = append(r.refused, refused...)
	if item.Kind != yaml.MappingNode {
		return
	}
	e := detection.Exception{At: place{r.file, item.Line}.String()}
	for _, m := range members {
		r.member(&e, m)
	}
	for _, key := range []string{"rule", "where", "owner", "reason", "expires"} {
		if !slices.ContainsFunc(members, func(m member) bool { return m.key == key }) {
			r.refuse(item.Line, "the exception has no %s", key)
		}
	}
	if len(r.refused) == before {
		r.found = append(r.found, e)
	}
}

func (r *exceptionReader) member(e *detection.Exception, m member) {
	switch m.key {
	case "rule":
		e.Rule = r.rule(m)
	case "where":
		e.Where = r.where(m)
	case "owner":
		e.Owner = r.text(m)
	case "reason":
		e.Reason = r.text(m)
	case "ticket":
		e.Ticket = r.text(m)
	case "expires":
		e.Expires = r.expires(m)
	case "allow_critical":
		e.AllowCritical = r.boolean(m)
	default:
		r.refuse(m.line, "unknown key %q; known here: rule, where, owner, reason, ticket, expires, allow_critical", m.key)
	}
}

func (r *exceptionReader) rule(m member) detection.RuleID {
	name := r.text(m)
	if name == "" {
		return ""
	}
	id, refusal := r.set.resolve(name, place{r.file, m.line})
	if refusal != nil {
		r.refused = append(r.refused, *refusal)
	}
	return id
}

func (r *exceptionReader) boolean(m member) (answer bool) {
	if m.value.ShortTag() == "!!null" || m.value.Decode(&answer) != nil {
		r.refuse(m.line, "%s must be true or false", m.key)
	}
	return answer
}

func (r *exceptionReader) text(m member) string {
	text := strings.TrimSpace(m.value.Value)
	if m.value.Kind != yaml.ScalarNode || text == "" {
		r.refuse(m.line, "%s must be a text that is not empty", m.key)
	}
	return text
}

// expires is the moment after the last day on which the exception works. Days are UTC's,
// like a record's times.
func (r *exceptionReader) expires(m member) time.Time {
	day, err := time.Parse(time.DateOnly, m.value.Value)
	if err != nil {
		r.refuse(m.line, "expires is %q: write the last day on which the exception works, such as 2027-03-31", m.value.Value)
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

// where are the conditions. At least one must say something that the caller does not
// choose at will: otherwise the exception switches the rule off.
func (r *exceptionReader) where(m member) map[string][]string {
	members, refused := mapping(m.value, r.file, "where must be a map of paths of the record to values")
	r.refused = append(r.refused, refused...)
	found := map[string][]string{}
	narrow := false
	for _, condition := range members {
		r.path(condition)
		found[condition.key] = r.globs(condition)
		narrow = narrow || condition.key != "userAgent" && !slices.ContainsFunc(found[condition.key], fitsAll)
	}
	if len(refused) == 0 && !narrow {
		r.refuse(m.line, "where excepts every record of the rule, or whoever sends a certain user agent: name at least one path and value besides; settings' rules switch a rule off")
	}
	return found
}

// fitsAll says whether a glob fits every value.
func fitsAll(pattern string) bool { return strings.Trim(pattern, "*") == "" }

func (r *exceptionReader) globs(condition member) []string {
	values := []*yaml.Node{condition.value}
	if condition.value.Kind == yaml.SequenceNode {
		values = condition.value.Content
	}
	var globs []string
	for _, value := range values {
		if value.Kind != yaml.ScalarNode || value.ShortTag() != "!!str" && value.ShortTag() != "!!bool" || value.Value == "" {
			r.refuse(value.Line, "where: the value of %s must be a text or a list of texts; put numbers in quotes", condition.key)
			continue
		}
		if _, err := glob.Compile(value.Value); err != nil {
			r.refuse(value.Line, "where: %s: %q is not a glob: %v", condition.key, value.Value, err)
			continue
		}
		globs = append(globs, value.Value)
	}
	if len(values) == 0 {
		r.refuse(condition.line, "where: %s has no value", condition.key)
	}
	return globs
}

var recordPath = regexp.MustCompile(`^[A-Za-z][\w:-]*(\.[\w:-]+)*$`)

// path refuses what no record can have. What a service puts into the parts that
// CloudTrail leaves open is not known here.
func (r *exceptionReader) path(condition member) {
	if !recordPath.MatchString(condition.key) {
		r.refuse(condition.line, "where: %q is not a path of the record, such as userIdentity.arn", condition.key)
		return
	}
	if r.set.schema == nil {
		return
	}
	schema := withoutNull(r.set.schema)
	for key := range strings.SplitSeq(condition.key, ".") {
		below, why := fieldOf(schema, key)
		if why != "" {
			r.refuse(condition.line, "where: %s: %s", condition.key, why)
			return
		}
		schema = below
	}
}

// fieldOf is the schema of a field, nil where everything is allowed, and what is wrong
// with asking for the field.
func fieldOf(schema any, key string) (any, string) {
	described, ok := schema.(map[string]any)
	if !ok {
		return nil, ""
	}
	if items, isList := described["items"]; isList {
		return fieldOf(items, key) // of each of its elements
	}
	alternatives, _ := described["anyOf"].([]any)
	for _, alternative := range alternatives {
		if below, why := fieldOf(alternative, key); why == "" {
			return below, ""
		}
	}
	properties, listed := described["properties"].(map[string]any)
	switch {
	case listed && properties[key] != nil:
		return properties[key], ""
	case listed:
		return nil, "there is no " + key + didYouMean(key, sortedKeys(properties))
	case described["type"] == "object":
		return nil, ""
	case len(alternatives) > 0:
		_, why := fieldOf(alternatives[0], key)
		return nil, why
	}
	return nil, fmt.Sprintf("there is nothing called %s in %v", key, described["type"])
}
