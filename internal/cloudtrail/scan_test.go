package cloudtrail_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
)

// strangeTexts are JSON and nearly JSON: the seeds of the fuzz test.
var strangeTexts = []string{
	`{}`, `{ }`, `[]`, `[ ]`, `null`, `true`, `false`, `nul`, `truex`, `TRUE`, `""`, `"`, `"\`, `"\u`, `"\u00`, `{`, `[`, `}`, `]`, `,`, `:`, ``,
	`{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{a:1}`, `[1,]`, `[,1]`, `[1 2]`, `{"a":1 "b":2}`, `{"a":1]`, `[1}`, `{"a" : [ 1 , { "b" : null } ] }`,
	`0`, `-0`, `01`, `-`, `1.`, `.5`, `1.5`, `1e`, `1e+`, `1e5`, `1E-5`, `-1.25e+10`, `1e999999999`, `+1`, `0x1`, `NaN`, `Infinity`, `1e1.5`,
	`"\b\f\n\r\t\/\\\""`, `"\x"`, `"\u00e9\ud83d\ude00"`, `"\ud800"`, `"\udc00\ud800"`, `"\ud800\u0041"`, `"\ud800\ud800\udc00"`, `"\ud800\`, `"\ud800\n"`, `"\uD83D\uDE00"`, `"\u12g4"`,
	"\"\x00\"", "\"\n\"", "\"\x1f\"", "\"\x7f\"", "\"\xff\"", "\"\xc3\xa9\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf0\x9f\x98\x80\"", "\"\xf0\x9f\"", "\"\uFFFD\"", "\"\xe2\x82",
	`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"a":{"b":1},"c":{"b":1}}`, "{\"\xff\":1,\"\xfe\":2}", `{"eventName":"n","eventSource":"s","eventName":"m"}`,
	`{"eventName":"n","eventSource":"s"}`, `{"eventName":"\u006e","eventSource":"s"}`, `{"eventName":null,"eventSource":"s","insightDetails":{"eventName":"n"}}`,
	`{"eventSource":"s","eventName":"n","eventID":"a","long key that takes several words":{"long key that takes several words":1}}`,
	" \n\t\r{ \"a\" : \"b\" } ", `{"a":"b","c":"d","e":"f"}`, `{"":"", " ":" "}`, `{"a":"` + strings.Repeat("x", 300) + `","b":[[[[[["` + strings.Repeat(`\"`, 40) + `"]]]]]]}`,
}

// scanned reads a whole value, in pieces of a size.
func scanned(text string, piece int) (end, offset int, err error) {
	var s cloudtrail.Scanner
	s.Reset()
	for n := min(piece, len(text)); ; n = min(n+piece, len(text)) {
		end, err = s.Scan([]byte(text[:n]))
		if !errors.Is(err, cloudtrail.ErrShort) || n == len(text) {
			return end, s.Offset(), err
		}
	}
}

func TestAScannerFindsTheEndOfAValue(t *testing.T) {
	tests := []struct {
		name, text string
		end        int
	}{
		{"an object with another behind it", `{"a":1}{"b":2}`, 7},
		{"an object behind space", " \n{}", 4},
		{"a text with an escaped quote", `"\"" `, 4},
		{"a number that a comma ends", `12,`, 2},
		{"a list of lists", `[[],[[]]]]`, 9},
		{"a word", `null,`, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if end, _, err := scanned(test.text, len(test.text)); end != test.end || err != nil {
				t.Errorf("end %d, %v, want %d", end, err, test.end)
			}
		})
	}
}

