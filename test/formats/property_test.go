package formats

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// odd are texts that grow when they are escaped, or that a terminal, a chat or a reader
// obeys.
var odd = []string{
	"\x00", "\x1b[2J", "\x7f", "\u009b31m", "\u2028", "\xff", "\"", `\`, "\n\r\t", "<>&", "é東👍", "\u202e", "\U000E0041", "[+5 bytes]",
	"<!channel>", "<@U012AB3CD>", "@here", "@", "https://login.example.net/", "[a](https://login.example.net)", "[a]: http://b", "`", "```", "*b*", "_i_", "~s~", ":ok::x:", "|", "# h", "![i](u)",
	"alice", "arn:aws:iam::123456789012:user/alice", "198.51.100.23", "2001:db8::1", "fe80::1%eth0", "T1562.008", "T9999", "eu-central-1", "123456789012", "AccessDenied: no", " ", "",
}

// A generator fills values with what is odd, the same for the same seed.
type generator struct {
	*rand.Rand
	words  []string
	repeat int
}

func newGenerator(seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 23)), odd, 1}
}

func (g generator) text() string {
	text := ""
	for range g.IntN(4) + 1 {
		text += g.words[g.IntN(len(g.words))]
	}
	return strings.Repeat(text, g.repeat)
}

func (g generator) json(depth int) any {
	switch kind := g.IntN(7); {
	case kind == 0:
		return nil
	case kind == 1:
		return g.IntN(2) == 0
	case kind == 2:
		return json.Number(fmt.Sprint(g.IntN(1000)))
	case kind == 3 && depth > 0:
		return []any{g.json(depth - 1), g.json(depth - 1)}
	case kind == 4 && depth > 0:
		return map[string]any{g.text(): g.json(depth - 1), "b": g.json(depth - 1)}
	}
	return g.text()
}

// fill sets some of the fields of a struct, whatever fields it has.
func (g generator) fill(v reflect.Value) {
	for i := range v.NumField() {
		if g.IntN(5) > 0 {
			g.set(v.Field(i))
		}
	}
}

func (g generator) set(field reflect.Value) {
	items := []int{0, 1, 3, 60}[g.IntN(4)]
	switch value := field.Addr().Interface().(type) {
	case *detection.Severity:
		*value = detection.Severity(g.IntN(7))
	case *time.Time:
		*value = time.Unix(g.Int64N(1<<40)-1<<39, 0).In(time.FixedZone("x", g.IntN(80000)-40000))
	case *map[string]string:
		*value = map[string]string{"console": g.text(), "reference": g.text(), g.text(): g.text()}
	case *map[string]any:
		*value = map[string]any{"resources": []any{map[string]any{"ARN": "arn:" + g.text(), "type": g.text()}, g.json(1)}}
		for i := range items {
			(*value)[fmt.Sprint(i)+g.text()] = g.json(2)
		}
	case **detection.Excerpt:
	default:
		g.setKind(field, items)
	}
}

func (g generator) setKind(field reflect.Value, items int) {
	switch field.Kind() {
	case reflect.String:
		field.SetString(g.text())
	case reflect.Bool:
		field.SetBool(g.IntN(2) == 0)
	case reflect.Int:
		field.SetInt(g.Int64N(1 << 40))
	case reflect.Slice:
		field.Set(reflect.MakeSlice(field.Type(), items, items))
		for i := range items {
			field.Index(i).SetString(g.text())
		}
	case reflect.Struct:
		g.fill(field)
	default:
		panic(fmt.Sprintf("a field of type %s: say how to fill it", field.Type()))
	}
}

// everything is what a generator makes, rendered: alerts together and alone, a problem and
// a follow-up.
func (g generator) everything(t testing.TB, renderer notify.Renderer) []notify.Message {
	t.Helper()
	var alerts [2]detection.Alert
	var problem detection.Problem
	var rollUp detection.RollUp
	for _, v := range []any{&alerts[0], &alerts[1], &problem, &rollUp} {
		g.fill(reflect.ValueOf(v).Elem())
	}
	messages, err := renderer.Alerts(alerts[:])
	if err != nil {
		t.Fatal(err)
	}
	again, err := renderer.Alerts(alerts[:])
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
			for _, m := range newGenerator(seed).everything(t, format.renderer) {
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
			g := newGenerator(uint64(i))
			g.words, g.repeat = []string{word}, 300
			for _, m := range g.everything(t, format.renderer) {
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
		g := newGenerator(seed)
		g.words, g.repeat = []string{word, "x" + word, "alice"}, 1+(repeat&0xff)%20
		if len(word)*g.repeat > 1<<16 {
			g.repeat = 1
		}
		format := formats[seed%uint64(len(formats))]
		for _, m := range g.everything(t, format.renderer) {
			check(t, format.name, m)
		}
	})
}
