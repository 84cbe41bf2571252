package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/spf13/cobra"
)

// The limits of LookupEvents, as its API reference says them.
const (
	historyDays  = 90
	historyPage  = 50
	historyEvery = 500 * time.Millisecond // two calls a second, account and region
	// historyTries is how often a call is made that AWS throttles, with longer and longer
	// waits of the SDK between.
	historyTries = 10
	// A slice of time is asked for at once. AWS gives the newest first, and windows need the
	// oldest first, so its events are held in memory. Slices are longer where little happens,
	// because each costs a call.
	shortestSlice, firstSlice, longestSlice = time.Minute, 15 * time.Minute, 6 * time.Hour
	// fewEvents and manyEvents are when the next slice is twice or half as long.
	fewEvents, manyEvents = 2 * historyPage, 100 * historyPage
)

type historyFlags struct {
	on      bool
	since   time.Duration
	regions []string
}

func (h *historyFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&h.on, "event-history", false, "read CloudTrail's event history of this account: management events of 90 days, at most 100 a second")
	f.DurationVar(&h.since, "since", 24*time.Hour, "how far back --event-history goes")
	f.StringArrayVar(&h.regions, "region", nil, "region of --event-history, may be given several times (default: as the AWS SDK finds it)")
}

// check refuses what can't be asked for.
func (h historyFlags) check(args []string, command string) error {
	switch {
	case !h.on && len(h.regions) > 0:
		return usage("--region is for --event-history")
	case !h.on && len(args) == 0:
		return usage("%s needs a PATH: a file, a folder, a glob, s3://bucket/prefix, or - for standard input; or --event-history", command)
	case h.on && (h.since <= 0 || h.since > historyDays*24*time.Hour):
		return usage("--since %s: the event history has %d days (%dh)", h.since, historyDays, historyDays*24)
	}
	return nil
}

// source is the event history of the regions, with the user's AWS configuration.
func (h historyFlags) source(ctx context.Context) (source, error) {
	conf, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return source{}, exit{exitProblem, fmt.Errorf("read the AWS configuration: %w", err)}
	}
	regions := h.regions
	if len(regions) == 0 && conf.Region != "" {
		regions = []string{conf.Region}
	}
	if len(regions) == 0 {
		return source{}, usage("--event-history needs a region: give --region or set AWS_REGION")
	}
	past := &past{every: historyEvery, until: time.Now().UTC().Truncate(time.Second)}
	past.from = past.until.Add(-h.since)
	for _, region := range slices.Compact(slices.Sorted(slices.Values(regions))) {
		client := cloudtrail.NewFromConfig(conf, func(o *cloudtrail.Options) {
			o.Region = region
			o.Retryer = retry.AddWithMaxAttempts(retry.NewStandard(), historyTries)
		})
		past.regions = append(past.regions, &place{name: region, api: client})
	}
	name := "event history of " + strings.Join(regions, ", ")
	return source{name: name, open: func(ctx context.Context) (io.ReadCloser, error) {
		return io.NopCloser(past.reader(ctx)), nil
	}}, nil
}

// lookup is what is used of CloudTrail.
type lookup interface {
	LookupEvents(ctx context.Context, in *cloudtrail.LookupEventsInput, opts ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error)
}

// A place is the event history of one region.
type place struct {
	name string
	api  lookup
	last time.Time // when it was asked
}

// past is the event history of some regions between two times, in whole seconds, oldest
// events first.
type past struct {
	regions     []*place
	from, until time.Time
	every       time.Duration // the least time between two calls of a region
}

// reader gives the events as JSON lines. It asks as it is read.
func (p *past) reader(ctx context.Context) io.Reader {
	return &pastReader{past: p, ctx: ctx, next: p.from, length: firstSlice}
}

type pastReader struct {
	past   *past
	ctx    context.Context
	next   time.Time
	length time.Duration // of the next slice
	rest   bytes.Reader
	any    bool  // something was given
	err    error // that ended it; who reads on gets it again
}

