package suppress_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/pipeline"
)

// process takes a record through, and fails the test if it must come again.
func process(t *testing.T, p *pipeline.Pipeline, rec cloudtrail.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runTime)
	defer cancel()
	if _, err := p.Process(ctx, rec); err != nil {
		t.Fatal(err)
	}
}

func flush(t *testing.T, p *pipeline.Pipeline, f detection.Flush) {
	t.Helper()
	if _, err := p.Flush(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// followUps asks for all that were asked for so far, each twice.
func (w *world) followUps(t *testing.T, p *pipeline.Pipeline) {
	t.Helper()
	for _, f := range w.flushes {
		flush(t, p, f)
		flush(t, w.process(), f)
	}
}

func actorIs(name string) []any {
	return []any{"userIdentity.userName", name, "userIdentity.arn", "arn:aws:iam::123456789012:user/" + name}
}

// stormSize is how many records come in a minute.
func stormSize() int {
	if testing.Short() {
		return 500
	}
	return 5000
}

func TestAStormOfTheSameIsOneAlertAndOneFollowUp(t *testing.T) {
	storm := stormSize()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"), rule("StopLogging"))
		p := w.process()
		for i := range storm {
			process(t, p, call(t, "DeleteBucket", i, start.Add(time.Duration(i)*time.Minute/time.Duration(storm))))
			if i == 0 && len(w.alerts) != 1 {
				t.Fatal("the first is not sent at once")
			}
			if i == storm/2 {
				process(t, p, call(t, "StopLogging", storm+1, start))
				process(t, p, call(t, "DeleteBucket", storm+2, start, actorIs("eve")...))
				if len(w.alerts) != 3 {
					t.Fatalf("%d alerts: the storm hides another rule's or another actor's", len(w.alerts))
				}
			}
			time.Sleep(time.Minute / time.Duration(storm))
		}
		if len(w.alerts) != 3 || len(w.rollUps) != 0 {
			t.Fatalf("%d alerts, %d follow-ups", len(w.alerts), len(w.rollUps))
		}
		// Whoever saw the storm may be gone by now.
		time.Sleep(15 * time.Minute)
		w.followUps(t, w.process())
		if len(w.rollUps) != 1 {
			t.Fatalf("%d follow-ups, want 1", len(w.rollUps))
		}
		r := w.rollUps[0]
		if r.Count != storm-1 || r.First != w.alerts[0].ID || r.Rule != "test.DeleteBucket" || r.Title != "DeleteBucket" ||
			r.Severity != detection.Medium || r.Account.ID != "123456789012" || r.OverLimit {
			t.Errorf("follow-up %+v", r)
		}
		if !r.From.After(start.Add(-time.Second)) || r.To.Sub(r.From) > time.Minute || len(r.Regions) != 1 || len(r.Sources) != 1 {
			t.Errorf("follow-up %+v", r)
		}
	})
}

func TestAStormOfDifferentGroupsIsTenAlertsAndAFollowUp(t *testing.T) {
	storm := stormSize()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket", func(r *detection.Rule) { r.GroupBy = []string{"requestParameters.bucketName"} }))
		p := w.process()
		for i := range storm {
			process(t, p, call(t, "DeleteBucket", i, start, "requestParameters.bucketName", fmt.Sprintf("b%d", i)))
			time.Sleep(time.Minute / time.Duration(storm))
		}
		if len(w.alerts) != 10 {
			t.Errorf("%d alerts, want 10", len(w.alerts))
		}
		process(t, p, call(t, "DeleteBucket", storm, start, append(actorIs("eve"), "requestParameters.bucketName", "b0")...))
		process(t, p, call(t, "DeleteBucket", storm+1, start, append(actorIs("eve"), "requestParameters.bucketName", "other")...))
		if len(w.alerts) != 11 {
			t.Errorf("%d alerts: another actor's storm hides an alert", len(w.alerts))
		}
		time.Sleep(15 * time.Minute)
		w.followUps(t, w.process())
		over := 0
		for _, r := range w.rollUps {
			if r.OverLimit {
				over++
				if r.Count != storm-10 || r.First != w.alerts[0].ID {
					t.Errorf("follow-up %+v", r)
				}
			}
		}
		if over != 1 || len(w.rollUps) != 2 { // the other counts eve's b0
			t.Errorf("%d follow-ups, %d of them over the limit", len(w.rollUps), over)
		}
	})
}

func TestASevereAlertIsNoRepeatOfAMildOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := rule("DeleteBucket")
		fires := m.fires
		m.fires = func(rec cloudtrail.Record) (detection.Finding, bool) {
			f, ok := fires(rec)
			if rec.EventID() == call(t, "DeleteBucket", 2, start).EventID() {
				f.Severity = detection.Critical
			}
			return f, ok
		}
		w := newWorld(t, m)
		p := w.process()
		for i := range 4 {
			process(t, p, call(t, "DeleteBucket", i, start))
		}
		if len(w.alerts) != 2 || w.alerts[1].Severity != detection.Critical {
			t.Errorf("alerts %v", w.alerts)
		}
	})
}

