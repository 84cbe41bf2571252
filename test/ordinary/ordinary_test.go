// Package ordinary makes an ordinary week of a small organization, in which nobody attacks
// anything, and counts what people would be sent. It knows nothing of rules but their
// names.
package ordinary

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"trailbell/internal/detection"
	"trailbell/test/page"
)

var update = flag.Bool("update", false, "write the page anew")

const (
	// mostADay is how many messages of medium and above people can read on an ordinary day.
	mostADay = 5
	// before is how many weeks were seen before: longer than any first-seen window.
	before = 14
	least  = 100_000
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// writeWeek writes the records: weeks of which little is kept, so that what is usual is known,
// and the week that counts.
func writeWeek(t *testing.T, path string) (earlier, week int) {
	t.Helper()
	c := &calendar{Rand: rand.New(rand.NewPCG(1, 7))}
	jobs := slices.Concat(services(), programs(), people())
	usual := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return strings.HasPrefix(j.name, "mia ") })
	for n := range before {
		c.week(usual, monday.AddDate(0, 0, -7*(before-n)), true)
	}
	start := len(c.records)
	c.week(jobs, monday, false)
	slices.SortStableFunc(c.records, func(a, b made) int { return a.at.Compare(b.at) })
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	for _, r := range c.records {
		if _, err := out.WriteString(r.text + "\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	return start, len(c.records) - start
}

// said is an object of trailbell run --format json, of any kind.
type said struct {
	Kind      string           `json:"kind"`
	Rule      detection.RuleID `json:"rule"`
	Severity  string           `json:"severity"`
	Time      time.Time        `json:"time"`
	To        time.Time        `json:"to"`
	RecordKey string           `json:"record_key"`
	Reason    string           `json:"reason"`
	EventName string           `json:"event_name"`
	What      string           `json:"what"`
	Why       string           `json:"why"`
	EventID   string           `json:"event_id"`
}

// A count is what a rule came to in the week.
type count struct {
	days  [7]int
	calls map[string]bool
}

// What was sent in the week: by rules that people are sent, and by the others.
type sent struct {
	loud, low map[detection.RuleID]*count
	days      [7]int // messages of medium and above
	learning  map[detection.RuleID]int
	problems  []string
	withheld  map[string]int
}

// run is trailbell run over the file.
func run(t *testing.T, program, file string, earlier int, flags ...string) sent {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, append(append([]string{"run", "--format", "json"}, flags...), file)...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	s := sent{loud: map[detection.RuleID]*count{}, low: map[detection.RuleID]*count{}, learning: map[detection.RuleID]int{}, withheld: map[string]int{}}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	last := ""
	for lines.Scan() {
		var o said
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		// Findings of one record are one message, which the first of them leads.
		if o.Kind == "alert" && o.RecordKey == last {
			continue
		}
		last = o.RecordKey
		s.take(o, earlier)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

// take counts a message of the week.
func (s *sent) take(o said, earlier int) {
	at := o.Time
	switch o.Kind {
	case "problem":
		s.problems = append(s.problems, o.What+": "+o.Why)
		return
	case "withheld":
		// Records are numbered as they were made: those of the week come last.
		if number, err := strconv.Atoi(o.EventID[max(len(o.EventID)-12, 0):]); err != nil || number > earlier {
			s.withheld[o.Reason]++
			if o.Reason == "learning" {
				s.learning[o.Rule]++
			}
		}
		return
	case "rollup":
		at = o.To
	}
	day := int(at.Sub(monday) / (24 * time.Hour))
	if at.Before(monday) || day > 6 {
		return
	}
	of := s.low
	if severity, _ := detection.ParseSeverity(o.Severity); severity >= detection.Medium {
		of = s.loud
		s.days[day]++
	}
	if of[o.Rule] == nil {
		of[o.Rule] = &count{calls: map[string]bool{}}
	}
	of[o.Rule].days[day]++
	of[o.Rule].calls[cmp.Or(o.EventName, "a follow-up")] = true
}

func (c *count) total() (n int) {
	for _, day := range c.days {
		n += day
	}
	return n
}

// TestOrdinaryDaysAreQuiet counts messages, with the settings that are shipped and with
// those of a company that filled them in.
func TestOrdinaryDaysAreQuiet(t *testing.T) {
	folder := t.TempDir()
	program, file := filepath.Join(folder, "trailbell"), filepath.Join(folder, "week.jsonl")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/trailbell")
	build.Dir = page.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	earlier, n := writeWeek(t, file)
	if n < least {
		t.Fatalf("the week has %d records, want %d", n, least)
	}
	filled, err := filepath.Abs(filepath.Join("testdata", "settings.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The week has %d records of %d accounts.\n", n, len(every))
	for _, with := range []struct {
		name  string
		flags []string
	}{{"shipped", nil}, {"filled in", []string{"--settings", filled}}} {
		s := run(t, program, file, earlier, with.flags...)
		s.check(t, with.name)
		s.write(&b, with.name)
	}
	page.Section(t, page.Coverage, "ordinary", b.String(), *update)
}

// check fails where it is too loud, or loud without a reason.
func (s *sent) check(t *testing.T, settings string) {
	for _, problem := range s.problems {
		t.Errorf("settings %s: problem: %s", settings, problem)
	}
	if len(s.learning) > 0 {
		t.Errorf("settings %s: %v learn what is usual and are not judged: the weeks before have nothing for them", settings, s.learning)
	}
	for day, n := range s.days {
		if n > mostADay {
			t.Errorf("settings %s: %d messages of medium and above on day %d, at most %d", settings, n, day+1, mostADay)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.loud)) {
		c := s.loud[id]
		reason, known := reasons[id]
		switch {
		case !known:
			t.Errorf("settings %s: %s sends %v (%v) and nothing says why", settings, id, c.days, slices.Sorted(maps.Keys(c.calls)))
		case c.total() > reason.most:
			t.Errorf("settings %s: %s sends %d messages a week (%v), at most %d", settings, id, c.total(), c.days, reason.most)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.low)) {
		t.Logf("settings %s: low %s %v %v", settings, id, s.low[id].days, slices.Sorted(maps.Keys(s.low[id].calls)))
	}
	t.Logf("settings %s: withheld %v learning %v, days %v", settings, s.withheld, s.learning, s.days)
}

// write adds a table to the page.
func (s *sent) write(b *strings.Builder, settings string) {
	total := 0
	for _, n := range s.days {
		total += n
	}
	fmt.Fprintf(b, "\nSettings %s: %d messages of medium and above, %s from Monday to Sunday.\n\n", settings, total, strings.Trim(strings.ReplaceAll(fmt.Sprint(s.days), " ", ", "), "[]"))
	b.WriteString("| rule | messages a week | most a day | calls | why that is right |\n|---|---|---|---|---|\n")
	for _, id := range slices.SortedFunc(maps.Keys(s.loud), func(x, y detection.RuleID) int {
		return cmp.Or(s.loud[y].total()-s.loud[x].total(), strings.Compare(string(x), string(y)))
	}) {
		c := s.loud[id]
		fmt.Fprintf(b, "| `%s` | %d | %d | %s | %s |\n", id, c.total(), slices.Max(c.days[:]), strings.Join(slices.Sorted(maps.Keys(c.calls)), ", "), reasons[id].why)
	}
	low := 0
	for _, c := range s.low {
		low += c.total()
	}
	fmt.Fprintf(b, "\nBelow medium %d were published by %d rules, and mailed to nobody by default.\n", low, len(s.low))
}
