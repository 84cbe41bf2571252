package engine

import (
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/detection"
)

// A query that was never prepared panics inside OPA.
func TestPanicInOPAIsUndecided(t *testing.T) {
	e := Engine{limit: time.Second}
	outcome := e.evaluate(t.Context(), &prepared{rule: detection.Rule{ID: "r"}, match: rego.PreparedEvalQuery{}}, ast.NewObject())
	if outcome.Verdict != detection.Undecided || outcome.Failures[0].Cause != detection.CausePanic {
		t.Errorf("got %+v", outcome)
	}
}
