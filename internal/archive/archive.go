// Package archive finds log files in S3 and opens them, and says in one of few words why
// one can't be read. It knows nothing of what is in them.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The reasons why an object can't be read. S3 gives ErrDenied also for an object that is
// not there, to whoever may not list the bucket; see GetObject in its API reference.
var (
	ErrDenied  = errors.New("S3 refuses access, or the object is gone")
	ErrMissing = errors.New("the object is not there")
)

// An API is what is used of S3.
type API interface {
	GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// A Bucket opens objects. It is safe for concurrent use.
type Bucket struct{ API API }

// An Object is one that is being read. Whoever opens it closes it, and looks at Broken
// when it was read: what S3 breaks off looks like damage to whoever reads it.
type Object struct {
	// ETag is the same as long as the object's bytes are.
	ETag string

	body   io.ReadCloser
	broken error
}

// Open begins to read an object. Its error is ErrDenied or ErrMissing, with S3's own words
// and the same each time, or that of the call where another try may help.
func (b Bucket) Open(ctx context.Context, bucket, key string) (*Object, error) {
	out, err := b.API.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err != nil {
		return nil, fmt.Errorf("open s3://%s/%s: %w", bucket, key, reason(err))
	}
	return &Object{ETag: aws.ToString(out.ETag), body: out.Body}, nil
}

// reason leaves the number of the request out, which differs each time.
func reason(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	switch status(err) {
	case http.StatusForbidden:
		return fmt.Errorf("%w: %s: %s", ErrDenied, api.ErrorCode(), api.ErrorMessage())
	case http.StatusNotFound:
		return fmt.Errorf("%w: %s: %s", ErrMissing, api.ErrorCode(), api.ErrorMessage())
	}
	return err
}

func status(err error) int {
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) {
		return 0
	}
	return response.HTTPStatusCode()
}

// Read reads on, as io.Reader promises.
func (o *Object) Read(p []byte) (int, error) {
	n, err := o.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		o.broken = fmt.Errorf("read on from S3: %w", err)
	}
	return n, err
}

// Broken is why the object could not be read to its end, and nil while nothing is wrong.
func (o *Object) Broken() error { return o.broken }

// Close ends reading, also before the end.
func (o *Object) Close() error { return o.body.Close() }
