package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// told is the event history of one region: an event each so many seconds, newest first,
// two a page.
type told struct {
	name  string
	every int // seconds
	from  time.Time
	calls []time.Time
	fails error
}

func (h *told) LookupEvents(_ context.Context, in *cloudtrail.LookupEventsInput, _ ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error) {
	h.calls = append(h.calls, time.Now())
	if h.fails != nil {
		return nil, h.fails
	}
	var all []types.Event
	for at := h.from; !at.After(*in.EndTime); at = at.Add(time.Duration(h.every) * time.Second) {
		if !at.Before(*in.StartTime) {
			record := fmt.Sprintf(`{"eventName":"A","eventSource":"x","eventID":"%s %s"}`, h.name, at.Format("15:04:05"))
			all = append([]types.Event{{EventTime: aws.Time(at), CloudTrailEvent: &record}}, all...)
		}
	}
	begin := 0
	if in.NextToken != nil {
		fmt.Sscan(*in.NextToken, &begin)
	}
	out := &cloudtrail.LookupEventsOutput{Events: all[begin:min(begin+2, len(all))]}
	if begin+2 < len(all) {
		out.NextToken = aws.String(fmt.Sprint(begin + 2))
	}
	return out, nil
}

func TestHistoryComesOnceAndOldestFirst(t *testing.T) {
	from := noon.Add(-90 * time.Minute)
	p := &past{from: from, until: noon, regions: []*place{
		{name: "a", api: &told{name: "a", every: 900, from: from}},
		{name: "b", api: &told{name: "b", every: 1800, from: from.Add(time.Second)}},
	}}
	text, err := io.ReadAll(p.reader(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for l := range strings.Lines(string(text)) {
		var record struct{ EventID string }
		if err := json.Unmarshal([]byte(l), &record); err != nil {
			t.Fatal(err)
		}
		got = append(got, record.EventID)
	}
	want := []string{
		"a 10:30:00", "b 10:30:01", "a 10:45:00", "a 11:00:00", "b 11:00:01",
		"a 11:15:00", "a 11:30:00", "b 11:30:01", "a 11:45:00", "a 12:00:00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTwoCallsOfARegionAreHalfASecondApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := &told{every: 60, from: noon.Add(-time.Hour)}
		p := &past{from: region.from, until: noon, every: historyEvery, regions: []*place{{api: region}}}
		if _, err := io.Copy(io.Discard, p.reader(t.Context())); err != nil {
			t.Fatal(err)
		}
		if len(region.calls) < 30 {
			t.Errorf("%d calls for 61 events, two a page", len(region.calls))
		}
		for i := 1; i < len(region.calls); i++ {
			if gap := region.calls[i].Sub(region.calls[i-1]); gap < historyEvery {
				t.Fatalf("call %d came %s after the one before", i, gap)
			}
		}
	})
}

func TestHistoryThatBreaksOffSaysWhere(t *testing.T) {
	p := &past{from: noon, until: noon, regions: []*place{{name: "eu-west-9", api: &told{fails: errors.New("no")}}}}
	if _, err := io.ReadAll(p.reader(t.Context())); err == nil || err.Error() != "event history of eu-west-9: no" {
		t.Errorf("error %v", err)
	}
	ctx, stop := context.WithCancelCause(t.Context())
	stop(errors.New("enough"))
	p.every = time.Hour
	p.regions[0].last = time.Now()
	if _, err := io.ReadAll(p.reader(ctx)); err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("error %v", err)
	}
}

func TestSlicesFollowWhatHappens(t *testing.T) {
	for _, tt := range []struct {
		length time.Duration
		events int
		want   time.Duration
	}{
		{15 * time.Minute, 0, 30 * time.Minute},
		{5 * time.Hour, 100, 6 * time.Hour},
		{15 * time.Minute, 1000, 15 * time.Minute},
		{15 * time.Minute, 5000, 450 * time.Second},
		{time.Minute, 90_000, time.Minute},
	} {
		if got := sliceAfter(tt.length, tt.events); got != tt.want {
			t.Errorf("%s with %d events: %s, want %s", tt.length, tt.events, got, tt.want)
		}
	}
}

// standIn is what answers in place of AWS.
func standIn(t *testing.T, handler http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLE",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-central-1",
	} {
		t.Setenv(name, value)
	}
}

