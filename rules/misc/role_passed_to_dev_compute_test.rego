package rules.misc.role_passed_to_dev_compute_test

import data.lib.shapes_test as shapes
import data.rules.misc.role_passed_to_dev_compute as rule

record := {
	"recipientAccountId": "123456789012",
	"awsRegion": "eu-central-1",
	"eventSource": "glue.amazonaws.com",
	"eventName": "CreateDevEndpoint",
	"userIdentity": {
		"type": "AssumedRole",
		"arn": "arn:aws:sts::123456789012:assumed-role/operator/sam",
		"sessionContext": {
			"sessionIssuer": {
				"arn": "arn:aws:iam::123456789012:role/operator",
			},
		},
	},
	"requestParameters": {
		"endpointName": "example",
		"roleArn": "arn:aws:iam::123456789012:role/glue-admin",
	},
}

test_endpoint_fires if rule.match with input as record

test_every_call_of_apprunner_counts if {
	every name in [
		"CreateService",
	] {
		rule.match with input as object.union(record, {"eventSource": "apprunner.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_batch_counts if {
	every name in [
		"RegisterJobDefinition",
		"SubmitJob",
	] {
		rule.match with input as object.union(record, {"eventSource": "batch.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_codebuild_counts if {
	every name in [
		"CreateProject",
		"ImportSourceCredentials",
		"StartBuild",
		"UpdateProject",
		"UpdateProjectVisibility",
	] {
		rule.match with input as object.union(record, {"eventSource": "codebuild.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_datapipeline_counts if {
	every name in [
		"CreatePipeline",
	] {
		rule.match with input as object.union(record, {"eventSource": "datapipeline.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_ec2_counts if {
	every name in [
		"CreateFleet",
	] {
		rule.match with input as object.union(record, {"eventSource": "ec2.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_glue_counts if {
	every name in [
		"CreateDevEndpoint",
		"CreateJob",
		"CreateSession",
		"DeleteDevEndpoint",
		"UpdateDevEndpoint",
		"UpdateJob",
	] {
		rule.match with input as object.union(record, {"eventSource": "glue.amazonaws.com", "eventName": name})
	}
}

test_every_call_of_sagemaker_counts if {
	every name in [
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
	] {
		rule.match with input as object.union(record, {"eventSource": "sagemaker.amazonaws.com", "eventName": name})
	}
}

test_other_calls_stay_silent if {
	every name in ["GetJob", "StartJobRun", "CreateNotebookInstance"] {
		not rule.match with input as object.union(record, {"eventName": name})
	}
}

test_same_call_of_another_service_stays_silent if {
	not rule.match with input as object.union(record, {"eventSource": "example.amazonaws.com"})
}

test_refused_call_stays_silent if {
	not rule.match with input as object.union(record, {"errorCode": "AccessDenied"})
}

test_endpoint_waits_for_a_new_role if {
	not rule.title with input as record
	not rule.at_once with input as record
	count(rule.severities) == 0 with input as record
}

test_start_up_script_is_told_at_once if {
	every name in ["CreateNotebookInstanceLifecycleConfig", "CreateStudioLifecycleConfig", "UpdateNotebookInstanceLifecycleConfig"] {
		script := object.union(record, {"eventName": name})
		rule.at_once with input as script
		rule.severities == {"high"} with input as script
		rule.title == "Start-up script for notebooks written" with input as script
	}
}

test_public_project_is_told_at_once if {
	public := object.union(record, {"eventName": "UpdateProjectVisibility", "requestParameters": {"projectVisibility": "PUBLIC_READ"}})
	rule.at_once with input as public
	rule.severities == {"high"} with input as public
	rule.title == "Build project's results opened to everybody" with input as public
	not rule.at_once with input as object.union(public, {"eventName": "UpdateProject"})
}

test_private_project_waits if {
	every visibility in ["PRIVATE", null, "", "***", [], true] {
		private := object.union(record, {"eventName": "UpdateProjectVisibility", "requestParameters": {"projectVisibility": visibility}})
		not rule.at_once with input as private
		count(rule.severities) == 0 with input as private
	}
}

test_odd_shapes_still_fire if {
	every path in [["userIdentity"], ["userIdentity", "sessionContext"], ["requestParameters"], ["requestParameters", "roleArn"]] {
		every odd in shapes.odd(record, path) {
			rule.match with input as odd
		}
	}
}

test_odd_shapes_stay_silent if {
	every path in [["eventName"], ["eventSource"]] {
		every odd in shapes.odd(record, path) {
			not rule.match with input as odd
		}
	}
}
