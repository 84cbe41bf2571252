package backtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// counted is a file with so many problems in it.
func counted(name string, problems int) Counted {
	file := Counted{Name: name, Records: problems, Bytes: 10}
	for i := range problems {
		file.add(Entry{Problem: &Unread{What: fmt.Sprint(name, " ", i)}})
	}
	return file
}

func packed(t testing.TB, head Head, files ...Counted) []byte {
	t.Helper()
	part := NewPart(head)
	for _, file := range files {
		if err := part.Add(file); err != nil {
			t.Fatal(err)
		}
	}
	text, err := part.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// joinedOf joins parts, and says which were open at a time at most.
func joinedOf(parts map[string][]byte) (said []string, most int, err error) {
	heads := map[string]Head{}
	for name, text := range parts {
		if heads[name], err = ReadHead(bytes.NewReader(text)); err != nil {
			return nil, 0, err
		}
	}
	open := 0
	for file, fault := range Join(heads, func(name string) (io.ReadCloser, error) {
		open++
		most = max(most, open)
		return closing{bytes.NewReader(parts[name]), func() { open-- }}, nil
	}) {
		if fault != nil {
			return said, most, fault
		}
		for entry, fault := range file.Entries() {
			if fault != nil {
				return said, most, fault
			}
			said = append(said, entry.Problem.What)
		}
	}
	if open != 0 {
		err = fmt.Errorf("%d parts stay open", open)
	}
	return said, most, err
}

type closing struct {
	io.Reader
	closed func()
}

func (c closing) Close() error { c.closed(); return nil }

func ExampleJoin() {
	part := func(files ...Counted) []byte {
		p := NewPart(Head{Rules: "f", Run: "r"})
		for _, file := range files {
			_ = p.Add(file)
		}
		text, _ := p.Bytes()
		return text
	}
	said, _, err := joinedOf(map[string][]byte{
		"1": part(counted("x_20260101T0000Z_a", 1), counted("x_20260103T0000Z_a", 2)),
		"2": part(counted("notes", 1), counted("x_20260102T0000Z_a", 1), counted("x_20260103T0000Z_a", 2)),
	})
	fmt.Println(strings.Join(said, "\n"), err)
	// Output:
	// notes 0
	// x_20260101T0000Z_a 0
	// x_20260102T0000Z_a 0
	// x_20260103T0000Z_a 0
	// x_20260103T0000Z_a 1 <nil>
}

func TestOnlyPartsThatOverlapInTimeAreOpen(t *testing.T) {
	parts := map[string][]byte{}
	var want []string
	for i := range 20 {
		day := func(d int) string {
			return fmt.Sprintf("x_2026%04dT0000Z_a", d)
		}
		parts[fmt.Sprint("p", 19-i)] = packed(t, Head{Batch: fmt.Sprint(i)}, counted(day(2*i), 1), counted(day(2*i+1), 1))
		want = append(want, day(2*i)+" 0", day(2*i+1)+" 0")
	}
	parts["empty"] = packed(t, Head{Batch: "e"})
	said, most, err := joinedOf(parts)
	if diff := cmp.Diff(want, said); diff != "" || most > 2 || err != nil {
		t.Errorf("%d open, %v, %s", most, err, diff)
	}
}

func TestAPartThatIsDamagedIsNoShorterPart(t *testing.T) {
	whole := packed(t, Head{}, counted("a", 40), counted("b", 40))
	if said, _, err := joinedOf(map[string][]byte{"p": whole}); err != nil || len(said) != 80 {
		t.Fatal(len(said), err)
	}
	for n := range len(whole) {
		if _, _, err := joinedOf(map[string][]byte{"p": whole[:n]}); err == nil {
			t.Errorf("cut at %d of %d bytes it is whole", n, len(whole))
		}
	}
	for _, text := range []string{"", "{}", "\x1f\x8b"} {
		if _, err := ReadHead(strings.NewReader(text)); !errors.Is(err, ErrNoPart) {
			t.Errorf("%q is a part: %v", text, err)
		}
	}
}

func TestPartsAreOfOneVersion(t *testing.T) {
	part := NewPart(Head{})
	part.head.SchemaVersion = 2
	text, _ := part.Bytes()
	if _, err := ReadHead(bytes.NewReader(text)); !errors.Is(err, ErrNoPart) {
		t.Errorf("version 2 was read: %v", err)
	}
}

func TestWhatIsTooLargeIsCountedAndLeftOut(t *testing.T) {
	file := counted("a", 2)
	file.add(Entry{Problem: &Unread{What: strings.Repeat("x", maxEntry)}})
	part := NewPart(Head{})
	if err := part.Add(file); err != nil {
		t.Fatal(err)
	}
	if head := part.Head(); head.Entries != 2 || head.LeftOut != 1 {
		t.Errorf("%+v", head)
	}
	full := Counted{Name: "f", size: PartText}
	if !NewPart(Head{}).Fits(Counted{size: 2 * PartText}) || part.Fits(full) {
		t.Error("a part takes one file of any size, and then what there is room for")
	}
}

func TestGaps(t *testing.T) {
	part := func(batch string, from, until, of int) Head {
		return Head{Batch: batch, From: from, Until: until, Of: of}
	}
	tests := []struct {
		name  string
		heads []Head
		want  map[string]string
	}{
		{"a batch in one part", []Head{part("a", 0, 5, 5)}, map[string]string{}},
		{"a batch without files", []Head{part("a", 0, 0, 0)}, map[string]string{}},
		{"parts that go on and overlap", []Head{part("a", 3, 5, 5), part("a", 0, 4, 5)}, map[string]string{}},
		{"the end is missing", []Head{part("a", 0, 3, 5), part("b", 0, 1, 1)}, map[string]string{"a": "files 4 to 5 of 5 are missing"}},
		{"the beginning is missing", []Head{part("a", 2, 5, 5)}, map[string]string{"a": "files 1 to 2 of 5 are missing"}},
		{"the middle is missing", []Head{part("a", 0, 2, 9), part("a", 4, 9, 9)}, map[string]string{"a": "files 3 to 4 of 9 are missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Gaps(tt.heads)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABatchIsKnownByItsObjects(t *testing.T) {
	of := func(items ...Item) string { return Batch{Items: items}.ID() }
	a, b := Item{Key: "a", ETag: "1", Size: 1}, Item{Key: "b"}
	if of(a, b) != of(b, a) {
		t.Error("the order counts")
	}
	others := []string{of(a, b), of(a), of(Item{Key: "a", ETag: "2", Size: 1}), of(Item{Key: "a", ETag: "1", Size: 2}), of(a, a)}
	slices.Sort(others)
	if len(slices.Compact(others)) != 5 {
		t.Error("two batches have one id")
	}
}

// quiet is a rule that has nothing to say.
type quiet struct{}

func (quiet) Select(cloudtrail.Record) []detection.RuleID { return []detection.RuleID{"r"} }

func (quiet) Evaluate(context.Context, cloudtrail.Record, []detection.RuleID) []detection.Outcome {
	return []detection.Outcome{{Verdict: detection.Quiet}}
}

func TestOfRecordsThatNothingIsSaidOfTheTimeStays(t *testing.T) {
	at := func(hour int) cloudtrail.Record {
		rec, err := cloudtrail.Parse(fmt.Appendf(nil, `{"eventSource":"s","eventName":"n","eventTime":"2026-01-01T%02d:00:00Z"}`, hour))
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	file, err := Examiner{Selector: quiet{}, Evaluator: quiet{}}.File(t.Context(), "f", func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		_ = yield(at(5), nil) && yield(at(9), nil) && yield(at(7), nil) && yield(cloudtrail.Record{}, &detection.Problem{What: "x"}) && yield(at(2), nil)
	})
	clock := func(hour int) time.Time { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC) }
	if err != nil || file.Records != 4 || file.Earliest != clock(2) || file.Latest != clock(2) || len(file.entries) != 1 || !strings.Contains(string(file.entries[0]), `"after":"2026-01-01T09:00:00Z"`) {
		t.Errorf("%+v %s, %v", file, file.entries, err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Examiner{}).File(stopped, "f", func(func(cloudtrail.Record, *detection.Problem) bool) {}); err == nil {
		t.Error("what was interrupted counts")
	}
}
