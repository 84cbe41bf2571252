package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"trailbell/internal/archive"
)

// A source is something that records are read from, once.
type source struct {
	name string
	size int64 // in bytes, 0 where it is not known
	open func(ctx context.Context) (io.ReadCloser, error)
}

// where names the source in problems.
func (s source) where() string {
	if s.name == "-" {
		return "standard input"
	}
	return s.name
}

// findSources turns the PATH arguments into what can be read, by name, each once: files
// here, and objects of s3:// addresses. What is asked of the event history comes last.
func findSources(ctx context.Context, args []string, history historyFlags, stdin io.Reader) ([]source, error) {
	var local []string
	found := map[string]source{}
	for _, arg := range args {
		if !strings.HasPrefix(arg, "s3://") {
			local = append(local, arg)
			continue
		}
		if err := findObjects(ctx, arg, found); err != nil {
			return nil, err
		}
	}
	inputs, err := findInputs(local)
	if err != nil {
		return nil, exit{exitUsage, err}
	}
	for _, input := range inputs {
		found[input] = fileSource(input, stdin)
	}
	var all []source
	for _, s := range found {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.name, b.name) })
	if history.on {
		s, err := history.source(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func fileSource(input string, stdin io.Reader) source {
	if input == "-" {
		return source{name: input, open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(stdin), nil }}
	}
	s := source{name: input, open: func(context.Context) (io.ReadCloser, error) { return os.Open(input) }}
	if info, err := os.Stat(input); err == nil {
		s.size = info.Size()
	}
	return s
}

// bucketOf is the client for a bucket, wherever that is: the configured region may be
// another one.
func bucketOf(ctx context.Context, bucket string) (*s3.Client, error) {
	conf, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, exit{exitProblem, fmt.Errorf("read the AWS configuration: %w", err)}
	}
	if conf.Region == "" {
		conf.Region = "us-east-1" // knows where every bucket of the partition is
	}
	usual := s3.NewFromConfig(conf)
	head, err := usual.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	if err == nil && head.BucketRegion != nil {
		conf.Region = *head.BucketRegion
	} else if region := regionInAnswer(err); region != "" {
		conf.Region = region
	}
	return s3.NewFromConfig(conf, func(o *s3.Options) {
		o.DisableLogOutputChecksumValidationSkipped = true // what has none is nothing to tell of
		// An endpoint of its own, such as a stand-in on this machine, has no host for each bucket.
		o.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL")+os.Getenv("AWS_ENDPOINT_URL_S3") != ""
	}), nil
}

func findObjects(ctx context.Context, address string, found map[string]source) error {
	bucket, prefix, is := archive.Cut(address)
	if !is {
		return usage("%s: an address in S3 is s3://bucket/prefix", address)
	}
	client, err := bucketOf(ctx, bucket)
	if err != nil {
		return err
	}
	n := 0
	for file, err := range archive.List(ctx, client, bucket, prefix) {
		if err != nil {
			return exit{exitProblem, err}
		}
		n++
		name := "s3://" + bucket + "/" + file.Key
		found[name] = source{name: name, size: file.Size, open: func(ctx context.Context) (io.ReadCloser, error) {
			return archive.Bucket{API: client}.Open(ctx, bucket, file.Key)
		}}
	}
	if n == 0 {
		return exit{exitUsage, fmt.Errorf("%s: no object there ends in .json or .gz", address)}
	}
	return nil
}

// regionInAnswer is where S3 says that a bucket is, when it refuses to tell more.
func regionInAnswer(err error) string {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return ""
	}
	return answer.Response.Header.Get("X-Amz-Bucket-Region")
}
