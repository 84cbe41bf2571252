package dynamodb_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"trailbell/internal/state"
	"trailbell/internal/state/dynamodb"
	"trailbell/internal/state/memory"
	"trailbell/internal/state/statetest"
	"trailbell/internal/suppress"
)

// table is what test/test_state.py calls the table that it makes.
const table = "trailbell-state"

// local is a client of the DynamoDB that the environment names.
func local(t *testing.T) *awsdynamodb.Client {
	t.Helper()
	endpoint := os.Getenv("TRAILBELL_TEST_DYNAMODB")
	if endpoint == "" {
		t.Skip("SKIPPED: the store was NOT held to its promises: set TRAILBELL_TEST_DYNAMODB to the endpoint of a DynamoDB with the table " + table + ", as test/test_state.py does")
	}
	return awsdynamodb.New(awsdynamodb.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(endpoint),
		HTTPClient:   &http.Client{Transport: &oneByOne{}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "none", SecretAccessKey: "none"}, nil
		}),
	})
}

// oneByOne makes one request at a time. DynamoDB decides each condition together with its
// write; a stand-in that serves requests in threads may not, and then two have their way.
type oneByOne struct{ mu sync.Mutex }

func (o *oneByOne) RoundTrip(request *http.Request) (*http.Response, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return http.DefaultTransport.RoundTrip(request)
}

// empty removes everything from the table.
func empty(t *testing.T, client *awsdynamodb.Client) {
	t.Helper()
	for {
		page, err := client.Scan(t.Context(), &awsdynamodb.ScanInput{TableName: aws.String(table), ConsistentRead: aws.Bool(true)})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 0 {
			return
		}
		for _, item := range page.Items {
			key := map[string]types.AttributeValue{"pk": item["pk"], "sk": item["sk"]}
			if _, err := client.DeleteItem(t.Context(), &awsdynamodb.DeleteItemInput{TableName: aws.String(table), Key: key}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestContract(t *testing.T) {
	client := local(t)
	statetest.Run(t, func(t *testing.T) suppress.Store {
		empty(t, client)
		return dynamodb.Store{API: client, Table: table}
	})
}

// The first answer to each question is lost after its effect has come about, and asked
// for again.
func TestContractWhenAnswersAreLost(t *testing.T) {
	client := local(t)
	statetest.Run(t, func(t *testing.T) suppress.Store {
		empty(t, client)
		return patient{dynamodb.Store{API: &lossy{API: client}, Table: table}}
	})
}

func TestContractOfTheStoreInMemory(t *testing.T) {
	client := local(t)
	for seed := range uint64(5) {
		empty(t, client)
		statetest.Compare(t, seed, 400, memory.New(), dynamodb.Store{API: client, Table: table})
	}
}

// errLost is a time-out after the effect.
var errLost = errors.New("the answer was lost")

// lossy loses the first answer to each question.
type lossy struct {
	dynamodb.API
	asked sync.Map
}

func (l *lossy) lose(where, values map[string]types.AttributeValue) bool {
	words, err := json.Marshal([]any{where, values})
	_, before := l.asked.LoadOrStore(string(words), true)
	return !before && err == nil
}

func (l *lossy) PutItem(ctx context.Context, in *awsdynamodb.PutItemInput, opts ...func(*awsdynamodb.Options)) (*awsdynamodb.PutItemOutput, error) {
	out, err := l.API.PutItem(ctx, in, opts...)
	if ctx.Err() == nil && l.lose(in.Item, in.ExpressionAttributeValues) {
		return nil, errLost
	}
	return out, err
}

func (l *lossy) UpdateItem(ctx context.Context, in *awsdynamodb.UpdateItemInput, opts ...func(*awsdynamodb.Options)) (*awsdynamodb.UpdateItemOutput, error) {
	out, err := l.API.UpdateItem(ctx, in, opts...)
	if ctx.Err() == nil && l.lose(in.Key, in.ExpressionAttributeValues) {
		return nil, errLost
	}
	return out, err
}

// patient asks again with the same words when an answer was lost.
type patient struct{ suppress.Store }

func again[V any](ask func() (V, error)) (V, error) {
	for {
		if v, err := ask(); !errors.Is(err, errLost) {
			return v, err
		}
	}
}

func (p patient) Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error) {
	return again(func() (state.Claim, error) { return p.Store.Claim(ctx, id, owner, now, until) })
}

func (p patient) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error) {
	return again(func() (state.Entry, error) { return p.Store.Lead(ctx, key, entry, now) })
}

func (p patient) Done(ctx context.Context, id string, keep time.Time) error {
	_, err := again(func() (bool, error) { return true, p.Store.Done(ctx, id, keep) })
	return err
}

func (p patient) Release(ctx context.Context, id, owner string) error {
	_, err := again(func() (bool, error) { return true, p.Store.Release(ctx, id, owner) })
	return err
}

func (p patient) Extend(ctx context.Context, key, by string, until time.Time) error {
	_, err := again(func() (bool, error) { return true, p.Store.Extend(ctx, key, by, until) })
	return err
}

func (p patient) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	_, err := again(func() (bool, error) { return true, p.Store.Join(ctx, set, members, keep) })
	return err
}
