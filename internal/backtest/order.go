package backtest

import (
	"cmp"
	"path"
	"path/filepath"
	"regexp"
)

// timeInName is the time that CloudTrail writes into the names of log files; see "CloudTrail
// log file name format" in its user guide.
var timeInName = regexp.MustCompile(`_(\d{8}T\d{4}Z)_`)

// InOrder compares the names of two files of an archive, as [cmp.Compare] does. Files go in
// the order in which they were written, whatever account and region they are of: windows
// work only where time goes forward. Those without a time in their name come first, by name.
func InOrder(a, b string) int {
	return cmp.Or(cmp.Compare(writtenAt(a), writtenAt(b)), cmp.Compare(a, b))
}

func writtenAt(name string) string {
	if m := timeInName.FindStringSubmatch(path.Base(filepath.ToSlash(name))); m != nil {
		return m[1]
	}
	return ""
}
