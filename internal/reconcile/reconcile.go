// Package reconcile keeps which lanes matching records came by, and finds what log files
// of a trail brought and EventBridge did not. It knows nothing of alerts' way to people:
// it works behind them, and what it can't do keeps nothing back.
//
// A match is noted in a set of its lane and of the five minutes in which the call was made,
// which is the same on both lanes. Whoever notes the first of a set opens a window of five
// minutes and asks for a comparison of it, which comes when the other lane has had half an
// hour for each. So there are few comparisons however many matches there are, and each
// match is counted by the one window in which its first lane noted it.
package reconcile

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// A Store remembers. The promises are those of the Store in package suppress, of which
// this is what is used.
type Store interface {
	// Claim asks for an id in the name of owner, until a time.
	Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error)
	// Done says that what the id stands for was dealt with.
	Done(ctx context.Context, id string, keep time.Time) error
	// Lead puts the entry under the key unless there is one whose Until is after now, and
	// returns the entry that is there afterwards.
	Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error)
	// Extend moves the end of the entry that by opened.
	Extend(ctx context.Context, key, by string, until time.Time) error
	// Join puts members into a set. Those that are in it stay as they were.
	Join(ctx context.Context, set string, members []state.Member, keep time.Time) error
	// Members are what is in a set, all where limit is 0.
	Members(ctx context.Context, set string, limit int) ([]state.Member, error)
}

// A Timer brings a flush back to the pipeline after a delay, at least once.
type Timer interface {
	After(ctx context.Context, delay time.Duration, flush detection.Flush) error
}

const (
	// Patience is how long one lane may be behind the other. CloudTrail delivers a log file
	// within about 5 minutes on average ("How CloudTrail works" in its user guide).
	Patience = 30 * time.Minute
	// bucket is the time of calls that are compared together, and opened how long matches
	// join one window.
	bucket, opened = 5 * time.Minute, 5 * time.Minute
	// slack is for whoever joins when the window closes.
	slack = time.Minute
	// hop is the longest delay of a message in SQS (API reference, SendMessage).
	hop = 15 * time.Minute
	// keepNotes is longer than a record that failed waits in a queue, which is 14 days.
	keepNotes = 15 * 24 * time.Hour
	// keepReport is how long a day can be asked for.
	keepReport = 92 * 24 * time.Hour
)

// A Home is where the functions run and what starts them: what EventBridge is to bring.
type Home struct {
	Account, Region string
	// Reads says that calls that only read are brought, as far as rules name them.
	Reads bool
}

// Options are what a [Ledger] is made of. Store and Timer must be there.
type Options struct {
	Store Store
	Timer Timer
	// Files says that all records come by log files. Without it those that are marked as
	// the bus's are noted, and no others.
	Files bool
	Home  Home
	// Now is the time, [time.Now] where it is nil.
	Now func() time.Time
	Log *slog.Logger
}

// A Ledger keeps what [trailbell/internal/pipeline.Ledger] promises. It is safe for
// concurrent use.
type Ledger struct {
	store *guard
	timer Timer
	files bool
	home  Home
	now   func() time.Time
	log   *slog.Logger
	most  int // matches of a lane and a bucket that are compared

	crowd crowd // of matches by files
	mu    sync.Mutex
	since since
	open  map[int64]time.Time // when the window of a bucket was opened that is open
	owed  []note
}

// New makes a Ledger.
func New(o Options) *Ledger {
	l := &Ledger{store: &guard{Store: o.Store}, timer: o.Timer, files: o.Files, home: o.Home, now: o.Now, log: o.Log, most: maxCompared, open: map[int64]time.Time{}}
	if l.now == nil {
		l.now = time.Now
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	return l
}

// Begin says that matches of the bus are noted from now on. Without it that begins with
// the first of them, and where the bus brings none at all, nobody would be told. It may
// be called any number of times.
func (l *Ledger) Begin(ctx context.Context) error {
	if l.files {
		return nil
	}
	if _, err := l.measures(ctx, l.now()); err != nil {
		return fmt.Errorf("begin to compare lanes: %w", err)
	}
	return nil
}

// A window is what is compared at one time: the bucket of calls, by the second with which
// it begins, and when the window was opened.
type window struct {
	bucket int64
	opened time.Time
}

// ownFlush begins the windows of flushes that are this package's.
const ownFlush = "lanes/"

func (w window) name() string { return fmt.Sprintf("%s%d/%d", ownFlush, w.bucket, w.opened.Unix()) }

func parseWindow(name string) (w window, ok bool) {
	rest, own := strings.CutPrefix(name, ownFlush)
	of, at, both := strings.Cut(rest, "/")
	began, err := strconv.ParseInt(of, 10, 64)
	opened, err2 := strconv.ParseInt(at, 10, 64)
	return window{began, time.Unix(opened, 0).UTC()}, own && both && err == nil && err2 == nil
}

// Owns says whether a flush asks for a comparison, for whoever shows what lies in a queue.
func Owns(flush detection.Flush) bool {
	_, own := parseWindow(flush.Window)
	return own
}

func (w window) flush() detection.Flush { return detection.Flush{Window: w.name(), First: "lanes"} }

// due is when every match of the window has waited for long enough.
func (w window) due() time.Time { return w.opened.Add(opened + slack + Patience) }

func bucketOf(rec cloudtrail.Record) int64 { return rec.Time().Truncate(bucket).Unix() }

// The keys of what is kept.
func notesKey(lane detection.Lane, bucket int64) string {
	return fmt.Sprintf("lanes/%s/%d", lane, bucket)
}
func openKey(bucket int64) string { return fmt.Sprintf("lanes/open/%d", bucket) }
func countsKey(day string) string { return "lanes/counts/" + day }
func missedKey(day string) string { return "lanes/missed/" + day }
func lateKey(day string) string   { return "lanes/late/" + day }
func dayOf(bucket int64) string   { return time.Unix(bucket, 0).UTC().Format(time.DateOnly) }
func (l *Ledger) lane() detection.Lane {
	if l.files {
		return detection.LaneFiles
	}
	return detection.LaneBus
}
