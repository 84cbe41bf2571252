package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWatchRunsAgainWhenAFileChanges(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "pack"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	runs := make(chan struct{})
	done := make(chan error)
	go func() {
		done <- watch(ctx, []string{dir}, io.Discard, func() { runs <- struct{}{} })
	}()
	<-runs
	for _, name := range []string{"a.rego", filepath.Join("pack", "b.rego")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("package rules.x"), 0o600); err != nil {
			t.Fatal(err)
		}
		select {
		case <-runs:
		case <-ctx.Done():
			t.Fatalf("nothing ran after %s changed", name)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("an interrupted watch is no error: %v", err)
	}
}
