package ingest_test

import (
	"bytes"
	stdgzip "compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/ingest"
)

const benchRecords = 2000

// perRecord runs a benchmark of something that reads a log file. It reports the time of
// the fastest run too, which is the one that other programs disturbed least.
func perRecord(b *testing.B, payload string, do func(r io.Reader)) {
	size := len(logFile(b, benchRecords))
	b.SetBytes(int64(size))
	b.ReportAllocs()
	fastest := time.Hour
	for b.Loop() {
		start := time.Now()
		do(strings.NewReader(payload))
		fastest = min(fastest, time.Since(start))
	}
	b.ReportMetric(float64(fastest.Nanoseconds())/benchRecords, "best-ns/record")
	b.ReportMetric(float64(size)/1e6/fastest.Seconds(), "best-MB/s")
}

func BenchmarkGunzipWithStandardLibrary(b *testing.B) {
	perRecord(b, zipped(b, logFile(b, benchRecords)), func(r io.Reader) {
		unzipped, err := stdgzip.NewReader(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, unzipped); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkGunzip(b *testing.B) {
	perRecord(b, zipped(b, logFile(b, benchRecords)), func(r io.Reader) {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, unzipped); err != nil {
			b.Fatal(err)
		}
	})
}

func readAll(b *testing.B, use func(cloudtrail.Record)) func(io.Reader) {
	return func(r io.Reader) {
		n := 0
		for rec, problem := range (ingest.Reader{}).Records(r, "here") {
			if problem != nil {
				b.Fatal(*problem)
			}
			use(rec)
			n++
		}
		if n != benchRecords {
			b.Fatalf("%d records", n)
		}
	}
}

// BenchmarkSplit is the cost of finding and checking the records' bytes alone.
func BenchmarkSplit(b *testing.B) {
	var s cloudtrail.Scanner
	payload := []byte(logFile(b, benchRecords))
	perRecord(b, "", func(io.Reader) {
		rest := bytes.TrimPrefix(payload, []byte(`{"Records":[`))
		for range benchRecords {
			s.Reset()
			end, err := s.Scan(rest)
			if err != nil {
				b.Fatal(err)
			}
			rest = rest[end+1:]
		}
	})
}

func BenchmarkRecords(b *testing.B) {
	perRecord(b, logFile(b, benchRecords), readAll(b, func(rec cloudtrail.Record) {
		if rec.EventName() == "" || rec.EventSource() == "" || rec.Doubtful() {
			b.Fatal("a record without a name")
		}
	}))
}

func BenchmarkRecordsOfGzip(b *testing.B) {
	perRecord(b, zipped(b, logFile(b, benchRecords)), readAll(b, func(rec cloudtrail.Record) {
		if rec.EventName() == "" || rec.EventSource() == "" || rec.Doubtful() {
			b.Fatal("a record without a name")
		}
	}))
}

func BenchmarkFields(b *testing.B) {
	perRecord(b, logFile(b, benchRecords), readAll(b, func(rec cloudtrail.Record) {
		if len(rec.Fields()) == 0 {
			b.Fatal("a record without fields")
		}
	}))
}

func BenchmarkEncodingJSON(b *testing.B) {
	perRecord(b, logFile(b, benchRecords), func(r io.Reader) {
		decoder := json.NewDecoder(r)
		decoder.UseNumber()
		var file struct{ Records []map[string]any }
		if err := decoder.Decode(&file); err != nil || len(file.Records) != benchRecords {
			b.Fatal(err)
		}
	})
}
