package suppress_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/suppress"
)

var reference = detection.Rule{ID: "test.x", Title: "x"}

// with is the rule of most tests, changed.
func with(change func(*detection.Rule)) detection.Rule {
	r := reference
	change(&r)
	return r
}

func TestWhatNeedsNoStore(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	exception := detection.Exception{
		At: "rules/local/exceptions.yaml:7", Rule: "test.x", Owner: "ann", Reason: "migration",
		Where:   map[string][]string{"requestParameters.bucketName": {"other", "scratch-*"}, "userIdentity.arn": {"arn:*:user/ann"}},
		Expires: now.Add(time.Hour),
	}
	changed := func(change func(*detection.Exception)) []detection.Exception {
		e := exception
		change(&e)
		return []detection.Exception{e}
	}
	tests := []struct {
		name       string
		rule       detection.Rule
		severity   detection.Severity
		exceptions []detection.Exception
		record     []any
		reason     detection.Reason
		by         string
		notes      []string
	}{
		{name: "nothing withholds it", rule: reference},
		{name: "a rule in shadow", rule: with(func(r *detection.Rule) { r.Shadow = true }), reason: detection.ReasonShadow},
		{name: "a rule on trial", rule: with(func(r *detection.Rule) { r.Status = detection.StatusTest }), reason: detection.ReasonShadow},
		{
			name: "a caller on the second list", rule: with(func(r *detection.Rule) { r.Exempt = []string{"principals.none", "principals.admins"} }),
			reason: detection.ReasonExempt, by: "principals.admins",
		},
		{name: "a caller on a list that the rule does not name", rule: with(func(r *detection.Rule) { r.Exempt = []string{"principals.none"} })},
		{name: "an exception", rule: reference, exceptions: []detection.Exception{exception}, reason: detection.ReasonException, by: exception.At},
		{name: "an exception of another rule", rule: reference, exceptions: changed(func(e *detection.Exception) { e.Rule = "test" })},
		{name: "an exception of which one path fits", rule: reference, exceptions: []detection.Exception{exception}, record: []any{"requestParameters.bucketName", "production"}},
		{name: "an exception for a value that is absent", rule: reference, exceptions: []detection.Exception{exception}, record: []any{"requestParameters", nil}},
		{
			name: "an exception for a list of which one element fits", rule: reference, exceptions: []detection.Exception{exception},
			record: []any{"requestParameters.bucketName", []any{"production", "scratch-1"}}, reason: detection.ReasonException, by: exception.At,
		},
		{
			name: "an exception for a number", rule: reference, record: []any{"requestParameters.port", 22}, reason: detection.ReasonException, by: exception.At,
			exceptions: changed(func(e *detection.Exception) { e.Where = map[string][]string{"requestParameters.port": {"22"}} }),
		},
		{
			name: "an exception for a boolean", rule: reference, record: []any{"readOnly", false}, reason: detection.ReasonException, by: exception.At,
			exceptions: changed(func(e *detection.Exception) { e.Where = map[string][]string{"readOnly": {"false"}} }),
		},
		{
			name: "an exception for an object", rule: reference,
			exceptions: changed(func(e *detection.Exception) { e.Where = map[string][]string{"requestParameters": {"*"}} }),
		},
		{name: "no exception withholds what is critical", rule: reference, severity: detection.Critical, exceptions: []detection.Exception{exception}},
		{
			name: "unless it says so", rule: reference, severity: detection.Critical, reason: detection.ReasonException, by: exception.At,
			exceptions: changed(func(e *detection.Exception) { e.AllowCritical = true }),
		},
		{
			name: "an exception that expired a moment ago", rule: reference, exceptions: changed(func(e *detection.Exception) { e.Expires = now }),
			notes: []string{"The exception of ann (rules/local/exceptions.yaml:7) expired on 2026-05-01; alerts are sent again."},
		},
		{
			name: "one that expired and would not have fitted", rule: reference,
			exceptions: changed(func(e *detection.Exception) { e.Expires, e.Rule = now, "test.y" }),
		},
		{
			name: "one that expired beside one that works", rule: reference, reason: detection.ReasonException, by: exception.At,
			exceptions: append(changed(func(e *detection.Exception) { e.Expires = now }), exception),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := suppress.New(suppress.Options{
				Now: func() time.Time { return now }, Exceptions: tt.exceptions, Lists: map[string][]string{"principals.admins": {"ann"}},
			})
			rec := call(t, "x", 1, start, append([]any{"requestParameters.bucketName", "scratch-7"}, tt.record...)...)
			f := detection.Finding{Rule: tt.rule, Severity: max(tt.severity, detection.Medium)}
			d := s.Findings(t.Context(), rec, []detection.Finding{f})
			want := detection.Decision{Owner: d.Owner}
			if tt.reason > 0 {
				want.Withheld = []detection.Withheld{{
					ID: detection.AlertID("test.x", rec.Key()), Rule: "test.x", EventID: rec.EventID(), Severity: f.Severity, Reason: tt.reason, By: tt.by,
				}}
			} else {
				f.Notes = tt.notes
				want.Findings = []detection.Finding{f}
			}
			if diff := cmp.Diff(want, d); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRecordsThatTryTheWayAreAlwaysSent(t *testing.T) {
	w := newWorld(t)
	s := suppress.New(suppress.Options{Store: w.store, Timer: w, Lists: map[string][]string{"principals.all": {"*"}}})
	f := []detection.Finding{{Rule: with(func(r *detection.Rule) { r.Shadow, r.Exempt = true, []string{"principals.all"} })}}
	for range 3 {
		rec := call(t, "x", 1, start)
		rec.Test = true
		if d := s.Findings(t.Context(), rec, f); len(d.Findings) != 1 {
			t.Errorf("test: %+v", d)
		}
		rec.Test, rec.Heartbeat = false, true
		if d := s.Findings(t.Context(), rec, f); len(d.Findings) != 1 {
			t.Errorf("heartbeat: %+v", d)
		}
	}
	if w.script.calls > 0 {
		t.Errorf("the store was asked %d times", w.script.calls)
	}
}

func TestTheUseOfAnExceptionIsNotedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := detection.Exception{Rule: "test.x", Owner: "ann", Expires: time.Now().Add(1000 * time.Hour)}
		w := newWorld(t)
		w.opts.Exceptions = []detection.Exception{e}
		s := w.suppressor()
		use := func(s *suppress.Suppressor) {
			t.Helper()
			if d := s.Findings(t.Context(), call(t, "x", 1, start), []detection.Finding{{Rule: reference}}); len(d.Withheld) != 1 {
				t.Fatalf("decision %+v", d)
			}
		}
		last := func() time.Time {
			t.Helper()
			at, err := s.LastUsed(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		if !last().IsZero() {
			t.Errorf("last used %s, and never was", last())
		}
		began := time.Now()
		for range 100 {
			use(s)
		}
		if !last().Equal(began) || w.store.asked["Lead"] > 5 {
			t.Errorf("last used %s, in %d calls", last(), w.store.asked["Lead"])
		}
		time.Sleep(50 * time.Hour)
		use(w.suppressor())
		if !last().Equal(time.Now()) {
			t.Errorf("last used %s, want %s", last(), time.Now())
		}
		// It works as well when it can't be noted.
		w.storeIs(before)
		use(w.suppressor())
		time.Sleep(400 * 24 * time.Hour)
		w.script.pick = nil
		if !last().IsZero() {
			t.Errorf("last used %s, more than a year ago", last())
		}
	})
}

func TestFirstSeen(t *testing.T) {
	const day = 24 * time.Hour
	type step struct {
		after  time.Duration
		record int
		source string
		want   string // sent, or the reason
	}
	tests := []struct {
		name  string
		known time.Duration // how long the store has known the rule
		steps []step
	}{
		{"the first is sent, others are known", 30 * day, []step{
			{0, 1, "203.0.113.9", "sent"}, {time.Hour, 2, "203.0.113.10", "seen before"}, {time.Hour, 3, "198.51.100.1", "sent"},
		}},
		{"what is seen all the time stays known", 30 * day, []step{
			{0, 1, "a", "sent"}, {6 * day, 2, "a", "seen before"}, {6 * day, 3, "a", "seen before"}, {6 * day, 4, "a", "seen before"},
		}},
		{"what was not seen within the window is new", 30 * day, []step{{0, 1, "a", "sent"}, {8 * day, 2, "a", "sent"}}},
		{"while it learns, nothing is sent, and remembered all the same", 0, []step{
			{0, 1, "a", "learning"}, {day, 2, "b", "learning"}, {6*day + time.Hour, 3, "b", "seen before"}, {0, 4, "c", "sent"},
		}},
		{"the first stays the first when it comes again", 30 * day, []step{{0, 1, "a", "sent"}, {20 * time.Minute, 1, "a", "sent"}, {0, 2, "a", "seen before"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rule := with(func(r *detection.Rule) {
					r.GroupBy, r.FirstSeen = []string{"sourceIPAddress/24"}, &detection.FirstSeen{Window: 7 * day}
				})
				w := newWorld(t)
				w.opts.Now = time.Now
				if tt.known > 0 {
					w.store.entries["B#test.x"] = entryFrom(time.Now().Add(-tt.known))
				}
				for i, step := range tt.steps {
					time.Sleep(step.after)
					clear(w.store.claims) // claims have tests of their own
					d := w.suppressor().Findings(t.Context(), call(t, "x", step.record, start, "sourceIPAddress", step.source), []detection.Finding{{Rule: rule}})
					got := "sent"
					if len(d.Withheld) > 0 {
						got = d.Withheld[0].Reason.String()
					}
					if got != step.want || len(d.Findings)+len(d.Withheld) != 1 {
						t.Errorf("step %d: %s, want %s", i+1, got, step.want)
					}
				}
			})
		})
	}
}

func TestThreshold(t *testing.T) {
	counting := with(func(r *detection.Rule) {
		r.GroupBy = []string{"userIdentity.arn"}
		r.Threshold = &detection.Threshold{Count: 5, Window: 15 * time.Minute, Lower: 2, Weights: map[string]int{"heavy": 5}}
	})
	tests := []struct {
		name    string
		event   string
		minutes []float64
		lower   bool
		changes []any
		sent    int    // which of them is sent, from 1; 0 for none
		by      string // of the one before
	}{
		{name: "the fifth within the window", minutes: []float64{0, 1, 2, 3, 4}, sent: 5, by: "4 of 5 in 15m0s"},
		{name: "five in longer than the window", minutes: []float64{0, 5, 10, 15, 20}, by: "4 of 5 in 15m0s"},
		{name: "in any order", minutes: []float64{14, 7, 0, 3, 12}, sent: 5, by: "4 of 5 in 15m0s"},
		{name: "across two buckets", minutes: []float64{13, 14, 15, 16, 17}, sent: 5, by: "4 of 5 in 15m0s"},
		{name: "the lower count", minutes: []float64{0, 1}, lower: true, sent: 2, by: "1 of 2 in 15m0s"},
		{name: "one that weighs enough", event: "heavy", minutes: []float64{0}, sent: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				s := w.suppressor()
				sent, by := 0, ""
				for i, at := range tt.minutes {
					event := "x"
					if tt.event != "" {
						event = tt.event
					}
					rec := call(t, event, i, start.Add(time.Duration(at*float64(time.Minute))), tt.changes...)
					d := s.Findings(t.Context(), rec, []detection.Finding{{Rule: counting, Lower: tt.lower}})
					if len(d.Findings) > 0 {
						sent = i + 1
						break
					}
					by = d.Withheld[0].By
				}
				if sent != tt.sent || by != tt.by {
					t.Errorf("record %d was sent, the one before %q; want %d and %q", sent, by, tt.sent, tt.by)
				}
			})
		})
	}
}

