package hostile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
	"trailbell/internal/state/bolt"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

// mailbox keeps what arrives, and refuses what it is told to.
type mailbox struct {
	alerts   []detection.Alert
	problems []detection.Problem
	rollUps  []detection.RollUp
	refuse   func(eventID string) bool
}

var errRefused = errors.New("the topic refuses")

func (m *mailbox) Alerts(_ context.Context, alerts []detection.Alert) error {
	for _, a := range alerts {
		if m.refuse != nil && m.refuse(a.EventID) {
			return errRefused
		}
	}
	m.alerts = append(m.alerts, alerts...)
	return nil
}

func (m *mailbox) Problem(_ context.Context, p detection.Problem) error {
	m.problems = append(m.problems, p)
	return nil
}

func (m *mailbox) RollUp(_ context.Context, r detection.RollUp) error {
	m.rollUps = append(m.rollUps, r)
	return nil
}

func (m *mailbox) fired(rule detection.RuleID) (ids []string) {
	for _, a := range m.alerts {
		if a.Rule == rule {
			ids = append(ids, a.EventID)
		}
	}
	return ids
}

// reminders keeps follow-ups that were asked for.
type reminders struct{ asked []detection.Flush }

func (r *reminders) After(_ context.Context, _ time.Duration, flush detection.Flush) error {
	r.asked = append(r.asked, flush)
	return nil
}

// delivery is a pipeline of rules given by name and body that remembers.
type delivery struct {
	pipeline.Pipeline
	mailbox
	reminders
}

func newDelivery(t *testing.T, bodies map[string]string, options suppress.Options) *delivery {
	t.Helper()
	b := newBeside(t, bodies)
	d := &delivery{Pipeline: b.Pipeline}
	d.Notifier = &d.mailbox
	if options.Store == nil {
		options.Store = memory.New()
	}
	options.Timer = &d.reminders
	d.Suppressor = suppress.New(options)
	return d
}

func (d *delivery) run(t *testing.T, payload []byte) error {
	t.Helper()
	_, err := d.Run(t.Context(), ingest.Reader{}.Records(bytes.NewReader(payload), "here"))
	return err
}

func records(texts ...string) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return ingest.Reader{}.Records(strings.NewReader(file(texts...)), "here")
}

// by is a stopped trail, by somebody of its own.
func by(id string, members ...string) string {
	return stop(id, append([]string{fmt.Sprintf(`userIdentity:{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/%[1]s","accountId":"123456789012","userName":"%[1]s"}`, id)}, members...)...)
}

func TestAFileThatIsCutInHalfComesAgainWithoutCopies(t *testing.T) {
	d := newDelivery(t, map[string]string{"stop": firesOnStop}, suppress.Options{})
	var records []string
	for i := range 400 {
		records = append(records, by(fmt.Sprintf("%08d-%x", i, i*i*2654435761)))
	}
	half := zipped(t, file(records...))
	half = half[:len(half)/2]
	for range 3 {
		if err := d.run(t, half); err != nil {
			t.Fatal(err)
		}
	}
	ids := d.fired("t.stop")
	if n := len(slices.Compact(slices.Sorted(slices.Values(ids)))); n != len(ids) || n < 150 || n > 250 {
		t.Errorf("%d alerts of %d records", len(ids), n)
	}
	if len(d.problems) != 1 {
		t.Errorf("the damage was told %d times: %+v", len(d.problems), d.problems)
	}
	// The whole file follows.
	if err := d.run(t, zipped(t, file(records...))); err != nil || len(d.fired("t.stop")) != 400 {
		t.Errorf("%d alerts, %v", len(d.fired("t.stop")), err)
	}
}

