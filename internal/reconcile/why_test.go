package reconcile

import (
	"fmt"
	"strings"
	"testing"

	"trailbell/internal/cloudtrail"
)

func TestWhyFilesAloneBroughtIt(t *testing.T) {
	home := Home{Account: "123456789012", Region: "eu-central-1", Reads: true}
	noReads := Home{Account: "123456789012", Region: "eu-central-1"}
	large := `,"requestParameters":{"policyDocument":"` + strings.Repeat("x", 256<<10) + `"}`
	tests := []struct {
		name   string
		home   Home
		change string // members instead of those that are there, or more
		want   Why
	}{
		{"a call that changes something", home, "", Lost},
		{"a read that rules name", home, `,"readOnly":true`, Lost},
		{"a read where none are asked for", noReads, `,"readOnly":true`, ReadsOff},
		{"a read that is marked with a word", noReads, `,"readOnly":"true"`, ReadsOff},
		{"a change where no reads are asked for", noReads, `,"readOnly":false`, Lost},
		{"a call without a mark where no reads are asked for", noReads, "", Lost},
		{"a sign-in that is marked as a read", noReads, `,"readOnly":true,"eventType":"AwsConsoleSignIn"`, Lost},
		{"a read in the console", noReads, `,"readOnly":true,"eventType":"AwsConsoleAction"`, ReadsOff},
		{"data", home, `,"eventCategory":"Data"`, ForTrails},
		{"network activity", home, `,"eventCategory":"NetworkActivity"`, ForTrails},
		{"an insight", home, `,"eventCategory":"Insight"`, ForTrails},
		{"a management event", home, `,"eventCategory":"Management"`, Lost},
		{"a record for which there is no room", home, large, TooLarge},
		{"a large record of another region", home, large + `,"awsRegion":"us-east-1"`, TooLarge},
		{"another region", home, `,"awsRegion":"us-east-1"`, Elsewhere},
		{"another account", home, `,"recipientAccountId":"210987654321"`, Elsewhere},
		{"a home that is not known", Home{Reads: true}, `,"awsRegion":"us-east-1"`, Lost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := `{"eventSource":"iam.amazonaws.com","eventName":"CreateUser"`
			for _, member := range []string{`"awsRegion":"eu-central-1"`, `"recipientAccountId":"123456789012"`} {
				if name, _, _ := strings.Cut(member, ":"); !strings.Contains(tt.change, name) {
					text += "," + member
				}
			}
			rec, err := cloudtrail.Parse([]byte(text + tt.change + "}"))
			if err != nil {
				t.Fatal(err)
			}
			if got := expect(rec, tt.home); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestByDesign(t *testing.T) {
	for why, want := range map[Why]bool{Lost: false, TooLarge: false, Elsewhere: false, ReadsOff: true, ForTrails: true, "": false} {
		if why.ByDesign() != want {
			t.Errorf("%q by design: %t", why, !want)
		}
	}
}

func ExampleWhy_ByDesign() {
	for _, why := range []Why{Lost, ReadsOff} {
		fmt.Println(why, "- by design:", why.ByDesign())
	}
	// Output:
	// expected on the bus, and did not come - by design: false
	// reads are switched off - by design: true
}