func TestGroups(t *testing.T) {
	plain, by := reference, with(func(r *detection.Rule) { r.GroupBy = []string{"requestParameters.bucketName", "sourceIPAddress/16"} })
	own := func(rule detection.Rule, group ...string) detection.Finding {
		return detection.Finding{Rule: rule, Group: group, Severity: 3}
	}
	tests := []struct {
		name   string
		one    detection.Finding
		other  detection.Finding
		change []any
		same   bool
	}{
		{"without group_by: the same actor", own(plain), own(plain), []any{"requestParameters.bucketName", "b2"}, true},
		{"without group_by: another actor", own(plain), own(plain), actorIs("eve"), false},
		{"without group_by: another account", own(plain), own(plain), []any{"recipientAccountId", "210987654321"}, false},
		{"group_by: the same values", own(by), own(by), actorIs("eve"), true},
		{"group_by: an address of the same network", own(by), own(by), []any{"sourceIPAddress", "203.0.200.1"}, true},
		{"group_by: another value", own(by), own(by), []any{"requestParameters.bucketName", "b2"}, false},
		{"group_by: the value is absent", own(by), own(by), []any{"requestParameters", nil}, false},
		{"group_by: another account, though no path names it", own(by), own(by), []any{"recipientAccountId", "210987654321"}, false},
		{"the rule's own answer", own(by, "g"), own(by, "g"), []any{"requestParameters.bucketName", "b2"}, true},
		{"another answer of the rule", own(by, "g"), own(by, "h"), nil, false},
		{"parts do not run into one another", own(by, "ab", "c"), own(by, "a", "bc"), nil, false},
		{"another rule", own(plain, "g"), own(with(func(r *detection.Rule) { r.ID = "test.y" }), "g"), nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newWorld(t).suppressor()
				base := []any{"requestParameters.bucketName", "b1"}
				s.Findings(t.Context(), call(t, "x", 1, start, base...), []detection.Finding{tt.one})
				d := s.Findings(t.Context(), call(t, "x", 2, start, append(base, tt.change...)...), []detection.Finding{tt.other})
				if same := len(d.Withheld) == 1; same != tt.same {
					t.Errorf("a repeat: %t, want %t", same, tt.same)
				}
			})
		})
	}
}

func TestProblemsAreRolledUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		p := w.process()
		tell := func(problem detection.Problem) {
			t.Helper()
			_, err := p.Run(t.Context(), func(yield func(cloudtrail.Record, *detection.Problem) bool) { yield(cloudtrail.Record{}, &problem) })
			if err != nil {
				t.Fatal(err)
			}
		}
		for i := range 50 {
			tell(detection.Problem{What: "Record could not be read", Why: fmt.Sprint(i), Severity: detection.High, EventID: "e"})
		}
		tell(detection.Problem{What: "Record could not be read", Why: "0", Severity: detection.High, EventID: "e"})
		tell(detection.Problem{What: "Rule does not load", Why: "x", Severity: detection.High})
		if len(w.problems) != 2 {
			t.Errorf("%d problems, want 2", len(w.problems))
		}
		time.Sleep(15 * time.Minute)
		w.followUps(t, w.process())
		if len(w.rollUps) != 1 || w.rollUps[0].Count != 49 || w.rollUps[0].Title != "Record could not be read" || w.rollUps[0].First != w.problems[0].ID() {
			t.Errorf("follow-ups %+v", w.rollUps)
		}
		// What is still wrong on the next day is told again.
		time.Sleep(24 * time.Hour)
		tell(detection.Problem{What: "Rule does not load", Why: "x", Severity: detection.High})
		tell(detection.Problem{What: "Record could not be read", Why: "0", Severity: detection.High, EventID: "e"})
		if len(w.problems) != 3 || !strings.HasPrefix(w.problems[2].What, "Rule") {
			t.Errorf("problems %+v", w.problems)
		}
	})
}

