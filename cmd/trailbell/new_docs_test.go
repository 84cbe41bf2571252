package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// writingRules is the guide for authors, as it is in the repository.
func writingRules(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "writing-rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGuideHasTheWholeLibrary compares the guide's table with the helpers there are.
func TestGuideHasTheWholeLibrary(t *testing.T) {
	guide := writingRules(t)
	named := map[string]bool{}
	for _, found := range regexp.MustCompile("`([a-z0-9_]+\\.[a-z_]+\\([a-z, ]*\\))`").FindAllStringSubmatch(guide[strings.Index(guide, "## The library"):], -1) {
		named[found[1]] = true
	}
	names, err := fs.Glob(rules.FS, "lib/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.rego") {
			continue
		}
		text, err := fs.ReadFile(rules.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		module := ast.MustParseModule(string(text))
		pkg := strings.TrimPrefix(module.Package.Path.String(), "data.lib.")
		for _, rule := range module.Rules {
			if strings.HasPrefix(string(rule.Head.Name), "_") {
				continue
			}
			var args []string
			for _, arg := range rule.Head.Args {
				args = append(args, arg.String())
			}
			// One way of several, which has no use for an argument; another has its name.
			if slices.Contains(args, "_") {
				continue
			}
			function := fmt.Sprintf("%s.%s(%s)", pkg, rule.Head.Name, strings.Join(args, ", "))
			if _, known := named[function]; !known {
				t.Errorf("the guide does not name %s", function)
			}
			named[function] = false
		}
	}
	for function, missing := range named {
		if missing {
			t.Errorf("the guide names %s, and there is no such helper", function)
		}
	}
}

// TestGuideNamesEveryKey asks the loader which keys METADATA has: it says so when it
// refuses one.
func TestGuideNamesEveryKey(t *testing.T) {
	const rule = "# METADATA\n# title: a\n# description: b\n# nonsense: c\n# custom:\n#   severity: low\n#   nonsense: d\n#   threshold: {nonsense: e}\n#   first_seen: {nonsense: f}\npackage rules.a.b\nmatch if input.eventName\n"
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{
		{Name: "rules", FS: rules.FS}, {Name: "x", FS: fstest.MapFS{"x.rego": &fstest.MapFile{Data: []byte(rule)}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	guide := writingRules(t)
	keys := 0
	for _, refused := range set.Refused {
		_, list, _ := strings.Cut(refused.Why, "known here: ")
		for key := range strings.SplitSeq(list, ", ") {
			keys++
			if key != "custom" && !regexp.MustCompile("`(custom\\.)?"+key+"`").MatchString(guide) {
				t.Errorf("the guide does not name the key %q", key)
			}
		}
	}
	if keys < 20 {
		t.Errorf("the loader named %d keys only: %v", keys, set.Refused)
	}
}

var (
	claimedRecord = regexp.MustCompile("`(\\{[^`]*\\})`:\n\n```rego\n((?:.*# (?:true|undefined)\n)+)```")
	claimedAnswer = regexp.MustCompile(`^(.*?) *# (true|undefined)$`)
)

// TestGuideIsRightAboutAbsence asks OPA about every line that the guide has an answer for.
func TestGuideIsRightAboutAbsence(t *testing.T) {
	sources := []ruleset.Source{{Name: "rules", FS: rules.FS}}
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: sources})
	if err != nil {
		t.Fatal(err)
	}
	claims := 0
	for _, block := range claimedRecord.FindAllStringSubmatch(writingRules(t), -1) {
		record := decoded(t, block[1])
		for line := range strings.Lines(block[2]) {
			claims++
			claim := claimedAnswer.FindStringSubmatch(strings.TrimSpace(line))
			got, err := rego.New(
				rego.Query("data.claim.holds"),
				rego.Module("claim.rego", "package claim\n\nimport data.lib.call\nimport data.lib.identity\nimport data.lib.value\n\nholds if {\n\t"+claim[1]+"\n}\n"),
				modulesOf(t), rego.Store(set.Data()), rego.Input(record),
			).Eval(t.Context())
			if err != nil {
				t.Errorf("%s: %v", claim[1], err)
			} else if answer := map[bool]string{true: "true", false: "undefined"}[len(got) > 0]; answer != claim[2] {
				t.Errorf("for %s, %s is %s and not %s", block[1], claim[1], answer, claim[2])
			}
		}
	}
	if claims < 15 {
		t.Errorf("the guide claims %d things only", claims)
	}
}

// modulesOf hands OPA the library.
func modulesOf(t *testing.T) func(*rego.Rego) {
	t.Helper()
	names, err := fs.Glob(rules.FS, "lib/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	return func(r *rego.Rego) {
		for _, name := range names {
			text, err := fs.ReadFile(rules.FS, name)
			if err == nil && !strings.HasSuffix(name, "_test.rego") {
				rego.Module(name, string(text))(r)
			}
		}
	}
}
