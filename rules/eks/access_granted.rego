# METADATA
# title: Access to a Kubernetes cluster granted or changed
# description: >-
#   Who may do what in a cluster changed, or which role its pods may take. A policy that
#   makes somebody administrator is high. Rights that are given within the cluster, in
#   Kubernetes itself, leave no record here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
#   - ref: https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
# custom:
#   severity: medium
#   attack: [T1098.006]
#   exempt: [principals.iac_deployers]
#   false_positives:
#     - Somebody new works with the cluster.
#   runbook:
#     - See whose principalArn in the request is; it may be written with %3A for each colon.
#     - Ask the caller's owner whether this was planned.
#     - Remove the entry, if nobody knows it.
#   group_by: [recipientAccountId, eventName, requestParameters.name, requestParameters.principalArn]
package rules.eks.access_granted

import data.lib.call

match if {
	input.eventSource == "eks.amazonaws.com"
	input.eventName in _calls
	call.succeeded(input)
	not _by_eks_itself
}

severities contains "high" if {
	input.eventName == "AssociateAccessPolicy"
	regex.match(`(AmazonEKSClusterAdminPolicy|AmazonEKSAdminPolicy)$`, input.requestParameters.policyArn)
}

_by_eks_itself if contains(input.userIdentity.arn, ":assumed-role/AWSServiceRoleForAmazonEKS/")

_calls := {
	"AssociateAccessPolicy",
	"AssociateIdentityProviderConfig",
	"CreateAccessEntry",
	"CreatePodIdentityAssociation",
	"DeleteAccessEntry",
	"DisassociateAccessPolicy",
	"UpdateAccessEntry",
}
