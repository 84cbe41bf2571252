package cloudtrail_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
)

// places are looked at in the tests. Some are above others.
var places = [][]string{
	{"a"},
	{"b"},
	{"a", "b"},
	{"a", "b", "c"},
	{"c", "a"},
	{"eventName"},
	{"eventID"},
	{"x"},
	{"userIdentity", "sessionContext", "attributes"},
	{"userIdentity", "type"},
	{"requestParameters"},
	{"insightDetails", "a"},
}

var paths = cloudtrail.NewPaths(places)

// seen is all that a scanner says about a text.
type seen struct {
	End, Offset             int
	Err, Refusal            string
	Signed, Doubtful, Noted bool
	Notes                   []string
	Header                  [6]string
	Values                  map[string]string
}

// look reads a text in pieces of a size, and makes a record of it that is a copy or not.
func look(s *cloudtrail.Scanner, text string, piece int, fleeting bool) (got seen) {
	s.Reset()
	var err error
	for n := min(piece, len(text)); ; n = min(n+piece, len(text)) {
		got.End, err = s.Scan([]byte(text[:n]))
		if !errors.Is(err, cloudtrail.ErrShort) || n == len(text) {
			break
		}
	}
	got.Offset, got.Signed = s.Offset(), s.Signed()
	if err != nil {
		got.Err = err.Error()
		return got
	}
	toRecord := s.Record
	if fleeting {
		toRecord = s.Fleeting
	}
	rec, err := toRecord([]byte(text[:got.End]))
	if err != nil {
		got.Refusal = err.Error()
		return got
	}
	got.Doubtful, got.Notes = rec.Doubtful(), rec.Notes()
	got.Header = [6]string{rec.EventID(), rec.EventName(), rec.EventSource(), rec.Region(), rec.Account(), rec.Time().String()}
	got.Values, got.Noted = valuesOf(rec, s.Paths)
	return got
}

func valuesOf(rec cloudtrail.Record, paths *cloudtrail.Paths) (found map[string]string, noted bool) {
	values := make([][]byte, len(places))
	if !rec.Values(paths, values) {
		return nil, false
	}
	found = map[string]string{}
	for i, value := range values {
		if value != nil {
			found[strings.Join(places[i], ".")] = string(value)
		}
	}
	return found, true
}

// wantedValues are the values of the places as encoding/json finds them.
func wantedValues(t *testing.T, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, place := range places {
		value, defined := json.RawMessage(text), true
		for _, key := range place {
			var object map[string]json.RawMessage
			if json.Unmarshal(value, &object) != nil {
				object = nil
			}
			if value, defined = object[key]; !defined {
				break
			}
		}
		if defined {
			found[strings.Join(place, ".")] = string(value)
		}
	}
	return found
}

// sameWhateverWasRead reads texts one after the other with a scanner that learns, and
// holds what it says against one that does not, and against encoding/json.
func sameWhateverWasRead(t *testing.T, learning, other *cloudtrail.Scanner, texts []string, piece int) {
	t.Helper()
	for i, text := range texts {
		text = strings.TrimLeft(text, " \t\r\n") + " "
		got := look(learning, text, max(piece, 1), i%2 == 0)
		want := look(other, text, len(text), false)
		if got.Noted {
			if diff := cmp.Diff(wantedValues(t, text[:got.End]), got.Values); diff != "" {
				t.Fatalf("text %d: values, -encoding/json +scanner:\n%s\n%s", i, diff, text)
			}
		}
		got.Noted, got.Values, want.Noted, want.Values = false, nil, false, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("text %d: -without memory +with:\n%s\n%s", i, diff, text)
		}
	}
}

// scanners are one that learns and one that does not, which look out for the same.
func scanners(looking bool) (learning, other *cloudtrail.Scanner) {
	learning, other = &cloudtrail.Scanner{Paths: paths}, &cloudtrail.Scanner{Paths: paths}
	if looking {
		learning.Stop, learning.Signs = "Records", []string{"b", "trailbell"}
		other.Stop, other.Signs = learning.Stop, learning.Signs
	}
	other.LearnNothing()
	return learning, other
}