// Read reads on, as io.Reader promises. The error of a call names the region.
func (r *pastReader) Read(b []byte) (int, error) {
	for r.rest.Len() == 0 && r.err == nil {
		r.err = r.ask()
	}
	if r.rest.Len() == 0 {
		return 0, r.err
	}
	return r.rest.Read(b)
}

// noRecords is what is given where nothing happened: nothing at all would look like a file
// that was cut off.
const noRecords = `{"Records":[]}`

// ask reads the next slice. It returns io.EOF when there are no more.
func (r *pastReader) ask() error {
	if r.next.After(r.past.until) {
		if !r.any {
			r.rest.Reset([]byte(noRecords))
		}
		return io.EOF
	}
	// Both ends belong to what AWS gives, to the second.
	end := r.next.Add(r.length - time.Second)
	if end.After(r.past.until) {
		end = r.past.until
	}
	text, events, err := r.past.slice(r.ctx, r.next, end)
	if err != nil {
		return err
	}
	r.length = sliceAfter(r.length, events)
	r.next = end.Add(time.Second)
	r.rest.Reset(text)
	r.any = r.any || events > 0
	return nil
}

// sliceAfter is how long the slice is that follows one of a length.
func sliceAfter(length time.Duration, events int) time.Duration {
	switch {
	case events <= fewEvents:
		return min(2*length, longestSlice)
	case events >= manyEvents:
		return max(length/2, shortestSlice).Truncate(time.Second)
	}
	return length
}

// slice is the events of all regions between two times, by time, as JSON lines, and how
// many there are.
func (p *past) slice(ctx context.Context, from, until time.Time) ([]byte, int, error) {
	var events []types.Event
	for _, region := range p.regions {
		found, err := region.between(ctx, p.every, from, until)
		if err != nil {
			return nil, 0, fmt.Errorf("event history of %s: %w", region.name, err)
		}
		slices.Reverse(found)
		events = append(events, found...)
	}
	slices.SortStableFunc(events, func(a, b types.Event) int { return aws.ToTime(a.EventTime).Compare(aws.ToTime(b.EventTime)) })
	var text bytes.Buffer
	for _, event := range events {
		line(&text, event)
	}
	return text.Bytes(), len(events), nil
}

// line writes the record in an event. One that is no JSON stays as it is, but on one line, so
// that it damages no other; for one that is missing stands what names the event, which is
// no record and becomes a problem.
func line(text *bytes.Buffer, event types.Event) {
	record := aws.ToString(event.CloudTrailEvent)
	if strings.TrimSpace(record) == "" {
		missing, _ := json.Marshal(map[string]string{"EventId": aws.ToString(event.EventId), "CloudTrailEvent": ""})
		record = string(missing)
	}
	if json.Compact(text, []byte(record)) != nil {
		text.WriteString(strings.NewReplacer("\n", " ", "\r", " ").Replace(record))
	}
	text.WriteByte('\n')
}

// between is the events of a region between two times, newest first.
func (p *place) between(ctx context.Context, every time.Duration, from, until time.Time) ([]types.Event, error) {
	var events []types.Event
	in := &cloudtrail.LookupEventsInput{StartTime: &from, EndTime: &until, MaxResults: aws.Int32(historyPage)}
	for {
		if err := p.wait(ctx, every); err != nil {
			return nil, err
		}
		out, err := p.api.LookupEvents(ctx, in)
		if err != nil {
			return nil, err
		}
		events = append(events, out.Events...)
		token := aws.ToString(out.NextToken)
		switch {
		case token == "":
			return events, nil
		case token == aws.ToString(in.NextToken):
			return nil, errors.New("AWS gives the same page again")
		}
		in.NextToken = aws.String(token)
	}
}

// wait lets the time go by that has to be between two calls.
func (p *place) wait(ctx context.Context, every time.Duration) error {
	timer := time.NewTimer(time.Until(p.last.Add(every)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		p.last = time.Now()
		return nil
	}
}
