# METADATA
# title: Port for administration or a database opened to everybody
# description: >-
#   Anybody may reach a port that belongs to administrators or to a database, or all
#   ports, or somebody tried to open one. Half of all addresses counts as everybody. Ports
#   in ports.public_ok may be open. It looks at the new rule alone: whether anything
#   listens there, or has a public address, is not in the record. Prefix lists are not
#   looked into, and for a rule that is modified the record doesn't say whether it is
#   about incoming traffic.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
# custom:
#   severity: high
#   attack: [T1562.007, T1190, T1133]
#   cis:
#     - v1.4/4.10
#     - v1.4/5.2
#     - v1.5/4.10
#     - v1.5/5.2
#     - v1.5/5.3
#     - v3.0/4.10
#     - v3.0/5.2
#     - v3.0/5.3
#     - v5.0/4.10
#     - v5.0/5.3
#     - v5.0/5.4
#     - v5.0/5.1.2
#     - v6.0/5.10
#     - v6.0/6.3
#     - v6.0/6.4
#     - v6.0/6.1.2
#   exempt: [principals.network_admins]
#   false_positives:
#     - A service that is meant for everybody uses one of these ports.
#   runbook:
#     - Revoke the rule.
#     - See in the flow logs who has connected since.
#     - Ask the caller's owner whether this was planned.
#   group_by:
#     - recipientAccountId
#     - requestParameters.groupId|requestParameters.groupName|requestParameters.ModifySecurityGroupRulesRequest.GroupId
package rules.ec2_network.admin_port_opened_to_world

import data.lib.call
import data.lib.ec2
import data.lib.list

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "AuthorizeSecurityGroupIngress"
	some permission in list.items(input.requestParameters.ipPermissions)
	_names_everybody(permission)
	_is_sensitive(permission)
}

# One permission may be given without a list.
match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "AuthorizeSecurityGroupIngress"
	_is_everybody(input.requestParameters.cidrIp)
	_is_sensitive(input.requestParameters)
}

match if {
	input.eventSource == "ec2.amazonaws.com"
	input.eventName == "ModifySecurityGroupRules"
	some update in list.items(ec2.request(input).SecurityGroupRule)
	rule := update.SecurityGroupRule
	_allows_everybody(rule)
	_is_sensitive({"ipProtocol": rule.IpProtocol, "fromPort": rule.FromPort, "toPort": rule.ToPort})
}

title := "Attempt to open a port for administration or a database to everybody failed" if call.failed(input)

_names_everybody(permission) if {
	some range in list.items(permission.ipRanges)
	_is_everybody(range.cidrIp)
}

_names_everybody(permission) if {
	some range in list.items(permission.ipv6Ranges)
	_is_everybody(range.cidrIpv6)
}

_allows_everybody(rule) if _is_everybody(rule.CidrIpv4)

_allows_everybody(rule) if _is_everybody(rule.CidrIpv6)

# AWS leaves out the address before /0, so any will do.
_is_everybody(network) if regex.match(`/[01]$`, network)

_is_sensitive(permission) if sprintf("%v", [permission.ipProtocol]) == "-1"

_is_sensitive(permission) if {
	permission.ipProtocol in {"tcp", "udp", "6", "17"}
	from := _number(permission.fromPort)
	to := _number(permission.toPort)
	opened := {port | some port in _ports; from <= port; port <= to}
	count(opened - {port | some port in data.settings.ports.public_ok}) > 0
}

# Ports are numbers, or numbers as text.
_number(port) := to_number(port) if regex.match(`^[0-9]+$`, sprintf("%v", [port]))

_ports := {
	20, 21, 22, 23, # FTP, SSH, Telnet
	135, 445, # Windows
	1433, # SQL Server
	1521, # Oracle
	3306, # MySQL
	3389, # Remote Desktop
	5432, # PostgreSQL
	5601, # Kibana
	5985, 5986, # Windows Remote Management
	6379, # Redis
	9200, # Elasticsearch
	27017, # MongoDB
}
