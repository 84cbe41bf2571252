package ruleset_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

const goodException = `- rule: a.good
  where: {userIdentity.arn: "arn:aws:iam::*:user/kiosk-*", recipientAccountId: ["123456789012", "210987654321"]}
  owner: facilities
  reason: Kiosks.
  ticket: FAC-1
  expires: 2027-03-31
  allow_critical: true
`

var theGoodException = detection.Exception{
	At: "dir/exceptions.yaml:1", Rule: "a.good",
	Where: map[string][]string{
		"userIdentity.arn": {"arn:aws:iam::*:user/kiosk-*"}, "recipientAccountId": {"123456789012", "210987654321"},
	},
	Owner: "facilities", Reason: "Kiosks.", Ticket: "FAC-1",
	Expires: time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC), AllowCritical: true,
}

func TestExceptionHasWhatItsFileSays(t *testing.T) {
	set := loadThoroughly(t, map[string]string{"exceptions.yaml": goodException, "local/exceptions.yaml": strings.Replace(goodException, "Kiosks", "More", 1)})
	if set.Err() != nil {
		t.Fatal(set.Err())
	}
	second := theGoodException
	second.At, second.Reason = "dir/local/exceptions.yaml:1", "More."
	if diff := cmp.Diff([]detection.Exception{theGoodException, second}, set.Exceptions); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestExceptionOfARenamedRuleIsOfTheNewOne(t *testing.T) {
	set := loadThoroughly(t, map[string]string{
		"a/x.rego": custom("x", "#   aliases: [b.former]"), "exceptions.yaml": strings.Replace(goodException, "a.good", "b.former", 1),
	})
	if set.Err() != nil || len(set.Exceptions) != 1 || set.Exceptions[0].Rule != "a.x" {
		t.Errorf("got %+v, refused %v", set.Exceptions, set.Err())
	}
}

func TestBadExceptions(t *testing.T) {
	replace := func(old, with string) string { return strings.Replace(goodException, old, with, 1) }
	without := func(key string) string {
		var kept strings.Builder
		for line := range strings.Lines(goodException) {
			if !strings.HasPrefix(strings.TrimLeft(line, "- "), key+":") {
				kept.WriteString(line)
			}
		}
		return kept.String()
	}
	const where = `userIdentity.arn: "arn:aws:iam::*:user/kiosk-*", recipientAccountId: ["123456789012", "210987654321"]`
	tests := []struct{ name, text, want string }{
		{"a rule that there is not", replace("a.good", "a.god"), "dir/exceptions.yaml:1: there is no rule a.god, did you mean a.good?"},
		{"an unknown key", replace("ticket:", "tickets:"), `dir/exceptions.yaml:5: unknown key "tickets"; known here: rule, where,`},
		{"no rule", "- " + strings.TrimPrefix(without("rule"), "  "), "dir/exceptions.yaml:1: the exception has no rule"},
		{"no where", without("where"), "the exception has no where"},
		{"no owner", without("owner"), "the exception has no owner"},
		{"no reason", without("reason"), "the exception has no reason"},
		{"no last day", without("expires"), "the exception has no expires"},
		{"an empty owner", replace("facilities", "''"), "dir/exceptions.yaml:3: owner must be a text that is not empty"},
		{"a reason that is a list", replace("Kiosks.", "[a]"), "reason must be a text"},
		{"a day that is none", replace("2027-03-31", "2027-02-30"), `dir/exceptions.yaml:6: expires is "2027-02-30": write the last day`},
		{"a day with a time", replace("2027-03-31", "2027-03-31T12:00:00Z"), "write the last day"},
		{"allow_critical that is a word", replace("allow_critical: true", "allow_critical: maybe"), "dir/exceptions.yaml:7: allow_critical must be true or false"},
		{"an empty where", replace(where, ""), "dir/exceptions.yaml:2: where excepts every record of the rule"},
		{"a where that fits everything", replace(where, "userIdentity.arn: '*', eventName: [x, '**']"), "where excepts every record of the rule"},
		{"a where of nothing but a user agent", replace(where, "userAgent: 'our-tool*'"), "or whoever sends a certain user agent"},
		{"a where that is a list", replace("{"+where+"}", "[a]"), "where must be a map of paths"},
		{"a field that no record has", replace("userIdentity.arn", "userIdentity.arm"), "dir/exceptions.yaml:2: where: userIdentity.arm: there is no arm, did you mean arn?"},
		{"a field at the top that no record has", replace("userIdentity.arn", "user"), "where: user: there is no user"},
		{"a field below a text", replace("userIdentity.arn", "eventName.x"), "where: eventName.x: there is nothing called x in string"},
		{"a field that no element of a list has", replace("userIdentity.arn", "resources.arm"), "where: resources.arm: there is no arm, did you mean ARN?"},
		{"something that is no path", replace("userIdentity.arn", `"userIdentity|arn"`), "is not a path of the record"},
		{"a number without quotes", replace(`"123456789012"`, "012345678901"), "put numbers in quotes"},
		{"an empty value", replace(`"arn:aws:iam::*:user/kiosk-*"`, `""`), "the value of userIdentity.arn must be a text"},
		{"an empty list", replace(`["123456789012", "210987654321"]`, `[]`), "where: recipientAccountId has no value"},
		{"a glob that is none", replace("kiosk-*", "kiosk-["), "is not a glob"},
		{"a key twice", replace("ticket:", "owner:"), "the key owner is there twice"},
		{"an entry that is a word", "- word\n", "dir/exceptions.yaml:1: an exception is a map"},
		{"a map", "rule: a.good\n", "dir/exceptions.yaml:1: a list of exceptions is wanted"},
		{"no YAML", "- [", "dir/exceptions.yaml: yaml:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := loadThoroughly(t, map[string]string{"exceptions.yaml": tt.text, "local/exceptions.yaml": goodException})
			if err := set.Err(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("refused with %v, want %q in it", err, tt.want)
			}
			if len(set.Exceptions) != 1 || set.Exceptions[0].At != "dir/local/exceptions.yaml:1" {
				t.Errorf("the bad entry must withhold nothing and hide no other, got %+v", set.Exceptions)
			}
			if len(set.Rules) != 1 {
				t.Errorf("the rule must stay, got %v", ids(set))
			}
		})
	}
}

