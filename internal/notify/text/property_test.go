package text_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/notifytest"
	"trailbell/internal/notify/text"
)

// evil are texts that would do harm where they are shown as they are. Each tries to
// begin a line of its own, or to be a link.
var evil = append([]string{"x://" + strings.Repeat("://", 200), strings.Repeat("a.bb ", 100), strings.Repeat("long ", 500)}, notifytest.Hostile...)

func TestWhateverAnAlertHoldsItsMessageIsSafe(t *testing.T) {
	for seed := range notifytest.Cases(2000) {
		g := notifytest.New(seed, evil)
		checkAlerts(t, g.Alerts(), fmt.Sprintf("seed %d", seed))
		checkProblem(t, g.Problem(), fmt.Sprintf("seed %d", seed))
		checkRollUp(t, g.RollUp(), fmt.Sprintf("seed %d", seed))
	}
}

func TestTheSameAlertGivesTheSameMessage(t *testing.T) {
	for seed := range notifytest.Cases(100) {
		alerts := notifytest.New(seed, evil).Alerts()
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
		g := notifytest.Long(7, length, words...)
		checkAlerts(t, g.Alerts(), fmt.Sprintf("%d bytes of %.20q", length, words))
		checkProblem(t, g.Problem(), fmt.Sprintf("%d bytes of %.20q", length, words))
		checkRollUp(t, g.RollUp(), fmt.Sprintf("%d bytes of %.20q", length, words))
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

func checkRollUp(t *testing.T, r detection.RollUp, name string) {
	t.Helper()
	message, err := text.Renderer{}.RollUp(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	check(t, message, name)
}

var (
	subjectForm = regexp.MustCompile(`^[A-Za-z0-9][ -~]{0,98}$`)
	// A host of the words above, as a mail program would find it.
	hostForm = regexp.MustCompile(`(?i)[\w@.-]*(\.net|example\.com|a\.bb)\b`)
	// Ids of rules are copied, and are never a caller's.
	ruleIDForm = regexp.MustCompile(`(?m)^Rule: [a-z0-9_.]+$|, [a-z0-9_.]+\)$`)
	// An address of a person leads to no site.
	personForm = regexp.MustCompile(`^[\w.@-]*[\w-]@[\w.-]+(?s:[^/:?#@])?$`)
	// Every line begins with words of ours.
	lineForm = regexp.MustCompile(`^(` + strings.Join([]string{
		`$`, `(TEST )?(INFO|LOW|MEDIUM|HIGH|CRITICAL): `, `(PROBLEM|AGAIN) \((INFO|LOW|MEDIUM|HIGH|CRITICAL)\): `,
		`(Who|ARN|From|MFA|Account|Region|When|Call|Outcome|Rule|ATT&CK|Alert|Event|Why|Where|Problem|Count|To|(?:Region|Source)s \(\d+\)|Source|First alert): `,
		`(Why it matters|What to do now|Evidence|Also matched|About this record|Read more|Our runbook|See what it was done to)$`,
		`What else did they do \(one hour either side, this region only\)$`, `\$ `,
		`See the event \(through the access portal\)$`, `The same came again after `, `One actor set this rule off so often `,
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
	// In a subject ? stands for what is not ASCII.
	body := strings.ReplaceAll(m.Subject, "?", " ") + "\n" + m.Body
	for _, link := range notifytest.Links {
		body = strings.ReplaceAll(body, "\n"+link+"\n", "\n\n")
	}
	body = ruleIDForm.ReplaceAllString(body, "")
	for _, at := range hostForm.FindAllStringIndex(body, -1) {
		if found := body[at[0]:at[1]]; !personForm.MatchString(found + body[at[1]:min(at[1]+1, len(body))]) {
			t.Errorf("%s: a host that mail programs link: %q in %q", name, found, body[max(at[0]-30, 0):min(at[1]+30, len(body))])
		}
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
		g := notifytest.Long(seed, 1, word+"x", "x"+word)
		checkAlerts(t, []detection.Alert{g.Alert(), g.Alert()}, "fuzz")
		checkProblem(t, g.Problem(), "fuzz")
		checkRollUp(t, g.RollUp(), "fuzz")
	})
}
