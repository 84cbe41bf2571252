package main

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// profileCounts are the rules that are sent, mailed from a severity up, in shadow and
// waiting for settings, with a profile. One that is refused in part fails the test.
func profileCounts(t *testing.T, file, least string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "deployment.example.json"))
	if err != nil {
		t.Fatal(err)
	}
	deployment, err := ruleset.ParseDeployment(text)
	if err != nil {
		t.Fatal(err)
	}
	set, err := ruleset.Load(t.Context(), ruleset.Options{
		Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}, SettingsFile: file, Deployment: &deployment, Thorough: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Err(); err != nil {
		t.Fatal(err)
	}
	lowest, err := detection.ParseSeverity(least)
	if err != nil {
		t.Fatal(err)
	}
	var sent, mailed, shadowed, waiting int
	for _, rule := range set.Rules {
		if rule.Shadow {
			shadowed++
			continue
		}
		if rule.Status == detection.StatusOff {
			continue
		}
		sent++
		if rule.Inactive != "" {
			waiting++
		} else if rule.Severity >= lowest {
			mailed++
		}
	}
	return []string{strconv.Itoa(sent), strconv.Itoa(mailed), strconv.Itoa(shadowed), strconv.Itoa(waiting)}
}

// A profile that names no rule any more must not pass in silence.
func TestAProfileWithARuleThatDoesNotExistIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "profile.yaml")
	if err := os.WriteFile(file, []byte("rules:\n  no.such_rule: {shadow: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}, SettingsFile: file})
	if err != nil {
		t.Fatal(err)
	}
	if set.Err() == nil {
		t.Error("nobody is told")
	}
}
