package detection_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"trailbell/internal/detection"
)

func ExampleParseSeverity() {
	severity, err := detection.ParseSeverity("high")
	fmt.Println(severity, int(severity), err)
	_, err = detection.ParseSeverity("urgent")
	fmt.Println(err)
	// Output:
	// high 4 <nil>
	// severity "urgent" is none of info, low, medium, high, critical
}

func TestSeveritiesKeepTheirNamesAndNumbers(t *testing.T) {
	// Filters of subscribers hold both.
	names := []string{"info", "low", "medium", "high", "critical"}
	all := detection.Severities()
	if len(all) != len(names) || !slices.IsSorted(all) {
		t.Fatalf("severities %v", all)
	}
	for i, severity := range all {
		if int(severity) != i+1 || severity.String() != names[i] {
			t.Errorf("severity %d is %q, want %d and %q", severity, severity, i+1, names[i])
		}
		if parsed, err := detection.ParseSeverity(severity.String()); parsed != severity || err != nil {
			t.Errorf("%s is read as %d, %v", severity, parsed, err)
		}
		text, err := json.Marshal(map[string]any{"severity": severity})
		if want := `{"severity":"` + names[i] + `"}`; string(text) != want || err != nil {
			t.Errorf("as JSON %s, %v, want %s", text, err, want)
		}
	}
}

func TestWhatIsNoSeverity(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "capitals": "HIGH", "a number": "4", "space": "high ", "the name of none": "unknown",
	} {
		if got, err := detection.ParseSeverity(text); err == nil || got != 0 || !strings.Contains(err.Error(), fmt.Sprintf("%q", text)) {
			t.Errorf("%s: read as %d, %v", name, got, err)
		}
	}
	for _, severity := range []detection.Severity{-1, 0, detection.Critical + 1, 100} {
		if severity.String() != "unknown" {
			t.Errorf("severity %d is %q", severity, severity)
		}
	}
}

var idForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func TestProblemID(t *testing.T) {
	problem := detection.Problem{
		What: "Rule could not decide (timeout)", Why: "timeout", Where: "s n", EventID: "6c55", Rule: "local.slow",
		Severity: detection.High, Account: "123456789012", Region: "eu-central-1",
	}
	id := problem.ID()
	// Pinned: with another id, what is on its way would be told twice.
	if want := "de78b947bf5fb2be293f431c26dcf623"; id != want || !idForm.MatchString(id) {
		t.Errorf("ID() = %s, want %s", id, want)
	}
	fields := reflect.TypeFor[detection.Problem]()
	for i := range fields.NumField() {
		changed := problem
		field := reflect.ValueOf(&changed).Elem().Field(i)
		name := fields.Field(i).Name
		switch {
		case field.Kind() == reflect.String:
			field.SetString(field.String() + "x")
		case name == "Severity":
			changed.Severity = detection.Low
		case name == "Raw":
			changed.Raw = &detection.Excerpt{Size: 1, Begin: []byte("x")}
		default:
			t.Fatalf("say how %s counts", name)
		}
		// The rest follows from what these are about.
		same := name == "Severity" || name == "Account" || name == "Region" || name == "Raw"
		if (changed.ID() == id) != same {
			t.Errorf("another %s: same id %v", name, !same)
		}
	}
	moved := problem
	moved.What, moved.Why = problem.What+problem.Why, ""
	if moved.ID() == id {
		t.Error("what and why run into one another")
	}
}

func TestAlertID(t *testing.T) {
	const key = "7906dc29aa7e19d7959a181ae8f4c683"
	id := detection.AlertID("cloudtrail.trail_stopped", key)
	// Pinned: with another id, copies of what is on its way would be new alerts.
	if want := "ae2345845b19064e9ae0db9f685d7626"; id != want || !idForm.MatchString(id) {
		t.Errorf("AlertID() = %s, want %s", id, want)
	}
	others := map[string]string{
		"another rule":                detection.AlertID("cloudtrail.trail_deleted", key),
		"another record":              detection.AlertID("cloudtrail.trail_stopped", key[1:]),
		"a rule that runs into a key": detection.AlertID("cloudtrail.trail_stopped"+"7", key[1:]),
	}
	for name, other := range others {
		if other == id {
			t.Errorf("%s has the same id", name)
		}
	}
}
