package text_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/text"
)

// evil are texts that would do harm where they are shown as they are. Each tries to
// begin a line of its own, or to be a link.
var evil = []string{
	"\nOutcome: succeeded", "\r\nBcc: mallory@example.com", "\rWho: nobody", "\u2028EVIL", "\u2029EVIL", "\u0085EVIL", "\vEVIL", "\fEVIL",
	"https://login.example.net/", "HTTP://LOGIN.EXAMPLE.NET", "://", ":", "//", "x://" + strings.Repeat("://", 200),
	"\x1b[2J\x1b]0;ok\a", "\u009b31m", "\u202ella", "\u200b\u3164", "\U000E0041", "\x00", "\x7f", "\xff\xfe", "\\u{000A}", "\\", "[+5 bytes]",
	"%s%d%!", "<!channel>", "<b onload=x>", "&amp;", "```", "é東👍", " ", "alice", "123456789012", strings.Repeat("long ", 500),
}

// ours are the links that rules and trailbell itself give.
var ours = []string{console, "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html"}

// A generator fills values with what is evil, the same for the same seed.
type generator struct {
	*rand.Rand
	all  bool     // every field is filled
	pool []string // if any, what texts are taken from
}

func newGenerator(seed uint64) generator {
	return generator{Rand: rand.New(rand.NewPCG(seed, 17))}
}

// withLong is a generator of texts of so many bytes. They are few, and shared.
func withLong(seed uint64, words []string, length int) generator {
	g := newGenerator(seed)
	g.all = true
	for range 5 {
		once := ""
		for range 3 {
			once += words[g.IntN(len(words))]
		}
		g.pool = append(g.pool, strings.Repeat(once, length/len(once)+1))
	}
	return g
}

func (g generator) text() string {
	if len(g.pool) > 0 {
		return g.pool[g.IntN(len(g.pool))]
	}
	var b strings.Builder
	for n := g.IntN(4) + 1; n > 0; n-- {
		b.WriteString(evil[g.IntN(len(evil))])
	}
	return b.String()
}

// json is any JSON value.
func (g generator) json(depth int) any {
	switch kind := g.IntN(8); {
	case kind == 0:
		return nil
	case kind == 1:
		return g.IntN(2) == 0
	case kind == 2:
		return g.IntN(1000)
	case kind == 3 && depth > 0:
		return []any{g.json(depth - 1), g.json(depth - 1)}
	case kind == 4 && depth > 0:
		return map[string]any{g.text(): g.json(depth - 1), "b": g.json(depth - 1)}
	}
	return g.text()
}

// fill sets the fields of a struct, each or some of them, whatever fields it has.
func (g generator) fill(v reflect.Value) {
	for i := range v.NumField() {
		if field := v.Field(i); g.all || g.IntN(4) > 0 {
			g.set(field)
		}
	}
}

