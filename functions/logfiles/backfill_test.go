package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/archive"
	"trailbell/internal/backtest"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/config"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/suppress"
)

// shelf is an S3 with an archive and a bucket for results. It is safe for concurrent use.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	parts   map[string][]byte
	opened  []string
	faults  map[string]int // how often an object is broken off, -1 for always
	refuses bool           // to be written to
	takes   time.Duration  // to open a file
	gets    atomic.Int64
}

func newShelf(names ...string) *shelf {
	s := &shelf{objects: map[string][]byte{}, parts: map[string][]byte{}, faults: map[string]int{}}
	for _, name := range names {
		s.objects[prefix+name] = zipped(logFile(name, 3))
	}
	return s
}

func (s *shelf) GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	// Timers of one bubble that go off in the same moment can crash the race detector
	// (https://go.dev/issue/78156, Go 1.26), so each takes a little longer.
	select {
	case <-time.After(s.takes + time.Duration(s.gets.Add(1))):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened = append(s.opened, strings.TrimPrefix(*in.Key, prefix))
	w := world{objects: s.objects}
	out, err := w.GetObject(ctx, in, opts...)
	if err == nil && s.faults[*in.Key] != 0 {
		s.faults[*in.Key]--
		out.Body = io.NopCloser(io.MultiReader(bytes.NewReader(s.objects[*in.Key][:40]), broken{}))
	}
	return out, err
}

func (s *shelf) PutObject(_ context.Context, in *s3.PutObjectInput, _ ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	if s.refuses {
		return nil, answered(http.StatusServiceUnavailable, "SlowDown")
	}
	text, err := io.ReadAll(in.Body)
	s.parts[*in.Bucket+"/"+*in.Key] = text
	return &s3.PutObjectOutput{}, err
}

func (s *shelf) backfill() *backfill {
	w := newWorld()
	w.panics = "no record has this id"
	return &backfill{
		log: slog.New(slog.DiscardHandler), rules: "f", atOnce: 4, room: backtest.PartText, reader: ingest.Reader{Fleeting: true},
		conf:     config.Backfill{Bucket: logBucket, Prefix: "AWSLogs/", Results: "results", ResultsPrefix: "b/"},
		examiner: backtest.Examiner{Selector: stages{w}, Evaluator: stages{w}, Extract: suppress.NewExtracts(nil, nil).Of},
		objects:  archive.Bucket{API: s}, results: s,
	}
}

// batchOf is the batch that Step Functions makes of some objects.
func batchOf(next int, names ...string) json.RawMessage {
	var items []any
	for _, name := range names {
		items = append(items, map[string]any{"Key": prefix + name, "Size": 5, "Etag": `"e"`, "LastModified": 1.7e9, "StorageClass": "STANDARD"})
	}
	text, _ := json.Marshal(map[string]any{"BatchInput": map[string]any{"Run": "run-1"}, "Items": items, "Counted": map[string]any{"next": next}})
	return text
}

// ask has a function of 900 seconds count a batch.
func ask(t *testing.T, b *backfill, payload json.RawMessage) (answer, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 900*time.Second)
	defer cancel()
	got, err := b.handle(ctx, payload)
	a, _ := got.(answer)
	return a, err
}

// files are those of all parts, each as often as a join would see it, with its entries.
func (s *shelf) files(t *testing.T) map[string][]backtest.Entry {
	t.Helper()
	heads := map[string]backtest.Head{}
	for name, text := range s.parts {
		head, err := backtest.ReadHead(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		heads[name] = head
	}
	found := map[string][]backtest.Entry{}
	for file, err := range backtest.Join(heads, func(name string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(s.parts[name])), nil
	}) {
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(file.Name, "s3://logs/"+prefix)
		for entry, err := range file.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			found[name] = append(found[name], entry)
		}
	}
	return found
}

func TestABatchBecomesOnePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf("b.json.gz", "a.json.gz")
		got, err := ask(t, s.backfill(), batchOf(0, "b.json.gz", "a.json.gz", "notes.txt"))
		want := answer{Run: "run-1", Batch: got.Batch, Part: "b/run-1/parts/" + got.Batch + "-000000.json.gz", Next: 2, Of: 2, Done: true, Skipped: 1, Records: 6, Entries: 6}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		if len(s.parts) != 1 || s.parts["results/"+got.Part] == nil {
			t.Errorf("parts %v", len(s.parts))
		}
		files := s.files(t)
		if len(files["a.json.gz"]) != 3 || len(files["b.json.gz"]) != 3 || files["a.json.gz"][0].Said[0].Rule != rule.ID {
			t.Errorf("%+v", files)
		}
		if text, _ := json.Marshal(got); len(text) > 500 {
			t.Errorf("the answer has %d bytes", len(text))
		}
	})
}

