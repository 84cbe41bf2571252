// Command detect is the Lambda function that takes CloudTrail events from EventBridge,
// from the retry queue behind it, and from what else hands records to a function, and publishes what the rules find. It wires the
// stages together and answers for what it was given.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/ahead"
	"trailbell/internal/config"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/state/dynamodb"
	"trailbell/internal/suppress"
	"trailbell/internal/suppress/sqs"
	"trailbell/rules"
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
	set, selector, err := loadRules(ctx, conf, log)
	if err != nil {
		return nil, err
	}
	opa, err := engine.New(ctx, set, engine.DefaultLimit)
	if err != nil {
		return nil, err
	}
	aws, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	queue := awssqs.NewFromConfig(aws)
	all, behind := channels(conf, aws, queue, log)
	suppressor := suppress.New(suppress.Options{
		Store:      dynamodb.Store{API: awsdynamodb.NewFromConfig(aws), Table: conf.StateTable},
		Timer:      sqs.Timer{API: queue, QueueURL: conf.RetryQueueURL, Log: log},
		Lists:      set.Lists(),
		Exceptions: set.Exceptions,
		OwnRole:    conf.FunctionRole,
		Log:        log,
	})
	log.Info("started", "rules", len(set.Rules), "refused", len(set.Refused))
	return &detector{
		log:     log,
		reader:  ingest.Reader{Now: time.Now},
		retries: retryQueue{API: queue, URL: conf.RetryQueueURL},
		meter:   metrics.Meter{To: os.Stdout, Function: conf.FunctionName, Full: conf.FullMetrics, Now: time.Now},
		rules:   len(set.Rules),
		untold:  refusedProblems(set.Refused),
		again:   behind,
		learn:   func(ctx context.Context) error { return suppressor.Know(ctx, set.Rules) },
		pipeline: &pipeline.Pipeline{
			Selector:   selector,
			Evaluator:  opa,
			Suppressor: suppressor,
			Enricher:   enrich.Enricher{Accounts: set.Accounts, Lookup: lookup(conf, aws, log), Ways: set.Ways},
			Notifier:   all,
			Log:        log,
			Now:        time.Now,
		},
	}, nil
}

// loadRules reads the rules that are built in, and tells them where they run.
func loadRules(ctx context.Context, conf config.Detect, log *slog.Logger) (*ruleset.Set, *selection.Choice, error) {
	set, selector, err := ahead.Load(ctx, []ruleset.Source{{Name: "rules", FS: rules.FS}}, log)
	if err != nil || conf.Deployment == "" {
		return set, selector, err
	}
	own, err := ruleset.ParseDeployment([]byte(conf.Deployment))
	if err != nil {
		return nil, nil, fmt.Errorf("TRAILBELL_DEPLOYMENT: %w", err)
	}
	return set.WithDeployment(own), selector, nil
}
