package ingest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/ingest"
)

// problems returns what could not be read of a payload.
func problems(t testing.TB, payload io.Reader) (found []detection.Problem) {
	t.Helper()
	for _, problem := range (ingest.Reader{}).Records(payload, "here") {
		if problem != nil {
			found = append(found, *problem)
		}
	}
	return found
}

func TestAProblemKeepsTheRawBytes(t *testing.T) {
	long := `{"eventSource":"s","eventName":` + strings.Repeat("x", 100_000)
	tests := []struct {
		name, payload, raw string
	}{
		{"of a damaged record in a list, and not its neighbours", list(rec("a"), `{"eventName":}`, rec("b")), `{"eventName":},`},
		{"of a damaged line", rec("a") + "\n{\"x\":1,\n" + rec("b") + "\n", "{\"x\":1,\n"},
		{"of several damaged lines at once", rec("a") + "\n{bad\nworse\n}\n" + rec("b"), "{bad\nworse\n}\n"},
		{"of a record that is none", list(rec("a"), `{"eventName":"n"}`), `{"eventName":"n"}`},
		{"of a record that can be read in two ways", list(rec("a"), `{"eventSource":"s","eventName":"n","eventName":"m"}`), `{"eventSource":"s","eventName":"n","eventName":"m"}`},
		{"of an event that is none of ours", event("x", "aws.ec2", rec("a")), event("x", "aws.ec2", rec("a"))},
		{"of what ends in the middle", rec("a") + "\n" + rec("b")[:40], rec("b")[:40]},
		{"of a payload that is something else", `["StopLogging"]`, `["StopLogging"]`},
		{"of what is not text", "\x00\xff\xfe", "\x00\xff\xfe"},
		{"of what only begins like gzip", "\x1f\x8bxyz", "\x1f\x8bxyz"},
		{"of a long value", rec("a") + "\n" + long, long},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for name, payload := range map[string]io.Reader{"at once": strings.NewReader(test.payload), "byte by byte": iotest.OneByteReader(strings.NewReader(test.payload))} {
				found := problems(t, payload)
				if len(found) != 1 || found[0].Raw == nil {
					t.Fatalf("%s: problems %+v", name, found)
				}
				sum := sha256.Sum256([]byte(test.raw))
				want := detection.Excerpt{
					From: int64(strings.LastIndex(test.payload, test.raw)), Size: int64(len(test.raw)),
					Begin: []byte(test.raw[:min(len(test.raw), 16<<10)]), SHA256: hex.EncodeToString(sum[:]),
				}
				if name == "byte by byte" && strings.HasPrefix(test.raw, "\x1f") {
					continue // unpacking took what had come
				}
				if diff := cmp.Diff(want, *found[0].Raw); diff != "" {
					t.Errorf("%s, -want +got:\n%.600s", name, diff)
				}
			}
		})
	}
}

func TestReadingGoesOnWhereverARecordCanBeFound(t *testing.T) {
	nested := `{"eventSource":"s","eventName":"n","eventID":"x","list":[{"a":1},{"b":{"c":[{},{}]}}],"bad":}`
	tests := []struct {
		name, payload string
		want          []string
	}{
		{"one damaged record in the middle of a list", list(rec("a"), nested, rec("b"), rec("c")), []string{"a", "!", "b", "c"}},
		{"a record that lost its end", list(rec("a"), nested[:60], rec("b"), rec("c")), []string{"a", "!", "b", "c"}},
		{"a record that lost its beginning", list(rec("a"), nested[30:], rec("b"), rec("c")), []string{"a", "!", "b", "c"}},
		{"a record that lost a quote", list(rec("a"), strings.Replace(rec("x"), `"`, "", 1), rec("b"), rec("c")), []string{"a", "!", "b", "c"}},
		{"two damaged records side by side are one problem", list(rec("a"), nested, nested, rec("b")), []string{"a", "!", "b"}},
		{"two damaged records apart are two", list(rec("a"), nested, rec("b"), nested, rec("c")), []string{"a", "!", "b", "!", "c"}},
		{"the last record", list(rec("a"), nested), []string{"a", "!"}},
		{"a file that lost its beginning", list(rec("a"), rec("b"), rec("c"))[5:], []string{"!", "a", "b", "c"}},
		{"a damaged record in a file with line breaks", strings.Replace(indented(t, list(rec("a"), rec("x"), rec("b"))), `"x"`, "", 1), []string{"a", "!", "b"}},
		{"a damaged list before another document", list(rec("a"), nested) + "\n" + list(rec("b")), []string{"a", "!", "b"}},
		{"a damaged list right before another document", list(rec("a"), nested) + list(rec("b"), rec("c")), []string{"a", "!", "b", "c"}},
		{"a damaged event before another", "{\"detail-type\":\n" + event(api, "aws.ec2", rec("a")), []string{"!", "a"}},
		{"a damaged record whose parts look like records only to a careless reader", list(rec("a"), `{"x":[`+`{"eventName":"n"},{"eventSource":"s"}],}`, rec("b")), []string{"a", "!", "b"}},
		{"zero bytes at the end, as of a file that was not closed", list(rec("a")) + "\x00\x00\x00", []string{"a", "!"}},
		{"something between two records", list(rec("a")+"x", rec("b")), []string{"a", "!", "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for name, payload := range map[string]io.Reader{"at once": strings.NewReader(test.payload), "byte by byte": iotest.OneByteReader(strings.NewReader(test.payload))} {
				got := read(t, payload)
				for i := range got {
					if strings.HasPrefix(got[i], "!") {
						got[i] = "!"
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s, -want +got:\n%s", name, diff)
				}
			}
		})
	}
}

