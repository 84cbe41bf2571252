package main

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// An account answers the doctor's calls as AWS does: by the name of the call, with the
// body that the service would send. CloudWatch's bodies are written in JSON here and sent
// as CBOR, which is what its protocol wants.
type account map[string]string

// The names of things in the account.
const (
	stackName   = "trailbell"
	accountID   = "123456789012"
	roleARN     = "arn:aws:iam::123456789012:role/trailbell-DetectRole"
	functionARN = "arn:aws:lambda:%s:123456789012:function:trailbell-detect"
)

// soundAccount is an account in which nothing is wrong.
func soundAccount(region string) account {
	sub := func(text string) string { return strings.ReplaceAll(text, "REGION", region) }
	outputs := map[string]string{
		"AlertTopicArn": "arn:aws:sns:REGION:123456789012:alerts", "AlertEventTopicArn": "arn:aws:sns:REGION:123456789012:events",
		"OperationsTopicArn": "arn:aws:sns:REGION:123456789012:operations", "StateTableName": "trailbell-State",
		"RetryQueueUrl":      "https://sqs.REGION.amazonaws.com/123456789012/trailbell-retry",
		"DeadLetterQueueUrl": "https://sqs.REGION.amazonaws.com/123456789012/trailbell-dead",
		"CentralBusArn":      "arn:aws:events:REGION:123456789012:event-bus/default",
	}
	resources := [][3]string{
		{"DetectFunction", "trailbell-detect", "AWS::Lambda::Function"},
		{"DetectRole", "trailbell-DetectRole", "AWS::IAM::Role"},
		{"WritesRule", "trailbell-WritesRule", typeRule},
		{"HeartbeatRule", "trailbell-HeartbeatRule", typeRule},
		{"ErrorsAlarm", "trailbell-ErrorsAlarm", "AWS::CloudWatch::Alarm"},
	}
	a := account{
		"DescribeTrails":        `{"trailList":[{"Name":"main","TrailARN":"main"}]}`,
		"GetTrailStatus":        `{"IsLogging":true}`,
		"DescribeStacks":        describeStacks("CREATE_COMPLETE", outputs),
		"ListStackResources":    listStackResources(resources),
		"GetTemplate":           getTemplate(soundTemplate),
		"ListRuleNamesByTarget": `{"RuleNames":["trailbell-forwarder-WritesRule"]}`,
		"DescribeRule trailbell-forwarder-WritesRule": `{"State":"ENABLED"}`,
		"DescribeRule trailbell-WritesRule":           `{"State":"ENABLED","EventPattern":"{\"source\": [{\"prefix\":\"aws.\"}]}"}`,
		"DescribeRule trailbell-HeartbeatRule":        `{"State":"ENABLED","ScheduleExpression":"rate(5 minutes)"}`,
		"ListTargetsByRule":                           `{"Targets":[{"Id":"detect","Arn":"` + functionARN + `","DeadLetterConfig":{"Arn":"q"}}]}`,
		"GetPolicy":                                   `{"Policy":"{\"Statement\":[{\"a\":\"arn:aws:events:REGION:123456789012:rule/trailbell-WritesRule\"},{\"a\":\"arn:aws:events:REGION:123456789012:rule/trailbell-HeartbeatRule\"}]}"}`,
		"GetFunctionConfiguration":                    `{"State":"Active","LastUpdateStatus":"Successful","DeadLetterConfig":{"TargetArn":"q"}}`,
		"GetFunctionConcurrency":                      `{}`,
		"ListEventSourceMappings":                     `{"EventSourceMappings":[{"UUID":"u-1","State":"Enabled"}]}`,
		"DescribeTable":                               `{"Table":{"TableStatus":"ACTIVE"}}`,
		"DescribeTimeToLive":                          `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"ttl"}}`,
		"GetTopicAttributes":                          getTopicAttributes(soundPolicy),
		"ListSubscriptionsByTopic":                    listSubscriptions("arn:aws:sns:x:123456789012:t:1"),
		"GetQueueAttributes trailbell-retry":          `{"Attributes":{"ApproximateNumberOfMessages":"0"}}`,
		"GetQueueAttributes trailbell-dead":           `{"Attributes":{"ApproximateNumberOfMessages":"0"}}`,
		"DescribeAlarms":                              `{"MetricAlarms":[{"AlarmName":"trailbell-ErrorsAlarm","ActionsEnabled":true,"AlarmActions":["t"],"StateValue":"OK"}]}`,
		"GetMetricData":                               metricData(6*time.Minute, 10*time.Minute),
	}
	a["ListTargetsByRule"] = strings.ReplaceAll(a["ListTargetsByRule"], "%s", "REGION")
	for call := range a {
		a[call] = sub(a[call])
	}
	return a
}

