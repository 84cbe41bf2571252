package selection_test

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"trailbell/internal/detection"
	"trailbell/internal/ruleset"
	"trailbell/rules"
)

const metadata = `# METADATA
# title: Title
# description: Description.
# custom:
#   severity: medium
#   runbook: [Look.]
`

// styles are rules in the ways that people write them, by name. Many do nothing useful;
// each has something that the derivation must understand or leave alone.
var styles = map[string]string{
	"eq":            `match if { input.eventSource == "iam.amazonaws.com"; input.eventName == "CreateUser" }`,
	"eq_turned":     `match if { "iam.amazonaws.com" == input.eventSource; "CreateUser" == input.eventName }`,
	"in_set":        `match if { input.eventSource == "s3.amazonaws.com"; input.eventName in {"DeleteBucket", "PutBucketAcl"} }`,
	"in_array":      `match if { input.eventSource == "s3.amazonaws.com"; input.eventName in ["DeleteBucket", "PutBucketAcl"] }`,
	"in_object":     `match if { input.eventSource == "s3.amazonaws.com"; input.eventName in {"a": "DeleteBucket", "b": "PutBucketAcl"} }`,
	"in_mixed":      `match if input.readOnly in {false, "false", null, 0, ["x"]}`,
	"set_lookup":    "match if {\n input.eventSource == \"kms.amazonaws.com\"\n _names[input.eventName]\n}\n_names := {\"DisableKey\", \"ScheduleKeyDeletion\"}",
	"some_in":       "match if {\n input.eventSource == \"kms.amazonaws.com\"\n some name in _names\n input.eventName == name\n}\n_names := {\"DisableKey\", \"ScheduleKeyDeletion\"}",
	"map_lookup":    "match if input.eventName in _names[input.eventSource]\n_names := {\"kms.amazonaws.com\": {\"DisableKey\"}, \"s3.amazonaws.com\": {\"DeleteBucket\"}}",
	"pairs":         `match if [input.eventSource, input.eventName] in {["iam.amazonaws.com", "CreateUser"], ["s3.amazonaws.com", "DeleteBucket"]}`,
	"concatenated":  `match if sprintf("%s:%s", [input.eventSource, input.eventName]) == "iam.amazonaws.com:CreateUser"`,
	"local":         "match if {\n record := input\n record.eventSource == \"iam.amazonaws.com\"\n name := record.eventName\n name == \"CreateUser\"\n}",
	"lower":         `match if { input.eventSource == "iam.amazonaws.com"; lower(input.eventName) == "createuser" }`,
	"lower_local":   "match if {\n name := lower(input.eventName)\n startswith(name, \"create\")\n input.eventSource == \"iam.amazonaws.com\"\n}",
	"split":         `match if { split(input.eventSource, ".")[0] == "iam"; input.eventName == "CreateUser" }`,
	"split_local":   "match if {\n parts := split(input.eventSource, \".\")\n parts[0] == \"iam\"\n count(parts) == 3\n}",
	"trimmed":       `match if trim_suffix(input.eventSource, ".amazonaws.com") == "iam"`,
	"startswith":    `match if { input.eventSource == "ec2.amazonaws.com"; startswith(input.eventName, "Delete") }`,
	"endswith":      `match if { input.eventSource == "iam.amazonaws.com"; endswith(input.requestParameters.policyArn, "/AdministratorAccess") }`,
	"contains":      `match if contains(input.userAgent, "kali")`,
	"contains_odd":  "match if contains(input.userAgent, \"\\\"<&\\\\\")",
	"any_prefix":    `match if strings.any_prefix_match(input.eventName, ["Delete", "Stop"])`,
	"any_prefix_of": `match if strings.any_prefix_match(input.eventName, {"Delete"})`,
	"regex":         `match if regex.match("(?i)(kali|parrot)", input.userAgent)`,
	"regex_array":   "match if {\n some pattern in [\"^Create\", \"User$\"]\n regex.match(pattern, input.eventName)\n input.eventSource == \"iam.amazonaws.com\"\n}",
	"glob":          `match if glob.match("arn:aws:sts::*:assumed-role/Break*/*", ["/"], input.userIdentity.arn)`,
	"glob_dots":     `match if glob.match("*.amazonaws.com", [], input.eventSource)`,
	"glob_class":    `match if glob.match("{Create,Delete}[A-Z]*", null, input.eventName)`,
	"glob_empty":    `match if glob.match("", null, input.userAgent)`,
	"regex_bad":     `match if regex.match(input.userAgent, input.eventName)`,
	"glob_none":     `match if glob.match("Create*", null, input.eventName)`,
	"cidr":          `match if { input.eventName == "ConsoleLogin"; net.cidr_contains("192.0.2.0/24", input.sourceIPAddress) }`,
	"not_cidr":      `match if { input.eventName == "ConsoleLogin"; not net.cidr_contains("192.0.2.0/24", input.sourceIPAddress) }`,
	"neq":           `match if { input.eventName == "ConsoleLogin"; input.awsRegion != "us-east-1" }`,
	"not_eq":        `match if { input.eventName == "ConsoleLogin"; not input.awsRegion == "us-east-1" }`,
	"not_in":        `match if { input.eventName == "ConsoleLogin"; not input.awsRegion in {"us-east-1", "eu-west-1"} }`,
	"not_starts":    `match if { input.eventName == "CreateUser"; not startswith(input.requestParameters.userName, "svc-") }`,
	"not_lower":     `match if { input.eventName == "CreateUser"; not lower(input.requestParameters.userName) == "admin" }`,
	"not_number":    `match if { input.eventName == "CreateUser"; not input.requestParameters.count > 3 }`,
	"absent":        `match if { input.eventName == "CreateUser"; not input.errorCode }`,
	"present":       `match if { input.eventName == "CreateUser"; input.errorCode }`,
	"wild":          `match if { input.eventName == "CreateUser"; _ = input.errorCode }`,
	"bound":         "match if {\n input.eventName == \"CreateUser\"\n code := input.errorCode\n code != \"\"\n}",
	"twice":         "match if {\n x := input.userIdentity.accountId\n x == input.recipientAccountId\n x == \"123456789012\"\n}",
	"two_paths":     `match if { input.eventName == "AssumeRole"; input.userIdentity.accountId != input.recipientAccountId }`,
	"two_equal":     `match if { input.eventName == "CreateAccessKey"; input.userIdentity.userName == input.requestParameters.userName }`,
	"not_equal":     `match if { input.eventName == "CreateAccessKey"; not input.userIdentity.userName == input.requestParameters.userName }`,
	"get":           `match if object.get(input, "eventName", "") == "CreateUser"`,
	"get_deep":      `match if { input.eventName == "CreateUser"; object.get(input, ["userIdentity", "sessionContext", "attributes", "mfaAuthenticated"], "false") == "false" }`,
	"get_neq":       `match if { input.eventName == "CreateUser"; object.get(input, ["requestParameters", "userName"], "") != "" }`,
	"get_below":     `match if { input.eventName == "CreateUser"; object.get(input.requestParameters, "userName", "none") == "none" }`,
	"envelope":      "match if _event.eventName == \"CreateUser\"\n_event := object.get(input, \"detail\", input)",
	"number":        `match if { input.eventName == "AuthorizeSecurityGroupIngress"; input.requestParameters.fromPort == 22 }`,
	"number_in":     `match if input.requestParameters.fromPort in {22, 3389}`,
	"number_float":  `match if input.requestParameters.fromPort == 22.0`,
	"number_range":  `match if { input.requestParameters.fromPort <= 22; input.requestParameters.toPort >= 22 }`,
	"boolean":       `match if { input.eventName == "ModifyDBInstance"; input.requestParameters.publiclyAccessible == true }`,
	"boolean_ref":   `match if { input.eventName == "ModifyDBInstance"; input.requestParameters.publiclyAccessible }`,
	"null":          `match if { input.eventName == "ModifyDBInstance"; input.responseElements == null }`,
	"is_null":       `match if { input.eventName == "ModifyDBInstance"; is_null(input.responseElements) }`,
	"is_string":     `match if { is_string(input.requestParameters.fromPort); input.eventName != "ConsoleLogin" }`,
	"composite":     `match if input.requestParameters.tags == ["a", {"b": 1}]`,
	"count":         `match if count(input.requestParameters.items) > 1`,
	"lists":         "match if {\n some item in input.requestParameters.ipPermissions.items\n some range in item.ipRanges.items\n range.cidrIp == \"0.0.0.0/0\"\n}",
	"any_key":       `match if { input.eventName == "PutBucketAcl"; input.requestParameters[_] == "public-read" }`,
	"some_key":      "match if {\n some key, value in input.requestParameters\n startswith(key, \"x-amz-grant\")\n contains(value, \"AllUsers\")\n}",
	"every":         `match if { input.eventName == "RunInstances"; every item in input.requestParameters.items { item.type == "p4d" } }`,
	"comprehension": `match if { input.eventName == "RunInstances"; count({item | some item in input.requestParameters.items; item.type == "p4d"}) > 0 }`,
	"walked":        `match if { input.eventName == "PutBucketPolicy"; walk(input.requestParameters, [_, "*"]) }`,
	"json":          `match if { input.eventName == "PutBucketPolicy"; json.unmarshal(input.requestParameters.policy).Statement[_].Effect == "Allow" }`,
	"bodies":        "match if { input.eventSource == \"iam.amazonaws.com\"; input.eventName == \"CreateUser\" }\nmatch if input.userIdentity.type == \"Root\"",
	"default":       "default match := false\nmatch if input.eventName == \"CreateUser\"",
	"chain":         "default match := false\nmatch := true if {\n input.eventName == \"CreateUser\"\n} else := true if {\n input.userIdentity.type == \"Root\"\n} else := false if {\n input.awsRegion\n}",
	"chain_not":     "match := false if {\n input.userIdentity.type == \"Root\"\n} else := true if {\n input.eventName == \"CreateUser\"\n}",
	"helper":        "match if _risky(input.eventName)\n_risky(name) if name in {\"CreateUser\", \"DeleteTrail\"}\n_risky(name) if endswith(name, \"Policy\")",
	"helper_not":    "match if {\n input.eventSource == \"iam.amazonaws.com\"\n not _safe(input)\n}\n_safe(r) if startswith(r.eventName, \"Get\")\n_safe(r) if not r.userIdentity.arn\n_safe(r) if r.userIdentity.type in {\"AWSService\"}",
	"helper_not2":   "match if {\n input.eventSource == \"iam.amazonaws.com\"\n not _safe(input.userIdentity.userName)\n}\n_safe(name) if not name == \"admin\"",
	"helper_not3":   "match if {\n input.eventSource == \"iam.amazonaws.com\"\n not _safe(input.userIdentity)\n}\n_safe(who) if not startswith(who.userName, \"admin\")\n_safe(who) if who.type == \"Root\"",
	"helper_not4":   "match if not _failed(input)\n_failed(r) if not r.errorCode in {null, \"\"}\n_failed(r) if r.responseElements.ConsoleLogin == \"Failure\"",
	"named_not":     "match if {\n input.eventName == \"CreateUser\"\n not _named\n}\n_named if {\n name := input.requestParameters.userName\n not name == \"admin\"\n}",
	"named_not2":    "match if {\n input.eventName == \"CreateUser\"\n not _named(input)\n}\ndefault _named(_) := false\n_named(r) if {\n name := r.requestParameters.userName\n not name in {\"admin\"}\n}",
	"named_not3":    "match if {\n input.eventName == \"CreateUser\"\n not _named\n}\n_named if _other(input.requestParameters.userName)\n_other(name) if not name == \"admin\"",
	"named_not4":    "match if {\n input.eventName == \"CreateUser\"\n not _lowered\n}\n_lowered if {\n name := lower(input.requestParameters.userName)\n not name == \"admin\"\n}",
	"replaced_not":  "match if {\n input.eventName == \"CreateUser\"\n not _replaced\n}\n_replaced if not replace(input.requestParameters.userName, \"a\", \"b\") == \"bdmin\"",
	"answered_not":  "match if {\n input.eventName == \"CreateUser\"\n not _answered\n}\n_answered if {\n name := _name(input)\n not name == \"admin\"\n}\n_name(r) := lower(r.requestParameters.userName)",
	"itself":        "match if { input.awsRegion == \"us-east-1\"; not input.errorCode == input.errorCode }",
	"itself_not":    "match if { input.awsRegion == \"us-east-1\"; not _same }\n_same if { input.errorCode == input.errorCode; input.eventVersion }",
	"itself_not2":   "match if { input.awsRegion == \"us-east-1\"; not _same(input.errorCode, input.errorCode) }\n_same(a, b) if a == b",
	"itself_not3":   "match if { input.awsRegion == \"us-east-1\"; not _fine }\n_fine if not _same\ndefault _same := false\n_same if not input.errorCode == input.errorCode",
	"helper_chain":  "match if _kind(input.eventName) == \"write\"\n_kind(name) := \"read\" if {\n startswith(name, \"Get\")\n} else := \"write\" if {\n contains(name, \"e\")\n}",
	"helper_chain2": "match if {\n input.eventSource == \"iam.amazonaws.com\"\n not _kind(input.eventName)\n}\n_kind(name) if {\n startswith(name, \"Get\")\n} else := false if {\n startswith(name, \"Delete\")\n} else if contains(name, \"Role\")",
	"helper_const":  "match if _f(\"x\", input.eventName)\n_f(\"x\", name) if name == \"CreateUser\"\n_f(\"y\", name) if name == \"DeleteUser\"",
	"helper_const2": "match if not _f(input.eventName)\n_f(\"CreateUser\")\n_f(\"DeleteUser\") if input.errorCode",
	"partial_count": "match if count(_reasons) > 0\n_reasons contains \"a\" if input.eventName == \"CreateUser\"\n_reasons contains \"b\" if input.userIdentity.type == \"Root\"",
	"partial_in":    "match if \"a\" in _reasons\n_reasons contains \"a\" if input.eventName == \"CreateUser\"\n_reasons contains \"b\" if input.userIdentity.type == \"Root\"",
	"partial_any":   "match if _reasons[_]\n_reasons contains \"a\" if input.eventName == \"CreateUser\"\n_reasons contains input.readOnly if input.userIdentity.type == \"Root\"",
	"with_input":    "match if _inner with input as input.userIdentity\n_inner if input.type == \"Root\"",
	"with_not":      "match if {\n input.eventName == \"CreateUser\"\n not _inner with input as input.userIdentity\n}\n_inner if input.type == \"Root\"",
	"double_not":    "match if not _quiet\n_quiet if not _loud\n_loud if input.eventName == \"CreateUser\"\n_loud if startswith(input.userIdentity.arn, \"arn:aws:iam::123456789012:root\")",
	"triple_not":    "match if { input.eventSource == \"iam.amazonaws.com\"; not _a }\n_a if not _b\n_b if not _c\n_c if lower(input.eventName) == \"createuser\"\n_c if input.userIdentity.userName == \"admin\"",
	"complete":      "match if _source == \"iam.amazonaws.com\"\n_source := input.eventSource",
	"complete_get":  "match if _mfa == \"no\"\n_mfa := \"yes\" if input.additionalEventData.MFAUsed == \"Yes\"\n_mfa := \"no\" if input.additionalEventData.MFAUsed == \"No\"",
	"library":       "import data.lib.call\nimport data.lib.identity\nmatch if {\n input.eventName == \"ConsoleLogin\"\n call.succeeded(input)\n identity.is_root(input)\n}",
	"library_mfa":   "import data.lib.mfa\nmatch if mfa.sign_in(input) == \"no\"",
	"library_mfa2":  "import data.lib.mfa\nmatch if { input.eventName == \"CreateUser\"; mfa.session(input) != \"yes\" }",
	"library_value": "import data.lib.value\nmatch if { input.eventName == \"CreateUser\"; value.present(input.errorCode) }",
	"library_not":   "import data.lib.value\nmatch if { input.eventName == \"CreateUser\"; not value.present(input.errorCode) }",
	"library_ec2":   "import data.lib.ec2\nmatch if ec2.request(input).PolicyEnabled == true",
	"library_list":  "import data.lib.list\nmatch if \"x\" in list.items(input.requestParameters.items)",
	"odd_key":       `match if input["requestParameters"]["x-amz-acl"] == "public-read"`,
	"template":      "match if {\n input.eventSource == \"iam.amazonaws.com\"\n $\"{input.eventName}!\" == \"CreateUser!\"\n}",
	"union":         `match if input.eventName in ({"CreateUser"} | {"DeleteUser"})`,
	"minus":         `match if { input.eventSource == "iam.amazonaws.com"; not input.eventName in ({"CreateUser", "DeleteUser"} - {"CreateUser"}) }`,
	"arithmetic":    `match if input.requestParameters.toPort - input.requestParameters.fromPort > 1000`,
	"shape":         `match := input.eventName`,
	"shape_some":    "match := input.userAgent if input.eventName == \"CreateUser\"",
	"conflict":      "match := true if input.eventName == \"CreateUser\"\nmatch := false if input.userIdentity.type == \"Root\"",
	"unicode":       `match if input.userIdentity.userName == "Zoë"`,
	"nul":           "match if input.userIdentity.userName == \"a\\u0000b\"",
	"empty":         `match if { input.eventName == "CreateUser"; input.requestParameters.userName == "" }`,
	"true":          `match if true`,
	"object_keys":   `match if { input.eventName == "CreateUser"; object.keys(input.requestParameters) == {"userName"} }`,
	"type":          `match if { input.eventName == "CreateUser"; type_name(input.requestParameters) == "object" }`,
	"array_index":   `match if input.resources[0].type == "AWS::S3::Bucket"`,
	"negative":      "match if {\n not input.eventSource == \"s3.amazonaws.com\"\n not startswith(input.eventName, \"Get\")\n not input.userIdentity.type in {\"AWSService\", \"IAMUser\"}\n}",
	"to_number":     `match if { input.eventName == "CreateUser"; to_number(input.requestParameters.count) > 3 }`,
	"time":          `match if time.clock(time.parse_rfc3339_ns(input.eventTime))[0] < 6`,
}

