package cloudtrail_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/cloudtrail"
)

func TestNumbersThatOPACannotTakeBecomeText(t *testing.T) {
	million := strings.Repeat("9", 1_000_000)
	tests := []struct {
		name, number string
		text         bool
	}{
		{"a small one", "5", false},
		{"zero with a sign", "-0", false},
		{"a fraction", "1.7333333333", false},
		{"the largest whole number of 64 bits", "18446744073709551615", false},
		{"forty digits", strings.Repeat("9", 40), false},
		{"an exponent that OPA takes", "1e400", false},
		{"a negative exponent that OPA takes", "-1E-400", false},
		{"an exponent with a plus", "1E+300", false},
		{"forty-one digits", strings.Repeat("9", 41), true},
		{"a million digits, which take OPA seconds", million, true},
		{"a million digits behind the point", "0." + million, true},
		{"an exponent just too large", "1e401", true},
		{"an exponent far too large", "1e999999999", true},
		{"an exponent that is no number itself", "1e99999999999999999999", true},
		{"an exponent far too small", "1e-99999", true},
		{"a large exponent in capitals", "-2E+99999", true},
		{"an exponent of many zeros", "1e" + strings.Repeat("0", 60) + "1", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rec := call(t, `"requestParameters": {"size": `+test.number+`, "list": [`+test.number+`, {"deep": `+test.number+`}]}`)
			var want any = json.Number(test.number)
			var notes []string
			if test.text {
				want = test.number
				notes = []string{
					"number out of range kept as text: requestParameters.list",
					"number out of range kept as text: requestParameters.list.deep",
					"number out of range kept as text: requestParameters.size",
				}
			}
			parameters := map[string]any{"size": want, "list": []any{want, map[string]any{"deep": want}}}
			if diff := cmp.Diff(parameters, rec.Fields()["requestParameters"]); diff != "" {
				t.Errorf("-want +got:\n%.500s", diff)
			}
			if diff := cmp.Diff(notes, rec.Notes()); diff != "" {
				t.Errorf("notes, -want +got:\n%s", diff)
			}
			if _, err := ast.InterfaceToValue(rec.Fields()); err != nil {
				t.Errorf("OPA refuses the record: %v", err)
			}
		})
	}
}

func TestOPAWouldRefuseWhatIsTamed(t *testing.T) {
	// When this fails, OPA has become more patient and the limits may be raised.
	for _, number := range []string{"1e999999999", "1e-99999"} {
		if _, err := ast.InterfaceToValue(map[string]any{"x": json.Number(number)}); err == nil {
			t.Errorf("OPA takes %s", number)
		}
	}
}

func TestNotesAreFewAndAlwaysTheSame(t *testing.T) {
	var members, deep strings.Builder
	for i := range 100 {
		fmt.Fprintf(&members, `"k%02d": 1e9999, `, i)
	}
	for range 2000 {
		deep.WriteString(`{"` + strings.Repeat("k", 50) + `": `)
	}
	nested := deep.String() + "1e9999" + strings.Repeat("}", 2000)
	text := `"requestParameters": {` + members.String() + `"nested": ` + nested + `}`
	first := call(t, text).Notes()
	if len(first) != 17 || !strings.HasPrefix(first[0], "cut below 100 levels: requestParameters.nested.kk") ||
		first[1] != "number out of range kept as text: requestParameters.k00" ||
		first[16] != "number out of range kept as text at 85 more places" {
		t.Errorf("%d notes: %.500q", len(first), first)
	}
	for range 20 { // maps have another order each time
		if diff := cmp.Diff(first, call(t, text).Notes()); diff != "" {
			t.Fatalf("-first +again:\n%s", diff)
		}
	}
	for _, note := range call(t, `"nested": `+nested).Notes() {
		if len(note) > 300 || !strings.HasSuffix(note, "...") {
			t.Errorf("a note of %d bytes: %.100s", len(note), note)
		}
	}
}

func TestOddTextIsKept(t *testing.T) {
	rec := call(t, `"userAgent": "\u0000\ud800\u202e", "requestParameters": {"\u0000": "1e999999999"}`)
	if got, want := rec.String("userAgent"), "\x00\ufffd\u202e"; got != want {
		t.Errorf("userAgent %q, want %q", got, want)
	}
	if len(rec.Notes()) > 0 {
		t.Errorf("text was noted: %q", rec.Notes())
	}
	if _, err := ast.InterfaceToValue(rec.Fields()); err != nil {
		t.Errorf("OPA refuses the record: %v", err)
	}
}

// FuzzNew reads any JSON: what becomes a record can be asked everything, is taken by
// OPA, and has a key that reading its own JSON again gives too.
func FuzzNew(f *testing.F) {
	for _, seed := range []string{
		whole, `null`, `[]`, `{}`, `{"eventSource":"s","eventName":"n"}`,
		`{"eventSource":"s","eventName":"n","x":[1e999999999,{"y":1e-99999}],"userIdentity":[]}`,
		`{"insightDetails":{"eventSource":"s","eventName":"n"},"userIdentity":{"sessionContext":null}}`,
		`{"eventSource":"s","eventName":"n","userIdentity":{"principalId":":","arn":"/","type":"AssumedRole"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var v any
		if decoder.Decode(&v) != nil {
			return
		}
		rec, err := cloudtrail.New(v)
		if err != nil {
			return
		}
		_, _, _, _ = rec.Time(), rec.Account(), rec.Failed(), rec.Identity().SessionName()
		if m := rec.MFA(); m != cloudtrail.MFAYes && m != cloudtrail.MFANo && m != cloudtrail.MFAUnknown {
			t.Errorf("MFA() = %q", m)
		}
		if _, err := ast.InterfaceToValue(rec.Fields()); err != nil {
			t.Errorf("OPA refuses the record: %v", err)
		}
		again, err := json.Marshal(rec.Fields())
		if err != nil {
			t.Fatalf("the record can't be written: %v", err)
		}
		if key := record(t, string(again)).Key(); key != rec.Key() {
			t.Errorf("key %s, and %s when read again", rec.Key(), key)
		}
	})
}
