package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A pattern finds something in a text that says whose it is.
type pattern struct {
	form *regexp.Regexp
	// alias is what stands for a match, and "" where the match, with what stands right
	// before and after it, is something else.
	alias func(a *aliases, match string, before, after rune) string
}

// patterns are tried in this order; what one has claimed is not looked at by the next.
// Their repetitions are bounded, so that a hostile text costs no more than its length.
var patterns = []pattern{
	{regexp.MustCompile(`arn:aws[a-z-]*:iam::aws:[\w/+=,.@-]{1,256}`), awsAlias},
	{regexp.MustCompile(`[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}`), mailAlias},
	{regexp.MustCompile(`[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}`), uuidAlias},
	{regexp.MustCompile(`A(BIA|CCA|GPA|IDA|IPA|KIA|NPA|NVA|PKA|ROA|SCA|SIA)[A-Z0-9]{12,124}`), keyAlias},
	{regexp.MustCompile(`[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{0,44}([0-9A-Fa-f]|::)|[0-9A-Fa-f]{0,4}::`), ip6Alias},
	{regexp.MustCompile(`\d{1,3}(\.\d{1,3}){3,8}`), ip4Alias},
	{regexp.MustCompile(`(ip|ec2)-\d{1,3}(-\d{1,3}){3}`), hostAlias},
	{regexp.MustCompile(`\d{12}`), accountAlias},
}

// beforeNames is how many patterns come before names: what is AWS's own, and the mail
// addresses of people, of which a name may be a part.
const beforeNames = 2

// aliases are what stands for the originals: the same for the same, in the order in which
// they were first met.
type aliases struct {
	given map[string]string
	count map[string]int
}

// of is the alias of an original among those of its kind. Make is asked once for each.
func (a *aliases) of(kind, original string, make func(n int) string) string {
	key := kind + " " + strings.ToLower(original)
	alias, known := a.given[key]
	if !known {
		a.count[kind]++
		alias = make(a.count[kind])
		a.given[key] = alias
	}
	return alias
}

// awsAlias leaves what is AWS's own, such as a managed policy.
func awsAlias(_ *aliases, match string, _, _ rune) string { return match }

func mailAlias(a *aliases, match string, _, _ rune) string {
	return a.of("mail", match, func(n int) string { return fmt.Sprintf("person-%d@example.com", n) })
}

func uuidAlias(a *aliases, match string, before, after rune) string {
	if isWord(before) || isWord(after) {
		return ""
	}
	return a.of("uuid", match, func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) })
}

// keyAlias keeps the first four letters of a key's or principal's id: they say what kind
// it is.
func keyAlias(a *aliases, match string, before, after rune) string {
	if isWord(before) || isWord(after) {
		return ""
	}
	return a.of("key", match, func(n int) string { return fmt.Sprintf("%s%09dEXAMPLE", match[:4], n) })
}

func accountAlias(a *aliases, match string, before, after rune) string {
	if unicode.IsDigit(before) || unicode.IsDigit(after) {
		return ""
	}
	return a.of("account", match, func(n int) string {
		known := []string{"123456789012", "210987654321", "111122223333", "444455556666", "777788889999"}
		if n <= len(known) {
			return known[n-1]
		}
		return fmt.Sprintf("1000%08d", n)
	})
}

func ip4Alias(a *aliases, match string, before, after rune) string {
	address, err := netip.ParseAddr(match)
	browser := before == '/' && strings.HasSuffix(match, ".0.0.0") // Chrome/126.0.0.0
	if err != nil || isWord(before) || before == '.' || isWord(after) || browser || means(address) {
		return ""
	}
	return documentation4(a, match)
}

// documentation4 is one of the 762 host addresses kept for documentation (RFC 5737);
// after those it begins anew.
func documentation4(a *aliases, address string) string {
	return a.of("ip4", address, func(n int) string {
		networks := []string{"198.51.100", "203.0.113", "192.0.2"}
		return fmt.Sprintf("%s.%d", networks[(n-1)/254%len(networks)], (n-1)%254+1)
	})
}

func ip6Alias(a *aliases, match string, before, after rune) string {
	address, err := netip.ParseAddr(match)
	inside := isWord(before) || before == '-' || before == '_' || isWord(after)
	// The end of a fingerprint, or of an ARN with empty parts.
	rest := before == ':' && (!strings.Contains(match, "::") || match[0] == ':')
	if err != nil || inside || rest || means(address) {
		return ""
	}
	return a.of("ip6", address.String(), func(n int) string { return fmt.Sprintf("2001:db8::%x", n) })
}

// means says whether an address says something by itself, and nothing of a network: any
// address, as in 0.0.0.0/0, or the machine itself.
func means(address netip.Addr) bool { return address.IsUnspecified() || address.IsLoopback() }

