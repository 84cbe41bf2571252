// Package contract holds every shipped rule to what docs/writing-rules.md and
// CONTRIBUTING.md ask for and the loader can't know. A rule that is added is held to it
// without being named anywhere. Each contract is a function over a set of rules, so that
// made-up rules show that it can fail.
package contract

import (
	"context"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// shipped are all rules with their tests, in a deployment like that of the samples.
var shipped = sync.OnceValues(func() (*ruleset.Set, error) {
	return load([]ruleset.Source{{Name: "rules", FS: rules.FS}})
})

func load(sources []ruleset.Source) (*ruleset.Set, error) {
	set, err := ruleset.Load(context.Background(), ruleset.Options{
		Sources:    sources,
		Tests:      true,
		Deployment: &ruleset.Deployment{Account: "123456789012", Region: "eu-central-1", Stack: "trailbell", Roles: []string{"trailbell-DetectRole-1A2B3C4D5E6F"}},
	})
	if err != nil {
		return nil, err
	}
	return set, set.Err()
}

func shippedSet(t *testing.T) *ruleset.Set {
	t.Helper()
	set, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// made are made-up rules, with the shipped library and settings.
func made(t *testing.T, files map[string]string) *ruleset.Set {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	err := fs.WalkDir(rules.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(name, "lib/") && !strings.HasPrefix(name, "schemas/") && name != "settings.yaml" {
			return err
		}
		text, err := fs.ReadFile(rules.FS, name)
		folder[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := load([]ruleset.Source{{Name: "rules", FS: folder}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// bucketDeleted is a rule that keeps every contract; replacements break it.
func bucketDeleted(replacements ...string) string {
	text := `# METADATA
# title: Bucket deleted
# description: A bucket is gone.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
# custom:
#   severity: medium
#   attack: [T1485]
#   false_positives:
#     - Clean-up jobs.
#   runbook:
#     - Ask the caller.
#     - Restore the bucket.
package rules.made.bucket_deleted

match if {
	input.eventSource == "s3.amazonaws.com"
	input.eventName == "DeleteBucket"
}
`
	return strings.NewReplacer(replacements...).Replace(text)
}

// tell reports what a contract found.
func tell(t *testing.T, complaints []string) {
	t.Helper()
	for _, complaint := range complaints {
		t.Error(complaint)
	}
}

// expect compares what a contract found in made-up rules with the one complaint that
// should be there, none where want is empty.
func expect(t *testing.T, complaints []string, want string) {
	t.Helper()
	if want == "" && len(complaints) > 0 || want != "" && (len(complaints) != 1 || !strings.Contains(complaints[0], want)) {
		t.Errorf("found %q, want %q", complaints, want)
	}
}
