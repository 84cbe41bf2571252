package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"trailbell/internal/state"
	"trailbell/internal/state/dynamodb"
	"trailbell/internal/suppress"
)

type item = map[string]types.AttributeValue

var now = time.Date(2026, 3, 14, 15, 9, 26, 500_000_000, time.UTC)

// fake keeps what it is asked, and answers writes with err and queries with pages.
type fake struct {
	mu      sync.Mutex
	puts    []*awsdynamodb.PutItemInput
	updates []*awsdynamodb.UpdateItemInput
	queries []awsdynamodb.QueryInput
	err     error
	pages   []*awsdynamodb.QueryOutput
}

func (f *fake) PutItem(_ context.Context, in *awsdynamodb.PutItemInput, _ ...func(*awsdynamodb.Options)) (*awsdynamodb.PutItemOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.puts = append(f.puts, in)
	return &awsdynamodb.PutItemOutput{}, f.err
}

func (f *fake) UpdateItem(_ context.Context, in *awsdynamodb.UpdateItemInput, _ ...func(*awsdynamodb.Options)) (*awsdynamodb.UpdateItemOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.updates = append(f.updates, in)
	return &awsdynamodb.UpdateItemOutput{}, f.err
}

func (f *fake) Query(_ context.Context, in *awsdynamodb.QueryInput, _ ...func(*awsdynamodb.Options)) (*awsdynamodb.QueryOutput, error) {
	f.queries = append(f.queries, *in)
	if f.err != nil || len(f.pages) == 0 {
		return &awsdynamodb.QueryOutput{}, f.err
	}
	page := f.pages[0]
	f.pages = f.pages[1:]
	return page, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func refused(it item) error {
	return fmt.Errorf("operation error DynamoDB: PutItem: %w", &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed"), Item: it})
}

func ExampleStore() {
	// The table's own item is what DynamoDB returns with its refusal, so that nothing has to
	// be read.
	api := &fake{err: refused(item{"by": text("another run"), "until": number(now.Add(20 * time.Second).UnixMilli())})}
	store := dynamodb.Store{API: api, Table: "trailbell-state"}
	claim, err := store.Claim(context.Background(), "alert 1", "this run", now, now.Add(30*time.Second))
	fmt.Println(claim.Outcome, claim.Until.Sub(now), err)
	// Output: busy 20s <nil>
}

func TestARefusedClaimSaysWhoseItIs(t *testing.T) {
	later := number(now.Add(time.Minute).UnixMilli())
	done := &types.AttributeValueMemberBOOL{Value: true}
	tests := []struct {
		name string
		item item
		want state.Claim
		err  string
	}{
		{"somebody else's", item{"by": text("you"), "until": later}, state.Claim{Outcome: state.Busy, Until: now.Add(time.Minute)}, ""},
		{"done", item{"done": done, "until": later}, state.Claim{Outcome: state.Done}, ""},
		{"done by the asker, before DynamoDB stopped to remember the owner", item{"done": done, "by": text("me"), "until": later}, state.Claim{Outcome: state.Done}, ""},
		{"an item that could not be a reason", item{"by": text("you"), "until": number(now.UnixMilli())}, state.Claim{}, "it is free, and the table refused it"},
		{"no item", nil, state.Claim{}, "refused without the item that is there"},
		{"an end that is text", item{"by": text("you"), "until": text("noon")}, state.Claim{}, "attribute until is no number"},
		{"an end with a fraction", item{"by": text("you"), "until": &types.AttributeValueMemberN{Value: "1.5"}}, state.Claim{}, "attribute until is no whole number"},
		{"no owner", item{"until": later}, state.Claim{}, "attribute by is no text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := &fake{err: refused(test.item)}
			got, err := dynamodb.Store{API: api, Table: "t"}.Claim(t.Context(), "id", "me", now, now.Add(time.Second))
			if got != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("claim %v, error %v", got, err)
			}
			if len(api.puts) != 1 || api.puts[0].ReturnValuesOnConditionCheckFailure != types.ReturnValuesOnConditionCheckFailureAllOld {
				t.Errorf("asked %v, want one put that asks for the item", api.puts)
			}
		})
	}
}

func TestARefusedLeadIsToldWhoLeads(t *testing.T) {
	there := item{"by": text("you"), "from": number(1500), "until": number(now.Add(time.Minute).UnixMilli()), "info": text("i")}
	want := state.Entry{By: "you", From: time.UnixMilli(1500).UTC(), Until: now.Add(time.Minute), Info: "i"}
	store := dynamodb.Store{API: &fake{err: refused(there)}, Table: "t"}
	got, err := store.Lead(t.Context(), "key", state.Entry{By: "me", Until: now.Add(time.Hour)}, now)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, -want +got:\n%s", err, diff)
	}
	delete(there, "info")
	if _, err := store.Lead(t.Context(), "key", state.Entry{}, now); err == nil || !strings.Contains(err.Error(), "attribute info is no text") {
		t.Errorf("error %v", err)
	}
}

