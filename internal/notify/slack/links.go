package slack

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A link is where to look next. Without a url its text says the address.
type link struct{ text, url string }

// linkTitles are the links in their order. The event is shown once: through the portal,
// where there is one. Settings alone say where the runbook and the portal are.
var linkTitles = []struct {
	key, title, unless string
	ours               bool // the address is from settings and no event's
}{
	{"runbook", "Our runbook", "", true},
	{"portal", "See the event (through the access portal)", "", true},
	{"console", "See the event (sign in to the account above first)", "portal", false},
	{"resource", "See what it was done to", "", false},
	{"reference", "Read more", "", false},
}

// links are those of a document. One that neither leads to AWS nor is from settings is
// shown and not linked.
func links(found map[string]any, p pen) []link {
	var out []link
	for _, known := range linkTitles {
		address := shown(found[known.key])
		switch {
		case address == "", isAddress(shown(found[known.unless])):
		case leadsToAWS(address), known.ours && isAddress(address):
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
