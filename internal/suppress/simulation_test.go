package suppress_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
)

// The rules of the simulation: one that fires for each record, one that counts, one that
// counts different values, one that waits for what is new, and one that never waits.
func simulated() []match {
	byActor := func(r *detection.Rule) { r.GroupBy = []string{"userIdentity.arn"} }
	return []match{
		rule("DeleteBucket"),
		rule("PutBucketPolicy", func(r *detection.Rule) { r.GroupBy = []string{"requestParameters.bucketName"} }),
		rule("GetSecretValue", byActor, func(r *detection.Rule) {
			r.Threshold = &detection.Threshold{Count: 4, Window: 10 * time.Minute}
		}),
		rule("AssumeRole", byActor, func(r *detection.Rule) {
			r.Threshold = &detection.Threshold{Count: 3, Window: 10 * time.Minute, Distinct: "requestParameters.roleArn"}
		}),
		rule("ConsoleLogin", func(r *detection.Rule) {
			r.GroupBy, r.FirstSeen = []string{"userIdentity.arn", "sourceIPAddress/16"}, &detection.FirstSeen{Window: 30 * 24 * time.Hour}
		}),
	}
}

// stream is what some people did in twenty minutes.
func stream(t testing.TB, r *rand.Rand) []cloudtrail.Record {
	events := []string{"DeleteBucket", "PutBucketPolicy", "GetSecretValue", "GetSecretValue", "AssumeRole", "AssumeRole", "ConsoleLogin", "ListBuckets"}
	var records []cloudtrail.Record
	for id := range 4 + r.IntN(14) {
		name := []string{"ann", "bob", "eve"}[r.IntN(3)]
		records = append(records, call(t, events[r.IntN(len(events))], id, start.Add(time.Duration(r.IntN(20*60))*time.Second),
			"userIdentity.userName", name, "userIdentity.arn", "arn:aws:iam::123456789012:user/"+name,
			"sourceIPAddress", fmt.Sprintf("203.%d.113.9", r.IntN(2)),
			"requestParameters.bucketName", fmt.Sprintf("bucket-%d", r.IntN(3)),
			"requestParameters.roleArn", fmt.Sprintf("arn:aws:iam::123456789012:role/r%d", r.IntN(4))))
	}
	return records
}

// An expectation is what must be told of a group: each of its alerts, or at least one.
type expectation struct {
	rule  detection.RuleID
	group string
	ids   []string
	each  bool
	// may says that an alert is no mistake, and that none is none either: of different
	// values it is noted only to a sixteenth of the window when they came again.
	may bool
}

// oracle says what must arrive, by rules and records alone. It knows no store, no order
// and no faults.
func oracle(rules []match, records []cloudtrail.Record) []expectation {
	var expected []expectation
	for _, m := range rules {
		groups := map[string][]cloudtrail.Record{}
		for _, rec := range records {
			if _, fires := m.fires(rec); fires {
				group := rec.String("userIdentity", "arn")
				if m.rule.FirstSeen != nil {
					group += rec.String("sourceIPAddress")
				}
				groups[group] = append(groups[group], rec)
			}
		}
		for group, members := range groups {
			e := expectation{rule: m.rule.ID, group: group, each: m.rule.Threshold == nil && m.rule.FirstSeen == nil}
			for _, rec := range members {
				e.ids = append(e.ids, detection.AlertID(m.rule.ID, rec.Key()))
			}
			if t := m.rule.Threshold; t != nil {
				e.may = !enough(*t, members, t.Window)
				if e.may && (t.Distinct == "" || !enough(*t, members, t.Window+t.Window/16)) {
					continue
				}
			}
			expected = append(expected, e)
		}
	}
	return expected
}

// enough says whether some stretch of the length holds the count.
func enough(t detection.Threshold, records []cloudtrail.Record, length time.Duration) bool {
	for _, first := range records {
		seen := map[string]bool{}
		for _, rec := range records {
			if since := rec.Time().Sub(first.Time()); since >= 0 && since <= length {
				thing := rec.Key()
				if t.Distinct != "" {
					thing = rec.String("requestParameters", "roleArn")
				}
				seen[thing] = true
			}
		}
		if len(seen) >= t.Count {
			return true
		}
	}
	return false
}

// outcome counts what became of a script.
type outcome struct {
	expected, lost, wrong, duplicates, faults, forgetful, exhausted int
}

