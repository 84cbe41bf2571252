package main

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

const typeRule = "AWS::Events::Rule"

// examineRules compares each rule with the template that was deployed.
func (d doctor) examineRules(ctx context.Context, s deployed) []diagnosis {
	var found []diagnosis
	rules := s.of(typeRule)
	if len(rules) == 0 {
		return []diagnosis{bad("the stack has no EventBridge rules: no record starts the function. Deploy again")}
	}
	for _, r := range rules {
		what := "EventBridge rule " + r.physical
		rule, err := d.rules.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(r.physical)})
		if err != nil {
			found = append(found, unseen(what, err))
			continue
		}
		targets, err := d.rules.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: aws.String(r.physical)})
		if err != nil {
			found = append(found, unseen("targets of "+what, err))
			continue
		}
		found = append(found, judgeRule(what, r, s, *rule, targets.Targets)...)
	}
	if len(found) == 0 {
		found = append(found, ok("%s are as they were deployed", plural(len(rules), "EventBridge rule")))
	}
	return found
}

// judgeRule says in what a rule differs from the template. What the template does not
// say is not judged.
func judgeRule(what string, r resource, s deployed, rule eventbridge.DescribeRuleOutput, targets []types.Target) []diagnosis {
	var found []diagnosis
	if s.template.Resources != nil && s.template.Resources[r.logical].Properties == nil {
		found = append(found, diagnosis{unknown, what + ": the stack's template does not say how it should be"})
	}
	if want := s.property(r.logical, "State"); want != nil && want != string(rule.State) {
		found = append(found, bad("%s is in the state %s, it was deployed as %v: its records do not start the function. "+
			"Deploy again, and ask who changed it", what, rule.State, want))
	}
	if want := s.property(r.logical, "EventPattern"); want != nil && !samePattern(want, aws.ToString(rule.EventPattern)) {
		found = append(found, bad("%s has another pattern than was deployed: records may not start the function. "+
			"Deploy again, and ask who changed it", what))
	}
	if want := s.property(r.logical, "ScheduleExpression"); want != nil && want != aws.ToString(rule.ScheduleExpression) {
		found = append(found, bad("%s runs at %q and not at %v: the heartbeat's alarm means nothing. Deploy again", what, aws.ToString(rule.ScheduleExpression), want))
	}
	return append(found, judgeTargets(what, s, targets)...)
}

func judgeTargets(what string, s deployed, targets []types.Target) []diagnosis {
	function := s.arn("lambda", "function:"+s.named("DetectFunction"))
	for _, t := range targets {
		if aws.ToString(t.Arn) != function {
			continue
		}
		if t.DeadLetterConfig == nil || aws.ToString(t.DeadLetterConfig.Arn) == "" {
			return []diagnosis{bad("%s keeps no event that it can't deliver: its dead-letter queue was taken away. Deploy again", what)}
		}
		return nil
	}
	return []diagnosis{bad("%s does not start the function %s any more. Deploy again, and ask who changed it", what, s.named("DetectFunction"))}
}

// samePattern says whether two patterns are the same JSON. The template has a pattern as
// text or as an object.
func samePattern(want any, have string) bool {
	if text, isText := want.(string); isText {
		if json.Unmarshal([]byte(text), &want) != nil {
			return text == have
		}
	} else if bytes, err := json.Marshal(want); err != nil || json.Unmarshal(bytes, &want) != nil {
		return false
	}
	var got any
	return json.Unmarshal([]byte(have), &got) == nil && reflect.DeepEqual(want, got)
}
