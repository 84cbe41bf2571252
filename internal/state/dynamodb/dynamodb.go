// Package dynamodb keeps what suppress remembers in one DynamoDB table, for any number of
// processes. It knows nothing of why things are remembered, and makes no table.
package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"trailbell/internal/state"
	"trailbell/internal/suppress"
)

// An API is what is used of DynamoDB. Nothing is deleted but by its time to live.
type API interface {
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
}

// A Store keeps things in a table with a partition key pk and a sort key sk, both text,
// whose time to live is the attribute ttl. It is safe for concurrent use.
//
// Claims and entries are decided by conditions, so of several processes that ask at once
// one gets its way. No condition relies on an item being gone, because DynamoDB deletes
// up to some days late. When an answer is lost, asking again with the same words gives
// the answer that was lost.
//
// It tries again as often as its API does, and limits no time: that is the caller's.
//
// Each call but Members costs one write request unit, also when a condition refuses it;
// Join one a member. Members costs a read request unit for each 4 KB, with some 250 bytes
// a member, and at least one. Items have less than 1 KB unless ids, Info or Source are
// long; each further KB is another unit. See "DynamoDB read and write operations".
type Store struct {
	API   API
	Table string
}

var _ suppress.Store = Store{}

// Claim keeps the promise of [suppress.Store].
func (s Store) Claim(ctx context.Context, id, owner string, now, until time.Time) (state.Claim, error) {
	lease := state.Lease{Owner: owner, Until: until}
	kept, err := s.put(ctx, leaseItem(id, lease), claimable, item{":now": ms(now), ":me": text(owner)})
	if err != nil {
		return state.Claim{}, s.wrap("claim", id, err)
	}
	if kept == nil {
		return state.Claim{Outcome: state.Mine}, nil
	}
	refused, err := leaseIn(kept)
	if err != nil {
		return state.Claim{}, s.wrap("claim", id, err)
	}
	_, claim := refused.Claim(owner, state.Moment(now), until)
	if claim.Outcome == state.Mine {
		return state.Claim{}, s.wrap("claim", id, errors.New("it is free, and the table refused it"))
	}
	return claim, nil
}

// Done keeps the promise of [suppress.Store].
func (s Store) Done(ctx context.Context, id string, keep time.Time) error {
	_, err := s.put(ctx, leaseItem(id, state.Lease{Done: true, Until: keep}), always, nil)
	return s.wrap("mark as done", id, err)
}

// Release keeps the promise of [suppress.Store].
func (s Store) Release(ctx context.Context, id, owner string) error {
	err := s.update(ctx, place(claims, id, alone), release, item{":me": text(owner), ":over": ms(time.Time{})})
	return s.wrap("release", id, err)
}

// Lead keeps the promise of [suppress.Store].
func (s Store) Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error) {
	kept, err := s.put(ctx, entryItem(key, entry), leadable, item{":now": ms(now)})
	if err != nil {
		return state.Entry{}, s.wrap("lead", key, err)
	}
	if kept == nil {
		return entry.Moments(), nil
	}
	there, err := entryIn(kept)
	return there, s.wrap("lead", key, err)
}

// Extend keeps the promise of [suppress.Store].
func (s Store) Extend(ctx context.Context, key, by string, until time.Time) error {
	err := s.update(ctx, place(entries, key, alone), extend, item{":me": text(by), ":until": ms(until), ":ttl": ttl(until)})
	return s.wrap("extend", key, err)
}

// atOnce is how many members are put into a set at the same time.
const atOnce = 8

// Join keeps the promise of [suppress.Store]. Members are written one by one, because a
// batch has no conditions and would overwrite those that are there; a batch would cost
// as much.
func (s Store) Join(ctx context.Context, set string, members []state.Member, keep time.Time) error {
	distinct := state.Distinct(members)
	errs := make([]error, len(distinct))
	tokens := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, m := range distinct {
		tokens <- struct{}{}
		wg.Go(func() {
			defer func() { <-tokens }()
			if errs[i] = ctx.Err(); errs[i] == nil {
				errs[i] = s.update(ctx, place(sets, set, state.Key(m.ID)), join, memberValues(m, keep))
			}
		})
	}
	wg.Wait()
	if len(distinct) == 0 {
		return ctx.Err()
	}
	return s.wrap("join", set, all(errs))
}

// all is one error for those of the members of a set, which have one cause as a rule.
func all(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) < 2 {
		return errors.Join(errs...)
	}
	return fmt.Errorf("%d members failed, one of them: %w", len(errs), errs[0])
}

// Members keeps the promise of [suppress.Store].
func (s Store) Members(ctx context.Context, set string, limit int) ([]state.Member, error) {
	in := &dynamodb.QueryInput{
		TableName:                 aws.String(s.Table),
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: item{":pk": text(sets + state.Key(set))},
	}
	var members []state.Member
	for {
		if limit > 0 {
			in.Limit = aws.Int32(int32(min(limit-len(members), 1000)))
		}
		page, err := s.API.Query(ctx, in)
		if err != nil {
			return nil, s.wrap("read members", set, err)
		}
		for _, kept := range page.Items {
			m, err := memberIn(kept)
			if err != nil {
				return nil, s.wrap("read members", set, err)
			}
			members = append(members, m)
		}
		if len(page.LastEvaluatedKey) == 0 || limit > 0 && len(members) >= limit {
			return members, nil
		}
		in.ExclusiveStartKey = page.LastEvaluatedKey
	}
}

// put writes an item if the condition allows it, and returns the item that did not.
func (s Store) put(ctx context.Context, what item, condition string, values item) (refusedBy item, err error) {
	in := &dynamodb.PutItemInput{TableName: aws.String(s.Table), Item: what}
	if condition != always {
		in.ConditionExpression = aws.String(condition)
		in.ExpressionAttributeNames = names(condition)
		in.ExpressionAttributeValues = values
		in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	_, err = s.API.PutItem(ctx, in)
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if len(refused.Item) == 0 {
			return nil, fmt.Errorf("refused without the item that is there: %w", err)
		}
		return refused.Item, nil
	}
	return nil, err
}

// update changes an item. That its condition refuses it is no error.
func (s Store) update(ctx context.Context, where item, how change, values item) error {
	in := &dynamodb.UpdateItemInput{
		TableName:                 aws.String(s.Table),
		Key:                       where,
		UpdateExpression:          aws.String(how.update),
		ExpressionAttributeNames:  names(how.update + how.condition),
		ExpressionAttributeValues: values,
	}
	if how.condition != always {
		in.ConditionExpression = aws.String(how.condition)
	}
	_, err := s.API.UpdateItem(ctx, in)
	if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); refused {
		return nil
	}
	return err
}

func (s Store) wrap(what, id string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %.100q in table %s: %w", what, id, s.Table, err)
}