func TestOpenPartsTakeAnyPath(t *testing.T) {
	for _, at := range []string{"requestParameters.bucketName", "responseElements.a.b", "additionalEventData.MFAUsed", "userIdentity.sessionContext.sessionIssuer.arn", "tlsDetails.tlsVersion", "resources.ARN"} {
		set := loadThoroughly(t, map[string]string{"exceptions.yaml": strings.Replace(goodException, "userIdentity.arn", at, 1)})
		if set.Err() != nil || len(set.Exceptions) != 1 {
			t.Errorf("%s: refused with %v", at, set.Err())
		}
	}
}

func TestExceptionsThatAreKeptAhead(t *testing.T) {
	files := map[string]string{"a/good.rego": goodRule, "exceptions.yaml": goodException}
	sources := []ruleset.Source{folder(files)}
	set, err := load(sources...)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := set.Ahead(sources)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ruleset.LoadAhead(sources, kept)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]detection.Exception{theGoodException}, again.Exceptions); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	other := maps.Clone(files)
	other["exceptions.yaml"] = strings.Replace(goodException, "kiosk", "lobby", 1)
	before, _ := ruleset.Fingerprint(sources)
	after, _ := ruleset.Fingerprint([]ruleset.Source{folder(other)})
	if before == after {
		t.Error("what was built ahead would be used with other exceptions")
	}
}

func TestNoExceptionIsShipped(t *testing.T) {
	set, err := load(ruleset.Source{Name: "rules", FS: rules.FS})
	if err != nil || set.Err() != nil || len(set.Exceptions) != 0 {
		t.Errorf("got %+v, %v", set, err)
	}
	text, err := rules.FS.ReadFile("exceptions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// The example in it must be right, once it is one.
	_, example, ok := strings.Cut(string(text), "#\n")
	if !ok {
		t.Fatal("no example")
	}
	var entry strings.Builder
	for line := range strings.Lines(example) {
		entry.WriteString(strings.TrimPrefix(line, "# "))
	}
	set, err = load(ruleset.Source{Name: "rules", FS: rules.FS}, folder(map[string]string{"exceptions.yaml": entry.String()}))
	if err != nil || set.Err() != nil || len(set.Exceptions) != 1 {
		t.Errorf("the example: %v, %v", err, set.Err())
	}
}
