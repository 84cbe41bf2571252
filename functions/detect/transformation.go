package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/ingest"
)

// A transformed record is what Firehose wants back for each record. The data is as it came,
// to the letter.
type transformedRecord struct {
	ID     string          `json:"recordId"`
	Result string          `json:"result"`
	Data   json.RawMessage `json:"data"`
}

type transformed struct {
	Records []transformedRecord `json:"records"`
}

// transformation looks at the records of Firehose and gives back all of them as they came. One
// that fails is Ok for Firehose too, since any other answer would take it out of the user's
// data: it is laid into the retry queue, from where it comes again for us alone. Only if the
// queue does not take it is there an error: Firehose then asks again, and after its last try
// keeps the data of the whole batch apart in S3 ("Handle failure in data transformation" in
// its developer guide). One that can't be read was told, and is where Firehose brings it.
func (d *detector) transformation(ctx context.Context, items []ingest.Item) (any, error) {
	var total result
	var undone []transformedRecord
	answer := transformed{Records: []transformedRecord{}}
	var errs []error
	for i, item := range items {
		if item.ID == "" {
			errs = append(errs, fmt.Errorf("record %d of the delivery stream has no id", i+1))
		}
		record := transformedRecord{ID: item.ID, Result: events.KinesisFirehoseTransformedStateOk, Data: item.Data}
		answer.Records = append(answer.Records, record)
		one := d.item(ctx, item)
		total = total.plus(one)
		if one.err != nil {
			d.logItem("record goes to the retry queue", item, one)
			undone = append(undone, record)
		}
	}
	d.measure(total)
	if errs = append(errs, d.retries.lay(ctx, undone)); errors.Join(errs...) != nil {
		return nil, errors.Join(errs...)
	}
	return answer, nil
}

// A retryQueue is where what a service will not bring again is laid.
type retryQueue struct {
	API interface {
		SendMessage(ctx context.Context, in *awssqs.SendMessageInput, opts ...func(*awssqs.Options)) (*awssqs.SendMessageOutput, error)
	}
	URL string
}

const (
	// layDown is for the way into the queue, of all messages together. It is shorter than what
	// the function keeps for its answer, because it is gone even when there is no time for
	// anything else.
	layDown = 2 * time.Second
	// fullMessage is how much is laid into one message. SQS takes 1 MiB.
	fullMessage = 200_000
)

// lay puts records into the queue in the form in which Firehose hands them over, a few in
// each message.
func (q retryQueue) lay(ctx context.Context, records []transformedRecord) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), layDown)
	defer cancel()
	for len(records) > 0 {
		n, size := 1, len(records[0].Data)
		for n < len(records) && size+len(records[n].Data) < fullMessage {
			size += len(records[n].Data)
			n++
		}
		body, err := json.Marshal(map[string]any{"invocationId": "retry", "deliveryStreamArn": "retry", "records": records[:n]})
		if err != nil {
			return fmt.Errorf("write %d records that are to come again: %w", n, err)
		}
		if _, err := q.API.SendMessage(ctx, &awssqs.SendMessageInput{QueueUrl: aws.String(q.URL), MessageBody: aws.String(string(body))}); err != nil {
			return fmt.Errorf("put %d records that are to come again into %s: %w", n, q.URL, err)
		}
		records = records[n:]
	}
	return nil
}
