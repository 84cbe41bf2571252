package backtest

import (
	"cmp"
	"maps"
	"slices"
)

// mostNames is how many different names are counted by themselves. Whoever makes calls
// can make up as many as he likes.
const mostNames = 10_000

// others is what stands for the names beyond that.
const others = "(others)"

// top counts names, in memory that has a limit. The zero value is empty.
type top struct {
	counts map[string]int
}

func (t *top) add(name string) {
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	name = cmp.Or(name, "-")
	if _, known := t.counts[name]; !known && len(t.counts) >= mostNames {
		name = others
	}
	t.counts[name]++
}

// list is the names that were counted most.
func (t *top) list() []Count {
	names := slices.SortedFunc(maps.Keys(t.counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.counts[b], t.counts[a]), cmp.Compare(a, b))
	})
	list := []Count{}
	for _, name := range names[:min(len(names), mostTop)] {
		list = append(list, Count{name, t.counts[name]})
	}
	return list
}
