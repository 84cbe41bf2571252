package dynamodb

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"trailbell/internal/state"
)

// item is what DynamoDB calls an item, a key or values of an expression.
type item = map[string]types.AttributeValue

// Partition keys begin with what is kept there. Sort keys are members of sets, or alone.
const (
	claims  = "claim"
	entries = "entry"
	sets    = "set"
	alone   = "-"
)

// Conditions and changes. Many of our words are reserved ("by" and "ttl" are), so all
// have a # in front. A comparison with an attribute that an item lacks is false, so what
// an item may lack is asked for; an item that is not there lacks all. What is done has no
// owner, so nobody gets it by being its owner.
const (
	always    = ""
	claimable = "attribute_not_exists(#until) OR #until <= :now OR #by = :me"
	leadable  = "attribute_not_exists(#until) OR #until <= :now"
)

// change is how an item is changed, and on what condition.
type change struct{ update, condition string }

var (
	release = change{"SET #until = :over", "#by = :me"}
	extend  = change{"SET #until = :until, #ttl = :ttl", "#by = :me"}
	prolong = change{"SET #until = :until, #ttl = :ttl", "#until < :until"}
	predate = change{"SET #from = :from", "#by = :me AND #from > :from"}
	// Whoever joins again stays as it was, but is remembered from now on.
	join = change{"SET #id = if_not_exists(#id, :id), #at = if_not_exists(#at, :at), " +
		"#weight = if_not_exists(#weight, :weight), #region = if_not_exists(#region, :region), " +
		"#source = if_not_exists(#source, :source), #ttl = :ttl", always}
)

var name = regexp.MustCompile(`#[a-z]+`)

// names are the attributes that an expression names.
func names(expression string) map[string]string {
	found := map[string]string{}
	for _, n := range name.FindAllString(expression, -1) {
		found[n] = n[1:]
	}
	return found
}

func place(kind, id, sort string) item {
	return item{"pk": text(kind + state.Key(id)), "sk": text(sort)}
}

func leaseItem(id string, lease state.Lease) item {
	it := place(claims, id, alone)
	it["until"], it["ttl"] = ms(lease.Until), ttl(lease.Until)
	if lease.Done {
		it["done"] = &types.AttributeValueMemberBOOL{Value: true}
	} else {
		it["by"] = text(lease.Owner)
	}
	return it
}

func leaseIn(it item) (state.Lease, error) {
	r := reader{item: it}
	_, done := it["done"]
	lease := state.Lease{Until: r.time("until"), Done: done}
	if !done {
		lease.Owner = r.text("by")
	}
	return lease, r.err
}

func entryItem(key string, entry state.Entry) item {
	it := place(entries, key, alone)
	maps.Copy(it, item{
		"by": text(entry.By), "from": ms(entry.From), "until": ms(entry.Until), "info": text(entry.Info),
		"ttl": ttl(entry.Until),
	})
	return it
}

func entryIn(it item) (state.Entry, error) {
	r := reader{item: it}
	return state.Entry{By: r.text("by"), From: r.time("from"), Until: r.time("until"), Info: r.text("info")}, r.err
}

func memberValues(m state.Member, keep time.Time) item {
	return item{
		":id": text(m.ID), ":at": ms(m.At), ":weight": number(int64(m.Weight)), ":region": text(m.Region),
		":source": text(m.Source), ":ttl": ttl(keep),
	}
}

func memberIn(it item) (state.Member, error) {
	r := reader{item: it}
	return state.Member{
		ID: r.text("id"), At: r.time("at"), Weight: int(r.number("weight")), Region: r.text("region"), Source: r.text("source"),
	}, r.err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// ms is a time in milliseconds since 1970: numbers compare, whatever the year.
func ms(t time.Time) types.AttributeValue { return number(t.UnixMilli()) }

// ttl is when DynamoDB may delete an item that is over at t, in seconds.
func ttl(t time.Time) types.AttributeValue { return number(t.Add(state.Grace).Unix() + 1) }

// reader reads attributes and keeps the first error, which names the attribute.
type reader struct {
	item item
	err  error
}

func (r *reader) text(attribute string) string {
	value, ok := r.item[attribute].(*types.AttributeValueMemberS)
	if !ok {
		r.fail(attribute, "no text")
		return ""
	}
	return value.Value
}

func (r *reader) number(attribute string) int64 {
	value, ok := r.item[attribute].(*types.AttributeValueMemberN)
	if !ok {
		r.fail(attribute, "no number")
		return 0
	}
	n, err := strconv.ParseInt(value.Value, 10, 64)
	if err != nil {
		r.fail(attribute, "no whole number")
	}
	return n
}

func (r *reader) time(attribute string) time.Time { return time.UnixMilli(r.number(attribute)).UTC() }

func (r *reader) fail(attribute, why string) {
	if r.err == nil {
		r.err = fmt.Errorf("the item's attribute %s is %s", attribute, why)
	}
}
