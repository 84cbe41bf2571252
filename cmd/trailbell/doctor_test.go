package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// deployment is what AWS answers about a deployment.
type deployment struct {
	trails        []string // names; "!" in front means not logging
	outputs       string
	noStack       bool
	subscriptions []string // endpoint, "?" in front means not confirmed
	denied        bool
}

// ServeHTTP answers the calls of the doctor as the services do: JSON for CloudTrail,
// XML for CloudFormation and SNS.
func (d deployment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	switch action := r.Header.Get("X-Amz-Target") + form.Get("Action"); {
	case d.denied:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`)
	case strings.HasSuffix(action, "DescribeTrails"):
		var list []string
		for _, name := range d.trails {
			list = append(list, fmt.Sprintf(`{"Name":%q,"TrailARN":%q}`, strings.TrimPrefix(name, "!"), name))
		}
		fmt.Fprintf(w, `{"trailList":[%s]}`, strings.Join(list, ","))
	case strings.HasSuffix(action, "GetTrailStatus"):
		fmt.Fprintf(w, `{"IsLogging":%t}`, !bytes.Contains(body, []byte(`"!`)))
	case action == "DescribeStacks" && d.noStack:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id trailbell does not exist</Message></Error></ErrorResponse>`)
	case action == "DescribeStacks":
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>trailbell</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, d.outputs)
	case action == "ListSubscriptionsByTopic":
		var list []string
		for i, endpoint := range d.subscriptions {
			arn := fmt.Sprintf("arn:aws:sns:us-east-1:123456789012:alerts:%d", i)
			if after, pending := strings.CutPrefix(endpoint, "?"); pending {
				arn, endpoint = "PendingConfirmation", after
			}
			list = append(list, fmt.Sprintf(`<member><SubscriptionArn>%s</SubscriptionArn><Endpoint>%s</Endpoint></member>`, arn, endpoint))
		}
		fmt.Fprintf(w, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>%s</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`, strings.Join(list, ""))
	default:
		http.Error(w, "unexpected call "+action, http.StatusNotImplemented)
	}
}

const topicOutput = `<member><OutputKey>AlertTopicArn</OutputKey><OutputValue>arn:aws:sns:us-east-1:123456789012:alerts</OutputValue></member>`

func TestDoctor(t *testing.T) {
	good := deployment{trails: []string{"main"}, outputs: topicOutput, subscriptions: []string{"security@example.com"}}
	with := func(change func(*deployment)) deployment {
		d := good
		change(&d)
		return d
	}
	tests := []struct {
		name   string
		found  deployment
		region string
		want   []string // parts of the output
		code   int
	}{
		{"a good deployment", good, "us-east-1", []string{"ok     trail main is logging", "ok     security@example.com is subscribed"}, 0},
		{"another region is no fault, but worth knowing", good, "eu-central-1", []string{"note   IAM, root and most sign-ins are recorded in us-east-1, not in eu-central-1"}, 0},
		{"no trail", with(func(d *deployment) { d.trails = nil }), "us-east-1", []string{"WRONG  no trail is logging in us-east-1"}, 1},
		{"a trail that was stopped", with(func(d *deployment) { d.trails = []string{"!main"} }), "us-east-1", []string{"note   trail main is not logging", "WRONG  no trail is logging"}, 1},
		{"one of two trails was stopped", with(func(d *deployment) { d.trails = []string{"!old", "main"} }), "us-east-1", []string{"note   trail old is not logging", "ok     trail main is logging"}, 0},
		{"a subscription that nobody confirmed", with(func(d *deployment) { d.subscriptions = []string{"?security@example.com"} }), "us-east-1", []string{"WRONG  the subscription of security@example.com is not confirmed"}, 1},
		{"nobody is subscribed", with(func(d *deployment) { d.subscriptions = nil }), "us-east-1", []string{"WRONG  nobody is subscribed"}, 1},
		{"no stack", with(func(d *deployment) { d.noStack = true }), "us-east-1", []string{"WRONG  stack trailbell in us-east-1 could not be looked at", "does not exist", "ok     trail main"}, 1},
		{"somebody else's stack", with(func(d *deployment) { d.outputs = "" }), "us-east-1", []string{"WRONG  stack trailbell has no output AlertTopicArn"}, 1},
		{"no permission", deployment{denied: true}, "us-east-1", []string{"WRONG  trails could not be looked at", "WRONG  stack trailbell"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.found)
			defer server.Close()
			for name, value := range map[string]string{
				"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "EXAMPLE",
				"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
			} {
				t.Setenv(name, value)
			}
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"doctor", "--region", tt.region}, nil, &stdout, &stderr)
			if code != tt.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, tt.code, &stdout, &stderr)
			}
			for _, want := range tt.want {
				if !strings.Contains(stdout.String(), want) {
					t.Errorf("%q is missing in\n%s", want, &stdout)
				}
			}
		})
	}
}
