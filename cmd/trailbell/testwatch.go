package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long to wait for the rest of a change: editors write a file in steps.
const settle = 100 * time.Millisecond

// watch runs the tests now and whenever something below the folders changes, until it is
// interrupted. The shipped rules are in the program and don't change.
func watch(ctx context.Context, dirs []string, stderr io.Writer, run func()) error {
	if len(dirs) == 0 {
		return usage("--watch needs a folder: the shipped rules don't change")
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return exit{exitProblem, fmt.Errorf("watch for changes: %w", err)}
	}
	defer watcher.Close()
	for {
		if err := addFolders(watcher, dirs); err != nil {
			return usage("%w", err)
		}
		run()
		fmt.Fprintln(stderr, "waiting for a change; stop with Ctrl-C")
		if !nextChange(ctx, watcher) {
			return nil
		}
	}
}

// addFolders watches every folder below dirs: the system tells of one level only.
func addFolders(watcher *fsnotify.Watcher, dirs []string) error {
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.IsDir() {
				return err
			}
			return watcher.Add(path)
		})
		if err != nil {
			return fmt.Errorf("watch %s: %w", dir, err)
		}
	}
	return nil
}

// nextChange waits for a change and what follows at once. It is false when the user
// has had enough.
func nextChange(ctx context.Context, watcher *fsnotify.Watcher) bool {
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case _, open := <-watcher.Events:
			if !open {
				return false
			}
			settled = time.After(settle)
		case _, open := <-watcher.Errors:
			if !open {
				return false
			}
		case <-settled:
			return true
		}
	}
}
