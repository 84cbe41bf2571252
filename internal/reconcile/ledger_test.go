package reconcile_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/reconcile"
	"trailbell/internal/state/memory"
)

func ExampleLedger() {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	queue := &reminders{}
	options := reconcile.Options{Store: memory.New(), Timer: queue, Now: func() time.Time { return now }, Home: reconcile.Home{Reads: true}}
	byBus := reconcile.New(options)
	options.Files = true
	files := reconcile.New(options)
	_ = byBus.Begin(context.Background())

	now = now.Add(time.Hour)
	finding := []detection.Finding{{Rule: detection.Rule{ID: "s3.bucket_deleted"}, Severity: detection.High}}
	for id := range 3 { // the bus drops the second
		text := record(id, now, "")
		for rec := range (ingest.Reader{}).Records(strings.NewReader(file(text)), "test") {
			files.Note(context.Background(), rec, finding, detection.Decision{})
		}
		for rec := range (ingest.Reader{}).Records(strings.NewReader(bus(text)), "test") {
			if id != 1 {
				byBus.Note(context.Background(), rec, finding, detection.Decision{})
			}
		}
	}
	now = now.Add(40 * time.Minute)
	counts, _, _ := byBus.Flush(context.Background(), queue.flushes[0])
	fmt.Printf("both lanes %d, files only %d\n", counts.Both, counts.FilesOnly)
	report, _ := reconcile.Read(context.Background(), options.Store, now, now)
	for _, m := range report.Missed {
		fmt.Println(m.EventID, m.EventName, m.Rule, "-", m.Why)
	}
	// Output:
	// both lanes 2, files only 1
	// e1 DeleteBucket s3.bucket_deleted - expected on the bus, and did not come
}

type reminders struct{ flushes []detection.Flush }

func (r *reminders) After(_ context.Context, _ time.Duration, flush detection.Flush) error {
	r.flushes = append(r.flushes, flush)
	return nil
}

// missed plays a world to its end and says which events the report lists.
func (w *world) missed() []string {
	w.run()
	ids := []string{}
	for _, m := range w.report().Missed {
		ids = append(ids, m.EventID)
	}
	slices.Sort(ids)
	return ids
}

func TestFromWhenOnCallsAreCompared(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name  string
		begun bool            // the bus's function
		again []time.Duration // when it starts anew
		calls []time.Duration // since it began; files bring each a minute later
		want  string
	}{
		{"before the bus's function has begun nothing is", false, nil, []time.Duration{time.Hour}, "[]"},
		{"what may have come before it began is not", true, nil, []time.Duration{-time.Minute, 0, 4 * time.Minute, 6 * time.Minute}, "[e3]"},
		{"a function that starts anew begins nothing anew", true, []time.Duration{time.Hour}, []time.Duration{61 * time.Minute}, "[e0]"},
		{"after two days without it all begins anew", true, []time.Duration{49 * time.Hour}, []time.Duration{49*time.Hour + time.Minute, 50 * time.Hour}, "[e1]"},
		{"as long as it starts once a day nothing begins anew", true, []time.Duration{day, 2 * day}, []time.Duration{2*day + time.Minute}, "[e0]"},
		{"two days without it, nothing is compared", true, nil, []time.Duration{49 * time.Hour}, "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				begin := func() {
					if err := w.start(detection.LaneBus).Begin(t.Context()); err != nil {
						t.Error(err)
					}
				}
				if tt.begun {
					begin()
				}
				for i, at := range tt.calls {
					for _, again := range tt.again {
						if at >= again && (i == 0 || tt.calls[i-1] < again) {
							time.Sleep(time.Until(w.begun.Add(again)))
							begin()
						}
					}
					w.add(event{at: w.begun.Add(max(at, 0) + time.Minute), lane: detection.LaneFiles, body: file(record(i, w.begun.Add(at), ""))})
					w.run()
				}
				if got := fmt.Sprint(w.missed()); got != tt.want {
					t.Errorf("missed %s, want %s", got, tt.want)
				}
			})
		})
	}
}

// A file that is read anew after weeks finds the bus's notes gone, and nothing is to be
// made of that.
func TestCallsThatAreTooOldAreNotCompared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		_ = w.start(detection.LaneBus).Begin(t.Context())
		made := w.begun.Add(time.Hour)
		w.add(event{at: made.Add(time.Minute), lane: detection.LaneBus, body: bus(record(1, made, ""))})
		w.run()
		for range 20 {
			time.Sleep(24 * time.Hour)
			_ = w.start(detection.LaneBus).Begin(t.Context())
		}
		w.add(event{at: time.Now(), lane: detection.LaneFiles, body: file(record(1, made, ""))})
		if got := w.missed(); len(got) > 0 {
			t.Errorf("missed %v", got)
		}
	})
}

