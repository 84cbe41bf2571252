package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"trailbell/internal/detection"
	remembered "trailbell/internal/state"
	"trailbell/internal/state/dynamodb"
	"trailbell/internal/suppress"
)

const (
	// tableRate is how many write requests a second a table is asked for at most. A table
	// that is paid by request takes 4,000 at once, says "On-demand capacity mode" in
	// DynamoDB's developer guide; the function wants most of them.
	tableRate = 200
	// tableAtOnce is how many of them are under way at the same time.
	tableAtOnce = 8
	// tableTries is how often a request is made that DynamoDB throttles or does not answer,
	// with longer and longer waits of the SDK between.
	tableTries = 12
	// dollarsForMillion write requests is what AWS asks in us-east-1 since November 2024.
	dollarsForMillion = 0.625
	// mostGap is how much may lie between the end of an archive and the moment since when a
	// deployment looks itself. Log files are minutes late; people name whole days.
	mostGap = 24 * time.Hour
)

// A knowledge is the part of a store that learning needs. Nothing in it takes anything
// back, since a function uses the same store at the same time.
type knowledge interface {
	// Lead is that of [suppress.Store].
	Lead(ctx context.Context, key string, entry remembered.Entry, now time.Time) (remembered.Entry, error)
	// Prolong moves the end of an entry to a later time.
	Prolong(ctx context.Context, key string, until time.Time) error
	// Predate moves the beginning of an entry that by opened to an earlier time.
	Predate(ctx context.Context, key, by string, from time.Time) error
}

// A tablePupil keeps what was learned in the table of a deployment. A rule counts as known
// only when all that was seen is in.
type tablePupil struct {
	to    knowledge
	what  string // the table, in words
	ask   asker
	now   func() time.Time
	every time.Duration // between two writes
}

// tableOf is what --learn says of a table: "dynamodb:TABLE" or "stack:NAME".
func tableOf(flag string) (where [2]string, is bool) {
	kind, name, _ := strings.Cut(flag, ":")
	return [2]string{kind, name}, kind == "dynamodb" || kind == "stack"
}

func newTablePupil(ctx context.Context, where [2]string, ask asker) (pupil, error) {
	if where[1] == "" {
		return nil, usage("%s: what? It is stack:NAME or dynamodb:TABLE", where[0])
	}
	conf, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if conf.Region == "" {
		return nil, usage("a table is in a region: set AWS_REGION")
	}
	table := where[1]
	if where[0] == "stack" {
		if table, err = stackOutput(ctx, cloudformation.NewFromConfig(conf), where[1], conf.Region, "StateTableName"); err != nil {
			return nil, err
		}
	}
	client := awsdynamodb.NewFromConfig(conf, func(o *awsdynamodb.Options) {
		o.Retryer = retry.AddWithMaxAttempts(retry.NewAdaptiveMode(), tableTries)
	})
	answer, err := client.DescribeTable(ctx, &awsdynamodb.DescribeTableInput{TableName: aws.String(table)})
	if err != nil {
		return nil, fmt.Errorf("table %s in %s could not be looked at: %w", table, conf.Region, err)
	}
	if !isOurs(answer.Table.KeySchema) {
		return nil, usage("table %s is not trailbell's: it has other keys", table)
	}
	return &tablePupil{
		to: dynamodb.Store{API: client, Table: table}, what: "table " + aws.ToString(answer.Table.TableArn),
		ask: ask, now: time.Now, every: time.Second / tableRate,
	}, nil
}

// isOurs says whether a table has the keys of the deployed one.
func isOurs(keys []types.KeySchemaElement) bool {
	return len(keys) == 2 && aws.ToString(keys[0].AttributeName) == "pk" && aws.ToString(keys[1].AttributeName) == "sk"
}

// Close does nothing: there is nothing to let go of.
func (*tablePupil) Close() error { return nil }

// learn writes what is still remembered of what was seen, and then that the rules are
// known. Where it fails or is stopped, doing it again completes it.
func (t *tablePupil) learn(ctx context.Context, l lesson) error {
	now := t.now()
	for key, entry := range l.seen {
		if !entry.Open(now) {
			delete(l.seen, key) // forgotten by now
		}
	}
	if len(l.rules) == 0 {
		_, err := fmt.Fprintln(t.ask.stderr, "no rule has first_seen: there is nothing to learn")
		return err
	}
	if err := t.ask.consent(t.plan(l)); err != nil {
		return err
	}
	if done, err := t.groups(ctx, l); err != nil {
		return fmt.Errorf("%d of %s are in, and no rule counts as known; the same command again goes on: %w", done, plural(len(l.seen), "group"), err)
	}
	return t.rules(ctx, l)
}

