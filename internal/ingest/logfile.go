package ingest

import (
	"path"
	"regexp"
	"strings"
)

// A FileKind says what an object is by its key.
type FileKind string

// The kinds of objects that lie where CloudTrail delivers.
const (
	// LogFile holds records of events or of Insights.
	LogFile FileKind = "log file"
	// Digest holds hashes of log files, and no records.
	Digest FileKind = "digest"
	// OtherService is what another service, such as AWS Config, delivered beside.
	OtherService FileKind = "other service"
	// Unknown is everything else.
	Unknown FileKind = "unknown"
)

// logKey is where CloudTrail puts files, see "Finding your CloudTrail log files" in its
// user guide: [prefix/]AWSLogs/[o-organization/]account/CloudTrail[-Digest|-Insight|
// -NetworkActivity ...]/region/year/month/day/name.
var logKey = regexp.MustCompile(`^(.*/)?AWSLogs/(?:o-[a-z0-9]{10,32}/)?(\d{12})/([A-Za-z0-9_-]+)/(.+)$`)

// FileOf says what an object is by its key, and in whose account its records happened.
// The account is empty where the kind is Unknown. Prefix is what the trail puts before
// AWSLogs/, with its slash; a key under another one is Unknown.
func FileOf(key, prefix string) (kind FileKind, account string) {
	parts := logKey.FindStringSubmatch(key)
	switch {
	case parts == nil || parts[1] != prefix:
		return Unknown, ""
	case parts[3] == "CloudTrail-Digest":
		return Digest, parts[2]
	case parts[3] != "CloudTrail" && !strings.HasPrefix(parts[3], "CloudTrail-"):
		return OtherService, parts[2]
	case !strings.HasSuffix(parts[4], ".json.gz") && !strings.HasSuffix(parts[4], ".json"):
		return Unknown, ""
	}
	return LogFile, parts[2]
}

// MayHoldRecords says whether an object that is found in an archive may hold records, by
// its key: not the digests of a trail, not what another service put beside, and nothing
// with an ending that no record comes with.
func MayHoldRecords(key string) bool {
	begin, _, _ := strings.Cut(key, "AWSLogs/")
	kind, _ := FileOf(key, begin)
	ending := strings.ToLower(path.Ext(key))
	return kind != OtherService && !strings.Contains("/"+key, "/CloudTrail-Digest/") && (ending == ".json" || ending == ".gz")
}
