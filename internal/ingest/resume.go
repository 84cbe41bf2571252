package ingest

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// A Resume asks for the part of a log file that there was no time for.
type Resume struct {
	Object
	// ETag is of the object as it was; the numbers mean nothing in another one.
	ETag string
	// From is how many records and problems of the file are passed by. Until is the first
	// one that is not asked for, 0 where all are to the file's end.
	From, Until int
}

// Body is the message that asks for it: {"trailbell":"resume","bucket":...,"key":...,
// "etag":...,"from":"12","until":"0"}.
func (r Resume) Body() string {
	body, _ := json.Marshal(map[string]string{ // a map of texts has a JSON form
		"trailbell": "resume", "bucket": r.Bucket, "key": r.Key, "etag": r.ETag,
		"from": strconv.Itoa(r.From), "until": strconv.Itoa(r.Until),
	})
	return string(body)
}

// ParseResume reads a message that is a [Resume] as it makes one, and nothing else. What
// it asks for was asked for before by a notification; nobody can withhold a record by it.
func ParseResume(body []byte) (Resume, bool) {
	members, plain := words(bytes.TrimSpace(body), 6)
	if !plain || members["trailbell"] != "resume" || len(members) != 6 {
		return Resume{}, false
	}
	from, fromErr := strconv.Atoi(members["from"])
	until, untilErr := strconv.Atoi(members["until"])
	r := Resume{Object: Object{Bucket: members["bucket"], Key: members["key"]}, ETag: members["etag"], From: from, Until: until}
	if fromErr != nil || untilErr != nil || !r.sound() {
		return Resume{}, false
	}
	return r, true
}

func (r Resume) sound() bool {
	return r.Bucket != "" && r.Key != "" && r.ETag != "" && r.From >= 0 && (r.Until == 0 || r.Until > r.From)
}
