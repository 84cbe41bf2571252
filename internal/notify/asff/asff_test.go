package asff_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/asff"
)

// The goldens, properties and the fuzz target are in test/formats.

type finding struct {
	ID           string `json:"Id"`
	ProductArn   string
	AwsAccountID string `json:"AwsAccountId"`
	Types        []string
	Resources    []struct{ Type, ID, Partition, Region string }
}

func parsed(t testing.TB, messages ...notify.Message) []finding {
	t.Helper()
	var all []finding
	for _, m := range messages {
		var request struct{ Findings []finding }
		if err := json.Unmarshal([]byte(m.Body), &request); err != nil {
			t.Fatal(err)
		}
		all = append(all, request.Findings...)
	}
	return all
}

func ExampleRenderer_Alerts() {
	r := asff.Renderer{Account: "123456789012", Region: "eu-central-1"}
	messages, err := r.Alerts([]detection.Alert{{ID: "7d0c", Account: detection.Account{ID: "210987654321"}, Title: "Trail stopped"}})
	fmt.Println(len(messages), err, strings.Contains(messages[0].Body, `"AwsAccountId":"123456789012"`), strings.Contains(messages[0].Body, `"Id":"AWS::::Account:210987654321"`))
	// Output: 1 <nil> true true
}

func TestWhereAFindingIsImported(t *testing.T) {
	tests := []struct {
		name     string
		renderer asff.Renderer
		account  string
		region   string
		product  string
		resource string
	}{
		{"about the account itself", asff.Renderer{Account: "123456789012", Region: "eu-central-1"}, "123456789012", "eu-central-1", "arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default", "AWS::::Account:123456789012 aws eu-central-1"},
		{"about another account and region", asff.Renderer{Account: "123456789012", Region: "eu-central-1"}, "210987654321", "us-east-1", "arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default", "AWS::::Account:210987654321 aws us-east-1"},
		{"in China", asff.Renderer{Account: "123456789012", Region: "cn-north-1"}, "123456789012", "cn-north-1", "arn:aws-cn:securityhub:cn-north-1:123456789012:product/123456789012/default", "AWS::::Account:123456789012 aws-cn cn-north-1"},
		{"in the European Sovereign Cloud", asff.Renderer{Account: "123456789012", Region: "eusc-de-east-1"}, "123456789012", "eusc-de-east-1", "arn:aws-eusc:securityhub:eusc-de-east-1:123456789012:product/123456789012/default", "AWS::::Account:123456789012  eusc-de-east-1"},
		{"in an isolated region", asff.Renderer{Account: "123456789012", Region: "us-isob-east-1"}, "123456789012", "us-isob-east-1", "arn:aws-iso-b:securityhub:us-isob-east-1:123456789012:product/123456789012/default", "AWS::::Account:123456789012  us-isob-east-1"},
		{"in GovCloud", asff.Renderer{Account: "123456789012", Region: "us-gov-west-1"}, "123456789012", "us-gov-west-1", "arn:aws-us-gov:securityhub:us-gov-west-1:123456789012:product/123456789012/default", "AWS::::Account:123456789012 aws-us-gov us-gov-west-1"},
		{"on the command line", asff.Renderer{}, "210987654321", "us-east-1", "arn:aws:securityhub:us-east-1:210987654321:product/210987654321/default", "AWS::::Account:210987654321 aws us-east-1"},
		{"of nowhere", asff.Renderer{}, "", "", "arn:aws:securityhub:us-east-1:000000000000:product/000000000000/default", "AWS::::Account:000000000000 aws "},
		{"of a forged place", asff.Renderer{}, "1/../x", "eu-1:*", "arn:aws:securityhub:us-east-1:000000000000:product/000000000000/default", "AWS::::Account:000000000000 aws "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			messages, err := test.renderer.Alerts([]detection.Alert{{Account: detection.Account{ID: test.account}, Region: test.region}})
			if err != nil {
				t.Fatal(err)
			}
			f := parsed(t, messages...)[0]
			r := f.Resources[0]
			if f.ProductArn != test.product || r.ID+" "+r.Partition+" "+r.Region != test.resource {
				t.Errorf("product %s, resource %s %s %s", f.ProductArn, r.ID, r.Partition, r.Region)
			}
		})
	}
}

