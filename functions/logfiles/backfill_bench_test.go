package main

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"trailbell/internal/config"
)

var anyID = regexp.MustCompile(`"eventID": ?"[^"]*"`)

// aDay is a log file of calls as they are on an ordinary day: reads, and in 1,000 records six
// of the samples, each with an id of its own.
func aDay(rng *rand.Rand, samples []string, event, source string, records int) string {
	var list []string
	for range records {
		id := fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<12), rng.Uint64N(1<<48))
		if rng.IntN(1000) < 6 {
			list = append(list, anyID.ReplaceAllString(samples[rng.IntN(len(samples))], `"eventID":"`+id+`"`))
			continue
		}
		list = append(list, fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:i-%06x","arn":"arn:aws:sts::123456789012:assumed-role/node-%d/i-%06x",`+
			`"accountId":"123456789012","accessKeyId":"ASIA%016XEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::123456789012:role/node-%d","accountId":"123456789012","userName":"node"},`+
			`"attributes":{"creationDate":"2026-11-21T0%d:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-11-21T1%d:%02d:%02dZ","eventSource":%q,"eventName":%q,"awsRegion":"us-east-1",`+
			`"sourceIPAddress":"10.0.%d.%d","userAgent":"Boto3/1.34.131 md/Botocore#1.34.131 ua/2.0 os/linux lang/python#3.11.8","requestParameters":{"instancesSet":{"items":[{"instanceId":"i-%017x"}]},"filterSet":{}},"responseElements":null,`+
			`"requestID":"%s","eventID":"%s","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management"}`,
			rng.IntN(1<<24), rng.IntN(40), rng.IntN(1<<24), rng.Uint64(), rng.IntN(40), rng.IntN(10), rng.IntN(10), rng.IntN(60), rng.IntN(60), source, event, rng.IntN(256), rng.IntN(256), rng.Uint64(), id, id))
	}
	return `{"Records":[` + strings.Join(list, ",") + `]}`
}

// Reads are what recon.enumeration_burst counts one by one; Decrypt is what no rule counts.
func BenchmarkABatchOfReads(b *testing.B)    { benchBatch(b, "DescribeInstances", "ec2.amazonaws.com") }
func BenchmarkABatchOfDecrypts(b *testing.B) { benchBatch(b, "Decrypt", "kms.amazonaws.com") }

// A batch of 20 log files with 2,000 records each, S3 being memory: what the function does
// by itself on one processor with -cpu 1.
func benchBatch(b *testing.B, event, source string) {
	files, err := filepath.Glob(filepath.Join("..", "..", "events", "*.json"))
	if err != nil || len(files) == 0 {
		b.Fatal(err)
	}
	var samples []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, detail, is := strings.Cut(string(text), `"detail":`); is {
			samples = append(samples, strings.TrimSuffix(strings.TrimSpace(detail), "}"))
		}
	}
	rng, s := rand.New(rand.NewPCG(1, 1)), newShelf()
	var names []string
	var packed, plain int64
	for i := range 20 {
		text := aDay(rng, samples, event, source, 2000)
		names = append(names, fmt.Sprintf("%02d.json.gz", i))
		s.objects[prefix+names[i]] = zipped(text)
		plain, packed = plain+int64(len(text)), packed+int64(len(s.objects[prefix+names[i]]))
	}
	function, err := newBackfill(b.Context(), func(name string) string {
		return map[string]string{"TRAILBELL_LOG_BUCKET": logBucket, "TRAILBELL_LOG_PREFIX": "AWSLogs/", config.BackfillVariable: "results"}[name]
	})
	if err != nil {
		b.Fatal(err)
	}
	function.log, function.objects.API, function.results = slog.New(slog.DiscardHandler), s, s
	b.SetBytes(plain)
	var got answer
	for b.Loop() {
		answered, err := function.handle(b.Context(), batchOf(0, names...))
		if err != nil {
			b.Fatal(err)
		}
		got = answered.(answer)
	}
	b.StopTimer()
	if got.Entries < 100 {
		b.Fatalf("%+v", got)
	}
	b.ReportMetric(float64(got.Entries)/float64(got.Records)*100, "%-entries")
	b.ReportMetric(float64(packed)/1e6*float64(b.N)/b.Elapsed().Seconds(), "packedMB/s")
	b.ReportMetric(float64(plain)/float64(packed), "times-packed")
	b.ReportMetric(float64(len(s.parts["results/"+got.Part]))/float64(got.Entries), "partB/entry")
	b.ReportMetric(float64(len(s.parts["results/"+got.Part]))/float64(packed)*100, "part-%-of-packed")
}
