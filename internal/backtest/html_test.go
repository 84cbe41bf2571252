package backtest_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"trailbell/internal/backtest"
	"trailbell/internal/detection"
)

func hostilePage(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := backtest.HTML(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestThePageHasNoElementThatARecordMade(t *testing.T) {
	text := hostilePage(t)
	if n := strings.Count(text, "<script"); n != 3 {
		t.Errorf("%d scripts, want 3", n)
	}
	if n := strings.Count(text, "</script"); n != 3 {
		t.Errorf("%d ends of scripts, want 3", n)
	}
	if strings.Contains(text, "<img") {
		t.Error("a name became an element")
	}
	if !strings.Contains(text, "&lt;img") {
		t.Error("the name is not there: nothing was tried")
	}
	if got := regexp.MustCompile(`(?:src|href)="[^"]*"`).FindAllString(text, -1); len(got) > 0 {
		t.Errorf("the page wants something from elsewhere: %q", got)
	}
}

func TestThePlotsHaveTheDaysOnWhichNothingHappened(t *testing.T) {
	c := backtest.NewCollector(rules)
	for _, at := range []string{"2026-05-04T10:00:00Z", "2026-05-07T10:00:00Z", "no time"} {
		c.Begin(record(at))
		_ = c.Alerts(ctx, alert("alice", detection.High))
	}
	var b bytes.Buffer
	if err := backtest.HTML(&b, c.Report()); err != nil {
		t.Fatal(err)
	}
	want := `{"days":["2026-05-04","2026-05-05","2026-05-06","2026-05-07"],"alerts":[1,0,0,1],"rules":[{"name":"mine.first","values":[1,0,0,1]}]}`
	if !strings.Contains(b.String(), want) {
		t.Errorf("no %s", want)
	}
}

// The browser has the last word on what runs.
func TestABrowserDrawsThePageAndRunsNothingElse(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	dir := t.TempDir()
	page := filepath.Join(dir, "page.html")
	if err := os.WriteFile(page, []byte(hostilePage(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", "file://"+page)
	cmd.WaitDelay = 10 * time.Second
	dom, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(dom, []byte("<title>trailbell backtest</title>")) {
		t.Error("something changed the title")
	}
	if n := bytes.Count(dom, []byte("<canvas")); n != 2 {
		t.Errorf("%d plots were drawn, want 2", n)
	}
	if bytes.Contains(dom, []byte("<img")) {
		t.Error("a name became an element")
	}
}
