package main

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Each test here is a fault that others' tools have had: an alert that was lost, or went to
// the wrong people, for what its record looks like.

// detail is the record of a sample, changed, in the sample's envelope.
func detail(t *testing.T, name string, change func(record map[string]any)) string {
	t.Helper()
	var event map[string]any
	if err := json.Unmarshal(sample(t, name), &event); err != nil {
		t.Fatal(err)
	}
	change(event["detail"].(map[string]any))
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAFederatedSignInWithoutAWordOfMFAIsToldEverywhere(t *testing.T) {
	d, c := startOptional(t, everything)
	event := detail(t, "signin-console-login-by-instance-or-role-session.json", func(record map[string]any) {
		record["additionalEventData"] = map[string]any{"LoginTo": "https://console.aws.amazon.com/"}
	})
	got, err := d.handle(t.Context(), json.RawMessage(event))
	if err != nil || got.(answer).Alerts == 0 || got.(answer).Problems != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if sent := c.sent(); sent[0] != 1 || sent[1] == 0 || sent[2] != 1 || len(c.findings) != sent[1] {
		t.Errorf("published %v, findings %v", sent, c.findings)
	}
}

func TestACallOfAStrangersAccountIsFiledUnderTheAccountThatItHappenedIn(t *testing.T) {
	d, c := startOptional(t, everything)
	event := detail(t, "cloudtrail-trail-stopped.json", func(record map[string]any) {
		identity := record["userIdentity"].(map[string]any)
		identity["accountId"], record["recipientAccountId"] = "999999999999", "123456789012"
	})
	if _, err := d.handle(t.Context(), json.RawMessage(event)); err != nil {
		t.Fatal(err)
	}
	for topic, messages := range c.published {
		for _, message := range messages {
			if got := attribute(message, "account"); got != "String 123456789012" {
				t.Errorf("on %s the account is %q", topic, got)
			}
		}
	}
	if c.sent() != [3]int{1, 1, 1} {
		t.Errorf("published %v", c.sent())
	}
}

func TestADigestBeforeRecordsHidesNoneOfThem(t *testing.T) {
	const digest = `{"awsAccountId":"123456789012","digestStartTime":"2026-02-03T03:05:06Z","digestEndTime":"2026-02-03T04:05:06Z","logFiles":[]}`
	stopped := string(sample(t, "cloudtrail-trail-stopped.json"))
	d, topics := start(t)
	got, err := d.handle(t.Context(), queued(digest, stopped))
	if text, _ := json.Marshal(got); string(text) != failures("m1") || err != nil {
		t.Errorf("answer %s, %v, want the digest to stay where it can be seen", text, err)
	}
	if !slices.ContainsFunc(topics.published[alertTopic], isAboutTheTrail) {
		t.Errorf("as a message of its own: published %v", topics.published[alertTopic])
	}
	d, topics = start(t)
	if _, err := d.handle(t.Context(), json.RawMessage(digest+"\n"+strings.ReplaceAll(stopped, "\n", " "))); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(topics.published[alertTopic], isAboutTheTrail) {
		t.Errorf("among lines: published %v", topics.published[alertTopic])
	}
}

func isAboutTheTrail(form url.Values) bool {
	return strings.HasPrefix(form.Get("Subject"), "CRITICAL: ")
}
