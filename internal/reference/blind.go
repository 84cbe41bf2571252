package reference

import (
	"slices"
	"strings"

	"trailbell/internal/detection"
)

// reading are the words with which the names of reads begin, by AWS's way to name them.
var reading = strings.Fields("BatchGet Describe Download Export Get Head List Lookup Query Scan Search Select View")

// dataCalls are calls that CloudTrail records as data events, which a trail has to select.
// See "Logging data events" in the CloudTrail User Guide; these are the frequent ones.
var dataCalls = map[string][]string{
	"s3.amazonaws.com": strings.Fields(`AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject
		DeleteObjects DeleteObjectTagging GetObject GetObjectAcl GetObjectTagging HeadObject ListObjects ListObjectsV2 PutObject
		PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject SelectObjectContent UploadPart`),
	"lambda.amazonaws.com":   {"Invoke"},
	"dynamodb.amazonaws.com": strings.Fields("BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem"),
	"ebs.amazonaws.com":      strings.Fields("CompleteSnapshot GetSnapshotBlock ListChangedBlocks ListSnapshotBlocks PutSnapshotBlock StartSnapshot"),
	"bedrock.amazonaws.com":  strings.Fields("InvokeAgent InvokeFlow Retrieve RetrieveAndGenerate"),
	"sns.amazonaws.com":      strings.Fields("Publish PublishBatch"),
	"sqs.amazonaws.com":      strings.Fields("DeleteMessage ReceiveMessage SendMessage"),
	"cloudtrail.amazonaws.com": {
		"PutAuditEvents",
	},
}

// A home is where a service that is not of one region records its calls.
type home struct{ service, region string }

// homes are those of which AWS's documentation of the service says so.
var homes = []home{
	{"account.amazonaws.com", "us-east-1"},
	{"cloudfront.amazonaws.com", "us-east-1"},
	{"iam.amazonaws.com", "us-east-1"},
	{"organizations.amazonaws.com", "us-east-1"},
	{"route53.amazonaws.com", "us-east-1"},
	{"route53domains.amazonaws.com", "us-east-1"},
	{"shield.amazonaws.com", "us-east-1"},
	{"signin.amazonaws.com", "us-east-1, us-east-2, eu-north-1 or ap-southeast-2, or the region of the sign-in page"},
}

// asksForReads says whether a rule hears of less where no reads are forwarded: calls whose
// names are those of reads, or what is not told by a name.
func asksForReads(rule Rule) bool {
	return !rule.LogFilesOnly && rule.Status != detection.StatusOff && (rule.OtherReads || len(readNames(rule)) > 0)
}

// readNames are the calls of a rule that are reads by their names.
func readNames(rule Rule) []string {
	return slices.DeleteFunc(slices.Clone(rule.ReadCalls), func(name string) bool {
		return !slices.ContainsFunc(reading, func(word string) bool { return strings.HasPrefix(name, word) })
	})
}

// dataNames are the calls of a rule that are data events.
func dataNames(rule Rule) []string {
	var names []string
	for _, service := range rule.Services {
		for _, name := range dataCalls[service] {
			if slices.ContainsFunc(rule.Calls, func(call string) bool { return fits(call, name) }) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fits says whether a call of a rule, which may be how names begin, is an event's.
func fits(call, name string) bool {
	beginning, starred := strings.CutSuffix(call, "*")
	return call == name || starred && strings.HasPrefix(name, beginning)
}
