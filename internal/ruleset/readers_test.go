package ruleset_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
)

func TestSettingsSayHowReadersGetOn(t *testing.T) {
	for name, test := range map[string]struct {
		settings string
		want     detection.Ways
	}{
		"nothing is said":  {"links: {identity_center_role: '', runbook_base: ''}", detection.Ways{}},
		"there is no such": {"accounts: {}", detection.Ways{}},
		"all is said": {
			"links: {identity_center_start_url: 'https://d-1234567890.awsapps.com/start/', identity_center_role: ReadOnly, runbook_base: 'https://wiki.example.com/?page=', athena_table: logs.trail}",
			detection.Ways{StartURL: "https://d-1234567890.awsapps.com/start", Role: "ReadOnly", RunbookBase: "https://wiki.example.com/?page=", AthenaTable: "logs.trail"},
		},
	} {
		set, err := load(folder(map[string]string{"a.rego": goodRule, "settings.yaml": test.settings}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(test.want, set.Ways); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestARuleSaysWhatIsSecret(t *testing.T) {
	set, err := load(folder(map[string]string{
		"a.rego": strings.Replace(goodRule, "severity: high", "severity: high\n#   redact: [requestParameters.token, responseElements.x-y.z]", 1),
	}))
	if err != nil || set.Err() != nil {
		t.Fatal(err, set.Err())
	}
	if diff := cmp.Diff([]string{"requestParameters.token", "responseElements.x-y.z"}, set.Rules[0].Redact); diff != "" {
		t.Error(diff)
	}
}
