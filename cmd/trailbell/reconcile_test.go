package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/reconcile"
	kept "trailbell/internal/state"
	"trailbell/internal/state/memory"
)

// compared is a store with what two days came to.
func compared(t *testing.T) *memory.Store {
	t.Helper()
	store, at := memory.New(), time.Date(2026, 11, 20, 10, 7, 0, 0, time.UTC)
	put := func(set, id, source string, at time.Time) {
		t.Helper()
		if err := store.Join(t.Context(), set, []kept.Member{{ID: id, At: at, Region: "eu-central-1", Source: source}}, at.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	put("lanes/counts/2026-11-20", "lanes/1/1", `{"both":40,"bus_only":1,"files_only":2,"unlisted":0,"by_design":{"reads are switched off":3}}`, at)
	put("lanes/counts/2026-11-20", "lanes/2/1", `{"both":2}`, at)
	put("lanes/counts/2026-11-21", "lanes/3/1", `{"files_only":5,"unlisted":4,"overflows":1}`, at)
	detail := func(event string) string {
		return fmt.Sprintf(`{"o":1,"r":"iam.user_made","a":"123456789012","e":%q,"s":"iam.amazonaws.com","n":"CreateUser\u001b[2J","t":"2026-11-20T10:02:00Z","w":"expected on the bus, and did not come","b":"alert"}`, event)
	}
	put("lanes/missed/2026-11-20", "aa", detail("e1"), at)
	put("lanes/missed/2026-11-20", "bb", detail("e2"), at)
	put("lanes/late/2026-11-20", "bb", `{"o":2}`, at.Add(time.Hour))
	return store
}

const reconciled = `         day  both lanes  files only  of them late  bus only  not expected
  2026-11-20          42           2             1         1             3
  2026-11-21           0           5             0         0             0

Not expected on the bus: 3 by files only (reads are switched off).

A rule had more matches at once than are compared: once. Those are in no column.

4 of those by files only are counted and not listed.

By log files, and not by EventBridge in time:

2026-11-20 10:02:00 UTC  iam.user_made, account 123456789012, eu-central-1
   iam.amazonaws.com CreateUser\u{001B}[2J, event e1
   by log files after 5m0s, by EventBridge never so far
   expected on the bus, and did not come; became: alert; id aa

2026-11-20 10:02:00 UTC  iam.user_made, account 123456789012, eu-central-1
   iam.amazonaws.com CreateUser\u{001B}[2J, event e2
   by log files after 5m0s, by EventBridge after 1h5m0s
   expected on the bus, and did not come; became: alert; id bb
`

var reconciledAt = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestReconcileShowsWhatEachLaneBrought(t *testing.T) {
	var out bytes.Buffer
	if err := printReconciled(t.Context(), &out, compared(t), reconciledAt, reconcileSince, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(reconciled, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	out.Reset()
	if err := printReconciled(t.Context(), &out, memory.New(), reconciledAt, 48*time.Hour, false); err != nil {
		t.Fatal(err)
	}
	if want := "Nothing was compared from 2026-11-19 to 2026-11-21: no rule matched, or the stack has no TrailBucket.\n"; out.String() != want {
		t.Errorf("got %q", out.String())
	}
}

func TestReconcileAsJSONIsAllThatIsKnown(t *testing.T) {
	var out bytes.Buffer
	if err := printReconciled(t.Context(), &out, compared(t), reconciledAt, 24*time.Hour, true); err != nil {
		t.Fatal(err)
	}
	var got reconcile.Report
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want, err := reconcile.Read(t.Context(), compared(t), reconciledAt.AddDate(0, 0, -1), reconciledAt)
	if err != nil || len(got.Missed) != 2 || len(got.Days) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	out.Reset()
	if err := printReconciled(t.Context(), &out, memory.New(), reconciledAt, 24*time.Hour, true); err != nil || out.String() != "{\n  \"days\": [],\n  \"missed\": []\n}\n" {
		t.Errorf("nothing is %q, %v", out.String(), err)
	}
}

// What DynamoDB says.
const (
	noItems  = `{"Items":[],"Count":0}`
	noAccess = `{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"no"}`
)

// answersOf is what AWS answers about a stack whose table is empty, or is not to be read.
func answersOf(t *testing.T, outputs string, refuse bool) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch target := r.Header.Get("X-Amz-Target"); {
		case target == "" && strings.Contains(string(body), "DescribeStacks"):
			fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>trailbell</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, outputs)
		case strings.HasSuffix(target, ".Query") && !refuse && strings.Contains(string(body), `"TableName":"state"`):
			w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(noItems))))
			fmt.Fprint(w, noItems)
		default:
			w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(noAccess))))
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, noAccess)
		}
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLE",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", "AWS_REGION": "",
	} {
		t.Setenv(name, value)
	}
}

func TestReconcileAsksTheStacksTable(t *testing.T) {
	const table = `<member><OutputKey>StateTableName</OutputKey><OutputValue>state</OutputValue></member>`
	tests := []struct {
		name    string
		args    []string
		outputs string
		refuse  bool
		code    int
		want    string
	}{
		{"a table that knows nothing", []string{"--region", "us-east-1"}, table, false, 0, "Nothing was compared"},
		{"a table that may not be read", []string{"--region", "us-east-1"}, table, true, 1, "AccessDenied"},
		{"another stack", []string{"--region", "us-east-1"}, "", false, 1, "has no output StateTableName"},
		{"no region", nil, table, false, 2, "needs a region"},
		{"a time that is longer than anything is kept", []string{"--region", "us-east-1", "--since", "2209h"}, table, false, 2, "is kept for 92 days (2208h)"},
		{"a form that does not exist", []string{"--region", "us-east-1", "--format", "yaml"}, table, false, 2, "it is text or json"},
		{"something to look at", []string{"x"}, table, false, 2, "unknown command"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answersOf(t, tt.outputs, tt.refuse)
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"reconcile"}, tt.args...), nil, &stdout, &stderr)
			if code != tt.code || !strings.Contains(stdout.String()+stderr.String(), tt.want) {
				t.Errorf("exit code %d, want %d\n%s%s", code, tt.code, &stdout, &stderr)
			}
		})
	}
}
