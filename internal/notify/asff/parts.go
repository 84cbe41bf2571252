package asff

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"trailbell/internal/attack"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// A place is an account and a region to import into.
type place struct{ account, region, partition string }

// place is the renderer's own, or what the alert says where it has none. An account of
// zeros stands for one that nobody knows.
func (r Renderer) place(account, region string) place {
	p := place{account: cmp.Or(r.Account, account), region: cmp.Or(r.Region, region)}
	if !accountForm.MatchString(p.account) {
		p.account = "000000000000"
	}
	if !regionForm.MatchString(p.region) {
		p.region = "us-east-1"
	}
	p.partition = partition(p.region)
	return p
}

// partitions are AWS's by how their regions' names begin, as partitions.json of its SDKs
// has them.
var partitions = []struct{ prefix, name string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-iso-", "aws-iso"},
	{"us-isob-", "aws-iso-b"},
	{"eu-isoe-", "aws-iso-e"},
	{"us-isof-", "aws-iso-f"},
	{"eusc-", "aws-eusc"},
}

func partition(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return "aws"
}

// product is the ARN of the product that each account has for findings of its own.
func (p place) product() string {
	return fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%s/default", p.partition, p.region, p.account, p.account)
}

// about is the account that a finding is about, as a resource.
func (p place) about(account, region string) resource {
	if !accountForm.MatchString(account) {
		account = p.account
	}
	out := resource{Type: "AwsAccount", ID: "AWS::::Account:" + account, Partition: p.partition}
	if regionForm.MatchString(region) && len(region) <= 16 {
		out.Region, out.Partition = region, partition(region)
	}
	if !slices.Contains(resourcePartitions, out.Partition) {
		out.Partition = ""
	}
	return out
}

// resourcePartitions are those that a resource may name: Resource in the Security Hub API
// reference.
var resourcePartitions = []string{"aws", "aws-cn", "aws-us-gov"}

// kinds are the format's names of resources by CloudTrail's, where both are documented.
// Others are called Other, which is always right.
var kinds = map[string]string{
	"AWS::S3::Bucket": "AwsS3Bucket", "AWS::S3::Object": "AwsS3Object", "AWS::IAM::Role": "AwsIamRole",
	"AWS::IAM::User": "AwsIamUser", "AWS::KMS::Key": "AwsKmsKey", "AWS::DynamoDB::Table": "AwsDynamoDbTable",
	"AWS::Lambda::Function": "AwsLambdaFunction",
}

// listed are the resources that the record itself lists with their ARNs.
func listed(record map[string]any, limit int) []resource {
	var found []resource
	items, _ := record["resources"].([]any)
	for _, item := range items {
		object, _ := item.(map[string]any)
		arn, _ := object["ARN"].(string)
		if !strings.HasPrefix(arn, "arn:") || len(found) == limit {
			continue
		}
		kind, _ := object["type"].(string)
		found = append(found, resource{Type: cmp.Or(kinds[kind], "Other"), ID: notify.Visible(arn, maxID)})
	}
	return found
}

// tactics are the categories of "Types taxonomy for ASFF" by the tactics of ATT&CK.
var tactics = map[string]string{
	"initial-access": "TTPs/Initial Access", "execution": "TTPs/Execution", "persistence": "TTPs/Persistence",
	"privilege-escalation": "TTPs/Privilege Escalation", "defense-evasion": "TTPs/Defense Evasion",
	"credential-access": "TTPs/Credential Access", "discovery": "TTPs/Discovery", "lateral-movement": "TTPs/Lateral Movement",
	"collection": "TTPs/Collection", "command-and-control": "TTPs/Command and Control",
	"exfiltration": "Effects/Data Exfiltration",
}

