package slack_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/slack"
	"trailbell/test/slackstand"
)

var update = flag.Bool("update", false, "write the golden files anew")

// runbook is an address that settings say.
const runbook = "https://wiki.example.com/runbooks/cloudtrail.trail_stopped_or_deleted"

// trailStopped is an alert with something in every field.
func trailStopped() detection.Alert {
	return detection.Alert{
		ID: "0123456789abcdef0123456789abcdef", RecordKey: "fedcba9876543210fedcba9876543210",
		Rule: "cloudtrail.trail_stopped_or_deleted", Severity: detection.Critical,
		Title: "Attempt to stop or delete a trail failed", Description: "The account's own record of what happens ends.",
		Time:    time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC),
		EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d", EventSource: "cloudtrail.amazonaws.com", EventName: "StopLogging",
		Account: detection.Account{ID: "123456789012", Name: "prod"}, Region: "eu-central-1",
		Failed: true, Error: "AccessDenied: not authorized",
		Actor: detection.Actor{
			Kind: detection.ActorRoleSession, Name: "deploy-42", ARN: "arn:aws:sts::123456789012:assumed-role/ci-deployer/deploy-42",
			Account: "123456789012", Issuer: "ci-deployer", Session: "deploy-42", Credentials: detection.CredentialsTemporary,
			MFA: cloudtrail.MFANo, Via: "cloudformation.amazonaws.com", Source: "192.0.2.7",
		},
		Evidence: map[string]any{"eventName": "StopLogging", "requestParameters.name": "main <b> & co"},
		Details:  map[string]any{"multi_region": true, "count": json.Number("2")},
		Attack:   []detection.Technique{"T1562.008", "T1489"},
		Runbook:  []string{"Start logging again.", "Ask the caller's owner."},
		Queries:  detection.Queries{EventHistory: "aws cloudtrail lookup-events --region eu-central-1 --lookup-attributes AttributeKey=Username,AttributeValue=deploy-42"},
		Links: map[string]string{
			"runbook":   runbook,
			"console":   "https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
			"reference": "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html",
		},
		Notes:  []string{"number out of range kept as text: requestParameters.size"},
		Record: map[string]any{"eventName": "StopLogging"},
	}
}

// by is the alert with another actor.
func by(actor detection.Actor) detection.Alert {
	alert := trailStopped()
	alert.Actor = actor
	return alert
}

func withActors(alerts map[string]detection.Alert) {
	const account = "123456789012"
	actors := map[string]detection.Actor{
		"root":                 {Kind: detection.ActorRoot, Name: "root", ARN: "arn:aws:iam::123456789012:root", Account: account, Credentials: detection.CredentialsLongLived, MFA: cloudtrail.MFAYes, Source: "192.0.2.7"},
		"root-session":         {Kind: detection.ActorRootSession, Name: "root", Account: account, Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Source: "192.0.2.7"},
		"iam-user":             {Kind: detection.ActorIAMUser, Name: "alice", ARN: "arn:aws:iam::123456789012:user/alice", Account: account, Credentials: detection.CredentialsLongLived, MFA: cloudtrail.MFANo, Source: "192.0.2.7"},
		"identity-center-user": {Kind: detection.ActorIdentityCenterUser, Name: "alice@example.com", Account: account, Issuer: "AWSReservedSSO_Admin_0123456789abcdef", Session: "alice@example.com", Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Source: "192.0.2.7"},
		"federated-user":       {Kind: detection.ActorFederatedUser, Name: "alice", Account: account, Credentials: detection.CredentialsTemporary, MFA: cloudtrail.MFAUnknown, Source: "192.0.2.7"},
		"saml-user":            {Kind: detection.ActorSAMLUser, Name: "alice@example.com", Issuer: "idp.example.com", Credentials: detection.CredentialsUnknown, MFA: cloudtrail.MFAUnknown, Source: "192.0.2.7"},
		"web-identity-user":    {Kind: detection.ActorWebIdentityUser, Name: "repo:example/app:ref:refs/heads/main", Issuer: "token.actions.githubusercontent.com", MFA: cloudtrail.MFAUnknown, Source: "192.0.2.7"},
		"another-account":      {Kind: detection.ActorAccount, Name: "210987654321", Account: "210987654321", MFA: cloudtrail.MFAUnknown, Source: "192.0.2.7"},
		"aws-service":          {Kind: detection.ActorService, Name: "autoscaling.amazonaws.com", MFA: cloudtrail.MFAUnknown, Source: "autoscaling.amazonaws.com"},
		"unknown":              {Kind: detection.ActorUnknown, Name: "AIDAEXAMPLE", MFA: cloudtrail.MFAUnknown},
		"none":                 {Kind: detection.ActorNone, MFA: cloudtrail.MFAUnknown},
	}
	for name, actor := range actors {
		alerts["who-"+name] = by(actor)
	}
}

