package main

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// How somebody is subscribed to a topic of each kind.
const (
	byMail = "Deploy again with the parameter AlertEmail, or subscribe something"
	byChat = "Name it in a channel of Amazon Q Developer (docs/routing.md), or deploy again with ChatNotifications=off"
)

// examineSubscriptions says who is told, for the topics that people listen to.
func (d doctor) examineSubscriptions(ctx context.Context, s deployed) []diagnosis {
	found := d.examineTopic(ctx, "alert topic", s.outputs["AlertTopicArn"], byMail)
	found = append(found, d.examineTopic(ctx, "operations topic", s.outputs["OperationsTopicArn"], byMail)...)
	if arn := s.outputs["ChatTopicArn"]; arn != "" {
		found = append(found, d.examineTopic(ctx, "chat topic", arn, byChat)...)
	}
	return found
}

func (d doctor) examineTopic(ctx context.Context, what, arn, remedy string) []diagnosis {
	var confirmed, pending []string
	pages := sns.NewListSubscriptionsByTopicPaginator(d.topics, &sns.ListSubscriptionsByTopicInput{TopicArn: aws.String(arn)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return []diagnosis{unseen("subscriptions of the "+what, err)}
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
	return judgeSubscriptions(what, remedy, confirmed, pending)
}

// judgeSubscriptions says who would be told.
func judgeSubscriptions(what, remedy string, confirmed, pending []string) []diagnosis {
	var found []diagnosis
	for _, endpoint := range pending {
		found = append(found, bad("%s: the subscription of %s is not confirmed. Follow the link in the mail from AWS", what, endpoint))
	}
	if len(confirmed) > 0 {
		found = append(found, ok("%s: subscribed is %s", what, strings.Join(confirmed, ", ")))
	}
	if len(found) == 0 {
		found = append(found, bad("%s: nobody is subscribed. %s", what, remedy))
	}
	return found
}

// examineTopicPolicies says whether the functions may publish alerts, and nobody else.
func (d doctor) examineTopicPolicies(ctx context.Context, s deployed) []diagnosis {
	roles := []string{s.arn("iam", "role/"+s.named("DetectRole"))}
	if reader := s.named("LogFilesRole"); reader != "" { // it is there with TrailBucket only
		roles = append(roles, s.arn("iam", "role/"+reader))
	}
	var found []diagnosis
	for _, topic := range []struct{ what, arn string }{
		{"alert topic", s.outputs["AlertTopicArn"]}, {"alert event topic", s.outputs["AlertEventTopicArn"]}, {"chat topic", s.outputs["ChatTopicArn"]},
	} {
		if topic.what == "chat topic" && topic.arn == "" {
			continue // it is there on request only
		}
		answer, err := d.topics.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(topic.arn)})
		if err != nil {
			found = append(found, unseen("policy of the "+topic.what, err))
			continue
		}
		found = append(found, judgeTopicPolicy(topic.what, answer.Attributes["Policy"], roles))
	}
	return found
}

// A statement of a policy, as far as the doctor reads it.
type statement struct {
	Effect    string
	Principal any // absent where a policy says NotPrincipal
	Action    any
	NotAction any
	Condition map[string]map[string]any
}

// judgeTopicPolicy says whether those with the roles may publish, and nobody else.
func judgeTopicPolicy(what, policy string, roles []string) diagnosis {
	var document struct{ Statement []statement }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return diagnosis{unknown, "policy of the " + what + ": can't be read: " + err.Error()}
	}
	said := map[meaning]statement{}
	for _, s := range document.Statement {
		said[s.meaning(roles)] = s
	}
	has := func(m meaning) bool { _, found := said[m]; return found }
	switch {
	case has(letsOthersIn):
		whom := cmp.Or(strings.Join(words(said[letsOthersIn].Principal), " "), "others")
		return bad("policy of the %s lets %s publish: an alert may not be trailbell's. Deploy again, and ask who changed it", what, whom)
	case has(forbidsMore):
		return bad("policy of the %s has a statement that forbids to publish and was not deployed: alerts may not go out. Deploy again, and ask who changed it", what)
	case !has(letsFunctionIn):
		return bad("policy of the %s does not let the function publish. Deploy again, and ask who changed it", what)
	case !has(keepsOthersOut):
		return bad("policy of the %s lets others publish: an alert may not be trailbell's. Deploy again, and ask who changed it", what)
	}
	return ok("%s: the function may publish, and nobody else", what)
}

// A meaning is what a statement says about publishing.
type meaning int

const (
	isAboutElse meaning = iota
	letsFunctionIn
	letsOthersIn
	keepsOthersOut
	wantsTLS
	forbidsMore
)

func (s statement) meaning(roles []string) meaning {
	whom := words(s.Principal)
	switch everybody := slices.Equal(whom, []string{"*"}); {
	case !publishes(s.Action) && s.NotAction == nil:
		return isAboutElse
	case s.Effect == "Allow" && sameWords(whom, roles):
		return letsFunctionIn
	case s.Effect == "Allow":
		return letsOthersIn
	case everybody && sameWords(words(s.Condition["ArnNotEquals"]["aws:PrincipalArn"]), roles):
		return keepsOthersOut
	case everybody && slices.Equal(words(s.Condition["Bool"]["aws:SecureTransport"]), []string{"false"}):
		return wantsTLS
	}
	return forbidsMore
}

// sameWords says whether both have the same words, in any order, in which AWS may give
// a policy back.
func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// publishes says whether actions have to do with publishing.
func publishes(actions any) bool {
	return slices.ContainsFunc(words(actions), func(action string) bool {
		action = strings.ToLower(action)
		return action == "*" || action == "sns:*" || action == "sns:publish"
	})
}

// words are the texts in a value of which a policy may hold one or several, by a name or
// without.
func words(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, v := range value {
			all = append(all, words(v)...)
		}
		return all
	case map[string]any:
		var all []string
		for _, v := range value {
			all = append(all, words(v)...)
		}
		slices.Sort(all)
		return all
	}
	return nil
}
