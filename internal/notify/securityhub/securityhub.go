// Package securityhub imports findings into AWS Security Hub. It knows nothing of what they
// say: the messages are requests that somebody else has written.
package securityhub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"trailbell/internal/notify"
)

const (
	// timeout is for one message with all its tries.
	timeout = 15 * time.Second
	// maxFindings is what one request takes: BatchImportFindings, API reference.
	maxFindings = 100
)

// An API is what is used of Security Hub.
type API interface {
	BatchImportFindings(ctx context.Context, in *securityhub.BatchImportFindingsInput, opts ...func(*securityhub.Options)) (*securityhub.BatchImportFindingsOutput, error)
}

// A Hub imports into the Security Hub of one account and region. It is safe for concurrent
// use.
type Hub struct {
	API API
}

// Send imports the findings of a message, {"Findings": [...]}, a hundred at a time. A nil
// error means that Security Hub has taken each of them: an answer that says success and
// names findings that failed is an error here, with the reason of each.
func (h Hub) Send(ctx context.Context, message notify.Message) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	findings, err := read(message.Body)
	if err != nil {
		return err
	}
	var errs []error
	for batch := range slices.Chunk(findings, maxFindings) {
		out, err := h.API.BatchImportFindings(ctx, &securityhub.BatchImportFindingsInput{Findings: batch})
		if err != nil {
			errs = append(errs, fmt.Errorf("import %d findings into Security Hub: %w", len(batch), err))
			continue
		}
		errs = append(errs, refused(len(batch), out))
	}
	return errors.Join(errs...)
}

// read reads the findings as the SDK has them. Its fields bear the names of the format; a
// name that it does not know would be lost without a word, so that it is an error.
func read(body string) ([]types.AwsSecurityFinding, error) {
	var request struct{ Findings []types.AwsSecurityFinding }
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		return nil, fmt.Errorf("read findings for Security Hub: %w", err)
	}
	if len(request.Findings) == 0 {
		return nil, errors.New("read findings for Security Hub: there are none")
	}
	return request.Findings, nil
}

// refused says which findings of a batch were not taken.
func refused(sent int, out *securityhub.BatchImportFindingsOutput) error {
	var errs []error
	for _, f := range out.FailedFindings {
		errs = append(errs, fmt.Errorf("finding %s was refused by Security Hub: %s: %s", aws.ToString(f.Id), aws.ToString(f.ErrorCode), aws.ToString(f.ErrorMessage)))
	}
	if taken := int(aws.ToInt32(out.SuccessCount)); len(errs) == 0 && taken != sent {
		errs = append(errs, fmt.Errorf("%d of %d findings were taken by Security Hub, and none is named as failed", taken, sent))
	}
	return errors.Join(errs...)
}
