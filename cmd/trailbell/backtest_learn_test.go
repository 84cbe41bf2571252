package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const newCaller = `# METADATA
# title: New caller
# description: Somebody who was not seen for a month.
# custom:
#   severity: low
#   group_by: [userIdentity.arn]
#   first_seen: {window: 30d}
package rules.mine.caller

match if input.eventName == "Call"
`

// callers writes an archive of a week that ends now: a call of each of so many users.
func callers(t *testing.T, n int) (rules, archive string) {
	t.Helper()
	rules, archive = t.TempDir(), filepath.Join(t.TempDir(), "archive.jsonl")
	if err := os.WriteFile(filepath.Join(rules, "caller.rego"), []byte(newCaller), 0o600); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	at := time.Now().UTC().Add(-7 * 24 * time.Hour)
	for i := range n {
		at = at.Add(7 * 24 * time.Hour / time.Duration(n))
		fmt.Fprintf(&text, `{"eventSource":"x.amazonaws.com","eventName":"Call","eventID":"%d","eventTime":%q,"recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","userName":"u%d","arn":"arn:aws:iam::111122223333:user/u%d"}}`+"\n",
			i, at.Format(time.RFC3339), i, i)
	}
	if err := os.WriteFile(archive, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return rules, archive
}

// tables answers as DynamoDB does, with the answer that choose gives to each write: the
// code of an error, or nothing.
func tables(keys string, choose func(write int, body string) string) (handler http.HandlerFunc, writes func() []string) {
	var mu sync.Mutex
	var all []string
	handler = func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, code := "{}", ""
		switch call {
		case "DescribeTable":
			answer = `{"Table":{"TableArn":"arn:aws:dynamodb:eu-central-1:111122223333:table/known","KeySchema":` + keys + `}}`
		case "PutItem", "UpdateItem":
			if code = choose(len(all)+1, string(body)); code != "" {
				answer = fmt.Sprintf(`{"__type":%q,"message":"no"}`, code)
			}
			all = append(all, strings.TrimSpace(call+" "+code)+" "+string(body))
		default:
			code = "UnknownOperationException"
		}
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(answer))), 10))
		if code != "" {
			w.WriteHeader(http.StatusBadRequest)
		}
		fmt.Fprint(w, answer)
	}
	return handler, func() []string { mu.Lock(); defer mu.Unlock(); return all }
}

const ourKeys = `[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]`

// claims are the writes that were taken and say since when a rule is known.
func claims(writes []string) (n int) {
	for _, w := range writes {
		call, body, _ := strings.Cut(w, " ")
		var in struct {
			Item map[string]map[string]string
		}
		if json.Unmarshal([]byte(body), &in) == nil && (call == "UpdateItem" || in.Item["by"]["S"] == "mine.caller") {
			n++
		}
	}
	return n
}

func TestATableOfADeploymentIsTaught(t *testing.T) {
	for _, tt := range []struct {
		name   string
		keys   string
		flags  []string
		choose func(write int, body string) string
		code   int
		writes int // at least
		claims int
		says   string
	}{
		{"all goes well", ourKeys, []string{"--yes"}, func(int, string) string { return "" }, 0, 14, 2, "learned 12 groups of first-seen rules; known since"},
		{"throttled writes are made again", ourKeys, []string{"--yes"}, func(write int, _ string) string {
			if write == 2 || write == 7 {
				return "ThrottlingException"
			}
			return ""
		}, 0, 16, 2, "learned 12 groups"},
		{"a write that is refused ends it, and no rule counts as known", ourKeys, []string{"--yes"}, func(write int, _ string) string {
			if write > 5 {
				return "AccessDeniedException"
			}
			return ""
		}, 1, 6, 0, "of 12 groups are in, and no rule counts as known; the same command again goes on: "},
		{"without a word nothing is written", ourKeys, nil, nil, 1, 0, 0, "nothing was written: nobody is there to be asked. Say --yes"},
		{"a table of somebody else", `[{"AttributeName":"id","KeyType":"HASH"}]`, []string{"--yes"}, nil, 2, 0, 0, "table known is not trailbell's: it has other keys"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules, archive := callers(t, 12)
			handler, writes := tables(tt.keys, tt.choose)
			standIn(t, handler)
			var stderr bytes.Buffer
			args := append([]string{"backtest", "--only-rules", rules, "--learn", "dynamodb:known"}, tt.flags...)
			code := run(t.Context(), append(args, archive), strings.NewReader(""), io.Discard, &stderr)
			got := writes()
			if code != tt.code || len(got) < tt.writes || tt.writes == 0 && len(got) > 0 || claims(got) != tt.claims {
				t.Errorf("exit code %d, %d writes, %d claims", code, len(got), claims(got))
			}
			if !strings.Contains(stderr.String(), tt.says) {
				t.Errorf("%q is missing in\n%s", tt.says, &stderr)
			}
		})
	}
}

func TestWrongUseOfLearning(t *testing.T) {
	rules, archive := callers(t, 1)
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, tt := range []struct{ flags, says string }{
		{"--learn dynamodb:known --yes", "set AWS_REGION"},
		{"--learn stack: --yes", "stack: what? It is stack:NAME or dynamodb:TABLE"},
		{"--yes", "--yes is for --learn"},
	} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"backtest", "--only-rules", rules}, strings.Fields(tt.flags)...)
		if code := run(t.Context(), append(args, archive), nil, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), tt.says) || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, %s", tt.flags, code, &stderr)
		}
	}
}
