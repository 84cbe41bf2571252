package alertjson_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/notify"
	"trailbell/internal/notify/notifytest"
)

// odd are texts that grow when they become JSON, or that a terminal obeys.
var odd = []string{
	"\x00", "\x1f\x1b[2J", "\x7f", "\u0080\u009b31m\u009f", "\u2028\u2029", "\xff", "\"", `\`, "\n\r\t\b\f", "<>&", "é東👍", "\ufffd",
	"[+5 bytes]", "plain text", "alice", "arn:aws:iam::123456789012:user/alice", "https://login.example.net/", "",
}

// newGenerator is one whose texts are small enough to come through whole.
func newGenerator(seed uint64) *notifytest.Generator { return notifytest.New(seed, odd) }

// check checks what is promised of every message.
func check(t testing.TB, m notify.Message, name string) map[string]any {
	t.Helper()
	if size := m.Size(); size > notify.MaxBytes {
		t.Errorf("%s: %d bytes", name, size)
	}
	if !utf8.ValidString(m.Body) {
		t.Errorf("%s: not UTF-8", name)
	}
	if i := strings.IndexFunc(m.Body, func(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f || r == '\u2028' || r == '\u2029' }); i >= 0 {
		t.Errorf("%s: a control character: %.40q", name, m.Body[i:])
	}
	return parsed(t, m.Body)
}

func TestAnyAlertIsWritten(t *testing.T) {
	for seed := range notifytest.Cases(2000) {
		name := fmt.Sprintf("seed %d", seed)
		g := newGenerator(seed)
		alert, same := g.Alert(), newGenerator(seed).Alert()
		first := renderAlert(t, alert)
		check(t, first, name)
		if !reflect.DeepEqual(alert, same) {
			t.Fatalf("%s: rendering changed the alert:\n%s", name, cmp.Diff(same, alert))
		}
		if seed%20 == 0 && renderAlert(t, alert).Body != first.Body {
			t.Fatalf("%s: the second time it is another message", name)
		}
		check(t, renderProblem(t, g.Problem()), name)
		check(t, renderRollUp(t, g.RollUp()), name)
		if t.Failed() {
			t.FailNow()
		}
	}
}

// What is small comes through whole, whatever letters it has.
func TestNothingSmallIsChanged(t *testing.T) {
	for seed := range notifytest.Cases(500) {
		alert := newGenerator(seed).Alert()
		got := check(t, renderAlert(t, alert), fmt.Sprintf("seed %d", seed))
		for name, pair := range map[string][2]any{
			"record": {alert.Record, got["record"]}, "evidence": {alert.Evidence, got["evidence"]}, "details": {alert.Details, got["details"]},
			"title": {alert.Title, got["title"]}, "actor.session": {alert.Actor.Session, got["actor"].(map[string]any)["session"]},
		} {
			want, given := again(t, pair[0]), again(t, pair[1])
			if want == nil {
				want = map[string]any{}
			}
			if !reflect.DeepEqual(want, given) {
				t.Fatalf("seed %d: %s, -want +got:\n%s", seed, name, cmp.Diff(want, given))
			}
		}
	}
}

// again is a value written as JSON and read again.
func again(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if object, isMap := back.(map[string]any); isMap && object == nil {
		return nil
	}
	return back
}

func TestAMegabyteInEveryFieldMakesNoLargeMessage(t *testing.T) {
	schema := newValidator(t)
	render := func(name string, g *notifytest.Generator) {
		alert := g.Alert()
		got := check(t, renderAlert(t, alert), name)
		if wrong := schema.wrong(t, got); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		check(t, renderProblem(t, g.Problem()), name)
		check(t, renderRollUp(t, g.RollUp()), name)
		title, _ := got["title"].(string)
		if !strings.HasSuffix(title, " bytes]") || len(title) > 4000 {
			t.Errorf("%s: the title has %d bytes and ends with %.20q", name, len(title), title[max(0, len(title)-20):])
		}
		for _, list := range []string{"runbook", "notes", "attack"} {
			if items := got[list].([]any); len(items) != 31 || !strings.HasPrefix(items[30].(string), "[+") {
				t.Errorf("%s: %s has %d items, the last is %.30q", name, list, len(items), items[len(items)-1])
			}
		}
	}
	render("all together", notifytest.Long(3, 1<<20, odd...))
	for _, word := range odd {
		if word != "" {
			render(fmt.Sprintf("%q", word), notifytest.Long(1, 10_000, word))
		}
	}
}

// large are the parts that are cut, by what they are made of. Each is over the limit
// by itself.
func large() map[string]func() map[string]any {
	return map[string]func() map[string]any{
		"one long text": func() map[string]any {
			return map[string]any{"long": strings.Repeat("x", 300_000), "short": "kept"}
		},
		"a text that grows when it is escaped": func() map[string]any {
			return map[string]any{"long": strings.Repeat("\x00\u009b", 30_000), "short": "kept"}
		},
		"a list of 150,000 numbers": func() map[string]any {
			list := make([]any, 150_000)
			for i := range list {
				list[i] = json.Number("1")
			}
			return map[string]any{"list": list, "short": "kept"}
		},
		"a deep object": func() map[string]any {
			var deep any = "x"
			for range 5_000 {
				deep = map[string]any{strings.Repeat("k", 50): []any{deep}}
			}
			return map[string]any{"deep": deep, "short": "kept"}
		},
		"many small keys": func() map[string]any { return smallKeys(20_000) },
		"one long key": func() map[string]any {
			return map[string]any{strings.Repeat("k", 300_000): "x"}
		},
	}
}

func smallKeys(n int) map[string]any {
	many := map[string]any{}
	for i := range n {
		many[fmt.Sprintf("k%06d", i)] = i
	}
	return many
}

func TestARecordOfSmallKeysIsCutWhole(t *testing.T) {
	alert := trailStopped()
	alert.Record = smallKeys(100_000)
	record := check(t, renderAlert(t, alert), "record")["record"]
	bytes := 100_000 * len(`"k000000"`)
	for i := range 100_000 {
		bytes += len(fmt.Sprint(i))
	}
	if diff := cmp.Diff(any(map[string]any{"cut": notify.CutMark(bytes)}), record); diff != "" {
		t.Errorf("-want +got:\n%.500s", diff)
	}
}

// The record goes first, since it can be looked up; the rule's own details last.
func TestTheOrderOfCutting(t *testing.T) {
	small := func() map[string]any { return map[string]any{"small": "kept"} }
	tests := []struct {
		name                      string
		record, evidence, details bool // which are large
		cut                       []string
	}{
		{name: "nothing is cut when all is small", cut: nil},
		{name: "a large record is cut alone", record: true, cut: []string{"record"}},
		{name: "large evidence takes the record along", evidence: true, cut: []string{"evidence", "record"}},
		{name: "large details take record and evidence along", details: true, cut: []string{"details", "evidence", "record"}},
		{name: "details stay when the others were enough", record: true, evidence: true, cut: []string{"evidence", "record"}},
		{name: "all are cut when all are large", record: true, evidence: true, details: true, cut: []string{"details", "evidence", "record"}},
	}
	for shape, make := range large() {
		for i, test := range tests {
			if shape != "one long text" && i < len(tests)-1 {
				continue // which parts are cut does not depend on their shape
			}
			t.Run(test.name+": "+shape, func(t *testing.T) {
				alert := trailStopped()
				alert.Record, alert.Evidence, alert.Details = small(), small(), small()
				for part, isLarge := range map[*map[string]any]bool{&alert.Record: test.record, &alert.Evidence: test.evidence, &alert.Details: test.details} {
					if isLarge {
						*part = make()
					}
				}
				got := check(t, renderAlert(t, alert), test.name)
				var cut []string
				for _, part := range []string{"details", "evidence", "record"} {
					if text := fmt.Sprint(got[part]); strings.Contains(text, "[+") && strings.Contains(text, " bytes]") {
						cut = append(cut, part)
					}
				}
				if diff := cmp.Diff(test.cut, cut); diff != "" {
					t.Errorf("cut, -want +got:\n%s", diff)
				}
				if got["title"] != alert.Title || got["id"] != alert.ID || fmt.Sprint(got["runbook"]) != fmt.Sprint(alert.Runbook) {
					t.Error("something else was cut too")
				}
			})
		}
	}
}

func TestOnlyTheLargestFieldsOfARecordAreCut(t *testing.T) {
	alert := trailStopped()
	alert.Record = map[string]any{
		"eventName": "StopLogging", "userAgent": strings.Repeat("u", 90_000),
		"requestParameters": map[string]any{"name": strings.Repeat("n", 200_000)}, "small": []any{"kept"},
	}
	record := check(t, renderAlert(t, alert), "record")["record"]
	want := map[string]any{
		"eventName": "StopLogging", "userAgent": strings.Repeat("u", 90_000),
		"requestParameters": fmt.Sprintf("[+%d bytes]", 200_000+len(`{"name":""}`)), "small": []any{"kept"},
	}
	if diff := cmp.Diff(any(want), record); diff != "" {
		t.Errorf("-want +got:\n%.500s", diff)
	}
}

// The other alerts of a record share it, so that it must stay as it is.
func TestRenderingChangesNothing(t *testing.T) {
	for name, make := range large() {
		alert, same := trailStopped(), make()
		alert.Record = make()
		alert.Evidence, alert.Details = alert.Record, alert.Record
		renderAlert(t, alert)
		if !reflect.DeepEqual(alert.Record, same) {
			t.Errorf("%s: the alert was changed", name)
		}
	}
}

// FuzzAlerts puts any text in every field.
func FuzzAlerts(f *testing.F) {
	for i, word := range odd {
		f.Add(word, uint64(i), 1)
		f.Add(word, uint64(i), 5000)
	}
	f.Fuzz(func(t *testing.T, word string, seed uint64, length int) {
		g := notifytest.Long(seed, (length&0xffff)%10_000, word+"x", "x"+word)
		check(t, renderAlert(t, g.Alert()), "alert")
		check(t, renderProblem(t, g.Problem()), "problem")
	})
}
