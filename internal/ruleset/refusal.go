package ruleset

import (
	"errors"
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/open-policy-agent/opa/v1/ast"
)

// A Refusal is a file that was not loaded, with the place and what to do about it.
type Refusal struct {
	File string
	Line int // 0 where the whole file is meant
	Why  string
}

// Error is file:line: why.
func (r Refusal) Error() string {
	if r.Line == 0 {
		return fmt.Sprintf("%s: %s", r.File, r.Why)
	}
	return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Why)
}

// refusals turns what OPA's parser and compiler return into refusals, one a message.
func refusals(err error, file string) []Refusal {
	var list ast.Errors
	if !errors.As(err, &list) {
		return []Refusal{{File: file, Why: err.Error()}}
	}
	var out []Refusal
	for _, e := range list {
		r := Refusal{File: file, Why: explain(e)}
		if e.Location != nil {
			r.Line = e.Location.Row
			if e.Location.File != "" {
				r.File = e.Location.File
			}
		}
		out = append(out, r)
	}
	return out
}

// explain says in our words what OPA's message leaves open.
func explain(e *ast.Error) string {
	switch detail := e.Details.(type) {
	case *ast.RefErrInvalidDetail:
		return explainReference(detail)
	case *ast.RefErrUnsupportedDetail:
		return fmt.Sprintf("%s: %s has no fields, it is %s", detail.Ref, detail.Ref[:detail.Pos+1], detail.Have)
	}
	name, isFunction := strings.CutPrefix(e.Message, "undefined function ")
	switch {
	case !isFunction && e.Details != nil:
		return fmt.Sprintf("%s (%s)", e.Message, strings.Join(e.Details.Lines(), "; "))
	case !isFunction:
		return e.Message
	case strings.HasPrefix(name, "data."):
		return e.Message + ": there is no such helper, or its file was refused"
	}
	return fmt.Sprintf("the function %s is unknown or not allowed in rules: they may not reach the network, the clock, randomness or the environment", name)
}

// maxFar is how many letters a misspelt field may differ from the one that was meant.
const maxFar = 3

// didYouMean asks for the nearest of the names that there are, where one is near.
func didYouMean(missing string, names []string) string {
	nearest, distance := "", maxFar+1
	for _, name := range names {
		if d := levenshtein.ComputeDistance(missing, name); d < distance {
			nearest, distance = name, d
		}
	}
	if nearest == "" {
		return ""
	}
	return ", did you mean " + nearest + "?"
}

// explainReference names the part of a reference that does not exist, and the field
// that was probably meant.
func explainReference(detail *ast.RefErrInvalidDetail) string {
	missing := strings.Trim(detail.Ref[detail.Pos].String(), `"`)
	var names []string
	for _, value := range detail.OneOf {
		names = append(names, strings.Trim(value.String(), `"`))
	}
	why := fmt.Sprintf("%s: there is no %s", detail.Ref, missing) + didYouMean(missing, names)
	if detail.Ref.HasPrefix(settingsRoot) {
		why += " Every setting a rule reads stands in settings.yaml, at least with its empty value"
	}
	if detail.Ref.HasPrefix(deploymentRoot) {
		why += " A rule knows of its deployment what docs/writing-rules.md lists"
	}
	return why
}
