// Package organizations knows the names of accounts that AWS Organizations knows. Nobody
// waits for one longer than half a second, and where that was not enough, nobody waits for
// five minutes: the name is fetched behind the alerts' backs, and a later one has it. It does
// not know what the names are for.
package organizations

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

const (
	// patience is how long one question may take.
	patience = 3 * time.Second
	// grace is how long an alert waits for its answer. Alerts are rare, so that most are the
	// first of their process; without it they would never have a name.
	grace = 500 * time.Millisecond
	// fresh is how long a name is kept: accounts are renamed, though seldom.
	fresh = 12 * time.Hour
	// pause is how long nobody is asked after a question failed, and nobody waits after one
	// was slow.
	pause = 5 * time.Minute
	// most is how many accounts are remembered, which is more than an organization has
	// unless it asked for more; see "Quotas for AWS Organizations" in its user guide.
	most = 10_000
)

// API is the one call that is needed. The management account may make it, and an account
// that it made a delegated administrator.
type API interface {
	DescribeAccount(ctx context.Context, in *organizations.DescribeAccountInput, opts ...func(*organizations.Options)) (*organizations.DescribeAccountOutput, error)
}

// Names are the names of accounts. It is safe for concurrent use.
type Names struct {
	api API
	log *slog.Logger

	mu     sync.Mutex
	known  map[string]entry
	asking bool      // one question at a time: a storm of alerts is no storm of calls
	quiet  time.Time // nobody is asked before
	hurry  time.Time // nobody waits before
}

// An entry without a name is an account that Organizations does not know.
type entry struct {
	name  string
	until time.Time
}

// New returns names that are asked of api. What goes wrong is logged as a warning: it
// costs a name, and no alert.
func New(api API, log *slog.Logger) *Names {
	return &Names{api: api, log: log, known: map[string]entry{}}
}

// Name is what the account is called, and empty where that can't be known soon. A name that
// is old is returned at once, and asked for anew behind the caller's back. In Lambda that
// goes on while the function works on, and rests in between.
func (n *Names) Name(id string) string {
	found, asked := n.look(id)
	if asked == nil {
		return found
	}
	select {
	case <-asked:
		found, _ = n.look(id)
	case <-time.After(grace):
		n.mu.Lock()
		n.hurry = time.Now().Add(pause)
		n.mu.Unlock()
	}
	return found
}

// look returns what is known, and asks if it must. Where it is worth waiting for the answer,
// the channel is closed with it.
func (n *Names) look(id string) (name string, asked <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	found, there := n.known[id]
	if now.Before(found.until) || n.asking || now.Before(n.quiet) {
		return found.name, nil
	}
	n.asking = true
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		n.ask(id)
	}()
	if there || now.Before(n.hurry) {
		return found.name, nil
	}
	return "", answered
}

// ask fetches one name. It runs by itself, so that nothing in it may take the process
// down.
func (n *Names) ask(id string) {
	name, err := n.fetch(id)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asking = false
	if err != nil {
		n.quiet = time.Now().Add(pause)
		n.log.Warn("no name for an account", "account", id, "error", err.Error())
		return
	}
	if len(n.known) >= most {
		clear(n.known)
	}
	n.known[id] = entry{name, time.Now().Add(fresh)}
}

func (n *Names) fetch(id string) (name string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := n.api.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: &id})
	var stranger *types.AccountNotFoundException
	if errors.As(err, &stranger) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("ask Organizations for account %s: %w", id, err)
	}
	if out == nil || out.Account == nil || out.Account.Name == nil {
		return "", nil
	}
	return *out.Account.Name, nil
}
