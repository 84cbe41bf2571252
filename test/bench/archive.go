package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"time"

	fast "github.com/klauspost/compress/gzip"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/ingest"
)

const (
	archiveRules   = 150
	archiveFiles   = 40
	recordsPerFile = 2000
)

// An archiveFile is a log file as a trail delivers it.
type archiveFile struct {
	packed []byte
	raw    int // bytes unpacked
}

func makeArchive(files int) (made []archiveFile, raw int) {
	_, wanted := makeRules(archiveRules)
	for i := range files {
		packed, size := logFile(newRecorder(uint64(100+i), wanted, 0.01).records(recordsPerFile))
		made = append(made, archiveFile{packed, size})
		raw += size
	}
	return made, raw
}

// archive compares the processor time for an archive with that of unpacking it. Every row
// does what the one before it does, and one thing more.
func archive(ctx context.Context, w io.Writer, rounds int) error {
	d, err := deploy(ctx, archiveRules)
	if err != nil {
		return err
	}
	files, raw := makeArchive(archiveFiles)
	fired := 0
	rows := []archiveWay{
		{"gunzip, klauspost/compress", func(file []byte) { unpack(must(fast.NewReader(bytes.NewReader(file)))) }},
		{"gunzip, Go's own", func(file []byte) { unpack(must(gzip.NewReader(bytes.NewReader(file)))) }},
		{"trailbell reads", func(file []byte) { d.read(file, func(cloudtrail.Record) {}) }},
		{"trailbell reads and selects from 150 rules", func(file []byte) { d.read(file, func(rec cloudtrail.Record) { d.index.Select(rec) }) }},
		{"trailbell reads, selects and evaluates", func(file []byte) {
			d.read(file, func(rec cloudtrail.Record) { fired += d.judge(ctx, rec) })
		}},
	}
	times := timeArchive(rows, files, 2*rounds+1)
	fmt.Fprintf(w, "\n## An archive: %d files, %d records, %d MB unpacked, read from memory\n\n| way | processor ms | MB/s | µs a record | times gunzip |\n|---|--:|--:|--:|--:|\n",
		archiveFiles, archiveFiles*recordsPerFile, raw/1e6)
	for i, row := range rows {
		middle := middleOf(times[i])
		fmt.Fprintf(w, "| %s | %d | %.0f | %.2f | %.2f |\n", row.name, middle.Milliseconds(), float64(raw)/1e6/middle.Seconds(),
			float64(middle.Nanoseconds())/1e3/(archiveFiles*recordsPerFile), middleRatio(times[i], times[0]))
	}
	fmt.Fprintf(w, "\nOf all records, %.1f %% concern a rule that fires.\n", 100*float64(fired)/float64((2*rounds+2)*archiveFiles*recordsPerFile))
	return nil
}

// An archiveWay is one way to go through a file.
type archiveWay struct {
	name string
	way  func(file []byte)
}

// timeArchive takes each way through all files, in turns: what disturbs a round disturbs
// every way. The first round is for nothing but to warm up.
func timeArchive(rows []archiveWay, files []archiveFile, rounds int) [][]time.Duration {
	times := make([][]time.Duration, len(rows))
	for round := range rounds + 1 {
		for i, row := range rows {
			runtime.GC() // of what the way before left
			start := processorTime()
			for _, file := range files {
				row.way(file.packed)
			}
			if round > 0 {
				times[i] = append(times[i], processorTime()-start)
			}
		}
	}
	return times
}

// middleRatio is the median of the ratios of the same round.
func middleRatio(times, base []time.Duration) float64 {
	ratios := make([]float64, len(times))
	for i := range times {
		ratios[i] = float64(times[i]) / float64(base[i])
	}
	return middleOf(ratios)
}

func middleOf[T float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func must[T any](v T, err error) T {
	fail(err)
	return v
}

func unpack(r io.Reader) {
	_, err := io.Copy(io.Discard, r)
	fail(err)
}

// read takes the records out of a file that has nothing else.
func (d *deployed) read(file []byte, use func(cloudtrail.Record)) {
	for rec, problem := range (ingest.Reader{Paths: d.index.Paths(), Fleeting: true}).Records(bytes.NewReader(file), "here") {
		if problem != nil {
			fail(fmt.Errorf("%s: %s", problem.What, problem.Why))
		}
		use(rec)
	}
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var usage syscall.Rusage
	fail(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
