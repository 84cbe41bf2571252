package text

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"trailbell/internal/notify"
)

// Mail programs and phones make links of anything that looks like a host. What an alert
// shows may be a caller's own words, so that the only links in it must be ours.
var (
	// hostForm is words with dots between them.
	hostForm = regexp.MustCompile(`[\p{L}\p{N}_-]+(?:[.\x{3002}\x{FF0E}\x{FF61}][\p{L}\p{N}_-]*[\p{L}\p{N}])+`)
	// lastForm could be a top-level domain: letters, or letters of another alphabet as
	// ASCII. To some programs a hyphen ends it.
	lastForm = regexp.MustCompile(`^(?:\p{L}{2,63}(?:-.*)?|(?i:xn--)[A-Za-z0-9-]+)$`)
	// serviceForm is what AWS calls a service. Nobody else can have a host right below
	// amazonaws.com.
	serviceForm = regexp.MustCompile(`^[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)
	// pathForm is a path of the record, as evidence and notes have it.
	pathForm = regexp.MustCompile(`^(additionalEventData|requestParameters|resources|responseElements|serviceEventDetails|tlsDetails|userIdentity|insightDetails|addendum|edgeDeviceDetails|sessionCredentialFromConsole|vpcEndpoint\w*)\.[A-Za-z]`)
	// plainForm are ends of names that are common in records and no top-level domains.
	plainForm = regexp.MustCompile(`^(?i:json|jsonl|yaml|yml|txt|log|logs|csv|tsv|xml|html|rego|internal|local|localdomain|lan|parquet|tmp|bak)$`)
)

// dots are what browsers take for the dot between the labels of a host.
const dots = ".\u3002\uFF0E\uFF61"

// value is text from an event, in at most limit bytes, of which no mail program makes a
// link.
func value(text string, limit int) string {
	room := limit
	for {
		shown := defang(notify.Visible(text, room))
		if len(shown) <= limit {
			return shown
		}
		// Fewer bytes of text grow by fewer bytes; 21 is the least that Visible takes.
		room = max(room-(len(shown)-limit), 21)
	}
}

// defang writes [:]// for ://, and [.] for each dot of what looks like a host that could
// stand before a top-level domain: evil.shop[.]com would leave evil.shop to be linked.
// The dot behind www is enough for some programs.
func defang(visible string) string {
	visible = strings.ReplaceAll(visible, "://", "[:]//")
	var b strings.Builder
	done := 0
	for _, at := range hostForm.FindAllStringIndex(visible, -1) {
		for _, dot := range linkedDots(visible, at[0], at[1]) {
			_, width := utf8.DecodeRuneInString(visible[dot:])
			b.WriteString(visible[done:dot] + "[.]")
			done = dot + width
		}
	}
	b.WriteString(visible[done:])
	return b.String()
}

// linkedDots are the places of the dots that make a link of text[from:to], in order.
func linkedDots(text string, from, to int) []int {
	host := text[from:to]
	if readable(text[:from], host, text[to:]) {
		return nil
	}
	var found []int
	www := strings.EqualFold(host[:strings.IndexAny(host, dots)], "www")
	for at, r := range host {
		if strings.ContainsRune(dots, r) && (www && len(found) == 0 || domain(host[at+utf8.RuneLen(r):])) {
			found = append(found, from+at)
		}
	}
	return found
}

// domain says whether what follows a dot begins with what could be a top-level domain.
func domain(after string) bool {
	if end := strings.IndexAny(after, dots); end >= 0 {
		after = after[:end]
	}
	return lastForm.MatchString(after) && !plainForm.MatchString(after)
}

// readable says whether a host stays as it is: in the names of services, which lead to
// AWS at most, in addresses of people, which lead to nobody's site, and in paths of the
// record.
func readable(before, host, after string) bool {
	behind, isAddress := strings.CutSuffix(before, "@")
	switch {
	case isAddress:
		return mailbox(behind) && !leadsOn(after)
	case strings.HasPrefix(after, "@"):
		return person(after[1:])
	case serviceForm.MatchString(host):
		return !leadsOn(after) && !strings.HasSuffix(before, "/")
	}
	return pathForm.MatchString(host)
}

// mailbox says whether a text ends like the part of an address before its @.
func mailbox(text string) bool {
	return text != "" && strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-", rune(text[len(text)-1]))
}

// person says whether a text begins with a host that ends an address of a person.
func person(text string) bool {
	at := hostForm.FindStringIndex(text)
	return at != nil && at[0] == 0 && !leadsOn(text[at[1]:])
}

// leadsOn says whether what stands behind a host makes it more than a name.
func leadsOn(after string) bool { return after != "" && strings.ContainsRune("/:?#@", rune(after[0])) }
