package slack

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A link is where to look next. Without a url its text says the address.
type link struct{ text, url string }

var linkTitles = []struct{ key, title string }{
	{"console", "See the event (sign in to the account above first)"},
	{"reference", "Read more"},
}

// links are those of a document. One that does not lead to AWS is shown and not linked.
func links(found map[string]any, p pen) []link {
	var out []link
	for _, known := range linkTitles {
		address := shown(found[known.key])
		switch {
		case address == "":
		case leadsToAWS(address):
			out = append(out, link{known.title, address})
		default:
			out = append(out, link{known.title + ": " + p.value(address), ""})
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

// leadsToAWS says whether an address is one that may be clicked.
func leadsToAWS(address string) bool {
	if len(address) > 1000 || !addressForm.MatchString(address) {
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
