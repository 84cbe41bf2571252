package ingest_test

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"trailbell/internal/ingest"
)

var fuzzSeeds = []string{
	"", " \n", "{}", "null", "[]", `"s"`, "5", "\uFEFF{}", `{"Records":[]}`, `{"Records":null}`, `{"Records":{}}`,
	`{"key1":"value1"}`, `{"trailbell":"test"}`, `{"trailbell":1}`, `{"Records":[`, `{"Records":[{}`, `{"Records":[[`,
	`{"x":`, `{"x":[`, `{"x":"`, `{"x"`, "{", "}", "]", ",", "{}}", `{"Records":[]`, "{}\n{bad\n{}", "{\"a\":1\n{\"b\":2}\n", `{"Records":[1 2,,3]}`,
	rec("a"), rec("a") + "\n" + rec("b"), list(rec("a"), rec("b")), list(rec("a"), `{"eventName":}`, rec("b")),
	event("AWS API Call via CloudTrail", "aws.ec2", rec("a")), event("x", "aws.ec2", rec("a")), event("AWS API Call via CloudTrail", "x", rec("a")),
	`{"eventSource":"s","eventName":"n","x":1e999999999}`, `{"eventSource":"s","eventName":"n","eventName":"m"}`,
	`{"Records":[` + rec("a") + `],"detail-type":1}`, "\x1f\x8b\x08", "\x00\xff\ufffd", `"\b`, `"\b\`, `{"Records":[{},`, `{"Records":null,"detail-type":"x"`, `],{"a":1}`, `[{"a":[{}`,
	`{"Records":[` + rec("a") + `],"Records":[` + rec("b") + `}`, `{"x":[,{"eventSource":"s","eventName":"n"},` + rec("a") + `]`,
}

// FuzzRecords reads any bytes: nothing panics, problems are whole, and silence has a reason.
func FuzzRecords(f *testing.F) {
	for _, seed := range slices.Concat(fuzzSeeds, parcelSeeds) {
		f.Add([]byte(seed))
		f.Add([]byte(zipped(f, seed)))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		got := read(t, strings.NewReader(string(payload)))
		if len(got) == 0 && !strings.HasPrefix(string(payload), "\x1f\x8b") && !maySayNothing(string(payload)) {
			t.Errorf("neither a record nor a problem")
		}
		for stop := 1; stop <= min(len(got), 3); stop++ {
			n := 0
			for range (ingest.Reader{}).Records(strings.NewReader(string(payload)), "here") {
				if n++; n == stop {
					break
				}
			}
			if n != stop {
				t.Errorf("%d records and problems, %d when stopped after %d", len(got), n, stop)
			}
		}
	})
}

// maySayNothing says whether a payload holds neither records nor anything unknown: only
// empty objects, and empty lists of records.
func maySayNothing(payload string) bool {
	decoder := json.NewDecoder(strings.NewReader(strings.TrimPrefix(payload, "\uFEFF")))
	for values := 0; ; values++ {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return values > 0
		}
		if parcel, isParcel, _ := ingest.Open(raw); isParcel {
			if slices.ContainsFunc(parcel.Items, func(item ingest.Item) bool { return item.Err != nil || !mayCarryNothing(string(item.Body)) }) {
				return false
			}
			continue
		}
		var object map[string]any
		err = errors.Join(err, json.Unmarshal(raw, &object))
		records, listed := object["Records"]
		items, isList := records.([]any)
		empty := object != nil && len(object) == 0 || listed && (records == nil || isList && len(items) == 0)
		if err != nil || !empty {
			return false
		}
	}
}

// mayCarryNothing is maySayNothing for what a parcel carries, of which gzip is not looked into.
func mayCarryNothing(body string) bool {
	return strings.HasPrefix(body, "\x1f\x8b") || maySayNothing(body)
}

// FuzzDamageBeforeALine puts any bytes before a record on a line of its own: it is found,
// once, whatever they are.
func FuzzDamageBeforeALine(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add([]byte(seed))
		f.Add([]byte(seed + "\n" + seed))
	}
	f.Fuzz(func(t *testing.T, damage []byte) {
		if strings.HasPrefix(string(damage), "\x1f\x8b") {
			return
		}
		found := 0
		for _, id := range read(t, strings.NewReader(string(damage)+"\n"+rec("needle")+"\n")) {
			if id == "needle" {
				found++
			}
		}
		if found != 1 {
			t.Errorf("found %d times", found)
		}
	})
}