func TestAScannerSaysWhatIsWrongAndWhere(t *testing.T) {
	tests := []struct {
		name, text string
		offset     int
		want       string
	}{
		{"a missing value", `{"a":}`, 5, `"}" stands where a value should`},
		{"a missing colon", `{"a" 1}`, 5, `"1" stands where a colon should`},
		{"a missing comma", `{"a":1 "b":2}`, 7, `"\"" stands where a comma or } should`},
		{"a missing comma in a list", `[1 2]`, 3, `"2" stands where a comma or ] should`},
		{"a key without quotes", `{a:1}`, 1, `"a" stands where a key should`},
		{"a comma before the end", `{"a":1,}`, 7, `"}" stands where a key should`},
		{"a word that JSON does not have", `{"a":NaN}`, 5, `"N" stands where a value should`},
		{"a number that ends too early", `[1.]`, 3, `"]" stands where a digit should`},
		{"a line break in a text", "[\"a\nb\"]", 3, `control character "\n" stands in a text`},
		{"an unknown escape", `["\x"]`, 2, `"\\x" is no escape`},
		{"a digit that is none", `["\u00g0"]`, 2, `"g" is no hexadecimal digit`},
		{"an end in the middle", `{"a":`, 5, `it ends in the middle`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, offset, err := scanned(test.text, len(test.text))
			if err == nil || err.Error() != test.want || offset != test.offset {
				t.Errorf("at %d: %v\nwant %d: %s", offset, err, test.offset, test.want)
			}
		})
	}
}

func TestAScannerStopsAtAKeyOfTheOutermostObjectOnly(t *testing.T) {
	tests := []struct {
		name, text string
		stop       int
	}{
		{"behind the colon", `{"a":{"Records":1},"Records" : [`, 30},
		{"written with escapes", `{"\u0052ecords":[`, 16},
		{"after plain members", `{"a":"b","c":"d","Records":"e","f":"g"}`, 27},
		{"not where it is a value", `{"a":"Records"}`, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := cloudtrail.Scanner{Stop: "Records", Signs: []string{"a"}}
			s.Reset()
			_, err := s.Scan([]byte(test.text))
			if stopped := errors.Is(err, cloudtrail.ErrStop); stopped != (test.stop > 0) || stopped && s.Offset() != test.stop {
				t.Errorf("%v at %d", err, s.Offset())
			}
			if s.Signed() != strings.Contains(test.text, `{"a"`) {
				t.Errorf("Signed() = %v", s.Signed())
			}
		})
	}
}

// FuzzScan compares with encoding/json: what is valid, what it says, and that it does not
// matter in what pieces a text comes.
func FuzzScan(f *testing.F) {
	for _, seed := range strangeTexts {
		f.Add(seed, 1)
		f.Add(`{"eventSource":"s","eventName":"n","x":`+seed+`}`, 7)
	}
	f.Fuzz(func(t *testing.T, text string, piece int) {
		whole, offset, err := scanned(text+" ", len(text)+1)
		inPieces, again, errInPieces := scanned(text+" ", max(piece, 1))
		if whole != inPieces || offset != again || (err == nil) != (errInPieces == nil) || err != nil && err.Error() != errInPieces.Error() {
			t.Fatalf("%d, %d, %v at once, %d, %d, %v in pieces", whole, offset, err, inPieces, again, errInPieces)
		}
		valid := err == nil && strings.Trim((text + " ")[whole:], " \t\r\n") == ""
		if strings.Count(text, "[")+strings.Count(text, "{") < 10_000 && valid != json.Valid([]byte(text)) {
			t.Fatalf("valid is %v, and %v for encoding/json", valid, !valid)
		}
		rec, err := cloudtrail.Parse([]byte(text))
		if !valid || err != nil {
			return
		}
		same(t, rec, text)
	})
}

// same holds a record against what encoding/json makes of its text.
func same(t *testing.T, rec cloudtrail.Record, text string) {
	t.Helper()
	for _, note := range rec.Notes() {
		if strings.HasPrefix(note, "number") || strings.Contains(note, "cut") {
			return
		}
	}
	want, _ := value(t, text).(map[string]any)
	if diff := cmp.Diff(want, rec.Fields()); diff != "" {
		t.Fatalf("-encoding/json +record:\n%s", diff)
	}
	for name, got := range map[string]string{"eventID": rec.EventID(), "eventTime": rec.String("eventTime"), "awsRegion": rec.Region()} {
		if text, _ := want[name].(string); got != text {
			t.Errorf("%s is %q, want %q", name, got, text)
		}
	}
	if name, _ := want["eventName"].(string); name != "" && rec.EventName() != name {
		t.Errorf("eventName is %q, want %q", rec.EventName(), name)
	}
	if len(rec.Notes()) > 0 && !rec.Doubtful() {
		t.Error("notes on a record without a doubt")
	}
	if rec.Repeats() != strings.Contains(strings.Join(rec.Notes(), "\n"), "stands twice") {
		t.Errorf("Repeats() is %v, the notes are %q", rec.Repeats(), rec.Notes())
	}
}

