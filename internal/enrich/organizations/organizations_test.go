package organizations_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	aws "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/enrich"
	"trailbell/internal/enrich/organizations"
)

// api answers as a function does.
type api func(ctx context.Context, id string) (*aws.DescribeAccountOutput, error)

func (a api) DescribeAccount(ctx context.Context, in *aws.DescribeAccountInput, _ ...func(*aws.Options)) (*aws.DescribeAccountOutput, error) {
	return a(ctx, *in.AccountId)
}

func called(name string) *aws.DescribeAccountOutput {
	return &aws.DescribeAccountOutput{Account: &types.Account{Name: &name}}
}

const account = "123456789012"

func quietly() *slog.Logger { return slog.New(slog.DiscardHandler) }

func ExampleNames_Name() {
	names := organizations.New(api(func(context.Context, string) (*aws.DescribeAccountOutput, error) { return called("production"), nil }), quietly())
	fmt.Printf("%q\n", names.Name(account))
	// Output: "production"
}

// alertIn is the account of an alert, and how long the alert took.
func alertIn(t *testing.T, names enrich.AccountNames) (detection.Account, time.Duration) {
	t.Helper()
	rec, err := cloudtrail.New(map[string]any{"eventSource": "s", "eventName": "n", "recipientAccountId": account})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	alerts := enrich.Enricher{Lookup: names}.Alerts(rec, []detection.Finding{{Severity: detection.Low}})
	return alerts[0].Account, time.Since(start)
}

func TestNoAlertWaitsLongWhateverOrganizationsDoes(t *testing.T) {
	tests := []struct {
		name  string
		api   api
		first string        // the name in the first alert
		takes time.Duration // for it
		then  string        // the name after a minute
	}{
		{"it answers", func(context.Context, string) (*aws.DescribeAccountOutput, error) { return called("production"), nil }, "production", 0, "production"},
		{"it answers after a moment", func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			time.Sleep(200 * time.Millisecond)
			return called("production"), nil
		}, "production", 200 * time.Millisecond, "production"},
		{"it is slow", func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			time.Sleep(2 * time.Second)
			return called("production"), nil
		}, "", 500 * time.Millisecond, "production"},
		{"it hangs until it is given up", func(ctx context.Context, _ string) (*aws.DescribeAccountOutput, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "", 500 * time.Millisecond, ""},
		{"it fails", func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			return nil, errors.New("AccessDeniedException")
		}, "", 0, ""},
		{"it does not know the account", func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			return nil, &types.AccountNotFoundException{}
		}, "", 0, ""},
		{"it panics", func(context.Context, string) (*aws.DescribeAccountOutput, error) { panic("boom") }, "", 0, ""},
		{"it answers nothing", func(context.Context, string) (*aws.DescribeAccountOutput, error) { return nil, nil }, "", 0, ""},
		{"it knows an account without a name", func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			return &aws.DescribeAccountOutput{Account: &types.Account{}}, nil
		}, "", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				names := organizations.New(tt.api, quietly())
				got, took := alertIn(t, names)
				if got != (detection.Account{ID: account, Name: tt.first}) || took != tt.takes {
					t.Errorf("the first alert: %v after %s", got, took)
				}
				time.Sleep(time.Minute)
				if got, took = alertIn(t, names); got.Name != tt.then || got.ID != account || took > 0 {
					t.Errorf("the next alert: %v after %s, want the name %q", got, took, tt.then)
				}
				time.Sleep(time.Minute) // for what the second alert asked
			})
		})
	}
}

func TestWhereOneWaitedInVainNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := organizations.New(api(func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			time.Sleep(time.Second)
			return called("production"), nil
		}), quietly())
		began := time.Now()
		for _, id := range []string{"111111111111", "222222222222", "333333333333"} {
			names.Name(id)
			time.Sleep(2 * time.Second)
		}
		if took := time.Since(began) - 6*time.Second; took != 500*time.Millisecond {
			t.Errorf("three alerts waited %s together", took)
		}
		for _, id := range []string{"111111111111", "222222222222", "333333333333"} {
			if names.Name(id) != "production" {
				t.Errorf("no name of %s afterwards", id)
			}
		}
	})
}

// An account of somebody else's is no fault: the others are asked for all the same, and it
// is not asked for again.
func TestAStrangersAccountIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := map[string]int{}
		names := organizations.New(api(func(_ context.Context, id string) (*aws.DescribeAccountOutput, error) {
			asked[id]++
			if id == account {
				return called("production"), nil
			}
			return nil, &types.AccountNotFoundException{}
		}), quietly())
		for range 10 {
			if names.Name("999999999999") != "" || names.Name(account) != "production" {
				t.Fatal("the stranger keeps the name of another")
			}
		}
		if asked["999999999999"] != 1 || asked[account] != 1 {
			t.Errorf("asked %v", asked)
		}
	})
}

func TestFewQuestionsAreAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		var broken atomic.Bool
		names := organizations.New(api(func(_ context.Context, id string) (*aws.DescribeAccountOutput, error) {
			asked.Add(1)
			time.Sleep(time.Second)
			if broken.Load() {
				return nil, errors.New("TooManyRequestsException")
			}
			return called("name of " + id), nil
		}), quietly())
		for range 1000 {
			names.Name("111111111111")
			names.Name("222222222222")
		}
		time.Sleep(time.Minute)
		if n := asked.Load(); n != 1 {
			t.Errorf("%d questions at one time", n)
		}
		for range 1000 {
			names.Name("111111111111")
		}
		time.Sleep(time.Minute)
		if n := asked.Load(); n != 1 {
			t.Errorf("%d questions about one account", n)
		}
		broken.Store(true)
		for range 100 {
			names.Name("222222222222")
			time.Sleep(2 * time.Second)
		}
		if n := asked.Load(); n != 2 {
			t.Errorf("%d questions while it fails", n)
		}
		broken.Store(false)
		time.Sleep(5 * time.Minute)
		names.Name("222222222222")
		time.Sleep(time.Minute)
		if got := names.Name("222222222222"); got != "name of 222222222222" {
			t.Errorf("after the pause it is %q", got)
		}
	})
}

func TestAnOldNameIsShownWhileItIsAskedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := atomic.Value{}
		name.Store("old")
		names := organizations.New(api(func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			return called(name.Load().(string)), nil
		}), quietly())
		names.Name(account)
		synctest.Wait()
		name.Store("new")
		time.Sleep(13 * time.Hour)
		if got := names.Name(account); got != "old" {
			t.Errorf("while it is asked: %q", got)
		}
		synctest.Wait()
		if got := names.Name(account); got != "new" {
			t.Errorf("afterwards: %q", got)
		}
	})
}

func TestAFailureIsLogged(t *testing.T) {
	var log bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		names := organizations.New(api(func(context.Context, string) (*aws.DescribeAccountOutput, error) {
			return nil, errors.New("AccessDeniedException\n{\"level\":\"forged\"}")
		}), slog.New(slog.NewJSONHandler(&log, nil)))
		names.Name(account)
		synctest.Wait()
	})
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, `"level":"WARN"`) || !strings.Contains(text, account) {
		t.Errorf("%q", text)
	}
}