func TestTypesAreOfTheTaxonomy(t *testing.T) {
	tests := []struct {
		name   string
		attack []detection.Technique
		want   []string
	}{
		{"no technique", nil, []string{"TTPs"}},
		{"one tactic", []detection.Technique{"T1562.008"}, []string{"TTPs/Defense Evasion/T1562.008"}},
		{"more than one", []detection.Technique{"T1098"}, []string{"TTPs/Persistence/T1098", "TTPs/Privilege Escalation/T1098"}},
		{"a tactic that the taxonomy has not", []detection.Technique{"T1485"}, []string{"TTPs"}},
		{"a technique that nobody knows", []detection.Technique{"T9999/x/y/z"}, []string{"TTPs"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			messages, err := asff.Renderer{}.Alerts([]detection.Alert{{Attack: test.attack}})
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed(t, messages...)[0].Types; !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// A request takes a hundred findings, and no message weighs more than a topic takes.
func TestManyAlertsAreMoreThanOneRequest(t *testing.T) {
	for _, test := range []struct {
		name     string
		n, bytes int
	}{{"a hundred small ones and fifty", 150, 10}, {"thirty large ones", 30, 2000}} {
		t.Run(test.name, func(t *testing.T) {
			var alerts []detection.Alert
			for i := range test.n {
				a := detection.Alert{ID: fmt.Sprint(i), Details: map[string]any{}}
				for j := range 30 {
					a.Details[fmt.Sprint(j)] = strings.Repeat("x", test.bytes)
				}
				alerts = append(alerts, a)
			}
			messages, err := asff.Renderer{}.Alerts(alerts)
			if err != nil {
				t.Fatal(err)
			}
			if len(messages) < 2 {
				t.Errorf("%d messages", len(messages))
			}
			for i, f := range parsed(t, messages...) {
				if f.ID != fmt.Sprint(i) {
					t.Fatalf("finding %d is %s", i, f.ID)
				}
			}
			for _, m := range messages {
				if n := len(parsed(t, m)); n > asff.MaxFindings || m.Size() > notify.MaxBytes {
					t.Errorf("a message of %d findings and %d bytes", n, m.Size())
				}
			}
		})
	}
}

func TestResourcesAreThoseThatTheRecordLists(t *testing.T) {
	arn := func(n int, kind string) any {
		return map[string]any{"ARN": fmt.Sprintf("arn:aws:s3:::b%d", n), "type": kind}
	}
	var many []any
	for i := range 40 {
		many = append(many, arn(i, "AWS::S3::Bucket"))
	}
	tests := []struct {
		name      string
		resources any
		want      int // with the account
		last      string
	}{
		{"none", nil, 1, "AwsAccount"},
		{"one that the format has a name for", []any{arn(1, "AWS::S3::Bucket")}, 2, "AwsS3Bucket"},
		{"one that it has none for", []any{arn(1, "AWS::New::Thing")}, 2, "Other"},
		{"one without an ARN", []any{map[string]any{"type": "AWS::S3::Bucket"}}, 1, "AwsAccount"},
		{"what is no list", "arn:aws:s3:::b", 1, "AwsAccount"},
		{"more than the format takes", many, 32, "AwsS3Bucket"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			messages, err := asff.Renderer{}.Alerts([]detection.Alert{{Record: map[string]any{"resources": test.resources}}})
			if err != nil {
				t.Fatal(err)
			}
			got := parsed(t, messages...)[0].Resources
			if len(got) != test.want || got[len(got)-1].Type != test.last {
				t.Errorf("%d resources, the last is %v", len(got), got[len(got)-1])
			}
		})
	}
}
