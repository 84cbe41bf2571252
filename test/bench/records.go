package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
)

var (
	agents = []string{
		"Boto3/1.34.131 md/Botocore#1.34.131 ua/2.0 os/linux#5.10.217 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy",
		"aws-sdk-go-v2/1.30.1 os/linux lang/go#1.22.4 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.166.0",
		"APN/1.0 HashiCorp/1.0 Terraform/1.8.5 (+https://www.terraform.io) terraform-provider-aws/5.55.0",
		"aws-cli/2.16.10 md/awscrt#0.20.11 ua/2.0 os/macos#23.5.0 md/arch#arm64 lang/python#3.11.8 md/command#ec2.describe-instances",
	}
	regions = strings.Fields("us-east-1 us-east-1 us-east-1 eu-west-1 us-west-2 eu-central-1")
	roles   = strings.Fields("DeployRole ReadOnly DataPipeline NodeRole ci-runner Scanner LambdaExec TaskExecution")
)

type object = map[string]any

// A writer of records makes an account's day: mostly reads of few kinds, some writes, and
// now and then a call that some rule looks for.
type recorder struct {
	*rand.Rand
	common []call
	wanted []call
	rate   float64 // of records that a rule looks for
}

func newRecorder(seed uint64, wanted []call, rate float64) *recorder {
	r := &recorder{Rand: rand.New(rand.NewPCG(seed, 1)), wanted: wanted, rate: rate}
	names := rand.New(rand.NewPCG(11, 0)) // the same calls whatever the seed
	for range 400 {
		r.common = append(r.common, aCall(names, reads))
	}
	return r
}

func (r *recorder) letters(n int) string {
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var out strings.Builder
	for range n {
		out.WriteByte(set[r.IntN(len(set))])
	}
	return out.String()
}

func (r *recorder) uuid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64N(1<<48))
}

func (r *recorder) call() call {
	if r.Float64() < r.rate {
		return r.wanted[r.IntN(len(r.wanted))]
	}
	// The commoner ones come first.
	x := r.Float64()
	return r.common[int(x*x*x*float64(len(r.common)))]
}

func (r *recorder) identity(account string) object {
	if x := r.Float64(); x > 0.92 {
		return object{"type": "IAMUser", "principalId": "AIDA" + r.letters(17), "arn": "arn:aws:iam::" + account + ":user/ci", "accountId": account, "accessKeyId": "AKIA" + r.letters(16), "userName": "ci"}
	} else if x > 0.8 {
		return object{"type": "AWSService", "invokedBy": services[r.IntN(len(services))] + ".amazonaws.com"}
	}
	role, session, id := roles[r.IntN(len(roles))], fmt.Sprintf("i-%017x", r.Uint64()), "AROA"+r.letters(17)
	return object{
		"type": "AssumedRole", "principalId": id + ":" + session, "arn": "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + session,
		"accountId": account, "accessKeyId": "ASIA" + r.letters(16),
		"sessionContext": object{
			"sessionIssuer":       object{"type": "Role", "principalId": id, "arn": "arn:aws:iam::" + account + ":role/" + role, "accountId": account, "userName": role},
			"webIdFederationData": object{},
			"attributes":          object{"creationDate": fmt.Sprintf("2026-11-%02dT%02d:%02d:00Z", 1+r.IntN(28), r.IntN(24), r.IntN(60)), "mfaAuthenticated": "false"},
		},
	}
}

func (r *recorder) parameters() any {
	switch x := r.Float64(); {
	case x < 0.3:
		return nil
	case x < 0.6:
		items := make([]any, 1+r.IntN(3))
		for i := range items {
			items[i] = object{"name": "vpc-id", "valueSet": object{"items": []any{object{"value": fmt.Sprintf("vpc-%017x", r.Uint64())}}}}
		}
		return object{"filterSet": object{"items": items}, "maxResults": 100}
	case x < 0.8:
		return object{"bucketName": fmt.Sprintf("data-lake-%d", r.IntN(200)), "Host": "data-lake.s3.amazonaws.com", "acl": ""}
	}
	return object{"name": fmt.Sprintf("res-%x", r.Uint32()), "nextToken": r.letters(96), "tags": []any{object{"key": "k", "value": r.letters(8)}}}
}

// member is one of a record, in the order in which CloudTrail writes them.
type member struct {
	key   string
	value any
}

func (r *recorder) record() []byte {
	c, account, region := r.call(), fmt.Sprintf("%012d", 100000000000+r.IntN(12)), regions[r.IntN(len(regions))]
	members := []member{
		{"eventVersion", "1.10"},
		{"userIdentity", r.identity(account)},
		{"eventTime", fmt.Sprintf("2026-11-21T%02d:%02d:%02dZ", r.IntN(24), r.IntN(60), r.IntN(60))},
		{"eventSource", c.source},
		{"eventName", c.name},
		{"awsRegion", region},
		{"sourceIPAddress", fmt.Sprintf("203.0.113.%d", r.IntN(256))},
		{"userAgent", agents[r.IntN(len(agents))]},
	}
	if r.Float64() < 0.02 {
		members = append(members, member{"errorCode", "AccessDenied"}, member{"errorMessage", "User is not authorized to perform: " + c.name})
	}
	members = append(members,
		member{"requestParameters", r.parameters()},
		member{"responseElements", nil},
		member{"requestID", r.uuid()}, member{"eventID", r.uuid()},
		member{"readOnly", strings.HasPrefix(c.name, "Get") || strings.HasPrefix(c.name, "List") || strings.HasPrefix(c.name, "Describe")},
		member{"eventType", "AwsApiCall"}, member{"managementEvent", true},
		member{"recipientAccountId", account}, member{"eventCategory", "Management"},
		member{"tlsDetails", object{"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": strings.TrimSuffix(c.source, ".amazonaws.com") + "." + region + ".amazonaws.com"}},
	)
	var out bytes.Buffer
	for i, m := range members {
		out.WriteByte("{,"[min(i, 1)])
		key, _ := json.Marshal(m.key)
		value, _ := json.Marshal(m.value)
		out.Write(key)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (r *recorder) records(n int) [][]byte {
	list := make([][]byte, n)
	for i := range list {
		list[i] = r.record()
	}
	return list
}

// logFile is a compressed file as a trail delivers it, and its size unpacked.
func logFile(records [][]byte) (packed []byte, size int) {
	raw := slices.Concat([]byte(`{"Records":[`), bytes.Join(records, []byte(",")), []byte("]}"))
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(raw)
	_ = w.Close()
	return out.Bytes(), len(raw)
}
