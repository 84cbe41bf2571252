package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"go.yaml.in/yaml/v3"
)

// deployed is what CloudFormation knows of a stack.
type deployed struct {
	outputs    map[string]string
	parameters map[string]string
	resources  []resource
	template   written
}

// A resource is one of the stack's: its name in the template, AWS's name and type.
type resource struct {
	logical, physical, kind string
}

// written is the template that was deployed, as far as the doctor reads it.
type written struct {
	Conditions map[string]any `yaml:"Conditions"`
	Resources  map[string]struct {
		Properties map[string]any `yaml:"Properties"`
	} `yaml:"Resources"`
}

// of are the stack's resources of a type.
func (s deployed) of(kind string) []resource {
	var found []resource
	for _, r := range s.resources {
		if r.kind == kind {
			found = append(found, r)
		}
	}
	return found
}

// named is AWS's name of a resource, by its name in the template.
func (s deployed) named(logical string) string {
	for _, r := range s.resources {
		if r.logical == logical {
			return r.physical
		}
	}
	return ""
}

// arn is the ARN of something in the stack's account and region. The template's outputs
// always have one ARN to take them from.
func (s deployed) arn(service, rest string) string {
	parts := strings.SplitN(s.outputs["CentralBusArn"], ":", 6)
	if len(parts) < 6 {
		return ""
	}
	region := parts[3]
	if service == "iam" {
		region = ""
	}
	return strings.Join([]string{"arn", parts[1], service, region, parts[4], rest}, ":")
}

// examineStack reads the stack. It is nil when there is none to look at.
func (d doctor) examineStack(ctx context.Context) (*deployed, []diagnosis) {
	what := fmt.Sprintf("stack %s in %s", d.stack, d.region)
	answer, err := d.stacks.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(d.stack)})
	if err != nil || len(answer.Stacks) == 0 {
		return nil, []diagnosis{noStack(what, err)}
	}
	s := &deployed{outputs: map[string]string{}, parameters: map[string]string{}}
	for _, output := range answer.Stacks[0].Outputs {
		s.outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	for _, p := range answer.Stacks[0].Parameters {
		s.parameters[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	for _, name := range []string{"AlertTopicArn", "CentralBusArn"} {
		if s.outputs[name] == "" {
			return nil, []diagnosis{bad("%s has no output %s: it is not trailbell's, or not yet deployed. Say which with --stack", what, name)}
		}
	}
	if s.resources, err = d.resources(ctx); err != nil {
		return nil, []diagnosis{unseen("resources of "+what, err)}
	}
	found := []diagnosis{judgeStack(what, answer.Stacks[0])}
	if s.template, err = d.template(ctx); err != nil {
		found = append(found, unseen("template of "+what, err))
	}
	return s, found
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

// noStack tells a stack that does not exist, for which CloudFormation has no code of its
// own, from one that could not be looked at.
func noStack(what string, err error) diagnosis {
	var answer smithy.APIError
	if err == nil || errors.As(err, &answer) && answer.ErrorCode() == "ValidationError" {
		return bad("%s: there is none. Deploy it with make deploy, or say which with --stack and --region", what)
	}
	return unseen(what, err)
}

// judgeStack says whether what is deployed is what was meant to be.
func judgeStack(what string, stack types.Stack) diagnosis {
	status := string(stack.StackStatus)
	if strings.Contains(status, "FAILED") || strings.Contains(status, "ROLLBACK") {
		return bad("%s is in the state %s: the last deployment did not come about. See its events, and deploy again", what, status)
	}
	return ok("%s is deployed", what)
}

func (d doctor) resources(ctx context.Context) ([]resource, error) {
	var found []resource
	pages := cloudformation.NewListStackResourcesPaginator(d.stacks, &cloudformation.ListStackResourcesInput{StackName: aws.String(d.stack)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			found = append(found, resource{aws.ToString(r.LogicalResourceId), aws.ToString(r.PhysicalResourceId), aws.ToString(r.ResourceType)})
		}
	}
	return found, nil
}

func (d doctor) template(ctx context.Context) (written, error) {
	var w written
	answer, err := d.stacks.GetTemplate(ctx, &cloudformation.GetTemplateInput{
		StackName: aws.String(d.stack), TemplateStage: types.TemplateStageProcessed,
	})
	if err != nil {
		return w, err
	}
	// JSON is YAML too.
	if err := yaml.Unmarshal([]byte(aws.ToString(answer.TemplateBody)), &w); err != nil {
		return w, fmt.Errorf("read the template: %w", err)
	}
	return w, nil
}

// property is what the template says of a resource, with its conditions decided. It is
// nil where the template says nothing, or in a way that is not understood here.
func (s deployed) property(logical, name string) any {
	return s.decide(s.template.Resources[logical].Properties[name])
}

func (s deployed) decide(value any) any {
	function, argument := intrinsic(value)
	switch function {
	case "":
		return value
	case "Ref":
		name, _ := argument.(string)
		return s.parameters[name]
	case "Fn::If":
		if parts, _ := argument.([]any); len(parts) == 3 {
			name, _ := parts[0].(string)
			if s.holds(s.template.Conditions[name]) {
				return s.decide(parts[1])
			}
			return s.decide(parts[2])
		}
	}
	return nil
}

// holds says whether a condition of the template is met.
func (s deployed) holds(condition any) bool {
	function, argument := intrinsic(condition)
	parts, _ := argument.([]any)
	switch {
	case function == "Condition":
		name, _ := argument.(string)
		return s.holds(s.template.Conditions[name])
	case function == "Fn::Not" && len(parts) == 1:
		return !s.holds(parts[0])
	case function == "Fn::Equals" && len(parts) == 2:
		return reflect.DeepEqual(s.decide(parts[0]), s.decide(parts[1]))
	}
	return false
}

// intrinsic is the function that a value calls, if it does.
func intrinsic(value any) (name string, argument any) {
	object, _ := value.(map[string]any)
	if len(object) == 1 {
		for key, argument := range object {
			if key == "Ref" || key == "Condition" || strings.HasPrefix(key, "Fn::") {
				return key, argument
			}
		}
	}
	return "", nil
}
