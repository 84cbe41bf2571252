package ingest

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// detailTypes are what EventBridge calls CloudTrail's events; see "AWS service events
// delivered via AWS CloudTrail" in its user guide. The sign-in one is spelled in two
// ways on AWS's pages, and a rule that waits for the wrong one never hears of root.
var detailTypes = []string{
	"AWS API Call via CloudTrail",
	"AWS Console Sign In via CloudTrail",
	"AWS Console Signin via CloudTrail",
	"AWS Console Action via CloudTrail",
	"AWS Service Event via CloudTrail",
	"AWS Insight via CloudTrail",
	"AWS Network Activity Event via CloudTrail",
}

// isEnvelope says whether an object that has a list of records as well is more than
// the list.
func isEnvelope(members map[string]any) bool {
	for _, sign := range []string{"detail-type", "detail", "eventName", "insightDetails", "trailbell"} {
		if _, has := members[sign]; has {
			return true
		}
	}
	return false
}

// envelope tells by its members what an object is.
func (d *document) envelope(members map[string]any) {
	command, isCommand := members["trailbell"]
	_, isEvent := members["detail-type"]
	switch {
	case len(members) == 0:
		// {} is what the Lambda console sends to try a function: no record, no problem.
	case isCommand:
		d.command(command)
	case isEvent:
		d.event(members)
	default:
		d.record(members, fmt.Sprintf("value %d", d.values), false)
	}
}

// event takes the record out of an EventBridge event. Only AWS itself can put an event
// whose source begins with "aws." on a bus; everybody with events:PutEvents can put the
// others, whatever their detail-type says.
func (d *document) event(members map[string]any) {
	source, _ := members["source"].(string)
	detailType, _ := members["detail-type"].(string)
	switch {
	case !slices.Contains(detailTypes, detailType):
		d.problem("Event could not be read", fmt.Errorf("detail-type %s is none of CloudTrail's", oneLine(detailType)))
	case !strings.HasPrefix(source, "aws."):
		d.problem("Event is not from AWS", fmt.Errorf("its source is %s, and only a source that begins with aws. can't be forged", oneLine(source)))
	default:
		d.record(members["detail"], "detail", false)
	}
}

//go:embed test_record.json
var testRecord string

// command handles {"trailbell": "test"}: a record of our own that a shipped rule
// matches, marked as a test.
func (d *document) command(command any) {
	if command != "test" {
		d.problem("Payload could not be read", fmt.Errorf("trailbell does not know the command %s", oneLine(fmt.Sprint(command))))
		return
	}
	var sample map[string]any
	if err := newDecoder(strings.NewReader(testRecord)).Decode(&sample); err != nil {
		d.problem("Payload could not be read", errors.Join(errors.New("the built-in sample is damaged"), err))
		return
	}
	if d.reader.Now != nil {
		sample["eventTime"] = d.reader.Now().UTC().Format(time.RFC3339)
	}
	d.record(sample, "sample", true)
}
