package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/engine"
	"trailbell/internal/ingest"
	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// unindexed are rules that are asked about every record, each with its reason. Such a
// rule costs time with all that happens in an account.
var unindexed = map[detection.RuleID]string{}

// unsampled are rules that fire on no sample, each with its reason.
var unsampled = map[detection.RuleID]string{
	"iam.changed_outside_automation":          "Waits for principals.iac_deployers, which is empty as shipped.",
	"recon.unapproved_region":                 "Waits for regions.approved, which is empty as shipped.",
	"sts.blocked_role_assumed":                "Waits for roles.no_human_use, which is empty as shipped.",
	"sts.instance_credentials_used_elsewhere": "Waits for cidrs.workloads, which is empty as shipped.",
	"sts.role_assumed_cross_account":          "Waits for accounts.trusted, which is empty as shipped.",
	"sts.web_identity_role_assumed_outside":   "Waits for cidrs.workloads, which is empty as shipped.",
}

// indexComplaints are about rules that no condition keeps from being asked, and about
// reasons that are not needed any more.
func indexComplaints(t *testing.T, set *ruleset.Set, reasons map[detection.RuleID]string) []string {
	t.Helper()
	var complaints []string
	found := map[detection.RuleID]bool{}
	for _, rule := range selection.Derive(t.Context(), set).Unindexed() {
		if found[rule.Rule] = true; reasons[rule.Rule] == "" {
			complaints = append(complaints, fmt.Sprintf("%s is asked about every record, and unindexed has no reason: %s", rule.Rule, rule.Why))
		}
	}
	for id := range reasons {
		if !found[id] {
			complaints = append(complaints, fmt.Sprintf("unindexed has %s, which is indexed or does not exist", id))
		}
	}
	return complaints
}

// sampleComplaints are about rules that fire on none of the records, and about reasons that
// are not needed any more.
func sampleComplaints(t *testing.T, set *ruleset.Set, records []cloudtrail.Record, reasons map[detection.RuleID]string) []string {
	t.Helper()
	fired := firing(t, set, records)
	var complaints []string
	silent := map[detection.RuleID]bool{}
	for _, rule := range set.Rules {
		if _, ok := fired[rule.ID]; ok || rule.Status == detection.StatusOff {
			continue
		}
		if silent[rule.ID] = true; reasons[rule.ID] == "" {
			complaints = append(complaints, fmt.Sprintf("%s fires on no record of events/: add one", rule.ID))
		}
	}
	for id := range reasons {
		if !silent[id] {
			complaints = append(complaints, fmt.Sprintf("unsampled has %s, which fires or does not exist", id))
		}
	}
	return complaints
}

// firing has, for each rule, the first of the records on which it fires.
func firing(t *testing.T, set *ruleset.Set, records []cloudtrail.Record) map[detection.RuleID]cloudtrail.Record {
	t.Helper()
	asked := newEngine(t, set)
	index, err := selection.New(selection.Derive(t.Context(), set))
	if err != nil {
		t.Fatal(err)
	}
	first := map[detection.RuleID]cloudtrail.Record{}
	for _, rec := range records {
		for _, outcome := range asked.Evaluate(t.Context(), rec, index.Select(rec)) {
			if _, ok := first[outcome.Rule.ID]; !ok && outcome.Verdict == detection.Fired {
				first[outcome.Rule.ID] = rec
			}
		}
	}
	return first
}

func newEngine(t *testing.T, set *ruleset.Set) *engine.Engine {
	t.Helper()
	e, err := engine.New(t.Context(), set, engine.PatientLimit)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// samples are all records of events/.
func samples(t *testing.T) []cloudtrail.Record {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "events", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	var records []cloudtrail.Record
	for _, name := range files {
		if filepath.Ext(name) == ".md" {
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for rec, problem := range (ingest.Reader{}).Records(file, name) {
			if problem == nil {
				records = append(records, rec)
			}
		}
		file.Close()
	}
	if len(records) < 100 {
		t.Fatalf("only %d records: the test looks in the wrong place", len(records))
	}
	return records
}

func TestRulesAreIndexed(t *testing.T) { tell(t, indexComplaints(t, shippedSet(t), unindexed)) }

func TestRulesThatAreNot(t *testing.T) {
	const id = "made.bucket_deleted"
	everything := bucketDeleted(`input.eventSource == "s3.amazonaws.com"`, "not input.errorCode", `input.eventName == "DeleteBucket"`, "count(input) > 20")
	for _, tt := range []struct {
		name, text string
		reasons    map[detection.RuleID]string
		want       string
	}{
		{"an indexed rule", bucketDeleted(), nil, ""},
		{"an indexed rule with a reason", bucketDeleted(), map[detection.RuleID]string{id: "Counts."}, "unindexed has made.bucket_deleted"},
		{"a rule that counts fields", bucketDeleted(`input.eventSource == "s3.amazonaws.com"`, "count(input) > 20", `input.eventName == "DeleteBucket"`, "count(input) > 21"), nil, "is asked about every record"},
		{"such a rule with a reason", bucketDeleted(`input.eventSource == "s3.amazonaws.com"`, "count(input) > 20", `input.eventName == "DeleteBucket"`, "count(input) > 21"), map[detection.RuleID]string{id: "Counts."}, ""},
		{"a rule with one condition that helps", everything, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := made(t, map[string]string{"made/bucket_deleted.rego": tt.text})
			expect(t, indexComplaints(t, set, tt.reasons), tt.want)
		})
	}
}

func TestRulesHaveASample(t *testing.T) {
	tell(t, sampleComplaints(t, shippedSet(t), samples(t), unsampled))
}

func TestRulesThatHaveNone(t *testing.T) {
	const id = "made.bucket_deleted"
	set := made(t, map[string]string{"made/bucket_deleted.rego": bucketDeleted()})
	for _, tt := range []struct {
		name, event string
		reasons     map[detection.RuleID]string
		want        string
	}{
		{"a record on which it fires", "DeleteBucket", nil, ""},
		{"such a record and a reason", "DeleteBucket", map[detection.RuleID]string{id: "Waits."}, "unsampled has made.bucket_deleted"},
		{"another record", "CreateBucket", nil, "made.bucket_deleted fires on no record"},
		{"another record and a reason", "CreateBucket", map[detection.RuleID]string{id: "Waits."}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec, err := cloudtrail.Parse([]byte(`{"eventSource": "s3.amazonaws.com", "eventName": "` + tt.event + `"}`))
			if err != nil {
				t.Fatal(err)
			}
			expect(t, sampleComplaints(t, set, []cloudtrail.Record{rec}, tt.reasons), tt.want)
		})
	}
}
