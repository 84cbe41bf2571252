package enrich

import (
	"regexp"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// Links are built from parts that look as AWS makes them, so that a record can't lead
// a tired person to another place.
var (
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d{1,2}$`)
	eventIDForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// consoleHosts are the console's domains by the beginning of the region's name.
var consoleHosts = []struct{ prefix, host string }{
	{"us-gov-", "console.amazonaws-us-gov.com"},
	{"cn-", "console.amazonaws.cn"},
	{"", "console.aws.amazon.com"},
}

// links are where to look next: the event in the console and the rule's reference.
func links(rec cloudtrail.Record, rule detection.Rule) map[string]string {
	found := map[string]string{}
	if len(rule.References) > 0 {
		found["reference"] = rule.References[0]
	}
	if link := consoleLink(rec); link != "" {
		found["console"] = link
	}
	return found
}

// consoleLink is the event in CloudTrail's event history, which holds management
// events only.
func consoleLink(rec cloudtrail.Record) string {
	region, id := rec.Region(), rec.EventID()
	category := rec.String("eventCategory")
	if !regionForm.MatchString(region) || !eventIDForm.MatchString(id) || category != "" && category != "Management" {
		return ""
	}
	for _, c := range consoleHosts {
		if strings.HasPrefix(region, c.prefix) {
			return "https://" + region + "." + c.host + "/cloudtrailv2/home?region=" + region + "#/events/" + id
		}
	}
	return ""
}
