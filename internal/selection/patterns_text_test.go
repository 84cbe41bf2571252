package selection_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/selection"
)

// longestPattern is how many characters EventBridge takes unless AWS raises the quota.
const longestPattern = 2048

func mustText(t testing.TB, p selection.Pattern) string {
	t.Helper()
	text, err := p.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sameJSON says whether the text is the JSON of the pattern, in whatever order.
func sameJSON(t *testing.T, p selection.Pattern, text string) {
	t.Helper()
	short, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal([]byte(short), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-pattern +text):\n%s", p.Name, diff)
	}
}

func TestShippedPatternsAreShortEnoughAsTheyAreDeployed(t *testing.T) {
	for _, choice := range []selection.ReadEvents{selection.ReadsOff, selection.ReadsNarrow, selection.ReadsAll} {
		for _, p := range shippedPatterns(t, choice) {
			text := mustText(t, p)
			if len(text) > longestPattern {
				t.Errorf("%s has %d characters", p.Name, len(text))
			}
			sameJSON(t, p, text)
		}
	}
}

func TestTextBreaksLinesForPeopleAsLongAsThatIsShortEnough(t *testing.T) {
	for _, many := range []int{1, 10, 50, 80, 100, 110} {
		var names []any
		for i := range many {
			names = append(names, fmt.Sprintf("DeleteSomething%02d", i))
		}
		p := selection.Pattern{Name: "P", Fields: map[string]any{"detail": map[string]any{"eventName": names}}}
		text, short := mustText(t, p), must(p.JSON())(t)
		sameJSON(t, p, text)
		if len(short) <= longestPattern && len(text) > longestPattern {
			t.Errorf("%d names: %d characters, and %d would do", many, len(text), len(short))
		}
		for line := range strings.Lines(text) {
			if text != short && len(line) > 86 {
				t.Errorf("%d names: a line has %d characters: %s", many, len(line), line)
			}
		}
		if wantLines := many > 1 && many <= 80; strings.Contains(text, "\n") != wantLines {
			t.Errorf("%d names: on several lines: %t\n%s", many, !wantLines, text)
		}
	}
}

func must(text string, err error) func(testing.TB) string {
	return func(t testing.TB) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

func ExamplePattern_Text() {
	p := selection.Pattern{Name: "Reads", Fields: map[string]any{
		"source": []any{map[string]any{"prefix": "aws."}},
		"detail": map[string]any{
			"readOnly":  []any{true, "true"},
			"eventName": []any{"AssumeRoot", "ConsoleLogin", "GetSigninToken", map[string]any{"prefix": "Create"}},
		},
	}}
	text, err := p.Text()
	fmt.Println(text, err)
	// Output:
	// {
	//   "source": [{"prefix": "aws."}],
	//   "detail": {
	//     "readOnly": [true, "true"],
	//     "eventName": [
	//       "AssumeRoot", "ConsoleLogin", "GetSigninToken", {"prefix": "Create"}
	//     ]
	//   }
	// } <nil>
}
