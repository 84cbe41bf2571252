package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

func (d doctor) examineTrails(ctx context.Context) []diagnosis {
	answer, err := d.trails.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
	if err != nil {
		return []diagnosis{unseen("trails", err)}
	}
	var logging, stopped []string
	var found []diagnosis
	for _, trail := range answer.TrailList {
		name := aws.ToString(trail.Name)
		status, err := d.trails.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: trail.TrailARN})
		switch {
		case err != nil:
			found = append(found, unseen("trail "+name, err))
		case aws.ToBool(status.IsLogging):
			logging = append(logging, name)
		default:
			stopped = append(stopped, name)
		}
	}
	return append(found, judgeTrails(logging, stopped, d.region))
}

// judgeTrails says whether EventBridge gets anything: only a trail that is logging in
// the region makes CloudTrail send events there.
func judgeTrails(logging, stopped []string, region string) diagnosis {
	if len(logging) == 0 {
		return bad("no trail is logging in %s: EventBridge gets no CloudTrail events and trailbell stays silent. "+
			"Create a trail for all regions, or start the one you have (aws cloudtrail start-logging)", region)
	}
	text := fmt.Sprintf("trail %s is logging", logging[0])
	if len(stopped) > 0 {
		text += " (not logging: " + strings.Join(stopped, ", ") + ")"
	}
	return diagnosis{healthy, text}
}

// signInRegions are where sign-ins of IAM users may be recorded besides globalRegion: those
// of browsers that know the account's alias, in the one that answers fastest. See "AWS
// Management Console sign-in events" in CloudTrail's user guide.
var signInRegions = []string{"us-east-2", "eu-north-1", "ap-southeast-2"}

// examineSignIns says from which of them nothing comes. That is no fault where nobody signs
// in as an IAM user, which only the account's owner knows.
func (d doctor) examineSignIns(ctx context.Context, s deployed) []diagnosis {
	bus := s.outputs["CentralBusArn"]
	if !strings.HasPrefix(bus, "arn:aws:") {
		return nil
	}
	var silent []string
	for _, region := range signInRegions {
		if region == d.region {
			continue
		}
		answer, err := d.rules.ListRuleNamesByTarget(ctx, &eventbridge.ListRuleNamesByTargetInput{TargetArn: aws.String(bus)},
			func(o *eventbridge.Options) { o.Region = region })
		if err != nil {
			return []diagnosis{unseen("forwarding from "+region, err)}
		}
		if len(answer.RuleNames) == 0 {
			silent = append(silent, region)
		}
	}
	if len(silent) == 0 {
		return []diagnosis{ok("sign-ins of IAM users arrive from %s too", strings.Join(signInRegions, ", "))}
	}
	return []diagnosis{ok("nothing is sent from %s, where a sign-in of an IAM user may be recorded. "+
		"Unless there is none, run make forward FROM=sign-ins", strings.Join(silent, ", "))}
}

// globalRegion is where CloudTrail records global services; since November 2021 nowhere
// else. Other partitions than aws have others.
const globalRegion = "us-east-1"

// examineRegion says whether IAM, root and most sign-ins arrive: the stack is where they
// are recorded, or some rule there sends them to it.
func (d doctor) examineRegion(ctx context.Context, s deployed) []diagnosis {
	bus := s.outputs["CentralBusArn"]
	switch {
	case d.region == globalRegion:
		return []diagnosis{ok("%s is where IAM, root and most sign-ins are recorded", globalRegion)}
	case !strings.HasPrefix(bus, "arn:aws:"):
		return nil
	}
	answer, err := d.elsewhere.ListRuleNamesByTarget(ctx, &eventbridge.ListRuleNamesByTargetInput{TargetArn: aws.String(bus)})
	if err != nil {
		return []diagnosis{unseen("forwarding from "+globalRegion, err)}
	}
	if len(answer.RuleNames) == 0 {
		return []diagnosis{bad("IAM, root and most sign-ins are recorded in %s, and nothing sends them to %s. "+
			"Run make forward FROM=%s", globalRegion, d.region, globalRegion)}
	}
	for _, name := range answer.RuleNames {
		rule, err := d.elsewhere.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(name)})
		if err != nil {
			return []diagnosis{unseen("forwarding rule "+name+" in "+globalRegion, err)}
		}
		// The rules for reads may be off on purpose.
		if rule.State == "DISABLED" && !strings.Contains(name, "-Reads") {
			return []diagnosis{bad("rule %s in %s is disabled: its records do not reach %s. Enable it (aws events enable-rule)", name, globalRegion, d.region)}
		}
	}
	return []diagnosis{ok("%s forward IAM, root and most sign-ins from %s", plural(len(answer.RuleNames), "rule"), globalRegion)}
}
