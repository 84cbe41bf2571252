package contract

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/ruleset"
)

// testComplaints are about rules whose tests don't say when they fire and when they stay
// silent, and about test files that are of no rule. Whether what they say holds, and is
// all, TestMutants asks.
func testComplaints(set *ruleset.Set) []string {
	byPackage := map[string]*ast.Module{}
	for _, module := range set.TestModules() {
		byPackage[module.Package.Path.String()] = module
	}
	var complaints []string
	for _, rule := range set.Rules {
		pkg := "data.rules." + string(rule.ID)
		tests := byPackage[pkg+"_test"]
		if tests == nil {
			complaints = append(complaints, fmt.Sprintf("%s has no tests: package %s_test is missing", rule.File, strings.TrimPrefix(pkg, "data.")))
			continue
		}
		if file, want := tests.Package.Location.File, strings.TrimSuffix(rule.File, ".rego")+"_test.rego"; file != want {
			complaints = append(complaints, fmt.Sprintf("%s belongs into %s", file, want))
		}
		fires, silent := asksForMatch(tests, ast.MustParseRef(pkg+".match"))
		if !fires {
			complaints = append(complaints, rule.File+": no test says when it fires")
		}
		if !silent {
			complaints = append(complaints, rule.File+": no test says when it stays silent")
		}
	}
	for pkg, module := range byPackage {
		if name, isTest := strings.CutSuffix(pkg, "_test"); isTest && strings.HasPrefix(pkg, "data.rules.") && byPackage[name] == nil {
			complaints = append(complaints, fmt.Sprintf("%s tests %s, which does not exist", module.Package.Location.File, strings.TrimPrefix(name, "data.")))
		}
	}
	slices.Sort(complaints)
	return complaints
}

// asksForMatch says whether tests ask for a match, and for none.
func asksForMatch(tests *ast.Module, match ast.Ref) (fires, silent bool) {
	aliases := map[ast.Var]ast.Ref{}
	for _, imported := range tests.Imports {
		if ref, ok := imported.Path.Value.(ast.Ref); ok {
			aliases[imported.Name()] = ref
		}
	}
	for _, rule := range tests.Rules {
		if !strings.HasPrefix(string(rule.Head.Name), "test_") {
			continue
		}
		ast.WalkExprs(rule, func(expr *ast.Expr) bool {
			ast.WalkRefs(expr, func(ref ast.Ref) bool {
				head, _ := ref[0].Value.(ast.Var)
				if whole := aliases[head]; whole != nil && whole.Concat(ref[1:]).Equal(match) || ref.Equal(match) {
					fires, silent = fires || !expr.Negated, silent || expr.Negated
				}
				return false
			})
			return false
		})
	}
	return fires, silent
}

func TestRulesHaveTests(t *testing.T) { tell(t, testComplaints(shippedSet(t))) }

func TestRulesThatHaveNoTests(t *testing.T) {
	const tests = `package rules.made.bucket_deleted_test

import data.rules.made.bucket_deleted as rule

test_fires if rule.match with input as {"eventSource": "s3.amazonaws.com", "eventName": "DeleteBucket"}

test_silent if not rule.match with input as {}
`
	const file = "made/bucket_deleted_test.rego"
	for _, tt := range []struct {
		name, file, text, want string
	}{
		{"a rule that fires and stays silent", file, tests, ""},
		{"no test that fires", file, strings.ReplaceAll(tests, "test_fires", "fires"), "no test says when it fires"},
		{"no test that stays silent", file, strings.ReplaceAll(tests, "test_silent", "silent"), "no test says when it stays silent"},
		{"tests of its neighbour", file, strings.ReplaceAll(tests, "import data.rules.made.bucket_deleted", "import data.rules.made.bucket_emptied"), "no test says when it"},
		{"no tests", "made/README.md", "", "has no tests"},
		{"tests in another file", "made/tests_test.rego", tests, "belongs into rules/made/bucket_deleted_test.rego"},
		{"tests of nothing", "made/other_test.rego", strings.ReplaceAll(tests, "bucket_deleted", "bucket_emptied"), "has no tests"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := made(t, map[string]string{"made/bucket_deleted.rego": bucketDeleted(), tt.file: tt.text})
			complaints := testComplaints(set)
			if tt.name == "tests of its neighbour" || tt.name == "tests of nothing" {
				if len(complaints) != 2 {
					t.Errorf("found %q, want two", complaints)
				}
				complaints = complaints[:min(1, len(complaints))]
			}
			expect(t, complaints, tt.want)
		})
	}
}
