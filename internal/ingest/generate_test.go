package ingest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// logFile is a log file of n records like those of events/, with ids, times and addresses
// of their own, so that it compresses as real ones do. It is always the same.
func logFile(t testing.TB, n int) string {
	t.Helper()
	files, err := filepath.Glob("../../events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	var templates []map[string]any
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var event struct{ Detail map[string]any }
		if json.Unmarshal(raw, &event) == nil && event.Detail != nil {
			templates = append(templates, event.Detail)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	records := make([]string, n)
	for i := range records {
		record := templates[random.IntN(len(templates))]
		record["eventID"] = fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Uint64()>>16)
		record["requestID"] = fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64())
		record["eventTime"] = at.Add(time.Duration(random.IntN(300)) * time.Second).Format(time.RFC3339)
		record["sourceIPAddress"] = fmt.Sprintf("192.0.2.%d", random.IntN(256))
		text, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		records[i] = string(text)
	}
	return list(records...)
}
