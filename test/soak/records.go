package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// step is the mean time between two records, so that a run of a million of them is more
// than a year: many times as long as anything is remembered.
const step = 36 * time.Second

// began is when the first record was made.
var began = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// A call is what the judging of a record depends on.
type call struct {
	id     string
	at     time.Time
	event  string
	actor  string
	bucket string
}

// A stream makes calls: mostly such as no rule looks for, some that a rule fires for, and
// now and then a storm of one call by one actor.
type stream struct {
	*rand.Rand
	n     int
	now   time.Time
	last  call // that a rule looks for
	storm call
	left  int // of the storm
	wide  bool
}

func newStream(seed uint64) *stream {
	return &stream{Rand: rand.New(rand.NewPCG(seed, 7)), now: began}
}

func (s *stream) next() call {
	s.n++
	c := call{event: fmt.Sprintf("Describe%d", s.IntN(300)), actor: fmt.Sprintf("actor-%d", s.IntN(400)), bucket: fmt.Sprintf("b-%d", s.IntN(50))}
	switch {
	case s.left > 0:
		s.left--
		c.event, c.actor, c.bucket = s.storm.event, s.storm.actor, s.storm.bucket
		if s.wide {
			c.bucket = fmt.Sprintf("b-%d", s.IntN(200))
		}
		s.now = s.now.Add(time.Duration(s.IntN(2)) * time.Second)
	case s.IntN(4000) == 0:
		c.event = fired[s.IntN(len(fired))]
		s.storm, s.left, s.wide = c, 50+s.IntN(500), s.IntN(2) == 0
		s.now = s.now.Add(step)
	default:
		if s.IntN(20) == 0 {
			if s.last.event == "" || s.IntN(3) == 0 {
				c.event, s.last = fired[s.IntN(len(fired))], c
				s.last.event = c.event
			}
			// Most come again, some before their window is over and some behind it.
			c.event, c.actor, c.bucket = s.last.event, s.last.actor, s.last.bucket
		}
		s.now = s.now.Add(time.Duration(s.Int64N(int64(2*step))) / time.Second * time.Second)
	}
	c.at, c.id = s.now, fmt.Sprintf("00000000-0000-4000-8000-%012d", s.n)
	return c
}

func (c call) json() string {
	return fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/%[1]s","accountId":"123456789012","userName":"%[1]s"},`+
		`"eventTime":"%[2]s","eventSource":"s3.amazonaws.com","eventName":"%[3]s","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.16.10",`+
		`"requestParameters":{"bucketName":"%[4]s","Host":"s3.amazonaws.com"},"responseElements":null,"eventID":"%[5]s","readOnly":false,"eventType":"AwsApiCall",`+
		`"managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management"}`, c.actor, c.at.Format(time.RFC3339), c.event, c.bucket, c.id)
}

// file is a log file of the calls, as a trail delivers it.
func file(calls []call) ([]byte, error) {
	texts := make([]string, len(calls))
	for i, c := range calls {
		texts[i] = c.json()
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(w, `{"Records":[%s]}`, strings.Join(texts, ",")); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
