package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// strangeRecords are records that no sample is like.
var strangeRecords = []string{
	`{"eventSource": "signin.amazonaws.com", "eventName": "SwitchRole", "responseElements": {"SwitchRole": "Failure"}}`,
	`{"eventSource": "signin.amazonaws.com", "eventName": "CheckMfa", "responseElements": {"CheckMfa": "Failure"}}`,
	`{"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"}}`,
	`{"eventSource": "x.amazonaws.com", "eventName": "Y", "responseElements": {"Y": "Failure"}}`,
	`{"eventSource": "x.amazonaws.com", "eventName": "Y", "errorCode": "", "errorMessage": null, "userIdentity": null}`,
	`{"eventSource": "x.amazonaws.com", "eventName": "Y", "errorCode": 403, "requestParameters": "***", "resources": ""}`,
	`{"eventSource": "x.amazonaws.com", "eventName": "Y", "userIdentity": "***", "userAgent": ["a"], "sourceIPAddress": 7}`,
}

// TestRuleFromEveryRecordWorks makes a rule of each sample event, and asks of it what is
// promised of a new rule: it loads, its tests pass, it fires on its own sample.
func TestRuleFromEveryRecordWorks(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "..", "events", "*.json*"))
	if err != nil || len(names) < 20 {
		t.Fatalf("%d samples found: %v", len(names), err)
	}
	folder := t.TempDir()
	for i, text := range strangeRecords {
		name := filepath.Join(folder, fmt.Sprint(i))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	schema, err := recordSchema()
	if err != nil {
		t.Fatal(err)
	}
	files, samples := fstest.MapFS{}, map[detection.RuleID]string{}
	for i, name := range names {
		rec, err := exampleOrEvent(name, nil, io.Discard, schema)
		if err != nil {
			t.Fatal(err)
		}
		d := newDraft(fmt.Sprintf("a.sample_%d", i), "medium", rec, schema)
		written, err := filesOf(d, fmt.Sprintf("a/sample_%d", i))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range written {
			files[f.name] = &fstest.MapFile{Data: f.text}
		}
		samples[detection.RuleID(fmt.Sprintf("a.sample_%d", i))] = d.Sample
	}
	set := loadNew(t, files)
	result, err := runTests(t.Context(), set, "")
	if err != nil || result.failed() > 0 || result.passed != 3*len(names) {
		var report bytes.Buffer
		result.report(&report, false)
		t.Errorf("%d tests passed of %d rules: %v\n%s", result.passed, len(names), err, &report)
	}
	opa, err := engine.New(t.Context(), set, engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	for id, sample := range samples {
		rec, err := cloudtrail.New(decoded(t, sample))
		if err != nil {
			t.Fatal(err)
		}
		if got := opa.Evaluate(t.Context(), rec, []detection.RuleID{id})[0]; got.Verdict != detection.Fired {
			t.Errorf("%s is %s on its own sample, %v\n%s", id, got.Verdict, got.Failures, sample)
		}
	}
}

// loadNew loads rules and tests, none of which may be refused, over our library.
func loadNew(t *testing.T, files fstest.MapFS) *ruleset.Set {
	t.Helper()
	sources := []ruleset.Source{{Name: "rules", FS: rules.FS, LibraryOnly: true}, {Name: "new", FS: files}}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: sources, Thorough: true, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	value, err := decodeJSON([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

// caller is who makes the calls of the tests below.
const caller = `{
	"type": "AssumedRole", "principalId": "AROAQ3EGJ2ABCDEFGHIJK:carol.smith", "accountId": "999988887777",
	"arn": "arn:aws:sts::999988887777:assumed-role/payments/carol.smith", "accessKeyId": "ASIAQ3EGJ2LMNOPQRSTU",
	"sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROAQ3EGJ2ABCDEFGHIJK", "accountId": "999988887777",
		"arn": "arn:aws:iam::999988887777:role/acme/payments", "userName": "payments"}, "sourceIdentity": "ann"}}`

// anonymous anonymises a record of the caller with the given value in its request.
func anonymous(t *testing.T, identity string, value any) map[string]any {
	t.Helper()
	schema, err := recordSchema()
	if err != nil {
		t.Fatal(err)
	}
	rec, err := cloudtrail.New(map[string]any{
		"eventName": "Ann", "eventSource": "ann.amazonaws.com", "recipientAccountId": "999988887777",
		"sourceIPAddress": "203.0.113.77", "userIdentity": decoded(t, identity),
		"requestParameters": map[string]any{"x": value},
	})
	if err != nil {
		t.Fatal(err)
	}
	return anonymise(rec, schema)
}

func TestAnonymousTexts(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"the record's own account", "999988887777", "123456789012"},
		{"an account in an ARN", "arn:aws:kms:eu-central-1:999988887777:key/a", "arn:aws:kms:eu-central-1:123456789012:key/a"},
		{"another account", "arn:aws:iam::555566667777:root", "arn:aws:iam::210987654321:root"},
		{"an account in a name", "logs-555566667777-eu", "logs-210987654321-eu"},
		{"a longer number is no account", "1234567890123", "1234567890123"},
		{"the record's own address", "203.0.113.77", "198.51.100.1"},
		{"another address", "10.1.2.3", "198.51.100.2"},
		{"an address in a sentence", "from 10.1.2.3.", "from 198.51.100.2."},
		{"a network", "10.0.0.0/8", "198.51.100.2/8"},
		{"any address means the same for all", "0.0.0.0/0 ::/0 127.0.0.1 ::1", "0.0.0.0/0 ::/0 127.0.0.1 ::1"},
		{"a version is no address", "Chrome/126.0.0.0 1.2.3.4.5 v1.2.3.4 300.1.1.1", "Chrome/126.0.0.0 1.2.3.4.5 v1.2.3.4 300.1.1.1"},
		{"an address of version 6", "2001:db8:ffff::7", "2001:db8::1"},
		{"one in a sentence", "at:2001:DB8:ffff:0::7: refused", "at:2001:db8::1: refused"},
		{"a network of version 6", "fe80::/10", "2001:db8::1/10"},
		{"colons are not addresses", "arn:aws:s3:::dead arn:aws:ec2:eu-west-1::image/x 10:20:30 AWS::EC2::VPC", "arn:aws:s3:::dead arn:aws:ec2:eu-west-1::image/x 10:20:30 AWS::EC2::VPC"},
		{"a fingerprint is no address", "1f:51:ae:28:bf:89:e9:d8:1f:25:5d:37:2d:7d:b8:ca", "1f:51:ae:28:bf:89:e9:d8:1f:25:5d:37:2d:7d:b8:ca"},
		{"an address in a host name", "ip-10-1-2-3.ec2.internal", "ip-198-51-100-2.ec2.internal"},
		{"a service's host name", "cloudtrail.amazonaws.com", "cloudtrail.amazonaws.com"},
		{"a service called like a person", "ann.amazonaws.com", "ann.amazonaws.com"},
		{"a mail address", "Dave@acme.example", "person-1@example.com"},
		{"a session's name", "carol.smith", "session-1"},
		{"in any case, inside a word", "xCAROL.SMITHx", "xsession-1x"},
		{"a role's name in a sentence", "User: arn:aws:sts::999988887777:assumed-role/payments/carol.smith is not authorized", "User: arn:aws:sts::123456789012:assumed-role/role-1/session-1 is not authorized"},
		{"a role's name in front of a capital", "PaymentsTable payments2", "role-1Table role-12"},
		{"a role's name in another word", "repayments", "repayments"},
		{"a short name", "ann", "user-1"},
		{"a short name in another word", "annual channel Annex ann1", "annual channel Annex ann1"},
		{"a path of IAM", "arn:aws:iam::999988887777:role/acme/payments", "arn:aws:iam::123456789012:role/path-1/role-1"},
		{"another user", "arn:aws:iam::999988887777:user/dave", "arn:aws:iam::123456789012:user/user-2"},
		{"a policy of AWS's own", "arn:aws:iam::aws:policy/Payments", "arn:aws:iam::aws:policy/Payments"},
		{"a key id", "AKIAQ3EGJ2LMNOPQRSTU", "AKIA000000003EXAMPLE"},
		{"the caller's key id", "ASIAQ3EGJ2LMNOPQRSTU", "ASIA000000001EXAMPLE"},
		{"capitals that are no key id", "ASIAN AKIATHING xAKIAQ3EGJ2LMNOPQRSTU", "ASIAN AKIATHING xAKIAQ3EGJ2LMNOPQRSTU"},
		{"an id of an event", "9F3A1C52-6d84-4b0e-a7f9-2c5d8e1b4a60", "00000000-0000-4000-8000-000000000001"},
		{"JSON in a text", `{"a": "carol.smith\u0040x", "secretKey": "hidden"}`, `{"a":"session-1@x","secretKey":"[redacted]"}`},
		{"JSON with nothing to hide stays as it was written", `{ "b": 1, "a": [2.50] }`, `{ "b": 1, "a": [2.50] }`},
		{"a list in a text", `["arn:aws:iam::999988887777:root", {"password": "x"}]`, `["arn:aws:iam::123456789012:root",{"password":"[redacted]"}]`},
		{"an encoded text", "arn%3Aaws%3Aiam%3A%3A999988887777%3Auser%2Fann%20b", "arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Fuser-1%20b"},
		{"an encoded text with nothing to hide", "a%2fb%20c", "a%2fb%20c"},
		{"a percent sign that encodes nothing", "100% ann", "100% user-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := anonymous(t, caller, tt.text)
			request, _ := record["requestParameters"].(map[string]any)
			if diff := cmp.Diff(tt.want, request["x"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if record["eventName"] != "Ann" || record["eventSource"] != "ann.amazonaws.com" {
				t.Errorf("the event changed: %v", record)
			}
		})
	}
}

func TestAnonymousValues(t *testing.T) {
	record := anonymous(t, caller, decoded(t, `{
		"accounts": [999988887777, 5, 12.5], "999988887777": true, "ann": {"userName": "AWS ROOT USER", "roleSessionName": "zoe"},
		"password": "x", "sub": {"Secret-Key": "y"}, "none": null}`))
	request, _ := record["requestParameters"].(map[string]any)
	want := decoded(t, `{
		"accounts": [123456789012, 5, 12.5], "123456789012": true, "user-1": {"userName": "AWS ROOT USER", "roleSessionName": "session-2"},
		"password": "[redacted]", "sub": {"Secret-Key": "[redacted]"}, "none": null}`)
	if diff := cmp.Diff(want, request["x"]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnonymousIdentities(t *testing.T) {
	tests := []struct{ name, identity, want string }{
		{
			"a user called user", `{"type": "IAMUser", "userName": "user", "arn": "arn:aws:iam::999988887777:user/user", "accountId": "999988887777"}`,
			`{"type": "IAMUser", "userName": "user-1", "arn": "arn:aws:iam::123456789012:user/user-1", "accountId": "123456789012"}`,
		},
		{
			"root has no name", `{"type": "Root", "arn": "arn:aws:iam::999988887777:root", "principalId": "999988887777"}`,
			`{"type": "Root", "arn": "arn:aws:iam::123456789012:root", "principalId": "123456789012"}`,
		},
		{
			"an instance stays one", `{"type": "AssumedRole", "principalId": "AROAQ3EGJ2ABCDEFGHIJK:i-0a1b2c3d4e5f60718", "arn": "arn:aws:sts::999988887777:assumed-role/web/i-0a1b2c3d4e5f60718"}`,
			`{"type": "AssumedRole", "principalId": "AROA000000001EXAMPLE:i-00000000000000001", "arn": "arn:aws:sts::123456789012:assumed-role/role-1/i-00000000000000001"}`,
		},
		{
			"a role of Identity Center stays one", `{"type": "AssumedRole", "arn": "arn:aws:sts::999988887777:assumed-role/AWSReservedSSO_Acme_0a1b2c3d4e5f6071/eve@acme.example"}`,
			`{"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_role-1_0000000000000001/person-1@example.com"}`,
		},
		{
			"a person of another system", `{"type": "WebIdentityUser", "principalId": "accounts.example.com:client77:person88", "userName": "person88", "identityProvider": "accounts.example.com"}`,
			`{"type": "WebIdentityUser", "principalId": "accounts.example.com:session-1:session-2", "userName": "session-2", "identityProvider": "accounts.example.com"}`,
		},
		{
			"a person of Identity Center", `{"type": "IdentityCenterUser", "credentialId": "opaque_77", "onBehalfOf": {"userId": "some.user77", "identityStoreArn": "arn:aws:identitystore::999988887777:identitystore/d-1"}}`,
			`{"type": "IdentityCenterUser", "credentialId": "id-1", "onBehalfOf": {"userId": "id-2", "identityStoreArn": "arn:aws:identitystore::123456789012:identitystore/d-1"}}`,
		},
		{
			"what AWS hid", `{"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS", "principalId": "***"}`,
			`{"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS", "principalId": "***"}`,
		},
		{"a service", `{"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}`, `{"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}`},
		{"no identity", `null`, `null`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(decoded(t, tt.want), anonymous(t, tt.identity, nil)["userIdentity"]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAnonymiseIsDeterministic(t *testing.T) {
	record := func() string {
		return writeRecord(anonymous(t, caller, decoded(t, `{"a": "10.0.0.1", "b": "10.0.0.2", "c": ["555566667777", "666677778888"], "d": "dave@acme.example", "e": {"f": "10.0.0.3"}}`)), " ")
	}
	first := record()
	for range 20 {
		if diff := cmp.Diff(first, record()); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestManyAliasesStayApart(t *testing.T) {
	a := aliases{given: map[string]string{}, count: map[string]int{}}
	seen := map[string]bool{}
	for n := range 762 {
		address, account := fmt.Sprintf("10.0.%d.%d", n/256, n%256), fmt.Sprintf("9%011d", n)
		seen[a.replace(address, patterns)] = true
		seen[a.replace(account, patterns)] = true
	}
	if len(seen) != 2*762 {
		t.Errorf("%d aliases for %d originals", len(seen), 2*762)
	}
	for alias := range seen {
		if strings.HasPrefix(alias, "10.") || strings.HasPrefix(alias, "9") {
			t.Errorf("%s is an original", alias)
		}
	}
}

func TestTargetOfACall(t *testing.T) {
	tests := []struct{ name, event, request, want string }{
		{"the only id", "StopInstance", `{"instanceId": "i-1", "force": true}`, "requestParameters.instanceId"},
		{"the one that the event names first", "AttachRolePolicy", `{"policyArn": "p", "roleName": "r"}`, "requestParameters.roleName"},
		{"the shallowest", "DeleteX", `{"a": {"xId": "1"}, "name": "n"}`, "requestParameters.name"},
		{"inside a wrapped request", "DeleteVpcThing", `{"DeleteVpcThingRequest": {"VpcThingId": "t", "ClientToken": "c"}}`, "requestParameters.DeleteVpcThingRequest.VpcThingId"},
		{"a number is one too", "X", `{"jobId": 7}`, "requestParameters.jobId"},
		{"nothing that is hidden, empty or made for one call", "X", `{"name": "***", "id": "", "clientToken": "x", "requestId": "y", "list": [{"id": "z"}]}`, ""},
		{"no key that is no path", "X", `{"a.b id": "x", "1id": "y"}`, ""},
		{"no request", "X", `null`, ""},
		{"a request that is a text", "X", `"***"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec, err := cloudtrail.New(map[string]any{"eventName": tt.event, "eventSource": "x", "requestParameters": decoded(t, tt.request)})
			if err != nil {
				t.Fatal(err)
			}
			if got := target(rec); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNeighbours(t *testing.T) {
	for event, want := range map[string]string{
		"DeleteBucket": "CreateBucket", "CreateTrail": "DeleteTrail", "StopLogging": "StartLogging", "PutKeyPolicy": "DeleteKeyPolicy",
		"DisassociateAddress": "AssociateAddress", "AssumeRole": "DescribeAssumeRole", "": "Describe",
	} {
		if got := neighbour(event); got != want {
			t.Errorf("the neighbour of %s is %s, want %s", event, got, want)
		}
	}
}

func TestWrittenRecordIsTheRecord(t *testing.T) {
	const text = `{"b": [], "eventName": "x", "a": {"c": 1e5, "d": [true, null, {}]}, "eventVersion": "\u202e<&>\u0007\ud83d\ude00 é"}`
	written := writeRecord(decoded(t, text), "\t")
	if diff := cmp.Diff(decoded(t, text), decoded(t, written)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	const want = "{\n\t\"eventVersion\": \"\\u202e<&>\\u0007😀 é\",\n\t\"eventName\": \"x\",\n\t\"a\": {\n\t\t\"c\": 1e5,"
	if !strings.HasPrefix(written, want) {
		t.Errorf("got %s", written)
	}
}

// FuzzNewRule writes a rule for any record: it must parse, and the record must survive.
func FuzzNewRule(f *testing.F) {
	for _, name := range []string{"record.json", "insight.json", "console-action.json"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "events", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"eventSource": "x\n# METADATA", "eventName": "a\"}\n}}", "requestParameters": {"a\"}\n": "\u202e{{.}}", "id": "%7B%22a%22:1%7D"}}`))
	schema, err := recordSchema()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rec, err := firstRecord(bytes.NewReader(text), "fuzz", io.Discard)
		if err != nil {
			return
		}
		hidden, err := cloudtrail.New(anonymise(rec, schema))
		if err != nil {
			t.Fatal(err)
		}
		d := newDraft("a.b", "low", hidden, schema)
		if _, err := filesOf(d, "b"); err != nil {
			t.Fatal(err)
		}
		before, _ := json.Marshal(hidden.Fields())
		after, _ := json.Marshal(decoded(t, d.Sample))
		if !bytes.Equal(before, after) {
			t.Errorf("the sample is another record:\n%s\n%s", before, after)
		}
	})
}
