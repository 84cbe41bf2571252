package dynamodb

import (
	"context"
	"time"
)

// What is learned from an archive goes into a table that a function uses at the same time.
// So these two take nothing back, however often and in whichever order they come. Each
// costs one write request unit, also when there is nothing to change.

// Prolong moves the end of an entry to a later time, whoever opened it. One that ends
// later stays as it is, and so does one that is not there.
func (s Store) Prolong(ctx context.Context, key string, until time.Time) error {
	err := s.update(ctx, place(entries, key, alone), prolong, item{":until": ms(until), ":ttl": ttl(until)})
	return s.wrap("prolong", key, err)
}

// Predate moves the beginning of an entry that by opened to an earlier time. One that
// began earlier stays as it is, and so does one that is not there.
func (s Store) Predate(ctx context.Context, key, by string, from time.Time) error {
	err := s.update(ctx, place(entries, key, alone), predate, item{":me": text(by), ":from": ms(from)})
	return s.wrap("predate", key, err)
}
