package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// plain renders a title or a problem as it stands. It fails when told to, and then
// returns what it has.
type plain struct{ err error }

func (p plain) Alerts(alerts []detection.Alert) ([]notify.Message, error) {
	var messages []notify.Message
	for _, a := range alerts {
		messages = append(messages, notify.Message{Body: a.Title})
	}
	return messages, p.err
}

func (p plain) Problem(problem detection.Problem) (notify.Message, error) {
	return notify.Message{Body: problem.What}, p.err
}

func (p plain) RollUp(r detection.RollUp) (notify.Message, error) {
	return notify.Message{Body: fmt.Sprintf("%s: %d more", r.Title, r.Count)}, p.err
}

// box keeps what it is sent, and fails for the bodies it does not like.
type box struct {
	got     []string
	refuses map[string]error
}

func (b *box) Send(_ context.Context, m notify.Message) error {
	if err := b.refuses[m.Body]; err != nil {
		return err
	}
	b.got = append(b.got, m.Body)
	return nil
}

func ExampleChannels() {
	var mail, chat box
	channels := notify.Channels{
		{Name: "mail", Renderer: plain{}, Place: &mail},
		{Name: "chat", Renderer: plain{}, Place: &chat},
	}
	err := channels.Alerts(context.Background(), []detection.Alert{{Title: "Trail stopped"}})
	fmt.Println(mail.got, chat.got, err)
	// Output: [Trail stopped] [Trail stopped] <nil>
}

func TestAChannelThatFailsHidesNoOther(t *testing.T) {
	down, broken := errors.New("down"), errors.New("broken")
	alerts := []detection.Alert{{Title: "first"}, {Title: "second"}}
	tests := []struct {
		name      string
		renderErr error
		refuses   map[string]error
		bad       []string // what the failing channel still gets
		errs      []string
	}{
		{"all goes well", nil, nil, []string{"first", "second", "problem"}, nil},
		{"the place takes nothing", nil, map[string]error{"first": down, "second": down, "problem": down}, nil, []string{"bad: down", "bad: down", "bad: down"}},
		{"the place does not take the first", nil, map[string]error{"first": down}, []string{"second", "problem"}, []string{"bad: down"}},
		{"the renderer fails, and gives what it has", broken, nil, []string{"first", "second"}, []string{"bad: render: broken", "bad: render: broken"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after box
			bad := box{refuses: test.refuses}
			channels := notify.Channels{
				{Name: "before", Renderer: plain{}, Place: &before},
				{Name: "bad", Renderer: plain{test.renderErr}, Place: &bad},
				{Name: "after", Renderer: plain{}, Place: &after},
			}
			alertErr := channels.Alerts(t.Context(), alerts)
			problemErr := channels.Problem(t.Context(), detection.Problem{What: "problem"})
			whole := []string{"first", "second", "problem"}
			if !slices.Equal(before.got, whole) || !slices.Equal(after.got, whole) {
				t.Errorf("the others got %q and %q", before.got, after.got)
			}
			if diff := cmp.Diff(test.bad, bad.got); diff != "" {
				t.Errorf("the channel itself, -want +got:\n%s", diff)
			}
			err := errors.Join(alertErr, problemErr)
			if got := lines(err); !slices.Equal(got, test.errs) {
				t.Errorf("errors %q, want %q", got, test.errs)
			}
			if test.refuses != nil && !errors.Is(err, down) {
				t.Error("the place's own error can't be found in the error")
			}
		})
	}
}

func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestAttributes(t *testing.T) {
	alert := detection.Alert{
		Rule: "cloudtrail.trail_stopped", Severity: detection.High, Region: "eu-central-1",
		Account: detection.Account{ID: "123456789012", Name: "prod"},
	}
	test := alert
	test.Test = true
	problem := detection.Problem{Rule: "cloudtrail.trail_stopped", Severity: detection.High, Account: "123456789012", Region: "eu-central-1"}
	hostile := alert
	hostile.Region = "\x00\n" + strings.Repeat("x", 1000)
	hostile.Account.ID = strings.Repeat("\u202e", 1000)
	tests := []struct {
		name string
		got  []notify.Attribute
		want []string
	}{
		{"an alert", notify.AlertAttributes(alert), []string{"kind=alert", "severity=high", "severity_id=4", "rule=cloudtrail.trail_stopped", "account=123456789012", "region=eu-central-1"}},
		{"a test", notify.AlertAttributes(test), []string{"kind=test", "severity=high", "severity_id=4", "rule=cloudtrail.trail_stopped", "account=123456789012", "region=eu-central-1"}},
		{"a problem", notify.ProblemAttributes(problem), []string{"kind=problem", "severity=high", "severity_id=4", "rule=cloudtrail.trail_stopped", "account=123456789012", "region=eu-central-1"}},
		{"an alert of nowhere", notify.AlertAttributes(detection.Alert{Severity: detection.Info}), []string{"kind=alert", "severity=info", "severity_id=1", "rule=-", "account=-", "region=-"}},
		{"a problem of nowhere", notify.ProblemAttributes(detection.Problem{Severity: detection.Critical}), []string{"kind=problem", "severity=critical", "severity_id=5", "rule=-", "account=-", "region=-"}},
		{"a hostile alert", notify.AlertAttributes(hostile), []string{
			"kind=alert", "severity=high", "severity_id=4", "rule=cloudtrail.trail_stopped",
			"account=" + strings.Repeat(`\u{202E}`, 29) + "[+2913 bytes]", `region=\u{0000}\u{000A}` + strings.Repeat("x", 221) + "[+779 bytes]",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, a := range test.got {
				got = append(got, a.Name+"="+a.Value)
				if a.Number != (a.Name == "severity_id") {
					t.Errorf("%s: number %v", a.Name, a.Number)
				}
				if a.Value == "" || len(a.Value) > 256 {
					t.Errorf("%s has %d bytes", a.Name, len(a.Value))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(got) > 10 { // raw delivery to SQS drops a message with more
				t.Errorf("%d attributes", len(got))
			}
		})
	}
}

func TestSizeCountsBodyAndAttributes(t *testing.T) {
	m := notify.Message{
		Subject: "not counted", Body: "für",
		Attributes: []notify.Attribute{{Name: "kind", Value: "alert"}, {Name: "severity_id", Value: "4", Number: true}},
	}
	if got, want := m.Size(), len("für")+len("kindStringalert")+len("severity_idNumber4"); got != want {
		t.Errorf("Size() = %d, want %d", got, want)
	}
}

func TestHeartbeatsGoWhereTheyAreWanted(t *testing.T) {
	var people, machines box
	channels := notify.Channels{
		{Name: "people", Renderer: plain{}, Place: &people},
		{Name: "machines", Renderer: plain{}, Place: &machines, Heartbeats: true},
	}
	if err := channels.Alerts(t.Context(), []detection.Alert{{Title: "alive", Heartbeat: true}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"alive"}, machines.got); diff != "" || len(people.got) > 0 {
		t.Errorf("machines, -want +got:\n%s\npeople got %v", diff, people.got)
	}
}

func TestAFollowUpGoesToEveryChannel(t *testing.T) {
	var mail, chat box
	channels := notify.Channels{{Name: "mail", Renderer: plain{}, Place: &mail}, {Name: "chat", Renderer: plain{}, Place: &chat}}
	if err := channels.RollUp(t.Context(), detection.RollUp{Title: "Trail stopped", Count: 37}); err != nil {
		t.Fatal(err)
	}
	want := []string{"Trail stopped: 37 more"}
	if diff := cmp.Diff([][]string{want, want}, [][]string{mail.got, chat.got}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
