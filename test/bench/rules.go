package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"strings"
	"testing/fstest"

	"trailbell/internal/ruleset"
	"trailbell/rules"
)

// services and the words of their calls. The names that come out look like AWS's, which
// is all that matters here.
var (
	services = strings.Fields(`iam sts s3 ec2 lambda kms rds cloudtrail config guardduty securityhub secretsmanager ssm
		dynamodb sqs sns ecr ecs eks logs monitoring organizations route53 wafv2 cloudformation backup
		elasticloadbalancing glue redshift sagemaker bedrock macie2 inspector2 access-analyzer autoscaling cloudfront
		elasticfilesystem kinesis events acm athena batch codebuild cognito-idp datasync dms elasticache es firehose
		identitystore sso ram auditmanager detective network-firewall states transfer`)
	writes = strings.Fields("Create Delete Update Put Attach Detach Modify Start Stop Disable Enable Associate")
	reads  = strings.Fields("Get List Describe BatchGet Lookup Search")
	nouns  = strings.Fields(`User Role Policy Bucket Key Instance Cluster Trail Detector Member Snapshot Image Secret Document
		Table Queue Topic Repository Service LogGroup Alarm Account Zone WebAcl Stack Vault Listener Job Endpoint Model Rule
		Group Distribution FileSystem Stream Certificate Workgroup Project Pool Task Domain Permission Share Graph Firewall`)
)

// A call is what one record says was called, and one rule looks for.
type call struct{ source, name string }

func aCall(r *rand.Rand, verbs []string) call {
	return call{services[r.IntN(len(services))] + ".amazonaws.com", verbs[r.IntN(len(verbs))] + nouns[r.IntN(len(nouns))]}
}

// ways are how rules ask for calls. %[1]s is the service, %[2]s the first name, %[3]s all
// names with commas between them.
var ways = []string{
	"\tinput.eventSource == %[1]s\n\tinput.eventName == %[2]s\n",
	"\tinput.eventSource == %[1]s\n\tinput.eventName in {%[3]s}\n",
	"\tinput.eventName in [%[3]s]\n\tinput.eventSource == %[1]s\n",
	"\tinput.eventSource == %[1]s\n\tinput.eventName in _names\n",
	"\tinput.eventSource == %[1]s\n\t_names[input.eventName]\n",
	"\tsome name in _names\n\tinput.eventName == name\n\tinput.eventSource == %[1]s\n",
	"\t_is(input, %[1]s, {%[3]s})\n",
	"\tevent := input\n\tevent.eventSource == %[1]s\n\tevent.eventName == %[2]s\n",
	"\tinput.eventSource == %[1]s\n\tstartswith(input.eventName, %[2]s)\n",
	"\tinput.eventSource == %[1]s\n\tregex.match(sprintf(\"^%%s$\", [%[2]s]), input.eventName)\n",
	"\tinput.eventSource == %[1]s\n\tglob.match(%[2]s, [], input.eventName)\n",
	"\tinput.eventName in _by_source[input.eventSource]\n",
}

// extras are what else rules ask for.
var extras = []string{
	"", "\tcall.succeeded(input)\n", "\tinput.userIdentity.type == \"IAMUser\"\n", "\tnot input.errorCode\n",
	"\tinput.userIdentity.type != \"AWSService\"\n", "\tinput.awsRegion in {\"us-east-1\", \"eu-west-1\"}\n",
	"\tendswith(input.userIdentity.arn, \"/admin\")\n", "\tidentity.is_root(input)\n",
	"\tregex.match(`^(10|192\\.168)\\.`, input.sourceIPAddress)\n", "\tcontains(input.userAgent, \"aws-cli\")\n",
	"\tinput.userIdentity.sessionContext.attributes.mfaAuthenticated == \"false\"\n",
	"\tnot input.userIdentity.accountId in {\"111111111111\", \"222222222222\"}\n",
}

// general are rules that ask for no call: one in fourteen, as in real sets.
var general = []string{
	"\tidentity.is_root(input)\n\tnot identity.through_service(input)\n\tnot input.eventType == \"AwsServiceEvent\"\n",
	"\tregex.match(`(?i)(kali|parrot|pentoo)`, input.userAgent)\n",
	"\tinput.sourceIPAddress in {\"185.220.101.1\", \"185.220.101.2\", \"171.25.193.9\"}\n",
	"\tinput.errorCode in {\"AccessDenied\", \"Client.UnauthorizedOperation\"}\n\tinput.readOnly == false\n\tidentity.is_iam_user(input)\n",
	"\tinput.eventType == \"AwsConsoleAction\"\n\tinput.userIdentity.sessionContext.attributes.mfaAuthenticated == \"false\"\n",
	"\tinput.readOnly == false\n\tnot input.awsRegion in {\"us-east-1\", \"us-east-2\", \"us-west-2\", \"eu-west-1\", \"eu-central-1\"}\n",
	"\tglob.match(\"arn:aws:sts::*:assumed-role/BreakGlass*/*\", [\"/\"], input.userIdentity.arn)\n",
	"\tinput.errorCode == \"VpceAccessDenied\"\n",
	"\tinput.eventType == \"AwsCloudTrailInsight\"\n",
	"\tinput.userIdentity.accountId != input.recipientAccountId\n\tinput.readOnly == false\n",
}

// makeRules makes n rules, the same for the same n, and the calls they look for.
func makeRules(n int) (fstest.MapFS, []call) {
	r := rand.New(rand.NewPCG(7, 0))
	files := fstest.MapFS{}
	var calls []call
	for i := range n {
		id := fmt.Sprintf("r%04d", i)
		body, pre := general[i%len(general)], ""
		if i >= len(general) {
			c := aCall(r, writes)
			calls = append(calls, c)
			names := fmt.Sprintf("%q, %q, %q", c.name, aCall(r, writes).name, aCall(r, writes).name)
			body = fmt.Sprintf(ways[i%len(ways)]+"%[4]s", fmt.Sprintf("%q", c.source), fmt.Sprintf("%q", c.name), names, extras[r.IntN(len(extras))])
			body, _, _ = strings.Cut(body, "%!(EXTRA")
			pre = fmt.Sprintf("_names := {%s}\n\n_by_source := {%q: {%s}}\n\n_is(record, source, names) if {\n\trecord.eventSource == source\n\trecord.eventName in names\n}\n\n", names, c.source, names)
		}
		files["bench/"+id+".rego"] = &fstest.MapFile{Data: []byte(ruleText(id, body, pre))}
	}
	library, _ := fs.Glob(rules.FS, "lib/*.rego")
	for _, name := range append(library, "settings.yaml") {
		text, err := fs.ReadFile(rules.FS, name)
		if err == nil && !strings.HasSuffix(name, "_test.rego") {
			files[path.Clean(name)] = &fstest.MapFile{Data: text}
		}
	}
	return files, calls
}

func ruleText(id, body, pre string) string {
	imports := ""
	for _, library := range []string{"call", "identity"} {
		if strings.Contains(body, library+".") {
			imports += "import data.lib." + library + "\n"
		}
	}
	return "# METADATA\n# title: " + id + "\n# description: Made for the benchmark.\n# custom:\n#   severity: high\n#   runbook: [Look.]\n" +
		"package rules.bench." + id + "\n\n" + imports + "\nmatch if {\n" + body + "}\n\n" + pre
}

func sourcesOf(files fs.FS) []ruleset.Source { return []ruleset.Source{{Name: "rules", FS: files}} }
