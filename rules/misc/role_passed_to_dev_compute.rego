# METADATA
# title: Role passed to a notebook, job, endpoint or build that runs attacker code
# description: >-
#   A role or user makes, changes or opens something that runs code of its choice with the
#   rights of another role, and has not done so with this role for sixty days. Whoever may
#   pass a strong role is as strong as that. Sessions of one role are one caller. A
#   start-up script for notebooks is told at once, and so is a build project whose results
#   everybody may see. Which rights the role has is not in the record, and the role neither
#   where something is changed without naming it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
#   - ref: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstanceLifecycleConfig.html
#   - ref: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProjectVisibility.html
# custom:
#   severity: medium
#   attack: [T1098.003, T1059.009, T1648]
#   exempt: [principals.iac_deployers, roles.data_pipelines]
#   false_positives:
#     - Data scientists at work.
#   runbook:
#     - Compare what the role in the request may do with what the caller may.
#     - Read the script or build commands; those of notebooks are written in base64.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - userIdentity.sessionContext.sessionIssuer.arn|userIdentity.arn
#     - eventName
#     - requestParameters.roleArn|requestParameters.role|requestParameters.jobUpdate.role|requestParameters.serviceRole|requestParameters.serviceRoleOverride|requestParameters.containerProperties.jobRoleArn|requestParameters.instanceConfiguration.instanceRoleArn
#   first_seen: {window: 60d}
package rules.misc.role_passed_to_dev_compute

import data.lib.call

match if {
	input.eventName in _calls[input.eventSource]
	call.succeeded(input)
}

title := "Start-up script for notebooks written" if _writes_script

title := "Build project's results opened to everybody" if _opens_project

at_once if _is_grave

severities contains "high" if _is_grave

_is_grave if _writes_script

_is_grave if _opens_project

_writes_script if {
	input.eventName in {
		"CreateNotebookInstanceLifecycleConfig",
		"CreateStudioLifecycleConfig",
		"UpdateNotebookInstanceLifecycleConfig",
	}
}

_opens_project if {
	input.eventName == "UpdateProjectVisibility"
	input.requestParameters.projectVisibility == "PUBLIC_READ"
}

_calls := {
	"apprunner.amazonaws.com": {"CreateService"},
	"batch.amazonaws.com": {
		"RegisterJobDefinition",
		"SubmitJob",
	},
	"codebuild.amazonaws.com": {
		"CreateProject",
		"ImportSourceCredentials",
		"StartBuild",
		"UpdateProject",
		"UpdateProjectVisibility",
	},
	"datapipeline.amazonaws.com": {"CreatePipeline"},
	"ec2.amazonaws.com": {"CreateFleet"},
	"glue.amazonaws.com": {
		"CreateDevEndpoint",
		"CreateJob",
		"CreateSession",
		"DeleteDevEndpoint",
		"UpdateDevEndpoint",
		"UpdateJob",
	},
	"sagemaker.amazonaws.com": {
		"CreateAutoMLJob",
		"CreateNotebookInstance",
		"CreateNotebookInstanceLifecycleConfig",
		"CreatePipeline",
		"CreatePresignedDomainUrl",
		"CreatePresignedNotebookInstanceUrl",
		"CreateProcessingJob",
		"CreateStudioLifecycleConfig",
		"CreateTrainingJob",
		"UpdateNotebookInstance",
		"UpdateNotebookInstanceLifecycleConfig",
	},
}
