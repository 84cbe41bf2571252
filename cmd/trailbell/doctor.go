package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"
)

func newDoctorCommand() *cobra.Command {
	var f stackFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with a deployment",
		Long: `Look at a deployment with your AWS credentials and say what would keep it silent:
no trail that is logging, a region that is not forwarded, a rule that was switched
off or changed, a subscription that nobody confirmed, a topic that others may publish
to, a function or a queue that does not run, an alarm that rings or that nobody hears.
Nothing is changed.

Each line is OK, WRONG, or UNKNOWN where your credentials do not suffice.

Exit codes: 0 nothing is wrong; 1 something is, or could not be looked at; 2 wrong use.`,
		Example: `  trailbell doctor --stack trailbell --region eu-central-1`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := f.configuration(cmd)
			if err != nil {
				return err
			}
			return report(cmd.OutOrStdout(), newDoctor(conf, f.stack).examine(cmd.Context()))
		},
	}
	f.register(cmd)
	return cmd
}

// A state is what the doctor thinks of one thing.
type state string

const (
	healthy state = "OK"
	wrong   state = "WRONG"
	unknown state = "UNKNOWN" // could not be looked at
)

// A diagnosis is one thing that was looked at: what it means, and what to do about it
// unless it is healthy.
type diagnosis struct {
	state state
	text  string
}

func ok(format string, args ...any) diagnosis {
	return diagnosis{healthy, fmt.Sprintf(format, args...)}
}

func bad(format string, args ...any) diagnosis {
	return diagnosis{wrong, fmt.Sprintf(format, args...)}
}

// A doctor looks at one deployment.
type doctor struct {
	stacks    *cloudformation.Client
	trails    *cloudtrail.Client
	rules     *eventbridge.Client
	elsewhere *eventbridge.Client // in globalRegion
	functions *lambda.Client
	topics    *sns.Client
	queues    *sqs.Client
	tables    *dynamodb.Client
	metrics   *cloudwatch.Client
	hub       *securityhub.Client
	stack     string
	region    string
	now       func() time.Time
}

func newDoctor(conf aws.Config, stack string) doctor {
	return doctor{
		stacks:    cloudformation.NewFromConfig(conf),
		trails:    cloudtrail.NewFromConfig(conf),
		rules:     eventbridge.NewFromConfig(conf),
		elsewhere: eventbridge.NewFromConfig(conf, func(o *eventbridge.Options) { o.Region = globalRegion }),
		functions: lambda.NewFromConfig(conf),
		topics:    sns.NewFromConfig(conf),
		queues:    sqs.NewFromConfig(conf),
		tables:    dynamodb.NewFromConfig(conf),
		metrics:   cloudwatch.NewFromConfig(conf),
		hub:       securityhub.NewFromConfig(conf),
		stack:     stack, region: conf.Region, now: time.Now,
	}
}

// checks are what is looked at in a stack, in the order of a record's way.
var checks = []func(doctor, context.Context, deployed) []diagnosis{
	doctor.examineRegion,
	doctor.examineSignIns,
	doctor.examineBus,
	doctor.examineRules,
	doctor.examinePermission,
	doctor.examineFunction,
	doctor.examineMapping,
	doctor.examineTable,
	doctor.examineTopicPolicies,
	doctor.examineSubscriptions,
	doctor.examineSecurityHub,
	doctor.examineQueues,
	doctor.examineAlarms,
	doctor.examinePulse,
}

// examine looks at everything, whatever it finds on the way. Without a stack only the
// trails can be looked at.
func (d doctor) examine(ctx context.Context) []diagnosis {
	found := d.examineTrails(ctx)
	stack, diagnoses := d.examineStack(ctx)
	found = append(found, diagnoses...)
	if stack == nil {
		return found
	}
	for _, check := range checks {
		found = append(found, check(d, ctx, *stack)...)
	}
	return found
}

// prefixes are what IAM calls the services, by what the SDK calls them.
var prefixes = map[string]string{
	cloudformation.ServiceID: "cloudformation", cloudtrail.ServiceID: "cloudtrail", cloudwatch.ServiceID: "cloudwatch",
	dynamodb.ServiceID: "dynamodb", eventbridge.ServiceID: "events", lambda.ServiceID: "lambda", securityhub.ServiceID: "securityhub", sns.ServiceID: "sns", sqs.ServiceID: "sqs",
}

// Services say in words of their own that a call was refused, and that what it asks for
// is not there.
var (
	denials  = []string{"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
	absences = []string{"NotFound", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "ResourceNotFoundException", "TrailNotFoundException"}
)

// unseen is the diagnosis of a call that failed. what is what it was to look at.
func unseen(what string, err error) diagnosis {
	var call *smithy.OperationError
	var answer smithy.APIError
	if errors.As(err, &call) && errors.As(err, &answer) {
		if slices.Contains(denials, answer.ErrorCode()) {
			return diagnosis{unknown, fmt.Sprintf("%s: your credentials lack the permission %s:%s", what, prefixes[call.ServiceID], call.OperationName)}
		}
		if slices.Contains(absences, answer.ErrorCode()) {
			return bad("%s: is not there any more (%s). Deploy again with make deploy", what, answer.ErrorMessage())
		}
	}
	return diagnosis{unknown, fmt.Sprintf("%s: could not be looked at: %v", what, err)}
}

// report prints the diagnoses. Anything that is not healthy is the exit code 1, because
// what could not be looked at may be wrong.
func report(w io.Writer, found []diagnosis) error {
	counts := map[state]int{}
	for _, f := range found {
		counts[f.state]++
		if _, err := fmt.Fprintf(w, "%-7s  %s\n", f.state, f.text); err != nil {
			return exit{exitProblem, err}
		}
	}
	switch {
	case counts[wrong] > 0:
		return exit{exitProblem, fmt.Errorf("%s: this deployment may stay silent", plural(counts[wrong], "finding"))}
	case counts[unknown] > 0:
		return exit{exitProblem, fmt.Errorf("%s could not be looked at", plural(counts[unknown], "thing"))}
	}
	return nil
}
