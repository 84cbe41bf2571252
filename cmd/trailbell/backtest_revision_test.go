package main

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestARevisionTakesGit(t *testing.T) {
	rules := t.TempDir()
	writeGone(t, rules)
	t.Setenv("PATH", t.TempDir())
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"backtest", "--only-rules", rules, "--against", "main", "-"}, strings.NewReader(""), nil, &stderr)
	if code != exitProblem || !strings.Contains(stderr.String(), "to read a revision takes git") {
		t.Errorf("exit code %d, %s", code, &stderr)
	}
}

// repository is one with a folder of rules, committed as main, and another one at its top.
func repository(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not here")
	}
	top := t.TempDir()
	for _, name := range []string{"mine", topRules} {
		if err := os.Mkdir(filepath.Join(top, name), 0o700); err != nil {
			t.Fatal(err)
		}
		writeGone(t, filepath.Join(top, name))
	}
	t.Setenv("HOME", top)
	for _, name := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+name+"_NAME", "A")
		t.Setenv("GIT_"+name+"_EMAIL", "a@example.com")
	}
	for _, args := range []string{"-c init.defaultBranch=main init -q", "add .", "commit -q -m one"} {
		if _, err := git(t.Context(), top, nil, strings.Fields(args)...); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

func TestWhatTakesTheirPlaceAtARevision(t *testing.T) {
	t.Chdir(repository(t))
	for _, tt := range []struct {
		name    string
		flags   ruleFlags
		library bool // of ours only the helpers are under it
		want    []string
	}{
		{"added rules, above ours", ruleFlags{add: []string{"mine"}}, false, []string{"rules", "main:mine"}},
		{"rules instead of ours", ruleFlags{only: []string{"mine", "rules"}}, true, []string{"rules", "main:mine", "main:rules"}},
		{"without a folder, the rules at the top", ruleFlags{}, true, []string{"rules", "main:rules"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sources, err := tt.flags.before(t.Context(), "main")
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for i, s := range sources {
				names = append(names, s.Name)
				if _, err := fs.Stat(s.FS, "rule.rego"); i > 0 && err != nil {
					t.Error(s.Name, err)
				}
			}
			if diff := cmp.Diff(tt.want, names); diff != "" || sources[0].LibraryOnly != tt.library {
				t.Errorf("only the library: %v, -want +got:\n%s", sources[0].LibraryOnly, diff)
			}
		})
	}
}

func TestOfATreeOnlyFilesWithRulesAreRead(t *testing.T) {
	listing := strings.Join([]string{
		"100644 blob aa\tgone.rego", "100644 blob bb\ta b/settings.yaml", "100755 blob cc\tschemas/record.json",
		"120000 blob dd\tlink.rego", "160000 commit ee\tmodule.rego", "100644 blob ff\tphoto.png", "",
	}, "\x00")
	want := []committed{{"gone.rego", "aa"}, {"a b/settings.yaml", "bb"}, {"schemas/record.json", "cc"}, {"link.rego", "1f:mine/link.rego"}}
	if diff := cmp.Diff(want, parseTree("1f:mine/", listing), cmp.AllowUnexported(committed{})); diff != "" {
		t.Error(diff)
	}
}

func TestWhatGitAnswersIsReadToTheByte(t *testing.T) {
	for _, tt := range []struct{ name, answer, text, why string }{
		{"a text", "aa blob 4\na\nb\n\nbb blob 0\n\n", "a\nb\n", ""},
		{"an object that is gone", "aa missing\n", "", `git says "aa missing"`},
		{"a link to nowhere", "dangling 2\nx:\n", "", `git says "dangling 2"`},
		{"an answer that breaks off", "aa blob 9\nabc", "", "breaks off"},
		{"no answer", "", "", "told nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, err := nextObject(bufio.NewReader(strings.NewReader(tt.answer)))
			if string(text) != tt.text && tt.why == "" || (err == nil) != (tt.why == "") || err != nil && !strings.Contains(err.Error(), tt.why) {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

// TestTheWorkflowForPullRequestsFitsTheProgram reads the file that people copy: its commands
// must be ours, with flags that exist, and read what is there.
func TestTheWorkflowForPullRequestsFitsTheProgram(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "docs", "backtest-pull-request.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		On   map[string]struct{ Paths []string }
		Jobs map[string]struct {
			Steps []struct {
				Uses, Run string
				With      map[string]any
				Env       map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &workflow); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"rules/**"}, workflow.On["pull_request"].Paths); diff != "" {
		t.Error(diff)
	}
	found, past := 0, any(nil)
	for _, step := range workflow.Jobs["backtest"].Steps {
		if strings.HasPrefix(step.Uses, "actions/checkout@") {
			past = step.With["fetch-depth"]
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%q: an expression in a command is read as part of the command; give it by env", step.Run)
		}
		command, is := strings.CutPrefix(step.Run, "bin/trailbell backtest ")
		if !is {
			continue
		}
		found++
		command, _, _ = strings.Cut(command, " >")
		cmd := newBacktestCommand()
		if err := cmd.ParseFlags(strings.Fields(strings.ReplaceAll(command, `"`, ""))); err != nil {
			t.Error(err)
		}
		if against := cmd.Flag("against").Value.String(); against != "origin/$BASE" || step.Env["BASE"] != "${{ github.base_ref }}" {
			t.Errorf("it compares with %q, where %v", against, step.Env)
		}
		for _, name := range append(cmd.Flags().Args(), "rules", "cmd/trailbell") {
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Error(err)
			}
		}
	}
	if found != 1 || past != 0 {
		t.Errorf("%d commands, fetch-depth %v", found, past)
	}
}
