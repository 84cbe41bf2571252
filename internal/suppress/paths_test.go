package suppress

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
)

func parse(t testing.TB, text string) cloudtrail.Record {
	t.Helper()
	rec, err := cloudtrail.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

const withPaths = `{
	"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "sourceIPAddress": "203.0.113.9", "none": null, "empty": "",
	"userAgent": "[aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64.ubuntu.22]",
	"v6": "2001:db8:1:2:3::4", "mapped": "::ffff:203.0.113.9", "service": "ec2.amazonaws.com",
	"requestParameters": {
		"number": 12345678901234567890, "yes": true, "a": {"b": {"c": "deep"}}, "dotted.key": "x", "aws:tag": "y",
		"names": ["b", "a", null, "", ["c"]], "mixed": [1, true, {"k": "v"}],
		"users": [{"name": "ann"}, {"name": "bob"}, {"id": 7}]
	}
}`

func TestPaths(t *testing.T) {
	tests := []struct {
		name string
		path string
		want []string
	}{
		{"a field", "sourceIPAddress", []string{"203.0.113.9"}},
		{"a field below others", "requestParameters.a.b.c", []string{"deep"}},
		{"a key with a colon", "requestParameters.aws:tag", []string{"y"}},
		{"a number as it was written", "requestParameters.number", []string{"12345678901234567890"}},
		{"a boolean", "requestParameters.yes", []string{"true"}},
		{"an object as JSON", "requestParameters.a", []string{`{"b":{"c":"deep"}}`}},
		{"each element of a list, and of lists in it", "requestParameters.names", []string{"b", "a", "c"}},
		{"a list of several kinds", "requestParameters.mixed", []string{"1", "true", `{"k":"v"}`}},
		{"a field of each element", "requestParameters.users.name", []string{"ann", "bob"}},
		{"nothing", "requestParameters.absent", nil},
		{"nothing below a text", "sourceIPAddress.x", nil},
		{"null and empty text are nothing", "none|empty", nil},
		{"the first that is present", "none|requestParameters.absent|eventName|sourceIPAddress", []string{"PutObject"}},
		{"the network of an IPv4 address", "sourceIPAddress/16", []string{"203.0.0.0/16"}},
		{"the network of an IPv4 address, by more bits than it has", "sourceIPAddress/64", []string{"203.0.113.9/32"}},
		{"the network of an IPv6 address has three times the bits", "v6/16", []string{"2001:db8:1::/48"}},
		{"but at most 64", "v6/24", []string{"2001:db8:1:2::/64"}},
		{"an IPv4 address that is written as IPv6", "mapped/24", []string{"203.0.113.0/24"}},
		{"a service is in no network", "service/16", []string{"ec2.amazonaws.com"}},
		{"the network of the first that is present", "none|sourceIPAddress/8", []string{"203.0.0.0/8"}},
		{"a program without its version", "agent_family(userAgent)", []string{"[aws-cli Python Linux exe/xubuntu.]"}},
	}
	rec := parse(t, withPaths)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, parsePath(tt.path).all(rec)); diff != "" {
				t.Errorf("%s, -want +got:\n%s", tt.path, diff)
			}
		})
	}
}

func TestScalarsAreNoObjects(t *testing.T) {
	rec := parse(t, withPaths)
	if got := parsePath("requestParameters.mixed").scalars(rec); !cmp.Equal(got, []string{"1", "true"}) {
		t.Errorf("scalars %q", got)
	}
	if got := parsePath("requestParameters.a").scalars(rec); got != nil {
		t.Errorf("an object is %q", got)
	}
}

func TestOneTextForAllValuesOfAPath(t *testing.T) {
	of := func(text, path string) string {
		return parsePath(path).one(parse(t, `{"eventSource":"s","eventName":"n",`+text+`}`))
	}
	if got := of(`"x":null`, "x"); got != "-" {
		t.Errorf("absent is %q", got)
	}
	if got := of(`"x":["a"]`, "x"); got != "a" {
		t.Errorf("one element is %q", got)
	}
	if of(`"x":["a","b"]`, "x") != of(`"x":["b","a"]`, "x") {
		t.Error("the order of a list matters")
	}
	if of(`"x":["a","b"]`, "x") == of(`"x":["a","c"]`, "x") || of(`"x":["ab",""]`, "x") == of(`"x":["a","b"]`, "x") {
		t.Error("different lists are alike")
	}
}

func TestAgentFamily(t *testing.T) {
	same := [][]string{
		{"aws-cli/2.15.0 Python/3.11.6", "aws-cli/2.16.1 Python/3.12.0", "aws-cli/v3 Python/4.0.0-rc1+abc"},
		{"Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0", "Boto3/1.35.7 md/Botocore#1.35.7 ua/2.1"},
		{"aws-sdk-go/1.44.0 (go1.19; linux; amd64)", "aws-sdk-go/1.55.1 (go1.22.3; linux; amd64)"},
		{"Terraform/1.5.0 (+https://www.terraform.io)", "Terraform/1.9.2 (+https://www.terraform.io)"},
	}
	families := map[string]bool{}
	for _, agents := range same {
		family := agentFamily(agents[0])
		families[family] = true
		for _, agent := range agents[1:] {
			if got := agentFamily(agent); got != family {
				t.Errorf("%q is %q, and %q is %q", agents[0], family, agent, got)
			}
		}
	}
	if len(families) != len(same) {
		t.Errorf("different programs are alike: %v", families)
	}
}

// Whatever a path and a record say, reading gives text and comes to an end.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"a.b|c/16", "agent_family(userAgent)", "|||", "/", "agent_family(", "a..b", ".", "x/999", "x/-1"} {
		f.Add(path, withPaths)
		f.Add(path, `{"eventSource":"s","eventName":"n","a":[[[["x"]]],{"b":"fe80::1%eth0"}],"c":"::1"}`)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		rec, err := cloudtrail.Parse([]byte(text))
		if err != nil {
			return
		}
		p := parsePath(path)
		all, scalars := p.all(rec), p.scalars(rec)
		if len(scalars) > len(all) {
			t.Errorf("%d scalars of %d values", len(scalars), len(all))
		}
		for _, value := range all {
			if !utf8.ValidString(value) {
				t.Errorf("%q is no text", value)
			}
		}
		if one := p.one(rec); one == "" && !p.family {
			t.Errorf("%q is nothing", path)
		}
	})
}

func TestHugeAndHostileValuesMakeNoHugeKeys(t *testing.T) {
	huge, _ := json.Marshal(strings.Repeat("\u202e\x00x", 60_000))
	rec := parse(t, `{"eventSource":"s3.amazonaws.com","eventName":`+string(huge)+`,"awsRegion":`+string(huge)+`,"sourceIPAddress":`+string(huge)+`,"recipientAccountId":`+string(huge)+`}`)
	s := New(Options{Timer: noTimer{}})
	m := s.finding(rec, findingOf("huge", string(huge)), s.now())
	for _, key := range []string{m.id, m.window, m.limit, m.group, m.record, infoKey(windowID(m.window, m.entryFor(windowLength, "")))} {
		if len(key) > 150 {
			t.Errorf("key of %d bytes", len(key))
		}
	}
	if n := len(m.member.Region) + len(m.member.Source); n > 2*longText {
		t.Errorf("a member has %d bytes", n)
	}
	if n := len(m.about.info()); n > 6*longTitle+4*longText+200 {
		t.Errorf("what is left for the follow-up has %d bytes", n)
	}
	if a := readAbout(m.about.info()); !utf8.ValidString(a.Title) || len(a.Title) > longTitle {
		t.Errorf("title %q", a.Title)
	}
}
