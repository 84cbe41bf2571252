package enrich_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/enrich"
)

func TestLinksAreMadeOfGoodPartsOnly(t *testing.T) {
	const id = "6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10"
	tests := []struct{ name, region, id, category, want string }{
		{"a commercial region", "us-east-1", id, "Management", "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/" + id},
		{"GovCloud", "us-gov-west-1", id, "", "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/events/" + id},
		{"China", "cn-north-1", id, "", "https://cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/events/" + id},
		{"a region that leads elsewhere", "evil.example/x?-1", id, "", ""},
		{"an id that leads elsewhere", "us-east-1", "../../evil", "", ""},
		{"no region", "", id, "", ""},
		{"a region of a partition that nobody told us about", "us-iso-east-1", id, "", ""},
		{"a data event is not in the event history", "us-east-1", id, "Data", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := alert(t, detection.Rule{}, fmt.Sprintf(`{"eventSource":"s","eventName":"n","awsRegion":%q,"eventID":%q,"eventCategory":%q}`, tt.region, tt.id, tt.category))
			if got.Links["console"] != tt.want {
				t.Errorf("got %q, want %q", got.Links["console"], tt.want)
			}
		})
	}
}

func linksOf(t *testing.T, e enrich.Enricher, rule detection.Rule, text string) map[string]string {
	t.Helper()
	return e.Alerts(record(t, text), []detection.Finding{{Rule: rule, Severity: detection.Low}})[0].Links
}

func TestThePortalLeadsIntoTheRightAccount(t *testing.T) {
	ways := detection.Ways{StartURL: "https://d-1234567890.awsapps.com/start", Role: "Read+Only"}
	event := func(account string) string {
		return fmt.Sprintf(`{"eventSource":"s","eventName":"n","awsRegion":"eu-central-1","eventID":"6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10","recipientAccountId":%q}`, account)
	}
	good := linksOf(t, enrich.Enricher{Ways: ways}, detection.Rule{}, event("210987654321"))
	want := "https://d-1234567890.awsapps.com/start/#/console?account_id=210987654321&role_name=Read%2BOnly&destination=" +
		"https%3A%2F%2Feu-central-1.console.aws.amazon.com%2Fcloudtrailv2%2Fhome%3Fregion%3Deu-central-1%23%2Fevents%2F6f6ac1d1-9a52-4f0e-8f3a-2f3c9b6a7d10"
	if good["portal"] != want {
		t.Errorf("got %s", good["portal"])
	}
	if _, query, _ := strings.Cut(good["portal"], "console?"); query != "" {
		values, err := url.ParseQuery(query)
		if err != nil || values.Get("destination") != good["console"] {
			t.Errorf("it leads to %q, %v", values.Get("destination"), err)
		}
	}
	for name, bad := range map[string]map[string]string{
		"an account that is none": linksOf(t, enrich.Enricher{Ways: ways}, detection.Rule{}, event("12345678901&role_name=Admin")),
		"no role":                 linksOf(t, enrich.Enricher{Ways: detection.Ways{StartURL: ways.StartURL}}, detection.Rule{}, event("210987654321")),
		"no portal":               linksOf(t, enrich.Enricher{Ways: detection.Ways{Role: "r"}}, detection.Rule{}, event("210987654321")),
		"no page to lead to":      linksOf(t, enrich.Enricher{Ways: ways}, detection.Rule{}, `{"eventSource":"s","eventName":"n","recipientAccountId":"210987654321"}`),
	} {
		if link, present := bad["portal"]; present {
			t.Errorf("%s: %s", name, link)
		}
	}
}

func TestTheRunbookIsTheRules(t *testing.T) {
	e := enrich.Enricher{Ways: detection.Ways{RunbookBase: "https://wiki.example.com/runbooks/"}}
	const event = `{"eventSource":"s","eventName":"n"}`
	if got := linksOf(t, e, detection.Rule{ID: "cloudtrail.stopped"}, event)["runbook"]; got != "https://wiki.example.com/runbooks/cloudtrail.stopped" {
		t.Error(got)
	}
	if got, present := linksOf(t, e, detection.Rule{ID: "../x"}, event)["runbook"]; present {
		t.Error(got)
	}
}