func TestABatchThatComesAgainWritesTheSameBytesToTheSamePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf("a.json.gz", "b.json.gz", "c.json.gz")
		first, _ := ask(t, s.backfill(), batchOf(0, "a.json.gz", "b.json.gz", "c.json.gz"))
		was := s.parts["results/"+first.Part]
		again, err := ask(t, s.backfill(), batchOf(0, "c.json.gz", "a.json.gz", "b.json.gz"))
		if err != nil || again != first || len(s.parts) != 1 || !bytes.Equal(was, s.parts["results/"+first.Part]) {
			t.Errorf("%+v, then %+v, %v, %d parts", first, again, err, len(s.parts))
		}
		other, _ := ask(t, s.backfill(), batchOf(0, "a.json.gz", "b.json.gz"))
		if other.Part == first.Part {
			t.Error("another batch has the same place")
		}
	})
}

func TestOnlyWhatMayHoldRecordsIsOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf("a.json.gz")
		var items []backtest.Item
		for _, key := range []string{
			prefix + "a.json.gz", "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/21/d.json.gz", "AWSLogs/123456789012/Config/us-east-1/c.json.gz",
			"AWSLogs/123456789012/elasticloadbalancing/us-east-1/e.log.gz", "AWSLogs/123456789012/CloudTrail/", "AWSLogs/notes.csv",
		} {
			items = append(items, backtest.Item{Key: key})
		}
		payload, _ := json.Marshal(map[string]any{"BatchInput": map[string]any{"Run": "r"}, "Items": items})
		got, err := ask(t, s.backfill(), payload)
		if diff := cmp.Diff([]string{"a.json.gz"}, s.opened); diff != "" || err != nil || got.Skipped != 5 || !got.Done {
			t.Errorf("%+v, %v, opened %s", got, err, diff)
		}
	})
}

func TestWhatIsNoBatchOfOursIsRefused(t *testing.T) {
	good := string(batchOf(0, "a.json.gz"))
	tests := []struct{ name, payload, wants string }{
		{"text", `"hello"`, "no batch"},
		{"nothing", `{}`, "no Items"},
		{"a batch of a queue", string(batch("x")), "no Items"},
		{"an object of another prefix", strings.Replace(good, `"AWSLogs/`, `"private/`, 1), `"private/`},
		{"an object that goes up", strings.Replace(good, `"AWSLogs/`, `"../AWSLogs/`, 1), "is not below"},
		{"a run that names another place", strings.Replace(good, `run-1`, `../../x`, 1), "BatchInput.Run"},
		{"no run", strings.Replace(good, `run-1`, ``, 1), "BatchInput.Run"},
		{"a place behind the end", strings.Replace(good, `"next":0`, `"next":9`, 1), "file 10 of 1"},
		{"a place before the beginning", strings.Replace(good, `"next":0`, `"next":-1`, 1), "which is -1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf("a.json.gz")
			got, err := ask(t, s.backfill(), json.RawMessage(tt.payload))
			if err == nil || !strings.Contains(err.Error(), tt.wants) || reflect.TypeOf(err).Name() != "Refused" || len(s.opened)+len(s.parts) > 0 {
				t.Errorf("%+v, %v, opened %v", got, err, s.opened)
			}
		})
	}
}

func TestAFunctionThatSendsCountsNoBatch(t *testing.T) {
	w := newWorld()
	if got, err := w.handler().handle(t.Context(), batchOf(0, "a.json.gz")); err == nil || len(w.alerts)+len(w.told) > 0 {
		t.Errorf("answered %v", got)
	}
}

func TestTheConfigurationAloneSaysWhatTheFunctionIsFor(t *testing.T) {
	_, err := choose(t.Context(), func(name string) string {
		return map[string]string{config.BackfillVariable: "results", "TRAILBELL_ALERT_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:t"}[name]
	})
	if err == nil || !strings.Contains(err.Error(), "either sends alerts or counts an archive") || !strings.Contains(err.Error(), "TRAILBELL_LOG_BUCKET") {
		t.Errorf("error %v", err)
	}
	if _, err = choose(t.Context(), func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "TRAILBELL_ALERT_TOPIC_ARN is not set") {
		t.Errorf("error %v", err)
	}
}

// Each invocation begins where the one before ended, until all is counted, and each file is
// counted once.
func TestWhatThereIsNoTimeForIsCountedNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var names []string
		for i := range 23 {
			names = append(names, fmt.Sprintf("%02d.json.gz", i))
		}
		s := newShelf(names...)
		s.takes = 300 * time.Second // of 860 four files at a time: eight
		next, runs := 0, 0
		for done := false; !done; runs++ {
			got, err := ask(t, s.backfill(), batchOf(next, names...))
			if err != nil || got.Next <= next || runs > 5 {
				t.Fatalf("run %d: %+v, %v", runs, got, err)
			}
			next, done = got.Next, got.Done
		}
		files := s.files(t)
		var heads []backtest.Head
		for _, text := range s.parts {
			head, _ := backtest.ReadHead(bytes.NewReader(text))
			heads = append(heads, head)
		}
		if len(files) != 23 || len(s.parts) != runs || runs != 3 || len(backtest.Gaps(heads)) > 0 {
			t.Errorf("%d files in %d parts of %d runs, gaps %v", len(files), len(s.parts), runs, backtest.Gaps(heads))
		}
	})
}

