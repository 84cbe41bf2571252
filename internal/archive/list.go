package archive

import (
	"context"
	"fmt"
	"iter"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// A Lister is what is used of S3 to find objects.
type Lister interface {
	ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input, opts ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
}

// A Listed is a log file in a bucket.
type Listed struct {
	Key  string
	Size int64 // in bytes, as it lies there
}

// List yields the log files whose keys begin with the prefix, by key. Objects that hold no
// records are left out: digests of a trail, folders, and what has another ending than
// .json or .gz. An error is the last that it yields.
func List(ctx context.Context, bucket Lister, name, prefix string) iter.Seq2[Listed, error] {
	return func(yield func(Listed, error) bool) {
		pages := s3.NewListObjectsV2Paginator(bucket, &s3.ListObjectsV2Input{Bucket: aws.String(name), Prefix: aws.String(prefix)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Listed{}, fmt.Errorf("list s3://%s/%s: %w", name, prefix, err))
				return
			}
			for _, object := range page.Contents {
				listed := Listed{aws.ToString(object.Key), aws.ToInt64(object.Size)}
				if IsLogFile(listed.Key) && !yield(listed, nil) {
					return
				}
			}
		}
	}
}

// IsLogFile says whether an object may hold records, by its key. CloudTrail writes digests
// below CloudTrail-Digest; see "CloudTrail digest file structure" in its user guide.
func IsLogFile(key string) bool {
	ending := strings.ToLower(path.Ext(key))
	return (ending == ".json" || ending == ".gz") && !strings.Contains("/"+key, "/CloudTrail-Digest/")
}

// Cut divides an address such as s3://bucket/prefix. It returns false for others.
func Cut(address string) (bucket, prefix string, is bool) {
	rest, is := strings.CutPrefix(address, "s3://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	return bucket, prefix, is && bucket != ""
}
