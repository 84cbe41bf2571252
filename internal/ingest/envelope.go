package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
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

// signs are the keys by which an object is known to be more than a record.
var signs = []string{"detail-type", "trailbell", "awslogs", "logEvents", "invocationId", "requestContext", "TopicArn"}

// shellSigns are the keys by which an object that has a list of records is known to be
// more than the list.
var shellSigns = []string{"detail-type", "detail", "eventName", "insightDetails", "trailbell"}

// object yields what an object without a list of records holds.
func (d *document) object(text []byte) {
	switch {
	case d.scanner.Signed():
		d.envelope(text)
	case len(bytes.TrimSpace(text[1:len(text)-1])) == 0:
		// {} is what the Lambda console sends to try a function: no record, no problem.
	default:
		rec, err := d.recordOf(text)
		d.record(rec, err, d.passed("value", d.values, text))
	}
}

// afterList yields what else is in an object whose list of records was read.
func (d *document) afterList() {
	if len(d.shell) == 1 {
		return // damage hid its beginning
	}
	d.scanner.Stop, d.scanner.Signs = "", signs
	d.scanner.Reset()
	if _, err := d.scanner.Scan(d.shell); err != nil {
		d.problem("Payload could not be read to its end", d.at(err), excerptOf(d.shell, d.in.offset()))
		return
	}
	for key := range cloudtrail.Members(d.shell) {
		if slices.Contains(shellSigns, key) {
			d.object(d.shell)
			return
		}
	}
}

// envelope tells by its members what an object is.
func (d *document) envelope(text []byte) {
	members := map[string][]byte{}
	for key, value := range cloudtrail.Members(text) {
		if _, before := members[key]; before && key != listKey {
			d.problem("Event can be read in two ways", fmt.Errorf("%s stands twice, and only the last one was evaluated", oneLine(key)),
				excerptOf(text, d.in.offset()-int64(len(text))))
		}
		members[key] = value
	}
	if command, isCommand := members["trailbell"]; isCommand {
		d.command(command)
		return
	}
	if _, isEvent := members["detail-type"]; isEvent {
		d.event(members, text)
		return
	}
	d.parcel(members, text)
}

// parcel takes an object apart that carries payloads. One that does not is a record, whatever
// its keys are.
func (d *document) parcel(members map[string][]byte, text []byte) {
	parcel, isParcel, err := open(members)
	switch {
	case !isParcel:
		rec, err := d.recordOf(text)
		d.record(rec, err, d.passed("value", d.values, text))
	case err != nil:
		d.problem("Payload could not be read", err, excerptOf(text, d.in.offset()-int64(len(text))))
	default:
		for rec, problem := range d.reader.items(parcel.Items, d.where) {
			if d.stopped = d.stopped || !d.yield(rec, problem); d.stopped {
				return
			}
		}
	}
}

// event takes the record out of an EventBridge event. Only AWS itself can put an event
// whose source begins with "aws." on a bus; everybody with events:PutEvents can put the
// others, whatever their detail-type says.
func (d *document) event(members map[string][]byte, text []byte) {
	source, _ := cloudtrail.Text(members["source"])
	detailType, _ := cloudtrail.Text(members["detail-type"])
	raw := excerptOf(text, d.in.offset()-int64(len(text)))
	switch {
	case !slices.Contains(detailTypes, detailType):
		d.problem("Event could not be read", fmt.Errorf("detail-type %s is none of CloudTrail's", oneLine(detailType)), raw)
	case !strings.HasPrefix(source, "aws."):
		d.problem("Event is not from AWS", fmt.Errorf("its source is %s, and only a source that begins with aws. can't be forged", oneLine(source)), raw)
	default:
		detail, has := members["detail"]
		if !has {
			detail = []byte("null")
		}
		rec, err := cloudtrail.Parse(detail)
		rec.Bus = err == nil
		d.record(rec, err, d.passed("detail", 0, text))
	}
}
