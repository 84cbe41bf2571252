// Package detection holds trailbell's own words: rule, finding, alert, problem,
// severity. They are plain values that every stage understands; no work is done here.
package detection

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
)

// A RuleID is a rule's package without "rules.", such as cloudtrail.trail_stopped_or_deleted.
type RuleID string

// A Severity says how soon somebody must look. The zero value is not a severity.
type Severity int

// The severities, in the numbers of the severity_id attribute.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
	Critical
)

var severityNames = []string{"", "info", "low", "medium", "high", "critical"}

// Severities are all of them, lowest first.
func Severities() []Severity { return []Severity{Info, Low, Medium, High, Critical} }

// ParseSeverity reads a severity's name; the error lists the names.
func ParseSeverity(name string) (Severity, error) {
	if i := slices.Index(severityNames, name); i > 0 {
		return Severity(i), nil
	}
	return 0, fmt.Errorf("severity %q is none of %s", name, strings.Join(severityNames[1:], ", "))
}

// String is the severity's name, lower case.
func (s Severity) String() string {
	if s < Info || s > Critical {
		return "unknown"
	}
	return severityNames[s]
}

// MarshalText writes the name, so that JSON shows words and not numbers.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Technique is the id of a MITRE ATT&CK Enterprise technique, such as T1562.008.
type Technique string

// A Rule is what is known of a rule without asking OPA: its METADATA, and what the
// loader found in its body.
type Rule struct {
	ID             RuleID
	File           string // where it was read, for messages
	Title          string
	Description    string
	Severity       Severity
	References     []string
	Attack         []Technique
	CIS            []string
	Runbook        []string
	FalsePositives []string
	// Redact is the record's paths whose values are secrets for this rule.
	Redact []string
	// Exempt names lists of settings whose members are not alerted.
	Exempt []string
	// GroupBy is the record's paths whose values make alerts of this rule alike.
	GroupBy []string
	// Threshold and FirstSeen make a rule wait for more than one record; at most one of
	// them is set.
	Threshold *Threshold
	FirstSeen *FirstSeen
	Status    Status
	// Fixed is the severity that settings give every finding of the rule; zero leaves it
	// to the rule.
	Fixed Severity
	// Shadow says that findings are counted and not sent.
	Shadow bool
	// LogFilesOnly says that EventBridge does not deliver what the rule needs.
	LogFilesOnly bool
	// Settings are the settings that the rule reads, such as roles.mfa_required.
	Settings []string
	// Inactive says why the rule can't fire as things are, and is empty when it can.
	Inactive string
	// Outputs are the optional answers that the rule gives beside match.
	Outputs []Output
	// Evidence is the record's paths that the rule looks at, itself or through helpers.
	Evidence []string
}

// A Threshold lets a rule fire when Count records of a group came within Window.
type Threshold struct {
	Count    int
	Window   time.Duration
	Distinct string         // count different values of this path instead of records
	Weights  map[string]int // what a record of an event counts for, 1 where absent
	Lower    int            // the count that holds when the rule's lower is true
}

// A FirstSeen lets a rule fire when a group was not seen within Window.
type FirstSeen struct {
	Window time.Duration
}

// A Status says how ripe a rule is.
type Status string

// The statuses. A rule that is off is loaded and checked, and never asked.
const (
	StatusStable Status = "stable"
	StatusTest   Status = "test"
	StatusOff    Status = "off"
)

// An Output is an optional answer of a rule, evaluated after a match.
type Output string

// The outputs of a rule, by the name of the Rego rule that gives them.
const (
	OutputTitle      Output = "title"
	OutputSeverities Output = "severities"
	OutputDetails    Output = "details"
	OutputGroup      Output = "group"
	OutputAtOnce     Output = "at_once"
	OutputLower      Output = "lower"
)

// A Finding is a rule that matched a record.
type Finding struct {
	Rule     Rule
	Title    string
	Severity Severity
	Details  map[string]any // scalars only
	// Group is what makes alerts of the rule alike; nil where METADATA's GroupBy says it.
	Group []string
	// AtOnce says that the finding waits for no others, whatever the threshold.
	AtOnce bool
	// Lower says that the threshold's lower count holds.
	Lower bool
	// Notes are for the reader of the alert.
	Notes []string
}

// A Verdict is what asking one rule about one record led to.
type Verdict string

// Undecided is never "no": it becomes a problem that a person is told.
const (
	Fired     Verdict = "fired"
	Quiet     Verdict = "quiet"
	Undecided Verdict = "undecided"
)

// A Cause names why a rule, or one of its outputs, gave no usable answer.
type Cause string

// The causes. They are counted, so there are few.
const (
	CauseError    Cause = "error"
	CauseConflict Cause = "conflict"
	CauseTimeout  Cause = "timeout"
	CauseShape    Cause = "wrong shape"
	CausePanic    Cause = "panic"
	// CauseStuck is an evaluation that went on after its deadline; it is left running.
	CauseStuck Cause = "stuck"
	// CauseQuarantined is a question that is not asked because it was stuck before.
	CauseQuarantined Cause = "quarantined"
	// CauseBuiltin is a built-in function that failed, as to_number does on words.
	CauseBuiltin Cause = "built-in error"
)

// A Failure is a part of a rule that gave no usable answer.
type Failure struct {
	Part  string // match, or the output
	Cause Cause
	Err   error
}

