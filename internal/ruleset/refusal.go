package ruleset

import (
	"errors"
	"fmt"
	"strings"

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
	why := e.Message
	if e.Details != nil {
		if lines := e.Details.Lines(); len(lines) > 0 {
			why += " (" + strings.Join(lines, "; ") + ")"
		}
	}
	name, found := strings.CutPrefix(e.Message, "undefined function ")
	switch {
	case !found:
		return why
	case strings.HasPrefix(name, "data."):
		return why + ": there is no such helper, or its file was refused"
	default:
		return fmt.Sprintf("the function %s is unknown or not allowed in rules: they may not reach the network, the clock, randomness or the environment", name)
	}
}
