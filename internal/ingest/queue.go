package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// A Message is one message of a queue, as Lambda hands it over.
type Message struct {
	ID    string // empty where the payload has none
	Queue string // the queue's name
	Body  string
	// Why says in the words of whoever put the message there why it was not delivered, by
	// attribute. Lambda puts RequestID, ErrorCode and ErrorMessage ("Dead-letter queues" in
	// its developer guide), EventBridge RULE_ARN, TARGET_ARN, ERROR_CODE, ERROR_MESSAGE,
	// EXHAUSTED_RETRY_CONDITION and RETRY_ATTEMPTS ("Using dead-letter queues to process
	// undelivered events" in its user guide).
	Why map[string]string
}

// Where names the message in problems. It is the same each time the message comes.
func (m Message) Where() string {
	return fmt.Sprintf("message %s of queue %s", m.ID, m.Queue)
}

// queueSource is the eventSource of a message. It tells a batch from a log file.
const queueSource = "aws:sqs"

// Messages are those of a batch from a queue, and whether the payload is one. The error
// says why a batch can't be taken apart; then nothing is known of what it holds.
func Messages(payload []byte) (messages []Message, isBatch bool, err error) {
	if !bytes.Contains(payload, []byte(queueSource)) || !hasMessage(payload) {
		return nil, false, nil
	}
	var batch events.SQSEvent
	if err := json.Unmarshal(payload, &batch); err != nil {
		return nil, true, fmt.Errorf("read batch of messages: %w", err)
	}
	for _, m := range batch.Records {
		queue := m.EventSourceARN[strings.LastIndex(m.EventSourceARN, ":")+1:]
		messages = append(messages, Message{ID: m.MessageId, Queue: queue, Body: m.Body, Why: texts(m.MessageAttributes)})
	}
	return messages, true, nil
}

// hasMessage says whether any item of the payload's list came from a queue. A payload
// with two lists is not taken for a batch, because one of them would be lost.
func hasMessage(payload []byte) bool {
	text := bytes.TrimSpace(payload)
	if len(text) == 0 || text[0] != '{' || !json.Valid(text) {
		return false
	}
	lists, found := 0, false
	for key, value := range cloudtrail.Members(text) {
		if key != listKey {
			continue
		}
		lists++
		var items []struct {
			Source any `json:"eventSource"`
		}
		_ = json.Unmarshal(value, &items) // what is read of a list that is odd is enough
		for _, item := range items {
			found = found || item.Source == queueSource
		}
	}
	return lists == 1 && found
}

func texts(attributes map[string]events.SQSMessageAttribute) map[string]string {
	found := map[string]string{}
	for name, attribute := range attributes {
		if attribute.StringValue != nil {
			found[name] = *attribute.StringValue
		}
	}
	return found
}

// maxBatch is how much of a batch is read: far more than the 6 MB that Lambda hands over.
const maxBatch = 16 << 20

// beginsAs says whether the payload begins with these tokens. It waits for no more bytes
// than it takes to tell, because records are read as they come.
func beginsAs(payload *bufio.Reader, tokens []string) bool {
	at := 0
	for _, token := range tokens {
		for {
			begin, _ := payload.Peek(at + 1)
			if len(begin) <= at {
				return false
			}
			if strings.IndexByte(" \t\r\n", begin[at]) < 0 {
				break
			}
			at++
		}
		for _, c := range []byte(token) {
			if begin, _ := payload.Peek(at + 1); len(begin) <= at || begin[at] != c {
				return false
			}
			at++
		}
	}
	return true
}

// inside takes a payload apart that is a batch of messages from a queue, or a parcel. Where
// it is none, rest is the whole payload.
func (r Reader) inside(payload *bufio.Reader, where string) (records iter.Seq2[cloudtrail.Record, *detection.Problem], rest io.Reader) {
	if !slices.ContainsFunc(begins, func(tokens []string) bool { return beginsAs(payload, tokens) }) {
		return nil, payload
	}
	whole, err := io.ReadAll(io.LimitReader(payload, maxBatch))
	if err != nil {
		return nil, io.MultiReader(bytes.NewReader(whole), failing{err})
	}
	rest = io.MultiReader(bytes.NewReader(whole), payload)
	messages, isBatch, err := Messages(whole)
	if isBatch && err == nil {
		var items []Item
		for _, message := range messages {
			items = append(items, Item{Where: message.Where(), Body: []byte(message.Body)})
		}
		return r.items(items, where), nil
	}
	parcel, isParcel, err := Open(whole)
	if isParcel && err == nil {
		return r.items(parcel.Items, where), nil
	}
	return nil, rest
}

// failing is a reader that does nothing but fail.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
