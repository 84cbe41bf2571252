// Command detect is the Lambda function that takes CloudTrail events from EventBridge,
// from the retry queue behind it, and from what else hands records to a function, and
// publishes what the rules find. It wires the stages together and answers for what it was
// given.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/functions/wiring"
	"trailbell/internal/config"
	"trailbell/internal/ingest"
)

func main() {
	d, err := newDetector(context.Background(), os.Getenv)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("detect can't start: " + err.Error())
		os.Exit(1)
	}
	lambda.Start(d.handle)
}

func newDetector(ctx context.Context, getenv func(string) string) (*detector, error) {
	conf, err := config.ReadDetect(getenv)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: conf.LogLevel}))
	aws, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	wired, err := wiring.New(ctx, conf, aws, log)
	if err != nil {
		return nil, err
	}
	return &detector{
		log:      log,
		reader:   ingest.Reader{Now: time.Now},
		retries:  retryQueue{API: awssqs.NewFromConfig(aws), URL: conf.RetryQueueURL},
		meter:    wired.Meter,
		rules:    wired.Rules,
		untold:   wired.Refused,
		again:    wired.Again,
		learn:    wired.Learn,
		pipeline: wired.Pipeline,
	}, nil
}
