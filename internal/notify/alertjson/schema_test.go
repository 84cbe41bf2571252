package alertjson_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify/notifytest"
)

// A validator says what is wrong with a document by the schema that we publish.
type validator struct{ query rego.PreparedEvalQuery }

func newValidator(t testing.TB) validator {
	t.Helper()
	schema, err := os.ReadFile("../../../docs/alert.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	// As text in a variable of the query: OPA then compiles the schema once.
	text, err := json.Marshal(string(schema))
	if err != nil {
		t.Fatal(err)
	}
	query, err := rego.New(rego.Query(`[_, wrong] := json.match_schema(input, ` + string(text) + `)`)).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return validator{query}
}

func (v validator) wrong(t testing.TB, document any) []any {
	t.Helper()
	results, err := v.query.Eval(t.Context(), rego.EvalInput(document))
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 {
		t.Fatalf("the schema gave %d results: is it broken?", len(results))
	}
	wrong, isList := results[0].Bindings["wrong"].([]any)
	if !isList {
		t.Fatalf("the schema's answer is %v", results[0].Bindings)
	}
	return wrong
}

func parsed(t testing.TB, text string) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

func TestEverythingThatIsWrittenFollowsTheSchema(t *testing.T) {
	schema := newValidator(t)
	check := func(name, text string) {
		if wrong := schema.wrong(t, parsed(t, text)); len(wrong) > 0 {
			t.Errorf("%s: %v\n%.500s", name, wrong, text)
		}
	}
	for _, severity := range detection.Severities() {
		alert, problem := trailStopped(), someProblem()
		alert.Severity, problem.Severity = severity, severity
		check("alert", renderAlert(t, alert).Body)
		check("problem", renderProblem(t, problem).Body)
		check("empty alert", renderAlert(t, detection.Alert{Severity: severity}).Body)
		check("empty problem", renderProblem(t, detection.Problem{Severity: severity}).Body)
	}
	for _, kind := range notifytest.Kinds() {
		alert := trailStopped()
		alert.Actor.Kind = kind
		check(string(kind), renderAlert(t, alert).Body)
	}
	for _, mfa := range []cloudtrail.MFA{cloudtrail.MFAYes, cloudtrail.MFANo, cloudtrail.MFAUnknown} {
		alert := trailStopped()
		alert.Test, alert.Actor.MFA = true, mfa
		check("MFA "+string(mfa), renderAlert(t, alert).Body)
	}
	for _, credentials := range []detection.Credentials{detection.CredentialsLongLived, detection.CredentialsTemporary, detection.CredentialsUnknown} {
		alert := trailStopped()
		alert.Actor.Credentials = credentials
		check("credentials "+string(credentials), renderAlert(t, alert).Body)
	}
	for seed := range uint64(300) {
		g := newGenerator(seed)
		check(fmt.Sprintf("alert of seed %d", seed), renderAlert(t, g.Alert()).Body)
		check(fmt.Sprintf("problem of seed %d", seed), renderProblem(t, g.Problem()).Body)
		check(fmt.Sprintf("follow-up of seed %d", seed), renderRollUp(t, g.RollUp()).Body)
	}
}

// open are the objects whose members the record or the rule decides.
var open = []string{"evidence", "details", "links", "record"}

// A schema that lets everything through would be of no use: each field of each object
// must be wanted, and no other allowed.
func TestTheSchemaRefusesFieldsThatAreMissingOrNew(t *testing.T) {
	schema := newValidator(t)
	for _, text := range []string{renderAlert(t, trailStopped()).Body, renderProblem(t, someProblem()).Body} {
		document := parsed(t, text)
		refused := func(what string, args ...any) {
			if len(schema.wrong(t, document)) == 0 {
				t.Errorf("%s: %s is let through", document["kind"], fmt.Sprintf(what, args...))
			}
		}
		var visit func(name string, object map[string]any)
		visit = func(name string, object map[string]any) {
			object["new"] = "x"
			refused("a new field in %s", name)
			delete(object, "new")
			for _, key := range slices.Sorted(maps.Keys(object)) {
				value := object[key]
				delete(object, key)
				refused("%s without %s", name, key)
				for _, other := range []any{nil, 1.5, []any{1}, map[string]any{"x": 1}} {
					if fmt.Sprintf("%T", other) == fmt.Sprintf("%T", value) && key != "schema_version" && key != "links" ||
						other == nil && key == "time" ||
						fmt.Sprintf("%T", other) == "map[string]interface {}" && slices.Contains(open, key) && key != "links" {
						continue
					}
					object[key] = other
					refused("%s with %s: %v", name, key, other)
				}
				object[key] = value
				if inner, isObject := value.(map[string]any); isObject && !slices.Contains(open, key) {
					visit(name+"."+key, inner)
				}
			}
		}
		visit("the document", document)
		if wrong := schema.wrong(t, document); len(wrong) > 0 {
			t.Fatalf("the test has damaged its own document: %v", wrong)
		}
	}
}

func TestTheSchemaRefusesWordsThatItDoesNotKnow(t *testing.T) {
	schema := newValidator(t)
	tests := []struct {
		name string
		set  func(document, actor map[string]any)
	}{
		{"a kind", func(d, _ map[string]any) { d["kind"] = "rollup" }},
		{"an alert that calls itself a problem", func(d, _ map[string]any) { d["kind"] = "problem" }},
		{"a version", func(d, _ map[string]any) { d["schema_version"] = 2 }},
		{"a severity", func(d, _ map[string]any) { d["severity"] = "urgent" }},
		{"a severity in capitals", func(d, _ map[string]any) { d["severity"] = "HIGH" }},
		{"an answer about MFA", func(_, a map[string]any) { a["mfa"] = "true" }},
		{"an actor", func(_, a map[string]any) { a["kind"] = "AssumedRole" }},
		{"an actor of no kind", func(_, a map[string]any) { a["kind"] = "" }},
		{"credentials", func(_, a map[string]any) { a["credentials"] = "" }},
		{"a step of the runbook that is no text", func(d, _ map[string]any) { d["runbook"] = []any{"x", 1} }},
		{"a technique that is no text", func(d, _ map[string]any) { d["attack"] = []any{1} }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document := parsed(t, renderAlert(t, trailStopped()).Body)
			test.set(document, document["actor"].(map[string]any))
			if len(schema.wrong(t, document)) == 0 {
				t.Error("it is let through")
			}
		})
	}
}

// Whoever reads the schema must find every field described.
func TestTheSchemaDescribesEverything(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/alert.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var visit func(path string, schema map[string]any)
	visit = func(path string, schema map[string]any) {
		properties, _ := schema["properties"].(map[string]any)
		for name, property := range properties {
			inner := property.(map[string]any)
			if _, elsewhere := inner["$ref"]; !elsewhere && inner["description"] == nil {
				t.Errorf("%s.%s has no description", path, name)
			}
			visit(path+"."+name, inner)
		}
	}
	definitions := parsed(t, string(raw))["definitions"].(map[string]any)
	for name, definition := range definitions {
		if definition.(map[string]any)["description"] == nil {
			t.Errorf("%s has no description", name)
		}
		visit(name, definition.(map[string]any))
	}
}