// stylesSource are the styles as files, with the shipped library beside them.
func stylesSource(t testing.TB) ruleset.Source {
	t.Helper()
	files := fstest.MapFS{}
	for name, body := range styles {
		files[name+".rego"] = &fstest.MapFile{Data: []byte(metadata + "package rules.style." + ruleName(name) + "\n" + body + "\n")}
	}
	library, err := fs.Glob(rules.FS, "lib/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(library, "settings.yaml") {
		text, err := fs.ReadFile(rules.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Clean(name)] = &fstest.MapFile{Data: text}
	}
	return ruleset.Source{Name: "styles", FS: files}
}

// ruleName keeps the names of styles from being keywords of Rego.
func ruleName(style string) string { return "s_" + style }

func loadSet(t testing.TB, source ruleset.Source) *ruleset.Set {
	t.Helper()
	set, err := ruleset.Load(t.Context(), ruleset.Options{Sources: []ruleset.Source{source}})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

func shippedSource() ruleset.Source { return ruleset.Source{Name: "rules", FS: rules.FS} }

// constants are the strings in a rule's file and in the library, for making records that
// nearly match.
func constants(set *ruleset.Set, id detection.RuleID) []string {
	var found []string
	for _, module := range set.Compiler().Modules {
		if module.Package.Path.String() == "data.rules."+string(id) {
			for _, part := range strings.Split(fmt.Sprint(module), `"`) {
				if len(part) < 80 && !strings.ContainsAny(part, "\n{}[]()") {
					found = append(found, part)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