// withAll is the account of a deployment with all that is optional.
func (a account) withAll(region string) account {
	return a.with(
		"DescribeStacks", strings.NewReplacer(
			"<Outputs>", "<Outputs><member><OutputKey>ChatTopicArn</OutputKey><OutputValue>arn:aws:sns:"+region+":123456789012:chat</OutputValue></member>",
			"<Parameters>", "<Parameters><member><ParameterKey>SecurityHub</ParameterKey><ParameterValue>on</ParameterValue></member>"+
				"<member><ParameterKey>OrganizationId</ParameterKey><ParameterValue>o-aa111bb222</ParameterValue></member>",
		).Replace(a["DescribeStacks"]),
		"DescribeEventBus", describeEventBus(`{"Sid":"trailbell-organization","Effect":"Allow","Principal":"*","Action":"events:PutEvents","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-aa111bb222"},"ForAllValues:StringLike":{"events:source":"aws.*"}}}`),
		"DescribeHub", `{"HubArn":"arn:aws:securityhub:`+region+`:123456789012:hub/default"}`,
	)
}

// describeEventBus is a bus whose policy has the statements; none where it has no policy.
func describeEventBus(statements string) string {
	if statements == "" {
		return `{"Name":"default"}`
	}
	policy, _ := json.Marshal(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
	return `{"Name":"default","Policy":` + string(policy) + `}`
}

// with is the account with other answers to some calls.
func (a account) with(answers ...string) account {
	changed := maps.Clone(a)
	for pair := range slices.Chunk(answers, 2) {
		changed[pair[0]] = pair[1]
	}
	return changed
}

// refused is the answer to a call that AWS does not grant, or to one about something that
// is not there: "!" and the error's code.
func refused(code string) string { return "!" + code }

func (a account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	call := callOf(r, body)
	answer, found := a[call]
	for about := range a {
		// An answer about one thing goes before that about all.
		if name, thing, _ := strings.Cut(about, " "); name == call && thing != "" && strings.Contains(string(body), thing) {
			answer, found = a[about], true
		}
	}
	if !found {
		http.Error(w, "unexpected call "+call, http.StatusNotImplemented)
		return
	}
	isCBOR := r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor"
	if code, isError := strings.CutPrefix(answer, "!"); isError {
		refuse(w, code, isCBOR, strings.Contains(string(body), "Action="))
		return
	}
	if isCBOR {
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		w.Header().Set("Content-Type", "application/cbor")
		var value any
		if err := json.Unmarshal([]byte(answer), &value); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(cbor.Encode(asCBOR(value)))
		return
	}
	// DynamoDB's client compares it.
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(answer))), 10))
	fmt.Fprint(w, answer)
}

// callOf is the name of the call, which each protocol has in another place.
func callOf(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	if _, operation, found := strings.Cut(r.URL.Path, "/operation/"); found {
		return operation
	}
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") != "" {
		return form.Get("Action")
	}
	for suffix, call := range map[string]string{
		"/configuration": "GetFunctionConfiguration", "/concurrency": "GetFunctionConcurrency", "/policy": "GetPolicy",
		"/event-source-mappings": "ListEventSourceMappings", "/accounts": "DescribeHub",
	} {
		if strings.HasSuffix(r.URL.Path, suffix) {
			return call
		}
	}
	return r.Method + " " + r.URL.Path
}

