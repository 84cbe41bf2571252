package suppress

import (
	"cmp"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// A matter is a finding or a problem on its way to being sent, as far as that depends
// on what is remembered.
type matter struct {
	id      string // of the alert or problem
	eventID string
	now     time.Time
	keep    time.Duration
	about   about
	// window is the key of what it is a repeat of; empty where repeats are sent.
	window string
	// limit is the key of what there may not be too many different windows of; empty
	// where nothing limits them.
	limit string
	// waits says that the rule waits for more than this record, and that this was not
	// decided yet.
	waits     bool
	threshold *detection.Threshold
	firstSeen *detection.FirstSeen
	needed    int    // what the threshold counts to
	group     string // key of what is counted together, or seen for the first time
	record    string // key of the record
	// counted is what a threshold counts of the record.
	counted []state.Member
	// member is the matter as one of those that a follow-up counts.
	member state.Member
}

// dayKeep is how long a problem is remembered that is of no record, such as a rule that
// does not load: if it is still there on the next day, it is told again.
const dayKeep = 24 * time.Hour

func keepProblem(p detection.Problem) time.Duration {
	if p.EventID == "" {
		return dayKeep
	}
	return keep
}

// longText is as much of the event's text as is stored, in bytes.
const longText = 128

func (s *Suppressor) problem(p detection.Problem, now time.Time) *matter {
	m := &matter{
		id: p.ID(), eventID: p.EventID, now: now, keep: keepProblem(p),
		about:  about{Rule: p.Rule, Severity: p.Severity, Title: short(p.What, longTitle), Account: short(p.Account, longText)},
		member: state.Member{ID: p.ID(), At: now, Weight: 1, Region: short(p.Region, longText)},
	}
	if s.timer != nil {
		m.window = "G#" + cloudtrail.Digest("problem", p.What, string(p.Rule), p.Account, p.Severity.String())
	}
	return m
}

func (s *Suppressor) finding(rec cloudtrail.Record, f detection.Finding, now time.Time) *matter {
	rule := f.Rule
	key := rec.Key()
	id := detection.AlertID(rule.ID, key)
	at := rec.Time()
	if at.IsZero() {
		at = now
	}
	group := groupOf(rec, f)
	m := &matter{
		id: id, eventID: rec.EventID(), now: now, keep: keep, record: key,
		about:     about{Rule: rule.ID, Severity: f.Severity, Title: short(f.Title, longTitle), Account: short(rec.Account(), longText)},
		waits:     (rule.Threshold != nil || rule.FirstSeen != nil) && !f.AtOnce,
		threshold: rule.Threshold, firstSeen: rule.FirstSeen,
		group:  cloudtrail.Digest(append([]string{string(rule.ID)}, group...)...),
		member: state.Member{ID: id, At: at, Weight: 1, Region: short(rec.Region(), longText), Source: short(rec.String("sourceIPAddress"), longText)},
	}
	if t := rule.Threshold; t != nil {
		m.counted, m.needed = counted(rec, *t, at), t.Count
		if f.Lower && t.Lower > 0 {
			m.needed = t.Lower
		}
	}
	if s.timer != nil {
		// A severe alert is no repeat of a mild one, and no storm of mild ones hides it.
		m.window = "G#" + cloudtrail.Digest(m.group, f.Severity.String())
		m.limit = "L#" + cloudtrail.Digest(string(rule.ID), rec.Account(), actor(rec), f.Severity.String())
	}
	return m
}

// absent stands for a value that is not there.
const absent = "-"

// groupOf is what makes findings of a rule alike: the rule's own answer, or the values of
// METADATA's paths, or else who did it. The account is always part of it.
func groupOf(rec cloudtrail.Record, f detection.Finding) []string {
	switch {
	case f.Group != nil:
		return append([]string{rec.Account(), "own"}, f.Group...)
	case len(f.Rule.GroupBy) == 0:
		return []string{rec.Account(), "actor", actor(rec)}
	}
	group := []string{rec.Account(), "paths"}
	for _, text := range f.Rule.GroupBy {
		group = append(group, parsePath(text).one(rec))
	}
	return group
}

// actor is who did it, without what a caller may choose at will: whoever gave out the
// session, else the identity without its session's name, else the address.
func actor(rec cloudtrail.Record) string {
	id := rec.Identity()
	return cmp.Or(id.IssuerARN, withoutSession(id.ARN), rec.String("sourceIPAddress"), absent)
}

// withoutSession is an ARN up to the name that the caller gave to the session, such as
// arn:aws:sts::123456789012:assumed-role/deployer/ whatever follows. Federated users are
// called what the caller likes, so of them only the account stays.
func withoutSession(arn string) string {
	before, resource := cutResource(arn)
	if strings.HasPrefix(resource, "federated-user/") {
		return before + "federated-user/"
	}
	if role, ok := strings.CutPrefix(resource, "assumed-role/"); ok {
		role, _, _ = strings.Cut(role, "/")
		return before + "assumed-role/" + role + "/"
	}
	return arn
}

// cutResource divides an ARN behind its fifth colon. Paths of users may hold colons too.
func cutResource(arn string) (before, resource string) {
	parts := strings.SplitN(arn, ":", 6)
	resource = parts[len(parts)-1]
	return arn[:len(arn)-len(resource)], resource
}

// short is the beginning of a text, cut between characters.
func short(text string, most int) string {
	if len(text) <= most {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ToValidUTF8(text[:most], "")
}