func TestWhyABatchFails(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(s *shelf, b *backfill)
		kind  string // of the error, as the state machine sees it; empty for none
		wants string
	}{
		{"S3 breaks off, and then does not", func(s *shelf, _ *backfill) { s.faults[prefix+"b.json.gz"] = 2 }, "", ""},
		{"S3 always breaks off", func(s *shelf, _ *backfill) { s.faults[prefix+"b.json.gz"] = -1 }, "wrapError", "connection reset"},
		{"one file is refused", func(s *shelf, _ *backfill) { s.objects[prefix+"b.json.gz"] = []byte("denied") }, "", ""},
		{"one file is gone", func(s *shelf, _ *backfill) { delete(s.objects, prefix+"b.json.gz") }, "", ""},
		{"each file is refused", func(s *shelf, _ *backfill) {
			s.objects[prefix+"a.json.gz"], s.objects[prefix+"b.json.gz"] = []byte("denied"), []byte("denied")
		}, "Refused", "none of 2 files"},
		{"the part can't be written", func(s *shelf, _ *backfill) { s.refuses = true }, "wrapError", "SlowDown"},
		{"a file takes longer than there is", func(s *shelf, _ *backfill) { s.takes = time.Hour }, "OutOfTime", "not one file"},
		{"a record makes a rule crash", func(_ *shelf, b *backfill) {
			w := newWorld()
			w.panics = "a.json.gz-1"
			b.examiner.Evaluator = stages{w}
		}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newShelf("a.json.gz", "b.json.gz")
				b := s.backfill()
				tt.spoil(s, b)
				got, err := ask(t, b, batchOf(0, "a.json.gz", "b.json.gz"))
				if tt.kind == "" {
					if err != nil || !got.Done || len(s.files(t)) != 2 || len(s.files(t)["a.json.gz"]) != 3 {
						t.Errorf("%+v, %v", got, err)
					}
					return
				}
				kind := reflect.TypeOf(err)
				for kind.Kind() == reflect.Pointer {
					kind = kind.Elem()
				}
				if kind.Name() != tt.kind || !strings.Contains(err.Error(), tt.wants) || !strings.Contains(err.Error(), "a.json.gz and what follows it, 2 objects") {
					t.Errorf("%s: %v", kind.Name(), err)
				}
				if len(s.parts) > 0 {
					t.Error("half of it was counted")
				}
			})
		})
	}
}

func TestADamagedFileIsAProblemInThePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf("a.json.gz", "b.json.gz")
		text := logFile("b", 3)
		s.objects[prefix+"b.json.gz"] = []byte(text[:len(text)-40])
		if _, err := ask(t, s.backfill(), batchOf(0, "a.json.gz", "b.json.gz")); err != nil {
			t.Fatal(err)
		}
		entries := s.files(t)["b.json.gz"]
		if len(entries) != 3 || entries[2].Problem == nil || !strings.HasPrefix(entries[2].Problem.Where, "s3://logs/AWSLogs/") {
			t.Errorf("%+v", entries)
		}
	})
}

// fails is an evaluator whose rule can't decide.
type fails struct{}

func (fails) Evaluate(context.Context, cloudtrail.Record, []detection.RuleID) []detection.Outcome {
	return []detection.Outcome{{Rule: rule, Verdict: detection.Undecided, Failures: []detection.Failure{{Part: "match", Cause: detection.CauseError, Err: errors.New("x")}}}}
}

func TestWhatCantBeDecidedIsInThePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf("a.json.gz")
		b := s.backfill()
		b.examiner.Evaluator = fails{}
		if _, err := ask(t, b, batchOf(0, "a.json.gz")); err != nil {
			t.Fatal(err)
		}
		want := []backtest.Said{{Rule: rule.ID, Failures: []backtest.Failed{{Part: "match", Cause: detection.CauseError, Why: "x"}}}}
		if diff := cmp.Diff(want, s.files(t)["a.json.gz"][0].Said); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAPartThatIsFullEndsBeforeTheNextFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := []string{"0.json.gz", "1.json.gz", "2.json.gz"}
		s := newShelf(names...)
		b := s.backfill()
		b.room = 1500 // six entries of some 200 bytes, and not nine
		first, err := ask(t, b, batchOf(0, names...))
		if err != nil || first.Next != 2 || first.Done || first.Entries != 6 || first.LeftOut > 0 {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := ask(t, b, batchOf(first.Next, names...))
		if err != nil || !second.Done || second.Entries != 3 || len(s.files(t)) != 3 {
			t.Fatalf("%+v, %v", second, err)
		}
	})
}
