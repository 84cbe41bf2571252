package page

import "testing"

func TestSectionsAreFoundByTheirMarks(t *testing.T) {
	const text = "before\n<!-- a: written by a test -->\n\nold\n\n<!-- end of a -->\nafter"
	before, inside, after, err := cut(text, "a")
	if err != nil || before+inside+after != text || inside != "\n\nold\n\n" {
		t.Errorf("cut %q, %q, %q, %v", before, inside, after, err)
	}
	for name, section := range map[string]string{"a section that is not there": "b", "a section that does not end": "c"} {
		if _, _, _, err := cut(text+"<!-- c: written by a test -->", section); err == nil {
			t.Errorf("%s is found", name)
		}
	}
}
