package mutation_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"trailbell/test/mutation"
)

const metadata = `# METADATA
# title: Something
# description: Something.
# custom:
#   severity: low
`

const rule = metadata + `package rules.a.b

match if {
	input.eventName in {"One", "Two"}
	not _small
}

_small if input.requestParameters.size < 3

severities contains "high" if input.eventName == "Two"
`

const strong = `package rules.a.b_test

import data.rules.a.b as rule

one := {"eventName": "One", "requestParameters": {"size": 3}}

test_both_fire if {
	every name in ["One", "Two"] {
		rule.match with input as object.union(one, {"eventName": name})
	}
}

test_others_stay_silent if not rule.match with input as object.union(one, {"eventName": "Three"})

test_small_stays_silent if not rule.match with input as object.union(one, {"requestParameters": {"size": 2}})

test_two_is_high if rule.severities == {"high"} with input as object.union(one, {"eventName": "Two"})

test_one_is_not if count(rule.severities) == 0 with input as one
`

// without is the tests without the one of a name.
func without(tests, name string) string {
	at := strings.Index(tests, "\ntest_"+name)
	rest := tests[at+1:]
	end := strings.Index(rest, "\n\n")
	if end < 0 {
		return tests[:at]
	}
	return tests[:at] + rest[end:]
}

func TestSurvivors(t *testing.T) {
	for _, tt := range []struct {
		name, tests string
		want        []string
	}{
		{"tests that ask for everything", strong, nil},
		{"tests that try neither name but the first", without(strong, "both_fire") + "\ntest_one_fires if rule.match with input as one\n", []string{
			`another text for "Two"`,
		}},
		{"tests that try no other name", without(strong, "others_stay_silent"), []string{
			`without input.eventName in {"One", "Two"}`,
		}},
		{"tests that don't try the exception", without(strong, "small_stays_silent"), []string{"without not _small"}},
		{"tests that don't ask how severe it is", without(without(strong, "two_is_high"), "one_is_not"), []string{
			`another text for "high"`, `without input.eventName == "Two"`, `negated input.eventName == "Two"`,
			`another text for "Two" (2)`, "without the definition of severities",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			result, err := try(t, map[string]string{"a/b.rego": rule, "a/b_test.rego": tt.tests})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, survivor := range result.Survivors {
				got[survivor.What] = true
			}
			for _, what := range tt.want {
				if !got[what] {
					t.Errorf("%q did not survive: %v", what, got)
				}
			}
			if len(tt.want) == 0 && len(got) > 0 {
				t.Errorf("survived: %v", got)
			}
			if result.Tried != 18 { // of 19; the rule does not compile without _small
				t.Errorf("%d mutants were tried", result.Tried)
			}
		})
	}
}

// TestMutants has all changes of a rule, so that one that is not made any more is missed.
func TestMutants(t *testing.T) {
	mutants, err := mutation.Mutants("a/b.rego", rule)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, mutant := range mutants {
		got = append(got, mutant.What)
	}
	want := []string{
		`without input.eventName in {"One", "Two"}`, `negated input.eventName in {"One", "Two"}`,
		`another text for "One"`, `another text for "Two"`,
		"without not _small", "negated not _small",
		"without input.requestParameters.size < 3", "negated input.requestParameters.size < 3", "<= instead of < in input.requestParameters.size < 3",
		"another number for 3",
		`another text for "high"`,
		`without input.eventName == "Two"`, `negated input.eventName == "Two"`, `another text for "Two" (2)`,
		"without the definition of match", "without the definition of _small", "without the definition of severities",
		"match is always true", "match is always false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if line := mutants[6].Line; line != 13 {
		t.Errorf("%q is in line %d", mutants[6].What, line)
	}
}

func TestWhatCanNotBeTried(t *testing.T) {
	for _, tt := range []struct {
		name, tests, want string
	}{
		{"a test that fails already", strong + "\ntest_wrong if rule.match with input as {}\n", "fail before anything is broken"},
		{"no tests", "package rules.a.c_test\n\ntest_nothing if true\n", "rules.a.b has no tests"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := try(t, map[string]string{"a/b.rego": rule, "a/b_test.rego": tt.tests})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}

func try(t *testing.T, files map[string]string) (mutation.Result, error) {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	bench, err := mutation.NewBench(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return bench.Try(t.Context(), "rules/a/b.rego", func(mutation.Mutant) bool { return true })
}
