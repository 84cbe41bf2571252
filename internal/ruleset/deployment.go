package ruleset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"trailbell/internal/detection"
)

// A Deployment is what rules may know of the trailbell that runs them, as
// data.deployment: its own resources, so that a rule notices when somebody changes them.
// It is known when a function starts and not when it is built, so nothing that is built
// ahead depends on it. This is the only list of its keys. What is unknown is empty.
type Deployment struct {
	Account   string `json:"account"`
	Region    string `json:"region"`
	Partition string `json:"partition"`
	// Stack is the name of the CloudFormation stack. Whatever has a name that begins with
	// it and a hyphen is taken for a part of the deployment too, since CloudFormation
	// makes names so.
	Stack     string   `json:"stack"`
	Table     string   `json:"table"`
	Trail     string   `json:"trail"`
	Functions []string `json:"functions"`
	Roles     []string `json:"roles"` // of the functions
	LogGroups []string `json:"log_groups"`
	Topics    []string `json:"topics"`
	Queues    []string `json:"queues"`
	Rules     []string `json:"rules"` // of EventBridge
	Alarms    []string `json:"alarms"`
}

// accountForm is an AWS account id.
var accountForm = regexp.MustCompile(`^\d{12}$`)

// ParseDeployment reads a deployment from JSON with known keys only. Resources are given
// by name, ARN or, for queues, URL, and kept by name. It needs the account and the
// region, because names are unique only there.
func ParseDeployment(text []byte) (Deployment, error) {
	var d Deployment
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return d, fmt.Errorf("deployment: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return d, errors.New("deployment: something follows the object")
	}
	if !accountForm.MatchString(d.Account) || d.Region == "" {
		return d, fmt.Errorf("deployment: account is %q and region %q: both must be there, the account as 12 digits", d.Account, d.Region)
	}
	for _, one := range []*string{&d.Stack, &d.Table, &d.Trail} {
		*one = resourceName(*one)
	}
	for _, list := range [][]string{d.Functions, d.Roles, d.LogGroups, d.Topics, d.Queues, d.Rules, d.Alarms} {
		for i := range list {
			list[i] = resourceName(list[i])
		}
	}
	return d, nil
}

// resourceName is the name in an ARN or in the URL of a queue; a name stays as it is.
// See "Actions, resources, and condition keys" of each service for the shapes.
func resourceName(text string) string {
	if queue, isURL := strings.CutPrefix(text, "https://"); isURL {
		return queue[strings.LastIndex(queue, "/")+1:]
	}
	parts := strings.SplitN(text, ":", 6)
	if parts[0] != "arn" || len(parts) < 6 {
		return text
	}
	resource := parts[5]
	switch parts[2] {
	case "lambda", "logs", "cloudwatch": // kind:name, and for some more behind
		_, name, _ := strings.Cut(resource, ":")
		name, _, _ = strings.Cut(name, ":")
		return name
	case "cloudformation": // stack/name/id
		_, name, _ := strings.Cut(resource, "/")
		name, _, _ = strings.Cut(name, "/")
		return name
	}
	return resource[strings.LastIndex(resource, "/")+1:]
}

// deploymentRoot is where rules find the deployment, deploymentSchema where the compiler
// finds its schema.
var (
	deploymentRoot   = ast.MustParseRef("data.deployment")
	deploymentSchema = ast.MustParseRef("schema.deployment")
)

// values is the deployment as rules see it: every key is there, since an absent one would
// make a condition and its negation undefined.
func (d Deployment) values() map[string]any {
	values := map[string]any{}
	fields := reflect.ValueOf(d)
	for field, value := range fields.Fields() {
		key := field.Tag.Get("json")
		if list, isList := value.Interface().([]string); isList {
			items := make([]any, 0, len(list))
			for _, item := range list {
				items = append(items, item)
			}
			values[key] = items
			continue
		}
		values[key] = value.String()
	}
	return values
}

// deploymentShape describes the keys to the compiler.
func deploymentShape() any {
	properties := map[string]any{}
	for key, value := range (Deployment{}).values() {
		shape := map[string]any{"type": "string"}
		if _, isList := value.([]any); isList {
			shape = map[string]any{"type": "array", "items": map[string]any{"type": "string"}}
		}
		properties[key] = shape
	}
	return map[string]any{"type": "object", "properties": properties}
}

// needsDeployment is why a rule about our own resources can't fire yet.
const needsDeployment = "the deployment is not known"

// WithDeployment is the set for one deployment: what its rules read as data.deployment.
// The set itself is not changed.
func (s *Set) WithDeployment(d Deployment) *Set {
	deployed := *s
	deployed.deployment = &d
	deployed.Rules = make([]detection.Rule, 0, len(s.Rules))
	for _, rule := range s.Rules {
		if rule.Inactive == needsDeployment {
			rule.Inactive = ""
		}
		deployed.Rules = append(deployed.Rules, rule)
	}
	return &deployed
}
