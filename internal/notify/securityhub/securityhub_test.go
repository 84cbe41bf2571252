package securityhub_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	hub "github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/notify"
	"trailbell/internal/notify/securityhub"
)

// api keeps how many findings it is asked to import at once, and refuses those whose ids
// it is told.
type api struct {
	batches []int
	refuses map[string]string
	takes   int // fewer than it is given, and it names none
	errs    []error
	ctx     context.Context
}

func (a *api) BatchImportFindings(ctx context.Context, in *hub.BatchImportFindingsInput, _ ...func(*hub.Options)) (*hub.BatchImportFindingsOutput, error) {
	a.ctx = ctx
	a.batches = append(a.batches, len(in.Findings))
	if n := len(a.batches) - 1; n < len(a.errs) && a.errs[n] != nil {
		return nil, a.errs[n]
	}
	out := &hub.BatchImportFindingsOutput{}
	for _, f := range in.Findings {
		if why, there := a.refuses[*f.Id]; there {
			out.FailedFindings = append(out.FailedFindings, types.ImportFindingsError{Id: f.Id, ErrorCode: aws.String("InvalidInput"), ErrorMessage: aws.String(why)})
		}
	}
	failed := len(out.FailedFindings)
	out.FailedCount, out.SuccessCount = aws.Int32(int32(failed)), aws.Int32(int32(len(in.Findings)-failed-a.takes))
	return out, nil
}

func message(n int) notify.Message {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"Id":"%d"}`, i))
	}
	return notify.Message{Body: `{"Findings":[` + strings.Join(all, ",") + `]}`}
}

func ExampleHub() {
	fake := &api{refuses: map[string]string{"1": "AwsAccountId is not the caller's"}}
	err := securityhub.Hub{API: fake}.Send(context.Background(), message(3))
	fmt.Println(fake.batches, err)
	// Output: [3] finding 1 was refused by Security Hub: InvalidInput: AwsAccountId is not the caller's
}

func TestSend(t *testing.T) {
	down := errors.New("down")
	tests := []struct {
		name    string
		api     api
		body    string
		n       int
		batches []int
		want    []string // what the error says, a line each
	}{
		{name: "one finding", n: 1, batches: []int{1}},
		{name: "a hundred are one request", n: 100, batches: []int{100}},
		{name: "more are more requests", n: 201, batches: []int{100, 100, 1}},
		{name: "a success that names two that failed", n: 3, api: api{refuses: map[string]string{"0": "a", "2": "b"}}, batches: []int{3}, want: []string{"finding 0 was refused", "finding 2 was refused"}},
		{name: "a success that took fewer and names none", n: 3, api: api{takes: 1}, batches: []int{3}, want: []string{"2 of 3 findings were taken"}},
		{name: "a request that fails hides no other", n: 150, api: api{errs: []error{down}}, batches: []int{100, 50}, want: []string{"import 100 findings into Security Hub: down"}},
		{name: "a message that is no request", body: "[]", want: []string{"read findings for Security Hub"}},
		{name: "a field that the SDK would lose", body: `{"Findings":[{"Id":"1","Titel":"x"}]}`, want: []string{`unknown field "Titel"`}},
		{name: "no findings", body: `{"Findings":[]}`, want: []string{"there are none"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := message(test.n)
			if test.body != "" {
				m.Body = test.body
			}
			err := securityhub.Hub{API: &test.api}.Send(t.Context(), m)
			if diff := cmp.Diff(test.batches, test.api.batches); diff != "" {
				t.Errorf("requests, -want +got:\n%s", diff)
			}
			var lines []string
			if err != nil {
				lines = strings.Split(err.Error(), "\n")
			}
			if len(lines) != len(test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("line %d is %q, want %q", i, lines[i], want)
				}
			}
		})
	}
}

func TestSendIsGivenUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &api{}
		if err := (securityhub.Hub{API: fake}).Send(t.Context(), message(1)); err != nil {
			t.Fatal(err)
		}
		deadline, ok := fake.ctx.Deadline()
		if left := time.Until(deadline); !ok || left != 15*time.Second {
			t.Errorf("%v left", left)
		}
	})
}

// What the SDK sends must be what was rendered: it would drop a name that it does not know.
func TestTheRequestIsWhatWasRendered(t *testing.T) {
	files, err := filepath.Glob("../asff/testdata/*.jsonl")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			var got []byte
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got, _ = io.ReadAll(r.Body)
				_, _ = io.WriteString(w, fmt.Sprintf(`{"FailedCount":0,"FailedFindings":[],"SuccessCount":%d}`, strings.Count(string(got), `"SchemaVersion"`)))
			}))
			defer server.Close()
			client := hub.New(hub.Options{Region: "eu-central-1", BaseEndpoint: aws.String(server.URL), Credentials: aws.AnonymousCredentials{}})
			if err := (securityhub.Hub{API: client}).Send(t.Context(), notify.Message{Body: string(body)}); err != nil {
				t.Fatal(err)
			}
			var want, sent any
			if err := errors.Join(json.Unmarshal(body, &want), json.Unmarshal(got, &sent)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, sent); diff != "" {
				t.Errorf("-rendered +sent:\n%s", diff)
			}
		})
	}
}
