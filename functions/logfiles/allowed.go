package main

import (
	"slices"

	"trailbell/internal/ingest"
)

// allowed is which objects may be read.
type allowed struct {
	bucket, prefix string
	accounts       []string // none means all
}

// A verdict says what becomes of an object that a notification names.
type verdict string

const (
	readIt         verdict = "read"
	noRecords      verdict = "it holds no records"
	anotherService verdict = "another service delivered it"
	wrongBucket    verdict = "the bucket is not the one that is configured"
	wrongKey       verdict = "its key is none that CloudTrail gives to a log file"
	wrongAccount   verdict = "the account is none of those that are configured"
)

// refused says whether a person must hear of it.
func (v verdict) refused() bool { return v == wrongBucket || v == wrongKey || v == wrongAccount }

// judge decides on an object, and says in whose account its records happened where the
// key does.
func (a allowed) judge(o ingest.Object) (verdict, string) {
	kind, account := ingest.FileOf(o.Key, a.prefix)
	switch {
	case o.Bucket != a.bucket:
		return wrongBucket, account
	case kind == ingest.Digest:
		return noRecords, account
	case kind == ingest.OtherService:
		return anotherService, account
	case kind != ingest.LogFile:
		return wrongKey, account
	case len(a.accounts) > 0 && !slices.Contains(a.accounts, account):
		return wrongAccount, account
	}
	return readIt, account
}
