package poster

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"trailbell/internal/state"
)

// A Thread is where a message stands, so that another can answer to it: the channel in
// the words of the secret, and Slack's name for the message. A webhook's have none.
type Thread struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Threads remember what was posted, by the id of the alert or problem. Whoever can't
// remember posts all the same: the price is a copy, or a follow-up outside of its thread.
type Threads interface {
	// Remember keeps where the message with this id stands.
	Remember(ctx context.Context, id string, thread Thread) error
	// Find says where it stands, and whether it is known to have been posted.
	Find(ctx context.Context, id string) (thread Thread, posted bool, err error)
}

// keep is for how long a message is remembered: longer than SQS keeps one for another
// try, and longer than the longest window of repeats.
const keep = 15 * 24 * time.Hour

// prefix keeps our keys apart from those of others in the same table.
const prefix = "S#"

// A Leader puts an entry under a key unless there is one whose Until is after now, and
// returns the entry that is there afterwards. The state table's store does.
type Leader interface {
	Lead(ctx context.Context, key string, entry state.Entry, now time.Time) (state.Entry, error)
}

// Lasting remembers in the state table. It is safe for concurrent use.
type Lasting struct {
	Store Leader
	Now   func() time.Time
}

// Remember keeps where the message with this id stands, for fifteen days. The first one
// that is remembered stays.
func (l Lasting) Remember(ctx context.Context, id string, thread Thread) error {
	info, err := json.Marshal(thread)
	if err != nil {
		return err
	}
	now := l.Now()
	_, err = l.Store.Lead(ctx, prefix+id, state.Entry{By: "slack", From: now, Until: now.Add(keep), Info: string(info)}, now)
	if err != nil {
		return fmt.Errorf("remember message %s: %w", id, err)
	}
	return nil
}

// Find asks with an entry that is over as soon as it is written, which leaves whatever is
// there and stands in nobody's way.
func (l Lasting) Find(ctx context.Context, id string) (thread Thread, posted bool, err error) {
	now := l.Now()
	entry, err := l.Store.Lead(ctx, prefix+id, state.Entry{By: "slack", From: now, Until: now}, now)
	if err != nil {
		return Thread{}, false, fmt.Errorf("look for message %s: %w", id, err)
	}
	if entry.Info == "" {
		return Thread{}, false, nil
	}
	if err := json.Unmarshal([]byte(entry.Info), &thread); err != nil {
		return Thread{}, false, fmt.Errorf("look for message %s: %w", id, err)
	}
	return thread, true, nil
}
