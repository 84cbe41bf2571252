package text_test

import (
	"math"
	"strings"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/notify/text"
)

// body is the text of an alert whose caller came from somewhere.
func body(t *testing.T, change func(*detection.Alert)) string {
	t.Helper()
	a := trailStopped()
	change(&a)
	messages, err := text.Renderer{}.Alerts([]detection.Alert{a})
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	return messages[0].Subject + "\n" + messages[0].Body
}

func TestWhatAPhoneWouldLinkIsWrittenOtherwise(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"an address", "https://evil.example.com/x", "https[:]//evil[.]example[.]com/x"},
		{"a bare host", "evil.example.com", "evil[.]example[.]com"},
		{"a host among words", "sign in at evil.example.com, now", "sign in at evil[.]example[.]com, now"},
		{"a host with a port", "evil.example.com:8443", "evil[.]example[.]com:8443"},
		{"what stays behind is no host either", "evil.shop.com", "evil[.]shop[.]com"},
		{"www is enough for some", "www.evil.x1", "www[.]evil.x1"},
		{"www and a domain", "www.evil.example", "www[.]evil[.]example"},
		{"a host that ends in a file's name", "evil.example.json", "evil[.]example.json"},
		{"a host with a hyphen behind it", "evil.example-x", "evil[.]example-x"},
		{"a host of another alphabet", "пример.рф", "пример[.]рф"},
		{"the same as ASCII", "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd[.]xn--p1ai"},
		{"a dot that browsers take for one", "evil。com", "evil[.]com"},
		{"a bucket in a host of AWS", "evil.s3.amazonaws.com", "evil.s3[.]amazonaws[.]com"},
		{"a path in a host of AWS", "s3.amazonaws.com/evil/login", "s3[.]amazonaws[.]com/evil/login"},
		{"a user in front of a host", "https://console.aws.amazon.com@evil.example.com/", "https[:]//console[.]aws[.]amazon[.]com@evil[.]example[.]com/"},
		{"a service", "ec2.amazonaws.com", "ec2.amazonaws.com"},
		{"a service in China", "ec2.amazonaws.com.cn", "ec2.amazonaws.com.cn"},
		{"a service in an error", "ec2.amazonaws.com may not assume it", "ec2.amazonaws.com may not assume it"},
		{"an address of a person", "bob.b@example.com", "bob.b@example.com"},
		{"a session of a person", "arn:aws:sts::123456789012:assumed-role/Dev/bob.b@example.com", "arn:aws:sts::123456789012:assumed-role/Dev/bob.b@example.com"},
		{"a session that is a host", "arn:aws:sts::123456789012:assumed-role/Dev/evil.example.com", "arn:aws:sts::123456789012:assumed-role/Dev/evil[.]example[.]com"},
		{"an address of IPv4", "198.51.100.23", "198.51.100.23"},
		{"a version", "aws-cli/2.15.0 Python/3.11.6", "aws-cli/2.15.0 Python/3.11.6"},
		{"a file", "AWSLogs/config.json", "AWSLogs/config.json"},
		{"a path of the record", "requestParameters.name", "requestParameters.name"},
		{"the end of a sentence", "It is gone. Look.", "It is gone. Look."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := body(t, func(a *detection.Alert) { a.Evidence = map[string]any{"userAgent": tt.value} })
			if want := "\n- userAgent = " + tt.want + "\n"; !strings.Contains(got, want) {
				_, rest, _ := strings.Cut(got, "userAgent = ")
				line, _, _ := strings.Cut(rest, "\n")
				t.Errorf("got %s, want %s", line, tt.want)
			}
		})
	}
}

// Other tools sent nothing when a sign-in of federated people had no field for MFA.
func TestAnAlertWithoutAnyFieldIsAMessage(t *testing.T) {
	messages, err := text.Renderer{}.Alerts([]detection.Alert{{}})
	if err != nil || len(messages) != 1 || messages[0].Subject == "" {
		t.Fatalf("%v, %v", messages, err)
	}
}

// Other tools wrote undefined, null and the like where a record had nothing.
func TestWhatIsAbsentIsNeverAWordOfAProgram(t *testing.T) {
	for _, alert := range []detection.Alert{{}, {Severity: detection.Low, Evidence: map[string]any{"x": ""}, Links: map[string]string{"console": ""}}} {
		messages, err := text.Renderer{}.Alerts([]detection.Alert{alert})
		if err != nil {
			t.Fatal(err)
		}
		problem, err := text.Renderer{}.Problem(detection.Problem{})
		if err != nil {
			t.Fatal(err)
		}
		rollUp, err := text.Renderer{}.RollUp(detection.RollUp{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range append(messages, problem, rollUp) {
			for _, word := range []string{"undefined", "null", "<nil>", "None", "NaN", "map[", "%!", "()", "0001"} {
				if strings.Contains(m.Subject+m.Body, word) {
					t.Errorf("%q in\n%s", word, m.Body)
				}
			}
		}
	}
}

// Another tool's formatter failed on the error that it was to write down.
func TestAValueThatCannotBeShownHidesNoAlert(t *testing.T) {
	for name, value := range map[string]any{"a number that is none": math.NaN(), "a function": func() {}, "a channel": make(chan int)} {
		got := body(t, func(a *detection.Alert) { a.Evidence = map[string]any{"x": value, "y": "shown"} })
		if !strings.Contains(got, "\n- x = (not shown: json: unsupported") || !strings.Contains(got, "\n- y = shown\n") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// Other tools show twelve digits, whatever is known of the account.
func TestAnAccountIsShownByItsNameAndID(t *testing.T) {
	tests := []struct {
		name    string
		account detection.Account
		line    string
		subject string
	}{
		{"all is known", detection.Account{ID: "123456789012", Name: "production", Owner: "payments team", Environment: "prod"}, "production (123456789012), owner payments team, env prod", "(production eu-central-1)"},
		{"only its number", detection.Account{ID: "123456789012"}, "123456789012", "(123456789012 eu-central-1)"},
		{"a number and an owner", detection.Account{ID: "123456789012", Owner: "payments team"}, "123456789012, owner payments team", "(123456789012 eu-central-1)"},
		{"a name that is too long for a subject", detection.Account{ID: "123456789012", Name: strings.Repeat("long ", 10) + "name"}, strings.Repeat("long ", 10) + "name (123456789012)", "(123456789012 eu-central-1)"},
		{"nothing", detection.Account{}, "-", "(eu-central-1)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := body(t, func(a *detection.Alert) { a.Account = tt.account })
			if !strings.Contains(got, "\nAccount: "+tt.line+"\n") || !strings.HasSuffix(strings.SplitN(got, "\n", 2)[0], tt.subject) {
				t.Errorf("want %q and %q in\n%.300s", tt.line, tt.subject, got)
			}
		})
	}
}
