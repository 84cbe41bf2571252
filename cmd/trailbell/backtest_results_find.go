package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"trailbell/internal/archive"
	"trailbell/internal/backtest"
)

// results are what a run has left: parts that were counted, and the manifest that Step
// Functions writes at its end.
type results struct {
	where string
	names []string
	read  func(ctx context.Context, name string) (io.ReadCloser, error)
}

// findResults finds them in a folder, or below a prefix in S3.
func findResults(ctx context.Context, where string) (*results, error) {
	r := &results{where: where}
	bucket, prefix, inS3 := archive.Cut(where)
	if !inS3 {
		r.read = func(_ context.Context, name string) (io.ReadCloser, error) { return os.Open(filepath.Clean(name)) }
		err := filepath.WalkDir(where, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				r.names = append(r.names, name)
			}
			return err
		})
		if err != nil {
			return nil, exit{exitUsage, fmt.Errorf("--results: %w", err)}
		}
		return r, nil
	}
	client, err := bucketOf(ctx, bucket)
	if err != nil {
		return nil, err
	}
	r.read = func(ctx context.Context, name string) (io.ReadCloser, error) {
		return archive.Bucket{API: client}.Open(ctx, bucket, strings.TrimPrefix(name, "s3://"+bucket+"/"))
	}
	for file, err := range archive.List(ctx, client, bucket, prefix) {
		if err != nil {
			return nil, exit{exitProblem, fmt.Errorf("--results: %w", err)}
		}
		r.names = append(r.names, "s3://"+bucket+"/"+file.Key)
	}
	return r, nil
}

const (
	partEnding   = ".json.gz"
	manifestName = "manifest.json"
	// readAtOnce is how many parts are looked at at the same time.
	readAtOnce = 16
)

// heads reads the first line of every part.
func (r *results) heads(ctx context.Context) (map[string]backtest.Head, error) {
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		heads = map[string]backtest.Head{}
		fault error
		slots = make(chan struct{}, readAtOnce)
	)
	for _, name := range r.names {
		if !strings.HasSuffix(name, partEnding) {
			continue
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			head, err := r.head(ctx, name)
			mu.Lock()
			defer mu.Unlock()
			if heads[name] = head; err != nil && fault == nil {
				fault = fmt.Errorf("--results: %s: %w", name, err)
			}
		})
	}
	wait.Wait()
	if fault == nil && len(heads) == 0 {
		fault = fmt.Errorf("--results: %s has no part of a backtest: none ends in %s", r.where, partEnding)
	}
	return heads, fault
}

func (r *results) head(ctx context.Context, name string) (backtest.Head, error) {
	from, err := r.read(ctx, name)
	if err != nil {
		return backtest.Head{}, err
	}
	defer func() { _ = from.Close() }()
	return backtest.ReadHead(from)
}

// open opens a part to be read. Its bytes are taken at once: many parts are open at a time
// where an archive has many accounts and regions, and S3 ends connections that wait.
func (r *results) open(name string) (io.ReadCloser, error) {
	from, err := r.read(context.Background(), name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = from.Close() }()
	text, err := io.ReadAll(from)
	return io.NopCloser(bytes.NewReader(text)), err
}

// manifests are the names of those that are there.
func (r *results) manifests() (found []string) {
	for _, name := range r.names {
		if path.Base(filepath.ToSlash(name)) == manifestName {
			found = append(found, name)
		}
	}
	return found
}
