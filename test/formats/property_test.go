package formats

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/notifytest"
)

// odd are texts that grow when they are escaped, or that a terminal, a chat or a reader
// obeys.
var odd = []string{
	"\x00", "\x1b[2J", "\x7f", "\u009b31m", "\u2028", "\xff", "\"", `\`, "\n\r\t", "<>&", "é東👍", "\u202e", "\U000E0041", "[+5 bytes]",
	"<!channel>", "<@U012AB3CD>", "@here", "@", "https://login.example.net/", "[a](https://login.example.net)", "[a]: http://b", "`", "```", "*b*", "_i_", "~s~", ":ok::x:", "|", "# h", "![i](u)",
	"alice", "arn:aws:iam::123456789012:user/alice", "198.51.100.23", "2001:db8::1", "fe80::1%eth0", "T1562.008", "T9999", "eu-central-1", "123456789012", "AccessDenied: no", " ", "",
}

// anyAlert is any alert, also with a severity and a time that none has, and with resources in
// its record.
func anyAlert(g *notifytest.Generator) detection.Alert {
	a := g.Alert()
	a.Severity, a.Time = detection.Severity(g.IntN(7)), time.Unix(g.Int64N(1<<40)-1<<39, 0)
	if a.Record != nil {
		a.Record["resources"] = []any{map[string]any{"ARN": "arn:" + g.Text(), "type": g.Text()}, g.Text()}
	}
	return a
}

// everything is what a generator makes, rendered: alerts together, a problem and a follow-up.
func everything(t testing.TB, g *notifytest.Generator, renderer notify.Renderer) []notify.Message {
	t.Helper()
	alerts := []detection.Alert{anyAlert(g), anyAlert(g)}
	problem, rollUp := g.Problem(), g.RollUp()
	problem.Severity, rollUp.Severity, rollUp.To = detection.Severity(g.IntN(7)), detection.Severity(g.IntN(7)), alerts[0].Time
	messages, err := renderer.Alerts(alerts)
	if err != nil {
		t.Fatal(err)
	}
	again, err := renderer.Alerts(alerts)
	if err != nil || !reflect.DeepEqual(messages, again) {
		t.Errorf("the second time it is another message: %v", err)
	}
	p, err := renderer.Problem(problem)
	if err != nil {
		t.Fatal(err)
	}
	r, err := renderer.RollUp(rollUp)
	if err != nil {
		t.Fatal(err)
	}
	return append(messages, p, r)
}

// check is what is promised of every message, and what its format promises beyond that.
func check(t testing.TB, format string, m notify.Message) {
	t.Helper()
	if size := m.Size(); size > notify.MaxBytes {
		t.Errorf("%d bytes", size)
	}
	if !utf8.ValidString(m.Body) {
		t.Error("not UTF-8")
	}
	if i := strings.IndexFunc(m.Body, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("something that can't be seen: %.40q", m.Body[i:])
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(m.Body), &document); err != nil {
		t.Fatalf("%v: %.300s", err, m.Body)
	}
	switch format {
	case "chat":
		checkChat(t, document)
	case "asff":
		checkASFF(t, document)
	case "ocsf":
		checkOCSF(t, document)
	}
}

func TestAnythingIsWrittenWithinLimits(t *testing.T) {
	n := uint64(200)
	if testing.Short() {
		n = 60
	}
	for _, format := range formats {
		for seed := range n {
			for _, m := range everything(t, notifytest.New(seed, odd), format.renderer) {
				check(t, format.name, m)
			}
			if t.Failed() {
				t.Fatalf("%s, seed %d", format.name, seed)
			}
		}
	}
}

func TestLongTextInEveryFieldMakesNoLargeMessage(t *testing.T) {
	for _, format := range formats {
		for i, word := range odd[:len(odd)-2] {
			for _, m := range everything(t, notifytest.Long(uint64(i), 1200, word), format.renderer) {
				check(t, format.name, m)
			}
			if t.Failed() {
				t.Fatalf("%s, %q", format.name, word)
			}
		}
	}
}

func TestRenderingChangesNothing(t *testing.T) {
	for _, format := range formats {
		alert, same := hostile(), hostile()
		if _, err := format.renderer.Alerts([]detection.Alert{alert}); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(alert, same) {
			t.Errorf("%s: the alert was changed", format.name)
		}
	}
}

func TestOneThatCannotBeWrittenHidesNoOther(t *testing.T) {
	bad := trailStopped()
	bad.ID, bad.Details = "bad", map[string]any{"f": func() {}}
	messages, err := formats[0].renderer.Alerts([]detection.Alert{trailStopped(), bad, trailStopped()})
	if len(messages) != 2 || err == nil || !strings.Contains(err.Error(), "alert bad") {
		t.Errorf("%d messages, %v", len(messages), err)
	}
}

func TestNoAlertsAreNoMessage(t *testing.T) {
	for _, format := range formats {
		if messages, err := format.renderer.Alerts(nil); len(messages) > 0 || err != nil {
			t.Errorf("%s: %v, %v", format.name, messages, err)
		}
	}
}

// FuzzFormats puts any text in every field, in one of the formats.
func FuzzFormats(f *testing.F) {
	for i, word := range odd {
		f.Add(word, uint64(i), 1)
		f.Add(word, uint64(i+1), 19)
	}
	f.Fuzz(func(t *testing.T, word string, seed uint64, repeat int) {
		repeat = 1 + (repeat&0xff)%20
		if len(word)*repeat > 1<<16 {
			repeat = 1
		}
		g := notifytest.New(seed, []string{strings.Repeat(word, repeat), "x" + word, "alice"})
		format := formats[seed%uint64(len(formats))]
		for _, m := range everything(t, g, format.renderer) {
			check(t, format.name, m)
		}
	})
}
