// Package attack knows the techniques of MITRE ATT&CK Enterprise in one pinned
// version: their names and tactics. It knows nothing of rules.
package attack

import (
	_ "embed"
	"strings"
	"sync"
)

// Version is the version of ATT&CK Enterprise that ids are checked against. Later
// versions move techniques to other ids, so a rule's id means something only together
// with a version.
const Version = "17.0"

// A Technique is a technique or sub-technique.
type Technique struct {
	Name string
	// Tactics are what attackers use it for, such as defense-evasion.
	Tactics []string
}

//go:embed techniques.tsv
var table string

var techniques = sync.OnceValue(func() map[string]Technique {
	byID := map[string]Technique{}
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) == 3 {
			byID[fields[0]] = Technique{Name: fields[1], Tactics: strings.Split(fields[2], ",")}
		}
	}
	return byID
})

// Lookup returns the technique of an id such as T1562.008, and whether there is one.
func Lookup(id string) (Technique, bool) {
	t, ok := techniques()[id]
	return t, ok
}