// That another has it is an answer to a release or an extension, and no fault.
func TestARefusedUpdateIsNoError(t *testing.T) {
	store := dynamodb.Store{API: &fake{err: refused(nil)}, Table: "t"}
	if err := errors.Join(store.Release(t.Context(), "id", "me"), store.Extend(t.Context(), "key", "me", now)); err != nil {
		t.Error(err)
	}
}

// calls are all methods, with the name that an error has to have.
func calls(ctx context.Context, s suppress.Store) map[string]error {
	_, claim := s.Claim(ctx, "thing", "me", now, now.Add(time.Second))
	_, lead := s.Lead(ctx, "thing", state.Entry{By: "me", Until: now}, now)
	_, members := s.Members(ctx, "thing", 0)
	return map[string]error{
		"claim": claim, "lead": lead, "read members": members,
		"mark as done": s.Done(ctx, "thing", now),
		"release":      s.Release(ctx, "thing", "me"),
		"extend":       s.Extend(ctx, "thing", "me", now),
		"join":         s.Join(ctx, "thing", []state.Member{{ID: "a"}}, now),
	}
}

func TestWhatDynamoDBCanNotDoIsAnErrorThatSaysWhatAndWhere(t *testing.T) {
	for name, cause := range map[string]error{
		"throttled":         &types.ThrottlingException{Message: aws.String("slow down")},
		"hot partition":     &types.ProvisionedThroughputExceededException{Message: aws.String("hot")},
		"request limit":     &types.RequestLimitExceeded{Message: aws.String("limit")},
		"server error":      &types.InternalServerError{Message: aws.String("oops")},
		"no table":          &types.ResourceNotFoundException{Message: aws.String("no such table")},
		"no permission":     errors.New("AccessDeniedException: not authorized to perform: dynamodb:PutItem"),
		"time is over":      context.DeadlineExceeded,
		"the answer is odd": errors.New("deserialization failed"),
	} {
		api := &fake{err: cause}
		for what, err := range calls(t.Context(), dynamodb.Store{API: api, Table: "alerts"}) {
			if !errors.Is(err, cause) || !strings.HasPrefix(fmt.Sprint(err), what+` "thing" in table alerts: `) {
				t.Errorf("%s: %s: error %v", name, what, err)
			}
		}
		if n := len(api.puts) + len(api.updates) + len(api.queries); n != 7 {
			t.Errorf("%s: %d requests for 7 calls: to try again is the client's", name, n)
		}
	}
}

func TestAJoinThatFailsInPartSaysHowMany(t *testing.T) {
	cause := errors.New("throttled")
	api := &fake{err: cause}
	err := dynamodb.Store{API: api, Table: "t"}.Join(t.Context(), "set", []state.Member{{ID: "a"}, {ID: "b"}, {ID: "a"}, {ID: "c"}}, now)
	if !errors.Is(err, cause) || !strings.Contains(err.Error(), "3 members failed") || len(api.updates) != 3 {
		t.Errorf("error %v, %d requests", err, len(api.updates))
	}
}

func TestMembersAreReadPageByPageUntilThereAreEnough(t *testing.T) {
	page := func(more bool, ids ...string) *awsdynamodb.QueryOutput {
		out := &awsdynamodb.QueryOutput{}
		for _, id := range ids {
			out.Items = append(out.Items, item{"id": text(id), "at": number(0), "weight": number(1), "region": text(""), "source": text("")})
		}
		if more {
			out.LastEvaluatedKey = item{"pk": text("after " + strings.Join(ids, ""))}
		}
		return out
	}
	tests := []struct {
		name  string
		limit int
		want  string
		asked []int32 // Limit of each query, 0 for none
		from  []string
	}{
		{"all", 0, "abcd", []int32{0, 0, 0}, []string{"beginning", "after ab", "after "}},
		{"enough on the first page", 2, "ab", []int32{2}, []string{"beginning"}},
		{"one more, and a page with nothing on it", 3, "abc", []int32{3, 1, 1}, []string{"beginning", "after ab", "after "}},
		{"more than there are", 5000, "abcd", []int32{1000, 1000, 1000}, []string{"beginning", "after ab", "after "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			last := page(false, "c", "d")
			if test.limit == 3 {
				last = page(true, "c")
			}
			api := &fake{pages: []*awsdynamodb.QueryOutput{page(true, "a", "b"), page(true), last}}
			members, err := dynamodb.Store{API: api, Table: "t"}.Members(t.Context(), "set", test.limit)
			var got strings.Builder
			for _, m := range members {
				got.WriteString(m.ID)
			}
			var asked []int32
			var from []string
			for _, q := range api.queries {
				asked = append(asked, aws.ToInt32(q.Limit))
				start := "beginning"
				if key, ok := q.ExclusiveStartKey["pk"].(*types.AttributeValueMemberS); ok {
					start = key.Value
				}
				from = append(from, start)
				if !aws.ToBool(q.ConsistentRead) {
					t.Error("a read that may be old")
				}
			}
			if got.String() != test.want || err != nil || !slices.Equal(asked, test.asked) || !slices.Equal(from, test.from) {
				t.Errorf("members %s, error %v, limits %v, from %q", &got, err, asked, from)
			}
		})
	}
}