func TestTheReportSaysWhatBecameOfAMatchAndWhyItWasMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		_ = w.start(detection.LaneBus).Begin(t.Context())
		made := w.begun.Add(time.Hour)
		again := strings.Replace(record(2, made, ""), "user/u2", "user/u1", 1)
		data := record(3, made, `,"eventCategory":"Data"`)
		w.add(event{at: made.Add(7 * time.Minute), lane: detection.LaneFiles, body: file(record(1, made, ""), again, data)})
		w.run()
		report := w.report()
		if len(report.Missed) != 2 || report.Days[0].ByDesign[reconcile.ForTrails] != 1 {
			t.Fatal(asJSON(report))
		}
		became := map[string]string{}
		for _, m := range report.Missed {
			became[m.EventID] = m.Became
			if m.ByFiles.Sub(m.Time) != 7*time.Minute || m.Why != reconcile.Lost || m.EventName != "DeleteBucket" || m.Account != "123456789012" || m.Region != "eu-central-1" {
				t.Error(asJSON(m))
			}
		}
		if became["e1"] != "alert" || became["e2"] != "rolled up" {
			t.Errorf("%v", became)
		}
		if log := w.log.String(); strings.Count(log, "came by log files only") != 2 || !strings.Contains(log, "event_id=e2") {
			t.Errorf("the log says\n%s", log)
		}
	})
}

// A store that does not answer holds up the record behind it for a second at most, and
// then none for half a minute.
func TestAStoreThatHangsHoldsUpLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		_ = w.start(detection.LaneBus).Begin(t.Context())
		made := w.begun.Add(time.Hour)
		time.Sleep(time.Until(made))
		w.fault = func(_ int, _ string, ledger bool) fault {
			if ledger {
				return hangs
			}
			return none
		}
		var all []string
		for id := range 100 {
			all = append(all, record(id, made, ""))
		}
		began := time.Now()
		if !w.happens(event{lane: detection.LaneFiles, body: file(all...)}) || len(w.alerts) != 200 {
			t.Errorf("%d alerts", len(w.alerts))
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %s", took)
		}
		if said := strings.Count(w.log.String(), "not noted yet"); w.counts.Failed != 100 || said != 1 {
			t.Errorf("%+v, and it was said %d times", w.counts, said)
		}
	})
}

// The other lane's records are nobody's business here.
func TestWhatIsNotNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ledger := w.start(detection.LaneBus)
		made := w.begun.Add(time.Hour)
		time.Sleep(time.Until(made))
		findings := []detection.Finding{{Rule: rules[0]}}
		for rec := range (ingest.Reader{}).Records(io.MultiReader(strings.NewReader(record(1, made, "")), strings.NewReader(bus(strings.Replace(record(2, made, ""), "eventTime", "x", 1)))), "test") {
			if got := ledger.Note(t.Context(), rec, findings, detection.Decision{}); got != (detection.Lanes{}) {
				t.Errorf("%+v", got)
			}
		}
		if w.calls != 0 {
			t.Errorf("%d calls", w.calls)
		}
	})
}

// Many processes of both functions note at the same moment: each match is counted once.
func TestManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no machine is too slow for the time of a call
		const processes, each = 16, 20
		queue := &lockedReminders{}
		options := reconcile.Options{Store: memory.New(), Timer: queue}
		if err := reconcile.New(options).Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		note := func(ledger *reconcile.Ledger, payload string) {
			for rec := range (ingest.Reader{}).Records(strings.NewReader(payload), "test") {
				if got := ledger.Note(t.Context(), rec, []detection.Finding{{Rule: rules[0]}}, detection.Decision{}); got.Failed > 0 {
					t.Error("not noted")
				}
			}
		}
		var wg sync.WaitGroup
		for p := range processes {
			byBus, options := reconcile.New(options), options
			options.Files = true
			byFiles := reconcile.New(options)
			for n := range each {
				text := record(p*each+n, time.Now(), "")
				wg.Go(func() { note(byFiles, file(text)) })
				if n > 0 { // the bus drops the first of each
					wg.Go(func() { note(byBus, bus(text)) })
				}
			}
		}
		wg.Wait()
		time.Sleep(time.Hour)
		var total detection.Lanes
		for _, flush := range queue.flushes {
			counts, own, err := reconcile.New(options).Flush(t.Context(), flush)
			if err != nil || !own {
				t.Fatal(own, err)
			}
			total = total.Plus(counts)
		}
		if want := (detection.Lanes{Both: processes * (each - 1), FilesOnly: processes}); total != want {
			t.Errorf("%+v, want %+v", total, want)
		}
		t.Logf("%d comparisons were asked for by %d processes", len(queue.flushes), 2*processes)
	})
}

type lockedReminders struct {
	mu sync.Mutex
	reminders
}

func (r *lockedReminders) After(ctx context.Context, delay time.Duration, flush detection.Flush) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reminders.After(ctx, delay, flush)
}
