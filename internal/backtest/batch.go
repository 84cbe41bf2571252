package backtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"trailbell/internal/cloudtrail"
)

// A Batch is the input of one machine, as Step Functions' Distributed Map gives it; see
// "ItemBatcher" and "ItemReader" in its developer guide.
type Batch struct {
	BatchInput struct {
		// Run names the run, in letters that a key in S3 may have.
		Run string `json:"Run"`
	} `json:"BatchInput"`
	Items []Item `json:"Items"`
	// Counted is how far the batch was counted before, with what it answers then.
	Counted struct {
		Next int `json:"next"`
	} `json:"Counted"`
}

// An Item is an object of a bucket as S3 lists it.
type Item struct {
	Key  string `json:"Key"`
	ETag string `json:"Etag"`
	Size int64  `json:"Size"`
}

// ID is the same for the same objects, in whatever order.
func (b Batch) ID() string {
	var parts []string
	for _, item := range b.Items {
		parts = append(parts, cloudtrail.Digest(item.Key, item.ETag, strconv.FormatInt(item.Size, 10)))
	}
	slices.Sort(parts)
	return cloudtrail.Digest(parts...)
}

// Where names the batch for a person: its first object and how many there are.
func (b Batch) Where() string {
	if len(b.Items) == 0 {
		return "a batch without objects"
	}
	first := slices.MinFunc(b.Items, func(x, y Item) int { return strings.Compare(x.Key, y.Key) })
	return fmt.Sprintf("%s and what follows it, %s", first.Key, plural(len(b.Items), "object"))
}

// Gaps says of each batch that its parts don't cover what is missing of it, by the batch.
// A batch without any part is in no head, and not here.
func Gaps(heads []Head) map[string]string {
	byBatch := map[string][]Head{}
	for _, head := range heads {
		byBatch[head.Batch] = append(byBatch[head.Batch], head)
	}
	gaps := map[string]string{}
	for batch, parts := range byBatch {
		slices.SortFunc(parts, func(a, b Head) int { return a.From - b.From })
		reached := 0
		for _, part := range parts {
			if part.From > reached {
				gaps[batch] = fmt.Sprintf("files %d to %d of %d are missing", reached+1, part.From, part.Of)
				break
			}
			reached = max(reached, part.Until)
		}
		if last := parts[0].Of; gaps[batch] == "" && reached < last {
			gaps[batch] = fmt.Sprintf("files %d to %d of %d are missing", reached+1, last, last)
		}
	}
	return gaps
}
