package reconcile

import (
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Why says what is to be thought of a match that only log files brought.
type Why string

// The reasons.
const (
	// Lost is of a record that EventBridge should have brought.
	Lost Why = "expected on the bus, and did not come"
	// TooLarge is of a record for which there is no room in an event of EventBridge.
	TooLarge Why = "too large for EventBridge"
	// Elsewhere is of a record of another region or account: perhaps nothing forwards it.
	Elsewhere Why = "from another region or account"
	// ReadsOff is of a call that only reads, which the deployment does not ask for.
	ReadsOff Why = "reads are switched off"
	// ForTrails is of data, network activity and insights, which EventBridge brings only
	// where a trail of that account and region selects them.
	ForTrails Why = "data, network activity or insight"
)

// ByDesign says that nobody expects such a match on the bus.
func (w Why) ByDesign() bool { return w == ReadsOff || w == ForTrails }

const (
	// fullEvent is how large an event may be that CloudTrail gives to EventBridge: 256 KB
	// ("Quotas in AWS CloudTrail" in its user guide).
	fullEvent = 256 << 10
	// envelope is what EventBridge puts around a record, at most.
	envelope = 1 << 10
)

// expect says why a record that matched may have come by log files only. The first that
// holds counts.
func expect(rec cloudtrail.Record, home Home) Why {
	category := rec.String("eventCategory")
	switch {
	case category == "Data" || category == "NetworkActivity" || category == "Insight":
		return ForTrails
	case !home.Reads && readOnlyCall(rec):
		return ReadsOff
	case len(rec.Bytes())+envelope > fullEvent:
		return TooLarge
	case home.Region != "" && rec.Region() != home.Region, home.Account != "" && rec.Account() != home.Account:
		return Elsewhere
	}
	return Lost
}

// readOnlyCall says whether a rule of EventBridge for reads would bring the record. Those
// for sign-ins and events of services bring reads too.
func readOnlyCall(rec cloudtrail.Record) bool {
	kind := rec.String("eventType")
	if kind != "" && kind != "AwsApiCall" && kind != "AwsConsoleAction" {
		return false
	}
	mark, _ := rec.Lookup("readOnly")
	return mark == true || mark == "true"
}

// compared says whether a finding is to come by both lanes at all.
func compared(f detection.Finding) bool { return !f.Rule.LogFilesOnly }
