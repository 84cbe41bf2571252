package main

import (
	"slices"

	"trailbell/internal/backtest"
)

// byTimeInName puts the files of an archive into the order in which they were written.
func byTimeInName(inputs []source) []source {
	return slices.SortedStableFunc(slices.Values(inputs), func(a, b source) int { return backtest.InOrder(a.name, b.name) })
}

// sizeOf is how many bytes there are to be read, as far as that is known.
func sizeOf(inputs []source) int64 {
	var size int64
	for _, input := range inputs {
		size += input.size
	}
	return size
}