// FuzzLearning reads two texts in turns: what was read before must not change what is
// said about a text.
func FuzzLearning(f *testing.F) {
	for i, seed := range strangeTexts {
		before := strangeTexts[(i*7+3)%len(strangeTexts)]
		f.Add(before, seed, 3, i%2 == 0)
		f.Add(`{"eventSource":"s","eventName":"n","a":"b","x":1}`, `{"eventSource":"s","eventName":"n","a":`+seed+`}`, 1000, i%2 == 1)
		f.Add(`{"a":{"b":`+seed+`,"c":null}}`, `{"a":{"b":{"c":true},"b":`+seed+`}}`, 1000, false)
	}
	f.Add(`{"a":[{"b":1},{"b":2,"c":{}}],"Records":[`, `{"a":[{"b":1,"b":2}],"Records":1}`, 8, true)
	f.Fuzz(func(t *testing.T, first, second string, piece int, looking bool) {
		if strings.Count(first+second, "[")+strings.Count(first+second, "{") > 5_000 {
			t.Skip("deeper than encoding/json reads")
		}
		learning, other := scanners(looking)
		sameWhateverWasRead(t, learning, other, []string{first, second, first, second, first}, piece)
	})
}

// aText makes JSON of few keys, so that they come again, in another order, twice, with
// other values, spaced out, broken and cut.
func aText(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(3) == 0 {
		values := []string{`"v"`, `""`, `"us-east-1"`, `null`, `true`, `false`, `0`, `-1.5e3`, `12345`, `{}`, `[]`, `"\u00e9"`, `"a\"b"`, `"é"`, `nul`, `1e999`, `" "`}
		return values[r.IntN(len(values))]
	}
	keys := []string{"a", "b", "c", "x", "eventName", "eventID", "eventSource", "userIdentity", "type", "sessionContext", "attributes", "Records", "a key that is longer than three words", `\u0061`}
	space := func() string { return []string{"", "", "", "", "", "", "", " ", "\n", ", "}[r.IntN(10)] }
	var parts []string
	object := depth > 2 || r.IntN(3) > 0
	for range r.IntN(5) {
		value := aText(r, depth-1)
		if object {
			value = `"` + keys[r.IntN(len(keys))] + `"` + strings.TrimRight(space(), ",") + ":" + value
		}
		parts = append(parts, value)
	}
	text := strings.Join(parts, ","+strings.TrimLeft(space(), ","))
	if object {
		return "{" + text + "}"
	}
	return "[" + text + "]"
}

func TestWhatWasReadBeforeChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	scanned := 400
	if testing.Short() {
		scanned = 60
	}
	for i := range scanned {
		learning, other := scanners(i%2 == 0)
		var texts []string
		for range 40 {
			text := aText(r, 5)
			if r.IntN(2) == 0 {
				text = `{"eventSource":"s","eventName":"n","userIdentity":` + text + `,"a":` + aText(r, 3) + `}`
			}
			if r.IntN(10) == 0 {
				text = text[:r.IntN(len(text)+1)]
			}
			texts = append(texts, text, text)
		}
		sameWhateverWasRead(t, learning, other, texts, 1+r.IntN(60))
	}
}

func TestWhatAFileMakesAScannerLearnIsBounded(t *testing.T) {
	var s cloudtrail.Scanner
	most := 0
	for i := range 20_000 {
		s.Reset()
		if _, err := s.Scan(fmt.Appendf(nil, `{"a%d":{"b%d":[{"c":1}]},"d":"","e":{"f":"g"}}`, i, i)); err != nil {
			t.Fatal(err)
		}
		most = max(most, s.Learned())
	}
	if most == 0 || most > cloudtrail.LimitShapes {
		t.Errorf("%d orders of keys are remembered", most)
	}
	s.Reset()
	many, before := []byte(`[{}`), s.Learned()
	for i := range 10_000 {
		many = fmt.Appendf(many, `,{"l%d":0}`, i)
	}
	if _, err := s.Scan(append(many, ']')); err != nil || s.Learned() > before+4 {
		t.Errorf("one record taught %d, %v", s.Learned()-before, err)
	}
}

