package ordinary

// people are what everybody does by hand: they sign in, look around, and now and then
// change something.
func people() []job {
	var jobs []job
	for i, name := range []string{"ada", "ben", "cleo", "dan", "eva", "finn", "gina", "hugo", "ines", "jan", "kim", "leo"} {
		jobs = append(jobs, day(name, office, workdays[:3])...)
		jobs = append(jobs, day(name, "203.0.113."+string(rune('1'+i%9))+"1", workdays[3:])...) // from home
	}
	jobs = append(jobs, day("mia", "192.0.2.17", []int{2})...) // from a hotel, where nobody was before
	return append(jobs, admins()...)
}

// day is somebody's day in the console.
func day(name, address string, on []int) []job {
	web := person("Developer", name, address)
	return []job{
		{name: name + " signs in", who: nobody(name, address), accounts: []string{management}, often: 1, on: on, from: 8, to: 10, calls: []call{
			{source: "signin.amazonaws.com", name: "CredentialChallenge", event: "AwsServiceEvent", also: `,"additionalEventData":{"AuthWorkflowID":"{i}","CredentialType":"PASSWORD"}`},
			{source: "signin.amazonaws.com", name: "CredentialVerification", event: "AwsServiceEvent", also: `,"additionalEventData":{"AuthWorkflowID":"{i}","CredentialType":"PASSWORD"},"serviceEventDetails":{"CredentialVerification":"Success"}`},
			{source: "signin.amazonaws.com", name: "CredentialVerification", event: "AwsServiceEvent", also: `,"additionalEventData":{"AuthWorkflowID":"{i}","CredentialType":"WEBAUTHN"},"serviceEventDetails":{"CredentialVerification":"Success"}`},
			{source: "signin.amazonaws.com", name: "UserAuthentication", event: "AwsServiceEvent", also: `,"additionalEventData":{"AuthWorkflowID":"{i}","LoginTo":"https://d-0123456789.awsapps.com/start/","CredentialType":"WEBAUTHN"},"serviceEventDetails":{"UserAuthentication":"Success"}`},
			{source: "sso.amazonaws.com", name: "Authenticate", event: "AwsServiceEvent", also: `,"serviceEventDetails":{}`},
		}},
		{name: name + " chooses an account", who: nobody(name, address), accounts: []string{management}, often: 2, on: on, from: 8, to: 16, calls: []call{
			{source: "sso.amazonaws.com", name: "ListProfilesForApplication", read: true, event: "AwsServiceEvent"},
			{source: "sso.amazonaws.com", name: "Federate", event: "AwsServiceEvent", also: `,"serviceEventDetails":{"account_id":"123456789012","role_name":"Developer"}`},
		}},
		{name: name + " opens the console", who: web, accounts: deployed, often: 2, on: on, from: 9, to: 16, calls: []call{
			{source: "signin.amazonaws.com", name: "ConsoleLogin", event: "AwsConsoleSignIn", response: `{"ConsoleLogin":"Success"}`, also: `,"additionalEventData":{"MobileVersion":"No","MFAUsed":"No","LoginTo":"https://console.aws.amazon.com/console/home"}`},
		}},
		{name: name + " looks around", who: web, accounts: deployed, often: 14, on: on, from: 9, to: 18, calls: []call{
			read("monitoring.amazonaws.com", "DescribeAlarms"), read("monitoring.amazonaws.com", "GetMetricData"), read(logsHost, "FilterLogEvents"), read("lambda.amazonaws.com", "ListFunctions20150331"), read("ecs.amazonaws.com", "DescribeServices"),
			read("cloudformation.amazonaws.com", "DescribeStacks"),
			{source: "ce.amazonaws.com", name: "GetCostAndUsage", read: true, failed: "AccessDenied"},
		}},
		{name: name + " asks the logs", who: web, accounts: deployed, often: 4, on: on, from: 9, to: 18, calls: []call{write(logsHost, "StartQuery", `{"logGroupName":"/aws/lambda/orders","queryString":"fields @message"}`), read(logsHost, "GetQueryResults")}},
		{name: name + " uses the command line", who: shell("Developer", name, address), accounts: deployed, often: 3, on: on, from: 9, to: 18, calls: []call{read(stsHost, "GetCallerIdentity"), read("ecs.amazonaws.com", "ListTasks"), {source: s3Host, name: "ListObjects", read: true, params: `{"bucketName":"orders-1"}`, data: "AWS::S3::Object"}}},
	}
}

