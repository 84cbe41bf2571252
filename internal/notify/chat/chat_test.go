package chat_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/chat"
)

// The goldens, properties and the fuzz target are in test/formats.

type notification struct {
	Content struct {
		Title, Description string
		NextSteps          []string
	}
	Metadata struct {
		ThreadID string `json:"threadId"`
	}
}

func parsed(t testing.TB, m notify.Message, err error) notification {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var n notification
	if err := json.Unmarshal([]byte(m.Body), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func one(t testing.TB, alerts ...detection.Alert) notification {
	t.Helper()
	messages, err := chat.Renderer{}.Alerts(alerts)
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	return parsed(t, messages[0], err)
}

func ExampleRenderer_RollUp() {
	message, err := chat.Renderer{}.RollUp(detection.RollUp{First: "7d0c", Title: "Trail stopped", Severity: detection.High, Count: 37})
	var n notification
	fmt.Println(err, json.Unmarshal([]byte(message.Body), &n), n.Content.Title, n.Metadata.ThreadID)
	// Output: <nil> <nil> AGAIN (HIGH): 37 more: Trail stopped 7d0c
}

func TestAFollowUpIsInTheThreadOfItsAlert(t *testing.T) {
	alert := one(t, detection.Alert{ID: "7d0c", Severity: detection.High})
	message, err := chat.Renderer{}.RollUp(detection.RollUp{ID: "f00d", First: "7d0c"})
	if again := parsed(t, message, err); alert.Metadata.ThreadID != "7d0c" || again.Metadata.ThreadID != "7d0c" {
		t.Errorf("threads %q and %q", alert.Metadata.ThreadID, again.Metadata.ThreadID)
	}
}

func TestNothingInATitleReachesAnybody(t *testing.T) {
	tests := []struct{ name, title, want string }{
		{"a mention of a channel", "<!channel> <!here>", "HIGH: ‹ǃchannel› ‹ǃhere›"},
		{"a mention of a person", "<@U012AB3CD> @alice", "HIGH: ‹＠U012AB3CD› ＠alice"},
		{"a link of Slack", "<https://login.example.net|console>", "HIGH: ‹https[:]//login.example.net∣console›"},
		{"a link of Teams", "[console](https://login.example.net)", "HIGH: [console] (https[:]//login.example.net)"},
		{"a format", "*all* _is_ ~well~ `ok`", "HIGH: ∗all∗ ＿is＿ ∼well∼ ˋokˋ"},
		{"emoji", ":ok::ok: at 10:31:05", "HIGH: ：ok：：ok： at 10：31：05"},
		{"an entity", "&lt;!channel&gt;", "HIGH: ＆lt;ǃchannel＆gt;"},
		{"lines", "a\nb\r\nc", "HIGH: a b c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := one(t, detection.Alert{Severity: detection.High, Title: test.title}).Content.Title; got != test.want {
				t.Errorf("%s\nwant %s", got, test.want)
			}
		})
	}
}

func TestOnlyPlainAddressesAreLinks(t *testing.T) {
	for address, shown := range map[string]bool{
		"https://docs.aws.amazon.com/a_b?c=d&e=f#g":        true,
		"https://console.aws.amazon.com@login.example.net": false,
		"javascript:alert(1)":                              false,
		"http://docs.aws.amazon.com":                       false,
		"https://a.example|b":                              false,
		"https://a.example/ <!channel>":                    false,
		"https:///nowhere":                                 false,
	} {
		got := one(t, detection.Alert{Links: map[string]string{"reference": address}}).Content.Description
		if strings.Contains(got, address) != shown || strings.Contains(got, "Read more") != shown {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func TestWhatIsTooLongIsCutBeforeWhereItHappened(t *testing.T) {
	a := detection.Alert{Severity: detection.High, Title: strings.Repeat("x", 1000), Account: detection.Account{ID: "123456789012"}, Region: "eu-central-1"}
	title := one(t, a).Content.Title
	if len(title) > 250 || !strings.HasSuffix(title, " bytes] (123456789012 eu-central-1)") {
		t.Errorf("%d bytes: %s", len(title), title)
	}
	a.Details = map[string]any{}
	for i := range 8 {
		a.Details[strings.Repeat("k", 300)+fmt.Sprint(i)] = strings.Repeat("v", 300)
	}
	for range 30 {
		a.Notes = append(a.Notes, strings.Repeat("n", 300))
	}
	if d := one(t, a).Content.Description; len(d) > 4000 || !strings.Contains(d, " lines more)") || !strings.Contains(d, "- Outcome: succeeded") {
		t.Errorf("%d bytes: %s", len(d), d)
	}
}

func TestAMessageSaysWhatTheOthersSay(t *testing.T) {
	a := detection.Alert{
		Account: detection.Account{ID: "123456789012", Name: "prod", Owner: "payments team", Environment: "production"}, Region: "eu-central-1", NoOutcome: true,
		Links: map[string]string{
			"runbook": "https://wiki.example.com/a.b", "portal": "https://d-1.awsapps.com/start/", "console": "https://console.aws.amazon.com/x",
			"resource": "https://console.aws.amazon.com/y", "reference": "https://docs.aws.amazon.com/z",
		},
		Evidence: map[string]any{"eventName": "x", "requestParameters.name": "main"}, Attack: []detection.Technique{"T1562.008"},
	}
	n := one(t, a)
	for _, want := range []string{
		"- Account: `prod 123456789012`, owner `payments team`, env `production`", "- Outcome: no error recorded", "- Evidence: `requestParameters.name` = `main`",
		"- Our runbook: https://wiki.example.com/a.b\n- See the event (through the access portal): https://d-1.awsapps.com/start/\n- See what it was done to: https://console.aws.amazon.com/y\n- Read more: ",
		"- MITRE technique: `T1562.008`",
	} {
		if !strings.Contains(n.Content.Description, want) {
			t.Errorf("it does not say %q:\n%s", want, n.Content.Description)
		}
	}
	if strings.Contains(n.Content.Description, "`eventName`") || !strings.HasSuffix(n.Content.Title, "(prod eu-central-1)") {
		t.Errorf("%s\n%s", n.Content.Title, n.Content.Description)
	}
	message, err := chat.Renderer{}.Problem(detection.Problem{What: "x"})
	if p := parsed(t, message, err); len(p.Content.NextSteps) < 2 {
		t.Errorf("a problem with the steps %q", p.Content.NextSteps)
	}
}