// plan says what is going to be written, and what that costs at most: what is there already
// is asked for twice.
func (t *tablePupil) plan(l lesson) string {
	most := 2 * (len(l.seen) + len(l.rules))
	plan := fmt.Sprintf("%s of %s with first_seen are to be written into %s:\n"+
		"at most %s, about $%.4f at $%.3f a million (us-east-1; elsewhere it is more), within about %s",
		plural(len(l.seen), "group"), plural(len(l.rules), "rule"), t.what, plural(most, "write request"), float64(most)/1e6*dollarsForMillion,
		dollarsForMillion, (time.Duration(most) * t.every).Round(time.Second))
	if l.problems > 0 {
		plan += fmt.Sprintf("\n%s: what could not be read will be taken for new", plural(l.problems, "problem"))
	}
	return plan
}

// groups writes what was seen, several at a time and so many a second. It begins nothing
// more once one failed, and says how many are in.
func (t *tablePupil) groups(ctx context.Context, l lesson) (done int, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	tick := time.NewTicker(t.every)
	defer tick.Stop()
	var wg sync.WaitGroup
	var mu sync.Mutex
	tokens := make(chan struct{}, tableAtOnce)
	for _, key := range l.keys() {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		tokens <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-tokens }()
			if err := t.group(ctx, key, l.seen[key]); err != nil {
				stop(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			done++
		})
	}
	wg.Wait()
	return done, context.Cause(ctx)
}

// group writes one group. Its time is that of the archive: an entry that ended before this
// one began makes room, and any other stays and only lasts longer.
func (t *tablePupil) group(ctx context.Context, key string, entry remembered.Entry) error {
	led, err := t.to.Lead(ctx, key, entry, entry.From)
	if err == nil && led.Until.Before(entry.Until) {
		err = t.to.Prolong(ctx, key, entry.Until)
	}
	return err
}

// rules has the rules count as known since the beginning of the archive, if it reaches to
// where the deployment's own knowledge begins.
func (t *tablePupil) rules(ctx context.Context, l lesson) error {
	found := map[knownReason]int{}
	var errs []error
	for _, rule := range l.rules {
		reason, err := t.rule(ctx, rule.ID, l)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		found[reason]++
	}
	fmt.Fprintf(t.ask.stderr, "learned %s of first-seen rules; known since %s or before: %s\n", plural(len(l.seen), "group"),
		l.first.Format(time.RFC3339), plural(found[knownEarlier]+found[knownAlready], "rule"))
	if gaps := found[knownGap]; gaps > 0 {
		fmt.Fprintf(t.ask.stderr, "still learning: %s, since the archive ends %s, more than a day before the deployment began to look\n",
			plural(gaps, "rule"), l.last.Format(time.RFC3339))
	}
	return errors.Join(errs...)
}

// rule has one rule count as known, and says why or why not. The deployment is asked in the
// way of its own function, which begins to learn where it has not.
func (t *tablePupil) rule(ctx context.Context, id detection.RuleID, l lesson) (knownReason, error) {
	now := t.now()
	key, entry := suppress.Known(id, now)
	led, err := t.to.Lead(ctx, key, entry, now)
	if err != nil {
		return "", fmt.Errorf("%s: %w", id, err)
	}
	reason := knownFrom(l.first, l.last, led.From)
	if reason == knownEarlier {
		err = t.to.Predate(ctx, key, led.By, l.first)
	}
	return reason, err
}

// A knownReason says what an archive is worth to a rule.
type knownReason string

const (
	knownEarlier knownReason = "the archive begins earlier"
	knownAlready knownReason = "the deployment knows the rule for longer"
	// knownGap: what happened between nobody knows, and would be taken for new.
	knownGap knownReason = "the archive ends before the deployment began to look"
)

// knownFrom decides whether a rule that a deployment knows since a time is known since the
// beginning of an archive.
func knownFrom(first, last, since time.Time) knownReason {
	switch {
	case !first.Before(since):
		return knownAlready
	case since.Sub(last) > mostGap:
		return knownGap
	}
	return knownEarlier
}

// An asker asks a person before a deployment is changed.
type asker struct {
	yes    bool // it was said already
	stdin  io.Reader
	taken  bool // stdin is records
	stderr io.Writer
}

// consent shows what is going to be done. It is an error where nobody wants it.
func (a asker) consent(plan string) error {
	fmt.Fprintln(a.stderr, plan)
	if a.yes {
		return nil
	}
	if a.taken || !isTerminal(a.stdin) {
		return errNobody
	}
	return a.question()
}

var errNobody = errors.New("nothing was written: nobody is there to be asked. Say --yes")

// question waits for a person's answer, and takes nothing but a yes for one.
func (a asker) question() error {
	fmt.Fprint(a.stderr, "Write them? [y/N] ")
	var answer string
	if _, err := fmt.Fscanln(a.stdin, &answer); errors.Is(err, io.EOF) {
		return errNobody // such as /dev/null, which looks like a terminal
	}
	if answer = strings.ToLower(answer); answer == "y" || answer == "yes" {
		return nil
	}
	return errors.New("nothing was written")
}
