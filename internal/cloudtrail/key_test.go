package cloudtrail_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"trailbell/internal/cloudtrail"
)

const whole = `{
	"eventID": "6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
	"eventSource": "iam.amazonaws.com",
	"eventName": "CreateUser",
	"eventTime": "2025-07-11T08:31:05Z",
	"recipientAccountId": "123456789012",
	"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/alice"},
	"sourceIPAddress": "192.0.2.7"
}`

var keyForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func TestKeyIsStable(t *testing.T) {
	// The value is pinned: another one would make every alert that is on its way new.
	const want = "7906dc29aa7e19d7959a181ae8f4c683"
	if got := record(t, whole).Key(); got != want || !keyForm.MatchString(got) {
		t.Errorf("Key() = %s, want %s", got, want)
	}
}

func TestKeyDependsOnEachOfItsParts(t *testing.T) {
	tests := []struct {
		name, from, to string
		same           bool
	}{
		{name: "another event id", from: "6c5583e8", to: "7c5583e8"},
		{name: "a copied event id in another service", from: "iam.amazonaws", to: "sts.amazonaws"},
		{name: "a copied event id of another call", from: "CreateUser", to: "DeleteUser"},
		{name: "a copied event id at another time", from: "08:31:05", to: "08:31:06"},
		{name: "a copied event id in another account", from: `"123456789012"`, to: `"210987654321"`},
		{name: "a copied event id of another caller", from: "user/alice", to: "user/bob"},
		{name: "no account at all", from: `"recipientAccountId": "123456789012",`, to: ""},
		{name: "a field that does not tell records apart", from: "192.0.2.7", to: "192.0.2.8", same: true},
		{name: "a field more", from: `"sourceIPAddress"`, to: `"requestID": "x", "sourceIPAddress"`, same: true},
	}
	key := record(t, whole).Key()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(whole, test.from) {
				t.Fatalf("the record has no %s to change", test.from)
			}
			other := record(t, strings.Replace(whole, test.from, test.to, 1)).Key()
			if (other == key) != test.same {
				t.Errorf("keys %s and %s", key, other)
			}
		})
	}
}

func TestKeyOfARecordWithoutAnIDIsThatOfItsContent(t *testing.T) {
	const (
		one     = `{"eventSource": "s", "eventName": "n", "requestParameters": {"a": 1.50, "b": [1, 2]}}`
		shifted = ` { "requestParameters" : {"b":[1,2],"a":1.50}, "eventName":"n","eventSource":"\u0073"}`
		other   = `{"eventSource": "s", "eventName": "n", "requestParameters": {"a": 1.50, "b": [2, 1]}}`
		nullID  = `{"eventSource": "s", "eventName": "n", "requestParameters": {"a": 1.50, "b": [1, 2]}, "eventID": null}`
	)
	key := record(t, one).Key()
	if !keyForm.MatchString(key) {
		t.Errorf("Key() = %q", key)
	}
	for range 50 { // maps have another order each time
		if again := record(t, shifted).Key(); again != key {
			t.Fatalf("key %s, and %s when the same fields come in another order", key, again)
		}
	}
	if record(t, other).Key() == key {
		t.Error("another content has the same key")
	}
	if !keyForm.MatchString(record(t, nullID).Key()) {
		t.Error("a record whose eventID is null has no key")
	}
}

func TestMakingATestOfARecordLeavesItsKey(t *testing.T) {
	rec := record(t, whole)
	rec.Test = true
	if rec.Key() != record(t, whole).Key() {
		t.Error("the key changed")
	}
}

// No two lists of parts may look alike, however an attacker cuts them. Lists of few
// letters that look like the lengths are compared, each against all.
func TestDigestTellsListsOfPartsApart(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"", "1", ":", "1:", "2:1:", "0:", "a", "a1", "1:a", "11:", "0:0:"}
	seen := map[string][]string{}
	lists := map[string]bool{}
	for len(seen) < 2000 {
		parts := make([]string, random.IntN(6))
		for i := range parts {
			parts[i] = words[random.IntN(len(words))]
		}
		quoted := strings.Join(parts, "\x00|") + "\x00"
		if len(parts) == 0 {
			quoted = ""
		}
		if lists[quoted] {
			continue
		}
		lists[quoted] = true
		digest := cloudtrail.Digest(parts...)
		if before, twice := seen[digest]; twice {
			t.Fatalf("%q and %q have the digest %s", before, parts, digest)
		}
		seen[digest] = parts
	}
	for digest := range maps.Keys(seen) {
		if !keyForm.MatchString(digest) {
			t.Fatalf("digest %q", digest)
		}
	}
}
