package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/spf13/cobra"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
	"trailbell/rules"
)

type newFlags struct {
	dir       string
	fromEvent string
	severity  string
}

func newNewCommand() *cobra.Command {
	var flags newFlags
	cmd := &cobra.Command{
		Use:   "new [flags] RULE",
		Short: "Write a rule, its tests and a sample record, ready to edit",
		Long: `Write a rule with its tests and a sample record into DIR/PACK/NAME.rego, ..._test.rego
and ....json, for a RULE such as mine.bucket_deleted. What is written loads and its
tests pass; edit it from there. Nothing is overwritten.

With --from-event the rule is about the first record of a file that trailbell run
accepts, or of standard input (-). Accounts, people, roles, sessions, addresses, key
ids, event ids and secrets are replaced in what is written, the same by the same.
Names of resources, such as buckets, stay: read the files before you share them.

Exit codes: 0 done; 1 the record can't be read or a file not written; 2 wrong use.`,
		Example: `  trailbell new mine.bucket_deleted
  trailbell new mine.trail_stopped --from-event event.json --severity critical
  aws cloudtrail lookup-events --query 'Events[0].CloudTrailEvent' --output text |
    trailbell new mine.it_happened --from-event -`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("new needs one RULE: the id of the rule to write, such as mine.bucket_deleted")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeRule(args[0], flags, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.dir, "dir", "", "folder of rules to write into (default: rules/local where there is one, else the current folder)")
	f.StringVar(&flags.fromEvent, "from-event", "", "file with the event that the rule is about, or - for standard input")
	f.StringVar(&flags.severity, "severity", "medium", "severity of the rule")
	var names []string
	for _, s := range detection.Severities() {
		names = append(names, s.String())
	}
	_ = cmd.RegisterFlagCompletionFunc("severity", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.MarkFlagDirname("dir")
	return cmd
}

// writeRule is the command, once its flags are read.
func writeRule(id string, flags newFlags, stdin io.Reader, stdout, stderr io.Writer) error {
	if err := checkID(id); err != nil {
		return err
	}
	if _, err := detection.ParseSeverity(flags.severity); err != nil {
		return usage("--severity: %w", err)
	}
	schema, err := recordSchema()
	if err != nil {
		return exit{exitProblem, err}
	}
	rec, err := exampleOrEvent(flags.fromEvent, stdin, stderr, schema)
	if err != nil {
		return err
	}
	dir := flags.dir
	if dir == "" {
		dir = defaultDir()
	}
	files, err := filesOf(newDraft(id, flags.severity, rec, schema), filepath.Join(dir, strings.ReplaceAll(id, ".", string(filepath.Separator))))
	if err != nil {
		return exit{exitProblem, err}
	}
	if err := writeAll(files); err != nil {
		return err
	}
	if flags.fromEvent != "" {
		fmt.Fprintln(stderr, "notice: accounts, people, addresses and ids were replaced, names of resources were not: read the files before you share them")
	}
	for _, f := range files {
		fmt.Fprintf(stdout, "wrote %s\n", f.name)
	}
	fmt.Fprintf(stdout, "\nEdit them, then\n  trailbell test %s\n  trailbell run --rules %s %s\n", dir, dir, files[len(files)-1].name)
	return nil
}

// idForm is the form of a rule's id: a pack, which may have parts, and a name.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)

// checkID refuses what can't be the id of a rule of one's own.
func checkID(id string) error {
	if !idForm.MatchString(id) {
		return usage("%q can't be the id of a rule: write a pack and a name, in lower-case words with digits and _, such as mine.bucket_deleted", id)
	}
	if strings.HasSuffix(id, "_test") {
		return usage("%s can't be the id of a rule: packages that end in _test are tests", id)
	}
	// Keywords are written in another way in a package, and the loader refuses that.
	parsed, err := ast.ParseModule("", "package rules."+id+"\n")
	if err != nil || parsed.Package.Path.String() != "data.rules."+id {
		return usage("%s can't be the id of a rule: one of its parts is a keyword of Rego", id)
	}
	if _, err := fs.Stat(rules.FS, strings.ReplaceAll(id, ".", "/")+".rego"); err == nil {
		return usage("%s is a shipped rule: choose another id, or copy its file into rules/local to change it", id)
	}
	return nil
}

func defaultDir() string {
	local := filepath.Join("rules", "local")
	if info, err := os.Stat(local); err == nil && info.IsDir() {
		return local
	}
	return "."
}

// exampleOrEvent is the record that the rule is about, with nothing in it that names
// anybody.
func exampleOrEvent(name string, stdin io.Reader, stderr io.Writer, schema any) (cloudtrail.Record, error) {
	if name == "" {
		return firstRecord(strings.NewReader(exampleRecord), "the example", io.Discard)
	}
	payload := stdin
	if name != "-" {
		file, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return cloudtrail.Record{}, usage("--from-event: %s: there is no such file", name)
		}
		if err != nil {
			return cloudtrail.Record{}, exit{exitProblem, fmt.Errorf("--from-event: %w", err)}
		}
		defer file.Close()
		payload = file
	}
	rec, err := firstRecord(payload, name, stderr)
	if err != nil {
		return rec, err
	}
	anonymous, err := cloudtrail.New(anonymise(rec, schema))
	if err != nil {
		return rec, exit{exitProblem, fmt.Errorf("--from-event: %s: make the record anonymous: %w", name, err)}
	}
	return anonymous, nil
}

// firstRecord is the first record of a payload. It says so when there are more.
func firstRecord(payload io.Reader, name string, stderr io.Writer) (cloudtrail.Record, error) {
	var first cloudtrail.Record
	var damage *detection.Problem
	n := 0
	for rec, problem := range (ingest.Reader{}).Records(payload, name) {
		if problem != nil {
			damage = cmp.Or(damage, problem)
			continue
		}
		if n++; n > 1 {
			fmt.Fprintf(stderr, "notice: %s has more than one record, and the rule is about the first\n", name)
			break
		}
		first = rec
	}
	switch {
	case n > 0:
		return first, nil
	case damage != nil:
		return first, exit{exitProblem, fmt.Errorf("--from-event: %s: %s", name, damage.Why)}
	}
	return first, exit{exitProblem, fmt.Errorf("--from-event: %s: there is no record in it", name)}
}

func recordSchema() (any, error) {
	text, err := fs.ReadFile(rules.FS, "schemas/record.json")
	if err != nil {
		return nil, fmt.Errorf("read the record's schema: %w", err)
	}
	schema, err := decodeJSON(text)
	if err != nil {
		return nil, fmt.Errorf("read the record's schema: %w", err)
	}
	return schema, nil
}

// A file is one that is going to be written.
type file struct {
	name string
	text []byte
}

func filesOf(d draft, base string) ([]file, error) {
	rule, err := d.rego(base+".rego", ruleText)
	if err != nil {
		return nil, err
	}
	test, err := d.rego(base+"_test.rego", testText)
	if err != nil {
		return nil, err
	}
	return []file{{base + ".rego", rule}, {base + "_test.rego", test}, {base + ".json", []byte(d.Sample)}}, nil
}

// writeAll writes the files, or none when one of them is there already.
func writeAll(files []file) error {
	for _, f := range files {
		if _, err := os.Lstat(f.name); err == nil {
			return usage("%s is there already, and nothing is overwritten", f.name)
		}
	}
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f.name), 0o755); err != nil {
			return exit{exitProblem, fmt.Errorf("make the folder of the rule: %w", err)}
		}
		// O_EXCL, because somebody else may have been faster.
		out, err := os.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return exit{exitProblem, fmt.Errorf("write the rule: %w", err)}
		}
		_, err = out.Write(f.text)
		if err = errors.Join(err, out.Close()); err != nil {
			return exit{exitProblem, fmt.Errorf("write the rule: %w", err)}
		}
	}
	return nil
}