func TestAMemberThatLacksSomethingIsAnError(t *testing.T) {
	whole := item{"id": text("a"), "at": number(0), "weight": number(1), "region": text(""), "source": text("")}
	for attribute := range whole {
		broken := maps.Clone(whole)
		delete(broken, attribute)
		api := &fake{pages: []*awsdynamodb.QueryOutput{{Items: []item{broken}}}}
		if _, err := (dynamodb.Store{API: api, Table: "t"}).Members(t.Context(), "set", 0); err == nil || !strings.Contains(err.Error(), "attribute "+attribute) {
			t.Errorf("without %s: error %v", attribute, err)
		}
	}
}

// DynamoDB refuses reserved words, and names and values that are not used; so every word
// of an expression is a placeholder that is there, or one of its language.
func TestExpressionsNameWhatTheyUseAndNothingElse(t *testing.T) {
	api := &fake{}
	store := dynamodb.Store{API: api, Table: "t"}
	calls(t.Context(), store)
	if err := errors.Join(store.Prolong(t.Context(), "key", now), store.Predate(t.Context(), "key", "me", now)); err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`[#:]?[A-Za-z_]+`)
	language := []string{"SET", "AND", "OR", "attribute_not_exists", "if_not_exists"}
	check := func(names map[string]string, values item, expressions ...*string) {
		t.Helper()
		used := map[string]bool{}
		for _, e := range expressions {
			for _, w := range word.FindAllString(aws.ToString(e), -1) {
				used[w] = true
			}
		}
		for w := range used {
			_, isName := names[w]
			_, isValue := values[w]
			if !isName && !isValue && !slices.Contains(language, w) {
				t.Errorf("%s is not defined", w)
			}
		}
		for w := range names {
			if !used[w] {
				t.Errorf("name %s is not used", w)
			}
		}
		for w := range values {
			if !used[w] {
				t.Errorf("value %s is not used", w)
			}
		}
	}
	for _, in := range api.puts {
		check(in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.ConditionExpression)
	}
	for _, in := range api.updates {
		check(in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.UpdateExpression, in.ConditionExpression)
	}
	for _, in := range api.queries {
		check(in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.KeyConditionExpression)
	}
	if len(api.puts) != 3 || len(api.updates) != 5 || len(api.queries) != 1 {
		t.Errorf("%d puts, %d updates, %d queries", len(api.puts), len(api.updates), len(api.queries))
	}
}

// An item that is deleted too early would be an alert sent twice; one without a time to
// live stays for ever.
func TestWhatIsKeptIsDeletedADayAfterItIsOver(t *testing.T) {
	api := &fake{}
	store := dynamodb.Store{API: api, Table: "t"}
	until := now.Add(time.Hour)
	_, claimErr := store.Claim(t.Context(), "id", "me", now, until)
	_, leadErr := store.Lead(t.Context(), "key", state.Entry{Until: until}, now)
	if err := errors.Join(claimErr, leadErr, store.Done(t.Context(), "id", until), store.Extend(t.Context(), "key", "", until), store.Join(t.Context(), "s", []state.Member{{}}, until)); err != nil {
		t.Fatal(err)
	}
	ttls := []types.AttributeValue{api.updates[0].ExpressionAttributeValues[":ttl"], api.updates[1].ExpressionAttributeValues[":ttl"]}
	for _, put := range api.puts {
		ttls = append(ttls, put.Item["ttl"])
	}
	for _, ttl := range ttls {
		if diff := cmp.Diff(number(until.Add(24*time.Hour).Unix()+1), ttl, cmpopts.IgnoreUnexported(types.AttributeValueMemberN{})); diff != "" {
			t.Error(diff)
		}
	}
	if len(ttls) != 5 {
		t.Errorf("%d times to live", len(ttls))
	}
}
