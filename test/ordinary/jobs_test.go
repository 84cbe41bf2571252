package ordinary

import "fmt"

const (
	s3Host   = "s3.amazonaws.com"
	ec2Host  = "ec2.amazonaws.com"
	iamHost  = "iam.amazonaws.com"
	stsHost  = "sts.amazonaws.com"
	kmsHost  = "kms.amazonaws.com"
	logsHost = "logs.amazonaws.com"
)

var (
	every    = []string{management, production, staging, sandbox, security}
	deployed = []string{production, staging}
	workdays = []int{0, 1, 2, 3, 4}
)

// services is what AWS and programs do by themselves, which is nearly everything.
func services() []job {
	var jobs []job
	for _, s := range []struct {
		host, role string
		often      int
	}{
		{"ecs-tasks.amazonaws.com", "app-task", 420},
		{"lambda.amazonaws.com", "orders-function", 620},
		{"config.amazonaws.com", "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", 480},
		{"backup.amazonaws.com", "service-role/AWSBackupDefaultServiceRole", 60},
		{"ec2.amazonaws.com", "app-server", 300},
		{"autoscaling.amazonaws.com", "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", 140},
		{"events.amazonaws.com", "schedule", 160},
		{"cloudtrail.amazonaws.com", "trail-logs", 200},
		{"rds.amazonaws.com", "monitoring", 120},
		{"glue.amazonaws.com", "nightly-etl", 24},
		{"delivery.logs.amazonaws.com", "flow-logs", 200},
		{"access-analyzer.amazonaws.com", "aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer", 60},
	} {
		jobs = append(jobs, job{
			name: "role for " + s.host, who: service(s.host), accounts: every, often: s.often,
			calls: []call{{
				source: stsHost, name: "AssumeRole", read: true,
				params:   fmt.Sprintf(`{"roleArn":"arn:aws:iam::{account}:role/%s","roleSessionName":"s{i}"}`, s.role),
				response: `{"credentials":{"accessKeyId":"ASIA{i}EXAMPLE","sessionToken":"***","expiration":"Mar 2, 2026, 11:00:00 AM"}}`,
				also:     `,"sharedEventID":"00000000-0000-4000-9000-00000000000{v}"`,
			}},
		})
	}
	object := `{"bucketName":"orders-{v}","Host":"orders-{v}.s3.eu-central-1.amazonaws.com","key":"2026/03/{i}.json"}`
	server, function := instance("app-server", "i-0123456789abcdef0"), session("orders-function", "orders", "203.0.113.81", "aws-sdk-js/3.699.0 ua/2.1 os/linux#5.10 lang/js md/nodejs#22.11.0 exec-env/AWS_Lambda_nodejs22.x")
	recorder, scaling := linked("config", "AWSServiceRoleForConfig"), linked("autoscaling", "AWSServiceRoleForAutoScaling")
	backup := sessionOf("service-role/AWSBackupDefaultServiceRole", "AWSBackup-AWSBackupDefaultServiceRole", "backup.amazonaws.com", `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"}`, "backup.amazonaws.com", "backup.amazonaws.com")
	return append(jobs,
		job{name: "objects of the application", who: server, accounts: deployed, often: 2400, calls: []call{
			{source: s3Host, name: "GetObject", read: true, params: object, data: "AWS::S3::Object", also: `,"additionalEventData":{"bytesTransferredIn":0,"bytesTransferredOut":912,"AuthenticationMethod":"AuthHeader","SignatureVersion":"SigV4"}`},
			{source: s3Host, name: "PutObject", params: object, data: "AWS::S3::Object", also: `,"additionalEventData":{"bytesTransferredIn":912,"bytesTransferredOut":0,"SignatureVersion":"SigV4"}`},
		}},
		job{name: "keys of the application", who: server, accounts: deployed, often: 1300, calls: []call{{source: kmsHost, name: "Decrypt", read: true, params: `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::orders-{v}"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`}}},
		job{name: "keys for S3", who: sessionOf("app-server", "i-0123456789abcdef0", "AWS Internal", `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"}`, "AWS Internal", "AWS Internal"), accounts: deployed, often: 700, calls: []call{{source: kmsHost, name: "GenerateDataKey", read: true, params: `{"keySpec":"AES_256","keyId":"arn:aws:kms:eu-central-1:{account}:key/orders"}`}}},
		job{name: "function starts", who: function, accounts: deployed, often: 500, calls: []call{
			write(logsHost, "CreateLogStream", `{"logGroupName":"/aws/lambda/orders","logStreamName":"2026/03/02/[$LATEST]{i}"}`),
			{source: "secretsmanager.amazonaws.com", name: "GetSecretValue", read: true, params: `{"secretId":"orders/db"}`},
			{source: "ssm.amazonaws.com", name: "GetParameters", read: true, params: `{"names":["/orders/limit"],"withDecryption":false}`},
		}},
		job{name: "Config looks", who: recorder, accounts: every, often: 500, calls: []call{
			read(ec2Host, "DescribeSecurityGroups"), read(ec2Host, "DescribeInstances"), read(s3Host, "GetBucketPolicyStatus"), read(iamHost, "ListAttachedRolePolicies"),
			{source: "config.amazonaws.com", name: "PutEvaluations", params: `{"resultToken":"***","testMode":false}`},
		}},
		job{name: "bucket without a policy", who: recorder, accounts: every, often: 40, calls: []call{{source: s3Host, name: "GetBucketPolicy", read: true, params: `{"bucketName":"orders-{v}"}`, failed: "NoSuchBucketPolicy"}}},
		job{name: "scaling out and in", who: scaling, accounts: deployed, often: 30, calls: []call{
			{source: ec2Host, name: "RunInstances", params: `{"instancesSet":{"items":[{"minCount":1,"maxCount":1}]},"instanceType":"t3.medium","launchTemplate":{"launchTemplateId":"lt-0123456789abcdef0","version":"7"}}`, response: `{"instancesSet":{"items":[{"instanceId":"i-{i}"}]}}`},
			write(ec2Host, "CreateTags", `{"resourcesSet":{"items":[{"resourceId":"i-{i}"}]},"tagSet":{"items":[{"key":"Name","value":"app"}]}}`),
			write("elasticloadbalancing.amazonaws.com", "RegisterTargets", `{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-central-1:{account}:targetgroup/app/0123456789abcdef","targets":[{"id":"i-{i}"}]}`),
			write(ec2Host, "TerminateInstances", `{"instancesSet":{"items":[{"instanceId":"i-{i}"}]}}`),
		}},
		job{name: "containers get networks", who: linked("ecs", "AWSServiceRoleForECS"), accounts: deployed, often: 120, calls: []call{
			write(ec2Host, "CreateNetworkInterface", `{"subnetId":"subnet-0123456789abcdef0","groupSet":{"items":[{"groupId":"sg-0123456789abcdef0"}]}}`),
			write(ec2Host, "DeleteNetworkInterface", `{"networkInterfaceId":"eni-{i}"}`),
		}},
		job{name: "nightly task", who: sessionOf("schedule", "events", "events.amazonaws.com", `"attributes":{"creationDate":"2026-03-02T05:00:00Z","mfaAuthenticated":"false"}`, "events.amazonaws.com", "events.amazonaws.com"), accounts: deployed, often: 48, calls: []call{
			write("ecs.amazonaws.com", "RunTask", `{"cluster":"jobs","taskDefinition":"arn:aws:ecs:eu-central-1:{account}:task-definition/report:12","launchType":"FARGATE","count":1}`),
		}},
		job{name: "nightly backup", who: backup, accounts: deployed, often: 12, from: 1, to: 4, calls: []call{
			write(ec2Host, "CreateSnapshot", `{"volumeId":"vol-0123456789abcdef0","description":"This snapshot is created by the AWS Backup service."}`),
			write(ec2Host, "DeleteSnapshot", `{"snapshotId":"snap-{i}"}`),
			write("rds.amazonaws.com", "CreateDBSnapshot", `{"dBSnapshotIdentifier":"awsbackup:job-{i}","dBInstanceIdentifier":"orders"}`),
			write("rds.amazonaws.com", "DeleteDBSnapshot", `{"dBSnapshotIdentifier":"awsbackup:job-{i}"}`),
			write(kmsHost, "CreateGrant", `{"granteePrincipal":"arn:aws:iam::{account}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup","keyId":"arn:aws:kms:eu-central-1:{account}:key/orders","operations":["Decrypt","CreateGrant"]}`),
		}},
		job{name: "backup jobs end", who: service("backup.amazonaws.com"), accounts: deployed, often: 12, from: 1, to: 5, calls: []call{
			{source: "backup.amazonaws.com", name: "BackupJobCompleted", event: "AwsServiceEvent", also: `,"serviceEventDetails":{"completionDate":{"seconds":1772427600,"nanos":0},"state":"COMPLETED"}`},
			{source: "backup.amazonaws.com", name: "RecoveryPointDeleted", event: "AwsServiceEvent", also: `,"serviceEventDetails":{"recoveryPointArn":"arn:aws:ec2:eu-central-1::snapshot/snap-{i}"}`},
		}},
		job{name: "keys turn by themselves", who: service("kms.amazonaws.com"), accounts: deployed, often: 1, on: []int{2}, calls: []call{{source: kmsHost, name: "RotateKey", event: "AwsServiceEvent", also: `,"serviceEventDetails":{"keyId":"orders"}`}}},
		job{name: "a secret turns by itself", who: service("secretsmanager.amazonaws.com"), accounts: deployed, often: 1, on: []int{1}, calls: []call{
			{source: "secretsmanager.amazonaws.com", name: "RotationStarted", event: "AwsServiceEvent", also: `,"additionalEventData":{"SecretId":"arn:aws:secretsmanager:eu-central-1:{account}:secret:orders/db"}`},
			{source: "secretsmanager.amazonaws.com", name: "RotationSucceeded", event: "AwsServiceEvent", also: `,"additionalEventData":{"SecretId":"arn:aws:secretsmanager:eu-central-1:{account}:secret:orders/db"}`},
		}},
		job{name: "findings come in", who: linked("securityhub", "AWSServiceRoleForSecurityHub"), accounts: every, often: 24, calls: []call{write("securityhub.amazonaws.com", "BatchImportFindings", `{"Findings":[]}`)}},
		job{name: "certificate", who: service("acm.amazonaws.com"), accounts: deployed, often: 1, on: []int{3}, calls: []call{write("elasticloadbalancing.amazonaws.com", "ModifyListener", `{"listenerArn":"arn:aws:elasticloadbalancing:eu-central-1:{account}:listener/app/a/1"}`)}},
		job{name: "machines report", who: instance("app-server", "i-0123456789abcdef0"), accounts: deployed, often: 288, calls: []call{write("ssm.amazonaws.com", "UpdateInstanceInformation", `{"instanceId":"i-0123456789abcdef0","agentVersion":"3.3.1345.0","agentStatus":"Active"}`)}},
		job{name: "machines' inventory", who: instance("app-server", "i-0123456789abcdef0"), accounts: deployed, often: 48, calls: []call{write("ssm.amazonaws.com", "PutInventory", `{"instanceId":"i-0123456789abcdef0"}`)}},
	)
}