const (
	stopped = `{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","eventID":"%d","eventTime":"2026-05-04T10:00:00Z","recipientAccountId":"%d"}`
	gone    = `# METADATA
# title: Trail gone
# description: Nobody sees any more what happens.
# custom: {severity: low}
package rules.mine.gone

match if input.eventName == "StopLogging"
`
)

// lookups answers calls of LookupEvents one after the other; what has no answer is empty.
func lookups(t *testing.T, calls *int, answers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Amz-Target"); !strings.HasSuffix(got, ".LookupEvents") {
			t.Errorf("asked for %q", got)
		}
		answer := `{"Events":[]}`
		if *calls < len(answers) {
			answer = answers[*calls]
		}
		*calls++
		if strings.Contains(answer, "__type") {
			w.WriteHeader(http.StatusBadRequest)
		}
		fmt.Fprint(w, answer)
	}
}

// events is an answer with records, as text in JSON.
func events(token string, records ...string) string {
	var all []map[string]any
	for i, record := range records {
		event := map[string]any{"EventId": fmt.Sprint(i), "EventTime": 1777888800}
		if record != "" {
			event["CloudTrailEvent"] = record
		}
		all = append(all, event)
	}
	text, _ := json.Marshal(map[string]any{"Events": all, "NextToken": token})
	return strings.Replace(string(text), `"NextToken":""`, `"NextToken":null`, 1)
}

func TestRunReadsTheEventHistory(t *testing.T) {
	one, two := fmt.Sprintf(stopped, 1, 111122223333), fmt.Sprintf(stopped, 2, 444455556666)
	tests := []struct {
		name    string
		answers []string
		calls   int
		code    int
		alerts  int
		says    string
	}{
		{"nothing happened", nil, 1, 0, 0, "0 records"},
		{"pages follow one another", []string{events("more", one), events("", two)}, 2, 0, 2, "2 records"},
		{"throttled calls are made again", []string{`{"__type":"ThrottlingException","message":"Rate exceeded"}`, events("", one)}, 2, 0, 1, "1 record "},
		{"a refused call is a problem", []string{`{"__type":"AccessDeniedException","message":"may not"}`}, 1, 1, 0, "0 records"},
		{"an event without a record is a problem, and hides none", []string{events("", one, "", two)}, 1, 1, 2, "2 records"},
		{"a damaged record hides none", []string{events("", two, `{"eventName": "x`, one)}, 1, 1, 2, "2 records"},
		{"a record on several lines is one", []string{events("", strings.ReplaceAll(one, ",", ",\n"))}, 1, 0, 1, "1 record "},
		{"a page that comes again ends it", []string{events("more", one), events("more", two)}, 2, 1, 0, "0 records"},
	}
	rules := t.TempDir()
	writeGone(t, rules)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			standIn(t, lookups(t, &calls, tt.answers...))
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"run", "--only-rules", rules, "--event-history", "--since", "10m"}, nil, &stdout, &stderr)
			if alerts := strings.Count(stdout.String(), "LOW: Trail gone"); code != tt.code || alerts != tt.alerts || calls != tt.calls {
				t.Errorf("exit code %d, %d alerts, %d calls; want %d, %d, %d\n%s", code, alerts, calls, tt.code, tt.alerts, tt.calls, &stdout)
			}
			if strings.Contains(tt.name, "refused") && !strings.Contains(stdout.String(), "AccessDeniedException: may not") {
				t.Errorf("it does not say why: %s", &stdout)
			}
			if !strings.Contains(stderr.String(), tt.says) {
				t.Errorf("%q is missing in %q", tt.says, &stderr)
			}
		})
	}
}

func TestWrongUseOfTheEventHistory(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "--event-history", "--since", "2161h"}, "the event history has 90 days"},
		{[]string{"run", "--event-history", "--since", "-1h"}, "the event history has 90 days"},
		{[]string{"backtest", "--event-history"}, "needs a region"},
		{[]string{"run", "--region", "x", "file"}, "--region is for --event-history"},
		{[]string{"run"}, "needs a PATH"},
		{[]string{"run", "s3:///x"}, "s3://bucket/prefix"},
	} {
		var stderr bytes.Buffer
		if code := run(t.Context(), tt.args, nil, io.Discard, &stderr); code != exitUsage || !strings.Contains(stderr.String(), tt.says) {
			t.Errorf("%v: exit code %d, %q", tt.args, code, &stderr)
		}
	}
}