func TestLimitsHoldForWhatIsExpectedToo(t *testing.T) {
	keys := make([]string, 70)
	for i := range keys {
		keys[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	tests := []struct{ name, x string }{
		{"a text as long as is read", `"` + strings.Repeat("a", 256<<10) + `"`},
		{"a text that is one longer", `"` + strings.Repeat("a", 256<<10) + `b"`},
		{"more values than are read", `[` + strings.Repeat(`{"a":"b","c":null},`, 70_000) + `{}]`},
		{"objects in one another", strings.Repeat(`{"a":`, 98) + `0` + strings.Repeat(`}`, 98)},
		{"one more", strings.Repeat(`{"a":`, 99) + `0` + strings.Repeat(`}`, 99)},
		{"one more than is read", strings.Repeat(`{"a":`, 100) + `0` + strings.Repeat(`}`, 100)},
		{"an empty one more than is read", strings.Repeat(`{"a":`, 99) + `{}` + strings.Repeat(`}`, 99)},
		{"more keys than are remembered", `{` + strings.Join(keys, ",") + `}`},
		{"a member behind more keys than are remembered", `0,` + strings.Join(keys, ",") + `,"b":"found"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			learning, other := scanners(false)
			text := `{"eventSource":"s","eventName":"n","x":` + test.x + `,"a":{"b":2}}`
			sameWhateverWasRead(t, learning, other, []string{text, text, text}, len(text)+1)
		})
	}
}

func TestEachByteOfAKeyCounts(t *testing.T) {
	for size := 4; size < 40; size++ {
		key := `"` + strings.Repeat("k", size-3) + `":`
		text := []byte(key + "0123456789")
		if !cloudtrail.Begins(text, key) {
			t.Errorf("%s does not begin with %s", text, key)
		}
		for i := range size {
			text[i] ^= 1
			if cloudtrail.Begins(text, key) {
				t.Errorf("%s begins with %s", text, key)
			}
			text[i] ^= 1
		}
		for n := range size {
			if cloudtrail.Begins(text[:n], key) {
				t.Errorf("%s begins with %s", text[:n], key)
			}
		}
	}
}

func TestARecordThatIsKeptStays(t *testing.T) {
	s := cloudtrail.Scanner{Paths: paths}
	var kept []cloudtrail.Record
	text := make([]byte, 0, 100)
	for i := range 50 {
		text = fmt.Appendf(text[:0], `{"eventSource":"s","eventName":"n%d","eventID":"%d","a":{"b":%d}}`, i, i, i)
		s.Reset()
		if _, err := s.Scan(text); err != nil {
			t.Fatal(err)
		}
		rec, err := s.Record(text)
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, rec)
	}
	for i, rec := range kept {
		values, noted := valuesOf(rec, paths)
		if want := fmt.Sprint(i); rec.EventID() != want || rec.EventName() != "n"+want || !noted || values["a.b"] != want || rec.String("eventID") != want {
			t.Errorf("record %d became %s, %v", i, rec.Bytes(), values)
		}
	}
}

func TestValuesAreOfThePathsThatTheReaderKnew(t *testing.T) {
	rec := call(t, `"a":{"b":1}`)
	if _, noted := valuesOf(rec, paths); noted {
		t.Error("values of a record whose reader knew no paths")
	}
	s := cloudtrail.Scanner{Paths: cloudtrail.NewPaths(places)}
	got := look(&s, string(rec.Bytes()), 1000, false)
	if !got.Noted || got.Values["a.b"] != "1" || got.Values["a"] != `{"b":1}` {
		t.Errorf("%+v", got)
	}
	s.Paths = paths
	if got = look(&s, string(rec.Bytes()), 1000, false); !got.Noted || got.Values["a.b"] != "1" {
		t.Errorf("with other paths: %+v", got)
	}
	if rec, _ = s.Record(rec.Bytes()); rec.Values(cloudtrail.NewPaths(places), nil) {
		t.Error("values of other paths")
	}
	if got = look(&s, `{"eventSource":"s","eventName":"n","a":1,"a":2}`, 1000, false); got.Noted {
		t.Error("values of a doubtful record")
	}
}
