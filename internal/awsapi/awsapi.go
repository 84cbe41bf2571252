// Package awsapi knows what the records of AWS's services can be called: the operations
// of their APIs in one pinned version, and names that CloudTrail writes otherwise. It
// knows some services only, and nothing of rules.
package awsapi

import (
	_ "embed"
	"strings"
	"sync"
)

// operations is written by operations.py, recorded by hand.
var (
	//go:embed operations.txt
	operations string
	//go:embed recorded.txt
	recorded string
)

// names are those of each service, by what eventSource has before .amazonaws.com.
var names = sync.OnceValue(func() map[string]map[string]bool { return read(operations, recorded) })

// read reads tables whose lines are a service, a colon and names. What stands behind the
// names with https:// in front says where they are from.
func read(tables ...string) map[string]map[string]bool {
	byService := map[string]map[string]bool{}
	for _, table := range tables {
		for line := range strings.Lines(table) {
			service, rest, ok := strings.Cut(line, ":")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			if byService[service] == nil {
				byService[service] = map[string]bool{}
			}
			for name := range strings.FieldsSeq(rest) {
				if !strings.HasPrefix(name, "https://") {
					byService[service][name] = true
				}
			}
		}
	}
	return byService
}

// Version says which service models the operations are from, and of which day.
func Version() string {
	_, rest, _ := strings.Cut(operations, "service models of ")
	version, _, _ := strings.Cut(rest, ".\n")
	return version
}

// KnowsSource says whether anything is known of an eventSource such as s3.amazonaws.com.
func KnowsSource(source string) bool { return len(of(source)) > 0 }

// Known says whether a record of the source can have the name.
func Known(source, name string) bool { return of(source)[name] }

// KnownPrefix says whether a record of the source can have a name that begins so.
func KnownPrefix(source, prefix string) bool {
	for name := range of(source) {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func of(source string) map[string]bool {
	service, ok := strings.CutSuffix(source, ".amazonaws.com")
	if !ok {
		return nil
	}
	return names()[service]
}

// Sources are all of which something is known, such as s3.amazonaws.com, in no order.
func Sources() []string {
	var list []string
	for service := range names() {
		list = append(list, service+".amazonaws.com")
	}
	return list
}