// An Outcome is one rule's answer about one record.
type Outcome struct {
	Rule    Rule
	Verdict Verdict
	Finding Finding // when Fired
	// Failures is why a rule is Undecided, or which outputs of a rule that Fired
	// were replaced by METADATA's values.
	Failures []Failure
	// Complaints are built-in functions that failed on the record. OPA goes on as if
	// they had no answer: other bodies of the rule still decide.
	Complaints []Failure
}

// An Actor is who did it, for a person. Absent parts are empty.
type Actor struct {
	Kind        ActorKind      `json:"kind"`
	Name        string         `json:"name"`
	ARN         string         `json:"arn"`
	Account     string         `json:"account"`
	Issuer      string         `json:"issuer"`      // the role that the session belongs to, or the identity provider
	Session     string         `json:"session"`     // the session's name, which the caller chose
	Credentials Credentials    `json:"credentials"` // how long the caller's keys live
	MFA         cloudtrail.MFA `json:"mfa"`
	Via         string         `json:"via"`    // who made the call on the actor's behalf
	Source      string         `json:"source"` // address, or the name of an AWS service
	// Federated says that another system signed the person in. CloudTrail can't know
	// then whether there was a second factor.
	Federated bool `json:"-"`
}

// An ActorKind says what kind of identity acted.
type ActorKind string

// The kinds, one for each userIdentity.type and for what hides behind AssumedRole and Root.
const (
	ActorRoot               ActorKind = "root"
	ActorRootSession        ActorKind = "root session"
	ActorIAMUser            ActorKind = "IAM user"
	ActorRoleSession        ActorKind = "role session"
	ActorIdentityCenterUser ActorKind = "Identity Center user"
	ActorRole               ActorKind = "role"
	ActorFederatedUser      ActorKind = "federated user"
	ActorDirectoryUser      ActorKind = "directory user"
	ActorSAMLUser           ActorKind = "SAML user"
	ActorWebIdentityUser    ActorKind = "web identity user"
	ActorAccount            ActorKind = "AWS account"
	ActorService            ActorKind = "AWS service"
	ActorUnknown            ActorKind = "unknown"
	ActorNone               ActorKind = "none"
)

// Credentials says how long the keys that signed the call live.
type Credentials string

// The answers; AWS's key ids tell them apart by their first four letters.
const (
	CredentialsTemporary Credentials = "temporary"
	CredentialsLongLived Credentials = "long-lived"
	CredentialsUnknown   Credentials = "unknown"
)

// An Account is an AWS account, with what settings know of it. What they don't is empty.
type Account struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Owner       string `json:"owner"`       // who answers for it, such as a team
	Environment string `json:"environment"` // what it is for, such as production
}

// Ways are how readers of an alert get to other places. What is empty is not used.
type Ways struct {
	// StartURL is the access portal of IAM Identity Center, without a slash at its end,
	// and Role the permission set that it is entered with.
	StartURL, Role string
	// RunbookBase is an https address; with a rule's id behind it, it is the rule's runbook.
	RunbookBase string
	// AthenaTable is the table over the trail's log files, with its database or without.
	AthenaTable string
}

// Queries are ready to be run by whoever asks what else the session did within an hour
// of the event, before and after. They hold values of checked forms only, and are empty
// where there are none.
type Queries struct {
	// EventHistory is a command of the AWS CLI. It finds management events of one region.
	EventHistory string `json:"event_history"`
	// Athena is SQL over the trail's log files.
	Athena string `json:"athena"`
}

// An Alert is what a person gets for a finding.
type Alert struct {
	ID          string
	RecordKey   string
	Test        bool
	Heartbeat   bool // made to show that alerts can be sent
	Rule        RuleID
	Severity    Severity
	Title       string
	Description string
	Time        time.Time // zero where the record does not say
	EventID     string
	EventSource string
	EventName   string
	Account     Account
	Region      string
	Failed      bool
	// NoOutcome says that the record is of a kind that never says whether something worked.
	NoOutcome bool
	Error     string // errorCode and errorMessage, for a person
	Actor     Actor
	Evidence  map[string]any
	Details   map[string]any
	Attack    []Technique
	Runbook   []string
	Links     map[string]string // by a short name; what there is, package enrich says
	Queries   Queries
	Notes     []string
	Record    map[string]any // redacted; shared by the alerts of one record, never to be changed
}

// A Problem is what could not be read, decided or done. It goes the way of an alert.
type Problem struct {
	What     string // in a few words: "rule could not decide"
	Why      string // the error
	Where    string // file and place, or the record
	EventID  string
	Rule     RuleID
	Severity Severity
	Account  string
	Region   string
	// Raw is what could not be read, where it is known. It may hold secrets, so it goes
	// to the log and not to topics.
	Raw *Excerpt
}

// An Excerpt tells a person at night what could not be read, and identifies the whole of
// it in the payload.
type Excerpt struct {
	From   int64  // the place of its first byte in the payload, unpacked
	Size   int64  // in bytes
	Begin  []byte // the first of them, as they came
	SHA256 string // of all of them, in hexadecimal
}

// ID is the same for the same problem, however often it is met.
func (p Problem) ID() string {
	return cloudtrail.Digest("problem", p.What, p.Why, p.Where, p.EventID, string(p.Rule))
}

// AlertID is the id of the alert that a rule gives for a record, the same on every lane.
func AlertID(rule RuleID, recordKey string) string {
	return cloudtrail.Digest(string(rule), recordKey)
}
