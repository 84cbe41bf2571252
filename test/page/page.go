// Package page keeps those sections of a Markdown page in step that tests write. It knows
// nothing of what they say.
package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Coverage is the page that says what is seen and how much is sent.
const Coverage = "docs/noise-and-coverage.md"

// Root is the folder of the repository: the one with go.mod above where the test runs.
// Source paths in the binary don't say it, since it is built without them.
func Root() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	return ""
}

// Section compares a section of a page with what it should say, or writes it when update
// is set. A section stands between two comments that bear its name.
func Section(t testing.TB, name, section, want string, update bool) {
	t.Helper()
	path := filepath.Join(Root(), filepath.FromSlash(name))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, got, after, err := cut(string(text), section)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	want = "\n\n" + strings.TrimSpace(want) + "\n\n"
	if got == want {
		return
	}
	if !update {
		t.Errorf("%s, section %s: make tables writes it anew, if this is meant (-page +now):\n%s", name, section, cmp.Diff(got, want))
		return
	}
	if err := os.WriteFile(path, []byte(before+want+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// cut finds the section; before and after include its marks.
func cut(text, section string) (before, inside, after string, err error) {
	begin, end := fmt.Sprintf("<!-- %s: written by a test -->", section), fmt.Sprintf("<!-- end of %s -->", section)
	before, rest, found := strings.Cut(text, begin)
	if !found {
		return "", "", "", fmt.Errorf("no line %s", begin)
	}
	inside, after, found = strings.Cut(rest, end)
	if !found {
		return "", "", "", fmt.Errorf("no line %s", end)
	}
	return before + begin, inside, end + after, nil
}
