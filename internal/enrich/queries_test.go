package enrich_test

import (
	"regexp"
	"strings"
	"testing"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/enrich"
	"trailbell/internal/notify/notifytest"
)

func TestQueriesTellTheSessionFromOthers(t *testing.T) {
	const span = " --start-time 2026-01-15T09:00:00Z --end-time 2026-01-15T11:00:00Z"
	tests := []struct {
		name, identity string
		history        string // the attribute, empty for no query
		athena         string // the condition, empty for no query
	}{
		{
			"a session has a key of its own", `{"type":"AssumedRole","accessKeyId":"ASIATRAILBELLEXAMPLE","arn":"arn:aws:sts::123456789012:assumed-role/Dev/x"}`,
			"AttributeKey=AccessKeyId,AttributeValue=ASIATRAILBELLEXAMPLE", "useridentity.accesskeyid = 'ASIATRAILBELLEXAMPLE'",
		},
		{
			"a user who signs in has no key", `{"type":"IAMUser","userName":"alice","arn":"arn:aws:iam::123456789012:user/alice"}`,
			"AttributeKey=Username,AttributeValue=alice", "useridentity.arn = 'arn:aws:iam::123456789012:user/alice'",
		},
		{
			"a name with a dot would be a link on a phone", `{"type":"IAMUser","userName":"alice.example","arn":"arn:aws:iam::123456789012:user/alice.example"}`,
			"", "useridentity.arn = 'arn:aws:iam::123456789012:user/alice.example'",
		},
		{"a key that is SQL", `{"type":"IAMUser","accessKeyId":"AKIA' OR '1'='1"}`, "", ""},
		{"a key that is a command", `{"type":"IAMUser","accessKeyId":"AKIAIOSFODNN7EXAMPLE; rm -rf /"}`, "", ""},
		{"a name that is a command", `{"type":"IAMUser","userName":"$(id)"}`, "", ""},
		{"a name that is an option", `{"type":"IAMUser","userName":"--profile"}`, "", ""},
		{"a name with a comma", `{"type":"IAMUser","userName":"a,AttributeKey=EventId"}`, "", ""},
		{"an ARN with a quote", `{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/a' OR 'b"}`, "", ""},
		{"the name of a service", `{"type":"AWSService","invokedBy":"kms.amazonaws.com"}`, "", ""},
		{"nobody", `null`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := alert(t, detection.Rule{}, `{"eventSource":"s","eventName":"n","awsRegion":"eu-central-1","eventTime":"2026-01-15T10:00:00Z","userIdentity":`+tt.identity+`}`).Queries
			history := ""
			if tt.history != "" {
				history = "aws cloudtrail lookup-events --region eu-central-1 --lookup-attributes " + tt.history + span
			}
			if got.EventHistory != history {
				t.Errorf("event history:\n%q, want\n%q", got.EventHistory, history)
			}
			if (got.Athena != "") != (tt.athena != "") || !strings.Contains(got.Athena, tt.athena) {
				t.Errorf("Athena: %q, want %q", got.Athena, tt.athena)
			}
		})
	}
}

func TestNoQueryWithoutATimeOrARegion(t *testing.T) {
	const who = `"userIdentity":{"type":"AssumedRole","accessKeyId":"ASIATRAILBELLEXAMPLE"}`
	for name, text := range map[string]string{
		"no time":  `{"eventSource":"s","eventName":"n","awsRegion":"eu-central-1",` + who + `}`,
		"odd time": `{"eventSource":"s","eventName":"n","awsRegion":"eu-central-1","eventTime":"9999-12-31T23:30:00Z",` + who + `}`,
	} {
		if got := alert(t, detection.Rule{}, text).Queries; got != (detection.Queries{}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	got := alert(t, detection.Rule{}, `{"eventSource":"s","eventName":"n","awsRegion":"; id","eventTime":"2026-01-15T10:00:00Z",`+who+`}`).Queries
	if got.EventHistory != "" || got.Athena == "" {
		t.Errorf("an odd region: %v", got)
	}
}

func TestSettingsNameTheTable(t *testing.T) {
	rec := record(t, stopLogging)
	for table, want := range map[string]string{"": " FROM cloudtrail_logs ", "logs.trail": " FROM logs.trail ", "x; DROP TABLE y": ""} {
		got := enrich.Enricher{Ways: detection.Ways{AthenaTable: table}}.Alerts(rec, []detection.Finding{{Severity: detection.Low}})[0].Queries.Athena
		if (got != "") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q", table, got)
		}
	}
}

var (
	historyForm = regexp.MustCompile(`^(aws cloudtrail lookup-events --region [a-z0-9-]+ --lookup-attributes AttributeKey=(AccessKeyId|Username),AttributeValue=[A-Za-z0-9_+-]+ --start-time [0-9TZ:-]+ --end-time [0-9TZ:-]+)?$`)
	athenaForm  = regexp.MustCompile(`^(SELECT [a-z, ]+ FROM [a-z_]+ WHERE useridentity\.[a-z]+ = '[A-Za-z0-9_+=,.@/:-]+' AND eventtime BETWEEN '[0-9TZ:-]+' AND '[0-9TZ:-]+' ORDER BY eventtime LIMIT 1000)?$`)
	addressForm = regexp.MustCompile(`^https://([a-z0-9-]+\.)*(console\.aws\.amazon\.com|console\.amazonaws\.cn|console\.amazonaws-us-gov\.com|d-1234567890\.awsapps\.com)/[!-~]*$`)
)

// Whatever stands in a record, what is offered to be clicked or to be run is of our form.
func TestNothingOfARecordBreaksOutOfLinksAndQueries(t *testing.T) {
	e := enrich.Enricher{Ways: detection.Ways{StartURL: "https://d-1234567890.awsapps.com/start", Role: "ReadOnly"}}
	words := append([]string{"AKIAIOSFODNN7EXAMPLE", "'", ";", "$(id)", " ", "\n", "arn:aws:iam::123456789012:user/", "eu-central-1", "i-0123456789abcdef0", "..", "/"}, notifytest.Hostile...)
	for seed := range notifytest.Cases(3000) {
		g := notifytest.New(seed, words)
		either := func(good string) string {
			if g.IntN(2) == 0 {
				return good
			}
			return good + g.Text()
		}
		source := []string{"iam", "cloudtrail", "s3", "lambda", "ec2"}[g.IntN(5)]
		rec, err := cloudtrail.New(map[string]any{
			"eventSource": source + ".amazonaws.com", "eventName": "Put" + g.Text(), "awsRegion": either("eu-central-1"), "eventTime": "2026-01-15T10:00:00Z",
			"eventID": either("6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10"), "recipientAccountId": either("123456789012"),
			"userIdentity":      map[string]any{"type": "IAMUser", "accessKeyId": either("AKIAIOSFODNN7EXAMPLE"), "userName": either("alice"), "arn": either("arn:aws:iam::123456789012:user/alice")},
			"requestParameters": map[string]any{"name": either("main"), "roleName": either("role"), "bucketName": either("bucket"), "functionName": either("function"), "instanceId": either("i-0123456789abcdef0")},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := e.Alerts(rec, []detection.Finding{{Severity: detection.Low}})[0]
		if !historyForm.MatchString(got.Queries.EventHistory) || !athenaForm.MatchString(got.Queries.Athena) {
			t.Fatalf("seed %d: %q", seed, got.Queries)
		}
		for name, link := range got.Links {
			if !addressForm.MatchString(link) {
				t.Fatalf("seed %d: %s: %q", seed, name, link)
			}
		}
	}
}
