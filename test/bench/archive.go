package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	fast "github.com/klauspost/compress/gzip"
)

const (
	archiveFiles   = 40
	recordsPerFile = 2000
)

// archive compares the processor time for an archive with that of unpacking it.
func archive(ctx context.Context, w io.Writer, rounds int) error {
	b, err := newBench(ctx, 150, 1)
	if err != nil {
		return err
	}
	_, wanted := makeRules(150)
	var files [][]byte
	raw := 0
	for i := range archiveFiles {
		records := newRecorder(uint64(100+i), wanted, 0.01).records(recordsPerFile)
		for _, record := range records {
			raw += len(record) + 1
		}
		files = append(files, logFile(records))
	}
	var buffer bytes.Buffer
	standard := func(file []byte) { unpack(&buffer, must(gzip.NewReader(bytes.NewReader(file)))) }
	klauspost := func(file []byte) { unpack(&buffer, must(fast.NewReader(bytes.NewReader(file)))) }
	full := func(file []byte) {
		klauspost(file)
		for record := range split(buffer.Bytes()) {
			b.withIndex(ctx, record)
		}
	}
	rows := []struct {
		name string
		way  func([]byte)
	}{{"gunzip, klauspost/compress", klauspost}, {"gunzip, Go's own", standard}, {"trailbell, 150 rules, with klauspost/compress", full}}
	times := make([][]time.Duration, len(rows))
	for range rounds {
		for i, row := range rows {
			start := processorTime()
			for _, file := range files {
				row.way(file)
			}
			times[i] = append(times[i], processorTime()-start)
		}
	}
	fmt.Fprintf(w, "\n## An archive: %d files, %d records, %d MB unpacked, read from memory\n\n| way | processor ms | MB/s | times gunzip |\n|---|--:|--:|--:|\n",
		archiveFiles, archiveFiles*recordsPerFile, raw/1e6)
	var base time.Duration
	for i, row := range rows {
		slices.Sort(times[i])
		middle := times[i][len(times[i])/2]
		if i == 0 {
			base = middle
		}
		fmt.Fprintf(w, "| %s | %d | %.0f | %.2f |\n", row.name, middle.Milliseconds(), float64(raw)/1e6/middle.Seconds(), float64(middle)/float64(base))
	}
	return nil
}

func must[T any](v T, err error) T {
	fail(err)
	return v
}

func unpack(buffer *bytes.Buffer, r io.Reader) {
	buffer.Reset()
	_, err := buffer.ReadFrom(r)
	fail(err)
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var usage syscall.Rusage
	fail(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// split yields the records of a log file that this program made. It stands in for the
// reader, which has to find where each record ends, too.
func split(file []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		depth, start := 0, 0
		for i := bytes.IndexByte(file, '[') + 1; i < len(file); i++ {
			switch file[i] {
			case '"':
				for i++; file[i] != '"'; {
					i += bytes.IndexByte(file[i:], '"')
				}
			case '{':
				if depth++; depth == 1 {
					start = i
				}
			case '}':
				if depth--; depth == 0 && !yield(file[start:i+1]) {
					return
				}
			}
		}
	}
}
