package main

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

// examineBus says whether the organization's accounts may send their records here, where
// they are to. Otherwise all of them are silent at once, and each only knows by itself.
func (d doctor) examineBus(ctx context.Context, s deployed) []diagnosis {
	organization := s.parameters["OrganizationId"]
	if organization == "" {
		return nil
	}
	answer, err := d.rules.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{})
	if err != nil {
		return []diagnosis{unseen("policy of the event bus", err)}
	}
	return []diagnosis{judgeBus(aws.ToString(answer.Policy), organization)}
}

// judgeBus says whom the policy of the event bus lets in besides its own account.
func judgeBus(policy, organization string) diagnosis {
	var document struct{ Statement []statement }
	if policy != "" {
		if err := json.Unmarshal([]byte(policy), &document); err != nil {
			return diagnosis{unknown, "policy of the event bus: can't be read: " + err.Error()}
		}
	}
	letsIn := func(s statement) bool {
		return s.Effect == "Allow" && slices.Equal(words(s.Condition["StringEquals"]["aws:PrincipalOrgID"]), []string{organization})
	}
	letsEverybodyIn := func(s statement) bool {
		return s.Effect == "Allow" && slices.Contains(words(s.Principal), "*") && len(s.Condition) == 0
	}
	switch {
	case slices.ContainsFunc(document.Statement, letsEverybodyIn):
		return bad("policy of the event bus lets everybody send events: anybody's AWS records may come. Take that statement out, and ask who put it in")
	case !slices.ContainsFunc(document.Statement, letsIn):
		return bad("policy of the event bus does not let organization %s in: its accounts' records end in their own queues. Deploy again, and ask who changed it", organization)
	case slices.ContainsFunc(document.Statement, func(s statement) bool { return s.Effect == "Deny" }):
		return bad("policy of the event bus has a statement that forbids and was not deployed: records of other accounts may not arrive. Look at it, and ask who put it in")
	}
	return ok("the accounts of organization %s may send their records", organization)
}
