package main

import (
	"bytes"
	"context"
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
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
)

const queueOutput = `<member><OutputKey>RetryQueueUrl</OutputKey><OutputValue>https://sqs.us-east-1.amazonaws.com/123456789012/retry</OutputValue></member>`

// dead is what AWS answers about a dead-letter queue.
type dead struct {
	outputs  string
	policy   string   // of the retry queue
	bodies   []string // of the messages that wait
	inFlight int
	moves    []string // what ListMessageMoveTasks answers, one after the other; the last stays
	refuse   string   // the action that is denied
	calls    *[]string
	looks    *int // at moves
}

func (d dead) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	action := form.Get("Action") + strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	*d.calls = append(*d.calls, action)
	if action == d.refuse {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"com.amazonaws.sqs#AccessDenied","message":"no"}`)
		return
	}
	var in map[string]any
	_ = json.Unmarshal(body, &in)
	switch action {
	case "DescribeStacks":
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>trailbell</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, d.outputs)
	case "GetQueueUrl":
		fmt.Fprintf(w, `{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/%s"}`, in["QueueName"])
	case "GetQueueAttributes":
		if strings.HasSuffix(in["QueueUrl"].(string), "/retry") {
			answer(w, map[string]any{"Attributes": map[string]string{"QueueArn": "arn:aws:sqs:us-east-1:123456789012:retry", "RedrivePolicy": d.policy}})
			return
		}
		answer(w, map[string]any{"Attributes": map[string]string{"ApproximateNumberOfMessages": fmt.Sprint(len(d.bodies)), "ApproximateNumberOfMessagesNotVisible": fmt.Sprint(d.inFlight)}})
	case "ReceiveMessage":
		d.receive(w, int(in["MaxNumberOfMessages"].(float64)))
	case "ChangeMessageVisibilityBatch":
		for _, e := range in["Entries"].([]any) {
			if v := e.(map[string]any)["VisibilityTimeout"]; v != nil && v != 0.0 {
				http.Error(w, "stays hidden", http.StatusBadRequest)
			}
		}
		fmt.Fprint(w, `{"Successful":[],"Failed":[]}`)
	case "StartMessageMoveTask":
		if in["SourceArn"] != "arn:aws:sqs:us-east-1:123456789012:dead" || in["DestinationArn"] != "arn:aws:sqs:us-east-1:123456789012:retry" {
			http.Error(w, "wrong queues", http.StatusBadRequest)
		}
		fmt.Fprint(w, `{"TaskHandle":"h"}`)
	case "ListMessageMoveTasks":
		fmt.Fprintf(w, `{"Results":[%s]}`, d.moves[min(*d.looks, len(d.moves)-1)])
		*d.looks++
	default:
		http.Error(w, "unexpected call "+action, http.StatusNotImplemented)
	}
}

// receive hands out three messages at a time, the newest first, and each once.
func (d dead) receive(w http.ResponseWriter, limit int) {
	seen := 3 * (len(slices.DeleteFunc(slices.Clone(*d.calls), func(c string) bool { return c != "ReceiveMessage" })) - 1)
	var list []map[string]any
	for i := seen; i < min(seen+min(3, limit), len(d.bodies)); i++ {
		sum := md5.Sum([]byte(d.bodies[i]))
		list = append(list, map[string]any{
			"MessageId": fmt.Sprintf("m%d", i+1), "ReceiptHandle": "r", "Body": d.bodies[i], "MD5OfBody": hex.EncodeToString(sum[:]),
			"Attributes": map[string]string{"SentTimestamp": fmt.Sprint(1772600767000 - 1000*i), "ApproximateReceiveCount": "21"},
			"MessageAttributes": map[string]any{
				"ErrorMessage": map[string]string{"StringValue": "the topic is gone\x1b[2J", "DataType": "String"},
				"ErrorCode":    map[string]string{"StringValue": "200", "DataType": "Number"},
			},
		})
	}
	answer(w, map[string]any{"Messages": list})
}

func answer(w io.Writer, value any) {
	text, _ := json.Marshal(value)
	_, _ = w.Write(text)
}

// good is a deployment with these messages in the dead-letter queue.
func good(bodies ...string) dead {
	return dead{
		outputs: queueOutput, policy: `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":20}`,
		bodies: bodies, moves: []string{""}, calls: new([]string), looks: new(int),
	}
}

func (d dead) with(change func(*dead)) dead {
	change(&d)
	return d
}

