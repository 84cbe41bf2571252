package suppress

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// An exception is an entry of exceptions.yaml, ready to be compared with findings.
type exception struct {
	detection.Exception
	where []condition
}

// A condition is a path of which some value fits some pattern.
type condition struct {
	path   path
	values []pattern
}

func compileExceptions(all []detection.Exception, log *slog.Logger) []exception {
	var compiled []exception
	for _, e := range all {
		c := exception{Exception: e}
		for at, values := range e.Where {
			cond := condition{path: parsePath(at)}
			for _, value := range values {
				cond.values = append(cond.values, compilePattern(value, log))
			}
			c.where = append(c.where, cond)
		}
		compiled = append(compiled, c)
	}
	return compiled
}

// fits says whether the exception is about the finding, expired or not.
func (e exception) fits(rec cloudtrail.Record, f detection.Finding) bool {
	if e.Rule != f.Rule.ID || f.Severity >= detection.Critical && !e.AllowCritical {
		return false
	}
	return !slices.ContainsFunc(e.where, func(c condition) bool { return !c.fits(rec) })
}

func (c condition) fits(rec cloudtrail.Record) bool {
	return slices.ContainsFunc(c.path.scalars(rec), func(value string) bool {
		return slices.ContainsFunc(c.values, func(p pattern) bool { return p.fits(value) })
	})
}

// expiredNote tells the reader why an alert that was withheld for a while is back. The
// last day on which the exception worked is the one before it expires.
func expiredNote(e detection.Exception) string {
	return fmt.Sprintf("The exception of %s (%s) expired on %s; alerts are sent again.",
		e.Owner, e.At, e.Expires.Add(-time.Nanosecond).UTC().Format(time.DateOnly))
}

// A static is what can be said of a finding without asking the store.
type static struct {
	reason detection.Reason // zero when nothing withholds it
	by     string
	notes  []string
	used   string // id of the exception that withholds it
}

// static says whether the call is our own, the rule is on trial, the caller is on a list,
// or an exception fits.
func (s *Suppressor) static(rec cloudtrail.Record, f detection.Finding, now time.Time) static {
	if own(rec, s.ownRoles, f.Rule.ID) {
		return static{reason: detection.ReasonOwn, by: rec.Identity().IssuerARN}
	}
	if f.Rule.Shadow || f.Rule.Status == detection.StatusTest {
		return static{reason: detection.ReasonShadow}
	}
	if list, ok := s.lists.exempting(f.Rule.Exempt, rec); ok {
		return static{reason: detection.ReasonExempt, by: list}
	}
	var notes []string
	for _, e := range s.exceptions {
		switch {
		case !e.fits(rec, f):
		case now.Before(e.Expires):
			return static{reason: detection.ReasonException, by: e.At, used: e.ID()}
		default:
			notes = append(notes, expiredNote(e.Exception))
		}
	}
	return static{notes: notes}
}

const (
	// usedKeep is how long is known that an exception was used.
	usedKeep = 366 * 24 * time.Hour
	// usedEvery is how exactly.
	usedEvery = 24 * time.Hour
)

// useMarks are the exceptions whose use this process has noted, and when.
type useMarks struct {
	mu sync.Mutex
	at map[string]time.Time
}

// due says whether the use is to be noted now, and takes the turn.
func (u *useMarks) due(id string, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if last, ok := u.at[id]; ok && now.Sub(last).Abs() < usedEvery {
		return false
	}
	if u.at == nil {
		u.at = map[string]time.Time{}
	}
	u.at[id] = now
	return true
}

// markUsed notes that an exception withheld something. Nothing depends on it, so what
// goes wrong is not even tried again.
func (s *Suppressor) markUsed(ctx context.Context, id string) {
	now := s.now()
	if s.store == nil || !s.used.due(id, now) {
		return
	}
	until := now.Add(usedKeep)
	entry, err := s.store.Lead(ctx, "X#"+id, state.Entry{By: id, From: now, Until: until}, now)
	if err == nil && until.Sub(entry.Until) >= usedEvery {
		err = s.store.Extend(ctx, "X#"+id, id, until)
	}
	if err != nil {
		s.log.Warn("use of an exception was not noted", "id", id, "why", err.Error())
	}
}

// LastUsed is the day, to 24 hours, on which an exception last withheld something; zero
// where that is longer ago than a year, or never was.
func (s *Suppressor) LastUsed(ctx context.Context, e detection.Exception) (time.Time, error) {
	if s.store == nil {
		return time.Time{}, nil
	}
	entry, open, err := s.look(ctx, "X#"+e.ID(), s.now())
	if err != nil || !open {
		return time.Time{}, err
	}
	return entry.Until.Add(-usedKeep), nil
}
