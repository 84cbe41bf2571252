package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// fieldOrder puts what happened first, then who did it and to what; all other fields
// follow by name.
var fieldOrder = strings.Fields(`eventVersion type principalId arn accountId accessKeyId userName sessionContext
	eventTime eventSource eventName awsRegion sourceIPAddress userAgent userIdentity errorCode errorMessage
	requestParameters responseElements additionalEventData requestID eventID readOnly resources eventType
	managementEvent recipientAccountId eventCategory tlsDetails`)

// writeRecord writes a value as JSON that is also Rego, with the fields in fieldOrder.
// Characters that have no ink are escaped: the file is for people.
func writeRecord(value any, tab string) string {
	var b strings.Builder
	writeValue(&b, value, "\n", tab)
	return b.String()
}

func writeValue(b *strings.Builder, value any, newline, tab string) {
	switch v := value.(type) {
	case map[string]any:
		keys := slices.SortedFunc(maps.Keys(v), func(x, y string) int {
			return cmp.Or(cmp.Compare(fieldRank(x), fieldRank(y)), cmp.Compare(x, y))
		})
		writeList(b, "{", "}", len(keys), newline, tab, func(i int) {
			b.WriteString(visibleJSON(keys[i]) + ": ")
			writeValue(b, v[keys[i]], newline+tab, tab)
		})
	case []any:
		writeList(b, "[", "]", len(v), newline, tab, func(i int) { writeValue(b, v[i], newline+tab, tab) })
	default:
		b.WriteString(visibleJSON(value))
	}
}

func writeList(b *strings.Builder, open, end string, n int, newline, tab string, item func(i int)) {
	b.WriteString(open)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(newline + tab)
		item(i)
	}
	if n > 0 {
		b.WriteString(newline)
	}
	b.WriteString(end)
}

func fieldRank(name string) int {
	if i := slices.Index(fieldOrder, name); i >= 0 {
		return i
	}
	return len(fieldOrder)
}

// visibleJSON is a scalar as JSON. Only inside strings can there be anything else than
// printable ASCII.
func visibleJSON(value any) string {
	var b strings.Builder
	for _, r := range encodeJSON(value) {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// uninteresting fields are the same for every call, or different for each. The sample has
// them; a test is easier to read without.
var uninteresting = strings.Fields(`apiVersion eventCategory eventID eventTime eventType eventVersion
	managementEvent requestID sharedEventID tlsDetails userAgent`)

// testRecord is the part of a record that stands in the test. The tests refuse records
// that don't keep to the schema, and AWS adds fields before we know them: those are left
// out.
func testRecord(fields map[string]any, schema any) any {
	interesting := maps.Clone(fields)
	for _, name := range uninteresting {
		delete(interesting, name)
	}
	kept, _ := fit(schema, interesting)
	return kept
}

// fit is the part of a value that keeps to a JSON Schema, in the few words that ours
// uses, and whether there is any.
func fit(schema, value any) (any, bool) {
	rules, _ := schema.(map[string]any)
	if alternatives, ok := rules["anyOf"].([]any); ok {
		for _, alternative := range alternatives {
			if kept, ok := fit(alternative, value); ok {
				return kept, true
			}
		}
		return nil, false
	}
	switch v := value.(type) {
	case map[string]any:
		return fitObject(rules, v), rules["type"] == "object"
	case []any:
		return fitList(rules["items"], v), rules["type"] == "array"
	case json.Number:
		if rules["type"] == "string" { // better a text than an error code that is gone
			return v.String(), true
		}
	}
	return value, rules["type"] == typeOf(value)
}

// typeOf is the JSON type of a scalar.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	}
	return "number"
}

func fitObject(rules, object map[string]any) map[string]any {
	properties, closed := rules["properties"].(map[string]any)
	if !closed {
		return object
	}
	kept := map[string]any{}
	for key, value := range object {
		if part, ok := fit(properties[key], value); ok {
			kept[key] = part
		}
	}
	return kept
}

func fitList(items any, list []any) []any {
	if items == nil {
		return list
	}
	kept := []any{}
	for _, item := range list {
		if part, ok := fit(items, item); ok {
			kept = append(kept, part)
		}
	}
	return kept
}

// decodeJSON decodes a text with its numbers as they are written.
func decodeJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