// serve has the AWS SDK ask d.
func (d dead) serve(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLE",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
}

const (
	deadEvent = `{"detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","detail":{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","eventID":"6c55"}}`
	deadFlush = `{"trailbell":"flush","window":"w","first":"ae23"}`
)

func TestRedriveShowsWhatIsThere(t *testing.T) {
	tests := []struct {
		name  string
		found dead
		want  []string
		code  int
	}{
		{
			"what it is and why it is there, the oldest first", good(deadFlush, deadEvent),
			[]string{
				"About 2 messages in dead; somebody is looking at 0 more.\n",
				"The oldest of the 2 below was first queued on 2026-03-04 05:06:06 UTC.\n",
				"\n1. cloudtrail.amazonaws.com StopLogging, event 6c55\n   since 2026-03-04 05:06:06 UTC, receive count 21, message m2\n   ErrorCode: 200\n   ErrorMessage: the topic is gone\\u{001B}[2J\n",
				"\n2. follow-up of ae23\n",
				"\nMend the cause, then: trailbell redrive --stack trailbell --region us-east-1 --to retry\n",
			},
			0,
		},
		{
			"a message for one place", good(`{"trailbell":"deliver","to":"Security Hub","body":"{}","attributes":"[]"}`),
			[]string{"message that was not taken by Security Hub\n"},
			0,
		},
		{"a comparison", good(`{"trailbell":"flush","window":"lanes/1/2","first":"lanes"}`), []string{"1. comparison of lanes\n"}, 0},
		{"what can't be read", good("{", `{"trailbell":"heartbeat"}`, "{}"), []string{"unreadable: at byte 1: it ends in the middle\n", "heartbeat\n", "no record\n"}, 0},
		{"several records", good(`{"Records":[{"eventSource":"s","eventName":"n","eventID":"1"},{"eventSource":"s","eventName":"n"}]}`), []string{"1. 2 records, the first is s n, event 1\n"}, 0},
		{"ten of many", good(slices.Repeat([]string{deadEvent}, 25)...), []string{"About 25 messages", "The oldest of the 10 below", "\n10. "}, 0},
		{"nothing", good(), []string{"Nothing lies in dead.\n"}, 0},
		{"what somebody else is looking at", good().with(func(d *dead) { d.inFlight = 4 }), []string{"About 0 messages in dead; somebody is looking at 4 more.\nNone can be seen now."}, 0},
		{"somebody else's stack", good().with(func(d *dead) { d.outputs = topicOutput }), []string{"stack trailbell has no output RetryQueueUrl"}, 1},
		{"no dead-letter queue", good().with(func(d *dead) { d.policy = "" }), []string{"has no dead-letter queue"}, 1},
		{"no permission to look at the queue", good(deadEvent).with(func(d *dead) { d.refuse = "GetQueueAttributes" }), []string{"could not be looked at", "AccessDenied"}, 1},
		{"no permission to look at messages", good(deadEvent).with(func(d *dead) { d.refuse = "ReceiveMessage" }), []string{"messages of dead could not be looked at"}, 1},
		{"no permission to let them go", good(deadEvent).with(func(d *dead) { d.refuse = "ChangeMessageVisibilityBatch" }), []string{"messages of dead stay hidden for 30 seconds"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.found.serve(t)
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"redrive", "--region", "us-east-1"}, nil, &stdout, &stderr)
			if code != tt.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, tt.code, &stdout, &stderr)
			}
			for _, want := range tt.want {
				if !strings.Contains(stdout.String()+stderr.String(), want) {
					t.Errorf("%q is missing in\n%s%s", want, &stdout, &stderr)
				}
			}
			if slices.ContainsFunc(*tt.found.calls, func(c string) bool { return strings.HasPrefix(c, "Delete") || strings.HasPrefix(c, "Start") }) {
				t.Errorf("looking changed something: %q", *tt.found.calls)
			}
		})
	}
}

