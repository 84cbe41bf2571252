// Command slack is the Lambda function that takes messages of the alert event topic from
// a queue and posts them to Slack. It wires renderer and poster together and answers for
// each message: what is not named in the answer is taken off the queue.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/config"
	"trailbell/internal/notify/slack/poster"
	"trailbell/internal/notify/sns"
	"trailbell/internal/state/dynamodb"
)

func main() {
	h, err := newHandler(context.Background(), os.Getenv)
	if err != nil {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("slack can't start: " + err.Error())
		os.Exit(1)
	}
	lambda.Start(h.handle)
}

func newHandler(ctx context.Context, getenv func(string) string) (*handler, error) {
	conf, err := config.ReadSlack(getenv)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: conf.LogLevel}))
	aws, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	post, err := poster.New(conf.Endpoint, time.Now)
	if err != nil {
		return nil, err
	}
	secrets := &poster.Secrets{
		Fetch: secret{secretsmanager.NewFromConfig(aws), conf.Secret}.fetch, Channel: conf.Channel, Now: time.Now, Log: log,
	}
	h := &handler{
		log:     log,
		sender:  poster.Sender{Poster: post, Secrets: secrets, Log: log},
		threads: poster.Lasting{Store: dynamodb.Store{API: awsdynamodb.NewFromConfig(aws), Table: conf.StateTable}, Now: time.Now},
		queue:   queue{sqs.NewFromConfig(aws), conf.Queue},
		tell:    &teller{place: sns.Topic{API: awssns.NewFromConfig(aws), ARN: conf.OperationsTopic}, now: time.Now},
		now:     time.Now,
	}
	// A secret that is of no use is said now, and not with the first alert. The function
	// goes on: it looks again for each batch, so that a new secret is enough.
	if to, err := secrets.Destination(ctx); err != nil {
		log.Error("nothing can be posted", "error", err.Error())
	} else {
		log.Info("started", "to", to)
	}
	return h, nil
}

// secret is one secret in Secrets Manager.
type secret struct {
	api secretsAPI
	arn string
}

// A secretsAPI is what is used of Secrets Manager.
type secretsAPI interface {
	GetSecretValue(ctx context.Context, in *secretsmanager.GetSecretValueInput, opts ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

func (s secret) fetch(ctx context.Context) (string, error) {
	out, err := s.api.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.arn)})
	if err != nil {
		return "", fmt.Errorf("read %s: %w", s.arn, err)
	}
	if out.SecretString == nil {
		return "", errors.New("the secret is bytes and no text")
	}
	return *out.SecretString, nil
}

// queue is the queue that the messages come from.
type queue struct {
	api queueAPI
	url string
}

// A queueAPI is what is used of SQS.
type queueAPI interface {
	ChangeMessageVisibility(ctx context.Context, in *sqs.ChangeMessageVisibilityInput, opts ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
}

// later keeps a message on the queue from coming again before a time is over.
func (q queue) later(ctx context.Context, receipt string, after time.Duration) error {
	_, err := q.api.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: aws.String(q.url), ReceiptHandle: aws.String(receipt),
		VisibilityTimeout: int32(after.Round(time.Second) / time.Second), // at most 12 hours
	})
	if err != nil {
		return fmt.Errorf("keep a message back: %w", err)
	}
	return nil
}