func TestDoubtfulRecords(t *testing.T) {
	deep := func(n int) string { return strings.Repeat(`[`, n) + strings.Repeat(`]`, n) }
	numbers := func(n int) string { return "[0" + strings.Repeat(",0", n-1) + "]" }
	tests := []struct {
		name, x  string // a member of the record
		notes    []string
		repeats  bool
		cut      bool
		doubtful bool // where there are no notes
	}{
		{name: "a plain record", x: `{"a":[1,-2.5e10,true,false,null,"b"]}`},
		{name: "text beyond ASCII", x: `"é\u00e9😀\ud83d\ude00\uFFFD"`},
		{name: "escapes in a text", x: `"\"\\\/\b\f\n\r\t\u0000"`},
		{name: "the replacement character itself", x: "\"\uFFFD\""},
		{name: "a key twice", x: `{"a":1,"a":1}`, notes: []string{"key stands twice, the last value counts: x.a"}, repeats: true},
		{name: "a key twice, once with an escape", x: `{"a":1,"\u0061":1}`, notes: []string{"key stands twice, the last value counts: x.a"}, repeats: true},
		{name: "a long key twice", x: `{"` + strings.Repeat("k", 40) + `":"","` + strings.Repeat("k", 40) + `":""}`, notes: []string{"key stands twice, the last value counts: x." + strings.Repeat("k", 40)}, repeats: true},
		{name: "a key in different objects", x: `{"a":{"a":[{"a":1},{"a":1}]}}`},
		{name: "a key with escapes, which no selection may overlook", x: `{"\u0061":1}`, doubtful: true},
		{name: "half of a pair", x: `"\ud800"`, notes: []string{"half of a character replaced: x"}},
		{name: "half of a pair in a key", x: `{"\udc00":1}`, notes: []string{"half of a character replaced: x"}},
		{name: "bytes that are not UTF-8", x: "\"\xff\"", notes: []string{"bytes that are not UTF-8 replaced: x"}},
		{name: "an overlong encoding", x: "\"\xc0\xaf\"", notes: []string{"bytes that are not UTF-8 replaced: x"}},
		{name: "a number that is too large", x: `[1e401]`, notes: []string{"number out of range kept as text: x"}},
		{name: "a number with many digits", x: strings.Repeat("9", 41), notes: []string{"number out of range kept as text: x"}},
		{name: "as deep as is read", x: deep(99)},
		{name: "one level more", x: deep(100), notes: []string{"cut below 100 levels: x"}, cut: true},
		{name: "deeper than encoding/json reads", x: deep(100_000), notes: []string{"cut below 100 levels: x"}, cut: true},
		{name: "a text as long as is read", x: `"` + strings.Repeat("a", 256<<10) + `"`},
		{name: "a text that is one longer", x: `"` + strings.Repeat("a", 256<<10) + `b"`, notes: []string{"text cut to 256 KB: x"}, cut: true},
		{name: "as many values as 256 KB can hold", x: numbers(131_000)},
		{name: "more values than are read", x: numbers(200_000), notes: []string{"cut, the record has too many values: x"}, cut: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := `{"x":` + test.x + `,"eventSource":"s","eventName":"n","eventID":"a"}`
			rec, err := cloudtrail.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.notes, rec.Notes()); diff != "" {
				t.Errorf("notes, -want +got:\n%s", diff)
			}
			if rec.Repeats() != test.repeats || rec.Cut() != test.cut || rec.Doubtful() != (test.notes != nil || test.doubtful) {
				t.Errorf("Repeats() %v, Cut() %v, Doubtful() %v", rec.Repeats(), rec.Cut(), rec.Doubtful())
			}
			if string(rec.Bytes()) != text || rec.EventID() != "a" || rec.String("eventID") != "a" || rec.EventName() != "n" {
				t.Error("the bytes or what stands behind the odd value are lost")
			}
		})
	}
}