func (g generator) set(field reflect.Value) {
	items := g.IntN(5)
	if g.IntN(20) == 0 || len(g.pool) > 0 {
		items = 40
	}
	switch value := field.Addr().Interface().(type) {
	case *detection.Severity:
		*value = detection.Severities()[g.IntN(5)]
	case *detection.ActorKind:
		*value = []detection.ActorKind{"", detection.ActorRoot, detection.ActorNone, detection.ActorRootSession, detection.ActorIAMUser, detection.ActorService}[g.IntN(6)]
	case *detection.Credentials:
		*value = []detection.Credentials{"", detection.CredentialsLongLived, detection.CredentialsTemporary, detection.CredentialsUnknown}[g.IntN(4)]
	case *cloudtrail.MFA:
		*value = []cloudtrail.MFA{"", cloudtrail.MFAYes, cloudtrail.MFANo, cloudtrail.MFAUnknown}[g.IntN(4)]
	case *time.Time:
		*value = time.Unix(g.Int64N(1<<32), 0).In(time.FixedZone("x", g.IntN(80000)-40000))
	case *map[string]string: // links
		*value = map[string]string{"console": ours[0], "reference": ours[1], g.text(): g.text()}
	case *map[string]any:
		*value = map[string]any{}
		for range items {
			(*value)[g.text()] = g.json(3)
		}
	case **detection.Excerpt: // for the log only
		*value = &detection.Excerpt{Begin: []byte(g.text()), SHA256: g.text()}
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

func (g generator) alerts() []detection.Alert {
	alerts := make([]detection.Alert, g.IntN(3)+1)
	for i := range alerts {
		alerts[i].Severity = detection.Low
		g.fill(reflect.ValueOf(&alerts[i]).Elem())
	}
	if g.IntN(20) == 0 || len(g.pool) > 0 {
		alerts = slices.Repeat(alerts, 40)
	}
	return alerts
}

func (g generator) problem() detection.Problem {
	p := detection.Problem{Severity: detection.High}
	g.fill(reflect.ValueOf(&p).Elem())
	return p
}

func TestWhateverAnAlertHoldsItsMessageIsSafe(t *testing.T) {
	for seed := range cases(2000) {
		g := newGenerator(seed)
		g.all = seed%5 == 0
		checkAlerts(t, g.alerts(), fmt.Sprintf("seed %d", seed))
		checkProblem(t, g.problem(), fmt.Sprintf("seed %d", seed))
	}
}

func TestTheSameAlertGivesTheSameMessage(t *testing.T) {
	for seed := range cases(100) {
		alerts := newGenerator(seed).alerts()
		first, err := text.Renderer{}.Alerts(alerts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := text.Renderer{}.Alerts(alerts)
		if diff := cmp.Diff(first, again); diff != "" || err != nil {
			t.Fatalf("seed %d: %v, -first +again:\n%s", seed, err, diff)
		}
	}
}

func TestAMegabyteInEveryFieldMakesNoLargeMessage(t *testing.T) {
	check := func(words []string, length int) {
		g := withLong(7, words, length)
		checkAlerts(t, g.alerts(), fmt.Sprintf("%d bytes of %.20q", length, words))
		checkProblem(t, g.problem(), fmt.Sprintf("%d bytes of %.20q", length, words))
	}
	check(evil, 1<<20)
	for _, grows := range []string{"://", "\x00", "\xff", "\\u{", "[+1", "é", "x"} {
		check([]string{grows}, 20_000)
	}
}

func checkAlerts(t *testing.T, alerts []detection.Alert, name string) {
	t.Helper()
	messages, err := text.Renderer{}.Alerts(alerts)
	if err != nil || len(messages) != 1 {
		t.Fatalf("%s: %d messages, %v", name, len(messages), err)
	}
	check(t, messages[0], name)
}

func checkProblem(t *testing.T, p detection.Problem, name string) {
	t.Helper()
	message, err := text.Renderer{}.Problem(p)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	check(t, message, name)
}

var (
	subjectForm = regexp.MustCompile(`^[A-Za-z0-9][ -~]{0,98}$`)
	// Every line begins with words of ours.
	lineForm = regexp.MustCompile(`^(` + strings.Join([]string{
		`$`, `(TEST )?(INFO|LOW|MEDIUM|HIGH|CRITICAL): `, `PROBLEM \((INFO|LOW|MEDIUM|HIGH|CRITICAL)\): `,
		`(Who|ARN|From|MFA|Account|Region|When|Call|Outcome|Rule|ATT&CK|Alert|Event|Why|Where|Problem): `,
		`(Why it matters|What to do now|Evidence|Also matched|About this record|Read more)$`,
		`See the event \(sign in to the account above first\)$`, `This is not an alert: `, `This is a test: `,
		`\d+\. `, `- `, `\(and \d+ more\)$`, `https://`,
	}, "|") + `)`)
)

// check checks one message of any alert or problem.
func check(t *testing.T, m notify.Message, name string) {
	t.Helper()
	if !subjectForm.MatchString(m.Subject) {
		t.Errorf("%s: subject %q", name, m.Subject)
	}
	if size := m.Size() + len(m.Subject); size > notify.MaxBytes {
		t.Errorf("%s: %d bytes", name, size)
	}
	if !utf8.ValidString(m.Body) {
		t.Errorf("%s: not UTF-8", name)
	}
	if i := strings.IndexFunc(m.Body, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%s: not printable: %.40q", name, m.Body[i:])
	}
	body := m.Subject + "\n" + m.Body
	for _, link := range ours {
		body = strings.ReplaceAll(body, "\n"+link+"\n", "\n\n")
	}
	if i := strings.Index(body, "://"); i >= 0 {
		t.Errorf("%s: a link that is not ours: %.60q", name, body[max(i-10, 0):])
	}
	previous := ""
	for line := range strings.Lines(m.Body) {
		line = strings.TrimSuffix(line, "\n")
		if !lineForm.MatchString(line) && previous != "Why it matters" { // there stands what the rule's author wrote
			t.Errorf("%s: a line that is not ours: %.80q", name, line)
		}
		previous = line
	}
	if t.Failed() {
		t.FailNow()
	}
}

// FuzzAlerts puts any text in every field.
func FuzzAlerts(f *testing.F) {
	for i := range evil {
		f.Add(evil[i], uint64(i))
	}
	f.Fuzz(func(t *testing.T, word string, seed uint64) {
		g := withLong(seed, []string{word + "x", "x" + word}, 1)
		checkAlerts(t, g.alerts(), "fuzz")
		checkProblem(t, g.problem(), "fuzz")
	})
}

// cases is how many cases of a property are tried: a twentieth of them with -short.
func cases(n uint64) uint64 {
	if testing.Short() {
		return n / 20
	}
	return n
}
