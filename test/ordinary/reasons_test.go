package ordinary

import "trailbell/internal/detection"

// reasons say why a rule may send something in an ordinary week, and how much at most. A
// rule that becomes louder fails the test: mend it, or say here why it is right.
var reasons = map[detection.RuleID]struct {
	most int // messages a week
	why  string
}{
	"iam.access_key_created":                               {1, "A new key for an IAM user is worth a look, whoever made it."},
	"iam.policy_changed":                                   {2, "Somebody made a role by hand. Deployments through CloudFormation are low."},
	"identity_center.assignment_or_permission_set_changed": {2, "Somebody got access to an account."},
	"lambda.code_updated":                                  {2, "Code was put into a function by hand, here in the sandbox."},
	"lambda.layer_or_configuration_changed":                {1, "On call changed a function by hand."},
	"logs.log_data_or_alarm_removed":                       {2, "Alarms were switched off by hand, at night."},
	"rds.deleted_or_unprotected":                           {2, "A table with data was deleted by hand, here in the sandbox."},
	"securityhub.findings_changed":                         {2, "Somebody works on findings, and principals.security_admins is empty."},
	"signin.new_address_or_country":                        {2, "Somebody signed in from a hotel, into two accounts."},
}
