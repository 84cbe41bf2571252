package statetest

import (
	"strings"
	"time"

	"trailbell/internal/state"
)

func entry(by string, from, until float64) state.Entry {
	return state.Entry{By: by, From: at(from), Until: at(until), Info: "of " + by}
}

var entryCases = []contractCase{
	{"who comes first leads", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
	}},
	{"who comes later is told who leads, and changes nothing", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.lead("key", entry("you", 1, 99), at(1), entry("me", 0, 60))
		a.lead("key", entry("them", 2, 99), at(59.999), entry("me", 0, 60))
	}},
	{"an entry is over at the very moment of its end", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.lead("key", entry("you", 60, 120), at(60), entry("you", 60, 120))
		a.lead("key", entry("me", 61, 121), at(61), entry("you", 60, 120))
	}},
	{"who leads and asks again gets the entry that is there", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		again := entry("me", 10, 70)
		again.Info = "other"
		a.lead("key", again, at(10), entry("me", 0, 60))
	}},
	{"who led and asks after the end leads anew", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.lead("key", entry("me", 80, 140), at(80), entry("me", 80, 140))
	}},
	{"the opener extends", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.extend("key", "me", at(90))
		a.lead("key", entry("you", 70, 130), at(70), entry("me", 0, 90))
		a.lead("key", entry("you", 90, 150), at(90), entry("you", 90, 150))
	}},
	{"the opener ends it early", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.extend("key", "me", at(10))
		a.lead("key", entry("you", 10, 70), at(10), entry("you", 10, 70))
	}},
	{"nobody else extends", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.extend("key", "you", at(90))
		a.lead("key", entry("you", 60, 120), at(60), entry("you", 60, 120))
		a.extend("key", "me", at(500))
		a.lead("key", entry("me", 119, 180), at(119), entry("you", 60, 120))
	}},
	{"an entry that is over is extended while nobody else has led", func(a asker) {
		a.lead("key", entry("me", 0, 60), at(0), entry("me", 0, 60))
		a.extend("key", "me", at(120))
		a.lead("key", entry("you", 70, 130), at(70), entry("me", 0, 120))
	}},
	{"extending what is not there does nothing", func(a asker) {
		a.extend("key", "me", at(90))
		a.extend("key", "", at(90))
		a.lead("key", entry("you", 1, 61), at(1), entry("you", 1, 61))
	}},
	{"an entry that is over when it is put is returned, and lets the next one lead", func(a asker) {
		a.lead("key", entry("me", -60, -1), at(0), entry("me", -60, -1))
		a.lead("key", entry("you", 0, 60), at(0), entry("you", 0, 60))
	}},
	{"what the opener wants to know comes back as it was", func(a asker) {
		for key, info := range map[string]string{
			"empty": "", "json": `{"title":"a \"b\" & <c>\\n"}`, "lines": "a\r\nb\x00c\t",
			"unicode": "Größe 大きさ 🔔 \u202e\ufeff", "long": strings.Repeat("é", 5000),
		} {
			e := entry("me", 0, 60)
			e.Info = info
			a.lead(key, e, at(0), e)
			a.lead(key, entry("you", 1, 61), at(1), e)
		}
	}},
	{"times with parts of a second survive, and odd ones", func(a asker) {
		for key, from := range map[string]time.Time{
			"milliseconds": at(0.123), "none": {}, "before 1970": time.Date(1969, 12, 31, 23, 59, 59, 123_456_789, time.UTC),
			"far": time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), "farther": time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC),
		} {
			e := state.Entry{By: "me", From: from, Until: at(60.75)}
			a.lead(key, e, at(0), e)
			a.lead(key, entry("you", 0, 99), at(60.749), e)
		}
	}},
}