func TestAFirstSeenRuleLearnsFromTheTimeItIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := rule("ConsoleLogin", func(r *detection.Rule) { r.FirstSeen = &detection.FirstSeen{Window: time.Hour} })
		w := newWorld(t, seen)
		s := w.suppressor()
		for range 2 { // the second time it is known
			if err := s.Know(t.Context(), []detection.Rule{seen.rule, with(func(*detection.Rule) {})}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(40 * time.Minute)
		}
		rec := call(t, "ConsoleLogin", 1, time.Now())
		got := s.Findings(t.Context(), rec, []detection.Finding{{Rule: seen.rule, Severity: detection.High}})
		if len(got.Findings) != 1 {
			t.Errorf("the first finding of a rule that was known for longer than its window: %+v", got)
		}
		if _, known := w.store.entries["B#"+string(reference.ID)]; known {
			t.Error("a rule that learns nothing is remembered as one that does")
		}
	})
}

func TestKnowSaysWhichRuleCouldNotBeNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := rule("ConsoleLogin", func(r *detection.Rule) { r.FirstSeen = &detection.FirstSeen{Window: time.Hour} })
		w := newWorld(t, seen)
		w.script.set(func(int, string) fault { return before })
		if err := w.suppressor().Know(t.Context(), []detection.Rule{seen.rule}); err == nil || !strings.Contains(err.Error(), string(seen.rule.ID)) {
			t.Errorf("error %v", err)
		}
	})
}

func TestWhatTheFunctionDoesToSendAnAlertIsNoReasonForTheNextOne(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/trailbell-DetectRole-1A2B"
	s := suppress.New(suppress.Options{OwnRoles: []string{role, "arn:aws:iam::123456789012:role/trailbell-LogFilesRole-3C4D"}})
	tests := []struct {
		name, source, event, issuer string
		rule                        detection.RuleID
		want                        detection.Reason
	}{
		{"it publishes", "sns.amazonaws.com", "Publish", role, "sns.any", detection.ReasonOwn},
		{"the other function reads a file", "s3.amazonaws.com", "GetObject", "arn:aws:iam::123456789012:role/trailbell-LogFilesRole-3C4D", "s3.any", detection.ReasonOwn},
		{"a caller without a role publishes", "sns.amazonaws.com", "Publish", "", "sns.any", 0},
		{"somebody else publishes", "sns.amazonaws.com", "Publish", role + "x", "sns.any", 0},
		{"a call that it never makes", "iam.amazonaws.com", "CreateUser", role, "iam.any", 0},
		{"a rule that watches trailbell", "sns.amazonaws.com", "Publish", role, "trailbell.topic_changed", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rec := call(t, tt.event, 1, time.Now(), "eventSource", tt.source, "userIdentity.sessionContext.sessionIssuer.arn", tt.issuer)
			d := s.Findings(t.Context(), rec, []detection.Finding{{Rule: detection.Rule{ID: tt.rule}, Severity: detection.High}})
			var got detection.Reason
			if len(d.Withheld) == 1 {
				got = d.Withheld[0].Reason
			}
			if got != tt.want || len(d.Findings)+len(d.Withheld) != 1 {
				t.Errorf("%+v, want it withheld as %q", d, tt.want)
			}
		})
	}
}