// told are the ids that somebody was told of: in an alert, or in a follow-up that counted
// all that its window holds.
func (w *world) told() (sent map[string]int, counted map[string]bool) {
	sent, counted = map[string]int{}, map[string]bool{}
	for _, a := range w.alerts {
		sent[a.ID]++
	}
	for _, r := range w.rollUps {
		for name, members := range w.store.sets {
			if cloudtrail.Digest("rollup", name, r.First) == r.ID && len(members) == r.Count {
				for id := range members {
					counted[id] = true
				}
			}
		}
	}
	return sent, counted
}

func (w *world) assess(expected []expectation) outcome {
	sent, counted := w.told()
	var o outcome
	due := map[string]bool{}
	for _, e := range expected {
		arrived := 0
		for _, id := range e.ids {
			due[id] = true
			if sent[id] > 0 || counted[id] {
				arrived++
			} else if e.each {
				o.lost++
			}
		}
		switch {
		case e.may:
		case e.each:
			o.expected += len(e.ids)
		default:
			o.expected++
			if arrived == 0 {
				o.lost++
			}
		}
	}
	for id := range sent {
		if !due[id] {
			o.wrong++
		}
	}
	seen := map[string]bool{}
	for _, m := range w.messages {
		again := false
		for _, a := range m.alerts {
			again = again || seen[a.ID]
			seen[a.ID] = true
		}
		if again {
			o.duplicates++
		}
		if slices.ContainsFunc(m.alerts, func(a detection.Alert) bool { return len(a.Notes) > 0 }) {
			o.forgetful++
		}
	}
	o.faults = w.script.injected
	return o
}

// simulate sends a random stream through two processes on two lanes, with up to so many
// random faults, until every message was dealt with.
func simulate(t *testing.T, seed uint64, most int) outcome {
	var o outcome
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(t, simulated()...)
		records := stream(t, r)
		// The store has known the first-seen rule for a year.
		w.store.entries["B#test.ConsoleLogin"] = entryFrom(time.Now().Add(-365 * 24 * time.Hour))
		faulty := rand.New(rand.NewPCG(seed, 2))
		left := faulty.IntN(most + 1)
		last := none
		w.script.pick = func(int, string) fault {
			// Troubles come in rows: what failed once often fails again at once.
			if left == 0 || last == none && faulty.IntN(12) > 0 || last != none && faulty.IntN(2) > 0 {
				last = none
				return none
			}
			left--
			if last == none || faulty.IntN(3) == 0 {
				last = 1 + fault(faulty.IntN(int(faults)-1))
			}
			return last
		}
		q := newQueue(w, 2)
		for i, rec := range records {
			arrival := time.Duration(r.IntN(25*60)) * time.Second
			q.record(rec, arrival)
			if i%2 == 0 { // the other lane, sometimes at the same instant
				q.record(rec, arrival+time.Duration(r.IntN(3)*r.IntN(600))*time.Second)
			}
		}
		q.wait.Wait()
		o = w.assess(oracle(w.rules, records))
		o.exhausted = q.exhausted
	})
	return o
}

func TestNothingIsLostWhateverFails(t *testing.T) {
	scripts := 2500
	if testing.Short() {
		scripts = 150
	}
	var total outcome
	worst := 0
	for seed := range uint64(scripts) {
		o := simulate(t, seed, 8)
		total.expected += o.expected
		total.lost += o.lost
		total.wrong += o.wrong
		total.duplicates += o.duplicates
		total.faults += o.faults
		total.forgetful += o.forgetful
		worst = max(worst, o.duplicates-o.faults)
		if o.lost > 0 || o.wrong > 0 || o.exhausted > 0 {
			t.Errorf("script %d: %+v", seed, o)
		}
		// What is sent while the store is not asked says that it may be a copy.
		if o.duplicates > o.faults+o.forgetful {
			t.Errorf("script %d: more copies than faults: %+v", seed, o)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d scripts with %d faults: %d alerts expected, %d lost, %d wrong, %d copies, %d messages sent while the store was down (most copies above faults: %d)",
		scripts, total.faults, total.expected, total.lost, total.wrong, total.duplicates, total.forgetful, worst)
	if total.faults < scripts || total.duplicates == 0 {
		t.Error("the scripts hardly fail: nothing was shown")
	}
}

func TestWithoutFaultsEveryAlertArrivesOnce(t *testing.T) {
	var total outcome
	for seed := range uint64(200) {
		o := simulate(t, seed, 0)
		total.expected += o.expected
		if o.lost+o.wrong+o.duplicates+o.forgetful+o.exhausted > 0 {
			t.Fatalf("script %d: %+v", seed, o)
		}
	}
	t.Logf("%d alerts, none lost, none twice", total.expected)
}

func entryFrom(at time.Time) state.Entry {
	return state.Entry{By: "test.ConsoleLogin", From: at, Until: at.Add(100 * 365 * 24 * time.Hour)}
}
