package main

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/spf13/cobra"
)

func newDoctorCommand() *cobra.Command {
	var stack, region string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with a deployment",
		Long: `Look at a deployment with your AWS credentials and say what would keep it silent:
no trail that is logging, no confirmed subscription, a region in which root and
IAM are never recorded. Nothing is changed.

Exit codes: 0 nothing is wrong; 1 something is, or could not be looked at; 2 wrong use.`,
		Example: `  trailbell doctor --stack trailbell --region eu-central-1`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := awsconfig.LoadDefaultConfig(cmd.Context(), awsconfig.WithRegion(region))
			if err != nil {
				return exit{exitProblem, fmt.Errorf("read the AWS configuration: %w", err)}
			}
			if conf.Region == "" {
				return usage("doctor needs a region: give --region or set AWS_REGION")
			}
			d := doctor{
				stacks: cloudformation.NewFromConfig(conf),
				trails: cloudtrail.NewFromConfig(conf),
				topics: sns.NewFromConfig(conf),
				stack:  stack, region: conf.Region,
			}
			return report(cmd.OutOrStdout(), d.examine(cmd.Context()))
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "trailbell", "name of the CloudFormation stack")
	cmd.Flags().StringVar(&region, "region", "", "region of the stack (default: as the AWS SDK finds it)")
	return cmd
}

// A state is what the doctor thinks of one thing.
type state string

const (
	healthy state = "ok"
	note    state = "note" // may be meant so
	wrong   state = "WRONG"
)

// A diagnosis is one thing that was looked at, with what to do when it is wrong.
type diagnosis struct {
	state state
	text  string
}

// A doctor looks at one deployment.
type doctor struct {
	stacks *cloudformation.Client
	trails *cloudtrail.Client
	topics *sns.Client
	stack  string
	region string
}

// examine looks at everything, whatever it finds on the way.
func (d doctor) examine(ctx context.Context) []diagnosis {
	found := d.examineTrails(ctx)
	found = append(found, d.examineSubscriptions(ctx)...)
	return append(found, examineRegion(d.region))
}

func (d doctor) examineTrails(ctx context.Context) []diagnosis {
	answer, err := d.trails.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
	if err != nil {
		return []diagnosis{{wrong, fmt.Sprintf("trails could not be looked at: %v", err)}}
	}
	var logging []string
	var found []diagnosis
	for _, trail := range answer.TrailList {
		name := aws.ToString(trail.Name)
		status, err := d.trails.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: trail.TrailARN})
		switch {
		case err != nil:
			found = append(found, diagnosis{wrong, fmt.Sprintf("trail %s could not be looked at: %v", name, err)})
		case aws.ToBool(status.IsLogging):
			logging = append(logging, name)
		default:
			found = append(found, diagnosis{note, fmt.Sprintf("trail %s is not logging", name)})
		}
	}
	return append(found, judgeTrails(logging, d.region))
}

// judgeTrails says whether EventBridge gets anything: only a trail that is logging in
// the region makes CloudTrail send events there.
func judgeTrails(logging []string, region string) diagnosis {
	if len(logging) == 0 {
		return diagnosis{wrong, "no trail is logging in " + region + ": EventBridge gets no CloudTrail events and trailbell stays silent. " +
			"Create a trail for all regions, or start the one you have (aws cloudtrail start-logging)"}
	}
	return diagnosis{healthy, fmt.Sprintf("trail %s is logging", logging[0])}
}

func (d doctor) examineSubscriptions(ctx context.Context) []diagnosis {
	topic, err := d.alertTopic(ctx)
	if err != nil {
		return []diagnosis{{wrong, err.Error()}}
	}
	var confirmed, pending []string
	pages := sns.NewListSubscriptionsByTopicPaginator(d.topics, &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(topic)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return []diagnosis{{wrong, fmt.Sprintf("subscriptions of %s could not be looked at: %v", topic, err)}}
		}
		for _, s := range page.Subscriptions {
			// Until it is confirmed, a subscription has the word PendingConfirmation for an ARN.
			if aws.ToString(s.SubscriptionArn) == "PendingConfirmation" {
				pending = append(pending, aws.ToString(s.Endpoint))
			} else {
				confirmed = append(confirmed, aws.ToString(s.Endpoint))
			}
		}
	}
	return judgeSubscriptions(confirmed, pending)
}

// judgeSubscriptions says who would be told.
func judgeSubscriptions(confirmed, pending []string) []diagnosis {
	var found []diagnosis
	for _, endpoint := range pending {
		found = append(found, diagnosis{wrong, "the subscription of " + endpoint + " is not confirmed: follow the link in the mail from AWS"})
	}
	for _, endpoint := range confirmed {
		found = append(found, diagnosis{healthy, endpoint + " is subscribed"})
	}
	if len(found) == 0 {
		found = append(found, diagnosis{wrong, "nobody is subscribed to the alert topic: deploy again with the parameter AlertEmail, or subscribe something"})
	}
	return found
}

// alertTopic is the ARN in the stack's outputs.
func (d doctor) alertTopic(ctx context.Context) (string, error) {
	return stackOutput(ctx, d.stacks, d.stack, d.region, "AlertTopicArn")
}

// stackOutput is a value that a deployed stack gives out.
func stackOutput(ctx context.Context, stacks *cloudformation.Client, name, region, key string) (string, error) {
	answer, err := stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("stack %s in %s could not be looked at: %w", name, region, err)
	}
	for _, stack := range answer.Stacks {
		for _, output := range stack.Outputs {
			if aws.ToString(output.OutputKey) == key {
				return aws.ToString(output.OutputValue), nil
			}
		}
	}
	return "", fmt.Errorf("stack %s has no output %s: it is not trailbell's, or not yet deployed", name, key)
}

// examineRegion says what can't be seen from where the stack is. Since November 2021
// CloudTrail records global services in us-east-1 only.
func examineRegion(region string) diagnosis {
	if region == "us-east-1" {
		return diagnosis{healthy, "us-east-1 is where IAM, root and most sign-ins are recorded"}
	}
	return diagnosis{note, "IAM, root and most sign-ins are recorded in us-east-1, not in " + region +
		": deploy deploy/forwarder.yaml there (docs/deploying.md)"}
}

// report prints the diagnoses; anything wrong is the exit code 1.
func report(w io.Writer, found []diagnosis) error {
	bad := 0
	for _, f := range found {
		if f.state == wrong {
			bad++
		}
		if _, err := fmt.Fprintf(w, "%-5s  %s\n", f.state, f.text); err != nil {
			return exit{exitProblem, err}
		}
	}
	if bad > 0 {
		return exit{exitProblem, fmt.Errorf("%s: this deployment may stay silent", plural(bad, "finding"))}
	}
	return nil
}
