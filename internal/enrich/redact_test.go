package enrich_test

import (
	"encoding/json"
	"strings"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/enrich"
)

func TestARuleSaysWhatIsSecret(t *testing.T) {
	const text = `{"eventSource":"s","eventName":"n","requestParameters":{
		"token":"s3cret","number":42,"object":{"a":"s3cret"},"list":[{"token":"s3cret","name":"kept"},{"name":"kept"},"text",7],
		"nested":[[{"token":"s3cret"}]],"empty":"","none":null,"text":"kept"}}`
	tests := []struct {
		name string
		path string
		n    int // how often something is redacted
	}{
		{"a text", "requestParameters.token", 1},
		{"a number", "requestParameters.number", 1},
		{"an object", "requestParameters.object", 1},
		{"each element of a list", "requestParameters.list.token", 1},
		{"lists in lists", "requestParameters.nested.token", 1},
		{"what is empty shows that it is", "requestParameters.empty", 0},
		{"null", "requestParameters.none", 0},
		{"what is not there", "requestParameters.no.such", 0},
		{"below a text", "requestParameters.text.x", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := record(t, text)
			before, _ := json.Marshal(rec.Fields())
			rule := detection.Rule{Redact: []string{tt.path}, Evidence: []string{"requestParameters.token", "requestParameters.text"}}
			got := enrich.Enricher{}.Alerts(rec, []detection.Finding{{Rule: rule, Severity: detection.Low}})[0]
			shown, err := json.Marshal(got.Record)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(shown), enrich.Redacted); n != tt.n {
				t.Errorf("%d redactions: %s", n, shown)
			}
			if tt.path == "requestParameters.token" && got.Evidence[tt.path] != enrich.Redacted {
				t.Errorf("evidence: %v", got.Evidence)
			}
			if after, _ := json.Marshal(rec.Fields()); string(after) != string(before) {
				t.Errorf("the record itself was changed: %s", after)
			}
		})
	}
}

func TestWhatOneRuleCallsSecretNoAlertOfTheRecordShows(t *testing.T) {
	rec := record(t, `{"eventSource":"s","eventName":"n","requestParameters":{"token":"s3cret"}}`)
	alerts := enrich.Enricher{}.Alerts(rec, []detection.Finding{
		{Rule: detection.Rule{ID: "a", Evidence: []string{"requestParameters.token"}}, Severity: detection.High},
		{Rule: detection.Rule{ID: "b", Redact: []string{"requestParameters.token"}}, Severity: detection.Low},
	})
	if text, err := json.Marshal(alerts); err != nil || strings.Contains(string(text), "s3cret") {
		t.Errorf("%s, %v", text, err)
	}
}