// hostAlias keeps the form of a host name that has an address in it.
func hostAlias(a *aliases, match string, before, after rune) string {
	kind, dashed, _ := strings.Cut(match, "-")
	address := strings.ReplaceAll(dashed, "-", ".")
	if _, err := netip.ParseAddr(address); err != nil || isWord(before) || unicode.IsDigit(after) {
		return ""
	}
	return kind + "-" + strings.ReplaceAll(documentation4(a, address), ".", "-")
}

// namePattern finds a name that was learnt from the record, in any case.
func namePattern(name, kind string) pattern {
	form := regexp.MustCompile(`(?i)` + regexp.QuoteMeta(name))
	return pattern{form, func(a *aliases, match string, before, after rune) string {
		if !isName(match, before, after) {
			return ""
		}
		return a.of("name", name, func(int) string { return a.nameOf(kind, name) })
	}}
}

// isName says whether a match is the name and not a part of another word. A name that is
// short or a word of AWS's counts only as a part of its own, such as the last of an ARN:
// a user may be called "user". A long one also counts in front of a capital or a digit,
// and one that is unlike any word counts everywhere.
func isName(match string, before, after rune) bool {
	switch {
	case len(match) < 3 || slices.Contains(awsWords, strings.ToLower(match)):
		return isPart(before, after)
	case len(match) < 5:
		return !isWord(before) && !isWord(after)
	}
	first, _ := utf8.DecodeRuneInString(match)
	end, _ := utf8.DecodeLastRuneInString(match)
	return isBoundary(before, first) && isBoundary(end, after) ||
		strings.ContainsFunc(match, func(r rune) bool { return !unicode.IsLetter(r) })
}

// isPart says whether what stands between two characters is a part of an ARN, a path or an
// id, or a text of its own.
func isPart(before, after rune) bool {
	if after == '/' {
		return before == '/'
	}
	return after == 0 && (before == 0 || before == '/' || before == ':')
}

// isBoundary says whether a word ends between two characters.
func isBoundary(left, right rune) bool {
	return !isWord(left) || !isWord(right) || unicode.IsLetter(left) != unicode.IsLetter(right) ||
		unicode.IsLower(left) && unicode.IsUpper(right)
}

// awsWords stand in ARNs and elsewhere for themselves.
var awsWords = strings.Fields("assumed-role aws ec2 federated-user group iam instance policy role root s3 session sts user")

// ssoRole is a role of IAM Identity Center: AWSReservedSSO_, the permission set, and 16
// hex digits. The beginning is AWS's and says where a session comes from.
var ssoRole = regexp.MustCompile(`(?i)^AWSReservedSSO_.*_[0-9a-f]{16}$`)

// instanceSession is the session name that EC2 gives to the role of an instance.
var instanceSession = regexp.MustCompile(`^i-[0-9a-f]{8,17}$`)

// nameOf makes a new name of a kind. It keeps the form of those that rules look at.
func (a *aliases) nameOf(kind, name string) string {
	a.count["a "+kind]++
	n := a.count["a "+kind]
	switch {
	case instanceSession.MatchString(name):
		return fmt.Sprintf("i-%017d", n)
	case ssoRole.MatchString(name):
		return fmt.Sprintf("AWSReservedSSO_%s-%d_%016d", kind, n, n)
	}
	return fmt.Sprintf("%s-%d", kind, n)
}

// A span is a piece of a text with what stands for it.
type span struct {
	from, to int
	alias    string
}

// replace puts aliases into a text, pattern by pattern.
func (a *aliases) replace(text string, all []pattern) string {
	var claimed []span
	for _, p := range all {
		for at := 0; at < len(text); {
			found := p.form.FindStringIndex(text[at:])
			if found == nil {
				break
			}
			from, to := at+found[0], at+found[1]
			at = from + 1
			if overlaps(claimed, from, to) {
				continue
			}
			before, _ := utf8.DecodeLastRuneInString(text[:from])
			after, _ := utf8.DecodeRuneInString(text[to:])
			if alias := p.alias(a, text[from:to], atEdge(before), atEdge(after)); alias != "" {
				claimed = append(claimed, span{from, to, alias})
				at = to
			}
		}
	}
	slices.SortFunc(claimed, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	done := 0
	for _, s := range claimed {
		b.WriteString(text[done:s.from] + s.alias)
		done = s.to
	}
	return b.String() + text[done:]
}

// atEdge makes 0 of what utf8 returns where there is no character.
func atEdge(r rune) rune {
	if r == utf8.RuneError {
		return 0
	}
	return r
}

func overlaps(claimed []span, from, to int) bool {
	return slices.ContainsFunc(claimed, func(s span) bool { return from < s.to && s.from < to })
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
