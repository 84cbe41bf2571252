package main

import (
	"strings"
	"testing"
	"time"

	"trailbell/internal/detection"
)

func TestStateOfExceptions(t *testing.T) {
	// Through 31 March: it ends when April begins.
	e := detection.Exception{Expires: time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)}
	for _, tt := range []struct{ name, now, want string }{
		{"long before", "2027-03-01T12:00:00Z", "active, expires in 30 days"},
		{"the day before its last", "2027-03-30T23:59:59Z", "active, expires tomorrow"},
		{"its last day begins", "2027-03-31T00:00:01Z", "active, today is its last day"},
		{"the last second of its last day", "2027-03-31T23:59:59Z", "active, today is its last day"},
		{"midnight after its last day", "2027-04-01T00:00:00Z", "expired on 2027-03-31"},
		{"its last day is over in UTC, and not where we are", "2027-03-31T20:00:00-06:00", "expired on 2027-03-31"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := exceptionState(e, now); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestUseOfExceptions(t *testing.T) {
	all := []detection.Exception{
		{At: "x.yaml:9", Rule: "b.second", Owner: "them", Reason: "Never seen.", Expires: time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)},
		{At: "x.yaml:1", Rule: "a.first", Owner: "us", Reason: "Kiosks.", Ticket: "T-1", Expires: time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)},
	}
	used := func(e detection.Exception) (time.Time, bool) {
		return time.Date(2027, 2, 3, 4, 5, 6, 0, time.UTC), e.Rule == "a.first"
	}
	var out strings.Builder
	listExceptions(&out, all, time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), used)
	const want = `
EXCEPTION OF  OWNER  STATE
a.first       us     active, expires in 31 days, last used on 2027-02-03
    x.yaml:1: Kiosks. (T-1)
b.second      them   active, expires in 31 days, never used
    x.yaml:9: Never seen.
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
	out.Reset()
	listExceptions(&out, all[1:], time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), nil)
	if !strings.Contains(out.String(), "use unknown") {
		t.Errorf("got %s", out.String())
	}
}
