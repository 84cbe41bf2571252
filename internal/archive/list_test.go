package archive_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"trailbell/internal/archive"
)

// shelf is a bucket that lists two objects a page.
type shelf struct {
	keys  []string
	fails int // at this page, counted from 1
	asked int
}

func (s *shelf) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	if s.asked++; s.asked == s.fails {
		return nil, errors.New("access denied")
	}
	from, _ := strconv.Atoi(aws.ToString(in.ContinuationToken))
	found := slices.DeleteFunc(slices.Clone(s.keys), func(k string) bool { return !strings.HasPrefix(k, aws.ToString(in.Prefix)) })
	out := &s3.ListObjectsV2Output{}
	for _, key := range found[from:min(from+2, len(found))] {
		out.Contents = append(out.Contents, types.Object{Key: aws.String(key), Size: aws.Int64(7)})
	}
	if from+2 < len(found) {
		out.IsTruncated, out.NextContinuationToken = aws.Bool(true), aws.String(strconv.Itoa(from+2))
	}
	return out, nil
}

func ExampleList() {
	bucket := &shelf{keys: []string{
		"AWSLogs/1/CloudTrail-Digest/eu/d.json.gz", "AWSLogs/1/CloudTrail/", "AWSLogs/1/CloudTrail/a.json.gz",
		"AWSLogs/1/CloudTrail/b.json", "AWSLogs/1/CloudTrail/c.txt", "other/d.json",
	}}
	for file, err := range archive.List(context.Background(), bucket, "logs", "AWSLogs/") {
		fmt.Println(file.Key, file.Size, err)
	}
	// Output:
	// AWSLogs/1/CloudTrail/a.json.gz 7 <nil>
	// AWSLogs/1/CloudTrail/b.json 7 <nil>
}

func TestListing(t *testing.T) {
	five := []string{"1.json", "2.json", "3.json", "4.json", "5.json"}
	tests := []struct {
		name  string
		shelf shelf
		most  int
		want  []string
		pages int
	}{
		{"all pages are read", shelf{keys: five}, 9, five, 3},
		{"who has enough asks for no more", shelf{keys: five}, 2, five[:2], 1},
		{"an error comes behind what was found before", shelf{keys: five, fails: 2}, 9, []string{"1.json", "2.json", "list s3://logs/: access denied"}, 2},
		{"an empty bucket has nothing", shelf{}, 9, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for file, err := range archive.List(t.Context(), &tt.shelf, "logs", "") {
				if err != nil {
					file.Key = err.Error()
				}
				if got = append(got, file.Key); len(got) == tt.most {
					break
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || tt.shelf.asked != tt.pages {
				t.Errorf("%d pages, want %d; %s", tt.shelf.asked, tt.pages, diff)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string][]any{
		"s3://b/p/q": {"b", "p/q", true}, "s3://b": {"b", "", true}, "s3:///p": {"", "p", false}, "b/p": {"b", "p", false},
	} {
		bucket, prefix, is := archive.Cut(address)
		if diff := cmp.Diff(want, []any{bucket, prefix, is}); diff != "" {
			t.Errorf("%s: %s", address, diff)
		}
	}
}