func TestWhatACallerFillsCrowdsNothingOut(t *testing.T) {
	many := "[0" + strings.Repeat(",0", 300_000) + "]"
	rec := call(t, `"requestParameters":`+many+`,"responseElements":`+many+`,"additionalEventData":`+many+`,"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"true"}}}`)
	if rec.MFA() != cloudtrail.MFAYes {
		t.Errorf("MFA() = %s: what stands behind the lists was lost", rec.MFA())
	}
}

func TestBytesAreCanonicalWhereAValueWasGiven(t *testing.T) {
	rec := record(t, ` {"eventSource" : "s","eventName":"n","a":"<&>"} `)
	if got, want := string(rec.Bytes()), `{"a":"<&>","eventName":"n","eventSource":"s"}`; got != want {
		t.Errorf("Bytes() = %s, want %s", got, want)
	}
	if (cloudtrail.Record{}).Bytes() != nil || (cloudtrail.Record{}).Fields() != nil || (cloudtrail.Record{}).EventName() != "" || (cloudtrail.Record{}).Doubtful() {
		t.Error("no record has something")
	}
}

func TestParseRefusesWhatIsNoJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"eventSource":"s"`:                 "at byte 19: it ends in the middle",
		`{"eventSource":"s"}x`:               `at byte 19: "x" stands where the end should`,
		`5`:                                  "a CloudTrail record is a JSON object, this is a number",
		``:                                   "at byte 1: it ends in the middle",
		`{"eventSource":"s","eventName":""}`: "not a CloudTrail record: it has no eventName",
		`{"eventSource":"s","\u0065ventName":null}`: "not a CloudTrail record: it has no eventName",
	} {
		if _, err := cloudtrail.Parse([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestWhatEveryRecordIsAskedForTakesNoDecoding(t *testing.T) {
	text := []byte(strings.NewReplacer("\n", "", "\t", "").Replace(whole[:len(whole)-1]) + `,"requestParameters":{"list":[` + strings.Repeat(`{"a":"b"},`, 100) + `null]}}`)
	var s cloudtrail.Scanner
	allocated := testing.AllocsPerRun(100, func() {
		s.Reset()
		if _, err := s.Scan(text); err != nil {
			t.Fatal(err)
		}
		rec, err := s.Record(text)
		if err != nil || rec.EventName() == "" || rec.EventSource() == "" || rec.EventID() == "" || rec.Region() != "" || rec.Account() == "" || rec.Doubtful() || rec.Notes() != nil {
			t.Fatal("the record is not what it should be", err)
		}
	})
	// The text, what the copies of the record share, the event's id and the account.
	if allocated > 4 {
		t.Errorf("%v allocations", allocated)
	}
}

func TestARecordIsDecodedOnceWhoeverAsks(t *testing.T) {
	rec := call(t, `"requestParameters": {"a": "b"}`)
	var group sync.WaitGroup
	found := make([]map[string]any, 16)
	for i := range found {
		group.Go(func() { found[i] = rec.Fields() })
	}
	group.Wait()
	for _, fields := range found {
		if fmt.Sprintf("%p", fields) != fmt.Sprintf("%p", rec.Fields()) {
			t.Fatal("decoded more than once")
		}
	}
}

func TestANoteIsOfOneCopyOnly(t *testing.T) {
	rec := call(t, `"x": 1e999`)
	one, other := rec.WithNote("one"), rec.WithNote("other")
	if diff := cmp.Diff([]string{"one", "number out of range kept as text: x"}, one.Notes()); diff != "" {
		t.Error(diff)
	}
	if len(rec.Notes()) != 1 || other.Notes()[0] != "other" {
		t.Errorf("%q, %q", rec.Notes(), other.Notes())
	}
}

func ExampleParse() {
	rec, err := cloudtrail.Parse([]byte(`{"eventSource":"s3.amazonaws.com","eventName":"PutObject","requestParameters":{"key":"a","key":"b"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rec.EventSource(), rec.EventName(), rec.Doubtful())
	fmt.Println(rec.Notes())
	// Output:
	// s3.amazonaws.com PutObject true
	// [key stands twice, the last value counts: requestParameters.key]
}
