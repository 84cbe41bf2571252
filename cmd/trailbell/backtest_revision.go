package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// before are the sources that a set of rules is compared with: another folder in place of
// those of the flags, or the same folders as they were at a revision.
func (r *ruleFlags) before(ctx context.Context, against string) ([]ruleset.Source, error) {
	if info, err := os.Stat(against); err == nil {
		if !info.IsDir() {
			return nil, usage("it is a file; name a folder of rules or a git revision")
		}
		return r.instead([]string{against}).sources(nil)
	}
	if strings.HasPrefix(against, "-") {
		return nil, usage("a revision does not begin with -")
	}
	sources := []ruleset.Source{{Name: "rules", FS: rules.FS, LibraryOnly: len(r.add) == 0}}
	named := slices.Concat(r.add, r.only)
	if len(named) == 0 {
		files, err := filesAt(ctx, against, ".", func(string) string { return topRules })
		return append(sources, ruleset.Source{Name: against + ":" + topRules, FS: files}), err
	}
	for _, folder := range named {
		files, err := filesAt(ctx, against, folder, func(prefix string) string { return prefix })
		if err != nil {
			return nil, err
		}
		sources = append(sources, ruleset.Source{Name: against + ":" + folder, FS: files})
	}
	return sources, nil
}

// topRules is the folder of a repository that stands for the rules of this program, where
// no folder is named.
const topRules = "rules"

// instead are the flags for other folders in place of those that are named.
func (r *ruleFlags) instead(folders []string) *ruleFlags {
	other := *r
	if len(r.add) > 0 {
		other.add = folders
	} else {
		other.only = folders
	}
	return &other
}

// filesAt are the files of a folder as they were at a revision of the repository that a
// folder of today is in; where says which, given where that one lies in the repository.
// They are what was committed: no attribute, filter or hook of the repository has a say, as
// it would have with git archive, so nothing of it is run.
func filesAt(ctx context.Context, revision, today string, where func(prefix string) string) (fs.FS, error) {
	prefix, err := git(ctx, today, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, notInRepository(today, err)
	}
	commit, err := git(ctx, today, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, usage("there is no such folder, and no such revision in the repository of %s%s", today, shallowHint(ctx, today))
	}
	folder := where(strings.TrimSuffix(strings.TrimSuffix(string(prefix), "\n"), "/"))
	tree := strings.TrimSpace(string(commit)) + ":" + folder
	if folder != "" {
		tree += "/"
	}
	listing, err := git(ctx, today, nil, "ls-tree", "-r", "-z", "--full-tree", tree)
	if err != nil {
		return nil, usage("the repository has no folder %s at that revision", folder)
	}
	return readObjects(ctx, today, parseTree(tree, string(listing)))
}

// notInRepository says that a folder has no revisions. That git refuses to look is another
// matter, and git says why.
func notInRepository(folder string, err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return exit{exitProblem, fmt.Errorf("there is no such folder, and to read a revision takes git: %w", err)}
	}
	return usage("there is no such folder, and %s is in no git repository that could be read: %w", folder, err)
}

// shallowHint is what to do where a repository has no past.
func shallowHint(ctx context.Context, at string) string {
	if answer, err := git(ctx, at, nil, "rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(string(answer)) == "true" {
		return "; it is a shallow clone, whose past is missing (actions/checkout fetches it with fetch-depth: 0)"
	}
	return ""
}

// A committed file has a name in the folder, and one by which git finds its text.
type committed struct{ name, object string }

// ruleFiles are the endings of files with rules, settings and schemas.
var ruleFiles = []string{".rego", ".yaml", ".yml", ".json"}

// symlink is the mode that git gives to a symbolic link.
const symlink = "120000"

// parseTree are the files that a listing of ls-tree -z names and rules are read from:
// "MODE TYPE OBJECT\tNAME", each with a NUL behind it. What is no blob is another
// repository. A link is named by where it is, since git then finds what it leads to.
func parseTree(tree, listing string) (found []committed) {
	for line := range strings.SplitSeq(listing, "\x00") {
		about, name, _ := strings.Cut(line, "\t")
		words := strings.Fields(about)
		if len(words) != 3 || words[1] != "blob" || !slices.Contains(ruleFiles, path.Ext(name)) {
			continue
		}
		object := words[2]
		if words[0] == symlink {
			object = tree + name
		}
		found = append(found, committed{name, object})
	}
	return found
}

// readObjects reads the files with one run of git.
func readObjects(ctx context.Context, in string, wanted []committed) (fs.FS, error) {
	var names strings.Builder
	for _, w := range wanted {
		names.WriteString(w.object + "\n")
	}
	answer, err := git(ctx, in, strings.NewReader(names.String()), "cat-file", "--batch", "--follow-symlinks")
	if err != nil {
		return nil, exit{exitProblem, err}
	}
	files, from := fstest.MapFS{}, bufio.NewReader(bytes.NewReader(answer))
	for _, w := range wanted {
		text, err := nextObject(from)
		if err != nil {
			return nil, exit{exitProblem, fmt.Errorf("%s: %w", w.name, err)}
		}
		files[w.name] = &fstest.MapFile{Data: text, Mode: 0o444}
	}
	return files, nil
}

// nextObject reads one answer of cat-file --batch: "OBJECT blob SIZE", the bytes, and an
// end of line. Other words tell of a link that leads nowhere or out of the repository.
func nextObject(from *bufio.Reader) ([]byte, error) {
	head, err := from.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git told nothing of it: %w", err)
	}
	var object string
	var size int64
	if _, err := fmt.Sscanf(head, "%s blob %d\n", &object, &size); err != nil {
		return nil, fmt.Errorf("the repository has no text for it: git says %q", strings.TrimSpace(head))
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(from, text); err != nil {
		return nil, fmt.Errorf("it breaks off: %w", err)
	}
	_, err = from.Discard(1)
	return text, err
}

// git runs the user's git in a folder, and returns what it printed. Its error has what git
// complained of.
func git(ctx context.Context, in string, stdin io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", in}, args...)...)
	cmd.Stdin = stdin
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return nil, fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(failed.Stderr)))
	}
	if err != nil {
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out, nil
}
