package poster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	fresh   = 10 * time.Minute // for how long a secret is not looked at again
	patient = time.Minute      // before a store of secrets that failed is asked again
)

// Secrets are the destination that a secret names, read again now and then. The last good
// one holds while the store can't be asked or has something useless. It is safe for
// concurrent use.
type Secrets struct {
	// Fetch gets the text of the secret. Its error holds nothing of it.
	Fetch func(ctx context.Context) (string, error)
	// Channel is where a bot posts if the secret does not say.
	Channel string
	Now     func() time.Time
	Log     *slog.Logger

	mu   sync.Mutex
	good Destination
	next time.Time // when it is looked at again
}

// ErrSecret is the error of a secret that can't be read or used.
var ErrSecret = errors.New("no usable secret")

// Destination is what the secret names. It wraps [ErrSecret] where there is none, and
// none that was good before.
func (s *Secrets) Destination(ctx context.Context) (Destination, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.good.reveal != nil && s.Now().Before(s.next) {
		return s.good, nil
	}
	err := s.read(ctx)
	if err == nil {
		return s.good, nil
	}
	if s.good.reveal == nil {
		return Destination{}, err
	}
	s.next = s.Now().Add(patient)
	s.Log.Warn("the secret is kept as it was", "error", err.Error())
	return s.good, nil
}

// Again looks at the secret now, because Slack did not take the one that there is. It
// says whether there is another.
func (s *Secrets) Again(ctx context.Context) (to Destination, changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.good
	if err := s.read(ctx); err != nil {
		s.Log.Warn("the secret is kept as it was", "error", err.Error())
	}
	return s.good, !s.good.same(before)
}

func (s *Secrets) read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	text, err := s.Fetch(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSecret, err)
	}
	found, err := Parse(text, s.Channel)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSecret, err)
	}
	s.good, s.next = found, s.Now().Add(fresh)
	return nil
}
