package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"trailbell/functions/wiring"
	"trailbell/internal/archive"
	"trailbell/internal/backtest"
	"trailbell/internal/config"
	"trailbell/internal/ingest"
)

// A backfill counts batches of an archive for a backtest. It has no topics, no queue and
// no table: it reads log files and writes parts, and nothing else. It handles one batch at
// a time, as Lambda promises.
type backfill struct {
	log      *slog.Logger
	conf     config.Backfill
	rules    string // fingerprint
	reader   ingest.Reader
	examiner backtest.Examiner
	objects  archive.Bucket
	results  putter
	// atOnce is how many files are read at the same time: with one after the other the
	// function would mostly wait for S3.
	atOnce int
	room   int // of a part
}

// A putter is what is used of S3 to write.
type putter interface {
	PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// An answer is what the state machine gets, far below its 256 KB. Next is the first file
// that was not counted; the state machine asks again until all are done.
type answer struct {
	Run     string `json:"run"`
	Batch   string `json:"batch"`
	Part    string `json:"part"` // the key of the part
	Next    int    `json:"next"`
	Of      int    `json:"of"`
	Done    bool   `json:"done"`
	Skipped int    `json:"skipped"` // objects of the batch that are no log files
	Records int    `json:"records"`
	Entries int    `json:"entries"`
	LeftOut int    `json:"left_out"`
}

// Refused is of a batch that no other try makes better. The state machine tells it apart
// by the type's name.
type Refused struct{ why error }

// Error says why.
func (r Refused) Error() string { return r.why.Error() }

// Unwrap is why.
func (r Refused) Unwrap() error { return r.why }

// OutOfTime is of a batch of which not one file more could be counted in the time.
type OutOfTime struct{ why error }

// Error says why.
func (o OutOfTime) Error() string { return o.why.Error() }

// Unwrap is why.
func (o OutOfTime) Unwrap() error { return o.why }

// counting are the margins while an archive is counted: a part may have to be packed and
// written yet, and a file that is begun should have a chance.
var counting = wiring.Margins{ForAnswer: 20 * time.Second, ForMore: 40 * time.Second}

// runForm is what a run may be called, as Step Functions names executions.
var runForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// handle counts a batch as far as there is time, and writes what came of it as one part.
// A batch that comes again writes the same part again. It has no other effect.
func (b *backfill) handle(ctx context.Context, payload json.RawMessage) (any, error) {
	batch, err := b.parse(payload)
	if err != nil {
		return nil, Refused{err}
	}
	id := batch.ID()
	working, cancel := counting.Working(ctx)
	defer cancel()
	keys := logFiles(batch.Items)
	from := batch.Counted.Next
	if from > len(keys) {
		return nil, Refused{fmt.Errorf("%s: it is to go on at file %d of %d", batch.Where(), from+1, len(keys))}
	}
	part := backtest.NewPart(backtest.Head{Rules: b.rules, Run: batch.BatchInput.Run, Batch: id, From: from, Of: len(keys)})
	part.Room = b.room
	if err := b.count(working, part, keys[from:]); err != nil {
		b.log.Error("batch was not counted", "batch", id, "where", batch.Where(), "error", err.Error())
		return nil, inBatch(batch, err)
	}
	head := part.Head()
	key := fmt.Sprintf("%s%s/parts/%s-%06d.json.gz", b.conf.ResultsPrefix, head.Run, id, from)
	if err := b.put(ctx, key, part); err != nil {
		return nil, inBatch(batch, err)
	}
	b.log.Info("counted", "part", key, "next", head.Until, "of", head.Of, "records", head.Records, "entries", head.Entries)
	return answer{
		Run: head.Run, Batch: id, Part: key, Next: head.Until, Of: head.Of, Done: head.Until == head.Of,
		Skipped: len(batch.Items) - len(keys), Records: head.Records, Entries: head.Entries, LeftOut: head.LeftOut,
	}, nil
}

// inBatch names the batch in an error, whose type stays.
func inBatch(batch backtest.Batch, err error) error {
	named := fmt.Errorf("batch %s (%s): %w", batch.ID(), batch.Where(), err)
	if errors.As(err, new(Refused)) {
		return Refused{named}
	}
	if errors.As(err, new(OutOfTime)) {
		return OutOfTime{named}
	}
	return named
}

// parse reads a batch and refuses what else somebody could send: other payloads, other
// names of runs, and objects that the function is not there for.
func (b *backfill) parse(payload []byte) (batch backtest.Batch, err error) {
	if err := json.Unmarshal(payload, &batch); err != nil {
		return batch, fmt.Errorf("it is no batch of a Distributed Map: %w", err)
	}
	switch {
	case len(batch.Items) == 0:
		return batch, errors.New("it is no batch of a Distributed Map: it has no Items")
	case !runForm.MatchString(batch.BatchInput.Run):
		return batch, fmt.Errorf("BatchInput.Run is %q, and must be the name of an execution", batch.BatchInput.Run)
	case batch.Counted.Next < 0:
		return batch, fmt.Errorf("it is to go on at Counted.next, which is %d", batch.Counted.Next)
	}
	for _, item := range batch.Items {
		if item.Key == "" || !strings.HasPrefix(item.Key, b.conf.Prefix) {
			return batch, fmt.Errorf("the object %q is not below %q", item.Key, b.conf.Prefix)
		}
	}
	return batch, nil
}

// logFiles are the keys of objects that may hold records, in the order of an archive.
// Digests, and what other services put beside, are known by their keys and not opened.
func logFiles(items []backtest.Item) (keys []string) {
	for _, item := range items {
		if ingest.MayHoldRecords(item.Key) {
			keys = append(keys, item.Key)
		}
	}
	slices.SortFunc(keys, backtest.InOrder)
	return slices.Compact(keys)
}

func (b *backfill) put(ctx context.Context, key string, part *backtest.Part) error {
	text, err := part.Bytes()
	if err != nil {
		return err
	}
	_, err = b.results.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(b.conf.Results), Key: aws.String(key), Body: bytes.NewReader(text), ContentType: aws.String("application/gzip"),
	})
	if err != nil {
		return fmt.Errorf("write s3://%s/%s: %w", b.conf.Results, key, err)
	}
	return nil
}
