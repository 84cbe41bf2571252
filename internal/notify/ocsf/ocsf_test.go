package ocsf_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
	"trailbell/internal/notify/ocsf"
)

// The goldens, properties and the fuzz target are in test/formats.

func ExampleRenderer_Alerts() {
	messages, err := ocsf.Renderer{}.Alerts([]detection.Alert{{ID: "7d0c", Severity: detection.High, Title: "Trail stopped"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var finding struct {
		Class string `json:"class_name"`
		Level string `json:"severity"`
		Info  struct {
			UID, Title string
		} `json:"finding_info"`
	}
	fmt.Println(json.Unmarshal([]byte(messages[0].Body), &finding), finding)
	// Output: <nil> {Detection Finding High {7d0c Trail stopped}}
}

// parsed is the finding of one alert.
func parsed(t *testing.T, a detection.Alert) map[string]any {
	t.Helper()
	messages, err := ocsf.Renderer{}.Alerts([]detection.Alert{a})
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(messages[0].Body), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

func TestALargeRecordIsCutAndSaysSo(t *testing.T) {
	tests := []struct {
		name, value string
		cut         bool
	}{
		{"a small record is whole", "x", false},
		{"a record of a megabyte", strings.Repeat("x", 1<<20), true},
		{"a record that grows when it is escaped", strings.Repeat(`"`, 40_000), true},
		{"a record of characters without ink", strings.Repeat("\u202e", 40_000), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document := parsed(t, detection.Alert{Record: map[string]any{"userAgent": test.value}})
			raw, size := document["raw_data"].(string), int(document["raw_data_size"].(float64))
			if written, err := notify.JSON(raw); err != nil || len(written) > 65_002 {
				t.Errorf("%d bytes inside the finding, %v", len(written), err)
			}
			_, truncated := document["metadata"].(map[string]any)["is_truncated"]
			if truncated != test.cut || strings.HasSuffix(raw, " bytes]") != test.cut || (size == len(raw)) == test.cut {
				t.Errorf("truncated: %v, %d of %d bytes, the end is %q", truncated, len(raw), size, raw[max(0, len(raw)-20):])
			}
		})
	}
}

// Whoever searches by address must be able to trust that it is one.
func TestOnlyWhatIsSureIsAnObservable(t *testing.T) {
	tests := []struct{ name, source, field, want string }{
		{"an address", "198.51.100.23", "ip", "198.51.100.23"},
		{"an IPv6 address", "2001:db8::17", "ip", "2001:db8::17"},
		{"a service", "kms.amazonaws.com", "svc_name", "kms.amazonaws.com"},
		{"an address with a zone", "fe80::1%eth0", "svc_name", "fe80::1%eth0"},
		{"almost an address", "198.51.100.23.", "svc_name", "198.51.100.23."},
		{"AWS's own words", "AWS Internal", "svc_name", "AWS Internal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document := parsed(t, detection.Alert{Actor: detection.Actor{Source: test.source}})
			from := document["evidences"].([]any)[0].(map[string]any)["src_endpoint"].(map[string]any)
			if len(from) != 1 || from[test.field] != test.want {
				t.Errorf("%v", from)
			}
			if _, observed := document["observables"]; observed != (test.field == "ip") {
				t.Errorf("observables: %v", document["observables"])
			}
		})
	}
}

func TestAFollowUpUpdatesTheFirstFinding(t *testing.T) {
	message, err := ocsf.Renderer{}.RollUp(detection.RollUp{ID: "2", First: "1", Count: 37, Severity: detection.Low, Title: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"activity_id":2`, `"type_uid":200402`, `"count":37`, `"finding_info":{"uid":"1"`, `"uid":"2"`} {
		if !strings.Contains(message.Body, part) {
			t.Errorf("%s is missing in %s", part, message.Body)
		}
	}
}
