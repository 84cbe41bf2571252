// Package notify brings alerts and problems to the places where people and machines
// read them. It holds what every renderer and every place share, and knows none of them.
package notify

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"trailbell/internal/detection"
)

// MaxBytes is what a message's body and attributes may weigh together. SNS takes
// 262,144 bytes (API reference, Publish); the rest is for what is added on the way.
const MaxBytes = 240_000

// Kind says what a message is, in its attribute and in the JSON document.
type Kind string

// The kinds of message.
const (
	KindAlert   Kind = "alert"
	KindTest    Kind = "test"
	KindProblem Kind = "problem"
	// KindRollUp is a follow-up: how often the same came again.
	KindRollUp Kind = "rollup"
	// KindHeartbeat is an alert that shows that alerts can be sent.
	KindHeartbeat Kind = "heartbeat"
	// KindWithheld is what was not sent. It is shown on a terminal, never sent.
	KindWithheld Kind = "withheld"
)

// KindOf tells real alerts from those that somebody made to try the way.
func KindOf(alert detection.Alert) Kind {
	switch {
	case alert.Heartbeat:
		return KindHeartbeat
	case alert.Test:
		return KindTest
	}
	return KindAlert
}

// A Message is what one place gets: text, and the attributes that subscribers filter by.
type Message struct {
	Subject    string // for places that show one
	Body       string
	Attributes []Attribute
}

// An Attribute is a name and a value beside a message.
type Attribute struct {
	Name   string
	Value  string
	Number bool // whether filters may compare the value as a number
}

// Size is what the message weighs at SNS: body, and name, type and value of each attribute.
func (m Message) Size() int {
	size := len(m.Body)
	for _, a := range m.Attributes {
		size += len(a.Name) + len(a.Value) + len("String")
	}
	return size
}

// AlertAttributes are the attributes of a message about an alert.
func AlertAttributes(alert detection.Alert) []Attribute {
	return attributes(KindOf(alert), alert.Severity, alert.Rule, alert.Account.ID, alert.Region)
}

// ProblemAttributes are the attributes of a message about a problem: every one that
// an alert has, so that a filter written for alerts lets problems through as well.
func ProblemAttributes(p detection.Problem) []Attribute {
	return attributes(KindProblem, p.Severity, p.Rule, p.Account, p.Region)
}

// RollUpAttributes are the attributes of a message about a follow-up.
func RollUpAttributes(r detection.RollUp) []Attribute {
	region := ""
	if len(r.Regions) == 1 {
		region = r.Regions[0]
	}
	return attributes(KindRollUp, r.Severity, r.Rule, r.Account.ID, region)
}

func attributes(kind Kind, severity detection.Severity, rule detection.RuleID, account, region string) []Attribute {
	return []Attribute{
		{Name: "kind", Value: string(kind)},
		{Name: "severity", Value: severity.String()},
		{Name: "severity_id", Value: strconv.Itoa(int(severity)), Number: true},
		{Name: "rule", Value: known(string(rule))},
		{Name: "account", Value: known(account)},
		{Name: "region", Value: known(region)},
	}
}

// known is the value for an attribute, which SNS does not take empty or with
// characters that XML can't carry.
func known(value string) string {
	if value == "" {
		return "-"
	}
	return Visible(value, 256)
}

// A Renderer turns what is to be told into messages for one kind of place.
type Renderer interface {
	// Alerts renders the alerts of one record, the most severe first. With an error
	// it returns the messages of those that it could render.
	Alerts(alerts []detection.Alert) ([]Message, error)
	// Problem renders a problem.
	Problem(problem detection.Problem) (Message, error)
	// RollUp renders a follow-up.
	RollUp(rollUp detection.RollUp) (Message, error)
}

// A Place takes messages, such as an SNS topic or the terminal.
type Place interface {
	Send(ctx context.Context, message Message) error
}

// A Channel is a place with the renderer for it.
type Channel struct {
	Name     string // for errors
	Renderer Renderer
	Place    Place
	// Heartbeats says that the channel gets them too.
	Heartbeats bool
}

// Channels sends everything to every channel. It is safe for concurrent use when its
// renderers and places are.
type Channels []Channel

// Alerts sends the alerts of one record to every channel. One that fails hides no
// other; the errors are joined.
func (c Channels) Alerts(ctx context.Context, alerts []detection.Alert) error {
	heartbeat := len(alerts) > 0 && alerts[0].Heartbeat
	return c.each(ctx, func(channel Channel) ([]Message, error) {
		if heartbeat && !channel.Heartbeats {
			return nil, nil
		}
		return channel.Renderer.Alerts(alerts)
	})
}

// Problem sends a problem to every channel.
func (c Channels) Problem(ctx context.Context, problem detection.Problem) error {
	return c.each(ctx, func(channel Channel) ([]Message, error) { return one(channel.Renderer.Problem(problem)) })
}

// RollUp sends a follow-up to every channel.
func (c Channels) RollUp(ctx context.Context, rollUp detection.RollUp) error {
	return c.each(ctx, func(channel Channel) ([]Message, error) { return one(channel.Renderer.RollUp(rollUp)) })
}

func one(message Message, err error) ([]Message, error) {
	if err != nil {
		return nil, err
	}
	return []Message{message}, nil
}

func (c Channels) each(ctx context.Context, render func(Channel) ([]Message, error)) error {
	var errs []error
	for _, channel := range c {
		messages, err := render(channel)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: render: %w", channel.Name, err))
		}
		for _, message := range messages {
			if err := channel.Place.Send(ctx, message); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", channel.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}
