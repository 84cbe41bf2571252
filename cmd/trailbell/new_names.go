package main

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
)

// The kinds of names, as their aliases begin.
const (
	kindUser    = "user"
	kindRole    = "role"
	kindSession = "session"
	kindPath    = "path"
	kindID      = "id"
)

// identityARN names a user, role or session.
var identityARN = regexp.MustCompile(`arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(user|role|assumed-role|federated-user)/([\w+=,.@/-]+)`)

// personalFields hold names, wherever they stand.
var personalFields = map[string]string{
	"roleSessionName": kindSession,
	"sourceIdentity":  kindUser,
	"userName":        kindUser,
}

// opaqueFields hold ids of one request or credential that have no form of their own.
var opaqueFields = strings.Fields("credentialId eventID requestID sharedEventID x-amz-id-2")

// learnNames collects the names of people, roles and sessions in a record, the caller's
// first, and makes patterns of them: the longest first, since one may be part of another.
func (a *anonymiser) learnNames(rec cloudtrail.Record) {
	identity, _ := rec.Lookup("userIdentity")
	a.learnPrincipal(rec)
	a.learnFrom(identity)
	a.learnFrom(rec.Fields())
	names := slices.SortedFunc(maps.Keys(a.names), func(x, y string) int {
		return cmp.Or(cmp.Compare(len(y), len(x)), cmp.Compare(x, y))
	})
	a.patterns = slices.Clone(patterns[:beforeNames])
	for _, name := range names {
		a.patterns = append(a.patterns, namePattern(name, a.names[name]))
	}
	a.patterns = append(a.patterns, patterns[beforeNames:]...)
}

// learnPrincipal learns what only the identity says: the session behind a principal's id,
// the issuer's name, which is a role's for most, and what an identity provider said.
func (a *anonymiser) learnPrincipal(rec cloudtrail.Record) {
	id := rec.Identity()
	issuer := kindRole
	if id.IssuerType != "Role" && id.IssuerType != "" {
		issuer = kindUser
	}
	a.learn(issuer, id.IssuerName)
	parts := strings.Split(id.PrincipalID, ":")
	if len(parts) == 1 {
		a.learn(kindID, parts[0])
	}
	for _, part := range parts[1:] {
		a.learn(kindSession, part)
	}
	a.learn(kindID, id.AccessKeyID)
	a.learn(kindID, id.IdentityCenterUser)
	said, _ := rec.Lookup("userIdentity", "sessionContext", "webIdFederationData", "attributes")
	attributes, _ := said.(map[string]any)
	for _, value := range attributes {
		text, _ := value.(string)
		a.learn(kindID, text)
	}
}

// learnFrom learns the names in personal fields and in ARNs of identities.
func (a *anonymiser) learnFrom(value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text, _ := v[key].(string)
			if slices.Contains(opaqueFields, key) {
				a.learn(kindID, text)
			}
			a.learn(personalFields[key], text)
			a.learnFrom(v[key])
		}
	case []any:
		for _, item := range v {
			a.learnFrom(item)
		}
	case string:
		a.learnFromText(v)
	}
}

func (a *anonymiser) learnFromText(text string) {
	if inside, ok := nestedJSON(text); ok {
		a.learnFrom(inside)
		return
	}
	for _, found := range identityARN.FindAllStringSubmatch(text, -1) {
		parts := strings.Split(strings.Trim(found[2], "/.,"), "/")
		last := parts[len(parts)-1]
		switch found[1] {
		case "assumed-role":
			a.learn(kindRole, parts[0])
			a.learn(kindSession, strings.Join(parts[1:], "/"))
			continue
		case "role":
			a.learn(kindRole, last)
		default:
			a.learn(kindUser, last)
		}
		for _, part := range parts[:len(parts)-1] {
			a.learn(kindPath, part)
		}
	}
}

// nobody are words that stand where a name could, and names that are AWS's own.
var nobody = regexp.MustCompile(`(?i)^(|root|aws root user|anonymous(_principal)?|\*+|hidden_due_to_security_reasons` +
	`|AWSServiceRoleFor\w*|service-role|aws-service-role|aws-reserved|.*\.amazon(aws)?\.com|[a-z]{2}(-[a-z]+)+-\d)$`)

// learn remembers a name, unless it means nobody or is found by its form. The first kind
// counts.
func (a *anonymiser) learn(kind, name string) {
	name = strings.ToLower(strings.TrimSpace(name))
	if kind == "" || nobody.MatchString(name) || hasForm(name) || a.names[name] != "" {
		return
	}
	a.names[name] = kind
}

// hasForm says whether one of the patterns takes the whole text.
func hasForm(text string) bool {
	a := aliases{given: map[string]string{}, count: map[string]int{}}
	for _, p := range patterns {
		if found := p.form.FindString(strings.ToUpper(text)); len(found) == len(text) && p.alias(&a, found, 0, 0) != "" {
			return true
		}
	}
	return false
}