// What was read in vain is bounded, however often a record seems to begin: each of these
// lines could be the beginning of one value that holds all others.
func TestDamageThatLooksLikeRecordsAgainAndAgainIsReadInLinearTime(t *testing.T) {
	line := `{"x":` + "\n"
	for name, damage := range map[string]string{
		"lines that never end":  strings.Repeat(line, 400_000),
		"lists that never end":  `{"Records":[x` + strings.Repeat(`,{"eventName":[1`, 200_000) + "\n",
		"braces and more":       strings.Repeat("{", 3_000_000) + "\n",
		"lines that are broken": strings.Repeat("{\"x\":[{}\n", 400_000),
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, strings.NewReader(damage+rec("needle")+"\n"))
			if !slices.Contains(got, "needle") || len(got) > 3 {
				t.Errorf("%d records and problems: %.300q", len(got), got)
			}
		})
	}
}

// counting counts what is read of it.
type counting struct {
	from io.Reader
	n    int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += n
	return n, err
}

func TestABombStopsAtTheLimit(t *testing.T) {
	var bomb bytes.Buffer
	var plain io.Reader = io.MultiReader(strings.NewReader(list(rec("a"))+"\n"), &letters{256 << 20})
	if err := pack(&bomb, plain); err != nil {
		t.Fatal(err)
	}
	size := bomb.Len()
	from := &counting{from: &bomb}
	var got []string
	for rec, problem := range (ingest.Reader{MaxUnpacked: 8 << 20}).Records(from, "here") {
		if problem != nil {
			got = append(got, problem.Why)
			if problem.Raw.Size < 1<<20 || len(problem.Raw.Begin) > 16<<10 {
				t.Errorf("kept %d of %d bytes", len(problem.Raw.Begin), problem.Raw.Size)
			}
			continue
		}
		got = append(got, rec.EventID())
	}
	if len(got) != 2 || got[0] != "a" || !strings.HasSuffix(got[1], "it unpacks to more than 8388608 bytes") {
		t.Errorf("got %q", got)
	}
	if from.n > size/4 {
		t.Errorf("%d of %d bytes were read", from.n, size)
	}
}

func TestWhatComesPlainIsNotLimited(t *testing.T) {
	payload := strings.Repeat(rec("a")+"\n", 100)
	n := 0
	for _, problem := range (ingest.Reader{MaxUnpacked: 1000}).Records(strings.NewReader(payload), "here") {
		if problem != nil {
			t.Fatal(*problem)
		}
		n++
	}
	if n != 100 {
		t.Errorf("%d records", n)
	}
}

func TestExactlyAsMuchAsTheLimitIsRead(t *testing.T) {
	for more, want := range map[int64]int{0: 1, -1: 2} {
		n := 0
		limit := int64(len(list(rec("a")))) + more
		for range (ingest.Reader{MaxUnpacked: limit}).Records(strings.NewReader(zipped(t, list(rec("a")))), "here") {
			n++
		}
		if n != want {
			t.Errorf("%d bytes more: %d records and problems, want %d", more, n, want)
		}
	}
}

func TestSpaceTakesNoMemory(t *testing.T) {
	size := lessIfShort(64 << 20)
	space := func() io.Reader { return &filler{left: size, with: ' '} }
	in := iotest.HalfReader(io.MultiReader(strings.NewReader(`{"Records":`), space(), strings.NewReader("["+rec("a")), space(),
		strings.NewReader(","), space(), strings.NewReader(rec("b")+"]"), space(), strings.NewReader("}")))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := read(t, in)
	runtime.ReadMemStats(&after)
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
		t.Errorf("%d bytes were allocated", allocated)
	}
}

