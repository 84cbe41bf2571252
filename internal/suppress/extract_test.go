package suppress

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

func extractOf(t *testing.T, x *Extracts, rec cloudtrail.Record, rules ...detection.RuleID) cloudtrail.Record {
	t.Helper()
	text, err := x.Of(rec, rules)
	if err != nil {
		t.Fatal(err)
	}
	cut, err := cloudtrail.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return cut
}

// samples are the records of the repository's events.
func samples(t *testing.T) (all []cloudtrail.Record) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "events", "*.json"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	for _, file := range files {
		from, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for rec, problem := range (ingest.Reader{}).Records(from, file) {
			if problem == nil {
				all = append(all, rec)
			}
		}
		_ = from.Close()
	}
	return all
}

// spoilt are records that AWS does not write.
func spoilt(t *testing.T) (all []cloudtrail.Record) {
	t.Helper()
	for _, text := range []string{
		`{"eventSource":"s","eventName":"n"}`,
		`{"eventSource":"s","eventName":"n","requestParameters":{"secret":"no id, so all of it is the key"}}`,
		`{"insightDetails":{"eventSource":"s","eventName":"n"},"eventID":"1"}`,
		`{"eventSource":"s","eventName":"n","eventID":"1","userIdentity":"text","requestParameters":["x"],"responseElements":7}`,
		`{"eventSource":"s","eventName":"n","eventID":"1","eventID":"2","eventTime":5,"recipientAccountId":null}`,
		`{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventID":"1","responseElements":{"ConsoleLogin":"Failure"}}`,
		`{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventID":"1","errorMessage":"Failed authentication"}`,
		`{"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","eventID":"1","errorCode":"Failure",` + user + `}`,
		`{"eventSource":"s","eventName":"n","eventID":"1","sourceIPAddress":"198.51.100.1","vpcEndpointId":"vpce-1"}`,
		`{"eventSource":"s","eventName":"n","eventID":"1","sourceIPAddress":"198.51.100.1","requestParameters":{"bucketName":"b","key":"k"}}`,
		"{\"eventSource\":\"s\",\"eventName\":\"n\",\"eventID\":\"\xff\\ud800\",\"requestParameters\":{\"bucketName\":[{\"a\":1},2]}}",
	} {
		rec, err := cloudtrail.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rec)
	}
	return all
}

// Whatever rule fires on whatever record, nothing is decided otherwise by the extract.
func TestAnExtractIsDecidedOnLikeItsRecord(t *testing.T) {
	set, err := ruleset.Load(context.Background(), ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules.FS}}})
	if err != nil {
		t.Fatal(err)
	}
	var exceptions []detection.Exception
	for _, rule := range set.Rules {
		exceptions = append(exceptions, detection.Exception{
			Rule: rule.ID, Owner: "o", At: string(rule.ID), Expires: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
			Where: map[string][]string{"userIdentity.sessionContext.sessionIssuer.userName|requestParameters.userName": {"*a*"}, "userAgent": {"*"}},
		})
	}
	options := Options{Timer: noTimer{}, Exceptions: exceptions, Log: slog.New(slog.DiscardHandler)}
	excepting := New(options)
	exempting := map[string]*Suppressor{}
	for list, entry := range map[string]string{"principals.x": "*a*", "networks.x": "198.51.100.0/24", "accounts.x": "1*", "buckets.x": "b*", "regions.x": "us-*"} {
		exempting[list] = New(Options{Timer: noTimer{}, Lists: map[string][]string{list: {entry}}, Log: slog.New(slog.DiscardHandler)})
	}
	x, now, compared := NewExtracts(set.Rules, exceptions), time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), 0
	for n, rec := range append(spoilt(t), samples(t)...) {
		for i, rule := range set.Rules {
			if testing.Short() && n >= 11 && (n+i)%10 > 0 {
				continue // all of it takes ten seconds
			}
			cut := extractOf(t, x, rec, rule.ID)
			compared++
			f := detection.Finding{Rule: rule, Severity: detection.Medium}
			if diff := cmp.Diff(excepting.finding(rec, f, now), excepting.finding(cut, f, now), cmp.AllowUnexported(matter{}, about{})); diff != "" {
				t.Fatalf("%s on %s: %s", rule.ID, rec.Bytes(), diff)
			}
			for list, s := range exempting {
				f.Rule.Exempt = []string{list}
				if diff := cmp.Diff(s.static(rec, f, now), s.static(cut, f, now), cmp.AllowUnexported(static{})); diff != "" {
					t.Fatalf("%s on %s: %s", list, rec.Bytes(), diff)
				}
			}
			f.Rule.Exempt = nil
			if diff := cmp.Diff(excepting.static(rec, f, now), excepting.static(cut, f, now), cmp.AllowUnexported(static{})); diff != "" {
				t.Fatalf("%s on %s: %s", rule.ID, rec.Bytes(), diff)
			}
		}
	}
	if compared < 2_000 {
		t.Errorf("only %d were compared", compared)
	}
}

func TestAnExtractHoldsNoSecretOfACall(t *testing.T) {
	rec, err := cloudtrail.Parse([]byte(`{"eventSource":"iam.amazonaws.com","eventName":"CreateLoginProfile","eventID":"1",` +
		`"errorMessage":"hidden","requestParameters":{"userName":"ann","password":"hidden"},"responseElements":{"key":"hidden"},` +
		`"tlsDetails":{"x":"hidden"},"list":[{"name":"a","value":"hidden"},{"name":"b"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	x := NewExtracts([]detection.Rule{{ID: "a.b", GroupBy: []string{"requestParameters.userName", "list.name", "requestParameters.absent"}}}, nil)
	text, err := x.Of(rec, []detection.RuleID{"a.b"})
	if err != nil || strings.Contains(string(text), "hidden") {
		t.Errorf("%s, %v", text, err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"eventSource": "iam.amazonaws.com", "eventName": "CreateLoginProfile", "eventID": "1", "errorMessage": "-",
		"requestParameters": map[string]any{"userName": "ann"},
		"list":              []any{map[string]any{"name": "a"}, map[string]any{"name": "b"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
