package main

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/smithy-go"
)

// notEnabled are the codes by which Security Hub says that the account has none; see
// DescribeHub in its API reference.
var notEnabled = []string{"InvalidAccessException", "ResourceNotFoundException"}

// examineSecurityHub says whether findings can be imported, where they are to be.
func (d doctor) examineSecurityHub(ctx context.Context, s deployed) []diagnosis {
	if s.parameters["SecurityHub"] != "on" {
		return nil
	}
	_, err := d.hub.DescribeHub(ctx, &securityhub.DescribeHubInput{})
	var answer smithy.APIError
	switch {
	case errors.As(err, &answer) && slices.Contains(notEnabled, answer.ErrorCode()):
		return []diagnosis{bad("Security Hub is not enabled in %s: findings wait in the retry queue and end in the dead-letter queue. Enable it, or deploy again with SecurityHub=off", d.region)}
	case err != nil:
		return []diagnosis{unseen("Security Hub", err)}
	}
	return []diagnosis{ok("Security Hub is enabled")}
}