func TestARecordWithoutAnIDThatComesAgainIsToldOnce(t *testing.T) {
	d := newDelivery(t, map[string]string{"stop": firesOnStop}, suppress.Options{})
	record := by("a", "eventID:")
	for _, payload := range []string{event(record), file(record), record} {
		if err := d.run(t, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.alerts) != 1 || len(d.asked) != 1 {
		t.Errorf("%d alerts", len(d.alerts))
	}
	if _, err := d.Flush(t.Context(), d.asked[0]); err != nil || len(d.rollUps) != 0 {
		t.Errorf("copies were counted as repeats: %+v, %v", d.rollUps, err)
	}
}

// A rule that fires for everything is heard ten times, with the rest as a count, and the
// rule beside it at once.
func TestARuleThatFiresOnEverythingIsLimitedAndDelaysNoOther(t *testing.T) {
	d := newDelivery(t, map[string]string{"always": "match if true\ngroup := [input.eventID]", "stop": firesOnStop}, suppress.Options{})
	const n = 300
	for i := range n {
		name := "DescribeTrails"
		if i == n/2 {
			name = "StopLogging"
		}
		if err := d.run(t, []byte(stop(fmt.Sprint(i), fmt.Sprintf("eventName:%q", name)))); err != nil {
			t.Fatal(err)
		}
		if i == n/2 && len(d.fired("t.stop")) != 1 {
			t.Fatal("the storm delays another rule's alert")
		}
	}
	if got := len(d.fired("t.always")); got != 10 {
		t.Errorf("%d alerts of the storm", got)
	}
	for _, flush := range d.asked {
		if _, err := d.Flush(t.Context(), flush); err != nil {
			t.Fatal(err)
		}
	}
	counted := 0
	for _, r := range d.rollUps {
		counted += r.Count
	}
	if counted != n-10 {
		t.Errorf("follow-ups tell of %d, want %d", counted, n-10)
	}
}

const ownRole = "arn:aws:iam::123456789012:role/trailbell-DetectRole-1A2B"

// own is a record of what the function does to send an alert.
func own(id, source, name string) string {
	return by(id, fmt.Sprintf("eventSource:%q", source+".amazonaws.com"), fmt.Sprintf("eventName:%q", name),
		fmt.Sprintf(`userIdentity:{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/trailbell-DetectRole-1A2B/detect","accountId":"123456789012","sessionContext":{"sessionIssuer":{"type":"Role","arn":%q}}}`, ownRole))
}

// Each alert makes records of the function's own calls, and a rule fires for every record.
func TestAlertsDoNotFeedOnTheirOwnRecords(t *testing.T) {
	for _, tt := range []struct {
		name, role string
		loops      bool
	}{
		{"the function knows its role", ownRole, false},
		// Else this test could not fail.
		{"it does not", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDelivery(t, map[string]string{"always": "match if true\ngroup := [input.eventID]"}, suppress.Options{OwnRoles: []string{tt.role}})
			queue, seen := []string{stop("a")}, 0
			for ; len(queue) > 0 && seen < 50; seen++ {
				before := len(d.alerts)
				if err := d.run(t, []byte(queue[0])); err != nil {
					t.Fatal(err)
				}
				queue = queue[1:]
				if len(d.alerts) > before {
					for i, call := range [][2]string{{"dynamodb", "PutItem"}, {"sqs", "SendMessage"}, {"sns", "Publish"}, {"kms", "GenerateDataKey"}, {"dynamodb", "UpdateItem"}} {
						queue = append(queue, own(fmt.Sprintf("own-%d-%d", seen, i), call[0], call[1]))
					}
				}
			}
			if loops := seen == 50; loops != tt.loops || !tt.loops && len(d.alerts) != 1 {
				t.Errorf("%d records, %d alerts, %d records still to come", seen, len(d.alerts), len(queue))
			}
		})
	}
}

// crashAt is the environment variable by which a process of the test below knows what it is.
const crashAt = "TRAILBELL_TEST_CRASH_IN"

// dead ends the process in place of publishing, or right after it.
type dead struct {
	*mailbox
	after string
}

func (d dead) Alerts(context.Context, []detection.Alert) error {
	if d.after != "" {
		_ = os.WriteFile(d.after, []byte("published"), 0o600)
	}
	os.Exit(3)
	return nil
}

// A process that exits between claim and publish, or between publish and its mark, leaves a
// claim that ends by itself, and the next delivery is told: nothing lost, one copy at most.
func TestAProcessThatExitsInTheMiddleLosesNothing(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	pass := func(t *testing.T, folder string, at time.Time, notifier pipeline.Notifier) error {
		store, err := bolt.Open(filepath.Join(folder, "state"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		d := newDelivery(t, map[string]string{"stop": firesOnStop}, suppress.Options{Store: store, Now: func() time.Time { return at }})
		d.Notifier = notifier
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		rec, err := cloudtrail.Parse([]byte(stop("a")))
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Process(ctx, rec)
		return err
	}
	if folder := os.Getenv(crashAt); folder != "" {
		published := ""
		if filepath.Base(folder) == "after" {
			published = filepath.Join(folder, "published")
		}
		_ = pass(t, folder, now, dead{&mailbox{}, published})
		t.Fatal("still alive")
	}
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), when)
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			crash := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+"TestAProcessThatExitsInTheMiddleLosesNothing$")
			crash.Env = append(os.Environ(), crashAt+"="+folder)
			var exit *exec.ExitError
			if out, err := crash.CombinedOutput(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
				t.Fatalf("%v\n%s", err, out)
			}
			if _, err := os.Stat(filepath.Join(folder, "published")); (err == nil) != (when == "after") {
				t.Fatal("it did not crash where it was to")
			}
			// The claim is still held: this is no success, or the alert were lost.
			m := &mailbox{}
			if err := pass(t, folder, now.Add(time.Second), m); !errors.Is(err, detection.ErrBusy) || len(m.alerts) != 0 {
				t.Errorf("while the claim is held: %d alerts, %v", len(m.alerts), err)
			}
			for range 2 {
				if err := pass(t, folder, now.Add(time.Minute), m); err != nil {
					t.Fatal(err)
				}
			}
			if len(m.alerts) != 1 || m.alerts[0].ID != detection.AlertID("t.stop", m.alerts[0].RecordKey) {
				t.Errorf("alerts %+v", m.alerts)
			}
		})
	}
}

// withShipped is a pipeline of the shipped rules that remembers.
func withShipped(t *testing.T, e *engine.Engine, s pipeline.Selector) *delivery {
	t.Helper()
	d := &delivery{Pipeline: pipeline.Pipeline{Selector: s, Evaluator: e, Enricher: enrich.Enricher{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}}
	d.Notifier = &d.mailbox
	d.Suppressor = suppress.New(suppress.Options{Store: memory.New(), Timer: &d.reminders, OwnRoles: []string{ownRole}})
	return d
}
