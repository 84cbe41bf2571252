package enrich

import (
	"net/url"
	"regexp"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// The names of links.
const (
	linkConsole   = "console"   // the event in the console
	linkPortal    = "portal"    // the same through the access portal, in the right account
	linkResource  = "resource"  // what the call was about, in the console
	linkRunbook   = "runbook"   // the reader's own runbook for the rule
	linkReference = "reference" // about the rule
)

// Links are built from parts that look as AWS makes them, so that a record can't lead
// a tired person to another place. Where a part looks odd there is no link.
var (
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d{1,2}$`)
	eventIDForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	accountForm = regexp.MustCompile(`^\d{12}$`)
	ruleForm    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)
)

// consoleHosts are the console's domains by the beginning of the region's name: "AWS
// Management Console endpoints and quotas" in the AWS General Reference has those of AWS's
// own regions. It leaves out GovCloud and China, whose addresses are in the table of AMIs
// by region in "Amazon ECS-optimized Linux AMIs", Amazon ECS developer guide.
var consoleHosts = []struct{ prefix, host string }{
	{"us-gov-", "console.amazonaws-us-gov.com"},
	{"cn-", "console.amazonaws.cn"},
	{"", "console.aws.amazon.com"},
}

// otherPartitions are regions whose consoles nobody told us the addresses of.
var otherPartitions = regexp.MustCompile(`^(us-iso|eu-iso|eusc-)`)

// links are where to look next.
func links(rec cloudtrail.Record, rule detection.Rule, ways detection.Ways) map[string]string {
	found := map[string]string{}
	if len(rule.References) > 0 {
		found[linkReference] = rule.References[0]
	}
	if ways.RunbookBase != "" && ruleForm.MatchString(string(rule.ID)) {
		found[linkRunbook] = ways.RunbookBase + string(rule.ID)
	}
	event := consoleLink(rec)
	for name, link := range map[string]string{
		linkConsole: event, linkPortal: portalLink(rec.Account(), event, ways), linkResource: resourceLink(rec),
	} {
		if link != "" {
			found[name] = link
		}
	}
	return found
}

// consoleLink is the event in CloudTrail's event history, which holds management events
// only; see "Working with CloudTrail event history" in the CloudTrail user guide. The address
// is the one that a browser shows for "View event": no page of AWS's spells it out.
func consoleLink(rec cloudtrail.Record) string {
	id, category := rec.EventID(), rec.String("eventCategory")
	if !eventIDForm.MatchString(id) || category != "" && category != "Management" {
		return ""
	}
	return consolePage(rec.Region(), "/cloudtrailv2/home", "#/events/"+id)
}

// consolePage is a page of the console in a region, and empty where it is not known
// which host that is.
func consolePage(region, path, place string) string {
	if !regionForm.MatchString(region) || otherPartitions.MatchString(region) {
		return ""
	}
	for _, c := range consoleHosts {
		if strings.HasPrefix(region, c.prefix) {
			return "https://" + region + "." + c.host + path + "?region=" + region + place
		}
	}
	return ""
}

// portalLink leads through the access portal of IAM Identity Center into the account
// and on to a page, as its button "Create shortcut" does; see "Creating shortcut links to AWS
// Management Console destinations" in the IAM Identity Center user guide.
func portalLink(account, page string, ways detection.Ways) string {
	if page == "" || ways.StartURL == "" || ways.Role == "" || !accountForm.MatchString(account) {
		return ""
	}
	return ways.StartURL + "/#/console?account_id=" + account +
		"&role_name=" + url.QueryEscape(ways.Role) + "&destination=" + url.QueryEscape(page)
}