// hostile has in every text what somebody would like Slack to obey.
func hostile() detection.Alert {
	const evil = "<!channel> @here <https://evil.example|console.aws.amazon.com> ```\n*all is well* :white_check_mark: & \u202e\x1b[2J https://evil.example/"
	a := trailStopped()
	for _, text := range []*string{
		&a.Title, &a.Description, &a.EventSource, &a.EventName, &a.Account.Name, &a.Region, &a.Error, &a.Actor.Name, &a.Actor.ARN,
		&a.Actor.Issuer, &a.Actor.Via, &a.Actor.Source,
	} {
		*text = evil
	}
	a.Evidence, a.Details = map[string]any{evil: evil}, map[string]any{"list": []any{evil, map[string]any{evil: evil}}}
	a.Runbook, a.Notes = []string{evil}, []string{evil}
	a.Links = map[string]string{"console": "https://console.aws.amazon.com.evil.example/|<!here>", "reference": "javascript:alert(1)", "runbook": "https://evil.example/ <!channel>"}
	return a
}

// documents are messages as the alert event topic has them.
func documents(t *testing.T) map[string]string {
	t.Helper()
	alerts := map[string]detection.Alert{"alert": trailStopped(), "hostile": hostile(), "nothing-known": {Severity: detection.Low}}
	test := trailStopped()
	test.Test = true
	alerts["test"] = test
	withActors(alerts)
	found := map[string]string{}
	keep := func(name string) func(m notify.Message, err error) {
		return func(m notify.Message, err error) {
			if err != nil {
				t.Fatal(err)
			}
			found[name] = m.Body
		}
	}
	for name, alert := range alerts {
		messages, err := alertjson.Renderer{}.Alerts([]detection.Alert{alert})
		if err != nil || len(messages) != 1 {
			t.Fatalf("%s: %d messages, %v", name, len(messages), err)
		}
		found[name] = messages[0].Body
	}
	keep("problem")(alertjson.Renderer{}.Problem(detection.Problem{
		What: "Rule could not decide (timeout)", Why: "eval_cancel_error <script>", Where: "cloudtrail.amazonaws.com StopLogging",
		EventID: "6c5583e8-8d1f-4083-97fc-fa7457c87e5d", Rule: "local.slow", Severity: detection.Medium,
	}))
	again := detection.RollUp{
		ID: "aa", First: "0123456789abcdef0123456789abcdef", Rule: "cloudtrail.trail_stopped_or_deleted", Severity: detection.Critical,
		Title: "Attempt to stop or delete a trail failed", Account: detection.Account{ID: "123456789012", Name: "prod"}, Count: 37,
		From: time.Date(2025, 7, 11, 8, 31, 5, 0, time.UTC), To: time.Date(2025, 7, 11, 9, 31, 5, 0, time.UTC),
		Regions: []string{"eu-central-1", "us-east-1"}, Sources: []string{"192.0.2.7"},
	}
	keep("rollup")(alertjson.Renderer{}.RollUp(again))
	again.OverLimit = true
	keep("rollup-over-limit")(alertjson.Renderer{}.RollUp(again))
	found["unknown-kind"] = `{"kind":"weather","id":"w1","severity":"high","title":"It rains <!here>","account":{"id":"123456789012"},"drops":[1,2]}`
	found["no-json"] = "StopLogging happened <!channel>\n"
	found["envelope"] = envelope(t, found["alert"])
	return found
}

