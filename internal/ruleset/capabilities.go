package ruleset

import (
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// allowed are the built-in functions that a rule may call. It is a list of what is
// safe, not of what is not, so that a new OPA brings nothing in by itself. Left out:
// whatever reaches the network, the clock, randomness or the environment; whatever
// runs on after its deadline (bits.lsh, graph.*, concat, net.cidr_expand); whatever
// makes much from little (numbers.range, yaml.unmarshal); and keys and certificates,
// which no rule needs.
var allowed = strings.Fields(`
	abs all and any array.concat array.flatten array.reverse array.slice assign
	base64.decode base64.is_valid base64url.decode
	bits.and bits.negate bits.or bits.rsh bits.xor
	ceil contains count crypto.md5 crypto.sha1 crypto.sha256
	div endswith eq equal floor format_int glob.match glob.quote_meta gt gte
	hex.decode indexof internal.member_2 internal.member_3 internal.print
	internal.template_string internal.test_case intersection
	is_array is_boolean is_null is_number is_object is_set is_string
	json.filter json.is_valid json.marshal json.remove json.unmarshal
	lower lt lte max min minus mul neq
	net.cidr_contains net.cidr_contains_matches net.cidr_intersects net.cidr_is_valid
	net.cidr_merge net.cidr_overlap
	object.filter object.get object.keys object.remove object.subset object.union object.union_n
	or plus print product regex.find_all_string_submatch_n regex.find_n regex.is_valid
	regex.match regex.replace regex.split rem replace round
	semver.compare semver.is_valid set_diff sort split sprintf startswith
	strings.any_prefix_match strings.any_suffix_match strings.count strings.replace_n
	strings.reverse strings.split_n substring sum
	time.add_date time.clock time.date time.diff time.format time.parse_duration_ns
	time.parse_ns time.parse_rfc3339_ns time.weekday
	to_number trim trim_left trim_prefix trim_right trim_space trim_suffix type_name
	union units.parse units.parse_bytes upper uri.is_valid uri.parse
	urlquery.decode urlquery.decode_object urlquery.encode urlquery.encode_object
	uuid.parse walk`)

// Capabilities are what OPA may do for a rule: the allowed built-ins and no host. They
// are one value for all, which must not be changed.
func Capabilities() *ast.Capabilities { return capabilities() }

var capabilities = sync.OnceValue(func() *ast.Capabilities {
	caps := ast.CapabilitiesForThisVersion()
	caps.Builtins = slices.DeleteFunc(slices.Clone(caps.Builtins), func(b *ast.Builtin) bool {
		return !slices.Contains(allowed, b.Name)
	})
	caps.AllowNet = []string{} // nil would mean every host
	return caps
})
