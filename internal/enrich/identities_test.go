package enrich_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/detection"
	"trailbell/internal/enrich"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// identity is a record for one kind of identity.
type identity struct {
	Name   string          `json:"name"`
	Record json.RawMessage `json:"record"`
}

func identities(t *testing.T) []identity {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "identities.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []identity
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 12 {
		t.Fatalf("only %d identities", len(list))
	}
	return list
}

func actorOf(t *testing.T, i identity) detection.Alert {
	t.Helper()
	return enrich.Enricher{}.Alerts(record(t, string(i.Record)), []detection.Finding{{Severity: detection.Low}})[0]
}

// TestActorsOfAllIdentities holds what alerts say of each kind of identity.
func TestActorsOfAllIdentities(t *testing.T) {
	var b strings.Builder
	for _, i := range identities(t) {
		alert := actorOf(t, i)
		text, err := json.MarshalIndent(alert.Actor, "  ", "  ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n  failed %t\n  %s\n", i.Name, alert.Failed, text)
	}
	golden := filepath.Join("testdata", "actors.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("rerun with -update if this is meant (-want +got):\n%s", diff)
	}
}

// TestLibraryAgreesWithAlerts asks the rules' library what the alert says.
func TestLibraryAgreesWithAlerts(t *testing.T) {
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		t.Fatal(err)
	}
	query, err := rego.New(rego.Compiler(set.Compiler()), rego.Store(set.Data()), rego.Query(`
		kinds := {kind | kind := data.lib.actor.kind(input)}
		mfa := {answer | answer := data.lib.actor.second_factor(input)}
		credentials := {answer | answer := data.lib.actor.credentials(input)}
		failed := {true | data.lib.call.failed(input)}
		service := {true | data.lib.identity.through_service(input)}
		across := {true | data.lib.actor.crosses_accounts(input)}`)).PrepareForEval(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range identities(t) {
		t.Run(i.Name, func(t *testing.T) {
			var input any
			if err := json.Unmarshal(i.Record, &input); err != nil {
				t.Fatal(err)
			}
			results, err := query.Eval(t.Context(), rego.EvalInput(input))
			if err != nil || len(results) != 1 {
				t.Fatal(results, err)
			}
			alert := actorOf(t, i)
			want := map[string]any{
				"kinds": []any{string(alert.Actor.Kind)}, "mfa": []any{string(alert.Actor.MFA)}, "credentials": []any{string(alert.Actor.Credentials)},
				"failed": holds(alert.Failed), "service": holds(alert.Actor.Via != "" && !strings.Contains(alert.Actor.Via, "delegate")),
				"across": holds(alert.Actor.Account != "" && alert.Actor.Account != alert.Account.ID),
			}
			if diff := cmp.Diff(want, map[string]any(results[0].Bindings)); diff != "" {
				t.Errorf("-alert +library:\n%s", diff)
			}
		})
	}
}

// holds is how a set comprehension shows an answer.
func holds(answer bool) []any {
	if answer {
		return []any{true}
	}
	return []any{}
}
