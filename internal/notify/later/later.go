// Package later stands before a place that not everybody has, so that its faults are
// nobody else's. What such a place does not take is laid into the retry queue and comes back
// for that place alone: were the record to come again instead, everybody would get the alert
// twice. It knows nothing of what is sent, nor what the place is.
package later

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

const (
	// patience is for one message with all its tries. Ten messages of a batch must leave
	// time for each other.
	patience = 5 * time.Second
	// slow is a failure that others would wait for. After one the place rests: until then
	// all goes into the queue at once.
	slow = time.Second
	rest = 30 * time.Second
	// layDown is for the way into the queue. It is shorter than what the function keeps for
	// its answer, because it is gone even when there is no time for anything else.
	layDown = 2 * time.Second
	// delay is when the message comes back for the first time, in seconds.
	delay = 60
)

var errRests = errors.New("it was slow to fail a moment ago, and is left alone for 30 seconds")

// An API is what is used of SQS.
type API interface {
	SendMessage(ctx context.Context, in *sqs.SendMessageInput, opts ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

// A Place is a place with the queue for what it does not take. It is safe for concurrent use.
type Place struct {
	// Name is what a message in the queue calls the place by.
	Name     string
	Place    notify.Place
	API      API
	QueueURL string
	Log      *slog.Logger

	mu    sync.Mutex
	rests time.Time // until then it is not asked
}

// Send sends to the place, or else lays the message into the queue. A nil error means that
// one of them has it.
func (p *Place) Send(ctx context.Context, message notify.Message) error {
	err := p.try(ctx, message)
	if err == nil {
		return nil
	}
	if kept := p.lay(ctx, message); kept != nil {
		return errors.Join(err, kept)
	}
	p.Log.Warn("not taken, and comes again", "by", p.Name, "error", err.Error())
	return nil
}

// Again sends what came back from the queue. An error means that it must stay there.
func (p *Place) Again(ctx context.Context, delivery detection.Delivery) error {
	message := notify.Message{Body: delivery.Body}
	if err := json.Unmarshal([]byte(delivery.Attributes), &message.Attributes); err != nil {
		return fmt.Errorf("%s: read the attributes of a message that comes again: %w", p.Name, err)
	}
	if err := p.try(ctx, message); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}

// try sends to the place, unless it rests.
func (p *Place) try(ctx context.Context, message notify.Message) error {
	if p.resting() {
		return errRests
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	err := p.Place.Send(ctx, message)
	if err != nil && time.Since(began) >= slow {
		p.mu.Lock()
		p.rests = time.Now().Add(rest)
		p.mu.Unlock()
	}
	return err
}

func (p *Place) resting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Before(p.rests)
}

// delivery is the message in the queue, as the function that reads it knows it.
type delivery struct {
	Trailbell  string `json:"trailbell"`
	To         string `json:"to"`
	Body       string `json:"body"`
	Attributes string `json:"attributes"`
}

// lay puts a message into the queue. It has no subject: places that show one are not
// behind a queue.
func (p *Place) lay(ctx context.Context, message notify.Message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), layDown)
	defer cancel()
	attributes, err := notify.JSON(message.Attributes)
	if err != nil {
		return fmt.Errorf("write the attributes of a message that is to come again: %w", err)
	}
	body, err := notify.JSON(delivery{Trailbell: "deliver", To: p.Name, Body: message.Body, Attributes: attributes})
	if err != nil {
		return fmt.Errorf("write a message that is to come again: %w", err)
	}
	_, err = p.API.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(p.QueueURL), MessageBody: aws.String(body), DelaySeconds: delay})
	if err != nil {
		return fmt.Errorf("put a message that is to come again into %s: %w", p.QueueURL, err)
	}
	return nil
}
