package ingest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestDamageHidesNothingElse(t *testing.T) {
	const problem = "!"
	damaged := []string{
		`{"eventSource":"s","eventName":`,
		`{"eventSource":"s","eventName"`,
		`{"eventSource":"s","eventName":"n",`,
		`{"eventSource":"s","eventName":"n"`,
		`{"eventSource":"s","eventName":"n"]`,
		`{"eventSource":"s","eventName":"n`,
		`{"eventSource":"s","eventName":"n","x":{"y":`,
		`{"eventSource":"s","eventName":"n","x":[1,`,
		`{"eventSource":"s","eventName":NaN}`,
		`{"Records":[`,
		`{"Records":`,
		`{`,
		`}`,
		`not JSON`,
		`5`,
		"\x00\x00\x00",
	}
	isProblem := func(s string) bool { return strings.HasPrefix(s, problem) }
	for _, line := range damaged {
		t.Run("JSON lines with the line "+line, func(t *testing.T) {
			for name, payload := range map[string]string{
				"in the middle":          rec("a") + "\n" + line + "\n" + rec("b") + "\n" + rec("c") + "\n",
				"first, twice and last":  line + "\r\n" + rec("a") + "\r\n" + line + "\n\n" + line + "\n" + rec("b") + "\n" + rec("c") + "\n" + line,
				"behind an empty object": "{}\n" + line + "\n" + rec("a") + "\n" + rec("b") + "\n" + rec("c"),
			} {
				got := read(t, strings.NewReader(payload))
				records := slices.DeleteFunc(slices.Clone(got), isProblem)
				if diff := cmp.Diff([]string{"a", "b", "c"}, records); diff != "" || !slices.ContainsFunc(got, isProblem) {
					t.Errorf("%s: got %.400q", name, got)
				}
			}
		})
	}
	tests := []struct {
		name, payload string
		want          []string
	}{
		{"a list with a damaged record in the middle gives all others", list(rec("a"), rec("b"), `{"eventName":}`, rec("c")), []string{"a", "b", problem, "c"}},
		{"a list with a missing record gives all others", list(rec("a"), ``, rec("b"), rec("c")), []string{"a", problem, "b", "c"}},
		{"a list with a missing comma gives all", list(rec("a")+rec("b"), rec("c")), []string{"a", problem, "b", "c"}},
		{"a list that ends with a comma gives all", list(rec("a"), rec("b"), ""), []string{"a", "b", problem}},
		{"a list that does not end gives all", `{"Records":[` + rec("a") + "," + rec("b"), []string{"a", "b", problem}},
		{"damage behind a list", `{"Records":[` + rec("a") + `],x}`, []string{"a", problem}},
		{
			"a list with one record a line goes on behind the damage, and tells of it once",
			"{\"Records\":[\n" + rec("a") + ",\n" + `{"eventName":},` + "\n" + rec("b") + ",\n" + rec("c") + "\n]}",
			[]string{"a", problem, "b", "c"},
		},
		{
			"a document with line breaks goes on with the next document",
			indented(t, rec("a")) + "\n" + strings.Replace(indented(t, rec("x")), ":", "", 1) + "\n" + indented(t, list(rec("b"), rec("c"))),
			[]string{"a", problem, "b", "c"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, strings.NewReader(test.payload))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("got %.300q\nwant %q", got, test.want)
			}
		})
	}
}

func TestDamagedGzip(t *testing.T) {
	var records, ids []string
	for i := range 400 {
		ids = append(ids, fmt.Sprintf("id-%03d-%x", i, i*i*7919))
		records = append(records, rec(ids[i]))
	}
	t.Run("cut in half gives the records before the cut and one problem", func(t *testing.T) {
		whole := zipped(t, list(records...))
		got := read(t, strings.NewReader(whole[:len(whole)/2]))
		if len(got) < 50 || len(got) > 350 {
			t.Fatalf("%d records and problems", len(got))
		}
		last := len(got) - 1
		if diff := cmp.Diff(ids[:last], got[:last]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if !strings.HasPrefix(got[last], "! Payload could not be read to its end: at byte ") || !strings.HasSuffix(got[last], "it ends in the middle") {
			t.Errorf("the problem is %q", got[last])
		}
	})
	t.Run("a wrong checksum gives all records and one problem", func(t *testing.T) {
		whole := []byte(zipped(t, list(records...)))
		whole[len(whole)-8] ^= 1
		got := read(t, bytes.NewReader(whole))
		last := len(got) - 1
		if diff := cmp.Diff(ids, got[:last]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if !strings.HasSuffix(got[last], "gzip: invalid checksum") {
			t.Errorf("the problem is %q", got[last])
		}
	})
	t.Run("JSON lines cut in half give the lines before the cut and one problem", func(t *testing.T) {
		whole := zipped(t, strings.Join(records, "\n"))
		got := read(t, strings.NewReader(whole[:len(whole)/2]))
		last := len(got) - 1
		if diff := cmp.Diff(ids[:last], got[:last]); diff != "" || last < 50 || !strings.HasPrefix(got[last], "!") {
			t.Errorf("%d records and problems, -want +got:\n%s", len(got), diff)
		}
	})
}

// letters is a reader of many of the same letter.
type letters struct{ left int }

var block = bytes.Repeat([]byte("a"), 1<<16)

func (l *letters) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), l.left)], block)
	l.left -= n
	return n, nil
}

func TestAValueThatWouldFillTheMemoryIsAProblem(t *testing.T) {
	size := lessIfShort(256 << 20)
	in := io.MultiReader(strings.NewReader(`{"Records":[`+rec("a")+`,{"x":"`), &letters{size}, strings.NewReader("\"}]}\n"+rec("b")))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := read(t, in)
	runtime.ReadMemStats(&after)
	if want := []string{"a", "! Payload could not be read to its end: ", "b"}; !slices.EqualFunc(got, want, strings.HasPrefix) ||
		!strings.HasSuffix(got[1], "it is larger than 4 MB") {
		t.Errorf("got %.300q", got)
	}
	if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 64 {
		t.Errorf("%d MB were allocated", allocated)
	}
}

func TestALongPayloadIsNoProblem(t *testing.T) {
	// Only one value is bounded, not what they are together.
	text := `"` + strings.Repeat("x", 128<<10) + `"`
	long := `{"eventSource":"s","eventName":"n","eventID":"a","x":[` + strings.Join(slices.Repeat([]string{text}, 8), ",") + `]}`
	var want []string
	for range 20 {
		want = append(want, "a")
	}
	for name, payload := range map[string]string{
		"a log file": list(slices.Repeat([]string{long}, 20)...),
		"JSON lines": strings.Repeat(long+"\n", 20),
	} {
		if diff := cmp.Diff(want, read(t, strings.NewReader(payload))); diff != "" {
			t.Errorf("%s, -want +got:\n%.500s", name, diff)
		}
	}
}

func TestAReaderThatFailsIsAProblem(t *testing.T) {
	broken := iotest.ErrReader(errors.New("connection lost"))
	tests := []struct {
		name, before string
		want         []string
	}{
		{"at the beginning", "", []string{"! Payload could not be read to its end: at byte 0: connection lost"}},
		{"in the middle of a list", `{"Records":[` + rec("a") + `,` + rec("b") + `,`, []string{"a", "b", "! Payload could not be read to its end: "}},
		{"between two lines", rec("a") + "\n", []string{"a", "! Payload could not be read to its end: "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, io.MultiReader(strings.NewReader(test.before), broken))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) || !strings.HasSuffix(got[len(got)-1], "connection lost") {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}
