package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/notify/alertjson"
)

const (
	root       = "../.."
	maxPicture = 60_000  // bytes
	maxAll     = 700_000 // bytes of all pictures
)

// drawn is everything as it would be drawn now.
type drawn struct {
	scenes scenes
	pages  []page
}

// made is made once for all tests, which takes a few seconds.
var made = sync.OnceValues(func() (drawn, error) {
	s, err := play(context.Background(), root)
	if err != nil {
		return drawn{}, err
	}
	all, err := pages(context.Background(), root, s)
	return drawn{s, all}, err
})

func everything(t *testing.T) drawn {
	t.Helper()
	all, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPagesSayWhatTheRenderersWriteNow(t *testing.T) {
	for _, p := range everything(t).pages {
		if diff := cmp.Diff(read(t, filepath.Join(folder, p.name+".html")), p.html()); diff != "" {
			t.Errorf("%s: make pictures draws it anew (-shown +written now):\n%s", p.name, diff)
		}
	}
}

func TestPicturesAreOfTheirPages(t *testing.T) {
	here := filepath.Join(root, folder)
	known, err := readDigests(here)
	if err != nil {
		t.Fatal(err)
	}
	all, size := everything(t).pages, int64(0)
	for _, p := range all {
		sum, err := digest(here, p.name)
		if err != nil || sum == "" || sum != known[p.name] {
			t.Errorf("%s was drawn from another page, or not at all: make pictures draws it anew (%v)", p.name, err)
		}
		if info, err := os.Stat(filepath.Join(here, p.name+".png")); err == nil {
			size += info.Size()
			if info.Size() > maxPicture {
				t.Errorf("%s has %d bytes, %d are allowed", p.name, info.Size(), maxPicture)
			}
		}
	}
	if files, err := os.ReadDir(here); err != nil || len(files) != 2*len(all)+2 || len(known) != len(all) {
		t.Errorf("%d files and %d digests for %d pictures, %v", len(files), len(known), len(all), err)
	}
	if size > maxAll {
		t.Errorf("all pictures have %d bytes, %d are allowed", size, maxAll)
	}
}

func TestTheDocumentShowsWhatIsWrittenNow(t *testing.T) {
	all := everything(t)
	text := read(t, document)
	want, err := filled([]byte(text), all.scenes, all.pages)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("make pictures writes it anew (-want +got):\n%s", diff)
	}
}

func TestTheDocumentExplainsEveryField(t *testing.T) {
	messages, err := alertjson.Renderer{}.Alerts(everything(t).scenes.alert.alerts[0])
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(messages[0].Body), &fields); err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for line := range strings.Lines(read(t, document)) {
		if cells := strings.Split(line, "|"); len(cells) == 4 {
			for _, name := range strings.Split(cells[1], ",") {
				explained[strings.Trim(name, " `")] = true
			}
		}
	}
	for name := range fields {
		if !explained[name] {
			t.Errorf("nothing is said of the field %q", name)
		}
	}
}

// What a picture is for must be in it: a scene that the pipeline no longer tells of would
// be an empty page.
func TestEveryKindOfMessageIsShown(t *testing.T) {
	s := everything(t).scenes
	if s.again.rollUp == nil || s.again.rollUp.Count != repeats {
		t.Errorf("the follow-up is %+v", s.again.rollUp)
	}
	if s.problem.problem == nil || len(s.problem.alerts) > 0 {
		t.Errorf("the problem is %+v", s.problem)
	}
	if len(s.several.alerts[0]) < 2 || !s.test.alerts[0][0].Test || len(s.hostile.alerts[0]) != 1 {
		t.Error("several alerts, the test or the hostile record are not there")
	}
}
