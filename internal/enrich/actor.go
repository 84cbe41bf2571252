package enrich

import (
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// actorKinds says what a userIdentity.type is to a person.
var actorKinds = map[string]detection.ActorKind{
	"Root":               detection.ActorRoot,
	"IAMUser":            detection.ActorIAMUser,
	"AssumedRole":        detection.ActorRoleSession,
	"Role":               detection.ActorRole,
	"FederatedUser":      detection.ActorFederatedUser,
	"Directory":          detection.ActorDirectoryUser,
	"SAMLUser":           detection.ActorSAMLUser,
	"WebIdentityUser":    detection.ActorWebIdentityUser,
	"IdentityCenterUser": detection.ActorIdentityCenterUser,
	"AWSAccount":         detection.ActorAccount,
	"AWSService":         detection.ActorService,
}

// actor says who made the call, for a person.
func actor(rec cloudtrail.Record) detection.Actor {
	id := rec.Identity()
	kind := actorKind(rec, id)
	return detection.Actor{
		Kind:        kind,
		Name:        actorName(kind, id),
		ARN:         id.ARN,
		Account:     id.AccountID,
		Issuer:      issuer(id),
		Session:     id.SessionName(),
		Credentials: credentials(id),
		MFA:         rec.MFA(),
		Via:         via(id),
		Source:      rec.String("sourceIPAddress"),
		Federated:   rec.Federated(),
	}
}

func actorKind(rec cloudtrail.Record, id cloudtrail.Identity) detection.ActorKind {
	switch {
	case id.Type == "Root" && id.AssumedRoot:
		return detection.ActorRootSession
	case id.Type == "AssumedRole" && id.IdentityCenter():
		return detection.ActorIdentityCenterUser
	case id.Type == "" && id.InvokedBy != "":
		return detection.ActorService // service events name no type, only the service
	}
	if kind, known := actorKinds[id.Type]; known {
		return kind
	}
	if _, present := rec.Lookup("userIdentity"); !present {
		return detection.ActorNone
	}
	return detection.ActorUnknown
}

// actorName is the name that colleagues would use: a person's before a session's,
// a session's before an id.
func actorName(kind detection.ActorKind, id cloudtrail.Identity) string {
	var candidates []string
	switch kind {
	case detection.ActorRoot, detection.ActorRootSession:
		return "root"
	case detection.ActorService:
		candidates = []string{id.InvokedBy}
	case detection.ActorRoleSession, detection.ActorIdentityCenterUser, detection.ActorFederatedUser:
		candidates = []string{id.SourceIdentity, id.SessionName(), id.UserName, id.IdentityCenterUser}
	case detection.ActorAccount:
		candidates = []string{id.AccountID}
	}
	candidates = append(candidates, id.UserName, lastPart(id.ARN), id.PrincipalID, id.AccountID)
	for _, name := range candidates {
		if name != "" {
			return name
		}
	}
	return ""
}

func lastPart(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }

func issuer(id cloudtrail.Identity) string {
	for _, name := range []string{id.IssuerName, lastPart(id.IssuerARN), id.Provider} {
		if name != "" {
			return name
		}
	}
	return ""
}

// credentials reads how long the keys live from the first letters of the key's id;
// see "IAM identifiers", unique id prefixes, in the IAM user guide.
func credentials(id cloudtrail.Identity) detection.Credentials {
	switch {
	case strings.HasPrefix(id.AccessKeyID, "AKIA"):
		return detection.CredentialsLongLived
	case strings.HasPrefix(id.AccessKeyID, "ASIA"), id.Type == "AssumedRole", id.Type == "FederatedUser":
		return detection.CredentialsTemporary
	}
	return detection.CredentialsUnknown
}

// via is who passed the call on: an AWS service, such as CloudFormation, or the
// account of a product that acts by delegation.
func via(id cloudtrail.Identity) string {
	if id.DelegateAccount != "" {
		return "delegate account " + id.DelegateAccount
	}
	return id.InvokedBy
}
