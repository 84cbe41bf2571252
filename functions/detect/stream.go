package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"trailbell/functions/wiring"
	"trailbell/internal/ingest"
)

// stream deals with each record of a stream, and names the first that must come again: Lambda
// goes on from there. Those behind it are dealt with all the same, because the stream may be
// held up by the first until it is thrown away; their alerts are not sent twice. A record
// without a number can't be named, so that all must come again.
func (d *detector) stream(ctx context.Context, items []ingest.Item) (any, error) {
	var total result
	answer := events.KinesisEventResponse{BatchItemFailures: []events.KinesisBatchItemFailure{}}
	var nameless error
	for i, item := range items {
		if item.ID == "" {
			nameless = errors.Join(nameless, fmt.Errorf("record %d of the stream has no sequence number", i+1))
		}
		one := d.item(ctx, item)
		total = total.plus(one)
		if one.done() {
			continue
		}
		d.logItem("record stays in the stream", item, one)
		if len(answer.BatchItemFailures) == 0 {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.KinesisBatchItemFailure{ItemIdentifier: item.ID})
		}
	}
	d.measure(total)
	if nameless != nil {
		return nil, nameless
	}
	return answer, nil
}

// item deals with one item of a parcel if there is time for it. No command is followed that
// comes this way.
func (d *detector) item(ctx context.Context, item ingest.Item) (done result) {
	if !margins.More(ctx) {
		return result{err: wiring.ErrTimeRunsOut}
	}
	const where = "Lambda request"
	defer func() {
		if v := recover(); v != nil {
			done = done.plus(d.crashed(ctx, item.Where, v))
		}
	}()
	done = d.tellRefused(ctx)
	return done.plus(d.records(ctx, d.reader.Item(item, where), item.Where))
}

// logItem says why an item must come again.
func (d *detector) logItem(what string, item ingest.Item, one result) {
	why := one.why()
	d.log.Log(context.Background(), wiring.Level(why), what, "item", item.Where, "error", why.Error())
}
