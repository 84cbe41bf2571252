package contract

import (
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trailbell/rules"
	"trailbell/test/mutation"
)

var update = flag.Bool("update", false, "write the list of survivors anew")

const (
	// leastKilled is the part of all mutants that tests must notice.
	leastKilled = 0.9
	// oneIn says how few mutants are tried with -short.
	oneIn = 40
)

var survivorsFile = filepath.Join("testdata", "survivors.txt")

const survivorsHeader = `# Changes of rules that no test of theirs notices. Written by
#   go test ./test/contract -run TestMutants -update
# which takes a minute or two. A line more is a test that is missing: write the test.
`

// survivorComplaints compare what survived with the list. A sample can't say that a line of
// the list is not needed any more.
func survivorComplaints(results []mutation.Result, listed map[string]bool, isSample bool) []string {
	var complaints []string
	tried, killed := 0, 0
	survived := map[string]bool{}
	for _, result := range results {
		tried, killed = tried+result.Tried, killed+result.Killed()
		for _, survivor := range result.Survivors {
			line := listLine(survivor)
			survived[line] = true
			if !listed[line] {
				complaints = append(complaints, fmt.Sprintf("%s:%d: no test notices: %s", survivor.File, survivor.Line, survivor.What))
			}
		}
	}
	if float64(killed) < leastKilled*float64(tried) {
		complaints = append(complaints, fmt.Sprintf("tests notice %d of %d changes, less than %.0f %%", killed, tried, 100*leastKilled))
	}
	if isSample {
		return complaints
	}
	for _, line := range slices.Sorted(maps.Keys(listed)) {
		if !survived[line] {
			complaints = append(complaints, fmt.Sprintf("%s: it is noticed now, or can't be made any more: rerun with -update", line))
		}
	}
	return complaints
}

func listLine(mutant mutation.Mutant) string { return mutant.File + ": " + mutant.What }

func TestMutants(t *testing.T) {
	bench, err := mutation.NewBench(t.Context(), rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	choose := func(mutation.Mutant) bool { return true }
	if testing.Short() {
		choose = isSampled
	}
	results, err := bench.TryAll(t.Context(), bench.Files(), choose)
	if err != nil {
		t.Fatal(err)
	}
	if *update && !testing.Short() {
		write(t, results)
	}
	text, err := os.ReadFile(survivorsFile)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			listed[line] = true
		}
	}
	tell(t, survivorComplaints(results, listed, testing.Short()))
	for _, row := range perPack(results) {
		t.Log(row)
	}
}

// isSampled takes the same few mutants every time.
func isSampled(mutant mutation.Mutant) bool {
	hash := fnv.New32a()
	hash.Write([]byte(listLine(mutant)))
	return hash.Sum32()%oneIn == 0
}

// write writes the list. It gives no counts: they would change with every rule.
func write(t *testing.T, results []mutation.Result) {
	t.Helper()
	var lines []string
	for _, result := range results {
		for _, survivor := range result.Survivors {
			lines = append(lines, listLine(survivor)+"\n")
		}
	}
	slices.Sort(lines)
	if err := os.WriteFile(survivorsFile, []byte(survivorsHeader+strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func perPack(results []mutation.Result) []string {
	tried, killed := map[string]int{}, map[string]int{}
	for _, result := range results {
		pack := filepath.Dir(result.File)
		tried[pack] += result.Tried
		killed[pack] += result.Killed()
	}
	var rows []string
	for _, pack := range slices.Sorted(maps.Keys(tried)) {
		rows = append(rows, fmt.Sprintf("%-28s %4d of %4d killed", pack, killed[pack], tried[pack]))
	}
	return rows
}

func TestSurvivorsThatAreNotListed(t *testing.T) {
	mutant := mutation.Mutant{File: "rules/a/b.rego", Line: 7, What: "without x"}
	const line = "rules/a/b.rego: without x"
	for _, tt := range []struct {
		name   string
		result mutation.Result
		listed string
		sample bool
		want   string
	}{
		{"none survived", mutation.Result{Tried: 20}, "", false, ""},
		{"one survived", mutation.Result{Tried: 20, Survivors: []mutation.Mutant{mutant}}, "", false, "rules/a/b.rego:7: no test notices: without x"},
		{"one survived in a sample", mutation.Result{Tried: 20, Survivors: []mutation.Mutant{mutant}}, "", true, "no test notices"},
		{"one survived that is listed", mutation.Result{Tried: 20, Survivors: []mutation.Mutant{mutant}}, line, false, ""},
		{"one is listed that did not", mutation.Result{Tried: 20}, line, false, "it is noticed now"},
		{"one is listed that was not in the sample", mutation.Result{Tried: 20}, line, true, ""},
		{"too many survived that are listed", mutation.Result{Tried: 9, Survivors: []mutation.Mutant{mutant}}, line, false, "notice 8 of 9 changes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			listed := map[string]bool{tt.listed: true}
			delete(listed, "")
			expect(t, survivorComplaints([]mutation.Result{tt.result}, listed, tt.sample), tt.want)
		})
	}
}
