package pipeline_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

func TestTheLogKeepsWhatCouldNotBeRead(t *testing.T) {
	tests := []struct {
		name string
		raw  *detection.Excerpt
		want map[string]any
	}{
		{"text as it is", &detection.Excerpt{From: 7, Size: 90_000, Begin: []byte(`{"eventName":}`), SHA256: "ab"}, map[string]any{"raw": `{"eventName":}`, "raw_from": 7.0, "raw_bytes": 90_000.0, "raw_sha256": "ab"}},
		{"other bytes so that none is lost", &detection.Excerpt{Size: 2, Begin: []byte{0xff, 0}, SHA256: "cd"}, map[string]any{"raw_base64": "/wA=", "raw_from": 0.0, "raw_bytes": 2.0, "raw_sha256": "cd"}},
		{"nothing where nothing is known", nil, map[string]any{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			p := (&stages{}).pipeline()
			p.Log = slog.New(slog.NewJSONHandler(&log, nil))
			_, err := p.Run(t.Context(), func(yield func(cloudtrail.Record, *detection.Problem) bool) {
				yield(cloudtrail.Record{}, &detection.Problem{What: "x", Raw: test.raw})
			})
			if err != nil {
				t.Fatal(err)
			}
			line := map[string]any{}
			if err := json.Unmarshal(log.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			for key := range line {
				if len(key) < 3 || key[:3] != "raw" {
					delete(line, key)
				}
			}
			if diff := cmp.Diff(test.want, line); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
