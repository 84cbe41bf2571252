package cloudtrail

import "strings"

// MFA says whether the caller had proved a second factor.
type MFA string

// The three answers. Most records of access keys do not say, and absent is not no.
const (
	MFAYes     MFA = "yes"
	MFANo      MFA = "no"
	MFAUnknown MFA = "unknown"
)

// An Identity is userIdentity with its session context, as AWS describes it on the
// page "CloudTrail userIdentity element". Absent fields are empty.
type Identity struct {
	Type        string // Root, IAMUser, AssumedRole, ...; empty for many service events
	UserName    string
	ARN         string
	PrincipalID string
	AccountID   string
	AccessKeyID string
	// InvokedBy is the AWS service that made the call on the caller's behalf.
	InvokedBy string
	// DelegateAccount is the account of a product that acts by delegation.
	DelegateAccount string
	// IssuerType, IssuerName and IssuerARN name who gave out the session's credentials.
	IssuerType, IssuerName, IssuerARN string
	// SourceIdentity is the name that the first role in a chain was assumed with.
	SourceIdentity string
	// AssumedRoot says that the session is a central root session (sts:AssumeRoot).
	AssumedRoot bool
	// IdentityCenterUser is the user id of IAM Identity Center that the call is for.
	IdentityCenterUser string
	// Provider is the identity provider of a SAML, web-identity or directory user.
	Provider string
}

// Identity returns who made the call, in AWS's words.
func (r Record) Identity() Identity {
	at := func(path ...string) string { return r.String(append([]string{"userIdentity"}, path...)...) }
	id := Identity{
		Type:               at("type"),
		UserName:           at("userName"),
		ARN:                at("arn"),
		PrincipalID:        at("principalId"),
		AccountID:          at("accountId"),
		AccessKeyID:        at("accessKeyId"),
		InvokedBy:          at("invokedBy"),
		DelegateAccount:    at("invokedByDelegate", "accountId"),
		IssuerType:         at("sessionContext", "sessionIssuer", "type"),
		IssuerName:         at("sessionContext", "sessionIssuer", "userName"),
		IssuerARN:          at("sessionContext", "sessionIssuer", "arn"),
		SourceIdentity:     at("sessionContext", "sourceIdentity"),
		IdentityCenterUser: at("onBehalfOf", "userId"),
		Provider:           at("identityProvider"),
	}
	assumed, _ := r.Lookup("userIdentity", "sessionContext", "assumedRoot")
	id.AssumedRoot = isTrue(assumed)
	if id.Provider == "" {
		id.Provider = at("sessionContext", "webIdFederationData", "federatedProvider")
	}
	return id
}

// IdentityCenter says whether the session was given out by IAM Identity Center: its
// roles are named AWSReservedSSO_.
func (id Identity) IdentityCenter() bool {
	return strings.HasPrefix(id.IssuerName, "AWSReservedSSO_") ||
		strings.Contains(id.ARN, ":assumed-role/AWSReservedSSO_") ||
		strings.Contains(id.PrincipalID, ":AWSReservedSSO_")
}

// SessionName is the last part of an assumed role's or federated user's ARN, which
// the caller chose.
func (id Identity) SessionName() string {
	if id.Type != "AssumedRole" && id.Type != "FederatedUser" {
		return ""
	}
	if _, after, found := strings.Cut(id.PrincipalID, ":"); found {
		return after
	}
	if i := strings.LastIndexByte(id.ARN, '/'); i >= 0 {
		return id.ARN[i+1:]
	}
	return ""
}

// MFA reads the second factor from the session, or for sign-ins from
// additionalEventData. Sessions and sign-ins of federated people always say no,
// whatever their identity provider asked for, so for them the answer is unknown.
func (r Record) MFA() MFA {
	answer := r.sessionMFA()
	if answer == MFAUnknown {
		answer = r.signInMFA()
	}
	if answer == MFANo && r.Federated() {
		return MFAUnknown
	}
	return answer
}

// Federated says whether another system than AWS signed the caller in.
func (r Record) Federated() bool { return r.Identity().federated() || r.federatedSignIn() }

func (id Identity) federated() bool {
	switch id.Type {
	case "SAMLUser", "WebIdentityUser", "FederatedUser", "Directory", "IdentityCenterUser":
		return true
	}
	return id.IdentityCenter()
}

// federatedSignIn says whether another system asked for the password.
func (r Record) federatedSignIn() bool {
	if r.String("additionalEventData", "SamlProviderArn") != "" {
		return true
	}
	kind := r.String("userIdentity", "type")
	return r.EventName() == "ConsoleLogin" && kind != "IAMUser" && kind != "Root"
}

func (r Record) sessionMFA() MFA {
	value, ok := r.Lookup("userIdentity", "sessionContext", "attributes", "mfaAuthenticated")
	switch {
	case !ok:
		return MFAUnknown
	case isTrue(value):
		return MFAYes
	case value == false || value == "false":
		return MFANo
	}
	return MFAUnknown
}

func (r Record) signInMFA() MFA {
	switch strings.ToLower(r.String("additionalEventData", "MFAUsed")) {
	case "yes":
		return MFAYes
	case "no":
		return MFANo
	}
	return MFAUnknown
}

// isTrue accepts both spellings: CloudTrail writes most booleans as text.
func isTrue(value any) bool { return value == true || value == "true" }
