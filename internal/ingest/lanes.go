package ingest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"trailbell/internal/cloudtrail"
)

// listed makes an item of what stands in a list, by lane.
var listed = map[Lane]func(json.RawMessage) Item{Stream: ofStream, Topic: ofTopic}

func ofStream(raw json.RawMessage) Item {
	type streamRecord struct {
		ARN     string `json:"eventSourceARN"`
		Kinesis *struct {
			Sequence string          `json:"sequenceNumber"`
			Data     json.RawMessage `json:"data"`
		} `json:"kinesis"`
	}
	var in streamRecord

	if err := json.Unmarshal(raw, &in); err != nil || in.Kinesis == nil {
		return Item{Data: raw, Err: cmpError(err, errors.New("it is no record of a stream"))}
	}
	item := encoded(in.Kinesis.Data)
	item.ID = in.Kinesis.Sequence
	item.Where = fmt.Sprintf("record %s of stream %s", clipped(item.ID), lastPart(in.ARN))
	return item
}

func ofTopic(raw json.RawMessage) Item {
	type topicMessage struct {
		SNS *struct {
			ID      string  `json:"MessageId"`
			Topic   string  `json:"TopicArn"`
			Message *string `json:"Message"`
		} `json:"Sns"`
	}
	var in topicMessage

	if err := json.Unmarshal(raw, &in); err != nil || in.SNS == nil || in.SNS.Message == nil {
		return Item{Data: raw, Err: cmpError(err, errors.New("it is no message of a topic"))}
	}
	return ofMessage(in.SNS.ID, in.SNS.Topic, *in.SNS.Message)
}

func ofMessage(id, topic, message string) Item {
	return Item{ID: id, Where: fmt.Sprintf("message %s of topic %s", clipped(id), lastPart(topic)), Body: []byte(message)}
}

// openNotification opens what SNS lays into a queue.
func openNotification(members map[string][]byte) (Parcel, error) {
	id, _ := cloudtrail.Text(members["MessageId"])
	topic, _ := cloudtrail.Text(members["TopicArn"])
	message, ok := cloudtrail.Text(members["Message"])
	if !ok {
		return Parcel{Lane: Topic}, errors.New("its Message is no text")
	}
	return Parcel{Lane: Topic, Items: []Item{ofMessage(id, topic, message)}}, nil
}

// openSubscription opens what a function gets of CloudWatch Logs: the log events are packed
// once more.
func openSubscription(members map[string][]byte) (Parcel, error) {
	type subscription struct {
		Data json.RawMessage `json:"data"`
	}
	var in subscription

	if err := json.Unmarshal(members["awslogs"], &in); err != nil {
		return Parcel{Lane: LogGroup}, fmt.Errorf("read awslogs: %w", err)
	}
	item := encoded(in.Data)
	item.Where = "log events"
	return Parcel{Lane: LogGroup, Items: []Item{item}}, nil
}

// openLogGroup opens log events, whose messages are CloudTrail's records. A control message
// asks whether somebody is there.
func openLogGroup(members map[string][]byte) (Parcel, error) {
	parcel := Parcel{Lane: LogGroup}
	switch kind, _ := cloudtrail.Text(members["messageType"]); kind {
	case "CONTROL_MESSAGE":
		return parcel, nil
	case "DATA_MESSAGE":
	default:
		return parcel, fmt.Errorf("messageType %s is none of CloudWatch Logs'", oneLine(kind))
	}
	var list []json.RawMessage
	if err := json.Unmarshal(members["logEvents"], &list); err != nil {
		return parcel, fmt.Errorf("read logEvents: %w", err)
	}
	group, _ := cloudtrail.Text(members["logGroup"])
	for i, raw := range list {
		item := ofLogGroup(raw)
		if item.ID == "" {
			item.Where = fmt.Sprintf("item %d", i+1)
		}
		item.Where += " of log group " + clipped(group)
		parcel.Items = append(parcel.Items, item)
	}
	return parcel, nil
}

func ofLogGroup(raw json.RawMessage) Item {
	type logEvent struct {
		ID      string  `json:"id"`
		Message *string `json:"message"`
	}
	var in logEvent

	if err := json.Unmarshal(raw, &in); err != nil || in.Message == nil {
		return Item{Data: raw, Err: cmpError(err, errors.New("it is no log event"))}
	}
	return Item{ID: in.ID, Where: "log event " + clipped(in.ID), Body: []byte(*in.Message)}
}

func openTransformation(members map[string][]byte) (Parcel, error) {
	parcel := Parcel{Lane: Transformation}
	var list []json.RawMessage
	if err := json.Unmarshal(members["records"], &list); err != nil {
		return parcel, fmt.Errorf("read records: %w", err)
	}
	arn, _ := cloudtrail.Text(members["deliveryStreamArn"])
	for i, raw := range list {
		item := ofTransformation(raw)
		item.Where = fmt.Sprintf("record %s of delivery stream %s", clipped(cmp.Or(item.ID, fmt.Sprint(i+1))), lastPart(arn))
		parcel.Items = append(parcel.Items, item)
	}
	return parcel, nil
}

func ofTransformation(raw json.RawMessage) Item {
	type deliveredRecord struct {
		ID   string          `json:"recordId"`
		Data json.RawMessage `json:"data"`
	}
	var in deliveredRecord

	if err := json.Unmarshal(raw, &in); err != nil {
		return Item{Data: raw, Err: err}
	}
	item := encoded(in.Data)
	item.ID = in.ID
	return item
}

// openFailed opens what a function was called with in vain. Lambda puts it into
// requestPayload, and of a batch into payload, as text, and that in S3 only.
func openFailed(members map[string][]byte) (Parcel, error) {
	var of struct {
		ID       string `json:"requestId"`
		Function string `json:"functionArn"`
	}
	_ = json.Unmarshal(members["requestContext"], &of) // it only names
	item := Item{ID: of.ID, Where: "request " + clipped(of.ID) + " that failed", Body: members["requestPayload"]}
	if item.Body == nil && members["payload"] != nil {
		payload, ok := cloudtrail.Text(members["payload"])
		if !ok {
			return Parcel{Lane: Failed}, errors.New("its payload is no text")
		}
		item.Body = []byte(payload)
	}
	if item.Body == nil {
		item.Err = errors.New("it says where in a stream a batch was that a function failed on, and holds none of it")
	}
	return Parcel{Lane: Failed, Items: []Item{item}}, nil
}

// encoded is an item whose body is written in base64.
func encoded(data json.RawMessage) Item {
	item := Item{Data: data}
	text, ok := cloudtrail.Text(data)
	if !ok {
		item.Err = errors.New("its data is no text")
		return item
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		item.Err = fmt.Errorf("its data is no base64: %w", err)
		return item
	}
	item.Body = body
	return item
}