func TestTheResourceIsLinkedWhereItIsSure(t *testing.T) {
	const home = "https://eu-central-1.console.aws.amazon.com"
	tests := []struct{ name, source, event, request, want string }{
		{"a role", "iam", "AttachRolePolicy", `{"roleName":"deploy"}`, home + "/iam/home?region=eu-central-1#/roles/details/deploy"},
		{"a user", "iam", "CreateAccessKey", `{"userName":"alice@example"}`, home + "/iam/home?region=eu-central-1#/users/details/alice@example"},
		{"a trail by its name", "cloudtrail", "StopLogging", `{"name":"main"}`, home + "/cloudtrailv2/home?region=eu-central-1#/trails/arn:aws:cloudtrail:eu-central-1:123456789012:trail/main"},
		{"a trail by its ARN", "cloudtrail", "StopLogging", `{"name":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}`, home + "/cloudtrailv2/home?region=eu-central-1#/trails/arn:aws:cloudtrail:us-east-1:123456789012:trail/main"},
		{"a bucket", "s3", "PutBucketPolicy", `{"bucketName":"audit.reports"}`, home + "/s3/buckets/audit.reports?region=eu-central-1"},
		{"a function", "lambda", "UpdateFunctionCode20150331v2", `{"functionName":"detect"}`, home + "/lambda/home?region=eu-central-1#/functions/detect"},
		{"an instance", "ec2", "ModifyInstanceAttribute", `{"instanceId":"i-0123456789abcdef0"}`, home + "/ec2/home?region=eu-central-1#InstanceDetails:instanceId=i-0123456789abcdef0"},
		{"the only instance of a list", "ec2", "StopInstances", `{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]}}`, home + "/ec2/home?region=eu-central-1#InstanceDetails:instanceId=i-0123456789abcdef0"},
		{"one of two instances", "ec2", "StopInstances", `{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"},{"instanceId":"i-0123456789abcdef1"}]}}`, ""},
		{"a bucket that was deleted", "s3", "DeleteBucket", `{"bucketName":"audit-reports"}`, ""},
		{"a name of another service", "kms", "CreateKey", `{"roleName":"deploy"}`, ""},
		{"a role's name that is a path", "iam", "AttachRolePolicy", `{"roleName":"../../x"}`, ""},
		{"a bucket that leaves the address", "s3", "PutBucketPolicy", `{"bucketName":"x?region=us-east-1#"}`, ""},
		{"a function with a line break", "lambda", "Invoke", `{"functionName":"a\nb"}`, ""},
		{"a trail with a space", "cloudtrail", "StopLogging", `{"name":"a b"}`, ""},
		{"an instance that is none", "ec2", "StopInstances", `{"instancesSet":{"items":["i-0123456789abcdef0"]}}`, ""},
		{"a name that is a list", "iam", "AttachRolePolicy", `{"roleName":["deploy"]}`, ""},
		{"no request", "iam", "AttachRolePolicy", `null`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := linksOf(t, enrich.Enricher{}, detection.Rule{}, fmt.Sprintf(`{"eventSource":"%s.amazonaws.com","eventName":%q,"awsRegion":"eu-central-1","recipientAccountId":"123456789012","requestParameters":%s}`,
				tt.source, tt.event, tt.request))
			if got["resource"] != tt.want {
				t.Errorf("got %q, want %q", got["resource"], tt.want)
			}
		})
	}
}

func TestATrailIsLinkedInItsPartition(t *testing.T) {
	for region, want := range map[string]string{
		"us-gov-west-1": "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/trails/arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/main",
		"cn-north-1":    "https://cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/trails/arn:aws-cn:cloudtrail:cn-north-1:123456789012:trail/main",
	} {
		got := linksOf(t, enrich.Enricher{}, detection.Rule{}, `{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"`+region+`","recipientAccountId":"123456789012","requestParameters":{"name":"main"}}`)
		if got["resource"] != want {
			t.Errorf("%s: %s", region, got["resource"])
		}
	}
}
