package suppress

import (
	"log/slog"
	"net/netip"
	"slices"
	"strings"

	"github.com/gobwas/glob"

	"trailbell/internal/cloudtrail"
)

// A pattern is an entry of a list, or a value of an exception: text, or a glob in which
// * stands for any characters, / and : among them.
type pattern struct {
	text string
	glob *glob.Pattern // nil where the text is no glob
}

func compilePattern(text string, log *slog.Logger) pattern {
	g, err := glob.Compile(text)
	if err != nil {
		log.Warn("not a glob, counts as plain text", "entry", text, "why", err.Error())
		return pattern{text: text}
	}
	return pattern{text, g}
}

func (p pattern) fits(value string) bool {
	return value != "" && (value == p.text || p.glob != nil && p.glob.Match(value))
}

// lists are the lists of settings by name.
type lists map[string][]pattern

func compileLists(texts map[string][]string, log *slog.Logger) lists {
	compiled := lists{}
	for name, entries := range texts {
		for _, entry := range entries {
			compiled[name] = append(compiled[name], compilePattern(entry, log))
		}
	}
	return compiled
}

// exempting is the first of the lists that exempts the record's caller, or what else
// the list is about. A list whose first name is not known here exempts nobody. Among those
// is user_agents: what a program calls itself, whoever runs it chooses.
func (l lists) exempting(names []string, rec cloudtrail.Record) (string, bool) {
	kinds := map[string]func(lists, pattern, cloudtrail.Record) bool{
		"principals": lists.isPrincipal,
		"roles":      lists.isPrincipal,
		"accounts":   isAccount,
		"cidrs":      isAddress,
		"networks":   isAddress,
		"regions":    isRegion,
		"buckets":    isBucket,
	}
	for _, name := range names {
		first, _, _ := strings.Cut(name, ".")
		fits := kinds[first]
		if fits != nil && slices.ContainsFunc(l[name], func(p pattern) bool { return fits(l, p, rec) }) {
			return name, true
		}
	}
	return "", false
}

// isPrincipal says whether the caller is meant. An entry with a colon is compared with
// the ARNs of the caller and of the role or user that gave out the session; any other
// with their names. The session's own name is not looked at, since its user chose it.
//
// Anybody can give a role of his own account any name. So a name alone means one of the
// account that the record is of, or of accounts.trusted. And a sign-in that failed says
// whom somebody claimed to be.
func (l lists) isPrincipal(p pattern, rec cloudtrail.Record) bool {
	if p.text == "*" {
		return true
	}
	if rec.EventSource() == "signin.amazonaws.com" && rec.Failed() {
		return false
	}
	id := rec.Identity()
	if strings.Contains(p.text, ":") {
		return slices.ContainsFunc(arns(id), p.fits)
	}
	return l.ownAccount(id.AccountID, rec) && slices.ContainsFunc(names(id), p.fits)
}

// arns are what the caller is known by, wherever it is from.
func arns(id cloudtrail.Identity) []string {
	own := withoutSession(id.ARN)
	return []string{own, strings.TrimSuffix(own, "/"), id.IssuerARN}
}

// names are what the caller is called in its own account.
func names(id cloudtrail.Identity) []string {
	all := []string{id.IssuerName, roleName(id.ARN)}
	if id.Type == "IAMUser" {
		all = append(all, id.UserName)
	}
	return all
}

func (l lists) ownAccount(caller string, rec cloudtrail.Record) bool {
	return caller == rec.Account() || caller != "" &&
		slices.ContainsFunc(l["accounts.trusted"], func(p pattern) bool { return p.text == caller })
}

// roleName is the name in the ARN of a role or of a role's session, whose records need
// not name an issuer.
func roleName(arn string) string {
	_, resource := cutResource(withoutSession(arn))
	kind, name, _ := strings.Cut(strings.TrimSuffix(resource, "/"), "/")
	if kind != "role" && kind != "assumed-role" {
		return ""
	}
	return name[strings.LastIndexByte(name, '/')+1:]
}

// isAccount is about the caller's account, which need not be the record's.
func isAccount(_ lists, p pattern, rec cloudtrail.Record) bool {
	return p.fits(rec.String("userIdentity", "accountId"))
}

func isRegion(_ lists, p pattern, rec cloudtrail.Record) bool { return p.fits(rec.Region()) }

func isBucket(_ lists, p pattern, rec cloudtrail.Record) bool {
	return p.fits(rec.String("requestParameters", "bucketName"))
}

// isAddress is about the caller's address, if it has one: the names of services are in no
// network. What came through a VPC endpoint has an address of that VPC, and whoever makes
// a VPC chooses its addresses; so it is in no network either.
func isAddress(_ lists, p pattern, rec cloudtrail.Record) bool {
	addr, err := netip.ParseAddr(rec.String("sourceIPAddress"))
	if err != nil || rec.String("vpcEndpointId") != "" {
		return false
	}
	addr = addr.Unmap().WithZone("")
	if prefix, err := netip.ParsePrefix(p.text); err == nil {
		return prefix.Contains(addr)
	}
	single, err := netip.ParseAddr(p.text)
	return err == nil && single.Unmap() == addr
}