// admins are changes by hand: few, and not every day.
func admins() []job {
	nora, otto := person("AdministratorAccess", "nora", office), person("OnCall", "otto", "203.0.113.77")
	prod, all := []string{production}, "arn:aws:iam::{account}"
	return []job{
		{name: "nora makes a role", who: nora, accounts: prod, often: 1, on: []int{1}, from: 10, to: 16, calls: []call{
			{source: iamHost, name: "CreateRole", region: virginia, params: `{"roleName":"report-reader","assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}`},
			{source: iamHost, name: "AttachRolePolicy", region: virginia, params: `{"roleName":"report-reader","policyArn":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}`},
			{source: iamHost, name: "CreateInstanceProfile", region: virginia, params: `{"instanceProfileName":"report-reader"}`},
		}},
		{name: "nora opens the office's way in", who: nora, accounts: prod, often: 1, on: []int{2}, from: 10, to: 16, calls: []call{
			write(ec2Host, "AuthorizeSecurityGroupIngress", `{"groupId":"sg-0123456789abcdef0","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"ipRanges":{"items":[{"cidrIp":"198.51.100.0/24"}]}}]}}`),
		}},
		{name: "somebody new gets access", who: nora, accounts: []string{management}, often: 1, on: []int{0}, from: 10, to: 16, calls: []call{
			write("sso-directory.amazonaws.com", "CreateUser", `{"userName":"pia"}`), write("sso-directory.amazonaws.com", "AddMemberToGroup", `{"groupId":"developers","member":{"memberId":"pia"}}`),
			write("sso.amazonaws.com", "CreateAccountAssignment", `{"permissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1","targetId":"123456789012","principalType":"USER","principalId":"pia","targetType":"AWS_ACCOUNT"}`),
		}},
		{name: "the upload user's key turns", who: nora, accounts: prod, often: 1, on: []int{3}, from: 10, to: 16, calls: []call{
			{source: iamHost, name: "CreateAccessKey", region: virginia, params: `{"userName":"upload"}`, response: `{"accessKey":{"userName":"upload","accessKeyId":"AKIA{i}EXAMPLE","status":"Active"}}`},
			{source: iamHost, name: "UpdateAccessKey", region: virginia, params: `{"userName":"upload","accessKeyId":"AKIAOLDEXAMPLE","status":"Inactive"}`},
			{source: iamHost, name: "DeleteAccessKey", region: virginia, params: `{"userName":"upload","accessKeyId":"AKIAOLDEXAMPLE"}`},
		}},
		{name: "nora tries without the right", who: nora, accounts: []string{security}, often: 2, on: workdays, from: 10, to: 16, calls: []call{{source: kmsHost, name: "DescribeKey", read: true, failed: "AccessDenied"}, {source: ec2Host, name: "RunInstances", params: `{"instanceType":"t3.micro"}`, failed: "Client.DryRunOperation"}}},
		{name: "on call at night", who: otto, accounts: prod, often: 1, on: []int{1, 4}, from: 1, to: 5, calls: []call{
			{source: "signin.amazonaws.com", name: "ConsoleLogin", event: "AwsConsoleSignIn", response: `{"ConsoleLogin":"Success"}`, also: `,"additionalEventData":{"MobileVersion":"No","MFAUsed":"No"}`},
			read("rds.amazonaws.com", "DescribeDBInstances"), write("rds.amazonaws.com", "RebootDBInstance", `{"dBInstanceIdentifier":"orders","forceFailover":false}`),
			write("ecs.amazonaws.com", "UpdateService", `{"service":"app","cluster":"main","desiredCount":6}`),
			write("ssm.amazonaws.com", "StartSession", `{"target":"i-0123456789abcdef0"}`), write("ssm.amazonaws.com", "TerminateSession", `{"sessionId":"otto-{i}"}`),
			write("monitoring.amazonaws.com", "DisableAlarmActions", `{"alarmNames":["orders-1-errors"]}`), write("monitoring.amazonaws.com", "EnableAlarmActions", `{"alarmNames":["orders-1-errors"]}`),
			write("support.amazonaws.com", "CreateCase", `{"subject":"database","severityCode":"urgent"}`),
		}},
		{name: "on call by day", who: otto, accounts: prod, often: 1, on: []int{2}, from: 10, to: 16, calls: []call{
			write("lambda.amazonaws.com", "UpdateFunctionConfiguration20150331v2", `{"functionName":"orders-1","memorySize":1024}`), write(ec2Host, "StopInstances", `{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]}}`), write(ec2Host, "StartInstances", `{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]}}`),
		}},
		{name: "somebody tries things in the sandbox", who: person("Developer", "ada", office), accounts: []string{sandbox}, often: 1, on: []int{0, 3}, from: 10, to: 17, calls: []call{
			{source: ec2Host, name: "RunInstances", params: `{"instancesSet":{"items":[{"minCount":1,"maxCount":1}]},"instanceType":"t3.micro"}`},
			write("dynamodb.amazonaws.com", "CreateTable", `{"tableName":"try-{i}"}`), write("dynamodb.amazonaws.com", "DeleteTable", `{"tableName":"try-{i}"}`),
			write(s3Host, "CreateBucket", `{"bucketName":"try-{i}"}`), write(s3Host, "DeleteBucket", `{"bucketName":"try-{i}"}`), write("lambda.amazonaws.com", "UpdateFunctionCode20150331v2", `{"functionName":"try"}`), write("cloudshell.amazonaws.com", "CreateSession", `{"environmentId":"{i}"}`),
			{source: iamHost, name: "PassRole", region: virginia, params: `{"roleName":"try"}`, failed: "AccessDenied"},
		}},
		{name: "a forgotten password", who: actor{identity: func(account string, _ int) string {
			return `{"type":"IAMUser","principalId":"AIDATRAILBELLEXAMPLE","accountId":"` + account + `","accessKeyId":"","userName":"breakglass"}`
		}, address: office, agent: "Mozilla/5.0"}, accounts: prod, often: 2, on: []int{2}, from: 11, to: 12, calls: []call{{source: "signin.amazonaws.com", name: "ConsoleLogin", region: virginia, event: "AwsConsoleSignIn", response: `{"ConsoleLogin":"Failure"}`, also: `,"errorMessage":"Failed authentication","additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"No"}`}}},
		{name: "the emergency user is tried out", who: actor{identity: func(account string, _ int) string {
			return `{"type":"IAMUser","principalId":"AIDATRAILBELLEXAMPLE","arn":"arn:aws:iam::` + account + `:user/breakglass","accountId":"` + account + `","userName":"breakglass"}`
		}, address: office, agent: "Mozilla/5.0"}, accounts: prod, often: 1, on: []int{2}, from: 12, to: 13, calls: []call{{source: "signin.amazonaws.com", name: "ConsoleLogin", region: virginia, event: "AwsConsoleSignIn", response: `{"ConsoleLogin":"Success"}`, also: `,"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAIdentifier":"` + all + `:mfa/breakglass","MFAUsed":"Yes"}`}}},
		{name: "auditors read", who: person("SecurityAudit", "rosa", office), accounts: every, often: 10, on: []int{0, 2}, from: 9, to: 17, calls: []call{
			read(iamHost, "ListUsers"), read(iamHost, "ListRoles"), read(iamHost, "GetAccountSummary"), read(iamHost, "GenerateCredentialReport"), read("securityhub.amazonaws.com", "GetFindings"), read("guardduty.amazonaws.com", "ListFindings"), read("cloudtrail.amazonaws.com", "LookupEvents"), read("access-analyzer.amazonaws.com", "ListFindingsV2"),
		}},
		{name: "a finding is worked on", who: person("SecurityAudit", "rosa", office), accounts: []string{security}, often: 1, on: []int{0, 3}, from: 9, to: 17, calls: []call{write("securityhub.amazonaws.com", "BatchUpdateFindings", `{"FindingIdentifiers":[{"Id":"f-{i}"}],"Workflow":{"Status":"NOTIFIED"}}`)}},
	}
}
