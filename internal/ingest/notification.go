package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"trailbell/internal/cloudtrail"
)

// An Object is one object in S3, by its bucket and its key as it is, not URL-encoded.
type Object struct {
	Bucket, Key string
}

// Where names the object in problems.
func (o Object) Where() string { return "s3://" + o.Bucket + "/" + o.Key }

// maxWraps is how often a notification may be wrapped: by an SNS topic that one topic
// feeds, and by EventBridge before it.
const maxWraps = 4

// Objects are those that a notification names, in the order in which it does. It takes
//
//   - S3's event notifications ("Event message structure" in its user guide), and its
//     s3:TestEvent, which names none,
//   - CloudTrail's own message for each log file, {"s3Bucket":...,"s3ObjectKey":[...]}
//     ("Configuring Amazon SNS notifications for CloudTrail" in its user guide), and the
//     text by which it tries a topic, which names none,
//   - EventBridge's "Object Created" events of S3,
//   - each of these as SNS wraps it, also several times.
//
// The error says what else it was. Then no object is given: whoever gets one must not
// take a part for the whole.
func Objects(body []byte) ([]Object, error) {
	for range maxWraps {
		members, err := notification(body)
		if err != nil || members == nil {
			return nil, err
		}
		inner, wrapped := members["Message"]
		if _, hasTopic := members["TopicArn"]; !wrapped || !hasTopic {
			return named(members)
		}
		if body, err = unwrap(members, inner); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("it is wrapped by SNS more than %d times", maxWraps-1)
}

// topicTest is what CloudTrail sends to a topic that a trail is given, to see whether it
// may.
const topicTest = "CloudTrail validation message."

// notification are the members of a notification, each of which stands there once. None
// are there where it says nothing.
func notification(body []byte) (map[string][]byte, error) {
	text := bytes.TrimSpace(body)
	if string(text) == topicTest {
		return nil, nil
	}
	if len(text) == 0 {
		return nil, errors.New("it is empty")
	}
	if text[0] != '{' || !json.Valid(text) {
		return nil, fmt.Errorf("it is no JSON object, it begins with %s", oneLine(string(text[:min(len(text), 60)])))
	}
	members := map[string][]byte{}
	for key, value := range cloudtrail.Members(text) {
		if _, before := members[key]; before {
			return nil, fmt.Errorf("%s stands twice in it", oneLine(key))
		}
		members[key] = value
	}
	return members, nil
}

// unwrap takes off what SNS puts around a message.
func unwrap(members map[string][]byte, inner []byte) ([]byte, error) {
	if kind, _ := cloudtrail.Text(members["Type"]); kind != "Notification" {
		return nil, fmt.Errorf("it is a message of SNS of type %s", oneLine(kind))
	}
	message, isText := cloudtrail.Text(inner)
	if !isText {
		return nil, errors.New("it is a message of SNS whose Message is no text")
	}
	return []byte(message), nil
}

// named are the objects that a notification without wraps names.
func named(members map[string][]byte) ([]Object, error) {
	event, _ := cloudtrail.Text(members["Event"])
	switch {
	case members["s3ObjectKey"] != nil || members["s3Bucket"] != nil:
		return ofCloudTrail(members)
	case members[listKey] != nil:
		return ofS3(members[listKey])
	case members["detail-type"] != nil:
		return ofEventBridge(members)
	case event == "s3:TestEvent":
		return nil, nil
	}
	return nil, errors.New("it is no notification about objects in S3")
}

func ofCloudTrail(members map[string][]byte) ([]Object, error) {
	bucket, _ := cloudtrail.Text(members["s3Bucket"])
	var keys []string
	if err := json.Unmarshal(members["s3ObjectKey"], &keys); err != nil || bucket == "" {
		return nil, errors.New("it is a message of CloudTrail's without a bucket and a list of keys")
	}
	return objects(bucket, keys)
}

// ofS3 reads the list of an event notification, whose keys are URL-encoded.
func ofS3(list []byte) ([]Object, error) {
	var items []struct {
		EventSource, EventName string
		S3                     struct {
			Bucket struct{ Name string }
			Object struct{ Key string }
		}
	}
	if err := json.Unmarshal(list, &items); err != nil {
		return nil, fmt.Errorf("its list of Records can't be read: %w", err)
	}
	if len(items) == 0 {
		return nil, errors.New("its list of Records is empty")
	}
	var found []Object
	for i, item := range items {
		if item.EventSource != "aws:s3" {
			return nil, fmt.Errorf("item %d of its list is from %s and not from aws:s3", i+1, oneLine(item.EventSource))
		}
		if !strings.HasPrefix(item.EventName, "ObjectCreated:") {
			return nil, fmt.Errorf("item %d of its list is the event %s and not ObjectCreated", i+1, oneLine(item.EventName))
		}
		key, err := url.QueryUnescape(item.S3.Object.Key)
		if err != nil {
			return nil, fmt.Errorf("the key of item %d is not URL-encoded: %w", i+1, err)
		}
		one, err := objects(item.S3.Bucket.Name, []string{key})
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		found = append(found, one...)
	}
	return found, nil
}

// ofEventBridge reads an event of S3, whose key is as it is.
func ofEventBridge(members map[string][]byte) ([]Object, error) {
	source, _ := cloudtrail.Text(members["source"])
	kind, _ := cloudtrail.Text(members["detail-type"])
	if source != "aws.s3" || kind != "Object Created" {
		return nil, fmt.Errorf("it is the event %s of %s and not Object Created of aws.s3", oneLine(kind), oneLine(source))
	}
	var detail struct {
		Bucket struct{ Name string }
		Object struct{ Key string }
	}
	if err := json.Unmarshal(members["detail"], &detail); err != nil {
		return nil, fmt.Errorf("its detail can't be read: %w", err)
	}
	return objects(detail.Bucket.Name, []string{detail.Object.Key})
}

// objects are those of one bucket. A notification without any is none.
func objects(bucket string, keys []string) ([]Object, error) {
	var found []Object
	for _, key := range keys {
		if bucket == "" || key == "" {
			return nil, errors.New("it names no bucket, or no key")
		}
		found = append(found, Object{Bucket: bucket, Key: key})
	}
	if len(found) == 0 {
		return nil, errors.New("it names no key")
	}
	return found, nil
}
