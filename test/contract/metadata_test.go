package contract

import (
	"fmt"
	"strings"
	"testing"

	"trailbell/internal/attack"
	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
)

// metadataComplaints are about METADATA that the loader lets pass: users may leave it out.
func metadataComplaints(set *ruleset.Set) []string {
	var complaints []string
	for _, rule := range set.Rules {
		say := func(format string, args ...any) {
			complaints = append(complaints, fmt.Sprintf("%s: ", rule.File)+fmt.Sprintf(format, args...))
		}
		if len(rule.References) == 0 {
			say("related_resources is missing: what should a person read?")
		}
		if len(rule.FalsePositives) == 0 {
			say("custom.false_positives is missing: say who does this as a matter of course, or why nobody does")
		}
		if len(rule.Attack) == 0 && rule.Severity > detection.Info {
			say("custom.attack is missing: which technique is this?")
		}
		for _, id := range rule.Attack {
			if technique, ok := attack.Lookup(string(id)); !ok || len(technique.Tactics) == 0 {
				say("custom.attack: %s has no tactics in the table of ATT&CK v%s", id, attack.Version)
			}
		}
		if n := len(rule.Runbook); rule.Severity >= detection.Medium && (n < 2 || n > 4) {
			say("custom.runbook has %d steps: two to four are what a tired person reads", n)
		}
		if path := strings.ReplaceAll(string(rule.ID), ".", "/") + ".rego"; !strings.HasSuffix(rule.File, "/"+path) {
			say("package rules.%s belongs into %s", rule.ID, path)
		}
	}
	return complaints
}

func TestMetadataIsComplete(t *testing.T) { tell(t, metadataComplaints(shippedSet(t))) }

func TestMetadataThatIsNot(t *testing.T) {
	for _, tt := range []struct {
		name, old, replacement, want string
	}{
		{"a complete rule", "", "", ""},
		{"nothing to read", "related_resources:\n#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html", "related_resources: []", "related_resources is missing"},
		{"nobody who does it", "false_positives:\n#     - Clean-up jobs.", "false_positives: []", "custom.false_positives is missing"},
		{"no technique", "attack: [T1485]", "attack: []", "custom.attack is missing"},
		{"one step", "#     - Restore the bucket.\n", "", "custom.runbook has 1 steps"},
		{"one step at low severity", "severity: medium", "severity: low", ""},
		{"five steps", "#     - Ask the caller.\n", strings.Repeat("#     - Ask the caller.\n", 4), "custom.runbook has 5 steps"},
		{"another package", "package rules.made.bucket_deleted", "package rules.made.bucket_gone", "belongs into made/bucket_gone.rego"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := made(t, map[string]string{"made/bucket_deleted.rego": bucketDeleted(tt.old+"", tt.replacement)})
			expect(t, metadataComplaints(set), tt.want)
		})
	}
}
