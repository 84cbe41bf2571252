// Command logfiles is the Lambda function that takes notifications of new log files from
// a queue, reads the files from S3, and publishes what the rules find in them. It has the
// stages of the function detect, and answers for each message. Deployed by
// deploy/backfill.yaml it counts an archive for a backtest instead, and sends nothing.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/functions/wiring"
	"trailbell/internal/archive"
	"trailbell/internal/config"
	"trailbell/internal/ingest"
)

func main() {
	handle, err := choose(context.Background(), os.Getenv)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("logfiles can't start: " + err.Error())
		os.Exit(1)
	}
	lambda.Start(handle)
}

// choose says what the function is there for. Only its configuration decides: no payload
// makes one that sends count an archive, or the other way round.
func choose(ctx context.Context, getenv func(string) string) (func(context.Context, json.RawMessage) (any, error), error) {
	if getenv(config.BackfillVariable) != "" {
		b, err := newBackfill(ctx, getenv)
		if err != nil {
			return nil, err
		}
		return b.handle, nil
	}
	h, err := newHandler(ctx, getenv)
	if err != nil {
		return nil, err
	}
	return h.handle, nil
}

func newHandler(ctx context.Context, getenv func(string) string) (*handler, error) {
	conf, err := config.ReadLogFiles(getenv)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: conf.LogLevel}))
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	wired, err := wiring.New(ctx, conf.Detect, cloud, log)
	if err != nil {
		return nil, err
	}
	return &handler{
		log:      log,
		reader:   ingest.Reader{Paths: wired.Paths, Fleeting: true},
		pipeline: wired.Pipeline,
		meter:    wired.Meter,
		rules:    wired.Rules,
		untold:   wired.Refused,
		objects:  archive.Bucket{API: bucketClient(cloud)},
		rest:     queue{sqs.NewFromConfig(cloud), conf.Queue}.put,
		allowed:  allowed{bucket: conf.Bucket, prefix: conf.Prefix, accounts: conf.Accounts},
	}, nil
}

func bucketClient(cloud aws.Config) *s3.Client {
	return s3.NewFromConfig(cloud, func(o *s3.Options) {
		// A stand-in for S3 on this machine has no names for its buckets.
		o.UsePathStyle = cloud.BaseEndpoint != nil
		o.DisableLogOutputChecksumValidationSkipped = true
	})
}

// queue is the function's own queue.
type queue struct {
	api queueAPI
	url string
}

// A queueAPI is what is used of SQS.
type queueAPI interface {
	SendMessage(ctx context.Context, in *sqs.SendMessageInput, opts ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// handOverTime is for one message. It is part of the time that is kept for the answer,
// and goes on when the time for work is over.
const handOverTime = time.Second

func (q queue) put(ctx context.Context, rest ingest.Resume) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handOverTime)
	defer cancel()
	_, err := q.api.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(q.url), MessageBody: aws.String(rest.Body())})
	if err != nil {
		return fmt.Errorf("hand over the rest of %s: %w", rest.Where(), err)
	}
	return nil
}
