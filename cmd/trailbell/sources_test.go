package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"trailbell/internal/backtest"
)

func writeGone(t *testing.T, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "rule.rego"), []byte(gone), 0o600); err != nil {
		t.Fatal(err)
	}
}

// bucket answers as S3 does, with a page for each object.
func bucket(t *testing.T, objects map[string]string, keys ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.URL.Path, "/logs/")
		switch {
		case r.Method == http.MethodHead:
			w.Header().Set("X-Amz-Bucket-Region", "eu-north-1")
		case r.URL.Query().Get("list-type") == "2":
			if !strings.Contains(r.Header.Get("Authorization"), "/eu-north-1/s3/") {
				t.Errorf("it was not asked in the bucket's region: %s", r.Header.Get("Authorization"))
			}
			at := 0
			fmt.Sscan(r.URL.Query().Get("continuation-token"), &at)
			next := ""
			if at+1 < len(keys) {
				next = fmt.Sprintf("<IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken>", at+1)
			}
			fmt.Fprintf(w, "<ListBucketResult>%s<Contents><Key>%s</Key><Size>%d</Size></Contents></ListBucketResult>", next, keys[at], len(objects[keys[at]]))
		case objects[key] == "":
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
		default:
			fmt.Fprint(w, objects[key])
		}
	}
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRecordsAreReadFromABucket(t *testing.T) {
	one, two := fmt.Sprintf(stopped, 1, 111122223333), fmt.Sprintf(stopped, 2, 444455556666)
	objects := map[string]string{
		"p/CloudTrail/a.json.gz": packed(t, `{"Records":[`+one+`]}`), "p/CloudTrail/b.json": two,
		"p/CloudTrail-Digest/a.json.gz": packed(t, "{}"),
	}
	rules := t.TempDir()
	writeGone(t, rules)
	for _, tt := range []struct {
		name    string
		keys    []string
		code    int
		records int
		damage  string
	}{
		{"log files of all pages, and no digests", []string{"p/CloudTrail-Digest/a.json.gz", "p/CloudTrail/a.json.gz", "p/CloudTrail/b.json"}, 0, 2, ""},
		{"an object that may not be read is a problem", []string{"p/CloudTrail/a.json.gz", "p/CloudTrail/secret.json"}, 1, 1, "s3://logs/p/CloudTrail/secret.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			standIn(t, bucket(t, objects, tt.keys...))
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"backtest", "--only-rules", rules, "--format", "json", "s3://logs/p/"}, nil, &stdout, &stderr)
			var got backtest.Report
			if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
				t.Fatal(err, &stderr)
			}
			if code != tt.code || got.Records != tt.records || got.Alerts != tt.records {
				t.Errorf("exit code %d, %+v, %s", code, got, &stderr)
			}
			if tt.damage != "" && (len(got.Damage) != 1 || got.Damage[0].Where != tt.damage) {
				t.Errorf("%+v", got.Damage)
			}
		})
	}
	standIn(t, bucket(t, objects, "p/CloudTrail/notes.txt"))
	var stderr bytes.Buffer
	if code := run(t.Context(), []string{"run", "--only-rules", rules, "s3://logs/p/"}, nil, nil, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "no object there") {
		t.Errorf("exit code %d, %s", code, &stderr)
	}
}