// envelope is what SNS makes of a message for a queue without raw delivery.
func envelope(t *testing.T, body string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e", "TopicArn": "arn:aws:sns:us-east-1:123456789012:t",
		"Message": body, "Signature": "EXAMPLE", "MessageAttributes": map[string]any{"kind": map[string]string{"Type": "String", "Value": "alert"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func written(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, body := range documents(t) {
		t.Run(name, func(t *testing.T) {
			message := slack.Render(slack.Decode(body))
			checkMessage(t, name, message)
			got := written(t, message.Forms)
			file := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v: go test ./internal/notify/slack -update writes it", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// checkMessage checks what is promised of every message.
func checkMessage(t testing.TB, name string, m slack.Message) {
	t.Helper()
	if len(m.Forms) < 2 {
		t.Fatalf("%s: %d forms", name, len(m.Forms))
	}
	for i, form := range m.Forms {
		body, err := json.Marshal(form)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if refusal := slackstand.Check(body); refusal != nil {
			t.Errorf("%s: form %d: %v\n%s", name, i, refusal, body)
		}
		if form.Mrkdwn || form.Parse != "none" || form.LinkNames || form.UnfurlLinks || form.UnfurlMedia {
			t.Errorf("%s: form %d lets Slack look for meaning in the text", name, i)
		}
		checkInert(t, name, string(body))
	}
	if last := m.Forms[len(m.Forms)-1]; len(last.Blocks) > 0 || len(last.Text) > 1500 || strings.Contains(last.Text, "\n") {
		t.Errorf("%s: the last form is no line of text: %q", name, last.Text)
	}
}

// checkInert looks through a payload for what Slack or a terminal would obey.
func checkInert(t testing.TB, name, body string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	walk(v, func(key, text string, parent map[string]any) {
		ours := key == "url" || strings.HasPrefix(text, "https://") && leadsToAWS(text)
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if strings.Contains(line, "://") && !ours && !leadsToAWS(line) {
				t.Errorf("%s: an address that is not ours: %q", name, line)
			}
			if i := strings.IndexFunc(line, func(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f || r == '\u202e' || r == '\u200b' }); i >= 0 {
				t.Errorf("%s: a control character: %q", name, line)
			}
		}
		if key == "url" && !leadsToAWS(text) {
			t.Errorf("%s: a link to %q", name, text)
		}
		if key == "type" && (text == "mrkdwn" || text == "markdown" || text == "emoji" || text == "user" || text == "broadcast") {
			t.Errorf("%s: %v", name, parent)
		}
	})
}

func leadsToAWS(address string) bool {
	if address == runbook {
		return true
	}
	rest, ok := strings.CutPrefix(address, "https://")
	host, _, _ := strings.Cut(rest, "/")
	for _, aws := range []string{"console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com", "docs.aws.amazon.com", "docs.amazonaws.cn"} {
		if ok && (host == aws || strings.HasSuffix(host, "."+aws)) && !strings.ContainsAny(address, "<>|\" ") {
			return true
		}
	}
	return false
}

func walk(v any, visit func(key, text string, parent map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if text, ok := value.(string); ok {
				visit(key, text, v)
			}
			walk(value, visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}

func ExampleRender() {
	message := slack.Render(slack.Decode(`{"kind":"alert","severity":"high","title":"Trail stopped","region":"eu-central-1",
		"account":{"id":"123456789012","name":"prod"},"actor":{"kind":"IAM user","name":"<!channel>"}}`))
	fmt.Println(message.Forms[0].Blocks[0].Text.Text)
	who := message.Forms[0].Blocks[1].Elements[0].Elements
	fmt.Println(who[0].Text + who[1].Text)
	fmt.Println(message.Forms[2].Text)
	// Output:
	// HIGH: Trail stopped
	// Who: IAM user <!channel>
	// HIGH: Trail stopped (prod (123456789012), eu-central-1)
}

func TestTheEnvelopeOfSNSChangesNothing(t *testing.T) {
	body := documents(t)["alert"]
	if diff := cmp.Diff(slack.Decode(body), slack.Decode(envelope(t, body))); diff != "" {
		t.Errorf("-bare +wrapped:\n%s", diff)
	}
}

func TestDocumentsThatAreNotAsTheSchemaSays(t *testing.T) {
	tests := []struct {
		name, body string
		says       []string // in the second form from the end, which is the whole text
	}{
		{"no JSON", "something happened", []string{"UNREADABLE", "something happened", "it is no JSON object"}},
		{"nothing at all", "", []string{"UNREADABLE"}},
		{"null", "null", []string{"UNREADABLE", "it is null"}},
		{"a list", `["StopLogging"]`, []string{"UNREADABLE", "StopLogging"}},
		{"two objects", `{"kind":"alert"} {"kind":"alert"}`, []string{"UNREADABLE", "something follows"}},
		{"an envelope around no JSON", `{"Type":"Notification","TopicArn":"a","Message":"hello"}`, []string{"UNREADABLE", "hello"}},
		{"an object without a kind", `{"title":"Trail stopped"}`, []string{"MESSAGE (SEVERITY UNKNOWN): Trail stopped", "title = Trail stopped"}},
		{"a kind of a later version", `{"kind":"digest","severity":"high","what":"ten alerts"}`, []string{"MESSAGE (HIGH): ten alerts", "kind = digest"}},
		{"a severity that is a number", `{"kind":"alert","severity":5,"title":"x"}`, []string{"SEVERITY UNKNOWN: x"}},
		{"a title that is an object", `{"kind":"alert","severity":"low","title":{"a":1}}`, []string{`LOW: {"a":1}`}},
		{"an account that is text", `{"kind":"alert","account":"123456789012"}`, []string{"Account: -"}},
		{"a runbook that is text", `{"kind":"alert","runbook":"do something"}`, []string{"1. do something"}},
		{"evidence that is a list", `{"kind":"alert","evidence":["a"]}`, []string{`evidence = ["a"]`}},
		{"a time that is none", `{"kind":"alert","time":"yesterday"}`, []string{"When: yesterday"}},
		{"a count beyond reason", `{"kind":"rollup","title":"x","count":1e999}`, []string{"1e999 more: x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			message := slack.Render(slack.Decode(test.body))
			checkMessage(t, test.name, message)
			text := message.Forms[len(message.Forms)-2].Text
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("it does not say %q:\n%s", want, text)
				}
			}
		})
	}
}

func TestLinks(t *testing.T) {
	tests := []struct {
		name, address string
		linked        bool
	}{
		{"the console of a region", "https://eu-central-1.console.aws.amazon.com/x?region=eu-central-1#/events/1", true},
		{"the console", "https://console.aws.amazon.com/x", true},
		{"the console of GovCloud", "https://us-gov-west-1.console.amazonaws-us-gov.com/x", true},
		{"the console of China", "https://cn-north-1.console.amazonaws.cn/x", true},
		{"AWS's documentation", "https://docs.aws.amazon.com/a/b.html", true},
		{"without TLS", "http://console.aws.amazon.com/x", false},
		{"a host that begins like the console", "https://console.aws.amazon.com.evil.example/x", false},
		{"a host that ends like the console", "https://evilconsole.aws.amazon.com/x", false},
		{"a user in front of another host", "https://console.aws.amazon.com@evil.example/x", false},
		{"a user in front of the console", "https://eve@console.aws.amazon.com/x", false},
		{"a port", "https://console.aws.amazon.com:8443/x", false},
		{"a label of Slack's", "https://console.aws.amazon.com/x|<!channel>", false},
		{"a line break", "https://console.aws.amazon.com/x\nhttps://evil.example/", false},
		{"a script", "javascript:alert(1)", false},
		{"another site", "https://attack.mitre.org/techniques/T1562/", false},
		{"nothing but a scheme", "https:///x", false},
		{"backslashes", `https://console.aws.amazon.com\@evil.example/`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body, err := json.Marshal(map[string]any{"kind": "alert", "links": map[string]string{"console": test.address}})
			if err != nil {
				t.Fatal(err)
			}
			message := slack.Render(slack.Decode(string(body)))
			checkMessage(t, test.name, message)
			if linked := strings.Contains(written(t, message.Forms[0].Blocks), `"type": "link"`); linked != test.linked {
				t.Errorf("linked: %v", linked)
			}
		})
	}
}

// The addresses of settings are links wherever they lead, if they are nothing but an address.
func TestLinksOfSettings(t *testing.T) {
	const portal = "https://d-1234567890.awsapps.com/start/#/console?account_id=123456789012"
	tests := []struct {
		name, links string
		want        []string // texts of links, in their order
	}{
		{"runbook and event", `{"runbook":"` + runbook + `","console":"https://console.aws.amazon.com/x"}`, []string{"Our runbook", "See the event (sign in to the account above first)"}},
		{"the event once, through the portal", `{"portal":"` + portal + `","console":"https://console.aws.amazon.com/x"}`, []string{"See the event (through the access portal)"}},
		{"the console where the portal is no address", `{"portal":"d-1.awsapps.com","console":"https://console.aws.amazon.com/x"}`, []string{"See the event (sign in to the account above first)"}},
		{"a runbook with a label of Slack's", `{"runbook":"https://wiki.example.com/x|<!channel>"}`, nil},
		{"a runbook without TLS", `{"runbook":"http://wiki.example.com/x"}`, nil},
		{"a runbook behind a user", `{"runbook":"https://wiki.example.com@evil.example/"}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, b := range slack.Render(slack.Decode(`{"kind":"alert","links":` + test.links + `}`)).Forms[0].Blocks {
				for _, e := range b.Elements {
					for _, leaf := range e.Elements {
						if leaf.Type == "link" {
							got = append(got, leaf.Text)
						}
					}
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("links %q, want %q", got, test.want)
			}
		})
	}
}

func TestAProblemSaysWhatToDo(t *testing.T) {
	text := slack.Render(slack.Decode(documents(t)["problem"])).Forms[1].Text
	if !strings.Contains(text, "What to do now\n1. Look the event up by its id") {
		t.Errorf("it says no step:\n%s", text)
	}
}
