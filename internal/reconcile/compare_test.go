package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/state"
	"trailbell/internal/state/memory"
)

func TestWhatAWindowComesTo(t *testing.T) {
	start := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	this, other := window{0, start}, window{0, start.Add(time.Hour)}
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	member := func(of window, came time.Time, why Why) []state.Member {
		text, _ := json.Marshal(detail{Opened: of.opened.Unix(), Rule: "r", Why: why})
		return []state.Member{{ID: "a1", At: came, Source: string(text)}}
	}
	crowd := func(rule detection.RuleID) []state.Member {
		text, _ := json.Marshal(detail{Opened: start.Unix(), Rule: rule})
		return []state.Member{{ID: overflowID + "x", At: start, Source: string(text)}}
	}
	tests := []struct {
		name       string
		files, bus []state.Member
		want       string // both, bus only, missed, by design, late, overflows
	}{
		{"nothing", nil, nil, "0 0 0 0 0 0"},
		{"the bus first, and a file", member(this, at(4), Lost), member(this, at(1), ""), "1 0 0 0 0 0"},
		{"a file first, and the bus", member(this, at(1), Lost), member(this, at(4), ""), "1 0 0 0 0 0"},
		{"both at once", member(this, at(1), Lost), member(this, at(1), ""), "1 0 0 0 0 0"},
		{"the bus in the last moment", member(this, at(0), Lost), member(other, at(30), ""), "1 0 0 0 0 0"},
		{"the bus a moment too late", member(this, at(0), Lost), member(other, at(30).Add(time.Millisecond), ""), "0 0 1 0 0 0"},
		{"a file in the last moment", member(other, at(30), Lost), member(this, at(0), ""), "1 0 0 0 0 0"},
		{"a file a moment too late", member(other, at(31), Lost), member(this, at(0), ""), "0 1 0 0 0 0"},
		{"the bus alone", nil, member(this, at(1), ""), "0 1 0 0 0 0"},
		{"a file alone", member(this, at(1), Lost), nil, "0 0 1 0 0 0"},
		{"a file alone that is not expected elsewhere", member(this, at(1), ReadsOff), nil, "0 0 0 1 0 0"},
		{"what is not expected and came all the same", member(this, at(1), ReadsOff), member(this, at(2), ""), "1 0 0 0 0 0"},
		{"what is not expected and came late", member(other, at(1), ReadsOff), member(this, at(90), ""), "0 0 0 0 0 0"},
		{"a file alone of another window", member(other, at(61), Lost), nil, "0 0 0 0 0 0"},
		{"the bus alone of another window", nil, member(other, at(61), ""), "0 0 0 0 0 0"},
		{"the bus late, which another window counted as missed", member(other, at(-60), Lost), member(this, at(1), ""), "0 0 0 0 1 0"},
		{"a file late, which another window counted as the bus's alone", member(this, at(1), Lost), member(other, at(-60), ""), "0 0 0 0 0 0"},
		{"both, which another window counts", member(this, at(1), Lost), member(other, at(-1), ""), "0 0 0 0 0 0"},
		{"more than is noted", crowd("r"), nil, "0 0 0 0 0 1"},
		{"the bus alone, of a rule that has more than is noted", crowd("r"), member(this, at(1), ""), "0 0 0 0 0 1"},
		{"the bus alone, when another rule has more than is noted", crowd("q"), member(this, at(1), ""), "0 1 0 0 0 1"},
		{"what can't be read belongs to no window", []state.Member{{ID: "a1", At: at(1), Source: "{"}}, nil, "0 0 0 0 0 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := compare(tt.files, tt.bus, this)
			design := 0
			for _, n := range c.byDesign {
				design += n
			}
			if got := fmt.Sprint(c.both, c.busOnly, len(c.missed), design, len(c.late), c.overflows); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if c.empty() != (tt.want == "0 0 0 0 0 0") {
				t.Errorf("empty is %t", c.empty())
			}
		})
	}
}

func TestWindowsAreKnownByTheirNames(t *testing.T) {
	w := window{1763719200, time.Unix(1763719261, 0).UTC()}
	if got, ok := parseWindow(w.name()); !ok || got != w {
		t.Errorf("%s is %v, %t", w.name(), got, ok)
	}
	for _, name := range []string{"", "G#ab#cd#12", "lanes/", "lanes/1", "lanes/1/x", "lanes/x/1", "lanes/1/2/3", "xlanes/1/2"} {
		if _, ok := parseWindow(name); ok || Owns(detection.Flush{Window: name}) {
			t.Errorf("%q is a window", name)
		}
	}
	if !Owns(w.flush()) || w.flush().First == "" {
		t.Error("a window's flush is not its own, or can't be written")
	}
	if wait := w.due().Sub(w.opened); wait < opened+Patience || wait > 3*hop {
		t.Errorf("due after %s", wait)
	}
}

// asked is a timer that counts.
type asked int

func (a *asked) After(context.Context, time.Duration, detection.Flush) error { *a++; return nil }

func TestMoreThanIsComparedIsSaid(t *testing.T) {
	store, timer, now := memory.New(), new(asked), time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	l := New(Options{Store: store, Timer: timer, Now: func() time.Time { return now }})
	l.most = 3
	w := window{now.Unix(), now}
	for i := range 3 {
		text, _ := json.Marshal(detail{Opened: now.Unix()})
		if err := store.Join(t.Context(), notesKey(detection.LaneBus, w.bucket), []state.Member{{ID: fmt.Sprint("a", i), At: now, Source: string(text)}}, now.AddDate(0, 0, 9)); err != nil {
			t.Fatal(err)
		}
	}
	now = w.due()
	if counts, own, err := l.Flush(t.Context(), w.flush()); err != nil || !own || counts != (detection.Lanes{}) {
		t.Errorf("%+v, %v", counts, err)
	}
	if report, err := Read(t.Context(), store, now, now); err != nil || len(report.Days) != 1 || report.Days[0].Overflows != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// Whoever can write into the queue could else have the function ask itself for ever.
func TestAWindowThatNobodyCanHaveOpenedIsDropped(t *testing.T) {
	timer, now := new(asked), time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	l := New(Options{Store: memory.New(), Timer: timer, Now: func() time.Time { return now }})
	for ahead, want := range map[time.Duration]asked{time.Hour: 1, 24 * time.Hour: 0} {
		*timer = 0
		if _, own, err := l.Flush(t.Context(), window{0, now.Add(ahead)}.flush()); err != nil || !own || *timer != want {
			t.Errorf("%s ahead: asked %d times, %v", ahead, *timer, err)
		}
	}
}

// Another run that makes the comparison is no failure, and this one is asked again.
func TestAComparisonThatIsBeingMadeIsNotMadeTwice(t *testing.T) {
	store, now := memory.New(), time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	l := New(Options{Store: store, Timer: new(asked), Now: func() time.Time { return now }})
	w := window{now.Unix(), now.Add(-time.Hour)}
	if _, err := store.Claim(t.Context(), cloudtrail.Digest(w.name()), "another", now, now.Add(lease)); err != nil {
		t.Fatal(err)
	}
	counts, _, err := l.Flush(t.Context(), w.flush())
	if !errors.Is(err, detection.ErrBusy) || counts.Failed != 0 {
		t.Errorf("%+v, %v", counts, err)
	}
	now = now.Add(lease)
	if _, _, err := l.Flush(t.Context(), w.flush()); err != nil {
		t.Error(err)
	}
}
