package cis

import "strings"

// A control is one of the monitoring section of the CIS AWS Foundations Benchmark: 4.1 to
// 4.15 in the versions 1.4 to 5.0, and 5.1 to 5.15 in 6.0.
type control struct {
	number int
	title  string
	// hub is the number of Security Hub's control CloudWatch.N, 0 where there is none.
	hub int
	// name is what filter, metric and alarm are called in the template.
	name string
	// filter is what the control asks; literal is the pattern as AWS prints it on the page
	// of Security Hub's controls for CloudWatch, which Security Hub compares with.
	filter  filter
	literal string
	// source is the service that the control is about, and events its calls.
	source string
	events []string
	// near are other names that records are made of, besides those of other controls.
	near []string
	// requests are what calls ask for, as JSON.
	requests []string
}

const (
	ec2    = "ec2.amazonaws.com"
	iam    = "iam.amazonaws.com"
	signin = "signin.amazonaws.com"
)

// controls are the fifteen. The names were compared with AWS's page "Security Hub controls
// for CloudWatch" (CloudWatch.1 to CloudWatch.14); the last one is the benchmark's alone.
var controls = []control{
	{
		number: 1, title: "unauthorised API calls", hub: 2, name: "UnauthorizedApiCalls",
		filter:  some{equals{"errorCode", "*UnauthorizedOperation"}, equals{"errorCode", "AccessDenied*"}},
		literal: `{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`,
		source:  "s3.amazonaws.com", events: []string{"GetObject", "HeadBucket", "ListBuckets", "DescribeInstances", "GetCallerIdentity"},
	},
	{
		number: 2, title: "console sign-in without MFA", hub: 3, name: "ConsoleSignInWithoutMfa",
		filter:  all{equals{"eventName", "ConsoleLogin"}, differs{"additionalEventData.MFAUsed", "Yes"}, equals{"userIdentity.type", "IAMUser"}, equals{"responseElements.ConsoleLogin", "Success"}},
		literal: `{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }`,
		source:  signin, events: []string{"ConsoleLogin"}, near: signIns,
	},
	{
		number: 3, title: "use of root", hub: 1, name: "RootUsage",
		filter:  all{equals{"userIdentity.type", "Root"}, absent("userIdentity.invokedBy"), differs{"eventType", "AwsServiceEvent"}},
		literal: `{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`,
		source:  iam, events: []string{"CreateAccessKey", "CreateLoginProfile", "DeactivateMFADevice", "CreateUser", "ListUsers", "GetAccountSummary"},
		near: append([]string{"AssumeRoot", "EnableOrganizationsRootSessions"}, signIns...),
	},
	names(4, 4, "IAM policies", "IamPolicyChanges", iam, true, "",
		"DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy", "CreatePolicy", "DeletePolicy",
		"CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy"),
	names(5, 5, "CloudTrail's configuration", "CloudTrailChanges", "cloudtrail.amazonaws.com", false, "",
		"CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
	{
		number: 6, title: "failed console sign-ins", hub: 6, name: "ConsoleSignInFailures",
		filter:  all{equals{"eventName", "ConsoleLogin"}, equals{"errorMessage", "Failed authentication"}},
		literal: `{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`,
		source:  signin, events: []string{"ConsoleLogin"}, near: signIns,
	},
	names(7, 7, "KMS keys disabled or to be deleted", "CmkDisabledOrDeleted", "kms.amazonaws.com", true, "", "DisableKey", "ScheduleKeyDeletion"),
	names(8, 8, "S3 bucket policies", "S3BucketPolicyChanges", "s3.amazonaws.com", true, "",
		"PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication", "DeleteBucketPolicy", "DeleteBucketCors",
		"DeleteBucketLifecycle", "DeleteBucketReplication"),
	names(9, 9, "AWS Config's configuration", "ConfigChanges", "config.amazonaws.com", true, "",
		"StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"),
	names(10, 10, "security groups", "SecurityGroupChanges", ec2, false, "",
		"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup"),
	names(11, 11, "network access lists", "NetworkAclChanges", ec2, false, "",
		"CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
	names(12, 12, "network gateways", "NetworkGatewayChanges", ec2, false, "",
		"CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway"),
	names(13, 13, "route tables", "RouteTableChanges", ec2, true, "",
		"CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
	names(14, 14, "VPCs", "VpcChanges", ec2, false, "",
		"CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection", "DeleteVpcPeeringConnection",
		"RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
	names(15, 0, "AWS Organizations", "OrganizationsChanges", "organizations.amazonaws.com", true, " ",
		"AcceptHandshake", "AttachPolicy", "CreateAccount", "CreateOrganizationalUnit", "CreatePolicy", "DeclineHandshake", "DeleteOrganization",
		"DeleteOrganizationalUnit", "DeletePolicy", "DetachPolicy", "DisablePolicyType", "EnablePolicyType", "InviteAccountToOrganization",
		"LeaveOrganization", "MoveAccount", "RemoveAccountFromOrganization", "UpdatePolicy", "UpdateOrganizationalUnit"),
}

// signIns are the other events of the sign-in page.
var signIns = []string{"CheckMfa", "SwitchRole", "ExitRole", "RenewRole", "GetSigninToken", "PasswordRecoveryRequested", "PasswordRecoveryCompleted", "PasswordUpdated", "EmailUpdated", "CredentialVerification"}

// names makes a control that asks for names of events, and for the service where
// withSource is set. Space is what stands around the pattern's signs.
func names(number, hub int, title, name, source string, withSource bool, space string, events ...string) control {
	c := control{number: number, hub: hub, title: title, name: name, source: source, events: events, filter: named(events)}
	terms := make([]string, len(events))
	for i, event := range events {
		terms[i] = "($.eventName" + space + "=" + space + event + ")"
	}
	c.literal = "{" + strings.Join(terms, " || ") + "}"
	if withSource {
		c.filter = all{equals{"eventSource", source}, named(events)}
		c.literal = "{" + space + "($.eventSource" + space + "=" + space + source + ") && (" + strings.Join(terms, " || ") + ")" + space + "}"
	}
	c.near, c.requests = append(nearTo(events), furtherOf[number]...), requestsOf[number]
	return c
}

// nearTo are names that look like those of events and are not theirs.
func nearTo(events []string) []string {
	var near []string
	for _, event := range events {
		near = append(near, "Describe"+event, event+"s", event+"20150331", strings.ToLower(event[:1])+event[1:], event[:len(event)-1], strings.ToUpper(event))
	}
	return near
}

// furtherOf are calls that come to the same as a control's and that its filter does not know.
var furtherOf = map[int][]string{
	4:  {"SetDefaultPolicyVersion", "UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "DeleteUserPermissionsBoundary"},
	5:  {"PutEventSelectors", "PutInsightSelectors", "DeleteEventDataStore", "StopEventDataStoreIngestion"},
	7:  {"DeleteImportedKeyMaterial", "DisconnectCustomKeyStore"},
	8:  {"PutBucketLifecycleConfiguration", "PutBucketOwnershipControls", "PutAccessPointPolicy", "DeleteBucketPublicAccessBlock"},
	9:  {"DeleteConfigurationRecorder", "DeleteConfigRule", "PutRetentionConfiguration"},
	10: {"ModifySecurityGroupRules"},
	12: {"CreateNatGateway", "AttachVpnGateway", "CreateTransitGateway", "CreateEgressOnlyInternetGateway"},
	13: {"AssociateRouteTable", "CreateTransitGatewayRoute"},
	14: {"CreateVpcEndpoint", "DeleteVpcEndpoints", "ModifyVpcEndpointServicePermissions"},
	15: {"CloseAccount", "PutResourcePolicy", "RegisterDelegatedAdministrator", "DisableAWSServiceAccess", "CancelHandshake"},
}

// others are services that have calls of the same names.
var others = map[string][]string{
	"CreatePolicy":        {"iot.amazonaws.com", "organizations.amazonaws.com", "verifiedpermissions.amazonaws.com", iam},
	"DeletePolicy":        {"autoscaling.amazonaws.com", "fms.amazonaws.com", "organizations.amazonaws.com", iam},
	"AttachPolicy":        {"iot.amazonaws.com"},
	"DetachPolicy":        {"iot.amazonaws.com"},
	"CreatePolicyVersion": {"iot.amazonaws.com"},
	"DeletePolicyVersion": {"iot.amazonaws.com"},
	"CreateRoute":         {"appmesh.amazonaws.com", "apigateway.amazonaws.com"},
	"DeleteRoute":         {"appmesh.amazonaws.com", "apigateway.amazonaws.com"},
	"CreateAccount":       {"controltower.amazonaws.com", "iotwireless.amazonaws.com"},
	"MoveAccount":         {"controltower.amazonaws.com"},
	"UpdatePolicy":        {"verifiedpermissions.amazonaws.com"},
	"StartLogging":        {"redshift.amazonaws.com"},
	"CreateSecurityGroup": {"rds.amazonaws.com"},
	"CreateVpc":           {"lightsail.amazonaws.com"},
	"ConsoleLogin":        {"sso.amazonaws.com"},
}

// requestsOf are requests that rules of the control look into, of rather different danger.
var requestsOf = map[int][]string{
	4: {
		`{"roleName":"app","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`,
		`{"roleName":"app","policyArn":"arn:aws:iam::123456789012:policy/deny-all-boundary"}`,
		`{"userName":"eve","policyName":"x","policyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`,
		`{"userName":"eve","policyName":"x","policyDocument":"{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}}"}`,
		`{"policyDocument":"no JSON"}`,
	},
	5: {
		`{"name":"org","isMultiRegionTrail":false}`, `{"name":"org","s3BucketName":"trails"}`,
		`{"name":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/org"}`,
	},
	7: {`{"keyId":"k","pendingWindowInDays":7}`, `{"keyId":"k","pendingWindowInDays":"30"}`},
	8: {
		`{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}}`,
		`{"bucketName":"b","bucketPolicy":"x","Host":"b.s3.amazonaws.com"}`, `{"bucketName":"b","x-amz-acl":["private"]}`,
		`{"bucketName":"b","LifecycleConfiguration":{"Rule":{"Status":"Enabled","Expiration":{"Days":1}}}}`,
	},
	9:  {`{"configurationRecorder":{"name":"default","recordingGroup":{"allSupported":false}}}`, `{"deliveryChannelName":"default"}`},
	10: {`{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}`},
	11: {`{"networkAclId":"acl-1","ruleAction":"allow","egress":false,"cidrBlock":"0.0.0.0/0","aclProtocol":"-1"}`},
	13: {`{"routeTableId":"rtb-1","destinationCidrBlock":"0.0.0.0/0","gatewayId":"igw-1"}`},
	14: {`{"vpcId":"vpc-1","peerOwnerId":"210987654321"}`, `{"CreateVpcEndpointRequest":{"VpcId":"vpc-1"}}`},
	15: {`{"policyId":"p-1","targetId":"r-1"}`, `{"accountId":"210987654321"}`},
}
