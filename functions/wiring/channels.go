package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorganizations "github.com/aws/aws-sdk-go-v2/service/organizations"
	awssecurityhub "github.com/aws/aws-sdk-go-v2/service/securityhub"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"trailbell/internal/config"
	"trailbell/internal/detection"
	"trailbell/internal/enrich"
	"trailbell/internal/enrich/organizations"
	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/asff"
	"trailbell/internal/notify/chat"
	"trailbell/internal/notify/later"
	"trailbell/internal/notify/securityhub"
	"trailbell/internal/notify/sns"
	"trailbell/internal/notify/text"
)

// Optional are the places that not everybody has, by name.
type Optional map[string]*later.Place

// channels are where alerts go. The two topics that everybody has decide: what one of them
// refuses comes again, for all. What an optional place refuses comes again for that place
// alone, so that these are last and keep nothing from the others.
func channels(conf config.Detect, cloud aws.Config, queue *awssqs.Client, log *slog.Logger) (notify.Channels, Optional) {
	topics := awssns.NewFromConfig(cloud, func(o *awssns.Options) { o.Retryer = Patient() })
	all := notify.Channels{
		{Name: "alert topic", Renderer: text.Renderer{}, Place: sns.Topic{API: topics, ARN: conf.AlertTopic}},
		{Name: "alert event topic", Renderer: alertjson.Renderer{}, Place: sns.Topic{API: topics, ARN: conf.AlertEventTopic}, Heartbeats: true},
	}
	behind := Optional{}
	add := func(name string, renderer notify.Renderer, place notify.Place) {
		behind[name] = &later.Place{Name: name, Place: place, API: queue, QueueURL: conf.RetryQueueURL, Log: log}
		all = append(all, notify.Channel{Name: name, Renderer: renderer, Place: behind[name]})
	}
	if conf.ChatTopic != "" {
		add("chat topic", chat.Renderer{}, sns.Topic{API: topics, ARN: conf.ChatTopic})
	}
	if conf.SecurityHub {
		add("Security Hub", asff.Renderer{Account: conf.Account, Region: conf.Region, Now: time.Now}, securityhub.Hub{API: awssecurityhub.NewFromConfig(cloud)})
	}
	return all, behind
}

// Again sends what an optional place did not take. What is for a place that is switched off
// by now stays on the queue until somebody looks at it: it was not delivered.
func (o Optional) Again(ctx context.Context, delivery detection.Delivery) error {
	place, there := o[delivery.To]
	if !there {
		return fmt.Errorf("a message is for %q, which is not switched on", notify.Visible(delivery.To, 64))
	}
	return place.Again(ctx, delivery)
}

// lookup asks AWS Organizations for names of accounts, and nobody where that is not wanted.
func lookup(conf config.Detect, cloud aws.Config, log *slog.Logger) enrich.AccountNames {
	if !conf.OrganizationsLookup {
		return nil
	}
	return organizations.New(awsorganizations.NewFromConfig(cloud), log)
}
