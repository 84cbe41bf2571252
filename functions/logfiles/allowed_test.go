package main

import (
	"testing"

	"trailbell/internal/ingest"
)

func TestFilesOfAnOrganizationAreReadByTheirAccount(t *testing.T) {
	const file = "/us-east-1/2026/11/21/x.json.gz"
	for name, c := range map[string]struct {
		key      string
		accounts []string
		prefix   string
		verdict  verdict
		account  string
	}{
		"any account, where none is named":           {"AWSLogs/o-aa111bb222/210987654321/CloudTrail" + file, nil, "", readIt, "210987654321"},
		"an account that is named":                   {"AWSLogs/o-aa111bb222/210987654321/CloudTrail" + file, []string{"123456789012", "210987654321"}, "", readIt, "210987654321"},
		"an account that is not":                     {"AWSLogs/o-aa111bb222/999999999999/CloudTrail" + file, []string{"210987654321"}, "", wrongAccount, "999999999999"},
		"an account that only the file's name names": {"AWSLogs/o-aa111bb222/999999999999/CloudTrail/us-east-1/210987654321_x.json.gz", []string{"210987654321"}, "", wrongAccount, "999999999999"},
		"behind the trail's prefix":                  {"all/AWSLogs/o-aa111bb222/210987654321/CloudTrail" + file, nil, "all/", readIt, "210987654321"},
		"in front of the trail's prefix":             {"AWSLogs/o-aa111bb222/210987654321/CloudTrail" + file, nil, "all/", wrongKey, ""},
		"a digest of the organization":               {"AWSLogs/o-aa111bb222/210987654321/CloudTrail-Digest" + file, nil, "", noRecords, "210987654321"},
		"an organization without an account":         {"AWSLogs/o-aa111bb222/CloudTrail" + file, nil, "", wrongKey, ""},
		"two organizations":                          {"AWSLogs/o-aa111bb222/o-aa111bb222/210987654321/CloudTrail" + file, nil, "", wrongKey, ""},
		"what only looks like an organization":       {"AWSLogs/x-aa111bb222/210987654321/CloudTrail" + file, nil, "", wrongKey, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := allowed{bucket: logBucket, prefix: c.prefix, accounts: c.accounts}
			verdict, account := a.judge(ingest.Object{Bucket: logBucket, Key: c.key})
			if verdict != c.verdict || (verdict == readIt || verdict == wrongAccount) && account != c.account {
				t.Errorf("%q of account %q, want %q of %q", verdict, account, c.verdict, c.account)
			}
		})
	}
}