func TestManyDeliveriesAtTheSameInstant(t *testing.T) {
	const records, deliveries = 50, 100
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket", func(r *detection.Rule) { r.GroupBy = []string{"eventID"} }), rule("GetSecretValue", func(r *detection.Rule) {
			r.GroupBy, r.Threshold = []string{"userIdentity.arn"}, &detection.Threshold{Count: 25, Window: time.Hour}
		}))
		processes := []*pipeline.Pipeline{w.process(), w.process(), w.process()}
		var wait sync.WaitGroup
		for i := range records {
			name := []string{"DeleteBucket", "GetSecretValue"}[i%2]
			// Each of its own actor, so that none is a repeat of another; the threshold's of one.
			rec := call(t, name, i, start.Add(time.Duration(i)*time.Second), actorIs(fmt.Sprintf("u%d", i*(1-i%2)))...)
			for n := range deliveries {
				wait.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
					defer cancel()
					if _, err := processes[n%3].Process(ctx, rec); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wait.Wait()
		sent := map[detection.RuleID]int{}
		ids := map[string]bool{}
		for _, a := range w.alerts {
			if ids[a.ID] {
				t.Errorf("%s was sent twice", a.ID)
			}
			ids[a.ID] = true
			sent[a.Rule]++
		}
		if sent["test.DeleteBucket"] != records/2 || sent["test.GetSecretValue"] != 1 {
			t.Errorf("sent %v, want %d and 1", sent, records/2)
		}
	})
}

func TestARedeliveryCountsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"), rule("GetSecretValue", func(r *detection.Rule) {
			r.GroupBy, r.Threshold = []string{"userIdentity.arn"}, &detection.Threshold{Count: 3, Window: time.Hour}
		}))
		// No claim keeps them apart: every delivery is judged anew.
		forget := func() { clear(w.store.claims) }
		for _, i := range []int{1, 2, 2, 2, 1, 1} {
			process(t, w.process(), call(t, "GetSecretValue", i, start))
			process(t, w.process(), call(t, "DeleteBucket", 10+i, start))
			forget()
		}
		for _, a := range w.alerts {
			if a.Rule == "test.GetSecretValue" {
				t.Errorf("2 records reached a threshold of 3")
			}
		}
		time.Sleep(15 * time.Minute)
		w.followUps(t, w.process())
		if len(w.rollUps) != 1 || w.rollUps[0].Count != 1 {
			t.Errorf("follow-ups %+v, want one that counts 1", w.rollUps)
		}
	})
}

func TestTheNextWindowHasAnAlertAndAFollowUpOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		q := newQueue(w, 2)
		for i := range 31 { // one a minute: windows begin with 0, 14 and 28
			q.record(call(t, "DeleteBucket", i, start.Add(time.Duration(i)*time.Minute)), time.Duration(i)*time.Minute)
		}
		q.wait.Wait()
		counted := 0
		for _, r := range w.rollUps {
			counted += r.Count
		}
		if len(w.alerts) != 3 || counted != 28 || len(w.rollUps) != 3 {
			t.Errorf("%d alerts, %d follow-ups that count %d, want 3, 3 and 28", len(w.alerts), len(w.rollUps), counted)
		}
	})
}

func TestWhoJoinsTooLateIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		p := w.process()
		process(t, p, call(t, "DeleteBucket", 1, start))
		time.Sleep(14*time.Minute - time.Second)
		// The process is frozen for two minutes before it joins; the follow-up comes meanwhile.
		w.script.pick = func(_ int, what string) fault {
			if what == "Join" {
				w.script.pick = nil
				w.script.mu.Unlock()
				time.Sleep(2 * time.Minute)
				w.followUps(t, w.process())
				w.script.mu.Lock()
			}
			return none
		}
		rec := call(t, "DeleteBucket", 2, start)
		if _, err := p.Process(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		if len(w.alerts) != 2 {
			t.Errorf("%d alerts: a finding that no follow-up counts is withheld", len(w.alerts))
		}
	})
}

// An alert that can't be sent for a while opens a second window when it comes again. The
// follow-up of the first is done by then.
func TestTwoWindowsOfOneAlertHaveFollowUpsOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket"))
		began := time.Now()
		w.script.set(func(_ int, what string) fault {
			if what == "publish" && time.Since(began) < 16*time.Minute {
				return before
			}
			return none
		})
		q := newQueue(w, 2)
		arrivals := []int{0, 1, 2, 3, 17, 18, 19}
		for _, i := range arrivals {
			q.record(call(t, "DeleteBucket", i, start), time.Duration(i)*time.Minute)
		}
		q.wait.Wait()
		counted := 0
		for _, r := range w.rollUps {
			counted += r.Count
		}
		sent := map[string]bool{}
		for _, a := range w.alerts {
			sent[a.ID] = true
		}
		if len(sent)+counted != len(arrivals) || len(w.rollUps) != 2 {
			t.Errorf("%d sent, %d told in %d follow-ups", len(sent), counted, len(w.rollUps))
		}
	})
}

func TestAStormAtOneInstantIsNoMoreThanTenAlerts(t *testing.T) {
	const storm = 200
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, rule("DeleteBucket", func(r *detection.Rule) { r.GroupBy = []string{"requestParameters.bucketName"} }))
		q := newQueue(w, 5)
		for i := range storm {
			q.record(call(t, "DeleteBucket", i, start, "requestParameters.bucketName", fmt.Sprintf("b%d", i)), 0)
		}
		q.wait.Wait()
		counted := 0
		for _, r := range w.rollUps {
			counted += r.Count
		}
		if len(w.alerts) != 10 || len(w.rollUps) != 1 || counted != storm-10 {
			t.Errorf("%d alerts, %d follow-ups that count %d", len(w.alerts), len(w.rollUps), counted)
		}
	})
}
