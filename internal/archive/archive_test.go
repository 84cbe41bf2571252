package archive_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"trailbell/internal/archive"
)

// at is a bucket whose S3 is a handler.
func at(t testing.TB, handler http.HandlerFunc) archive.Bucket {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return archive.Bucket{API: s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "EXAMPLE"}, nil
		}),
	})}
}

func TestAnObjectIsReadAsItIs(t *testing.T) {
	asked := ""
	bucket := at(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.URL.Path
		w.Header().Set("ETag", `"e1"`)
		w.Header().Set("Content-Encoding", "gzip") // as CloudTrail sets it: nobody may unpack it underway
		fmt.Fprint(w, "\x1f\x8bnot really")
	})
	object, err := bucket.Open(t.Context(), "logs", "a b+é.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	text, err := io.ReadAll(object)
	if string(text) != "\x1f\x8bnot really" || err != nil || object.Broken() != nil || object.ETag != `"e1"` {
		t.Errorf("read %q, %v, broken %v, tag %s", text, err, object.Broken(), object.ETag)
	}
	if asked != "GET /logs/a b+é.json.gz" {
		t.Errorf("asked for %s", asked)
	}
}

func TestWhyAnObjectCantBeRead(t *testing.T) {
	tests := []struct {
		name   string
		status int
		code   string
		want   error // nil for neither
	}{
		{"no permission", 403, "AccessDenied", archive.ErrDenied},
		{"no permission for the key", 403, "KMS.AccessDeniedException", archive.ErrDenied},
		{"no such object", 404, "NoSuchKey", archive.ErrMissing},
		{"no such bucket", 404, "NoSuchBucket", archive.ErrMissing},
		{"too many requests", 503, "SlowDown", nil},
		{"a fault of S3's", 500, "InternalError", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := 0
			bucket := at(t, func(w http.ResponseWriter, _ *http.Request) {
				n++
				w.Header().Set("X-Amz-Request-Id", fmt.Sprint("R", n))
				w.WriteHeader(test.status)
				fmt.Fprintf(w, `<Error><Code>%s</Code><Message>no</Message><RequestId>R%d</RequestId></Error>`, test.code, n)
			})
			_, err := bucket.Open(t.Context(), "logs", "a")
			_, again := bucket.Open(t.Context(), "logs", "a")
			for _, reason := range []error{archive.ErrDenied, archive.ErrMissing} {
				if errors.Is(err, reason) != (reason == test.want) {
					t.Errorf("%v is %v", err, reason)
				}
			}
			if err == nil || !strings.Contains(err.Error(), test.code) || !strings.Contains(err.Error(), "s3://logs/a") {
				t.Errorf("error %v says too little", err)
			}
			if test.want != nil && err.Error() != again.Error() {
				t.Errorf("a second try says something else: %v, %v", err, again)
			}
		})
	}
}

func TestWhatIsBrokenOffIsNotTakenForTheEnd(t *testing.T) {
	bucket := at(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half")
	})
	object, err := bucket.Open(t.Context(), "logs", "a")
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	if text, err := io.ReadAll(object); err == nil || object.Broken() == nil {
		t.Errorf("read %q, %v, broken %v", text, err, object.Broken())
	}
}

func ExampleBucket_Open() {
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>`)
	}))
	defer s3.Close()
	_, err := archive.Bucket{API: client(s3.URL)}.Open(context.Background(), "logs", "a.json.gz")
	fmt.Println(err)
	// Output: open s3://logs/a.json.gz: the object is not there: NoSuchKey: The specified key does not exist.
}

func client(url string) *s3.Client {
	return s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url), UsePathStyle: true,
		Credentials: aws.AnonymousCredentials{},
	})
}
