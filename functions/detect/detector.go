package main

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
	"trailbell/internal/ruleset"
)

// maxLogged is how much of a payload with a problem is kept in the log.
const maxLogged = 200_000

// A detector handles one event at a time, as Lambda promises.
type detector struct {
	log      *slog.Logger
	reader   ingest.Reader
	pipeline *pipeline.Pipeline
	untold   []detection.Problem // rules that were refused: told with the first event
}

// answer is what the function returns when all went well. Only a person who tries the
// function reads it.
type answer struct {
	Records  int `json:"records"`
	Alerts   int `json:"alerts"`
	Problems int `json:"problems"`
}

// handle takes one payload. An error makes Lambda bring it again, and lay it on the
// retry queue after the last try.
func (d *detector) handle(ctx context.Context, payload json.RawMessage) (answer, error) {
	where := "Lambda request"
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		where += " " + lc.AwsRequestID
	}
	records := d.reader.Records(bytes.NewReader(payload), where)
	tally, err := d.pipeline.Run(ctx, after(d.untold, records))
	if err == nil {
		d.untold = nil
	}
	if tally.Problems > 0 {
		d.log.Warn("payload with a problem", "where", where, "bytes", len(payload),
			"payload", strings.ToValidUTF8(string(payload[:min(len(payload), maxLogged)]), "\uFFFD"))
	}
	return answer{Records: tally.Records, Alerts: tally.Alerts, Problems: tally.Problems}, err
}

// after yields the problems, then the records.
func after(problems []detection.Problem, records iter.Seq2[cloudtrail.Record, *detection.Problem]) iter.Seq2[cloudtrail.Record, *detection.Problem] {
	return func(yield func(cloudtrail.Record, *detection.Problem) bool) {
		for _, problem := range problems {
			if !yield(cloudtrail.Record{}, &problem) {
				return
			}
		}
		records(yield)
	}
}

// refusedProblems tells a person which rules are missing.
func refusedProblems(refused []ruleset.Refusal) []detection.Problem {
	var problems []detection.Problem
	for _, r := range refused {
		problems = append(problems, detection.Problem{
			What: "Rule is missing: its file was refused", Why: r.Error(), Where: r.File, Severity: detection.High,
		})
	}
	return problems
}
