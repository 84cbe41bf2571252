// Package wiring puts the stages together for the functions that take records: the same
// rules, store, topics and metrics, whichever way a record comes. It knows nothing of how
// a payload is read and answered.
package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/ahead"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/config"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/enrich"
	"trailbell/internal/metrics"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
	"trailbell/internal/state/dynamodb"
	"trailbell/internal/suppress"
	"trailbell/internal/suppress/sqs"
	"trailbell/rules"
)

// A Wired is what a function that takes records is made of.
type Wired struct {
	// Pipeline takes records to the topics.
	Pipeline *pipeline.Pipeline
	// Meter writes what the function did to its log.
	Meter metrics.Meter
	// Again are the places that a message may come again for.
	Again Optional
	// Paths are what a reader notes for the rules; see Reader in package ingest.
	Paths *cloudtrail.Paths
	// Rules counts those that were loaded.
	Rules int
	// Refused tells which rules are missing, and is for a person.
	Refused []detection.Problem
	// Learn begins what first-seen rules have to learn, and that lanes are compared.
	Learn func(context.Context) error
}

// New loads the rules that are built in and puts the stages together. It reads no
// environment but through cloud, and calls nobody.
func New(ctx context.Context, conf config.Detect, cloud aws.Config, log *slog.Logger) (*Wired, error) {
	set, selector, err := loadRules(ctx, conf, log)
	if err != nil {
		return nil, err
	}
	opa, err := engine.New(ctx, set, engine.DefaultLimit)
	if err != nil {
		return nil, err
	}
	queue := awssqs.NewFromConfig(cloud)
	all, behind := channels(conf, cloud, queue, log)
	store := dynamodb.Store{API: awsdynamodb.NewFromConfig(cloud), Table: conf.StateTable}
	timer := sqs.Timer{API: queue, QueueURL: conf.RetryQueueURL, Log: log}
	ledger, begin := lanes(conf, store, timer, log)
	suppressor := suppress.New(suppress.Options{
		Store:      store,
		Timer:      timer,
		Lists:      set.Lists(),
		Exceptions: set.Exceptions,
		OwnRoles:   conf.FunctionRoles,
		Log:        log,
	})
	log.Info("started", "rules", len(set.Rules), "refused", len(set.Refused))
	return &Wired{
		Meter:   metrics.Meter{To: os.Stdout, Function: conf.FunctionName, Full: conf.FullMetrics, Now: time.Now},
		Paths:   selector.Paths(),
		Rules:   len(set.Rules),
		Refused: RefusedProblems(set.Refused),
		Again:   behind,
		Learn:   func(ctx context.Context) error { return errors.Join(suppressor.Know(ctx, set.Rules), begin(ctx)) },
		Pipeline: &pipeline.Pipeline{
			Selector:   selector,
			Evaluator:  opa,
			Suppressor: suppressor,
			Enricher:   enrich.Enricher{Accounts: set.Accounts, Lookup: lookup(conf, cloud, log), Ways: set.Ways},
			Notifier:   all,
			Ledger:     ledger,
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

// RefusedProblems tells a person which rules are missing.
func RefusedProblems(refused []ruleset.Refusal) []detection.Problem {
	var problems []detection.Problem
	for _, r := range refused {
		problems = append(problems, detection.Problem{
			What: "Rule is missing: its file was refused", Why: r.Error(), Where: r.File, Severity: detection.High,
		})
	}
	return problems
}
