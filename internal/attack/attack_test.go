package attack_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/attack"
)

func TestLookup(t *testing.T) {
	got, ok := attack.Lookup("T1078.004")
	want := attack.Technique{Name: "Valid Accounts: Cloud Accounts", Tactics: []string{"defense-evasion", "initial-access", "persistence", "privilege-escalation"}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%t, -want +got:\n%s", ok, diff)
	}
	for _, id := range []string{"", "T1685", "TA0005", "T1078.999", "# Techniques of MITRE ATT&CK Enterprise v17.0: id, name, tactics."} {
		if _, ok := attack.Lookup(id); ok {
			t.Errorf("%q is known", id)
		}
	}
}

func ExampleLookup() {
	t, _ := attack.Lookup("T1562.008")
	fmt.Println(t.Name, t.Tactics)
	// Output: Impair Defenses: Disable or Modify Cloud Logs [defense-evasion]
}
