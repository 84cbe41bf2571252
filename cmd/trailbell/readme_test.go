package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var shownAlert = regexp.MustCompile("(?s)(<!-- alert: (\\S+) -->\n```\n)(.*?)(```\n<!-- end of alert -->)")

// TestReadmeShowsARealAlert keeps the alert on the first screen as it is sent.
func TestReadmeShowsARealAlert(t *testing.T) {
	root := filepath.Join("..", "..")
	name := filepath.Join(root, "README.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found := shownAlert.FindSubmatch(text)
	if found == nil {
		t.Fatal("README.md shows no alert")
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"run", filepath.Join(root, string(found[2]))}, nil, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	want := strings.TrimSuffix(stdout.String(), renderers["text"].end)
	if *update {
		text = shownAlert.ReplaceAll(text, []byte("${1}"+strings.ReplaceAll(want, "$", "$$")+"${4}"))
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(found[3])); diff != "" {
		t.Errorf("run with -update (-want +got):\n%s", diff)
	}
}