func TestRedriveOfLogFiles(t *testing.T) {
	found := good(`{"s3Bucket":"logs","s3ObjectKey":["a.json.gz"]}`, `{"trailbell":"resume","bucket":"logs","key":"b.json.gz","etag":"e","from":"7","until":"0"}`).
		with(func(d *dead) { d.outputs = strings.Replace(queueOutput, "RetryQueueUrl", "LogFilesQueueUrl", 1) })
	found.serve(t)
	for of, want := range map[string][]string{
		"logfiles": {"About 2 messages in dead", "1 log file, the first is s3://logs/a.json.gz\n", "the rest of s3://logs/b.json.gz\n", "--region us-east-1 --queue logfiles --to retry\n"},
		"retry":    {"stack trailbell has no output RetryQueueUrl"},
		"slack":    {`--queue "slack": it is retry or logfiles`},
	} {
		*found.calls = nil
		var out bytes.Buffer
		run(t.Context(), []string{"redrive", "--region", "us-east-1", "--queue", of}, nil, &out, &out)
		for _, part := range want {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%s: %q is missing in\n%s", of, part, &out)
			}
		}
	}
}

func TestRedriveMoves(t *testing.T) {
	const (
		old     = `{"Status":"COMPLETED","StartedTimestamp":1,"ApproximateNumberOfMessagesMoved":9}`
		running = `{"Status":"RUNNING","StartedTimestamp":2,"ApproximateNumberOfMessagesMoved":1,"ApproximateNumberOfMessagesToMove":2}`
		done    = `{"Status":"COMPLETED","StartedTimestamp":2,"ApproximateNumberOfMessagesMoved":2,"ApproximateNumberOfMessagesToMove":2}`
		failed  = `{"Status":"FAILED","StartedTimestamp":2,"ApproximateNumberOfMessagesMoved":1,"ApproximateNumberOfMessagesToMove":2,"FailureReason":"AWS.SimpleQueueService.AccessDenied"}`
	)
	moves := func(list ...string) dead {
		return good(deadEvent, deadFlush).with(func(d *dead) { d.moves = list })
	}
	tests := []struct {
		name     string
		found    dead
		out      string // the last line
		progress string
		err      string
	}{
		{"the first time", moves("", running, running, done), "Moved 2 messages;", "moved 1 of about 2 messages\nmoved 1 of about 2 messages\n", ""},
		{"an earlier moving is not taken for this one", moves(old, old, running, done), "Moved 2 messages;", "moved 1 of about 2 messages\n", ""},
		{"it is over at once", moves("", done), "Moved 2 messages;", "", ""},
		{"it fails on the way", moves("", running, failed), "", "moved 1 of about 2 messages\n", "moving ended as FAILED after 1 of about 2 messages: AWS.SimpleQueueService.AccessDenied"},
		{"no permission to move", moves("").with(func(d *dead) { d.refuse = "StartMessageMoveTask" }), "", "", "messages of dead could not be moved"},
		{"no permission to look at it", moves("").with(func(d *dead) { d.refuse = "ListMessageMoveTasks" }), "", "", "what is moved out of dead could not be looked at"},
		{"nothing to move", good(), "Nothing lies in dead.", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.found.serve(t)
			conf, err := awsconfig.LoadDefaultConfig(t.Context(), awsconfig.WithRegion("us-east-1"))
			if err != nil {
				t.Fatal(err)
			}
			var out, progress bytes.Buffer
			r := redriver{
				stacks: cloudformation.NewFromConfig(conf), queues: sqs.NewFromConfig(conf), stack: "trailbell", region: "us-east-1",
				out: &out, progress: &progress, pause: time.Nanosecond,
			}
			err = r.redrive(t.Context(), true)
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q in it", err, tt.err)
			}
			if diff := cmp.Diff(tt.progress, progress.String()); diff != "" {
				t.Errorf("progress, -want +got:\n%s", diff)
			}
			if !strings.Contains(out.String(), tt.out) {
				t.Errorf("%q is missing in %s", tt.out, &out)
			}
		})
	}
}

func TestRedriveCanBeInterrupted(t *testing.T) {
	found := good(deadEvent).with(func(d *dead) {
		d.moves = []string{"", `{"Status":"RUNNING","StartedTimestamp":2}`}
	})
	found.serve(t)
	conf, err := awsconfig.LoadDefaultConfig(t.Context(), awsconfig.WithRegion("us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := redriver{
		stacks: cloudformation.NewFromConfig(conf), queues: sqs.NewFromConfig(conf), stack: "trailbell", region: "us-east-1",
		out: io.Discard, progress: writerFunc(cancel), pause: time.Hour,
	}
	if err := r.redrive(ctx, true); err == nil || !strings.Contains(err.Error(), "SQS goes on moving") {
		t.Errorf("error %v", err)
	}
}

// writerFunc is called with the first line of progress.
type writerFunc func()

func (f writerFunc) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}