// A long text is copied a few times while its buffer grows, and no more: otherwise each
// read would copy it anew.
func TestALongTextIsNotCopiedAgainAndAgain(t *testing.T) {
	const size = 3 << 20
	in := iotest.OneByteReader(io.MultiReader(strings.NewReader(`{"eventSource":"s","eventName":"n","eventID":"a","x":"`), &letters{size}, strings.NewReader(`"}`)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := read(t, in)
	runtime.ReadMemStats(&after)
	if len(got) != 2 || got[0] != "a" || !strings.Contains(got[1], "text cut to 256 KB: x") {
		t.Errorf("got %.300q", got)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 10*size {
		t.Errorf("%d bytes were allocated", allocated)
	}
}

// filler is a reader of many of the same byte.
type filler struct {
	left int
	with byte
}

func (f *filler) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), f.left)
	for i := range p[:n] {
		p[i] = f.with
	}
	f.left -= n
	return n, nil
}

// TestStreaming reads a log file that is far larger than what may be kept of it.
func TestStreaming(t *testing.T) {
	size := lessIfShort(256 << 20)
	block := logFile(t, 500)
	records := strings.TrimSuffix(strings.TrimPrefix(block, `{"Records":[`), "]}")
	times := size/len(records) + 1
	in, out := io.Pipe()
	go func() {
		_, _ = io.WriteString(out, `{"Records":[`+records)
		for range times - 1 {
			_, _ = io.WriteString(out, ","+records)
		}
		_, _ = io.WriteString(out, "]}")
		_ = out.Close()
	}()
	var most uint64
	var stats runtime.MemStats
	n := 0
	for rec, problem := range (ingest.Reader{}).Records(in, "here") {
		if problem != nil {
			t.Fatal(*problem)
		}
		if n++; n%5000 == 0 {
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapAlloc)
		}
		if rec.EventName() == "" {
			t.Fatal("a record without a name")
		}
	}
	if n != 500*times {
		t.Errorf("%d records, want %d", n, 500*times)
	}
	if most > 64<<20 {
		t.Errorf("%d MB were kept", most>>20)
	}
}

func TestARecordTakesTwoAllocations(t *testing.T) {
	payload := list(slices.Repeat([]string{rec("a")}, 1000)...)
	allocated := testing.AllocsPerRun(5, func() {
		for _, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
			if problem != nil {
				t.Fatal(*problem)
			}
		}
	})
	if allocated > 2*1000+200 { // with what a new scanner learns
		t.Errorf("%v allocations for 1000 records", allocated)
	}
}

// TestTheSameAsEncodingJSON reads what is valid, in all forms that a payload may have.
func TestTheSameAsEncodingJSON(t *testing.T) {
	payload := logFile(t, 300)
	var want struct{ Records []map[string]any }
	decoder := json.NewDecoder(strings.NewReader(payload))
	decoder.UseNumber()
	if err := decoder.Decode(&want); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, record := range want.Records {
		if err := json.NewEncoder(&lines).Encode(record); err != nil {
			t.Fatal(err)
		}
	}
	for name, payload := range map[string]string{
		"a log file": payload, "line breaks": indented(t, payload), "JSON lines": lines.String(),
		"nothing between": strings.ReplaceAll(lines.String(), "}\n{", "}{"), "gzip": zipped(t, payload),
	} {
		i := 0
		for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(payload), "here") {
			if problem != nil {
				t.Fatalf("%s: %+v", name, *problem)
			}
			if diff := cmp.Diff(want.Records[i], rec.Fields()); diff != "" {
				t.Fatalf("%s, record %d, -want +got:\n%s", name, i, diff)
			}
			if !json.Valid(rec.Bytes()) {
				t.Fatalf("%s, record %d: the bytes are no JSON", name, i)
			}
			i++
		}
		if i != len(want.Records) {
			t.Errorf("%s: %d records, want %d", name, i, len(want.Records))
		}
	}
}

func TestWhatIsNotedOfTheWayARecordCame(t *testing.T) {
	for name, test := range map[string]struct {
		payload string
		want    string
	}{
		"a byte-order mark":                   {"\uFEFF" + rec("a") + rec("b"), "[a byte-order mark stood before it] []"},
		"a byte-order mark before the second": {rec("a") + "\n\uFEFF" + rec("b"), "[] [a byte-order mark stood before it]"},
	} {
		var notes []string
		for rec, problem := range (ingest.Reader{}).Records(strings.NewReader(test.payload), "here") {
			if problem != nil {
				t.Fatalf("%s: %+v", name, *problem)
			}
			notes = append(notes, fmt.Sprint(rec.Notes()))
		}
		if got := strings.Join(notes, " "); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// lessIfShort makes what is streamed smaller with -short, still larger than what may be
// kept of it.
func lessIfShort(size int) int {
	if testing.Short() {
		return size / 3
	}
	return size
}
