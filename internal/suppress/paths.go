package suppress

import (
	"encoding/json"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"trailbell/internal/cloudtrail"
)

// A path names values of a record, in the words of METADATA: keys with dots between, or
// the first that is present of several (a.b|a.c), or the network of an address
// (sourceIPAddress/16), or the kind of program (agent_family(userAgent)). Where lists
// stand on the way, it leads through each of their elements.
type path struct {
	alternatives [][]string
	bits         int // of the network, 0 for none
	family       bool
}

// parsePath reads a path that ruleset has checked. Of others it makes what it can.
func parsePath(text string) path {
	var p path
	if inside, ok := strings.CutPrefix(text, "agent_family("); ok {
		p.family, text = true, strings.TrimSuffix(inside, ")")
	}
	if before, after, ok := strings.Cut(text, "/"); ok {
		if bits, err := strconv.Atoi(after); err == nil && bits > 0 {
			p.bits, text = bits, before
		}
	}
	for alternative := range strings.SplitSeq(text, "|") {
		p.alternatives = append(p.alternatives, strings.Split(alternative, "."))
	}
	return p
}

// all are the values in the record as text, objects as JSON. null and "" are none.
func (p path) all(rec cloudtrail.Record) []string { return p.values(rec, true) }

// scalars are the values in the record that are no objects, as text.
func (p path) scalars(rec cloudtrail.Record) []string { return p.values(rec, false) }

// one is all values as one text, in an order of its own, and [absent] without any.
func (p path) one(rec cloudtrail.Record) string {
	values := p.all(rec)
	switch len(values) {
	case 0:
		return absent
	case 1:
		return values[0]
	}
	slices.Sort(values)
	return "several:" + cloudtrail.Digest(values...)
}

func (p path) values(rec cloudtrail.Record, objects bool) []string {
	for _, keys := range p.alternatives {
		var found []string
		collect(rec.Fields(), keys, objects, &found)
		if len(found) == 0 {
			continue
		}
		for i, value := range found {
			found[i] = p.shape(value)
		}
		return found
	}
	return nil
}

// collect follows the keys from a value and adds what it finds.
func collect(value any, keys []string, objects bool, found *[]string) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			collect(element, keys, objects, found)
		}
	case map[string]any:
		if len(keys) > 0 {
			collect(v[keys[0]], keys[1:], objects, found)
		} else if text, err := json.Marshal(v); err == nil && objects {
			*found = append(*found, string(text))
		}
	default:
		if text := scalar(v); text != "" && len(keys) == 0 {
			*found = append(*found, text)
		}
	}
}

// scalar is a text, number or boolean as text.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (p path) shape(value string) string {
	if p.bits > 0 {
		value = network(value, p.bits)
	}
	if p.family {
		value = agentFamily(value)
	}
	return value
}

// network is the network of so many bits that an IPv4 address is in. IPv6 networks of the
// same kind are written with three times as many, 48 for 16, and never with more than 64,
// which is what one household or machine has. What is no address stays as it is.
func network(value string, bits int) string {
	addr, err := netip.ParseAddr(value)
	if err != nil {
		return value
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		bits = min(bits, 32)
	} else {
		bits = min(3*bits, 64)
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return value
	}
	return prefix.String()
}

var (
	// productVersion is what follows a product's name, as in aws-cli/2.15.0-beta.
	productVersion = regexp.MustCompile(`/v?[0-9][^\s;,()\[\]]*`)
	looseVersion   = regexp.MustCompile(`[0-9][0-9._-]*`)
)

// agentFamily is a user agent without the numbers of versions, which change with each
// release: "aws-cli/2.15.0 Python/3.11.6" and "aws-cli/2.16.1 Python/3.12.0" are both
// "aws-cli Python".
func agentFamily(agent string) string {
	agent = looseVersion.ReplaceAllString(productVersion.ReplaceAllString(agent, ""), "")
	return strings.Join(strings.Fields(agent), " ")
}
