package main

import (
	"cmp"
	"path"
	"path/filepath"
	"regexp"
	"slices"
)

// timeInName is the time that CloudTrail writes into the names of log files; see "CloudTrail
// log file name format" in its user guide.
var timeInName = regexp.MustCompile(`_(\d{8}T\d{4}Z)_`)

// byTimeInName puts the files of an archive into the order in which they were written,
// whatever account and region they are of. Windows work only where time goes forward. Files
// without a time come first, by name.
func byTimeInName(inputs []source) []source {
	return slices.SortedStableFunc(slices.Values(inputs), func(a, b source) int {
		return cmp.Or(cmp.Compare(writtenAt(a.name), writtenAt(b.name)), cmp.Compare(a.name, b.name))
	})
}

func writtenAt(input string) string {
	if m := timeInName.FindStringSubmatch(path.Base(filepath.ToSlash(input))); m != nil {
		return m[1]
	}
	return ""
}

// sizeOf is how many bytes there are to be read, as far as that is known.
func sizeOf(inputs []source) int64 {
	var size int64
	for _, input := range inputs {
		size += input.size
	}
	return size
}
