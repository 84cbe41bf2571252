package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// generatedFiles are what make generate writes beside the templates.
var generatedFiles = []string{"docs/rules/*", "docs/coverage.md", "docs/attack-navigator-layer.json", "docs/profiles.md", "docs/profiles/*"}

// generating are the lines of make generate that write documents.
var generating = regexp.MustCompile(`(?m)^\tbin/trailbell (rules .*) \$\(AS_DEPLOYED\)$`)

// TestDocumentsSayWhatTheRulesSay runs the lines of make generate in a copy of what they
// read, and compares what they write with what is there.
func TestDocumentsSayWhatTheRulesSay(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	lines := generating.FindAllSubmatch(makefile, -1)
	if len(lines) != 4 {
		t.Fatalf("make generate has %d lines that write documents", len(lines))
	}
	there := t.TempDir()
	if err := os.CopyFS(filepath.Join(there, "events"), os.DirFS(filepath.Join(root, "events"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "rules"), filepath.Join(there, "rules")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(there)
	for _, line := range lines {
		args := append(strings.Fields(string(line[1])), "--deployment", filepath.Join(root, "docs", "deployment.example.json"))
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, nil, &stdout, &stderr); code != 0 {
			t.Fatalf("%s: exit code %d: %s", line[1], code, &stderr)
		}
	}
	for _, pattern := range generatedFiles {
		is, want := filesLike(t, root, pattern), filesLike(t, there, pattern)
		if diff := cmp.Diff(want, is); diff != "" {
			t.Errorf("%s is not what the rules say; run make generate (-needed +there):\n%.4000s", pattern, diff)
		}
	}
}

// filesLike are the texts of files below a folder, by name.
func filesLike(t *testing.T, folder, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern)))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no %s: %v", folder, pattern, err)
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		short, err := filepath.Rel(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[short] = string(text)
	}
	return texts
}

// TestEveryShippedRuleHasAnAlertOnItsPage fails for a rule without a sample in events.
func TestEveryShippedRuleHasAnAlertOnItsPage(t *testing.T) {
	for name, text := range filesLike(t, filepath.Join("..", ".."), "docs/rules/*") {
		section := ""
		for line := range strings.Lines(text) {
			if id, ok := strings.CutPrefix(line, "## "); ok {
				section = strings.TrimSpace(id)
			}
			if strings.HasPrefix(line, "No sample fires it") {
				t.Errorf("%s: no record of events leads to an alert of %s", name, section)
			}
		}
	}
}

// profileRow is a row of the table in docs/profiles.md.
var profileRow = regexp.MustCompile("(?m)^\\| \\[(\\w+)\\]\\(#\\w+\\) \\| (\\d+) \\| `(\\w+)` \\| (\\d+) \\| (\\d+) \\| (\\d+) \\| \\[`(\\S+)`\\]")

// TestProfilesDoWhatTheirPageSays loads each file with the rules and counts what becomes
// of them.
func TestProfilesDoWhatTheirPageSays(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	page, err := os.ReadFile(filepath.Join(docs, "profiles.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := profileRow.FindAllStringSubmatch(string(page), -1)
	if len(rows) != 3 {
		t.Fatalf("the table has %d profiles", len(rows))
	}
	for _, row := range rows {
		t.Run(row[1], func(t *testing.T) {
			got := profileCounts(t, filepath.Join(docs, filepath.FromSlash(row[7])), row[3])
			want := []string{row[2], row[4], row[5], row[6]}
			if !slices.Equal(got, want) {
				t.Errorf("sent, mailed, in shadow, waiting: %v with the file, %v on the page", got, want)
			}
		})
	}
}
