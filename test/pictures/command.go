package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// commands builds the command line and shows what it prints about a sample and about the
// hostile record.
func commands(ctx context.Context, root string) (shown [2]string, err error) {
	work, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return shown, fmt.Errorf("run the command: %w", err)
	}
	defer os.RemoveAll(work)
	build := exec.CommandContext(ctx, "go", "build", "-o", work, "./cmd/trailbell")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return shown, fmt.Errorf("build the command: %w: %s", err, out)
	}
	for i, name := range []string{refused, "test/pictures/hostile.json"} {
		args := []string{"run", "--min-severity", "high", name}
		cmd := exec.CommandContext(ctx, filepath.Join(work, "trailbell"), args...)
		cmd.Dir = root
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		var failed *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
			return shown, fmt.Errorf("run the command: %w", err)
		}
		shown[i] = terminal("trailbell run --min-severity high "+name, stdout.String()+stderr.String())
	}
	return shown, nil
}
