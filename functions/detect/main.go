// Command detect is the Lambda function that takes CloudTrail events from EventBridge,
// and from the retry queue behind it, and publishes what the rules find. It wires the
// stages together and answers for what it was given.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"trailbell/internal/ahead"
	"trailbell/internal/config"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/ingest"
	"trailbell/internal/metrics"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/sns"
	"trailbell/internal/notify/text"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/suppress"
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
	set, selector, err := ahead.Load(ctx, []ruleset.Source{{Name: "rules", FS: rules.FS}}, log)
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
	client := awssns.NewFromConfig(aws)
	log.Info("started", "rules", len(set.Rules), "refused", len(set.Refused))
	return &detector{
		log:    log,
		reader: ingest.Reader{Now: time.Now},
		meter:  metrics.Meter{To: os.Stdout, Function: conf.FunctionName, Full: conf.FullMetrics, Now: time.Now},
		rules:  len(set.Rules),
		untold: refusedProblems(set.Refused),
		pipeline: &pipeline.Pipeline{
			Selector:   selector,
			Evaluator:  opa,
			Suppressor: suppress.Nothing{}, // remembers nothing: every repeat is sent
			Enricher:   enrich.Enricher{Accounts: set.Accounts, Ways: set.Ways},
			Notifier: notify.Channels{
				{Name: "alert topic", Renderer: text.Renderer{}, Place: sns.Topic{API: client, ARN: conf.AlertTopic}},
				{Name: "alert event topic", Renderer: alertjson.Renderer{}, Place: sns.Topic{API: client, ARN: conf.AlertEventTopic}, Heartbeats: true},
			},
			Log: log,
			Now: time.Now,
		},
	}, nil
}
