// Package suppress decides what of that which was found is sent now and what is
// withheld, always with a reason. It knows nothing of rules' bodies, of messages and of
// places, and nothing of how its store keeps things.
package suppress

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// A Store remembers. Every method is safe for concurrent use, from several goroutines
// and several processes. An error says that the store could not be asked; the effect may
// have come about all the same, so every method can be repeated.
type Store interface {
	// Claim asks for an id in the name of owner, until a time. It is Mine when nobody has
	// it, when whoever had it let its time run out before now, and when owner has it
	// already.
	Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error)
	// Done says that what the id stands for was dealt with, whoever holds it. It is
	// remembered until keep.
	Done(ctx context.Context, id string, keep time.Time) error
	// Release gives up owner's claim, and nobody else's, and nothing that is Done.
	Release(ctx context.Context, id, owner string) error
	// Lead puts the entry under the key unless there is one whose Until is after now, and
	// returns the entry that is there afterwards.
	Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error)
	// Extend moves the end of the entry that by opened, if it is still there.
	Extend(ctx context.Context, key, by string, until time.Time) error
	// Join puts members into a set, those that are in it already excepted. They are
	// remembered until keep.
	Join(ctx context.Context, set string, members []state.Member, keep time.Time) error
	// Members are what is in a set, at most limit of them unless that is 0, with all that
	// was put in before the call.
	Members(ctx context.Context, set string, limit int) ([]state.Member, error)
}

// A Timer brings a flush back to the pipeline after a delay, at least once.
type Timer interface {
	After(ctx context.Context, delay time.Duration, flush detection.Flush) error
}

// keep is how long is remembered what was dealt with: longer than the longest way of a
// record that comes again, which is 14 days in a queue and 14 in the one behind it.
const keep = 35 * 24 * time.Hour

// Options are what a [Suppressor] is made of. All of them may be left out.
type Options struct {
	// Store remembers. Without one only shadow, exempt and exception withhold.
	Store Store
	// Timer asks for follow-ups. Without one nobody would tell of repeats, so none is
	// withheld: each alert is sent once, and thresholds count.
	Timer Timer
	// Now is the time that windows and claims go by, [time.Now] where it is nil. It may
	// follow the records' own times, and step back.
	Now func() time.Time
	// Lists are the lists of settings by their names, such as principals.audit_admins.
	// accounts.trusted says whose names of users and roles count beside one's own.
	Lists      map[string][]string
	Exceptions []detection.Exception
	// OwnRoles are the ARNs of the functions' roles, whose calls to send an alert are no
	// reason for the next one. Without them nothing is the functions' own.
	OwnRoles []string
	Log      *slog.Logger
}

// A Suppressor keeps what [trailbell/internal/pipeline.Suppressor] promises. It is safe
// for concurrent use.
type Suppressor struct {
	store      *guard // nil where nothing is remembered
	timer      Timer
	now        func() time.Time
	lists      lists
	exceptions []exception
	ownRoles   []string
	log        *slog.Logger

	recent recent  // what this process sent
	owed   owed    // what the store has to learn yet
	alarm  limiter // of the problem that the store is down
	used   useMarks
}

// New makes a Suppressor. Entries of lists and exceptions that are no glob count as
// plain text, and the log says so.
func New(o Options) *Suppressor {
	s := &Suppressor{timer: o.Timer, now: o.Now, ownRoles: o.OwnRoles, log: o.Log, alarm: limiter{every: alarmEvery}}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if o.Store != nil {
		s.store = &guard{store: o.Store}
	}
	s.lists = compileLists(o.Lists, s.log)
	s.exceptions = compileExceptions(o.Exceptions, s.log)
	return s
}

// Findings decides on what rules found in one record: each finding is sent, withheld, or
// in the decision's Retry. Records that are made to try the way to the reader are always
// sent.
func (s *Suppressor) Findings(ctx context.Context, rec cloudtrail.Record, findings []detection.Finding) detection.Decision {
	if rec.Test || rec.Heartbeat {
		return detection.Decision{Findings: findings}
	}
	began := time.Now()
	now := s.now()
	decision := detection.Decision{Owner: rand.Text()}
	for _, finding := range findings {
		m := s.finding(rec, finding, now)
		static := s.static(rec, finding, now)
		finding.Notes = append(finding.Notes[:len(finding.Notes):len(finding.Notes)], static.notes...)
		if static.used != "" {
			s.markUsed(ctx, static.used)
		}
		v := verdict{reason: static.reason, by: static.by}
		if v.reason == 0 {
			v = s.judge(ctx, decision.Owner, m)
		}
		if s.enter(&decision, m, v) {
			decision.Findings = append(decision.Findings, noted(finding, v))
		}
	}
	s.renew(ctx, decision, time.Since(began))
	return decision
}

// Problem decides on one problem: it is sent, or it is a repeat, or it is in the
// decision's Retry.
func (s *Suppressor) Problem(ctx context.Context, problem detection.Problem) detection.Decision {
	decision := detection.Decision{Owner: rand.Text()}
	m := s.problem(problem, s.now())
	if s.enter(&decision, m, s.judge(ctx, decision.Owner, m)) {
		// What it is about stands before what else came up.
		decision.Problems = append([]detection.Problem{problem}, decision.Problems...)
	}
	return decision
}

// forgetful is what an alert says that may be a copy.
const forgetful = "Repeats could not be recognised: this may be a copy."

func noted(finding detection.Finding, v verdict) detection.Finding {
	if v.fault != nil {
		finding.Notes = append(finding.Notes[:len(finding.Notes):len(finding.Notes)], forgetful)
	}
	return finding
}
