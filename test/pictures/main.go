// Command pictures draws what people get, for docs/alerts.md: it takes sample events
// through the real pipeline and the real renderers, writes what they say into pages that
// look like the programs it is read in, and has a browser take pictures of these. It says
// nothing of its own in them, and knows nothing of AWS.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	folder  = "docs/pictures"
	style   = "style.css"
	digests = "digests.txt"
)

func main() {
	if err := renew(context.Background(), "."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// renew writes the pages and the document's parts, and draws each picture whose page is
// another than the one that it was drawn from.
func renew(ctx context.Context, root string) error {
	played, err := play(ctx, root)
	if err != nil {
		return err
	}
	all, err := pages(ctx, root, played)
	if err != nil {
		return err
	}
	if err := write(root, all); err != nil {
		return err
	}
	if err := renewDocument(root, played, all); err != nil {
		return err
	}
	return drawAll(ctx, filepath.Join(root, folder), all)
}

// html is the whole page.
func (p page) html() string {
	return fmt.Sprintf("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>%s</title>\n<link rel=\"stylesheet\" href=\"%s\">\n<body style=\"width: %dpx\">\n%s\n</body>\n</html>\n",
		html.EscapeString(p.says), style, p.width, p.body)
}

// write writes the pages, and removes those of before with their pictures.
func write(root string, all []page) error {
	here := filepath.Join(root, folder)
	wanted := map[string]bool{style: true, digests: true}
	for _, p := range all {
		wanted[p.name+".html"], wanted[p.name+".png"] = true, true
		if err := os.WriteFile(filepath.Join(here, p.name+".html"), []byte(p.html()), 0o600); err != nil {
			return fmt.Errorf("write a page: %w", err)
		}
	}
	files, err := os.ReadDir(here)
	if err != nil {
		return fmt.Errorf("read %s: %w", folder, err)
	}
	for _, file := range files {
		if !wanted[file.Name()] {
			if err := os.Remove(filepath.Join(here, file.Name())); err != nil {
				return fmt.Errorf("remove what is no picture: %w", err)
			}
		}
	}
	return nil
}

// drawAll draws what must be drawn anew, and keeps of each picture what it was drawn from.
func drawAll(ctx context.Context, here string, all []page) error {
	known, err := readDigests(here)
	if err != nil {
		return err
	}
	kept := map[string]string{}
	var errs []error
	for _, p := range all {
		now, err := digest(here, p.name)
		if now == "" || now != known[p.name] {
			err = drawOne(ctx, here, p)
			if err == nil {
				now, err = digest(here, p.name)
			}
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		kept[p.name] = now
	}
	return errors.Join(append(errs, writeDigests(here, kept))...)
}

func drawOne(ctx context.Context, here string, p page) error {
	browser, err := chromium()
	if err != nil {
		return fmt.Errorf("%s was not drawn: %w", p.name, err)
	}
	return draw(ctx, browser, here, p)
}

// digest is of a page with its style, and of the picture of it. It is empty where there is
// no picture.
func digest(here, name string) (string, error) {
	sum := sha256.New()
	for _, file := range []string{style, name + ".html", name + ".png"} {
		text, err := os.ReadFile(filepath.Join(here, file))
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("digest: %w", err)
		}
		one := sha256.Sum256(text)
		sum.Write(one[:])
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func readDigests(here string) (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(here, digests))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read digests: %w", err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			found[name] = sum
		}
	}
	return found, nil
}

func writeDigests(here string, all map[string]string) error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s  %s\n", all[name], name)
	}
	if err := os.WriteFile(filepath.Join(here, digests), b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write digests: %w", err)
	}
	return nil
}