func refuse(w http.ResponseWriter, code string, isCBOR, isForm bool) {
	switch {
	case isCBOR:
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		w.Header().Set("Content-Type", "application/cbor")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(cbor.Encode(cbor.Map{"__type": cbor.String(code), "message": cbor.String("no")}))
	case isForm:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>`, code)
	default:
		w.Header().Set("X-Amzn-ErrorType", code)
		body := fmt.Sprintf(`{"__type":%q,"message":"no"}`, code)
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, body)
	}
}

// asCBOR is a JSON value in CBOR. Members that end in Timestamps are times, as numbers.
func asCBOR(value any) cbor.Value {
	switch value := value.(type) {
	case string:
		return cbor.String(value)
	case bool:
		return cbor.Bool(value)
	case float64:
		return cbor.Float64(value)
	case []any:
		var list cbor.List
		for _, v := range value {
			list = append(list, asCBOR(v))
		}
		return list
	case map[string]any:
		object := cbor.Map{}
		for key, v := range value {
			object[key] = asCBOR(v)
			if times, isList := v.([]any); isList && key == "Timestamps" {
				var list cbor.List
				for _, at := range times {
					list = append(list, &cbor.Tag{ID: 1, Value: cbor.Float64(at.(float64))})
				}
				object[key] = list
			}
		}
		return object
	}
	return &cbor.Nil{}
}

const soundTemplate = `{"Conditions":{"Off":{"Fn::Equals":[{"Ref":"ReadEvents"},"off"]}},"Resources":{
	"WritesRule":{"Properties":{"State":{"Fn::If":["Off","DISABLED","ENABLED"]},"EventPattern":"{\"source\":[{\"prefix\":\"aws.\"}]}\n"}},
	"HeartbeatRule":{"Properties":{"State":"ENABLED","ScheduleExpression":"rate(5 minutes)"}}}}`

const soundPolicy = `{"Statement":[
	{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"sns:Publish"},
	{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"` + roleARN + `"}}},
	{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`

func xmlText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(text)
}

func describeStacks(status string, outputs map[string]string) string {
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		fmt.Fprintf(&list, `<member><OutputKey>%s</OutputKey><OutputValue>%s</OutputValue></member>`, name, outputs[name])
	}
	return fmt.Sprintf(`<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>%s</StackName>
		<CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>%s</StackStatus><Outputs>%s</Outputs>
		<Parameters><member><ParameterKey>ReadEvents</ParameterKey><ParameterValue>narrow</ParameterValue></member></Parameters>
		</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, stackName, status, list.String())
}

func listStackResources(resources [][3]string) string {
	var list strings.Builder
	for _, r := range resources {
		fmt.Fprintf(&list, `<member><LogicalResourceId>%s</LogicalResourceId><PhysicalResourceId>%s</PhysicalResourceId>
			<ResourceType>%s</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>
			<LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`, r[0], r[1], r[2])
	}
	return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>` + list.String() +
		`</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`
}

func getTemplate(text string) string {
	return `<GetTemplateResponse><GetTemplateResult><TemplateBody>` + xmlText(text) + `</TemplateBody></GetTemplateResult></GetTemplateResponse>`
}

func getTopicAttributes(policy string) string {
	return `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes><entry><key>Policy</key><value>` + xmlText(policy) +
		`</value></entry></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`
}

func listSubscriptions(arn string) string {
	list := ""
	if arn != "" {
		list = `<member><SubscriptionArn>` + arn + `</SubscriptionArn><Endpoint>security@example.com</Endpoint></member>`
	}
	return `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>` + list +
		`</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`
}

// metricData is the answer when the last heartbeat and the last record are so old; zero
// is for never.
func metricData(heartbeat, record time.Duration) string {
	series := func(id string, age time.Duration) string {
		if age == 0 {
			return fmt.Sprintf(`{"Id":%q,"Timestamps":[],"Values":[]}`, id)
		}
		// The newest value is zero, and means nothing.
		now := time.Now()
		return fmt.Sprintf(`{"Id":%q,"Timestamps":[%d,%d],"Values":[0,3]}`, id, now.Unix(), now.Add(-age).Unix())
	}
	return `{"MetricDataResults":[` + series("heartbeat", heartbeat) + "," + series("records0", record) + `]}`
}

const topicOutput = `<member><OutputKey>AlertTopicArn</OutputKey><OutputValue>arn:aws:sns:us-east-1:123456789012:alerts</OutputValue></member>`