// types are a finding's types: the tactics of its techniques, each with the technique.
func types(techniques []detection.Technique) []string {
	found := []string{}
	for _, id := range techniques {
		known, _ := attack.Lookup(string(id))
		for _, tactic := range known.Tactics {
			name := cmp.Or(tactics[tactic], "TTPs") + "/" + string(id)
			if tactics[tactic] == "" {
				name = "TTPs"
			}
			if len(found) < maxTypes && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	if len(found) == 0 {
		return []string{"TTPs"}
	}
	return found
}

// described says who did what, where and how it ended, before why it matters: what is too
// long is cut at the end.
func described(a detection.Alert) string {
	var parts []string
	say := func(label, value string) {
		if value != "" {
			parts = append(parts, label+": "+notify.Visible(value, maxName)+".")
		}
	}
	say("Who", strings.TrimSpace(string(a.Actor.Kind)+" "+a.Actor.Name))
	say("From", a.Actor.Source)
	say("Account", strings.TrimSpace(a.Account.Name+" "+a.Account.ID))
	say("Region", a.Region)
	if !a.Time.IsZero() {
		say("When", a.Time.UTC().Format(time.RFC3339))
	}
	say("Call", strings.TrimSpace(a.EventSource+" "+a.EventName))
	say("Outcome", outcome(a))
	if a.Description != "" {
		parts = append(parts, "Why it matters: "+a.Description)
	}
	return strings.Join(parts, " ")
}

func outcome(a detection.Alert) string {
	switch {
	case a.Failed && a.Error != "":
		return "FAILED: " + a.Error
	case a.Failed:
		return "FAILED"
	}
	return "succeeded"
}

func advice(a detection.Alert) *remediation {
	var steps []string
	for i, step := range a.Runbook {
		steps = append(steps, fmt.Sprintf("%d. %s", i+1, step))
	}
	text := notify.Visible(strings.Join(steps, " "), maxAdvice)
	if text == "" {
		return nil
	}
	return &remediation{recommendation{Text: text, URL: notify.Visible(a.Links["reference"], maxFieldValue)}}
}

// call is what was called and from where. The format has no field for an IPv6 address.
func call(a detection.Alert, at string) *action {
	if strings.TrimSpace(a.EventName) == "" {
		return nil
	}
	c := apiCall{
		API: notify.Visible(a.EventName, maxName), Service: notify.Visible(a.EventSource, maxName),
		FirstSeen: at, LastSeen: at,
	}
	if strings.TrimSpace(c.Service) == "" {
		c.Service = ""
	}
	if addr, err := netip.ParseAddr(a.Actor.Source); err == nil {
		c.CallerType = "remoteIp"
		if addr.Is4() {
			c.Remote = &remote{addr.String()}
		}
	} else if strings.HasSuffix(a.Actor.Source, ".amazonaws.com") {
		c.CallerType, c.Domain = "domain", &domain{notify.Visible(a.Actor.Source, maxName)}
	}
	return &action{Type: "AWS_API_CALL", Call: c}
}

// fields are what the format has no place for. What says who it was comes first, because
// there is room for fifty.
func fields(f *finding, a detection.Alert) {
	f.field("kind", string(notify.KindOf(a)))
	f.field("account", a.Account.ID)
	f.field("account_name", a.Account.Name)
	f.field("region", a.Region)
	f.field("event_id", a.EventID)
	f.field("record_key", a.RecordKey)
	f.field("actor/kind", string(a.Actor.Kind))
	f.field("actor/name", a.Actor.Name)
	f.field("actor/arn", a.Actor.ARN)
	f.field("actor/account", a.Actor.Account)
	f.field("actor/issuer", a.Actor.Issuer)
	f.field("actor/session", a.Actor.Session)
	f.field("actor/credentials", string(a.Actor.Credentials))
	f.field("actor/mfa", string(a.Actor.MFA))
	f.field("actor/via", a.Actor.Via)
	f.field("actor/source", a.Actor.Source)
	f.field("error", a.Error)
	f.field("attack", joined(a.Attack))
	f.field("notes", strings.Join(a.Notes, "; "))
	values(f, "details/", a.Details)
	values(f, "evidence/", a.Evidence)
}

func joined(techniques []detection.Technique) string {
	var ids []string
	for _, id := range techniques {
		ids = append(ids, string(id))
	}
	return strings.Join(ids, ", ")
}

// values adds what a record decides: texts as they are, everything else as JSON.
func values(f *finding, prefix string, object map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		text, isText := object[key].(string)
		if !isText {
			written, err := notify.JSON(object[key])
			if err != nil {
				written = "(can't be written: " + err.Error() + ")"
			}
			text = written
		}
		f.field(prefix+key, text)
	}
}