// programs are pipelines, scanners and old uploads.
func programs() []job {
	pipeline := session("github-deploy", "GitHubActions", "192.0.2.44", "aws-cli/2.22.7 md/awscrt#0.23.4 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.6 md/command#cloudformation.deploy")
	stack := write("cloudformation.amazonaws.com", "CreateChangeSet", `{"stackName":"orders","changeSetName":"deploy-{i}","capabilities":["CAPABILITY_NAMED_IAM"],"roleARN":"arn:aws:iam::{account}:role/cfn-exec"}`)
	run := write("cloudformation.amazonaws.com", "ExecuteChangeSet", `{"stackName":"orders","changeSetName":"deploy-{i}"}`)
	scan := session("vendor-scanner", "scan", "192.0.2.200", "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux lang/python#3.11.4")
	return []job{
		{name: "a pipeline takes its role", who: web("example/orders"), accounts: deployed, often: 16, on: workdays, from: 8, to: 18, calls: []call{{
			source: stsHost, name: "AssumeRoleWithWebIdentity", read: true, params: `{"roleArn":"arn:aws:iam::{account}:role/github-deploy","roleSessionName":"GitHubActions","durationSeconds":3600}`,
			response: `{"subjectFromWebIdentityToken":"repo:example/orders:ref:refs/heads/main","audience":"sts.amazonaws.com","provider":"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"}`,
		}}},
		{name: "deployment", who: pipeline, accounts: deployed, often: 16, on: workdays, from: 8, to: 18, calls: []call{
			{source: stsHost, name: "GetCallerIdentity", read: true},
			{source: s3Host, name: "PutObject", params: `{"bucketName":"artifacts-{account}","key":"orders/{i}.zip"}`, data: "AWS::S3::Object"},
			stack, read("cloudformation.amazonaws.com", "DescribeChangeSet"), run, read("cloudformation.amazonaws.com", "DescribeStacks"), read("cloudformation.amazonaws.com", "DescribeStackEvents"),
		}},
		{name: "what each deployment changes", who: through("cfn-exec"), accounts: deployed, often: 16, on: workdays, from: 8, to: 18, calls: []call{
			write("lambda.amazonaws.com", "UpdateFunctionCode20150331v2", `{"functionName":"orders-{v}","s3Bucket":"artifacts-{account}","s3Key":"orders/{i}.zip","publish":false,"dryRun":false}`),
			write("lambda.amazonaws.com", "UpdateFunctionConfiguration20150331v2", `{"functionName":"orders-{v}","environment":{},"timeout":30}`),
			write("ecs.amazonaws.com", "RegisterTaskDefinition", `{"family":"app","containerDefinitions":[{"name":"app","image":"{account}.dkr.ecr.eu-central-1.amazonaws.com/app:{i}","essential":true,"privileged":false}]}`),
			write("ecs.amazonaws.com", "UpdateService", `{"service":"app","cluster":"main","taskDefinition":"app"}`),
		}},
		{name: "what some deployments change", who: through("cfn-exec"), accounts: deployed, often: 4, on: workdays, from: 9, to: 17, calls: []call{
			{source: iamHost, name: "PutRolePolicy", region: virginia, params: `{"roleName":"orders-{v}-Role","policyName":"table","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"dynamodb:GetItem\",\"dynamodb:PutItem\"],\"Resource\":\"arn:aws:dynamodb:eu-central-1:{account}:table/orders\"}]}"}`},
			write("events.amazonaws.com", "PutRule", `{"name":"orders-{v}","scheduleExpression":"rate(5 minutes)","state":"ENABLED"}`),
			write("events.amazonaws.com", "PutTargets", `{"rule":"orders-{v}","targets":[{"id":"Target0","arn":"arn:aws:lambda:eu-central-1:{account}:function:orders-{v}"}]}`),
			write("lambda.amazonaws.com", "AddPermission20150331v2", `{"functionName":"orders-{v}","action":"lambda:InvokeFunction","principal":"events.amazonaws.com","sourceArn":"arn:aws:events:eu-central-1:{account}:rule/orders-{v}","statementId":"s{i}"}`),
			write(logsHost, "PutRetentionPolicy", `{"logGroupName":"/aws/lambda/orders-{v}","retentionInDays":30}`),
			write("monitoring.amazonaws.com", "PutMetricAlarm", `{"alarmName":"orders-{v}-errors","metricName":"Errors","threshold":1}`),
		}},
		{name: "a new part of the application", who: through("cfn-exec"), accounts: deployed, often: 2, on: []int{1, 3}, from: 10, to: 15, calls: []call{
			{source: iamHost, name: "CreateRole", region: virginia, params: `{"roleName":"part-{i}-Role","assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}`},
			{source: iamHost, name: "AttachRolePolicy", region: virginia, params: `{"roleName":"part-{i}-Role","policyArn":"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}`},
			write("lambda.amazonaws.com", "CreateFunction20150331", `{"functionName":"part-{i}","runtime":"nodejs22.x","role":"arn:aws:iam::{account}:role/part-{i}-Role","handler":"index.handler"}`),
			write(logsHost, "CreateLogGroup", `{"logGroupName":"/aws/lambda/part-{i}"}`),
			write(s3Host, "CreateBucket", `{"bucketName":"part-{i}-{account}","CreateBucketConfiguration":{"LocationConstraint":"eu-central-1"},"Host":"s3.eu-central-1.amazonaws.com"}`),
			write(s3Host, "PutBucketPublicAccessBlock", `{"bucketName":"part-{i}-{account}","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}}`),
			write(s3Host, "PutBucketPolicy", `{"bucketName":"part-{i}-{account}","bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::part-{i}-{account}/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}}`),
			write(s3Host, "PutBucketLifecycle", `{"bucketName":"part-{i}-{account}","LifecycleConfiguration":{"Rule":{"Status":"Enabled","Expiration":{"Days":90}}}}`),
			write(ec2Host, "CreateSecurityGroup", `{"groupName":"part-{i}","groupDescription":"part","vpcId":"vpc-0123456789abcdef0"}`),
			write(ec2Host, "AuthorizeSecurityGroupIngress", `{"groupId":"sg-{i}","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"ipRanges":{"items":[{"cidrIp":"10.0.0.0/16"}]}}]}}`),
			write("sqs.amazonaws.com", "CreateQueue", `{"queueName":"part-{i}","attributes":{"SqsManagedSseEnabled":"true"}}`),
			write("sns.amazonaws.com", "Subscribe", `{"topicArn":"arn:aws:sns:eu-central-1:{account}:part-{i}","protocol":"sqs","endpoint":"arn:aws:sqs:eu-central-1:{account}:part-{i}"}`),
			write(kmsHost, "CreateKey", `{"keySpec":"SYMMETRIC_DEFAULT","policy":""}`),
		}},
		{name: "a part is taken down", who: through("cfn-exec"), accounts: deployed, often: 1, on: []int{4}, from: 10, to: 15, calls: []call{
			write("lambda.amazonaws.com", "DeleteFunction20150331", `{"functionName":"old"}`), write(logsHost, "DeleteLogGroup", `{"logGroupName":"/aws/lambda/old"}`),
			{source: iamHost, name: "DetachRolePolicy", region: virginia, params: `{"roleName":"old-Role","policyArn":"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}`},
			{source: iamHost, name: "DeleteRole", region: virginia, params: `{"roleName":"old-Role"}`},
			write("monitoring.amazonaws.com", "DeleteAlarms", `{"alarmNames":["old-errors"]}`),
			write("events.amazonaws.com", "RemoveTargets", `{"rule":"old","ids":["Target0"]}`), write("events.amazonaws.com", "DeleteRule", `{"name":"old"}`), write(ec2Host, "DeleteSecurityGroup", `{"groupId":"sg-old"}`),
		}},
		{name: "images are pushed", who: pipeline, accounts: []string{production}, often: 16, on: workdays, from: 8, to: 18, calls: []call{
			read("ecr.amazonaws.com", "GetAuthorizationToken"), write("ecr.amazonaws.com", "InitiateLayerUpload", `{"repositoryName":"app"}`), write("ecr.amazonaws.com", "PutImage", `{"repositoryName":"app","imageTag":"{i}"}`),
		}},
		{name: "a vendor's scanner looks", who: scan, accounts: every, often: 24, calls: []call{
			read(ec2Host, "DescribeInstances"), read(ec2Host, "DescribeVolumes"), read(ec2Host, "DescribeRegions"), read("rds.amazonaws.com", "DescribeDBInstances"), read(s3Host, "ListBuckets"), read("lambda.amazonaws.com", "ListFunctions20150331"),
			read("monitoring.amazonaws.com", "DescribeAlarms"),
			{source: "organizations.amazonaws.com", name: "DescribeOrganization", read: true, failed: "AccessDeniedException"},
		}},
		{name: "the vendor takes the role", who: actor{identity: func(string, int) string {
			return `{"type":"AWSAccount","principalId":"AROAVENDOREXAMPLE:scan","accountId":"999999999999"}`
		}, address: "192.0.2.200", agent: "Boto3/1.34.0"}, accounts: every, often: 24, calls: []call{{source: stsHost, name: "AssumeRole", read: true, params: `{"roleArn":"arn:aws:iam::{account}:role/vendor-scanner","roleSessionName":"scan","externalId":"0123"}`}}},
		{name: "an old program uploads", who: user("upload", "203.0.113.5"), accounts: []string{production}, often: 96, calls: []call{{source: s3Host, name: "PutObject", params: `{"bucketName":"inbox","key":"{i}.csv"}`, data: "AWS::S3::Object"}}},
		{name: "what is busy says no", who: session("nightly-etl", "GlueJobRunnerSession", "glue.amazonaws.com", "glue.amazonaws.com"), accounts: deployed, often: 30, calls: []call{{source: "glue.amazonaws.com", name: "StartJobRun", params: `{"jobName":"etl"}`, failed: "ConcurrentRunsExceededException"}, {source: "glue.amazonaws.com", name: "GetJobRuns", read: true, failed: "ThrottlingException"}}},
	}
}
