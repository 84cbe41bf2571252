package ingest_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/ingest"
)

// told is what a loop sees of a payload, turn by turn.
func told(reader ingest.Reader, payload io.Reader) (lines []string) {
	for rec, problem := range reader.Records(payload, "here") {
		if problem != nil {
			lines = append(lines, problem.What+": "+problem.Why)
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %v %q %s", rec.EventID(), rec.EventSource(), rec.EventName(), rec.Test, rec.Notes(), rec.Bytes()))
	}
	return lines
}

func TestAFleetingRecordIsTheSameInItsTurn(t *testing.T) {
	payloads := map[string]string{
		"a log file":                  logFile(t, 200),
		"lines, some of them damaged": strings.Repeat(rec("a")+"\n{\"x\":\n"+rec("b")+"\n", 30),
		"an event":                    event("AWS API Call via CloudTrail", "aws.ec2", rec("a")),
		"a record behind a list":      `{"Records":[` + rec("a") + `,{"eventSource":"s"},` + rec("b") + `],"eventName":"n","eventSource":"s"}`,
		"a key twice":                 list(rec("a"), `{"eventSource":"s","eventName":"n","eventName":"m"}`, rec("b")),
		"a mark":                      "\uFEFF" + rec("a") + "\n" + rec("b"),
	}
	paths := cloudtrail.NewPaths([][]string{{"eventName"}})
	for name, payload := range payloads {
		t.Run(name, func(t *testing.T) {
			want := told(ingest.Reader{}, strings.NewReader(payload))
			reader := ingest.Reader{Fleeting: true, Paths: paths}
			for _, from := range []io.Reader{strings.NewReader(payload), iotest.HalfReader(strings.NewReader(payload)), strings.NewReader(zipped(t, payload))} {
				if diff := cmp.Diff(want, told(reader, from)); diff != "" {
					t.Errorf("-copied +fleeting:\n%s", diff)
				}
			}
		})
	}
}

// A list keeps what a loop was given; only a reader that was told so takes it back.
func TestRecordsMayBeKept(t *testing.T) {
	payload := logFile(t, 500)
	want := told(ingest.Reader{}, strings.NewReader(payload))
	var kept []cloudtrail.Record
	for rec, problem := range (ingest.Reader{}).Records(iotest.HalfReader(strings.NewReader(payload)), "here") {
		if problem != nil {
			t.Fatal(*problem)
		}
		kept = append(kept, rec)
	}
	told(ingest.Reader{}, strings.NewReader(strings.Repeat(rec("other")+"\n", 1000))) // takes the same memory, where it is free
	for i, rec := range kept {
		if got := fmt.Sprintf("%s %s %s %v %q %s", rec.EventID(), rec.EventSource(), rec.EventName(), rec.Test, rec.Notes(), rec.Bytes()); got != want[i] {
			t.Fatalf("record %d was %s\nand became %s", i, want[i], got)
		}
	}
}

func TestAFleetingRecordTakesNoAllocation(t *testing.T) {
	payload := list(strings.Split(strings.TrimSuffix(strings.Repeat(rec("a")+"\n", 1000), "\n"), "\n")...)
	reader := ingest.Reader{Fleeting: true}
	allocated := testing.AllocsPerRun(5, func() {
		for _, problem := range reader.Records(strings.NewReader(payload), "here") {
			if problem != nil {
				t.Fatal(*problem)
			}
		}
	})
	if allocated > 200 { // with what a new scanner learns
		t.Errorf("%v allocations for 1000 records", allocated)
	}
}
