package suppress_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/suppress"
)

func ExampleSuppressor_Findings() {
	store := newFakeStore(&script{}) // in earnest: internal/state/...
	timer := &timerFake{}
	s := suppress.New(suppress.Options{
		Store: store, Timer: timer, Now: func() time.Time { return start },
		Lists: map[string][]string{"principals.help_desk": {"zoe"}},
	})
	rule := detection.Rule{ID: "iam.mfa_removed", Exempt: []string{"principals.help_desk"}}
	for i, who := range []string{"ann", "ann", "ann", "zoe"} {
		rec := must(cloudtrail.New(map[string]any{
			"eventSource": "iam.amazonaws.com", "eventName": "DeactivateMFADevice", "eventID": fmt.Sprint(i), "recipientAccountId": "123456789012",
			"userIdentity": map[string]any{"type": "IAMUser", "userName": who, "arn": "arn:aws:iam::123456789012:user/" + who, "accountId": "123456789012"},
		}))
		decision := s.Findings(context.Background(), rec, []detection.Finding{{Rule: rule, Title: "MFA device removed", Severity: detection.High}})
		for _, finding := range decision.Findings {
			fmt.Println(who, "- send:", finding.Title)
		}
		for _, withheld := range decision.Withheld {
			fmt.Println(who, "- withheld:", withheld.Reason)
		}
		_ = s.Settle(context.Background(), decision, nil) // it was sent
	}
	for _, rollUp := range s.Flush(context.Background(), timer.flush).RollUps {
		fmt.Println("follow-up:", rollUp.Count, "more of", rollUp.Title)
	}
	// Output:
	// ann - send: MFA device removed
	// ann - withheld: rolled up
	// ann - withheld: rolled up
	// zoe - withheld: exempt
	// follow-up: 2 more of MFA device removed
}

type timerFake struct{ flush detection.Flush }

func (f *timerFake) After(_ context.Context, _ time.Duration, flush detection.Flush) error {
	f.flush = flush
	return nil
}

func must(rec cloudtrail.Record, err error) cloudtrail.Record {
	if err != nil {
		panic(err)
	}
	return rec
}

// Nothing is withheld by a Suppressor of which nothing is known, and it fails nowhere.
func TestNothingWithholdsNothing(t *testing.T) {
	rec := call(t, "x", 1, start)
	s := suppress.New(suppress.Options{})
	for range 2 {
		d, p := s.Findings(t.Context(), rec, []detection.Finding{{}, {}}), s.Problem(t.Context(), detection.Problem{})
		if len(d.Findings) != 2 || len(p.Problems) != 1 || s.Settle(t.Context(), d, nil) != nil || s.Settle(t.Context(), p, nil) != nil {
			t.Errorf("decisions %+v, %+v", d, p)
		}
	}
	if d := s.Flush(t.Context(), detection.Flush{Window: "w", First: "f"}); len(d.RollUps) != 0 || d.Retry != nil {
		t.Errorf("decision %+v", d)
	}
	if at, err := s.LastUsed(t.Context(), detection.Exception{}); !at.IsZero() || err != nil {
		t.Errorf("last used %s, %v", at, err)
	}
}
