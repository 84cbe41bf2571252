package formats

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rendered are the messages of a sample, in every format.
func rendered(t *testing.T, renderer notify.Renderer) map[string][]notify.Message {
	t.Helper()
	found := map[string][]notify.Message{}
	for name, alerts := range samples() {
		messages, err := renderer.Alerts(alerts)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = messages
	}
	storm := someRollUp()
	storm.OverLimit = true
	for name, rollUp := range map[string]detection.RollUp{"roll-up": someRollUp(), "roll-up-of-a-storm": storm} {
		message, err := renderer.RollUp(rollUp)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = []notify.Message{message}
	}
	for name, problem := range map[string]detection.Problem{"problem": someProblem(), "problem-of-nowhere": {What: "Payload could not be read", Why: "it is empty", Severity: detection.High}} {
		message, err := renderer.Problem(problem)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = []notify.Message{message}
	}
	return found
}

// The golden files are JSON lines, as they are sent, and test_formats.py reads them too.
func TestGolden(t *testing.T) {
	for _, format := range formats {
		folder := filepath.Join("..", "..", "internal", "notify", format.name, "testdata")
		found := rendered(t, format.renderer)
		files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(found) && !*update {
			t.Errorf("%s has %d golden files for %d samples", folder, len(files), len(found))
		}
		for name, messages := range found {
			t.Run(format.name+"/"+name, func(t *testing.T) {
				got := ""
				for _, m := range messages {
					got += m.Body + "\n"
				}
				golden(t, filepath.Join(folder, name+".jsonl"), got)
			})
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: go test ./test/formats -update writes it", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), ","), strings.Split(got, ",")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
