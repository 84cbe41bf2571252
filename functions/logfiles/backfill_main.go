package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"trailbell/internal/ahead"
	"trailbell/internal/archive"
	"trailbell/internal/backtest"
	"trailbell/internal/config"
	"trailbell/internal/engine"
	"trailbell/internal/ingest"
	"trailbell/internal/ruleset"
	"trailbell/internal/suppress"
	"trailbell/rules"
)

const (
	// unpacked is what trailbell backtest takes, too: there is time for it.
	unpacked = 64 << 30
	// filesAtOnce keeps one processor busy while S3 answers: a log file of usual size is
	// counted in some milliseconds, and S3 takes some tens of them to begin with it.
	filesAtOnce = 16
)

// newBackfill loads the rules that are built in. It talks to S3 only: not the wiring of
// functions that send.
func newBackfill(ctx context.Context, getenv func(string) string) (*backfill, error) {
	conf, err := config.ReadBackfill(getenv)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: conf.LogLevel}))
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	sources := []ruleset.Source{{Name: "rules", FS: rules.FS}}
	fingerprint, err := ruleset.Fingerprint(sources)
	if err != nil {
		return nil, err
	}
	set, selector, err := ahead.Load(ctx, sources, log)
	if err != nil {
		return nil, err
	}
	if err := set.Err(); err != nil { // whoever joins has all rules
		return nil, fmt.Errorf("rules were refused: %w", err)
	}
	opa, err := engine.New(ctx, set, engine.PatientLimit)
	if err != nil {
		return nil, err
	}
	client := bucketClient(cloud)
	log.Info("started to count an archive", "rules", len(set.Rules), "fingerprint", fingerprint)
	return &backfill{
		log: log, conf: conf, rules: fingerprint, atOnce: filesAtOnce, room: backtest.PartText,
		reader: ingest.Reader{MaxUnpacked: unpacked, Paths: selector.Paths(), Fleeting: true},
		examiner: backtest.Examiner{
			Selector: selector, Evaluator: opa, Extract: suppress.NewExtracts(set.Rules, set.Exceptions).Of,
		},
		objects: archive.Bucket{API: client}, results: client,
	}, nil
}
