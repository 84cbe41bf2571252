package slack

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"trailbell/internal/notify"
)

// A link is where to look next. Without a url its text says the address.
type link struct{ text, url string }

// links are those of a document. One that neither leads to AWS nor is from settings is
// shown and not linked.
func links(found map[string]any, p pen) []link {
	var out []link
	for _, known := range notify.LinkTitles {
		address := shown(found[known.Key])
		switch {
		case address == "", isAddress(shown(found[known.Unless])):
		case leadsToAWS(address), known.FromSettings && isAddress(address):
			out = append(out, link{known.Title, address})
		default:
			out = append(out, link{known.Title + ": " + p.value(address), ""})
		}
	}
	return out
}

// The hosts of AWS's console, with those below them, and of its documentation.
var (
	consoles = []string{"console.aws.amazon.com", "console.amazonaws-us-gov.com", "console.amazonaws.cn"}
	docs     = []string{"docs.aws.amazon.com", "docs.amazonaws.cn"}
)

// addressForm has a host and nothing else before the path, and leaves out what has a
// meaning to Slack.
var addressForm = regexp.MustCompile(`^https://[a-z0-9.-]+/[A-Za-z0-9/_.,~:;?#=&%+!$()@-]*$`)

// isAddress says whether a text is an address and nothing else.
func isAddress(text string) bool { return len(text) <= 1000 && addressForm.MatchString(text) }

// leadsToAWS says whether an address is one that may be clicked, whoever chose it.
func leadsToAWS(address string) bool {
	if !isAddress(address) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return slices.Contains(docs, u.Host) || slices.ContainsFunc(consoles, func(host string) bool {
		return u.Host == host || strings.HasSuffix(u.Host, "."+host)
	})
}
