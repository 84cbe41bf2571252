package cloudtrail_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"trailbell/internal/cloudtrail"
)

// samples are the records of events/, each on one line.
func samples(b testing.TB) [][]byte {
	b.Helper()
	files, err := filepath.Glob("../../events/*.json")
	if err != nil || len(files) == 0 {
		b.Fatal("no samples", err)
	}
	var found [][]byte
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		var event struct{ Detail any }
		if json.Unmarshal(raw, &event) != nil || event.Detail == nil {
			continue
		}
		text, err := json.Marshal(event.Detail)
		if err != nil {
			b.Fatal(err)
		}
		found = append(found, text)
	}
	return found
}

// each runs a benchmark over all samples and reports nanoseconds a record.
func each(b *testing.B, do func(text []byte)) {
	records := samples(b)
	size := 0
	for _, text := range records {
		size += len(text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range records {
			do(text)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/record")
}

func BenchmarkScan(b *testing.B) {
	var s cloudtrail.Scanner
	each(b, func(text []byte) {
		s.Reset()
		if _, err := s.Scan(text); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkScanAndHeader(b *testing.B) {
	var s cloudtrail.Scanner
	each(b, func(text []byte) {
		s.Reset()
		if _, err := s.Scan(text); err != nil {
			b.Fatal(err)
		}
		rec, err := s.Record(text)
		if err != nil || rec.EventName() == "" || rec.EventSource() == "" || rec.Doubtful() {
			b.Fatal(err)
		}
	})
}

func BenchmarkFields(b *testing.B) {
	var s cloudtrail.Scanner
	each(b, func(text []byte) {
		s.Reset()
		_, _ = s.Scan(text)
		rec, err := s.Record(text)
		if err != nil || len(rec.Fields()) == 0 {
			b.Fatal(err)
		}
	})
}

func BenchmarkFieldsByEncodingJSON(b *testing.B) {
	each(b, func(text []byte) {
		var fields map[string]any
		if json.Unmarshal(text, &fields) != nil || len(fields) == 0 {
			b.Fatal("no fields")
		}
	})
}
