package main

import (
	"context"
	"errors"
	"fmt"

	"trailbell/functions/wiring"
	"trailbell/internal/archive"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/internal/pipeline"
)

// progress is how far a part of a file was read. Records and problems are counted alike,
// in the order of the file, which is the same each time.
type progress struct {
	reached int   // the first that was not begun
	failed  int   // the first that somebody may not have been told of, -1 for none
	err     error // why, for all of them
	short   bool  // there was no time to read on
	tally   pipeline.Tally
}

// read takes the records of a part through the pipeline, as far as there is time. A file
// that is damaged is done with when somebody was told: it lies in S3 to be looked at.
func (h *handler) read(ctx context.Context, part ingest.Resume, object *archive.Object) (pipeline.Tally, error) {
	p := h.walk(ctx, part, object)
	if broken := object.Broken(); broken != nil && !p.short {
		return p.tally, errors.Join(p.err, fmt.Errorf("%s: %w", part.Where(), broken))
	}
	if !p.short {
		return p.tally, p.err
	}
	rest := p.remains(part)
	if rest == nil {
		return p.tally, errors.Join(p.err, fmt.Errorf("%s: not one more record: %w", part.Where(), wiring.ErrTimeRunsOut))
	}
	for _, more := range rest {
		if err := h.rest(ctx, more); err != nil {
			return p.tally, errors.Join(p.err, err)
		}
	}
	h.log.Info("the rest was handed over", "object", part.Where(), "from", part.From, "reached", p.reached)
	return p.tally, nil
}

func (h *handler) walk(ctx context.Context, part ingest.Resume, object *archive.Object) (p progress) {
	p.reached, p.failed = part.From, -1
	at := -1
	for rec, problem := range h.reader.Records(object, part.Where()) {
		if at++; part.Until > 0 && at >= part.Until {
			return p
		}
		if !margins.More(ctx) {
			p.short = true
			return p
		}
		if at < part.From {
			continue
		}
		if problem != nil && object.Broken() != nil {
			return p // S3 broke off: the file is not damaged
		}
		p.reached = at + 1
		tally, err := h.one(ctx, rec, problem)
		p.tally = p.tally.Plus(tally)
		if err != nil && p.failed < 0 {
			p.failed = at
		}
		p.err = errors.Join(p.err, err)
	}
	p.short = ctx.Err() != nil // the last record may have been given up
	return p
}

// one takes a record through the pipeline, or tells of the problem in its place.
func (h *handler) one(ctx context.Context, rec cloudtrail.Record, problem *detection.Problem) (pipeline.Tally, error) {
	if problem != nil {
		return h.tell(ctx, *problem)
	}
	return h.pipeline.Process(ctx, rec)
}

// remains are the parts that are still to be done when the time runs out: what was not
// begun, and apart from it what has to be done again, so that no failure keeps the rest
// of a file from being read. Each is smaller than part; none are there where that can't
// be, and then the message must come again as it is, so that its tries are counted.
func (p progress) remains(part ingest.Resume) []ingest.Resume {
	if p.reached == part.From {
		return nil
	}
	if p.failed == part.From && p.reached == part.Until {
		return nil // the same again
	}
	rest := part
	rest.From = p.reached
	parts := []ingest.Resume{rest}
	if rest.Until == rest.From {
		parts = nil
	}
	if p.failed >= 0 {
		again := part
		again.From, again.Until = p.failed, p.reached
		parts = append(parts, again)
	}
	return parts
}
