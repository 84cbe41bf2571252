package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/enrich"
)

// untouched are what AWS writes in its own words. Rules decide on them, so they stay
// even where somebody's name is the same.
var untouched = strings.Fields(`apiVersion awsRegion errorCode eventCategory eventName eventSource
	eventTime eventType eventVersion insightDetails.eventName insightDetails.eventSource
	managementEvent readOnly userIdentity.sessionContext.sessionIssuer.type userIdentity.type`)

// An anonymiser takes out of a record whose it is, and puts the same alias everywhere for
// the same thing. The same record always gives the same result.
type anonymiser struct {
	aliases  aliases
	patterns []pattern
	names    map[string]string // lower case to kind
	fields   map[string]bool   // names of fields that the schema of a record knows
}

// anonymise returns a copy of a record's fields without accounts, people, sessions,
// addresses, key ids, event ids and secrets. Names of resources stay.
func anonymise(rec cloudtrail.Record, schema any) map[string]any {
	a := &anonymiser{
		aliases: aliases{given: map[string]string{}, count: map[string]int{}},
		names:   map[string]string{},
		fields:  map[string]bool{},
	}
	a.learnFields(schema)
	a.learnNames(rec)
	// The record's own account and address come first, so that they get the best known
	// aliases. Then the caller's.
	for _, path := range [][]string{{"recipientAccountId"}, {"userIdentity", "accountId"}, {"sourceIPAddress"}} {
		a.text(rec.String(path...))
	}
	a.value(rec.Fields()["userIdentity"], "userIdentity")
	fields, _ := a.value(enrich.Redact(rec.Fields()), "").(map[string]any)
	return fields
}

// learnFields collects the names of fields, which stay whatever people are called.
func (a *anonymiser) learnFields(schema any) {
	switch v := schema.(type) {
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok {
			for name := range properties {
				a.fields[name] = true
			}
		}
		for _, member := range v {
			a.learnFields(member)
		}
	case []any:
		for _, item := range v {
			a.learnFields(item)
		}
	}
}

// value anonymises any JSON value. Where is its path, with dots.
func (a *anonymiser) value(value any, where string) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out[a.key(key)] = a.value(v[key], strings.TrimPrefix(where+"."+key, "."))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = a.value(v[i], where)
		}
		return out
	case json.Number:
		return json.Number(a.number(v.String()))
	case string:
		if !slices.Contains(untouched, where) {
			return a.text(v)
		}
	}
	return value
}

func (a *anonymiser) key(key string) string {
	if a.fields[key] {
		return key
	}
	return a.aliases.replace(key, a.patterns)
}

var accountNumber = regexp.MustCompile(`^[1-9]\d{11}$`)

func (a *anonymiser) number(number string) string {
	if accountNumber.MatchString(number) {
		return accountAlias(&a.aliases, number, 0, 0)
	}
	return number
}

// serviceHost is a service's name: ec2.amazonaws.com. Longer ones may have a bucket's or
// an account's in them.
var serviceHost = regexp.MustCompile(`^[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)

// text anonymises a string. JSON inside it, such as a policy, is taken apart, because
// escapes hide where a name begins; what has nothing to hide stays as it was written.
func (a *anonymiser) text(text string) string {
	if serviceHost.MatchString(text) {
		return text
	}
	if inside, ok := nestedJSON(text); ok {
		before := encodeJSON(inside)
		if after := encodeJSON(a.value(enrich.Redact(inside), "")); after != before {
			return after
		}
		return text
	}
	if decoded, err := url.PathUnescape(text); err == nil && decoded != text {
		if after := a.text(decoded); after != decoded {
			return strings.ReplaceAll(url.QueryEscape(after), "+", "%20")
		}
		return text
	}
	return a.aliases.replace(text, a.patterns)
}

// nestedJSON is the object or list that a text is.
func nestedJSON(text string) (any, bool) {
	if trimmed := strings.TrimSpace(text); trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil, false
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return nil, false
	}
	return value, true
}

// encodeJSON writes a value without escapes that only HTML needs. What was decoded from
// JSON can be encoded again.
func encodeJSON(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return strings.TrimSuffix(b.String(), "\n")
}
