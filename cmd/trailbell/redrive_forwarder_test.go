package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// undeliveredWorld is a forwarder's queue in eu-north-1 and the retry queue in us-east-1.
type undeliveredWorld struct {
	waiting []string
	hidden  map[string]string // by receipt handle
	retried []string
	refuse  string // the action that is denied
	calls   []string
}

func (u *undeliveredWorld) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	action := form.Get("Action") + strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	u.calls = append(u.calls, action)
	if action == u.refuse {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"com.amazonaws.sqs#AccessDenied","message":"no"}`)
		return
	}
	var in map[string]any
	_ = json.Unmarshal(body, &in)
	isNorth := strings.Contains(r.Header.Get("Authorization"), "/eu-north-1/")
	if url, has := in["QueueUrl"].(string); has && strings.HasSuffix(url, "/undelivered") != isNorth {
		http.Error(w, "asked in the wrong region", http.StatusBadRequest)
		return
	}
	u.answer(w, action, form.Get("StackName"), isNorth, in)
}

func (u *undeliveredWorld) answer(w http.ResponseWriter, action, stack string, isNorth bool, in map[string]any) {
	switch action {
	case "DescribeStacks":
		output := queueOutput
		if isNorth && stack == "fw" {
			output = strings.NewReplacer("RetryQueueUrl", "UndeliveredQueueUrl", "/retry", "/undelivered").Replace(queueOutput)
		}
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, output)
	case "GetQueueAttributes":
		answer(w, map[string]any{"Attributes": map[string]string{"ApproximateNumberOfMessages": fmt.Sprint(len(u.waiting)), "ApproximateNumberOfMessagesNotVisible": "0"}})
	case "ReceiveMessage":
		var list []map[string]any
		for range min(2, len(u.waiting)) {
			handle := fmt.Sprintf("h%d", len(u.hidden))
			u.hidden[handle], u.waiting = u.waiting[0], u.waiting[1:]
			list = append(list, map[string]any{"MessageId": handle, "ReceiptHandle": handle, "Body": u.hidden[handle], "MD5OfBody": checksum(u.hidden[handle])})
		}
		answer(w, map[string]any{"Messages": list})
	case "ChangeMessageVisibilityBatch":
		for _, e := range in["Entries"].([]any) {
			handle := e.(map[string]any)["ReceiptHandle"].(string)
			u.waiting = append(u.waiting, u.hidden[handle])
			u.hidden[handle] = ""
		}
		fmt.Fprint(w, `{"Successful":[],"Failed":[]}`)
	case "SendMessage":
		u.retried = append(u.retried, in["MessageBody"].(string))
		answer(w, map[string]any{"MessageId": "m", "MD5OfMessageBody": checksum(in["MessageBody"].(string))})
	case "DeleteMessage":
		u.hidden[in["ReceiptHandle"].(string)] = ""
		fmt.Fprint(w, `{}`)
	default:
		http.Error(w, "unexpected call "+action, http.StatusNotImplemented)
	}
}

func checksum(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// left are the messages that the forwarder's queue still has, hidden or not.
func (u *undeliveredWorld) left() []string {
	all := slices.Clone(u.waiting)
	for _, body := range u.hidden {
		if body != "" {
			all = append(all, body)
		}
	}
	slices.Sort(all)
	return all
}

func redriveForwarder(t *testing.T, u *undeliveredWorld, more ...string) (string, int) {
	t.Helper()
	server := httptest.NewServer(u)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLE",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	var out bytes.Buffer
	code := run(t.Context(), append([]string{"redrive", "--region", "us-east-1"}, more...), nil, &out, &out)
	return out.String(), code
}

func TestRedriveOfAForwarderLosesNothing(t *testing.T) {
	bodies := []string{deadEvent, deadEvent + " ", deadEvent + "  "}
	tests := []struct {
		name, refuse string
		more         []string
		want         string
		code         int
		left, gone   int // messages still there, and those in the retry queue
	}{
		{"it shows and sends nothing", "", nil, "\n1. cloudtrail.amazonaws.com StopLogging, event 6c55\n", 0, 3, 0},
		{"it sends all", "", []string{"--to", "retry"}, "Sent 3 messages; the function takes them from the retry queue.\n", 0, 0, 3},
		{"it may not take them", "ReceiveMessage", []string{"--to", "retry"}, "could not be looked at", 1, 3, 0},
		{"it may not send them", "SendMessage", []string{"--to", "retry"}, "after 0 messages that were sent: message h3 could not be put into the retry queue", 1, 3, 0},
		{"it may not delete them", "DeleteMessage", []string{"--to", "retry"}, "was sent, and could not be deleted from undelivered", 1, 3, 1},
		{"there is no such stack", "DescribeStacks", []string{"--to", "retry"}, "stack fw in eu-north-1 could not be looked at", 1, 3, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := &undeliveredWorld{waiting: slices.Clone(bodies), hidden: map[string]string{}, refuse: tt.refuse}
			out, code := redriveForwarder(t, u, append([]string{"--forwarder", "fw", "--from", "eu-north-1"}, tt.more...)...)
			if code != tt.code || !strings.Contains(out, tt.want) {
				t.Errorf("exit code %d, want %d and %q in\n%s", code, tt.code, tt.want, out)
			}
			if len(u.left()) != tt.left || len(u.retried) != tt.gone {
				t.Errorf("%d are left and %d in the retry queue, want %d and %d", len(u.left()), len(u.retried), tt.left, tt.gone)
			}
			if tt.gone == 3 {
				slices.Sort(u.retried)
				if diff := cmp.Diff(bodies, u.retried); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			}
		})
	}
}

func TestRedriveOfAForwarderWithNothingInIt(t *testing.T) {
	out, code := redriveForwarder(t, &undeliveredWorld{}, "--forwarder", "fw", "--from", "eu-north-1", "--to", "retry")
	if code != 0 || out != "Nothing lies in undelivered.\n" {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestRedriveOfAForwarderWantsToKnowWhich(t *testing.T) {
	for name, args := range map[string][]string{
		"no region":                  {"--forwarder", "fw"},
		"no stack":                   {"--from", "eu-north-1"},
		"a queue besides":            {"--forwarder", "fw", "--from", "eu-north-1", "--queue", "logfiles"},
		"an account of no forwarder": {"--profile", "member"},
	} {
		t.Run(name, func(t *testing.T) {
			u := &undeliveredWorld{}
			if out, code := redriveForwarder(t, u, args...); code != exitUsage || len(u.calls) > 0 {
				t.Errorf("exit code %d, calls %q\n%s", code, u.calls, out)
			}
		})
	}
}
